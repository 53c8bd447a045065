// Polynomials through noisy points of a sine: each fit is solved here, whenever a slider moves.

import {
  card,
  choice,
  clamp,
  controls,
  count,
  dot,
  facts,
  fill,
  fold,
  html,
  mean,
  number,
  plane,
  polyline,
  set,
  show,
  slider,
  svg,
  table,
  times,
} from "./kit.js";

const GRID = times(201, (i) => -1 + i / 100);
const sine = (x) => Math.sin(Math.PI * x);
const length = (values) => Math.sqrt(dot(values, values));

// Chebyshev polynomials T0 to that of the highest degree, at one x.
function chebyshev(x, highest) {
  const values = [1, x];
  while (values.length <= highest) values.push(2 * x * values.at(-1) - values.at(-2));
  return values;
}

// Least squares by Householder reflections: turn the columns, one after another, into a triangle.
function leastSquares(rows, y) {
  const R = rows.map((each, i) => [...each, y[i]]);
  const k = rows[0].length;
  for (let c = 0; c < k; c++) {
    const size = length(R.slice(c).map((each) => each[c]));
    const v = R.map((each, i) => (i < c ? 0 : each[c]));
    v[c] += v[c] < 0 ? -size : size;
    const square = dot(v, v);
    for (let j = c; j <= k; j++) {
      let along = 0;
      for (let i = c; i < R.length; i++) along += v[i] * R[i][j];
      for (let i = c; i < R.length; i++) R[i][j] -= ((2 * along) / square) * v[i];
    }
  }
  const w = Array(k).fill(0);
  for (let c = k - 1; c >= 0; c--) {
    let rest = R[c][k];
    for (let j = c + 1; j < k; j++) rest -= R[c][j] * w[j];
    w[c] = rest / R[c][c];
  }
  return w;
}

// Ridge: for each weight one more row, which asks it to be 0. The bias, in column 0, has none.
function fit(features, y, degree, ridge) {
  const rows = features.map((each) => each.slice(0, degree + 1));
  const pull = Math.sqrt(y.length * ridge);
  for (let j = 1; ridge && j <= degree; j++) rows.push(rows[0].map((_, i) => (i === j ? pull : 0)));
  return leastSquares(rows, [...y, ...Array(rows.length - y.length).fill(0)]);
}

const [LOW, HIGH] = [-4.3, 4.5]; // powers of ten in the right panel
const powers = (value) => clamp(Math.log10(Math.max(value, 1e-9)), LOW - 0.5, HIGH + 0.5);
const raised = (power) => `10${[...`${power}`].map((c) => "⁻⁰¹²³⁴"["-01234".indexOf(c)]).join("")}`;
const path = ({ X, Y }, xs, ys) => polyline(xs.map((x, i) => [X(x), Y(ys[i])]));

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "capacity",
      title: "One curve, up to 15 parameters",
      task:
        "Raise the degree to 14 and watch both errors. " +
        "Then bring the test error down without lowering the degree.",
    });
    const [highest, noRidge, allNormals] = ["highest", "no_ridge", "normals"].map((name) => model.get(name));
    const fits = plane({
      x: [-1.06, 1.06],
      y: [-2.5, 2.5],
      labels: ["x", "y"],
      width: 400,
      height: 300,
      label: "Noisy points, the sine behind them, and the polynomial that fits them best.",
    });
    const errors = plane({
      x: [-0.4, highest + 0.4],
      y: [LOW, HIGH],
      labels: ["degree", "error"],
      width: 400,
      height: 300,
      label:
        "Training and test error of every degree from 0 to 14, on a scale of powers of ten; " +
        "the table below has the numbers.",
    });
    fits.root
      .querySelectorAll(".tick[text-anchor=middle]")
      .forEach((tick, i) => (tick.textContent = ["−1", "−0.5", "0", "0.5", "1"][i]));
    for (const tick of errors.root.querySelectorAll(".tick[text-anchor=end]"))
      tick.textContent = raised(tick.textContent.replace("−", "-"));
    for (const zero of errors.root.querySelectorAll(".zero")) set(zero, { class: "grid" });

    const truth = svg("path", { class: "gap", fill: "none", d: path(fits, GRID, GRID.map(sine)) });
    const line = svg("path", { class: "line curve" });
    const dots = allNormals[0].map(() => svg("circle", { r: 4.5, class: "point" }));
    fits.top.append(truth, line, ...dots);
    const here = svg("line", { class: "zero", y1: errors.Y(LOW), y2: errors.Y(HIGH) });
    const floor = svg("line", { class: "gap", x1: errors.X(0), x2: errors.X(highest) });
    const curves = {
      train: svg("path", { class: "line curve", style: "stroke: var(--data)" }),
      test: svg("path", { class: "line curve" }),
    };
    const marks = {
      train: svg("circle", { r: 5.5, class: "point" }),
      test: svg("circle", { r: 5.5, class: "spot" }),
    };
    const names = {
      train: svg("text", { class: "name", style: "fill: var(--quiet)" }, "training"),
      test: svg("text", { class: "name", style: "fill: var(--ink)" }, "test"),
    };
    errors.top.append(
      floor,
      here,
      ...Object.values(curves),
      ...Object.values(marks),
      ...Object.values(names),
    );
    const key = (text) => html("p", { class: "key" }, text);
    ui.stage.parentElement.before(
      html(
        "div",
        { class: "twins" },
        html("div", {}, fits.root, key("Line: the fit. Dashed: the sine that nobody shows to the fit.")),
        html(
          "div",
          {},
          errors.root,
          key("Error: the mean squared gap. Dashed: the noise, which no fit can foresee."),
        ),
      ),
    );

    ui.stage.append(
      html(
        "div",
        { class: "panel" },
        slider({ model, name: "degree", label: "degree", kind: "weight", min: 0, max: highest, step: 1 }),
        slider({
          model,
          name: "log_ridge",
          label: `ridge: ten to the power (${show(noRidge, 0)}: none)`,
          kind: "weight",
          min: noRidge,
          max: 1,
          step: 0.25,
        }),
        slider({ model, name: "noise", label: "noise", min: 0, max: 0.6, step: 0.05 }),
        slider({ model, name: "points", label: "points", min: 15, max: 60, step: 1 }),
      ),
    );
    const draws = Object.fromEntries(allNormals.map((_, i) => [i + 1, `${i + 1}`]));
    ui.panel.append(
      choice({ model, name: "draw", label: "another draw of the noise", options: draws }),
      facts(
        ["parameters", count("parameters")],
        ["ridge", number("ridge", "weight", 7)],
        ["training error", number("train")],
        ["test error", number("test")],
        ["the noise alone", number("floor")],
        ["size of the weights", number("size", "weight")],
        ["degree with the lowest test error", count("best")],
      ),
    );
    const degrees = times(highest + 1, (d) => d);
    const sums = table(
      "The size of the weights is the root of the sum of their squares; the bias is not counted.",
      ["degree", "training error", "test error", "size of weights"],
      degrees.map((d) => [`${d}`, number(`train_${d}`), number(`test_${d}`), number(`size_${d}`, "weight")]),
    );
    el.append(fold("All degrees in numbers", sums));

    // The track of this slider is filled from its end, where there is no ridge, and not from 10⁰.
    const ridgeKnob = el.querySelector("[data-control=log_ridge]");
    const featuresOf = (x) => chebyshev(x, highest);
    const wide = GRID.map(featuresOf);
    return ui.watch(() => {
      const { degree, noise, log_ridge, points, draw } = controls(model);
      const [n, now] = [Math.round(points), Math.round(degree)];
      const ridge = log_ridge > noRidge ? 10 ** log_ridge : 0;
      const normals = allNormals[Number(draw) - 1];
      const xs = times(n, (i) => -1 + (2 * i) / (n - 1));
      const ys = xs.map((x, i) => sine(x) + noise * normals[i]);
      const features = xs.map(featuresOf);
      const solved = degrees.map((d) => fit(features, ys, d, ridge));
      const train = solved.map((w) => mean(features.map((each, i) => (dot(w, each) - ys[i]) ** 2)));
      const test = solved.map(
        (w) => noise ** 2 + mean(wide.map((each, i) => (dot(w, each) - sine(GRID[i])) ** 2)),
      );
      const size = solved.map((w) => length(w.slice(1)));
      const least = Math.min(...test) + 1e-6;
      const numbers = {
        degree,
        noise,
        log_ridge,
        points,
        ridge,
        parameters: now + 1,
        train: train[now],
        test: test[now],
        floor: noise ** 2,
        size: size[now],
        best: test.findIndex((error) => error <= least),
      };
      for (const d of degrees)
        Object.assign(numbers, { [`train_${d}`]: train[d], [`test_${d}`]: test[d], [`size_${d}`]: size[d] });

      dots.forEach((dot, i) =>
        set(dot, i < n ? { cx: fits.X(xs[i]), cy: fits.Y(ys[i]), opacity: 1 } : { opacity: 0 }),
      );
      const curve = wide.map((each) => clamp(dot(solved[now], each), -9, 9));
      set(line, { d: path(fits, GRID, curve) });
      set(here, { x1: errors.X(now), x2: errors.X(now) });
      set(floor, { y1: errors.Y(powers(noise ** 2)), y2: errors.Y(powers(noise ** 2)) });
      for (const [name, values] of Object.entries({ train, test })) {
        set(curves[name], { d: path(errors, degrees, values.map(powers)) });
        set(marks[name], { cx: errors.X(now), cy: errors.Y(powers(values[now])) });
        const at = errors.Y(powers(values[6]));
        const y = name === "test" ? clamp(at - 10, 40, 226) : clamp(at + 26, 40, 252);
        set(names[name], { x: errors.X(6), y });
      }
      ridgeKnob.style.setProperty("--from", "0%");
      ridgeKnob.style.setProperty("--to", `${(100 * (log_ridge - noRidge)) / 8}%`);
      fill(el, numbers);
    });
  },
};
