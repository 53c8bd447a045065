// The 2-2-1 network: the drawing carries its nine parameters, the surface and the four points of XOR follow.

import {
  button,
  card,
  choice,
  clamp,
  contour,
  controls,
  count,
  facts,
  few,
  fill,
  fold,
  grid,
  handle,
  heat,
  html,
  mean,
  number,
  placed,
  plane,
  presets,
  put,
  row,
  set,
  slider,
  snap,
  subscripts,
  svg,
  times,
  written,
} from "./kit.js";

const ACTIVATIONS = {
  none: (z) => z,
  relu: (z) => Math.max(z, 0),
  tanh: Math.tanh,
  sigmoid: (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))),
};
const NAMES = { none: "none", relu: "ReLU", tanh: "tanh", sigmoid: "sigmoid" };

// Where things stand in the drawing, in percent of its width and height; `wire` is an SVG path between them.
const INPUTS = { x1: [9.5, 23], x2: [9.5, 77] };
const UNITS = [
  { title: "unit 1", at: [51, 23], weights: ["w11", "w12"], bias: "b1", sum: "z1", answer: "h1" },
  { title: "unit 2", at: [51, 77], weights: ["w21", "w22"], bias: "b2", sum: "z2", answer: "h2" },
  { title: "output", at: [89, 50], weights: ["w31", "w32"], bias: "b3", sum: "y" },
];
const HIDDEN = UNITS.slice(0, 2);
const WEIGHTS = {
  w11: { at: [30, 23], from: "x1", wire: "M9.5 23L51 23" },
  w12: { at: [23.8, 58.5], from: "x2", wire: "M9.5 77L51 23" },
  w21: { at: [23.8, 41.5], from: "x1", wire: "M9.5 23L51 77" },
  w22: { at: [30, 77], from: "x2", wire: "M9.5 77L51 77" },
  w31: { at: [76.2, 27.8], from: "h1", wire: "M51 23Q89 23 89 50" },
  w32: { at: [76.2, 72.2], from: "h2", wire: "M51 77Q89 77 89 50" },
};

function forward(p, act, x1, x2) {
  const z1 = p.w11 * x1 + p.w12 * x2 + p.b1;
  const z2 = p.w21 * x1 + p.w22 * x2 + p.b2;
  const [h1, h2] = [act(z1), act(z2)];
  return { z1, z2, h1, h2, y: p.w31 * h1 + p.w32 * h2 + p.b3 };
}

// The small curve in a hidden unit, with a dot where its sum has put it.
function curve() {
  const line = svg("path", { class: "bend" });
  const dot = svg("circle", { r: 3.2, class: "spot" });
  const place = (z, h) => [20 + 6 * clamp(z, -3, 3), 13 - 6 * clamp(h, -1.8, 1.8)];
  const follow = (act, z) => {
    const steps = times(25, (i) => -3 + i / 4);
    set(line, { d: "M" + steps.map((at) => place(at, act(at))).join("L") });
    const [cx, cy] = place(z, act(z));
    set(dot, { cx, cy });
  };
  return {
    element: svg("svg", { viewBox: "0 0 40 26", class: "curve", "aria-hidden": "true" }, line, dot),
    follow,
  };
}

// The drawing: wires, boxes for inputs and units, and a slider on each wire and in each box.
function drawing(model) {
  const knob = (name, at, kind, meaning, range = { min: -3, max: 3, step: 0.1 }) => {
    const label = html("span", {}, subscripts(name), html("span", { class: "long" }, ` ${meaning}`));
    return placed(at, set(slider({ model, name, label, kind, ...range }), { class: `slider knob ${kind}` }));
  };
  const thin = (name, kind, tag = "p") =>
    html(tag, { class: "thin" }, subscripts(name), " ", few(name, kind));
  const group = (title, knobs) =>
    html("div", { class: "group", role: "group", "aria-label": title }, html("p", {}, title), knobs);
  const [wires, curves, boxes, groups] = [{}, [], [], []];

  const inputs = Object.entries(INPUTS).map(([name, at]) => {
    boxes.push(placed(at, html("div", { class: "unit in" }, thin(name, "plain", "span"))));
    return knob(name, at, "data", "input", { min: -1, max: 2, step: 0.1 });
  });
  groups.push(group("inputs", inputs));
  for (const { title, at, weights, bias, sum, answer } of UNITS) {
    const head = html("p", { class: "head" }, title);
    const sums = [sum, answer]
      .filter(Boolean)
      .map((name) => [html("span", {}, subscripts(name)), number(name)]);
    if (answer) {
      curves.push(curve());
      head.append(curves.at(-1).element);
    }
    const content = [head, thin(bias, "bias"), html("p", { class: "sums" }, sums.flat())];
    boxes.push(placed(at, html("div", { class: "unit" }, content)));
    const into = weights.map((name) => {
      const { at: spot, from, wire } = WEIGHTS[name];
      wires[name] = svg("path", { d: wire, class: "wire", "vector-effect": "non-scaling-stroke" });
      boxes.push(placed(spot, html("div", { class: "tag" }, few(name, "weight"))));
      return knob(name, spot, "weight", `from ${subscripts(from)}`);
    });
    groups.push(group(title, [...into, knob(bias, at, "bias", "bias")]));
  }
  const lines = svg(
    "svg",
    { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" },
    Object.values(wires),
  );
  const element = html("div", { class: "net" }, html("div", { class: "sketch" }, lines, boxes), groups);
  const follow = (p, act, now) => {
    for (const [name, wire] of Object.entries(wires)) {
      const dashes = p[name] < 0 ? "7 6" : "none";
      set(wire, { "stroke-width": 1 + 2.4 * Math.abs(p[name]), "stroke-dasharray": dashes });
      wire.classList.toggle("off", p[name] === 0);
    }
    HIDDEN.forEach(({ sum }, i) => curves[i].follow(act, now[sum]));
  };
  return { element, follow };
}

// The four points, a column each; the head of a column is a button that puts the point into the drawing.
function pointTable(model) {
  const [points, targets] = [model.get("points"), model.get("targets")];
  const heads = points.map(([x1, x2]) =>
    set(
      button(`${x1}, ${x2}`, () => put(model, { x1, x2 })),
      { "aria-label": `show the point ${x1}, ${x2}` },
    ),
  );
  const each = (name) => points.map((_, i) => number(`${name}_${i}`, "plain", 3));
  const verdicts = points.map(() => html("span"));
  const rows = [
    ...["z1", "z2", "h1", "h2", "y"].map((name) => row(subscripts(name), each(name))),
    row("target", targets),
    row("gap²", each("square")),
    row("right?", verdicts),
  ];
  const caption = "Every number of the four points. Choose one to see it in the drawing.";
  const element = grid(caption, ["x₁, x₂", ...heads], rows, { class: "points" });
  const follow = (squares, x1, x2) =>
    squares.forEach((square, i) => {
      verdicts[i].textContent = square < 0.25 ? "✓ yes" : "no";
      const here = points[i][0] === x1 && points[i][1] === x2;
      set(heads[i], { "aria-pressed": `${here}` });
      for (const line of element.rows) line.cells[i + 1].classList.toggle("here", here);
    });
  return { element, follow };
}

// The plane of both inputs: the output as a heat map, its 0.5 line, and where each hidden sum is zero.
function surfaceOf(model) {
  const surface = plane({
    x: [-1, 2],
    y: [-1, 2],
    labels: ["x₁", "x₂"],
    width: 330,
    height: 336,
    label:
      "The output over both inputs as a heat map, with the four points of XOR; " +
      "the table holds their numbers.",
  });
  const { X, Y, top, root } = surface;
  const map = heat(surface);
  const edges = HIDDEN.map(() => svg("path", { class: "gap" }));
  const names = HIDDEN.map(({ sum }) => svg("text", { class: "tick" }, `${subscripts(sum)} = 0`));
  const half = svg("path", { class: "line", fill: "none" });
  const targets = model.get("targets");
  const marks = model
    .get("points")
    .map(([x, y], i) =>
      svg(
        "g",
        { class: `mark ${targets[i] ? "one" : "zero-mark"}` },
        svg("circle", { cx: X(x), cy: Y(y), r: 10.5 }),
        svg("text", { x: X(x), y: Y(y) + 5, "text-anchor": "middle" }, `${targets[i]}`),
      ),
    );
  top.append(...edges, half, ...marks, ...names);
  const round = (value) => clamp(snap(value, 0.1), -1, 2);
  const move = (x, y) => put(model, { x1: round(x), x2: round(y) });
  const input = handle(surface, "data hollow", move);
  set(input, { r: 15 });
  root.append(input);
  const follow = (p, act, x1, x2) => {
    const height = (a, b) => forward(p, act, a, b).y;
    map.paint(height);
    set(half, { d: contour(surface, height, 0.5) });
    HIDDEN.forEach(({ weights: [w, v], bias }, i) => {
      const path = contour(surface, (a, c) => p[w] * a + p[v] * c + p[bias], 0, 1);
      // Unit 1 is named at one end of its line, unit 2 at the other.
      const ends = path.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
      set(edges[i], { d: path });
      set(names[i], {
        x: clamp(ends[2 * i] + 6, 46, 262),
        y: clamp(ends[2 * i + 1] + 16, 40, 290),
        opacity: path ? 1 : 0,
      });
    });
    set(input, { cx: X(x1), cy: Y(x2) });
  };
  return { element: map.element, follow };
}

// The plane of both hidden answers: the same four points, where the hidden layer has put them, and the line
// that the output draws there. XOR is solved when this line parts the ones from the zeros.
function hiddenSpace(model) {
  const surface = plane({
    x: [-2, 4],
    y: [-2, 4],
    labels: ["h₁", "h₂"],
    width: 330,
    height: 336,
    label: "The four points of XOR by their two hidden answers, and the line where the output is 0.5.",
  });
  const { X, Y, top } = surface;
  const half = svg("path", { class: "line" });
  const targets = model.get("targets");
  const marks = targets.map((target) =>
    svg(
      "g",
      { class: `mark ${target ? "one" : "zero-mark"}` },
      svg("circle", { r: 10.5 }),
      svg("text", { y: 5, "text-anchor": "middle" }, `${target}`),
    ),
  );
  top.append(half, ...marks);
  const follow = (p, four) => {
    const put = ({ h1, h2 }) => `translate(${X(clamp(h1, -9, 9))} ${Y(clamp(h2, -9, 9))})`;
    // A point on another would hide it: each next one stands a little aside.
    four.forEach((at, i) => {
      const under = four.slice(0, i).filter((other) => Math.hypot(other.h1 - at.h1, other.h2 - at.h2) < 0.02);
      set(marks[i], { transform: `${put(at)} translate(${10 * under.length} ${6 * under.length})` });
    });
    set(half, { d: contour(surface, (a, b) => p.w31 * a + p.w32 * b + p.b3, 0.5, 1) });
  };
  return { element: surface.root, follow };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "network",
      title: "Nine parameters, all in sight",
      task:
        "Turn the knobs until the four answers are right: 1 where one input is 1, " +
        "and 0 where none or both are.",
    });
    const [net, points, surface] = [drawing(model), pointTable(model), surfaceOf(model)];
    const hidden = hiddenSpace(model);
    const result = html("span", { class: "reached" });
    ui.stage.parentElement.before(net.element);
    ui.stage.append(
      html("div", { class: "twins" }, [
        html("div", {}, html("p", { class: "key" }, "the inputs"), surface.element),
        html("div", {}, html("p", { class: "key" }, "the same four in the hidden layer"), hidden.element),
      ]),
      html(
        "p",
        { class: "key" },
        "Stronger grey: larger y. Solid line: y is 0.5. Dashed: a hidden sum is 0.",
      ),
    );
    ui.panel.append(
      choice({ model, name: "activation", label: "activation in the hidden units", options: NAMES }),
      facts(
        ["misfit, the mean of gap²", number("misfit")],
        ["answers right", result, count("right"), " of 4"],
      ),
    );
    ui.buttons.prepend(...presets(model));
    const acts = HIDDEN.map(() => html("span"));
    const line = (text) => html("span", {}, written(text));
    const steps = [
      html(
        "p",
        {},
        line("z₁ = {w11:weight} × {x1} + {w12:weight} × {x2} + {b1:bias} = {z1:result}"),
        " ",
        html("span", {}, "h₁ = ", acts[0], " = ", number("h1", "result")),
      ),
      html(
        "p",
        {},
        line("z₂ = {w21:weight} × {x1} + {w22:weight} × {x2} + {b2:bias} = {z2:result}"),
        " ",
        html("span", {}, "h₂ = ", acts[1], " = ", number("h2", "result")),
      ),
      html("p", {}, line("y = {w31:weight} × {h1} + {w32:weight} × {h2} + {b3:bias} = {y:result}")),
    ];
    el.append(html("div", { class: "sum steps" }, steps), fold("The four points in numbers", points.element));
    const [corners, targets] = [model.get("points"), model.get("targets")];

    return ui.watch(() => {
      const p = controls(model);
      const { x1, x2 } = p;
      const act = ACTIVATIONS[p.activation];
      HIDDEN.forEach(({ sum }, i) => {
        const z = subscripts(sum);
        acts[i].textContent = p.activation === "none" ? z : `${NAMES[p.activation]}(${z})`;
      });
      const now = forward(p, act, x1, x2);
      const numbers = { ...p, ...now };
      delete numbers.activation;
      const four = corners.map(([a, b]) => forward(p, act, a, b));
      const squares = four.map((values, i) => {
        const square = (values.y - targets[i]) ** 2;
        for (const [name, value] of Object.entries({ ...values, square })) numbers[`${name}_${i}`] = value;
        return square;
      });
      numbers.misfit = mean(squares);
      numbers.right = squares.filter((square) => square < 0.25).length;
      result.textContent = numbers.right === 4 ? "✓ " : "";
      net.follow(p, act, now);
      points.follow(squares, x1, x2);
      surface.follow(p, act, x1, x2);
      hidden.follow(p, four);
      fill(el, numbers);
    });
  },
};
