// One training step of the 2-2-1 network on one example: forward, back, update, a stage at a time.

import {
  button,
  card,
  choice,
  controls,
  facts,
  fill,
  grid,
  html,
  number,
  placed,
  player,
  put,
  row,
  set,
  slider,
  subscripts,
  svg,
} from "./kit.js";

const ACTS = {
  relu: {
    name: "ReLU",
    f: (z) => Math.max(z, 0),
    slope: (z) => (z > 0 ? 1 : 0),
    rule: "ReLU has the slope 1 above zero, else 0.",
  },
  tanh: { name: "tanh", f: Math.tanh, slope: (z, h) => 1 - h * h, rule: "tanh has the slope 1 − h²." },
};
const NAMES = { relu: ACTS.relu.name, tanh: ACTS.tanh.name };
const PARAMETERS = ["w11", "w12", "b1", "w21", "w22", "b2", "w31", "w32", "b3"];
const kindOf = (name) =>
  name.startsWith("d_") ? "gradient" : ({ w: "weight", b: "bias" }[name.replace("new_", "")[0]] ?? "plain");

// What is said at each stage: {name} stands for a number, f for the activation. `on` is what is drawn strong,
// `last` a sentence that depends on the numbers.
const STAGES = [
  {
    title: "Start",
    on: [],
    lines: [
      "Nine parameters and one example: x1 = {x1}, x2 = {x2}, and the answer should be {target}.",
      "Press Step, or guess first: which parameter will move most?",
    ],
  },
  {
    title: "Forward: unit 1",
    on: ["u1", "w11", "w12", "b1"],
    lines: ["z1 = w11 × x1 + w12 × x2 + b1 = {w11} × {x1} + {w12} × {x2} + {b1} = {z1}", "h1 = f(z1) = {h1}"],
  },
  {
    title: "Forward: unit 2",
    on: ["u2", "w21", "w22", "b2"],
    lines: ["z2 = w21 × x1 + w22 × x2 + b2 = {w21} × {x1} + {w22} × {x2} + {b2} = {z2}", "h2 = f(z2) = {h2}"],
  },
  {
    title: "Forward: the output",
    on: ["u3", "w31", "w32", "b3"],
    lines: ["y = w31 × h1 + w32 × h2 + b3 = {w31} × {h1} + {w32} × {h2} + {b3} = {y}"],
  },
  {
    title: "Forward: the loss L, the squared gap",
    on: ["u3"],
    lines: ["gap = y − target = {y} − {target} = {gap}", "L = gap² = {loss}"],
  },
  {
    title: "Back: from the loss to the output",
    on: ["u3"],
    lines: ["∂L/∂y = 2 × gap = 2 × {gap} = {d_y}", "A square has the slope 2 × gap."],
  },
  {
    title: "Back: the three parameters of the output",
    on: ["u3", "w31", "w32", "b3"],
    lines: [
      "∂L/∂w31 = ∂L/∂y × h1 = {d_y} × {h1} = {d_w31}",
      "∂L/∂w32 = ∂L/∂y × h2 = {d_y} × {h2} = {d_w32}",
      "∂L/∂b3 = ∂L/∂y = {d_b3}",
    ],
  },
  {
    title: "Back: through the weights to the hidden units",
    on: ["w31", "w32", "u1", "u2"],
    lines: ["∂L/∂h1 = ∂L/∂y × w31 = {d_y} × {w31} = {d_h1}", "∂L/∂h2 = ∂L/∂y × w32 = {d_y} × {w32} = {d_h2}"],
  },
  {
    title: "Back: through the activation",
    on: ["u1", "u2"],
    lines: [
      "∂L/∂z1 = ∂L/∂h1 × slope1 = {d_h1} × {slope1} = {d_z1}",
      "∂L/∂z2 = ∂L/∂h2 × slope2 = {d_h2} × {slope2} = {d_z2}",
    ],
    last: "rule",
  },
  {
    title: "Back: the six hidden parameters",
    on: ["u1", "u2", "w11", "w12", "w21", "w22", "b1", "b2"],
    lines: [
      "∂L/∂w11 = ∂L/∂z1 × x1 = {d_z1} × {x1} = {d_w11}",
      "∂L/∂w12 = ∂L/∂z1 × x2 = {d_z1} × {x2} = {d_w12}",
      "∂L/∂b1 = ∂L/∂z1 = {d_b1}",
      "∂L/∂w21 = ∂L/∂z2 × x1 = {d_z2} × {x1} = {d_w21}",
      "∂L/∂w22 = ∂L/∂z2 × x2 = {d_z2} × {x2} = {d_w22}",
      "∂L/∂b2 = ∂L/∂z2 = {d_b2}",
    ],
  },
  {
    title: "Update: every parameter against its gradient",
    on: PARAMETERS,
    lines: [
      "new w31 = w31 − rate × ∂L/∂w31 = {w31} − {rate} × {d_w31} = {new_w31}",
      "The other eight move at the same moment: last column of the table.",
    ],
  },
  {
    title: "Forward once more, with the new parameters",
    on: ["u3"],
    lines: ["y was {y} and is {new_y}.", "L was {loss} and is {new_loss}."],
    last: "verdict",
  },
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
// The numbers that each stage brings, and from which stage on each number is known.
const NEWS = {
  1: ["z1", "h1"],
  2: ["z2", "h2"],
  3: ["y"],
  4: ["gap", "loss"],
  5: ["d_y"],
  6: ["d_w31", "d_w32", "d_b3"],
  7: ["d_h1", "d_h2"],
  8: ["slope1", "slope2", "d_z1", "d_z2"],
  9: ["d_w11", "d_w12", "d_b1", "d_w21", "d_w22", "d_b2"],
  10: PARAMETERS.map((name) => `new_${name}`),
  11: ["new_y", "new_loss"],
};
const FROM = Object.fromEntries(
  Object.entries(NEWS).flatMap(([stage, names]) => names.map((name) => [name, stage])),
);

// The drawing: boxes and wires, each with its numbers, which show when their stage has come.
function drawing() {
  const parts = {};
  const of = (text) => html("span", { class: "of" }, subscripts(text));
  const seen = (name) => set(number(name, kindOf(name), 2), { "data-from": FROM[name] ?? 0 });
  const line = (name) => [of(name), seen(name), seen(`d_${name}`)];
  const plain = (text, name) => [of(text), seen(name), html("span")];
  const head = (text) => html("span", { class: "head" }, text);
  const box = (key, kind, content) =>
    (parts[key] = [placed(PLACES[key], html("div", { class: `box ${kind}` }, content))]);
  box("x1", "in", [of("x1"), seen("x1")]);
  box("x2", "in", [of("x2"), seen("x2")]);
  box("u1", "", [head("unit 1"), ...["b1", "z1", "h1"].flatMap(line)]);
  box("u2", "", [head("unit 2"), ...["b2", "z2", "h2"].flatMap(line)]);
  const losses = [...plain("target", "target"), ...plain("loss L", "loss"), ...plain("L after", "new_loss")];
  box("u3", "", [head("output"), ...["b3", "y"].flatMap(line), html("span", { class: "cut" }), ...losses]);
  const lines = Object.entries(WIRES).map(([name, [spot, d]]) => {
    const wire = svg("path", { d, class: "wire", "vector-effect": "non-scaling-stroke" });
    parts[name] = [wire, placed(spot, html("div", { class: "wtag" }, line(name)))];
    return wire;
  });
  const element = html(
    "div",
    { class: "sketch" },
    svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" }, lines),
    Object.values(parts).map((each) => each.at(-1)),
  );
  return { element, parts };
}

// One block of lines for each stage, all in one place, so that nothing jumps when they change.
function sentences() {
  const part = (text) => {
    if (text === "f") return html("span", { class: "f" });
    const name = text.match(/^\{(\w+)\}$/)?.[1];
    return name ? number(name, kindOf(name)) : subscripts(text);
  };
  const line = (text) => html("p", {}, text.split(/(\{\w+\}|\bf\b)/).map(part));
  const blocks = STAGES.map(({ title, lines, last }, i) => {
    const more = last ? [html("p", { class: last })] : [];
    return html("div", {}, html("p", {}, html("b", {}, `${i} · ${title}`)), lines.map(line), more);
  });
  return { element: html("div", { class: "sum says", "aria-live": "polite" }, blocks), blocks };
}

// The nine parameters in a table, each with its gradient and its new value.
function nine() {
  const cell = (name) => set(number(name, kindOf(name)), { "data-from": FROM[name] ?? 0 });
  const line = (name) => row(subscripts(name), [cell(name), cell(`d_${name}`), cell(`new_${name}`)]);
  const rows = Object.fromEntries(PARAMETERS.map((name) => [name, line(name)]));
  const head = ["parameter", "value", "gradient", "new value"];
  const caption = "new value = value − rate × gradient";
  return { element: grid(caption, head, Object.values(rows), { class: "nine" }), rows };
}

// Every number of every stage: d_ before a name is the slope of the loss in it, new_ its value afterwards.
function compute(p) {
  const { f, slope } = ACTS[p.activation];
  const forward = (k) => {
    const z1 = k.w11 * p.x1 + k.w12 * p.x2 + k.b1;
    const z2 = k.w21 * p.x1 + k.w22 * p.x2 + k.b2;
    const [h1, h2] = [f(z1), f(z2)];
    const y = k.w31 * h1 + k.w32 * h2 + k.b3;
    return { z1, z2, h1, h2, y, gap: y - p.target, loss: (y - p.target) ** 2 };
  };
  const now = forward(p);
  const [slope1, slope2] = [slope(now.z1, now.h1), slope(now.z2, now.h2)];
  const d_y = 2 * now.gap;
  const [d_h1, d_h2] = [d_y * p.w31, d_y * p.w32];
  const [d_z1, d_z2] = [d_h1 * slope1, d_h2 * slope2];
  const [d_w31, d_w32, d_b3] = [d_y * now.h1, d_y * now.h2, d_y];
  const [d_w11, d_w12, d_b1] = [d_z1 * p.x1, d_z1 * p.x2, d_z1];
  const [d_w21, d_w22, d_b2] = [d_z2 * p.x1, d_z2 * p.x2, d_z2];
  const inner = { slope1, slope2, d_y, d_h1, d_h2, d_z1, d_z2 };
  const gradients = { d_w11, d_w12, d_b1, d_w21, d_w22, d_b2, d_w31, d_w32, d_b3 };
  const fresh = Object.fromEntries(
    PARAMETERS.map((name) => [name, p[name] - p.rate * gradients[`d_${name}`]]),
  );
  const then = forward(fresh);
  const moved = Object.fromEntries(PARAMETERS.map((name) => [`new_${name}`, fresh[name]]));
  return { ...now, ...inner, ...gradients, ...moved, new_y: then.y, new_loss: then.loss };
}

function verdict({ loss, new_loss }) {
  if (new_loss > loss) return "The loss rose: the step was too long.";
  return new_loss < loss ? "The loss fell." : "The loss is what it was.";
}

// A button that acts once when it is pressed, and again and again while it is held down.
function held(text, act) {
  const element = button(text, act);
  let timer = 0;
  const stop = () => (timer = clearInterval(timer) ?? 0);
  element.addEventListener("pointerdown", () => {
    stop();
    timer = setInterval(() => (element.isConnected ? act() : stop()), 180);
  });
  for (const end of ["pointerup", "pointerleave", "pointercancel"]) element.addEventListener(end, stop);
  return element;
}

// A wire is as wide as the gradient that came back through it is steep, measured by the steepest of six.
function widths(numbers, stage) {
  const steep = Object.keys(WIRES).map((name) => [name, Math.abs(numbers[`d_${name}`])]);
  const most = Math.max(...steep.map(([, value]) => value)) || 1;
  const known = ([name]) => stage >= FROM[`d_${name}`] && stage <= 10;
  return Object.fromEntries(steep.filter(known).map(([name, value]) => [name, 1 + (11 * value) / most]));
}

export default {
  render({ model, el }) {
    const ui = card({
      also: PARAMETERS,
      model,
      el,
      name: "backprop",
      title: "One training step, a number at a time",
      task:
        "Go forward to the loss, back to the nine gradients, then move. Each gradient appears in green, " +
        "and a wire grows as wide as its gradient is steep. At the end, hold the button to train.",
    });
    const [net, text, ledger] = [drawing(), sentences(), nine()];
    const range = (name, label, min, max, step, kind = "data") =>
      slider({ model, name, label, min, max, step, kind });
    ui.stage.parentElement.before(net.element);
    const stages = player({ model, name: "step", label: "stage, 0 to 11", max: LAST, every: 1500 });
    const learn = () => {
      const now = Object.fromEntries(PARAMETERS.map((name) => [name, model.get(name)]));
      const moved = compute({ ...now, ...controls(model) });
      const fresh = Object.fromEntries(PARAMETERS.map((name) => [name, moved[`new_${name}`]]));
      if (Object.values(fresh).every((value) => Math.abs(value) < 1e6)) put(model, { ...fresh, step: LAST });
    };
    const come = (name) => set(number(name), { "data-from": FROM[name] });
    const train = html("div", { class: "train" }, held("Hold to train", learn));
    train.append(facts(["loss L before a step", come("loss")], ["and after it", come("new_loss")]));
    ui.stage.append(stages, train, text.element, ledger.element);
    ui.panel.append(
      choice({ model, name: "activation", label: "activation of the hidden units", options: NAMES }),
      range("x1", "input x₁", -3, 3, 0.1),
      range("x2", "input x₂", -3, 3, 0.1),
      range("target", "target", -5, 5, 0.1),
      range("w31", "weight w₃₁", -2, 2, 0.1, "weight"),
      range("b1", "bias b₁", -4, 2, 0.1, "bias"),
      range("rate", "rate", 0, 0.2, 0.01),
    );

    return ui.watch(() => {
      const still = Object.fromEntries(PARAMETERS.map((name) => [name, model.get(name)]));
      const { activation, ...given } = { ...still, ...controls(model) };
      const act = ACTS[activation];
      const stage = Math.floor(given.step);
      const { on } = STAGES[stage];
      const numbers = { ...given, ...compute({ ...given, activation }) };
      for (const each of el.querySelectorAll("[data-from]"))
        each.classList.toggle("later", stage < each.dataset.from);
      text.blocks.forEach((block, i) => block.classList.toggle("later", i !== stage));
      net.element.classList.toggle("back", stage > 4 && stage < 10);
      const wide = widths(numbers, stage);
      for (const name of Object.keys(WIRES)) {
        net.parts[name][0].style.strokeWidth = wide[name] ?? "";
        net.parts[name][0].classList.toggle("flows", name in wide);
      }
      for (const [key, parts] of Object.entries(net.parts))
        for (const part of parts) part.classList.toggle("on", on.includes(key));
      for (const name of PARAMETERS) ledger.rows[name].classList.toggle("on", on.includes(name));
      for (const span of el.querySelectorAll(".f")) span.textContent = act.name;
      el.querySelector(".rule").textContent = act.rule;
      el.querySelector(".verdict").textContent = verdict(numbers);
      fill(el, numbers);
    });
  },
};
