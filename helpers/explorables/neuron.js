// One neuron with one input: a line through points, and the sum that makes its answer.

import {
  card,
  change,
  clamp,
  controls,
  facts,
  fill,
  fold,
  handle,
  html,
  mean,
  number,
  plane,
  set,
  show,
  slider,
  snap,
  svg,
  table,
  written,
} from "./kit.js";

const misfitOf = (xs, ys, w, b) => mean(xs.map((x, i) => (w * x + b - ys[i]) ** 2));

function bestLine(xs, ys) {
  const [mx, my] = [mean(xs), mean(ys)];
  const w = mean(xs.map((x, i) => (x - mx) * (ys[i] - my))) / mean(xs.map((x) => (x - mx) ** 2));
  return { w, b: my - w * mx };
}

export default {
  render({ model, el }) {
    const [xs, ys] = [model.get("xs"), model.get("ys")];
    const best = bestLine(xs, ys);
    const lowest = misfitOf(xs, ys, best.w, best.b);
    const ui = card({
      model,
      el,
      name: "neuron",
      title: "One neuron, two numbers",
      task: "Drag the two handles, or use the sliders: bring the misfit down to the lowest possible.",
    });
    const surface = plane({
      x: [-1, 6],
      y: [-4, 16],
      labels: [model.get("x_label"), model.get("y_label")],
      label: "Points and a straight line set by a weight and a bias; the sliders beside it hold both.",
    });
    const { X, Y, top, root } = surface;

    const gaps = xs.map((x) => svg("line", { x1: X(x), x2: X(x), class: "gap" }));
    const points = xs.map((x, i) => svg("circle", { cx: X(x), cy: Y(ys[i]), r: 5, class: "point" }));
    const line = svg("line", { x1: X(-1), x2: X(6), class: "line" });
    const biasBar = svg("line", { class: "bar bias" });
    const weightBar = svg("line", { class: "bar weight" });
    const answer = svg("circle", { r: 4.5, class: "answer" });
    const biasName = svg("text", { class: "name bias" }, "b");
    const weightName = svg("text", { class: "name weight" }, "w·x");
    top.append(...gaps, biasBar, weightBar, line, ...points, answer, biasName, weightName);

    const biasHandle = handle(surface, "bias", (_, y) => change(model, "b", clamp(snap(y, 0.1), -4, 8)));
    const weightHandle = handle(surface, "weight", (x, y) =>
      change(model, "w", clamp(snap((y - model.get("b")) / clamp(x, 0.4, 5.6), 0.1), -4, 4)),
    );
    const inputHandle = handle(surface, "data", (x) => change(model, "x", clamp(snap(x, 0.1), -1, 6)));
    root.append(biasHandle, weightHandle, inputHandle);
    ui.stage.append(root);

    const reached = html("span", { class: "reached" }, "✓ reached ");
    ui.panel.append(
      slider({ model, name: "w", label: "weight w", kind: "weight", min: -4, max: 4, step: 0.1 }),
      slider({ model, name: "b", label: "bias b", kind: "bias", min: -4, max: 8, step: 0.1 }),
      slider({ model, name: "x", label: "input x", min: -1, max: 6, step: 0.1 }),
      html("p", { class: "sum" }, written("{w:weight} × {x} + {b:bias} = {output:result}")),
      facts(
        ["misfit, the mean squared gap", number("misfit")],
        ["lowest possible", reached, number("lowest")],
        ["answer to the input 0", number("at_zero", "bias")],
      ),
    );
    const byHand = (x, i) => [
      show(x),
      show(ys[i]),
      number(`answer_${i}`),
      number(`gap_${i}`),
      number(`square_${i}`),
    ];
    const sums = table(
      "Each gap is w·x + b minus the target. The misfit is the mean of the last column.",
      ["x", "target", "w·x + b", "gap", "gap²"],
      xs.map(byHand),
    );
    el.append(fold("The misfit by hand", sums));

    return ui.watch(() => {
      const { w, b, x } = controls(model);
      const numbers = { w, b, x, output: w * x + b, at_zero: b, misfit: misfitOf(xs, ys, w, b), lowest };
      xs.forEach((at, i) => {
        const answerAt = w * at + b;
        Object.assign(numbers, {
          [`answer_${i}`]: answerAt,
          [`gap_${i}`]: answerAt - ys[i],
          [`square_${i}`]: (answerAt - ys[i]) ** 2,
        });
        set(gaps[i], { y1: Y(ys[i]), y2: Y(answerAt) });
      });
      set(line, { y1: Y(b - w), y2: Y(6 * w + b) });
      set(biasBar, { x1: X(x), x2: X(x), y1: Y(0), y2: Y(b) });
      set(weightBar, { x1: X(x), x2: X(x), y1: Y(b), y2: Y(w * x + b) });
      set(biasName, { x: X(x) + 8, y: Y(b / 2) + 5, opacity: Math.abs(b) > 0.8 ? 1 : 0 });
      set(weightName, { x: X(x) + 8, y: Y(b + (w * x) / 2) + 5, opacity: Math.abs(w * x) > 0.8 ? 1 : 0 });
      set(answer, { cx: X(x), cy: Y(w * x + b) });
      set(biasHandle, { cx: X(0), cy: Y(clamp(b, -4, 16)) });
      // On the line, as far right as the line is in the picture and clear of the handle of the input.
      const far = clamp((clamp(5.6 * w + b, -2.5, 15.5) - b) / (w || 1), 0.4, 5.6);
      const at = w ? far : 5.6;
      set(weightHandle, { cx: X(at), cy: Y(clamp(at * w + b, -4, 16)) });
      set(inputHandle, { cx: X(x), cy: Y(-4) });
      reached.classList.toggle("not-yet", numbers.misfit >= lowest + 1e-9);
      fill(el, numbers);
    });
  },
};
