// A frozen matrix W beside a change B A of low rank, as maps of squares: W, what is added, what is missing.

import {
  card,
  choice,
  controls,
  count,
  dot,
  facts,
  few,
  fill,
  html,
  number,
  set,
  slider,
  sum,
  svg,
  times,
} from "./kit.js";

const SIDE = 26; // drawing units of a cell
const MERGES = { beside: "beside W", once: "merged", twice: "merged twice" };
const KINDS = { one: "one direction", three: "three directions", noise: "all six" };

const product = (b, a, r) =>
  b.map((row) => times(a[0].length, (j) => sum(times(r, (k) => row[k] * a[k][j]))));
const combined = (one, other, f) => one.map((row, i) => row.map((v, j) => f(v, other[i][j])));
const norm = (m) => Math.sqrt(sum(m.map((row) => dot(row, row))));

// Squares: the larger the number, the larger the square; full above zero, hollow below.
function mapOf(rows, columns, kind, label) {
  const [width, height] = [columns * SIDE, rows * SIDE];
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  root.append(svg("rect", { width, height, class: "back" }));
  const cells = times(rows, (i) =>
    times(columns, (j) => {
      const cell = svg("rect", { class: kind });
      root.append(cell);
      return { cell, x: (j + 0.5) * SIDE, y: (i + 0.5) * SIDE };
    }),
  );
  const follow = (matrix) =>
    cells.forEach((line, i) =>
      line.forEach(({ cell, x, y }, j) => {
        const value = matrix[i][j];
        const side =
          Math.abs(value) > 1e-9 ? Math.min(SIDE - 3, Math.max(2, SIDE * Math.sqrt(Math.abs(value) / 4))) : 0;
        set(cell, { x: x - side / 2, y: y - side / 2, width: side, height: side });
        cell.classList.toggle("below", value < 0);
      }),
    );
  return { root, follow };
}

const figure = (title, maps) =>
  html(
    "div",
    { class: "map" },
    html("p", {}, title),
    html(
      "div",
      {},
      maps.map((each) => each.root),
    ),
  );

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "lora",
      title: "A change of low rank",
      task:
        "Raise the rank until the error is gone: which rank does a change of three directions take? " +
        "Then find the rank from which the two factors hold more numbers than the matrix.",
    });
    const [w, x] = [model.get("w"), model.get("x")];
    const [m, n] = [w.length, w[0].length];
    const original = mapOf(m, n, "weight", "The frozen matrix W, 6 rows of 10.");
    const tall = mapOf(m, m, "gradient", "The columns of B that are in use.");
    const wide = mapOf(m, n, "gradient", "The rows of A that are in use.");
    const added = mapOf(m, n, "gradient", "What is added to W.");
    const result = mapOf(m, n, "weight", "W and what is added to it.");
    const left = mapOf(m, n, "data", "What is still missing of the wanted change.");
    const words = html("p", { class: "verdict", "aria-live": "polite" });
    ui.stage.append(
      html(
        "div",
        { class: "maps" },
        figure("W, frozen", [original]),
        figure("B and A, trained", [tall, wide]),
        figure("scale · B A", [added]),
        figure("still missing", [left]),
        figure("what the layer does", [result]),
      ),
      html(
        "p",
        { class: "key" },
        "Full squares are above zero, hollow ones below. A large square is a number far from zero.",
      ),
      words,
    );
    const [rows, columns] = model.get("real");
    ui.panel.append(
      choice({ model, name: "kind", label: "the wanted change has", options: KINDS }),
      slider({ model, name: "rank", label: "rank r", min: 0, max: m, step: 1 }),
      slider({ model, name: "scale", label: "scale α / r", min: 0, max: 2, step: 0.1 }),
      choice({ model, name: "merged", label: "the change stands", options: MERGES }),
      facts(
        [`numbers in B and A: r · (${m} + ${n})`, count("count")],
        [`in W: ${m} · ${n}`, count("all")],
        ["left of the wanted change, in percent", few("error")],
        ["first answer of W alone", number("plain", "weight", 3)],
        ["added to it", number("added", "gradient", 3)],
        ["together", number("answer", "result", 3)],
        ["wanted", number("wanted", "plain", 3)],
        [`in a layer of ${rows} × ${columns}: r · (${rows} + ${columns})`, count("real_count")],
        ["percent of that layer", few("real_share")],
      ),
    );
    return ui.watch(() => {
      const { kind, rank, scale, merged } = controls(model);
      const [r, b, a] = [Math.round(rank), model.get("b")[kind], model.get("a")[kind]];
      const wanted = product(b, a, m);
      const change = product(b, a, r).map((row) => row.map((v) => scale * v));
      const often = merged === "twice" ? 2 : 1;
      const whole = combined(w, change, (v, c) => v + often * c);
      const missing = combined(wanted, change, (v, c) => v - often * c);
      const used = (matrix, keep) => matrix.map((row, i) => row.map((v, j) => (keep(i, j) ? v : 0)));
      original.follow(merged === "beside" ? w : whole);
      tall.follow(used(b, (i, j) => merged === "beside" && j < r));
      wide.follow(used(a, (i) => merged === "beside" && i < r));
      added.follow(merged === "beside" ? change : change.map((row) => row.map(() => 0)));
      left.follow(missing);
      result.follow(whole);
      const numbers = {
        rank,
        scale,
        count: r * (m + n),
        all: m * n,
        real_count: r * (rows + columns),
        real_share: (100 * r * (rows + columns)) / (rows * columns),
        error: (100 * norm(missing)) / norm(wanted),
        plain: dot(w[0], x),
        added: often * dot(change[0], x),
        answer: dot(whole[0], x),
        wanted: dot(w[0], x) + dot(wanted[0], x),
      };
      const nothing = r === 0 || scale === 0; // then nothing is added, however often
      words.textContent = {
        beside: "W is untouched: take the change away, and the old layer is back.",
        once: "One matrix, the same answers, and no more work than before.",
        twice: nothing
          ? "Merged twice, and nothing to merge: the change is zero."
          : "Merged twice: the change was added two times, and the answer is another one.",
      }[merged];
      fill(el, numbers);
    });
  },
};
