// One training step of the 2-2-1 network on one example: forward, back, update, a stage at a time.

const ACTS = {
  relu: {
    name: "ReLU",
    f: (z) => Math.max(z, 0),
    slope: (z) => (z > 0 ? 1 : 0),
    rule: "ReLU has the slope 1 above zero, else 0.",
  },
  tanh: { name: "tanh", f: Math.tanh, slope: (z, h) => 1 - h * h, rule: "tanh has the slope 1 − h²." },
};
const PARAMETERS = ["w11", "w12", "b1", "w21", "w22", "b2", "w31", "w32", "b3"];
const kindOf = (name) =>
  name.startsWith("d_") ? "gradient" : ({ w: "weight", b: "bias" }[name.replace("new_", "")[0]] ?? "plain");

// What is said at each stage. {name} stands for a number, f for the activation; "on" lists what is drawn strong.
const written = (j, a, b, out) =>
  `${out} = w${j}1 × ${a} + w${j}2 × ${b} + b${j} = {w${j}1} × {${a}} + {w${j}2} × {${b}} + {b${j}} = {${out}}`;
const product = (name, from, other) =>
  `∂L/∂${name} = ∂L/∂${from} × ${other} = {d_${from}} × {${other}} = {d_${name}}`;
const into = (j) => [
  product(`w${j}1`, `z${j}`, "x1"),
  product(`w${j}2`, `z${j}`, "x2"),
  `∂L/∂b${j} = ∂L/∂z${j} = {d_b${j}}`,
];
const STAGES = [
  [
    "Start",
    [],
    "Nine parameters and one example: x1 = {x1}, x2 = {x2}, and the answer should be {target}.",
    "Press Step, or guess first: which parameter will move most?",
  ],
  ["Forward: unit 1", ["u1", "w11", "w12", "b1"], written(1, "x1", "x2", "z1"), "h1 = f(z1) = {h1}"],
  ["Forward: unit 2", ["u2", "w21", "w22", "b2"], written(2, "x1", "x2", "z2"), "h2 = f(z2) = {h2}"],
  ["Forward: the output", ["u3", "w31", "w32", "b3"], written(3, "h1", "h2", "y")],
  [
    "Forward: the loss L, the squared gap",
    ["u3"],
    "gap = y − target = {y} − {target} = {gap}",
    "L = gap² = {loss}",
  ],
  [
    "Back: from the loss to the output",
    ["u3"],
    "∂L/∂y = 2 × gap = 2 × {gap} = {d_y}",
    "A square has the slope 2 × gap.",
  ],
  [
    "Back: the three parameters of the output",
    ["u3", "w31", "w32", "b3"],
    product("w31", "y", "h1"),
    product("w32", "y", "h2"),
    "∂L/∂b3 = ∂L/∂y = {d_b3}",
  ],
  [
    "Back: through the weights to the hidden units",
    ["w31", "w32", "u1", "u2"],
    product("h1", "y", "w31"),
    product("h2", "y", "w32"),
  ],
  [
    "Back: through the activation",
    ["u1", "u2"],
    product("z1", "h1", "slope1"),
    product("z2", "h2", "slope2"),
    "rule",
  ],
  [
    "Back: the six hidden parameters",
    ["u1", "u2", "w11", "w12", "w21", "w22", "b1", "b2"],
    ...into(1),
    ...into(2),
  ],
  [
    "Update: every parameter against its gradient",
    PARAMETERS,
    "new w31 = w31 − rate × ∂L/∂w31 = {w31} − {rate} × {d_w31} = {new_w31}",
    "The other eight move at the same moment: last column of the table.",
  ],
  [
    "Forward once more, with the new parameters",
    ["u3"],
    "y was {y} and is {new_y}.",
    "L was {loss} and is {new_loss}.",
    "verdict",
  ],
];
const LAST = STAGES.length - 1;

// Places in percent, as in the explorable of chapter 3.
const PLACES = { u1: [49, 21], u2: [49, 79], u3: [86, 50], x1: [6.5, 21], x2: [6.5, 79] };
const WIRES = {
  w11: [[27, 21], "M6.5 21L49 21"],
  w12: [[20, 61], "M6.5 79L49 21"],
  w21: [[20, 39], "M6.5 21L49 79"],
  w22: [[27, 79], "M6.5 79L49 79"],
  w31: [[69, 20], "M49 21Q86 21 86 50"],
  w32: [[69, 80], "M49 79Q86 79 86 50"],
};
const FROM = {
  // at which stage a number is known
  z1: 1,
  h1: 1,
  slope1: 8,
  z2: 2,
  h2: 2,
  slope2: 8,
  y: 3,
  gap: 4,
  loss: 4,
  d_y: 5,
  d_w31: 6,
  d_w32: 6,
  d_b3: 6,
  d_h1: 7,
  d_h2: 7,
  d_z1: 8,
  d_z2: 8,
  d_w11: 9,
  d_w12: 9,
  d_b1: 9,
  d_w21: 9,
  d_w22: 9,
  d_b2: 9,
  new_y: 11,
  new_loss: 11,
};

function drawing() {
  const put = ([x, y], element) => (
    element.style.setProperty("--x", `${x}%`),
    element.style.setProperty("--y", `${y}%`),
    element
  );
  const parts = {},
    of = (text) => html("span", { class: "of" }, subscripts(text));
  const seen = (name) => set(number(name, kindOf(name)), { "data-digits": 2, "data-from": FROM[name] ?? 0 });
  const row = (name) => [of(name), seen(name), seen(`d_${name}`)];
  const plain = (text, name) => [of(text), seen(name), html("span")];
  const box = (key, kind, ...content) =>
    (parts[key] = [put(PLACES[key], html("div", { class: `box ${kind}` }, ...content))]);
  for (const x of ["x1", "x2"]) box(x, "in", of(x), seen(x));
  for (const j of [1, 2])
    box(
      `u${j}`,
      "",
      html("span", { class: "head" }, `unit ${j}`),
      ...[`b${j}`, `z${j}`, `h${j}`].flatMap(row),
    );
  box(
    "u3",
    "",
    html("span", { class: "head" }, "output"),
    ...["b3", "y"].flatMap(row),
    html("span", { class: "cut" }),
    ...plain("target", "target"),
    ...plain("loss L", "loss"),
    ...plain("L after", "new_loss"),
  );
  const lines = Object.entries(WIRES).map(([name, [spot, d]]) => {
    const line = svg("path", { d, class: "wire", "vector-effect": "non-scaling-stroke" });
    parts[name] = [line, put(spot, html("div", { class: "wtag" }, of(name), seen(name), seen(`d_${name}`)))];
    return line;
  });
  const element = html(
    "div",
    { class: "sketch" },
    svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" }, ...lines),
    ...Object.values(parts)
      .flat()
      .filter((part) => !lines.includes(part)),
  );
  return { element, parts };
}

// One block of lines for each stage, all in one place, so that nothing jumps when they change.
function sentences() {
  const line = (text) =>
    /^\w+$/.test(text)
      ? html("p", { class: text })
      : html(
          "p",
          {},
          ...text
            .split(/(\{\w+\}|\bf\b)/)
            .map((part) =>
              part === "f"
                ? html("span", { class: "f" })
                : /^\{/.test(part)
                  ? number(part.slice(1, -1), kindOf(part.slice(1, -1)))
                  : subscripts(part),
            ),
        );
  const blocks = STAGES.map(([title, , ...lines], i) =>
    html("div", {}, html("p", {}, html("b", {}, `${i} · ${title}`)), ...lines.map(line)),
  );
  return { element: html("div", { class: "sum says", "aria-live": "polite" }, ...blocks), blocks };
}

function nine() {
  const cell = (name, from) => html("td", {}, set(number(name, kindOf(name)), { "data-from": from }));
  const rows = Object.fromEntries(
    PARAMETERS.map((name) => [
      name,
      html(
        "tr",
        {},
        html("th", { scope: "row" }, subscripts(name)),
        cell(name, 0),
        cell(`d_${name}`, FROM[`d_${name}`]),
        cell(`new_${name}`, 10),
      ),
    ]),
  );
  const heads = ["parameter", "value", "gradient", "new value"].map((text) =>
    html("th", { scope: "col" }, text),
  );
  const element = html(
    "table",
    { class: "nine" },
    html("caption", {}, "new value = value − rate × gradient"),
    html("thead", {}, html("tr", {}, ...heads)),
    html("tbody", {}, ...Object.values(rows)),
  );
  return { element, rows };
}

function compute(p) {
  const { f, slope } = ACTS[p.activation] ?? ACTS.relu;
  const forward = (k) => {
    const z1 = k.w11 * p.x1 + k.w12 * p.x2 + k.b1,
      z2 = k.w21 * p.x1 + k.w22 * p.x2 + k.b2;
    const [h1, h2] = [f(z1), f(z2)],
      y = k.w31 * h1 + k.w32 * h2 + k.b3;
    return { z1, z2, h1, h2, y, gap: y - p.target, loss: (y - p.target) ** 2 };
  };
  const now = forward(p),
    slope1 = slope(now.z1, now.h1),
    slope2 = slope(now.z2, now.h2);
  const y = 2 * now.gap,
    h1 = y * p.w31,
    h2 = y * p.w32,
    z1 = h1 * slope1,
    z2 = h2 * slope2;
  const d = {
    y,
    h1,
    h2,
    z1,
    z2,
    w31: y * now.h1,
    w32: y * now.h2,
    b3: y,
    w11: z1 * p.x1,
    w12: z1 * p.x2,
    b1: z1,
    w21: z2 * p.x1,
    w22: z2 * p.x2,
    b2: z2,
  };
  const fresh = Object.fromEntries(PARAMETERS.map((name) => [name, p[name] - p.rate * d[name]]));
  const then = forward(fresh);
  const named = (front, values) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [front + name, value]));
  return {
    ...now,
    slope1,
    slope2,
    ...named("d_", d),
    ...named("new_", fresh),
    new_y: then.y,
    new_loss: then.loss,
  };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "backprop",
      title: "One training step, a number at a time",
      task: "Go forward to the loss, back to the nine gradients, then move. Each gradient appears in green, beside or below its number.",
    });
    const net = drawing(),
      text = sentences(),
      ledger = nine();
    const range = (name, label, min, max, step, kind = "data") =>
      slider({ model, name, label, min, max, step, kind });
    ui.stage.parentElement.before(net.element);
    const stages = player({ model, name: "step", label: "stage, 0 to 11", max: LAST, every: 1500 });
    ui.stage.append(stages, text.element, ledger.element);
    ui.panel.append(
      choice({
        model,
        name: "activation",
        label: "activation of the hidden units",
        options: { relu: "ReLU", tanh: "tanh" },
      }),
      range("x1", "input x₁", -3, 3, 0.1),
      range("x2", "input x₂", -3, 3, 0.1),
      range("target", "target", -5, 5, 0.1),
      range("w31", "weight w₃₁", -2, 2, 0.1, "weight"),
      range("b1", "bias b₁", -4, 2, 0.1, "bias"),
      range("rate", "rate", 0, 0.2, 0.01),
    );

    return ui.watch(() => {
      const given = [...PARAMETERS, "x1", "x2", "target", "rate", "step", "activation"];
      const p = Object.fromEntries(given.map((name) => [name, model.get(name)]));
      const act = ACTS[p.activation] ?? ACTS.relu,
        stage = Math.floor(p.step),
        on = STAGES[stage][1];
      const numbers = { ...p, ...compute(p) };
      delete numbers.activation;
      for (const each of el.querySelectorAll("[data-from]"))
        each.classList.toggle("later", stage < each.dataset.from);
      text.blocks.forEach((block, i) => block.classList.toggle("later", i !== stage));
      net.element.classList.toggle("back", stage > 4 && stage < 10);
      for (const [key, parts] of Object.entries(net.parts))
        for (const part of parts) part.classList.toggle("on", on.includes(key));
      for (const name of PARAMETERS) ledger.rows[name].classList.toggle("on", on.includes(name));
      for (const span of el.querySelectorAll(".f")) span.textContent = act.name;
      el.querySelector(".rule").textContent = act.rule;
      el.querySelector(".verdict").textContent =
        numbers.new_loss > numbers.loss
          ? "The loss rose: the step was too long."
          : numbers.new_loss < numbers.loss
            ? "The loss fell."
            : "The loss is what it was.";
      fill(el, numbers);
    });
  },
};
