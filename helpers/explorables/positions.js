// A query and a key on a line of words. Each has four pairs of numbers, drawn as arrows on four dials.

import {
  card,
  change,
  choice,
  clamp,
  controls,
  count,
  dot,
  facts,
  few,
  fill,
  fold,
  handle,
  html,
  number,
  plane,
  polyline,
  set,
  slider,
  sum,
  svg,
  table,
  times,
} from "./kit.js";

const LAST = 40; // the furthest place that a slider reaches
const speedsOf = (base, pairs) => times(pairs, (i) => base ** (-i / pairs));
const turn = ([x, y], a) => [x * Math.cos(a) - y * Math.sin(a), x * Math.sin(a) + y * Math.cos(a)];
const NAMES = { none: "nothing", sinusoids: "sinusoids, added", rotation: "rotation" };
const WAYS = {
  none: (pair) => pair,
  sinusoids: ([x, y], a) => [x + Math.sin(a), y + Math.cos(a)],
  rotation: turn,
};

// The line of words with both on it; its labels go along when both are moved.
function lineOf(model) {
  const [width, height, left, right] = [760, 96, 26, 26];
  const X = (v) => left + (v / LAST) * (width - left - right);
  const root = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": "A line of words with the places of the query and of the key.",
  });
  root.append(svg("line", { x1: X(0), x2: X(LAST), y1: 58, y2: 58, class: "zero" }));
  const labels = times(LAST + 1, (v) => {
    root.append(svg("circle", { cx: X(v), cy: 58, r: 2.2, class: "word" }));
    const label = svg("text", { x: X(v), y: 88, class: "tick", "text-anchor": "middle" });
    if (v % 10 === 0) root.append(label);
    return label;
  });
  const gap = svg("path", { class: "span" });
  const names = ["query", "key"].map((text) => svg("text", { class: "name", "text-anchor": "middle" }, text));
  root.append(gap, ...names);
  const surface = {
    root,
    width,
    back: { x: (px) => ((px - left) / (width - left - right)) * LAST, y: () => 0 },
  };
  const grips = ["query", "key"].map((name) =>
    handle(surface, `token ${name}`, (x) => change(model, name, clamp(Math.round(x), 0, LAST))),
  );
  root.append(...grips);
  const follow = (query, key, shift) => {
    [query, key].forEach((at, i) => {
      set(grips[i], { cx: X(at), cy: 58 });
      set(names[i], { x: clamp(X(at), 30, width - 30), y: query === key && i ? 34 : 40 });
    });
    names[1].textContent = query === key ? "" : "key";
    names[0].textContent = query === key ? "query and key" : "query";
    set(names[0], { x: clamp(X(query), query === key ? 62 : 30, width - 30) });
    set(gap, { d: `M${X(query)} 58L${X(key)} 58` });
    labels.forEach((label, v) => (label.textContent = `${v + shift}`));
  };
  return { root, follow };
}

// A dial: the arrow of the query is solid, that of the key is dashed, and the ring has a length of 1.
function dialOf(i) {
  const unit = 25;
  const root = svg("svg", {
    viewBox: "-56 -56 112 112",
    role: "img",
    "aria-label": `Pair ${i + 1} as two arrows; the table below has their numbers.`,
  });
  root.append(
    svg("circle", { r: unit, class: "face" }),
    svg("path", { d: "M-54 0H54M0 -54V54", class: "grid" }),
  );
  const arrows = ["key", "query"].map((name) => {
    const shaft = svg("path", { class: `shaft ${name}` });
    const tip = svg("circle", { r: 4.6, class: `tip ${name}` });
    root.append(shaft, tip);
    return { shaft, tip };
  });
  const follow = (key, query) =>
    [key, query].forEach(([x, y], n) => {
      set(arrows[n].shaft, { d: `M0 0L${unit * x} ${-unit * y}` });
      set(arrows[n].tip, { cx: unit * x, cy: -unit * y });
    });
  const element = html(
    "div",
    { class: "dial" },
    html("p", {}, `pair ${i + 1}`),
    root,
    html("p", {}, "turns by ", number(`speed_${i}`, "plain", 3)),
    html("p", {}, "adds ", few(`product_${i}`)),
  );
  return { element, follow };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "positions",
      title: "A score that knows the distance",
      task:
        "Find the distance at which the score is highest, then move both. " +
        "Which of the three ways leaves the score alone, and still knows the distance?",
    });
    const pairs = model.get("q").length;
    const [line, dials] = [lineOf(model), times(pairs, dialOf)];
    const curve = plane({
      x: [-LAST, LAST],
      y: [-5, 10],
      labels: ["words from the key to the query", "score"],
      width: 480,
      height: 270,
      label:
        "The score over the distance between query and key, for the query where it stands, " +
        "with a mark at the present distance.",
    });
    const path = svg("path", { class: "line curve" });
    const here = svg("line", { class: "gap", y1: curve.Y(-5), y2: curve.Y(10) });
    const mark = svg("circle", { r: 6.5, class: "spot" });
    curve.top.append(here, path, mark);
    ui.stage.parentElement.before(
      line.root,
      html(
        "div",
        { class: "dials" },
        dials.map((dial) => dial.element),
      ),
      html("p", { class: "key" }, "Solid: the query. Dashed: the key. The ring has a length of 1."),
    );
    ui.stage.append(
      curve.root,
      html(
        "p",
        { class: "key" },
        "The line: the score at every distance, with the query where it stands. " +
          "It ends where the text begins.",
      ),
      choice({ model, name: "way", label: "order comes in by", options: NAMES }),
    );
    ui.panel.append(
      slider({ model, name: "query", label: "place of the query", min: 0, max: LAST, step: 1 }),
      slider({ model, name: "key", label: "place of the key", min: 0, max: LAST, step: 1 }),
      slider({ model, name: "shift", label: "move both", min: 0, max: 400, step: 1 }),
      slider({ model, name: "log_base", label: "base: ten to the power", min: 1, max: 5, step: 0.5 }),
      facts(
        ["the query stands at", count("place_q")],
        ["the key stands at", count("place_k")],
        ["from key to query", count("distance")],
        ["score, the sum of all pairs", number("score", "result")],
        ["changed by moving both", number("change")],
      ),
    );
    const byHand = (i) => [
      `${i + 1}`,
      [few(`qx_${i}`), ", ", few(`qy_${i}`)],
      [few(`kx_${i}`), ", ", few(`ky_${i}`)],
      number(`product_${i}`),
    ];
    const products = table(
      "Each pair adds the product of its two arrows to the score: " +
        "first times first, plus second times second.",
      ["pair", "query", "key", "product"],
      times(pairs, byHand),
    );
    el.append(fold("All pairs in numbers", products));

    return ui.watch(() => {
      const given = controls(model);
      const [query, key, shift] = [given.query, given.key, given.shift].map(Math.round);
      const [q, k] = [model.get("q"), model.get("k")];
      const move = WAYS[given.way];
      const speeds = speedsOf(10 ** given.log_base, pairs);
      const placed = (x, place) => x.map((pair, i) => move(pair, speeds[i] * place));
      const productsAt = (i, j) => {
        const at = placed(k, j);
        return placed(q, i).map((pair, p) => dot(pair, at[p]));
      };
      const score = (i, j) => sum(productsAt(i, j));
      const [atQ, atK] = [placed(q, query + shift), placed(k, key + shift)];
      const each = productsAt(query + shift, key + shift);
      const numbers = {
        query: given.query,
        key: given.key,
        shift: given.shift,
        log_base: given.log_base,
        place_q: query + shift,
        place_k: key + shift,
        distance: query - key,
        score: sum(each),
        change: sum(each) - score(query, key),
      };
      speeds.forEach((speed, i) =>
        Object.assign(numbers, {
          [`speed_${i}`]: speed,
          [`product_${i}`]: each[i],
          [`qx_${i}`]: atQ[i][0],
          [`qy_${i}`]: atQ[i][1],
          [`kx_${i}`]: atK[i][0],
          [`ky_${i}`]: atK[i][1],
        }),
      );
      line.follow(query, key, shift);
      dials.forEach((dial, i) => dial.follow(atK[i], atQ[i]));
      const reach = Math.min(LAST, query + shift); // the key cannot stand before the text begins
      const scores = times(2 * (reach + LAST) + 1, (i) => {
        const far = i / 2 - LAST;
        return [curve.X(far), curve.Y(score(query + shift, query + shift - far))];
      });
      set(path, { d: polyline(scores) });
      const x = curve.X(query - key);
      set(here, { x1: x, x2: x });
      set(mark, { cx: x, cy: curve.Y(numbers.score) });
      fill(el, numbers);
    });
  },
};
