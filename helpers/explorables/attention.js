// Five words, each with a query and a key of two numbers: who listens to whom is computed here.

const WORDS = ["Ada", "from", "Paris", "likes", "bread"];
const PLACES = [0, 1, 2, 3, 4];
const [REACH, ENOUGH] = [3, 0.95]; // how far a query or a key goes, and what counts as listening to one alone

const turned = ([a, b], degrees) => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [c * a - s * b, s * a + c * b];
};
function softmax(scores) {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

// The plane: the query of who asks as an arrow, a dot for each key, and how far each key goes along the arrow.
function planeOf(model) {
  const surface = plane({
    x: [-4.5, 4.5],
    y: [-4.5, 4.5],
    labels: ["first number", "second number"],
    width: 400,
    height: 400,
    label:
      "The query of the word that asks, as an arrow, and the five keys as dots; the table beside it has the scores.",
  });
  const { X, Y, top, root } = surface;
  const along = svg("line", { class: "along" });
  const feet = PLACES.map(() => svg("line", { class: "gap" }));
  const arrow = svg("line", { class: "line" });
  const asking = svg("text", { class: "name" }, "query");
  const names = WORDS.map((word) => svg("text", { class: "name" }, word));
  top.append(along, ...feet, arrow);
  const put = (kind, i, x, y) => {
    const [a, b] = turned([x, y], -model.get("turn"));
    model.set(`${kind}${i}1`, clamp(snap(a, 0.1), -REACH, REACH));
    model.set(`${kind}${i}2`, clamp(snap(b, 0.1), -REACH, REACH));
    model.save_changes();
  };
  const keys = PLACES.map((i) => handle(surface, "probe", (x, y) => put("k", i, x, y)));
  const query = handle(surface, "asks", (x, y) => put("q", model.get("token"), x, y));
  root.append(...keys, query, ...names, asking);
  const follow = (q, k, seen) => {
    const size = Math.hypot(...q),
      far = size < 1e-9 ? [0, 0] : [(9 * q[0]) / size, (9 * q[1]) / size];
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
      set(feet[j], {
        x1: X(key[0]),
        y1: Y(key[1]),
        x2: X(part * q[0]),
        y2: Y(part * q[1]),
        opacity: seen[j] && size > 1e-9 ? 1 : 0,
      });
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
function slidersOf(model) {
  const groups = WORDS.map((word, i) => {
    const one = (name, label, reach, step) => slider({ model, name, label, min: -reach, max: reach, step });
    const group = html(
      "div",
      { class: "panel" },
      one(`q${i}1`, `query of ${word}, first number`, REACH, 0.1),
      one(`q${i}2`, `query of ${word}, second`, REACH, 0.1),
      one(`k${i}1`, `key of ${word}, first number`, REACH, 0.1),
      one(`k${i}2`, `key of ${word}, second`, REACH, 0.1),
      one(`v${i}`, `value of ${word}`, 2, 0.5),
    );
    group.addEventListener("focusin", () => change(model, "token", `${i}`));
    return group;
  });
  return { element: html("div", { class: "stack" }, ...groups), groups };
}

// A row of a table: a heading, and a number for each word.
const few = (name) => set(number(name), { "data-digits": 2 });
const row = (head, cells) =>
  html("tr", {}, html("th", { scope: "row" }, head), ...cells.map((cell) => html("td", {}, cell)));
function grid(caption, kind, head, rows) {
  return html(
    "table",
    { class: kind },
    html("caption", {}, ...caption),
    html("thead", {}, html("tr", {}, html("td"), ...head.map((text) => html("th", { scope: "col" }, text)))),
    html("tbody", {}, ...rows),
  );
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "attention",
      title: "Who listens to whom",
      task: "Make likes listen to Ada: 0.95 or more. Turn the plane and watch the weights. Then reset, and do it without touching the query of likes.",
    });
    const drawing = planeOf(model),
      words = slidersOf(model);
    const who = html("b"),
      verdict = html("p", { class: "verdict", "aria-live": "polite" });
    const by = (name) => PLACES.map((j) => few(`${name}_${j}`));
    const sums = grid([who, " asks"], "sums", WORDS, [
      row("score", by("score")),
      row("weight", by("weight")),
      row(
        "× value",
        PLACES.map((j) => few(`v${j}`)),
      ),
      row("= part", by("part")),
    ]);
    const table = grid(
      ["All weights, who asks in rows, and what is collected"],
      "heat",
      [...WORDS, "sum"],
      PLACES.map((i) =>
        row(WORDS[i], [...PLACES.map((j) => few(`weight_${i}_${j}`)), few(`collected_${i}`)]),
      ),
    );
    const cells = [...table.querySelectorAll("tbody tr")].map((line) => [...line.querySelectorAll("td")]);
    const bars = [...sums.querySelectorAll("tbody tr:nth-child(2) td")];
    ui.stage.parentElement.before(
      html(
        "div",
        { class: "twins" },
        html(
          "div",
          {},
          drawing.root,
          html(
            "p",
            { class: "key" },
            "Arrow: the query of who asks. Rings: the keys. A dashed line leads from a key to where it falls on the line of the arrow: the further along, the higher the score.",
          ),
          verdict,
        ),
        html(
          "div",
          {},
          choice({
            model,
            name: "token",
            label: "who asks",
            options: Object.fromEntries(WORDS.map((word, i) => [i, word])),
          }),
          sums,
          html("p", { class: "total" }, "collected, the sum of the parts: ", few("collected")),
          table,
        ),
      ),
    );
    ui.stage.append(words.element);
    ui.panel.append(
      choice({
        model,
        name: "mask",
        label: "a word sees",
        options: { past: "itself and its past", all: "all words" },
      }),
      slider({ model, name: "scale", label: "scale, times q · k", min: 0, max: 3, step: 0.1 }),
      slider({ model, name: "turn", label: "turn the plane, degrees", min: 0, max: 360, step: 5 }),
    );

    return ui.watch(() => {
      const given = Object.fromEntries(model.get("controls").map((name) => [name, model.get(name)]));
      const { token, mask, scale, turn } = given,
        asks = Number(token);
      const pair = (kind) => PLACES.map((i) => turned([given[`${kind}${i}1`], given[`${kind}${i}2`]], turn));
      const [q, k] = [pair("q"), pair("k")],
        v = PLACES.map((i) => given[`v${i}`]);
      const sees = (i, j) => mask === "all" || j <= i;
      const weights = q.map((query, i) =>
        softmax(k.map((key, j) => (sees(i, j) ? scale * dot(query, key) : -Infinity))),
      );
      const collected = weights.map((line) => line.reduce((sum, weight, j) => sum + weight * v[j], 0));
      const numbers = { ...given, collected: collected[asks] };
      for (const name of ["token", "mask"]) delete numbers[name];
      for (const i of PLACES) {
        Object.assign(numbers, {
          [`score_${i}`]: scale * dot(q[asks], k[i]),
          [`weight_${i}`]: weights[asks][i],
        });
        Object.assign(numbers, { [`part_${i}`]: weights[asks][i] * v[i], [`collected_${i}`]: collected[i] });
        for (const j of PLACES) numbers[`weight_${i}_${j}`] = weights[i][j];
      }
      drawing.follow(
        q[asks],
        k,
        PLACES.map((j) => sees(asks, j)),
      );
      words.groups.forEach((group, i) => group.classList.toggle("behind", i !== asks));
      bars.forEach((cell, j) => cell.style.setProperty("--part", `${100 * weights[asks][j]}%`));
      for (const cell of sums.querySelectorAll("tbody td"))
        cell.classList.toggle("unseen", !sees(asks, cell.cellIndex - 1));
      cells.forEach((line, i) =>
        line.slice(0, 5).forEach((cell, j) => {
          cell.style.setProperty("--dark", `${50 * weights[i][j]}%`);
          cell.classList.toggle("unseen", !sees(i, j));
          cell.parentElement.classList.toggle("on", i === asks);
        }),
      );
      who.textContent = WORDS[asks];
      verdict.textContent =
        weights[3][0] >= ENOUGH ? "✓ likes listens to Ada alone." : "likes does not listen to Ada alone.";
      fill(el, numbers);
    });
  },
};
