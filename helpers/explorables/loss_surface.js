// A line through five rides, and its loss as a bowl over w and b: each place in the bowl is a line.

import {
  card,
  change,
  choice,
  clamp,
  contour,
  controls,
  facts,
  fill,
  fold,
  handle,
  heat,
  html,
  mean,
  number,
  plane,
  put,
  set,
  show,
  slider,
  snap,
  svg,
  table,
} from "./kit.js";

const GRIP = 5.6; // where the handle of the weight stands
const W = [-1, 5]; // the reach of both sliders, and of the bowl
const B = [-4, 10];
const sign = (gap) => (Math.abs(gap) < 1e-9 ? 0 : Math.sign(gap)); // a point on the line has no side

function lowestSquared(xs, ys) {
  const [mx, my] = [mean(xs), mean(ys)];
  const w = mean(xs.map((x, i) => (x - mx) * (ys[i] - my))) / mean(xs.map((x) => (x - mx) ** 2));
  return [w, my - w * mx];
}

// One of the lowest lines passes through two of the points: try them all.
function lowestAbsolute(xs, ys) {
  let [best, found] = [Infinity, null];
  for (let i = 0; i < xs.length; i++) {
    for (let k = i + 1; k < xs.length; k++) {
      const w = (ys[k] - ys[i]) / (xs[k] - xs[i]);
      const b = ys[i] - w * xs[i];
      const height = mean(xs.map((x, n) => Math.abs(w * x + b - ys[n])));
      if (height < best - 1e-12) [best, found] = [height, [w, b]];
    }
  }
  return found;
}

// The cost of a gap, its slope in the gap, the lowest place, and how high the rings around it lie.
const LOSSES = {
  squared: {
    text: "gap²",
    cost: (gap) => gap * gap,
    slope: (gap) => 2 * gap,
    lowest: lowestSquared,
    ring: (k) => 0.35 * k * k,
  },
  absolute: { text: "|gap|", cost: Math.abs, slope: sign, lowest: lowestAbsolute, ring: (k) => 0.75 * k },
};
const NAMES = { squared: LOSSES.squared.text, absolute: LOSSES.absolute.text };
const RINGS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18];

// The rides, the line, and each gap: a square where squares are counted, a bar where sizes are.
function ridesOf(model) {
  const surface = plane({
    x: [-0.5, 6],
    y: [-4, 20],
    labels: ["kilometres", "euros"],
    width: 372,
    height: 340,
    label: "Five rides and the line that the weight and the bias set, with the gap at each ride.",
  });
  const { X, Y, top, root } = surface;
  const [xs, moved] = [model.get("xs"), model.get("moved")];
  const squares = xs.map(() => svg("rect", { class: "square" }));
  const gaps = xs.map((x) => svg("line", { x1: X(x), x2: X(x), class: "gap" }));
  const line = svg("line", { x1: X(-0.5), x2: X(6), class: "line" });
  const points = xs.map((x) => svg("circle", { cx: X(x), r: 5, class: "point" }));
  top.append(...squares, ...gaps, line, ...points);
  const price = handle(surface, "data", (_, y) => change(model, "y4", clamp(snap(y, 0.5), 0, 20)));
  const bias = handle(surface, "bias", (_, y) => change(model, "b", clamp(snap(y, 0.1), ...B)));
  const weight = handle(surface, "weight", (_, y) =>
    change(model, "w", clamp(snap((y - model.get("b")) / GRIP, 0.1), ...W)),
  );
  root.append(price, bias, weight);
  const follow = (w, b, ys, squared) => {
    set(line, { y1: Y(b - 0.5 * w), y2: Y(6 * w + b) });
    xs.forEach((x, i) => {
      const [from, to] = [Y(ys[i]), Y(w * x + b)];
      const side = squared ? Math.abs(to - from) : 0;
      set(gaps[i], { y1: from, y2: to });
      const left = to < from ? X(x) - side : X(x);
      set(squares[i], { x: left, y: Math.min(from, to), width: side, height: side });
      set(points[i], { cy: from });
    });
    set(price, { cx: X(xs[moved]), cy: Y(ys[moved]) });
    set(bias, { cx: X(0), cy: Y(clamp(b, -4, 20)) });
    set(weight, { cx: X(GRIP), cy: Y(clamp(GRIP * w + b, -4, 20)) });
  };
  return { root, follow };
}

// The bowl: grey and rings change with the rides and the loss only, the point and its arrow with every turn.
function bowlOf(model) {
  const surface = plane({
    x: W,
    y: B,
    labels: ["weight w", "bias b"],
    width: 372,
    height: 340,
    label:
      "The loss over all weights and biases, darker where it is higher, " +
      "with rings of equal loss around the lowest place.",
  });
  const { X, Y, top, root } = surface;
  const map = heat(surface, 64);
  const rings = svg("path", { class: "ring-line" });
  const cross = svg("path", { class: "cross" });
  const bars = ["weight", "bias"].map((kind) => svg("line", { class: `bar ${kind}` }));
  const guides = [svg("line", { class: "gap" }), svg("line", { class: "gap" })];
  const arrow = svg("path", { class: "arrow" });
  top.append(rings, ...guides, ...bars, cross, arrow);
  const place = handle(surface, "probe", (x, y) =>
    put(model, { w: clamp(snap(x, 0.1), ...W), b: clamp(snap(y, 0.1), ...B) }),
  );
  root.append(place);
  let shown = "";
  const shape = (key, height, lowest, [lw, lb], ring) => {
    if (shown === key) return;
    shown = key;
    const far = ring(18);
    map.paint((w, b) => 0.75 * Math.sqrt((height(w, b) - lowest) / far));
    set(rings, { d: RINGS.map((k) => contour(surface, height, lowest + ring(k), 56)).join("") });
    set(cross, { d: `M${X(lw) - 6} ${Y(lb) - 6}l12 12m0 -12l-12 12` });
  };
  const follow = (w, b, slopeW, slopeB) => {
    const [x, y] = [X(w), Y(b)];
    set(bars[0], { x1: X(0), x2: x, y1: Y(B[0]), y2: Y(B[0]) });
    set(bars[1], { x1: X(W[0]), x2: X(W[0]), y1: Y(0), y2: y });
    set(guides[0], { x1: x, x2: x, y1: y, y2: Y(B[0]) });
    set(guides[1], { x1: x, x2: X(W[0]), y1: y, y2: y });
    set(place, { cx: x, cy: y });
    // Downhill on the plane: against both slopes, each in the units of its own axis.
    const [dx, dy] = [-slopeW * (X(1) - X(0)), -slopeB * (Y(1) - Y(0))];
    const size = Math.hypot(dx, dy);
    if (size < 1e-6) return set(arrow, { d: "" });
    const [ux, uy, long] = [dx / size, dy / size, 24 + (44 * size) / (size + 900)];
    const at = (along, side) =>
      `${(x + along * ux - side * uy).toFixed(1)} ${(y + along * uy + side * ux).toFixed(1)}`;
    const head = [at(long - 10, 1.8), at(long - 10, 6), at(long, 0), at(long - 10, -6), at(long - 10, -1.8)];
    set(arrow, { d: `M${[at(9, 1.8), ...head, at(9, -1.8)].join("L")}Z` });
  };
  return { element: map.element, shape, follow };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "loss_surface",
      title: "Every line is a place in a bowl",
      task:
        "Drag the dot in the bowl and watch the line, or drag the line and watch the dot. " +
        "Then make one ride absurdly dear.",
    });
    const [rides, bowl] = [ridesOf(model), bowlOf(model)];
    const [reached, kind, cost] = [
      html("span", { class: "reached" }, "✓ reached "),
      html("span"),
      html("span"),
    ];
    ui.stage.parentElement.before(html("div", { class: "twins" }, rides.root, bowl.element));
    ui.stage.append(
      html(
        "div",
        { class: "panel" },
        choice({ model, name: "loss", label: "the loss is the mean of", options: NAMES }),
        slider({ model, name: "w", label: "weight w", kind: "weight", min: W[0], max: W[1], step: 0.1 }),
        slider({ model, name: "b", label: "bias b", kind: "bias", min: B[0], max: B[1], step: 0.1 }),
        slider({ model, name: "y4", label: "price of the ride of 4 kilometres", min: 0, max: 20, step: 0.5 }),
      ),
    );
    ui.panel.append(
      facts(
        [["loss, the mean of ", kind], number("height")],
        ["lowest possible, at the ×", reached, number("lowest")],
        ["the × is at w", number("lowest_w", "weight")],
        ["and at b", number("lowest_b", "bias")],
        ["slope of the loss in w", number("slope_w", "gradient")],
        ["slope of the loss in b", number("slope_b", "gradient")],
      ),
      html(
        "p",
        { class: "key" },
        "Stronger grey: higher loss. A ring: equal loss. The arrow: against both slopes.",
      ),
    );
    const [xs, prices, moved] = [model.get("xs"), model.get("ys"), model.get("moved")];
    const byHand = (x, i) => [
      show(x),
      i === moved ? number("y4") : show(prices[i]),
      number(`answer_${i}`),
      number(`gap_${i}`),
      number(`cost_${i}`),
    ];
    const sums = table(
      "Each gap is w·x + b minus the target. The loss is the mean of the last column.",
      ["x", "target", "w·x + b", "gap", cost],
      xs.map(byHand),
    );
    el.append(fold("The loss by hand", sums));

    return ui.watch(() => {
      const { w, b, y4, loss: name } = controls(model);
      const loss = LOSSES[name];
      const ys = prices.map((y, i) => (i === moved ? y4 : y));
      const height = (w, b) => mean(xs.map((x, i) => loss.cost(w * x + b - ys[i])));
      const best = loss.lowest(xs, ys);
      const gaps = xs.map((x, i) => w * x + b - ys[i]);
      const numbers = {
        w,
        b,
        y4,
        height: height(w, b),
        lowest: height(...best),
        lowest_w: best[0],
        lowest_b: best[1],
        slope_w: mean(gaps.map((gap, i) => loss.slope(gap) * xs[i])),
        slope_b: mean(gaps.map(loss.slope)),
      };
      gaps.forEach((gap, i) =>
        Object.assign(numbers, {
          [`answer_${i}`]: w * xs[i] + b,
          [`gap_${i}`]: gap,
          [`cost_${i}`]: loss.cost(gap),
        }),
      );
      kind.textContent = cost.textContent = loss.text;
      reached.classList.toggle("not-yet", numbers.height >= numbers.lowest + 1e-9);
      rides.follow(w, b, ys, name === "squared");
      bowl.shape(`${name} ${y4}`, height, numbers.lowest, best, loss.ring);
      bowl.follow(w, b, numbers.slope_w, numbers.slope_b);
      fill(el, numbers);
    });
  },
};
