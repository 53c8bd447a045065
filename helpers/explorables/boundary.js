// One neuron with two inputs: the plane it shades, the line where it changes its mind, and the sum behind it.

import {
  card,
  change,
  choice,
  clamp,
  controls,
  count,
  facts,
  fill,
  fold,
  handle,
  heat,
  html,
  number,
  plane,
  put,
  row,
  set,
  show,
  slider,
  snap,
  svg,
  table,
  times,
  written,
} from "./kit.js";

// The share of a standard bell curve below z: a series near zero, a continued fraction in the tails.
function bellShare(z) {
  const far = Math.abs(z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  let tail;
  if (far < 3) {
    let [term, sum] = [far, far];
    for (let k = 3; term > 1e-17 * sum; k += 2) sum += term *= (far * far) / k;
    tail = 0.5 - density * sum;
  } else {
    let fraction = far;
    for (let k = 60; k > 0; k--) fraction = far + k / fraction;
    tail = density / fraction;
  }
  return z < 0 ? tail : 1 - tail;
}

// Each activation, its name, and the answers at the two ends of the grey scale and of the curve.
const ACTIVATIONS = {
  step: { text: "step", f: (z) => (z > 0 ? 1 : 0), ends: [0, 1] },
  sigmoid: { text: "sigmoid", f: (z) => 1 / (1 + Math.exp(-z)), ends: [0, 1] },
  tanh: { text: "tanh", f: Math.tanh, ends: [-1, 1] },
  relu: { text: "ReLU", f: (z) => Math.max(z, 0), ends: [0, 4] },
  gelu: { text: "GELU", f: (z) => z * bellShare(z), ends: [0, 4] },
};
const NAMES = Object.fromEntries(Object.entries(ACTIVATIONS).map(([key, { text }]) => [key, text]));
const SETS = { evenings: "evenings", and: "AND", or: "OR", xor: "XOR" };
const yesNo = (yes) => (yes ? "yes" : "no");

// The plane reaches from −2.5 to 2.5, and so do the weights: the arrow's tip is at (w1, w2).
const SIDE = 2.5;
const at = (value) => clamp(snap(value, 0.1), -SIDE, SIDE);

// A mark for one point: a disc wants yes, a ring wants no, and a square around it says that it is wrong.
function mark({ X, Y }, [x1, x2], target) {
  const [cx, cy] = [X(x1), Y(x2)];
  const frame = svg("rect", { x: cx - 12, y: cy - 12, width: 24, height: 24, rx: 3, class: "frame" });
  const shape = { r: 6.5, class: target ? "disc" : "ring" };
  return { frame, dot: svg("circle", { cx, cy, ...shape }), twin: svg("circle", { ...shape, r: 5 }) };
}

// The sum of one input in a column, as on paper.
function column() {
  const formula = html("span");
  const says = html("span", { class: "says" });
  const rows = [
    row("w₁·x₁", [written("{w1:weight} × {x1}"), number("product_1")]),
    row("w₂·x₂", [written("{w2:weight} × {x2}"), number("product_2")]),
    row("b", ["", number("b", "bias")]),
    row("z", ["their sum", number("z")], { class: "total" }),
    row(formula, [says, number("answer")]),
  ];
  return { element: html("table", { class: "column" }, html("tbody", {}, rows)), formula, says };
}

function legend() {
  const icon = (kind) =>
    svg(
      "svg",
      { viewBox: "0 0 26 26", class: "icon", "aria-hidden": "true" },
      kind === "frame"
        ? svg("rect", { x: 2, y: 2, width: 22, height: 22, rx: 3, class: kind })
        : svg("circle", { cx: 13, cy: 13, r: 7, class: kind }),
    );
  const [low, high] = [html("span"), html("span")];
  const element = html(
    "p",
    { class: "legend" },
    html("span", {}, icon("disc"), "wants yes"),
    html("span", {}, icon("ring"), "wants no"),
    html("span", {}, icon("frame"), "wrong"),
    html("span", {}, low, html("i", { class: "scale" }), high),
  );
  return { element, low, high };
}

// The activation as a curve over z, with every point at its own z: the plane, seen along the arrow.
function curve() {
  const [X, Y] = [(z) => 46 + (clamp(z, -4, 4) + 4) * 52, (share) => 112 - 96 * share];
  const path = svg("path", { class: "line curve" });
  const probe = svg("circle", { r: 7, class: "probe" });
  const [low, high] = [Y(0), Y(1)].map((y) =>
    svg("text", { x: 36, y: y + 4, class: "tick", "text-anchor": "end" }),
  );
  const dots = svg("g");
  const root = svg(
    "svg",
    { viewBox: "0 0 480 140", role: "img", "aria-label": "The activation over z, with each point on it." },
    ...[-4, -2, 0, 2, 4].map((z) =>
      svg("text", { x: X(z), y: 131, class: "tick", "text-anchor": "middle" }, show(z, 0)),
    ),
    svg("line", { x1: X(-4), x2: X(4), y1: Y(0), y2: Y(0), class: "grid" }),
    svg("line", { x1: X(0), x2: X(0), y1: Y(-0.06), y2: Y(1.1), class: "zero" }),
    svg("text", { x: X(4) + 14, y: 131, class: "axis" }, "z"),
    low,
    high,
    path,
    dots,
    probe,
  );
  const follow = (f, [from, to], points, z) => {
    const place = (at) => `${X(at)} ${Y((f(clamp(at, -4, 4)) - from) / (to - from))}`;
    const steps = times(161, (i) => place(-4 + i / 20));
    set(path, { d: `M${steps.join("L")}` });
    const stick = (element, at) => set(element, { transform: `translate(${place(at)})` });
    points.forEach(([element, at]) => stick(element, at));
    stick(probe, z);
    low.textContent = show(from, 0);
    high.textContent = show(to, 0);
  };
  return { root, dots, follow };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "boundary",
      title: "One neuron, one cut",
      task: "Drag the blue arrow and the orange handle until every point is right. Then try XOR.",
    });
    const surface = plane({
      x: [-SIDE, SIDE],
      y: [-SIDE, SIDE],
      labels: ["x₁", "x₂"],
      height: 486,
      label: "Points on a plane, shaded by a neuron's answer and cut by its boundary; the sliders set both.",
    });
    const { X, Y, top, root } = surface;
    const shade = heat(surface);

    const boundary = svg("line", { class: "line" });
    const [barHalo, bar] = ["halo", "bar bias"].map((kind) =>
      svg("line", { x1: X(0), y1: Y(0), class: kind }),
    );
    const [arrowHalo, arrow] = ["halo", "bar weight"].map((kind) =>
      svg("line", { x1: X(0), y1: Y(0), class: kind }),
    );
    const [frames, dots] = [svg("g"), svg("g")];
    const weightName = svg("text", { class: "name weight", "text-anchor": "middle" }, "w");
    const probeName = svg("text", { class: "name", "text-anchor": "middle" }, "x");
    top.append(boundary, barHalo, arrowHalo, bar, arrow, frames, dots, weightName, probeName);

    const tip = handle(surface, "weight", (x, y) => put(model, { w1: at(x), w2: at(y) }));
    const slide = handle(surface, "bias", (x, y) =>
      change(model, "b", clamp(snap(-(model.get("w1") * x + model.get("w2") * y), 0.1), -3, 3)),
    );
    const probe = handle(surface, "probe", (x, y) => put(model, { x1: at(x), x2: at(y) }));
    root.append(slide, tip, probe);

    const scale = legend();
    const bent = curve();
    const sum = column();
    const note = html("dd", { class: "wide" });
    const right = html("span", { class: "reached" });
    const range = { min: -SIDE, max: SIDE, step: 0.1 };
    ui.stage.append(shade.element, scale.element, bent.root);
    ui.panel.append(
      slider({ model, name: "w1", label: "weight w₁", kind: "weight", ...range }),
      slider({ model, name: "w2", label: "weight w₂", kind: "weight", ...range }),
      slider({ model, name: "b", label: "bias b", kind: "bias", min: -3, max: 3, step: 0.1 }),
      html(
        "div",
        { class: "pair" },
        slider({ model, name: "x1", label: "input x₁", ...range }),
        slider({ model, name: "x2", label: "input x₂", ...range }),
      ),
      sum.element,
      facts(
        ["right", right, count("right"), " of ", count("total")],
        ["most that a line can do", count("best")],
        note,
        ["distance to the origin", number("distance", "bias")],
        html("dd", { class: "wide" }, written("|b| / ‖w‖ = {bias_size:bias} / {length:weight}")),
      ),
    );
    ui.stage.parentElement.before(
      html(
        "div",
        { class: "choices" },
        choice({ model, name: "data", label: "points", options: SETS }),
        choice({ model, name: "activation", label: "activation", options: NAMES }),
      ),
    );
    const byHand = html("div");
    el.append(fold("Every point by hand", byHand));

    let [drawn, marks, says] = [null, [], []];
    const lay = (name, points, target) => {
      drawn = name;
      marks = points.map((point, i) => mark(surface, point, target[i]));
      says = points.map(() => html("span"));
      frames.replaceChildren(...marks.map(({ frame }) => frame));
      dots.replaceChildren(...marks.map(({ dot }) => dot));
      bent.dots.replaceChildren(...marks.map(({ twin }) => twin));
      const line = ([x1, x2], i) => [
        show(x1),
        show(x2),
        yesNo(target[i]),
        number(`z_${i}`),
        number(`answer_${i}`),
        says[i],
      ];
      const sums = table(
        "A neuron says yes where z = w₁·x₁ + w₂·x₂ + b is above 0.",
        ["x₁", "x₂", "target", "z", "answer", "says"],
        points.map(line),
      );
      byHand.replaceChildren(sums);
    };

    return ui.watch(() => {
      const { w1, w2, b, x1, x2, activation, data } = controls(model);
      const { f, text, ends } = ACTIVATIONS[activation];
      const [low, high] = ends;
      const { x: points, target, best } = model.get("sets")[data];
      if (data !== drawn) lay(data, points, target);

      const z = w1 * x1 + w2 * x2 + b;
      const squared = w1 * w1 + w2 * w2;
      const sums = points.map(([p1, p2]) => w1 * p1 + w2 * p2 + b);
      const good = sums.map((value, i) => value > 0 === Boolean(target[i]));
      const rights = good.filter(Boolean).length;
      const numbers = {
        w1,
        w2,
        b,
        x1,
        x2,
        z,
        product_1: w1 * x1,
        product_2: w2 * x2,
        answer: f(z),
        bias_size: Math.abs(b),
        length: Math.hypot(w1, w2),
        distance: squared ? Math.abs(b) / Math.hypot(w1, w2) : NaN,
        right: rights,
        total: points.length,
        best,
      };
      sums.forEach((value, i) => {
        Object.assign(numbers, { [`z_${i}`]: value, [`answer_${i}`]: f(value) });
        set(marks[i].frame, { opacity: good[i] ? 0 : 1 });
        says[i].textContent = `${yesNo(value > 0)} ${good[i] ? "✓" : "✗"}`;
      });

      const twins = marks.map(({ twin }, i) => [twin, sums[i]]);
      bent.follow(f, ends, twins, z);
      shade.paint((p1, p2) => (f(w1 * p1 + w2 * p2 + b) - low) / (high - low));
      // The foot is the place of the line that is nearest to the origin; the line goes on from it both ways.
      const [f1, f2] = squared ? [(-b * w1) / squared, (-b * w2) / squared] : [0, 0];
      const [d1, d2] = squared ? [-w2, w1].map((part) => (9 * part) / Math.sqrt(squared)) : [0, 0];
      set(boundary, { x1: X(f1 - d1), y1: Y(f2 - d2), x2: X(f1 + d1), y2: Y(f2 + d2) });
      [barHalo, bar].forEach((element) => set(element, { x2: X(f1), y2: Y(f2) }));
      // How much of the way to the foot stays on the plane: there the handle stands.
      const inside = Math.min(1, SIDE / Math.max(Math.abs(f1), Math.abs(f2), 1e-9));
      set(slide, { cx: X(f1 * inside), cy: Y(f2 * inside), visibility: squared ? "visible" : "hidden" });
      set(tip, { cx: X(w1), cy: Y(w2) });
      [arrowHalo, arrow].forEach((element) => set(element, { x2: X(w1), y2: Y(w2) }));
      set(probe, { cx: X(x1), cy: Y(x2) });
      const away = squared ? 20 / Math.sqrt(squared) : 0;
      set(weightName, { x: X(w1) + w1 * away, y: Y(w2) - w2 * away + 5 });
      set(probeName, { x: X(x1), y: Y(x2) - 13 });

      sum.formula.textContent = `${text}(z)`;
      sum.says.textContent = `says ${yesNo(z > 0)}`;
      right.textContent = rights === best ? "✓ " : "";
      if (!squared) note.textContent = "both weights 0: no boundary";
      else note.textContent = best < points.length ? "no line gets all of them" : "";
      scale.low.textContent = `answer ${show(low, 0)}`;
      scale.high.textContent = activation.endsWith("elu") ? `${high} or more` : show(high, 0);
      fill(el, numbers);
    });
  },
};
