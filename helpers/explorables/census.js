// A map of a model's parameters: one area for each type, and one for all biases together.

import {
  card,
  choice,
  controls,
  count,
  facts,
  fill,
  html,
  number,
  presets,
  slider,
  sum,
  svg,
} from "./kit.js";

const [WIDE, HIGH] = [480, 300];
const YES = { yes: "yes", no: "no" };
const same = (...words) => Object.fromEntries(words.map((word) => [word, word]));

// The largest whole number up to `most` that divides a number.
function divisor(number, most) {
  let n = Math.min(number, most);
  while (number % n) n--;
  return n;
}

// {type: [parameters, of these biases]}, as `layout` in Python.
function layout(c) {
  const [V, d, L, h, family] = [c.vocabulary, c.width, c.layers, c.hidden, c.family];
  const [T5, XLNet, BERT] = ["T5", "XLNet", "BERT"].map((name) => Number(family === name));
  const [gated, biases, outputBias, tied] = [c.gated, c.biases, c.output_bias, c.tied].map((word) =>
    Number(word === "yes"),
  );
  const heads = divisor(d, c.heads);
  const kv = (d / heads) * divisor(heads, c.kv_heads);
  const stacks = 1 + T5;
  const attentions = L * (1 + 2 * T5);
  const norms = T5 ? 5 * L + 2 : XLNet ? 2 * L : 2 * L + 1;
  const inAttention = XLNet ? 2 * d : (d + 2 * kv) * (biases || family === "Qwen2") + d * biases;
  const both = (weights, added) => [weights + added, added];
  return {
    embedding: [V * d + d * XLNet, 0],
    position: [{ learned: c.context * d, buckets: stacks * c.buckets * heads }[c.positions] ?? 0, 0],
    segment: BERT ? [2 * d, 0] : XLNet ? [3 * L * d, L * d] : [0, 0],
    attention: both(attentions * (2 * d * d + 2 * d * kv + d * d * XLNet), attentions * inAttention),
    "feed-forward": both(stacks * L * (2 + gated) * d * h, stacks * L * ((1 + gated) * h + d) * biases),
    normalisation: both(norms * d, norms * d * (c.norm === "layer")),
    output: both((tied ? 0 : V * d) + d * d * BERT, V * outputBias + d * BERT),
  };
}

// Rectangles whose areas are shares, near squares: a row is filled as long as its worst side gets no longer.
function squares(items, box = { x: 0, y: 0, w: WIDE, h: HIGH }) {
  if (!items.length) return [];
  const side = Math.min(box.w, box.h);
  const worst = (row) => {
    const area = sum(row.map(([, a]) => a));
    return Math.max(
      ...row.map(([, a]) => Math.max((side * side * a) / area ** 2, area ** 2 / (side * side * a))),
    );
  };
  let n = 1;
  while (n < items.length && worst(items.slice(0, n + 1)) <= worst(items.slice(0, n))) n++;
  const row = items.slice(0, n);
  const thick = sum(row.map(([, a]) => a)) / side;
  const flat = box.w < box.h;
  let at = 0;
  const laid = row.map(([name, a]) => {
    const long = a / thick;
    const place = flat
      ? { x: box.x + at, y: box.y, w: long, h: thick }
      : { x: box.x, y: box.y + at, w: thick, h: long };
    at += long;
    return [name, place];
  });
  const rest = flat
    ? { x: box.x, y: box.y + thick, w: box.w, h: box.h - thick }
    : { x: box.x + thick, y: box.y, w: box.w - thick, h: box.h };
  return [...laid, ...squares(items.slice(n), rest)];
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "census",
      title: "Where the parameters live",
      task: "Press GPT-3 and look for the orange area. Then double the context: what grows?",
    });
    const map = svg("svg", {
      viewBox: `0 0 ${WIDE} ${HIGH}`,
      role: "img",
      "aria-label": "Areas of the types of parameters; the table below has their numbers.",
    });
    const head = html(
      "tr",
      {},
      ["type", "parameters", "%", "biases"].map((text) => html("th", { scope: "col" }, text)),
    );
    const types = Object.keys(layout(controls(model)));
    const rows = types.map((kind) =>
      html(
        "tr",
        { "data-kind": kind },
        html("th", { scope: "row" }, html("i", { "aria-hidden": "true" }), kind),
        html("td", {}, count(`n_${kind}`)),
        html("td", {}, number(`share_${kind}`, "plain", 2)),
        html("td", {}, count(`biases_${kind}`, "bias")),
      ),
    );
    const extra = html("span");
    ui.stage.append(
      map,
      html("table", {}, html("thead", {}, head), html("tbody", {}, rows)),
      facts(
        ["parameters", count("total")],
        ["biases, of all types", count("all_biases", "bias")],
        ["in percent", number("bias_share", "bias")],
        ["computed: scores of one full text", count("scores")],
        ["heads (they divide the width)", count("heads_used")],
      ),
    );
    const names = Object.fromEntries(Object.keys(model.get("families")).map((name) => [name, name]));
    const size = (name, min, max, step) => slider({ model, name, label: name, min, max, step });
    ui.panel.append(
      html("div", { class: "models" }, presets(model)),
      size("vocabulary", 1, 160000, 1),
      size("context", 128, 32768, 128),
      size("width", 64, 12288, 64),
      size("layers", 1, 96, 1),
      size("heads", 1, 96, 1),
      size("kv_heads", 1, 96, 1),
      size("hidden", 64, 49152, 64),
      choice({
        model,
        name: "positions",
        label: "positions",
        options: same("learned", "sinusoids", "rotary", "buckets", "none"),
      }),
      choice({ model, name: "norm", label: "norm", options: same("layer", "rms") }),
      ...["biases", "tied", "gated", "output_bias"].map((name) =>
        choice({ model, name, label: name, options: YES }),
      ),
      choice({ model, name: "family", label: "family", options: names }),
      html("p", { class: "extra" }, "Beyond a Config: ", extra),
    );
    return ui.watch(() => {
      const c = controls(model);
      for (const name of ["vocabulary", "context", "width", "layers", "heads", "kv_heads", "hidden"])
        c[name] = Math.round(c[name]);
      const counts = layout({ ...c, buckets: model.get("buckets") });
      const total = sum(types.map((kind) => counts[kind][0]));
      const biases = sum(types.map((kind) => counts[kind][1]));
      const heads = divisor(c.width, c.heads);
      const numbers = {
        ...Object.fromEntries(Object.entries(c).filter(([, value]) => typeof value === "number")),
        total,
        all_biases: biases,
        bias_share: (100 * biases) / total,
        heads_used: heads,
        scores: c.layers * (c.family === "T5" ? 3 : 1) * heads * c.context ** 2,
      };
      for (const kind of types) {
        const [n, added] = counts[kind];
        Object.assign(numbers, {
          [`n_${kind}`]: n,
          [`share_${kind}`]: (100 * n) / total,
          [`biases_${kind}`]: added,
        });
      }
      const areas = [...types.map((kind) => [kind, counts[kind][0] - counts[kind][1]]), ["biases", biases]]
        .filter(([, n]) => n > 0)
        .map(([name, n]) => [name, (n / total) * WIDE * HIGH])
        .sort((a, b) => b[1] - a[1]);
      map.replaceChildren(
        ...squares(areas).flatMap(([kind, { x, y, w, h }]) => {
          const area = svg("rect", { x, y, width: w, height: h, "data-kind": kind });
          const text = svg("text", { x: x + 8, y: y + 20, "data-kind": kind }, kind);
          return w > 9 * kind.length && h > 28 ? [area, text] : [area];
        }),
      );
      extra.textContent = `${model.get("families")[c.family]}.`;
      fill(el, numbers);
    });
  },
};
