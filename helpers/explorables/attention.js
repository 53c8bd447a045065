// Five words, each with a query and a key of two numbers: who listens to whom is computed here.

import {
  card,
  change,
  choice,
  clamp,
  controls,
  dot,
  few,
  fill,
  grid,
  handle,
  html,
  plane,
  put,
  row,
  set,
  slider,
  snap,
  softmax,
  svg,
} from "./kit.js";

const REACH = 3; // how far a query or a key goes
const ENOUGH = 0.95; // what counts as listening to one word alone
// The names of what each word has: its query, its key and its value.
const KNOBS = [
  { q: ["q01", "q02"], k: ["k01", "k02"], v: "v0" },
  { q: ["q11", "q12"], k: ["k11", "k12"], v: "v1" },
  { q: ["q21", "q22"], k: ["k21", "k22"], v: "v2" },
  { q: ["q31", "q32"], k: ["k31", "k32"], v: "v3" },
  { q: ["q41", "q42"], k: ["k41", "k42"], v: "v4" },
];

const turned = ([a, b], degrees) => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [c * a - s * b, s * a + c * b];
};

const MASKS = { past: "itself and its past", all: "all words" };
const KEY =
  "Arrow: the query of who asks. Rings: the keys. A dashed line leads from a key to where it falls " +
  "on the line of the arrow: the further along, the higher the score.";

// The plane: the query of who asks as an arrow, a dot for each key, and how far each goes along the arrow.
function planeOf(model, texts) {
  const surface = plane({
    x: [-4.5, 4.5],
    y: [-4.5, 4.5],
    labels: ["first number", "second number"],
    width: 400,
    height: 400,
    label:
      "The query of the word that asks, as an arrow, and the five keys as dots; " +
      "the table beside it has the scores.",
  });
  const { X, Y, top, root } = surface;
  const along = svg("line", { class: "along" });
  const feet = KNOBS.map(() => svg("line", { class: "gap" }));
  const arrow = svg("line", { class: "line" });
  const asking = svg("text", { class: "name clear" }, "query");
  const names = texts.map((word) => svg("text", { class: "name clear" }, word));
  top.append(along, ...feet, arrow);
  const move = ([first, second], x, y) => {
    const [a, b] = turned([x, y], -model.get("turn")).map((value) => clamp(snap(value, 0.1), -REACH, REACH));
    put(model, { [first]: a, [second]: b });
  };
  const keys = KNOBS.map(({ k }) => handle(surface, "probe", (x, y) => move(k, x, y)));
  const query = handle(surface, "asks", (x, y) => move(KNOBS[model.get("token")].q, x, y));
  root.append(...keys, query, ...names, asking);
  const follow = (q, k, seen) => {
    const size = Math.hypot(...q);
    const far = size < 1e-9 ? [0, 0] : [(9 * q[0]) / size, (9 * q[1]) / size];
    set(along, { x1: X(-far[0]), y1: Y(-far[1]), x2: X(far[0]), y2: Y(far[1]) });
    set(arrow, { x1: X(0), y1: Y(0), x2: X(q[0]), y2: Y(q[1]) });
    set(query, { cx: X(q[0]), cy: Y(q[1]) });
    set(asking, {
      x: X(q[0]) + (q[0] < 0 ? -13 : 13),
      y: Y(q[1]) + (q[1] < 0 ? -6 : 18),
      "text-anchor": q[0] < 0 ? "end" : "start",
    });
    k.forEach((key, j) => {
      const part = size < 1e-9 ? 0 : dot(q, key) / (size * size);
      set(feet[j], { x1: X(key[0]), y1: Y(key[1]), x2: X(part * q[0]), y2: Y(part * q[1]) });
      set(feet[j], { opacity: seen[j] && size > 1e-9 ? 1 : 0 });
      set(keys[j], { cx: X(key[0]), cy: Y(key[1]), opacity: seen[j] ? 1 : 0.35 });
      set(names[j], {
        x: X(key[0]),
        y: Y(key[1]) + (key[1] < 0 ? 25 : -14),
        "text-anchor": "middle",
        opacity: seen[j] ? 1 : 0.5,
      });
    });
  };
  return { root, follow };
}

// The sliders of every word stand in one place; those of the others come forward when they get the focus.
function slidersOf(model, texts) {
  const groups = KNOBS.map(({ q, k, v }, i) => {
    const one = (name, label, reach, step) => slider({ model, name, label, min: -reach, max: reach, step });
    const group = html(
      "div",
      { class: "panel" },
      one(q[0], `query of ${texts[i]}, first number`, REACH, 0.1),
      one(q[1], `query of ${texts[i]}, second`, REACH, 0.1),
      one(k[0], `key of ${texts[i]}, first number`, REACH, 0.1),
      one(k[1], `key of ${texts[i]}, second`, REACH, 0.1),
      one(v, `value of ${texts[i]}`, 2, 0.5),
    );
    group.addEventListener("focusin", () => change(model, "token", `${i}`));
    return group;
  });
  return { element: html("div", { class: "stack" }, groups), groups };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "attention",
      title: "Who listens to whom",
      task:
        "Make likes listen to Ada: 0.95 or more. Turn the plane and watch the weights. " +
        "Then reset, and do it without touching the query of likes.",
    });
    const texts = model.get("words");
    const [drawing, words] = [planeOf(model, texts), slidersOf(model, texts)];
    const who = html("b");
    const verdict = html("p", { class: "verdict", "aria-live": "polite" });
    const by = (name) => KNOBS.map((_, j) => few(`${name}_${j}`));
    const values = KNOBS.map(({ v }) => few(v));
    const lines = [
      row("score", by("score")),
      row("weight", by("weight")),
      row("× value", values),
      row("= part", by("part")),
    ];
    const sums = grid([who, " asks"], ["", ...texts], lines, { class: "sums" });
    const everyone = texts.map((word, i) => row(word, [...by(`weight_${i}`), few(`collected_${i}`)]));
    const caption = "All weights, who asks in rows, and what is collected";
    const table = grid(caption, ["", ...texts, "sum"], everyone, { class: "heat" });
    const cells = [...table.querySelectorAll("tbody tr")].map((line) => [...line.querySelectorAll("td")]);
    const bars = [...sums.querySelectorAll("tbody tr:nth-child(2) td")];
    ui.stage.parentElement.before(
      html(
        "div",
        { class: "twins" },
        html("div", {}, drawing.root, html("p", { class: "key" }, KEY), verdict),
        html(
          "div",
          {},
          choice({ model, name: "token", label: "who asks", options: { ...texts } }),
          sums,
          html("p", { class: "total" }, "collected, the sum of the parts: ", few("collected")),
          table,
        ),
      ),
    );
    ui.stage.append(words.element);
    ui.panel.append(
      choice({ model, name: "mask", label: "a word sees", options: MASKS }),
      slider({ model, name: "scale", label: "scale, times q · k", min: 0, max: 3, step: 0.1 }),
      slider({ model, name: "turn", label: "turn the plane, degrees", min: 0, max: 360, step: 5 }),
    );

    return ui.watch(() => {
      const { token, mask, scale, turn, ...knobs } = controls(model);
      const asks = Number(token);
      const pair = ([first, second]) => turned([knobs[first], knobs[second]], turn);
      const [q, k] = [KNOBS.map((word) => pair(word.q)), KNOBS.map((word) => pair(word.k))];
      const v = KNOBS.map((word) => knobs[word.v]);
      const sees = (i, j) => mask === "all" || j <= i;
      const scores = q.map((query, i) =>
        k.map((key, j) => (sees(i, j) ? scale * dot(query, key) : -Infinity)),
      );
      const weights = scores.map(softmax);
      const collected = weights.map((line) => dot(line, v));
      const numbers = { ...knobs, scale, turn, collected: collected[asks] };
      KNOBS.forEach((_, i) => {
        numbers[`score_${i}`] = scale * dot(q[asks], k[i]);
        numbers[`weight_${i}`] = weights[asks][i];
        numbers[`part_${i}`] = weights[asks][i] * v[i];
        numbers[`collected_${i}`] = collected[i];
        weights[i].forEach((weight, j) => (numbers[`weight_${i}_${j}`] = weight));
      });
      const seen = KNOBS.map((_, j) => sees(asks, j));
      drawing.follow(q[asks], k, seen);
      words.groups.forEach((group, i) => group.classList.toggle("behind", i !== asks));
      bars.forEach((cell, j) => cell.style.setProperty("--part", `${100 * weights[asks][j]}%`));
      for (const cell of sums.querySelectorAll("tbody td"))
        cell.classList.toggle("unseen", !sees(asks, cell.cellIndex - 1));
      weights.forEach((line, i) => {
        cells[i][0].parentElement.classList.toggle("on", i === asks);
        line.forEach((weight, j) => {
          cells[i][j].style.setProperty("--dark", `${50 * weight}%`);
          cells[i][j].classList.toggle("unseen", !sees(i, j));
        });
      });
      who.textContent = texts[asks];
      verdict.textContent =
        weights[3][0] >= ENOUGH ? "✓ likes listens to Ada alone." : "likes does not listen to Ada alone.";
      fill(el, numbers);
    });
  },
};
