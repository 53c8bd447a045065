// The 2-2-1 network: the drawing carries its nine parameters, the surface and the four points of XOR follow.

const ACTIVATIONS = {
  none: (z) => z,
  relu: (z) => Math.max(z, 0),
  tanh: Math.tanh,
  sigmoid: (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z))),
};
const NAMES = { none: "none", relu: "ReLU", tanh: "tanh", sigmoid: "sigmoid" };
const POINTS = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const TARGETS = [0, 1, 1, 0];
const SOLVED = { w11: 1, w12: 1, b1: 0, w21: 1, w22: 1, b2: -1, w31: 1, w32: -2, b3: 0, activation: "relu" };
const FLAT = { w11: 0, w12: 0, b1: 0, w21: 0, w22: 0, b2: 0, w31: 0, w32: 0, b3: 0.5 };

// Where things stand in the drawing, in percent of its width and height; `wire` is an SVG path between them.
const UNITS = {
  x1: { at: [9.5, 23] },
  x2: { at: [9.5, 77] },
  1: { at: [51, 23], title: "unit 1", sums: ["z1", "h1"] },
  2: { at: [51, 77], title: "unit 2", sums: ["z2", "h2"] },
  3: { at: [89, 50], title: "output", sums: ["y"] },
};
const WEIGHTS = {
  w11: { at: [30, 23], from: "x1", to: 1, wire: "M9.5 23L51 23" },
  w12: { at: [23.8, 58.5], from: "x2", to: 1, wire: "M9.5 77L51 23" },
  w21: { at: [23.8, 41.5], from: "x1", to: 2, wire: "M9.5 23L51 77" },
  w22: { at: [30, 77], from: "x2", to: 2, wire: "M9.5 77L51 77" },
  w31: { at: [76.2, 27.8], from: "h1", to: 3, wire: "M51 23Q89 23 89 50" },
  w32: { at: [76.2, 72.2], from: "h2", to: 3, wire: "M51 77Q89 77 89 50" },
};

function forward(p, act, x1, x2) {
  const z1 = p.w11 * x1 + p.w12 * x2 + p.b1;
  const z2 = p.w21 * x1 + p.w22 * x2 + p.b2;
  const [h1, h2] = [act(z1), act(z2)];
  return { z1, z2, h1, h2, y: p.w31 * h1 + p.w32 * h2 + p.b3 };
}

const placed = ([x, y], element) => (
  element.style.setProperty("--x", `${x}%`),
  element.style.setProperty("--y", `${y}%`),
  element
);
const short = (name, kind) => set(number(name, kind), { "data-digits": 2 });

// The small curve in a hidden unit, with a dot where its sum has put it.
function curve() {
  const line = svg("path", { class: "bend" });
  const dot = svg("circle", { r: 3.2, class: "spot" });
  const place = (z, h) => [20 + 6 * clamp(z, -3, 3), 13 - 6 * clamp(h, -1.8, 1.8)];
  const follow = (act, z) => {
    const steps = Array.from({ length: 25 }, (_, i) => -3 + i / 4);
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
  const box = (key, ...content) => placed(UNITS[key].at, html("div", { class: "unit" }, ...content));
  const below = ([x, y], down) => [x, y + down];
  const wires = {},
    curves = {},
    boxes = [],
    groups = [];

  const inputs = ["x1", "x2"].map((name) => {
    boxes.push(
      placed(
        UNITS[name].at,
        html(
          "div",
          { class: "unit in" },
          html("span", { class: "thin" }, subscripts(name), " ", short(name)),
        ),
      ),
    );
    return knob(name, UNITS[name].at, "data", "input", { min: -1, max: 2, step: 0.1 });
  });
  groups.push(
    html(
      "div",
      { class: "group", role: "group", "aria-label": "inputs" },
      html("p", {}, "inputs"),
      ...inputs,
    ),
  );
  for (const unit of [1, 2, 3]) {
    const { at, title, sums } = UNITS[unit];
    const into = Object.entries(WEIGHTS).filter(([, weight]) => weight.to === unit);
    if (unit < 3) curves[unit] = curve();
    boxes.push(
      box(
        unit,
        html("p", { class: "head" }, title, ...(unit < 3 ? [curves[unit].element] : [])),
        html("p", { class: "thin" }, subscripts(`b${unit}`), " ", short(`b${unit}`, "bias")),
        html(
          "p",
          { class: "sums" },
          ...sums.flatMap((name) => [html("span", {}, subscripts(name)), number(name)]),
        ),
      ),
    );
    groups.push(
      html(
        "div",
        { class: "group", role: "group", "aria-label": title },
        html("p", {}, title),
        ...into.map(([name, { at: spot, from }]) => knob(name, spot, "weight", `from ${subscripts(from)}`)),
        knob(`b${unit}`, below(at, 0), "bias", "bias"),
      ),
    );
    for (const [name, { at: spot, wire }] of into) {
      wires[name] = svg("path", { d: wire, class: "wire", "vector-effect": "non-scaling-stroke" });
      boxes.push(placed(spot, html("div", { class: "tag" }, short(name, "weight"))));
    }
  }
  const lines = svg(
    "svg",
    { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...Object.values(wires),
  );
  const element = html("div", { class: "net" }, html("div", { class: "sketch" }, lines, ...boxes), ...groups);
  const follow = (p, act, now) => {
    for (const [name, wire] of Object.entries(wires)) {
      set(wire, {
        "stroke-width": 1 + 2.4 * Math.abs(p[name]),
        "stroke-dasharray": p[name] < 0 ? "7 6" : "none",
      });
      wire.classList.toggle("off", p[name] === 0);
    }
    for (const unit of [1, 2]) curves[unit].follow(act, now[`z${unit}`]);
  };
  return { element, follow };
}

// The four points, a column each; the head of a column is a button that puts the point into the drawing.
function pointTable(put) {
  const heads = POINTS.map(([x1, x2], i) =>
    html(
      "button",
      { type: "button", "aria-label": `show the point ${x1}, ${x2}`, onclick: () => put({ x1, x2 }) },
      `${x1}, ${x2}`,
    ),
  );
  const cells = (content) => POINTS.map((_, i) => html("td", {}, content(i)));
  const row = (name, content) => html("tr", {}, html("th", { scope: "row" }, name), ...cells(content));
  const verdicts = POINTS.map(() => html("span"));
  const values = ["z1", "z2", "h1", "h2", "y"].map((name) =>
    row(subscripts(name), (i) => set(number(`${name}_${i}`), { "data-digits": 3 })),
  );
  const element = html(
    "table",
    { class: "points" },
    html("caption", {}, "Every number of the four points. Choose one to see it in the drawing."),
    html(
      "thead",
      {},
      html(
        "tr",
        {},
        html("th", { scope: "col" }, "x₁, x₂"),
        ...heads.map((head) => html("th", { scope: "col" }, head)),
      ),
    ),
    html(
      "tbody",
      {},
      ...values,
      row("target", (i) => `${TARGETS[i]}`),
      row("gap²", (i) => set(number(`square_${i}`), { "data-digits": 3 })),
      row("right?", (i) => verdicts[i]),
    ),
  );
  const follow = (squares, x1, x2) =>
    squares.forEach((square, i) => {
      verdicts[i].textContent = square < 0.25 ? "✓ yes" : "no";
      const here = POINTS[i][0] === x1 && POINTS[i][1] === x2;
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
      "The output over both inputs as a heat map, with the four points of XOR; the table holds their numbers.",
  });
  const { X, Y, top, root } = surface;
  const map = heat(surface);
  const edges = [1, 2].map(() => svg("path", { class: "gap" }));
  const names = [1, 2].map((unit) => svg("text", { class: "tick" }, `${subscripts(`z${unit}`)} = 0`));
  const half = svg("path", { class: "line", fill: "none" });
  const marks = POINTS.map(([x, y], i) =>
    svg(
      "g",
      { class: `mark ${TARGETS[i] ? "one" : "zero-mark"}` },
      svg("circle", { cx: X(x), cy: Y(y), r: 10.5 }),
      svg("text", { x: X(x), y: Y(y) + 5, "text-anchor": "middle" }, `${TARGETS[i]}`),
    ),
  );
  top.append(...edges, half, ...marks, ...names);
  const round = (value) => clamp(snap(value, 0.1), -1, 2);
  const input = handle(
    surface,
    "data hollow",
    (x, y) => (change(model, "x1", round(x)), change(model, "x2", round(y))),
  );
  set(input, { r: 15 });
  root.append(input);
  const follow = (p, act, x1, x2) => {
    const height = (a, b) => forward(p, act, a, b).y;
    map.paint(height);
    set(half, { d: contour(surface, height, 0.5) });
    [
      ["w11", "w12", "b1"],
      ["w21", "w22", "b2"],
    ].forEach(([w, v, b], i) => {
      const path = contour(surface, (a, c) => p[w] * a + p[v] * c + p[b], 0, 1);
      const ends = path.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0]; // unit 1 is named at one end of its line, unit 2 at the other
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

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "network",
      title: "Nine parameters, all in sight",
      task: "Turn the knobs until the four answers are right: 1 where one input is 1, and 0 where none or both are.",
    });
    const put = (values) => (
      Object.entries(values).forEach(([name, value]) => model.set(name, value)),
      model.save_changes()
    );
    const net = drawing(model),
      points = pointTable(put),
      surface = surfaceOf(model);
    const result = html("span", { class: "reached" });
    const preset = (text, values) => html("button", { type: "button", onclick: () => put(values) }, text);
    const acts = [1, 2].map(() => html("span"));
    const sum = (unit, a, b, out, ...more) =>
      html(
        "p",
        {},
        html(
          "span",
          {},
          subscripts(out),
          " = ",
          number(`w${unit}1`, "weight"),
          " × ",
          number(a),
          " + ",
          number(`w${unit}2`, "weight"),
          " × ",
          number(b),
          " + ",
          number(`b${unit}`, "bias"),
          " = ",
          number(out, "result"),
        ),
        " ",
        ...more,
      );
    const bend = (unit) =>
      html("span", {}, subscripts(`h${unit}`), " = ", acts[unit - 1], " = ", number(`h${unit}`, "result"));
    ui.stage.parentElement.before(net.element);
    ui.stage.append(
      surface.element,
      html(
        "p",
        { class: "key" },
        "Stronger grey: larger y. Solid line: y is 0.5. Dashed: a hidden sum is 0.",
      ),
    );
    ui.panel.append(
      choice({ model, name: "activation", label: "activation in the hidden units", options: NAMES }),
      points.element,
      html(
        "dl",
        {},
        html("dt", {}, "misfit, the mean of gap²"),
        html("dd", {}, number("misfit")),
        html("dt", {}, "answers right"),
        html("dd", {}, result, set(number("right"), { "data-digits": 0 }), " of 4"),
      ),
    );
    el.querySelector(".buttons").prepend(preset("XOR by hand", SOLVED), preset("0.5 everywhere", FLAT));
    el.append(
      html(
        "div",
        { class: "sum steps" },
        sum(1, "x1", "x2", "z1", bend(1)),
        sum(2, "x1", "x2", "z2", bend(2)),
        sum(3, "h1", "h2", "y"),
      ),
    );

    return ui.watch(() => {
      const p = Object.fromEntries(model.get("controls").map((name) => [name, model.get(name)]));
      const { x1, x2 } = p;
      const act = ACTIVATIONS[p.activation] ?? ACTIVATIONS.none;
      acts.forEach(
        (span, i) =>
          (span.textContent =
            act === ACTIVATIONS.none
              ? subscripts(`z${i + 1}`)
              : `${NAMES[p.activation]}(${subscripts(`z${i + 1}`)})`),
      );
      const now = forward(p, act, x1, x2);
      const numbers = { ...p, ...now };
      delete numbers.activation;
      const squares = POINTS.map(([a, b], i) => {
        const values = forward(p, act, a, b);
        const square = (values.y - TARGETS[i]) ** 2;
        for (const [name, value] of Object.entries({ ...values, square })) numbers[`${name}_${i}`] = value;
        return square;
      });
      numbers.misfit = mean(squares);
      numbers.right = squares.filter((square) => square < 0.25).length;
      result.textContent = numbers.right === 4 ? "✓ " : "";
      net.follow(p, act, now);
      points.follow(squares, x1, x2);
      surface.follow(p, act, x1, x2);
      fill(el, numbers);
    });
  },
};
