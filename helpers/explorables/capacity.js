// Polynomials through noisy points of a sine: each fit is solved here, whenever a slider moves.

const HIGHEST = 14,
  NO_RIDGE = -7;
const GRID = Array.from({ length: 201 }, (_, i) => -1 + i / 100);
const sine = (x) => Math.sin(Math.PI * x);
const length = (values) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

// Chebyshev polynomials T0 to T14 at one x.
function chebyshev(x) {
  const values = [1, x];
  while (values.length <= HIGHEST) values.push(2 * x * values.at(-1) - values.at(-2));
  return values;
}
const valueOf = (w, row) => w.reduce((sum, each, j) => sum + each * row[j], 0);

// Least squares by Householder reflections: turn the columns, one after another, into a triangle.
function leastSquares(rows, y) {
  const R = rows.map((row, i) => [...row, y[i]]),
    k = rows[0].length;
  for (let c = 0; c < k; c++) {
    const size = length(R.slice(c).map((row) => row[c]));
    const v = R.map((row, i) => (i < c ? 0 : row[c]));
    v[c] += v[c] < 0 ? -size : size;
    const square = v.reduce((sum, value) => sum + value * value, 0);
    for (let j = c; j <= k; j++) {
      let dot = 0;
      for (let i = c; i < R.length; i++) dot += v[i] * R[i][j];
      for (let i = c; i < R.length; i++) R[i][j] -= ((2 * dot) / square) * v[i];
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
  const rows = features.map((row) => row.slice(0, degree + 1)),
    pull = Math.sqrt(y.length * ridge);
  for (let j = 1; ridge && j <= degree; j++) rows.push(rows[0].map((_, i) => (i === j ? pull : 0)));
  return leastSquares(rows, [...y, ...Array(rows.length - y.length).fill(0)]);
}

const LOW = -4.3,
  HIGH = 4.5; // powers of ten in the right panel
const powers = (value) => clamp(Math.log10(Math.max(value, 1e-9)), LOW - 0.5, HIGH + 0.5);
const raised = (power) => `10${[...`${power}`].map((c) => "⁻⁰¹²³⁴"["-01234".indexOf(c)]).join("")}`;
const path = (surface, xs, ys) =>
  xs.map((x, i) => `${i ? "L" : "M"}${surface.X(x).toFixed(1)} ${surface.Y(ys[i]).toFixed(1)}`).join("");

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "capacity",
      title: "One curve, up to 15 parameters",
      task: "Raise the degree to 14 and watch both errors. Then bring the test error down without lowering the degree.",
    });
    const fits = plane({
      x: [-1.06, 1.06],
      y: [-2.5, 2.5],
      labels: ["x", "y"],
      width: 400,
      height: 300,
      label: "Noisy points, the sine behind them, and the polynomial that fits them best.",
    });
    const errors = plane({
      x: [-0.4, HIGHEST + 0.4],
      y: [LOW, HIGH],
      labels: ["degree", "error"],
      width: 400,
      height: 300,
      label:
        "Training and test error of every degree from 0 to 14, on a scale of powers of ten; the table below has the numbers.",
    });
    [...fits.root.querySelectorAll(".tick[text-anchor=middle]")].forEach(
      (tick, i) => (tick.textContent = ["−1", "−0.5", "0", "0.5", "1"][i]),
    );
    for (const tick of errors.root.querySelectorAll(".tick[text-anchor=end]"))
      tick.textContent = raised(tick.textContent.replace("−", "-"));
    for (const zero of errors.root.querySelectorAll(".zero")) set(zero, { class: "grid" });

    const truth = svg("path", { class: "gap", fill: "none", d: path(fits, GRID, GRID.map(sine)) });
    const line = svg("path", { class: "line curve" });
    const dots = model.get("normals")[0].map(() => svg("circle", { r: 4.5, class: "point" }));
    fits.top.append(truth, line, ...dots);
    const here = svg("line", { class: "zero", y1: errors.Y(LOW), y2: errors.Y(HIGH) });
    const floor = svg("line", { class: "gap", x1: errors.X(0), x2: errors.X(HIGHEST) });
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
        slider({ model, name: "degree", label: "degree", kind: "weight", min: 0, max: HIGHEST, step: 1 }),
        slider({
          model,
          name: "log_ridge",
          label: "ridge: ten to the power (−7: none)",
          kind: "weight",
          min: NO_RIDGE,
          max: 1,
          step: 0.25,
        }),
        slider({ model, name: "noise", label: "noise", min: 0, max: 0.6, step: 0.05 }),
        slider({ model, name: "points", label: "points", min: 15, max: 60, step: 1 }),
      ),
    );
    const count = (name) => set(number(name), { "data-digits": 0 });
    const rows = {
      parameters: count("parameters"),
      ridge: set(number("ridge", "weight"), { "data-digits": 7 }),
      "training error": number("train"),
      "test error": number("test"),
      "the noise alone": number("floor"),
      "size of the weights": number("size", "weight"),
      "degree with the lowest test error": count("best"),
    };
    ui.panel.append(
      choice({
        model,
        name: "draw",
        label: "another draw of the noise",
        options: Object.fromEntries([1, 2, 3, 4, 5].map((i) => [i, `${i}`])),
      }),
      html(
        "dl",
        {},
        ...Object.entries(rows).flatMap(([text, value]) => [html("dt", {}, text), html("dd", {}, value)]),
      ),
    );
    const degrees = Array.from({ length: HIGHEST + 1 }, (_, d) => d);
    el.append(
      html(
        "details",
        {},
        html("summary", {}, "All degrees in numbers"),
        table(
          "The size of the weights is the root of the sum of their squares; the bias is not counted.",
          ["degree", "training error", "test error", "size of weights"],
          degrees.map((d) => [
            `${d}`,
            number(`train_${d}`),
            number(`test_${d}`),
            number(`size_${d}`, "weight"),
          ]),
        ),
      ),
    );

    const ridgeKnob = el.querySelector("[data-control=log_ridge]"); // its track is filled from "none", not from 10⁰
    const wide = GRID.map(chebyshev);
    return ui.watch(() => {
      const [degree, noise, log_ridge, points] = ["degree", "noise", "log_ridge", "points"].map((name) =>
        model.get(name),
      );
      const [n, now] = [Math.round(points), Math.round(degree)];
      const ridge = log_ridge > NO_RIDGE ? 10 ** log_ridge : 0;
      const normals = model.get("normals")[Number(model.get("draw")) - 1];
      const xs = Array.from({ length: n }, (_, i) => -1 + (2 * i) / (n - 1));
      const ys = xs.map((x, i) => sine(x) + noise * normals[i]);
      const features = xs.map(chebyshev);
      const solved = degrees.map((d) => fit(features, ys, d, ridge));
      const train = solved.map((w) => mean(features.map((row, i) => (valueOf(w, row) - ys[i]) ** 2)));
      const test = solved.map(
        (w) => noise ** 2 + mean(wide.map((row, i) => (valueOf(w, row) - sine(GRID[i])) ** 2)),
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
      set(line, {
        d: path(
          fits,
          GRID,
          wide.map((row) => clamp(valueOf(solved[now], row), -9, 9)),
        ),
      });
      set(here, { x1: errors.X(now), x2: errors.X(now) });
      set(floor, { y1: errors.Y(powers(noise ** 2)), y2: errors.Y(powers(noise ** 2)) });
      for (const [name, values] of Object.entries({ train, test })) {
        set(curves[name], { d: path(errors, degrees, values.map(powers)) });
        set(marks[name], { cx: errors.X(now), cy: errors.Y(powers(values[now])) });
        const at = errors.Y(powers(values[6]));
        set(names[name], {
          x: errors.X(6),
          y: name === "test" ? clamp(at - 10, 40, 226) : clamp(at + 26, 40, 252),
        });
      }
      ridgeKnob.style.setProperty("--from", "0%");
      ridgeKnob.style.setProperty("--to", `${(100 * (log_ridge - NO_RIDGE)) / 8}%`);
      fill(el, numbers);
    });
  },
};
