// One block and the stack around it: every part can be opened, and every count follows the sliders.

import {
  card,
  change,
  choice,
  controls,
  count,
  facts,
  few,
  fill,
  html,
  presets,
  row,
  set,
  slider,
  sum,
  svg,
  table,
} from "./kit.js";

const NORM = ["gain · (x − mean) / spread + bias", "gain · x / root of the mean square"];
const norm = (name) => ({
  name,
  formula: NORM,
  learned: [
    ["gain", "d"],
    ["bias", "d", "layer"],
  ],
  computed: "the mean and spread of each token, or its mean square; forgotten at once",
});
// Of each part its formula; what is learned: a tensor, its shape, and when it is there; what is computed and
// never stored.
const PARTS = {
  embedding: {
    name: "embedding",
    formula: ["x = the row of the token"],
    learned: [["table", "V d"]],
    computed: "nothing: a row is looked up",
  },
  places: {
    name: "places",
    formula: ["x + the row of the place"],
    learned: [["table", "n d"]],
    computed: "nothing but the sum",
  },
  norm_1: norm("norm 1"),
  attention: {
    name: "attention",
    formula: ["out · softmax(q kᵀ / √size of a head) v"],
    learned: [
      ["q, k, v", "d3 d"],
      ["their biases", "d3", "biases"],
      ["out", "d d"],
      ["its biases", "d", "biases"],
    ],
    computed: "who listens to whom: n × n weights for each head; how many heads there are changes no count",
  },
  norm_2: norm("norm 2"),
  feed_forward: {
    name: "feed-forward",
    formula: ["down · gelu(up · x)"],
    learned: [
      ["up", "d4 d"],
      ["its biases", "d4", "biases"],
      ["down", "d d4"],
      ["its biases", "d", "biases"],
    ],
    computed: "4d hidden numbers for each token by itself",
  },
  norm: norm("last norm"),
  output: {
    name: "output",
    formula: ["logit of a word = its row · x"],
    learned: [["table", "V d", "tied"]],
    computed: "V logits for each token",
  },
};
const KINDS = {
  embedding: "embedding",
  places: "places",
  attention: "attention",
  "feed-forward": "feed-forward",
  gains: "all gains",
  biases: "all biases",
  output: "output",
};
const YES_NO = { yes: "yes", no: "no" };
// Boxes in the drawing: x, y, width. The stream runs up at x = STREAM.
const [STREAM, HEIGHT] = [92, 32];
const BOXES = {
  embedding: [26, 462, 156],
  places: [206, 430, 118],
  norm_1: [160, 352, 164],
  attention: [160, 306, 164],
  norm_2: [160, 222, 164],
  feed_forward: [160, 176, 164],
  norm: [26, 84, 156],
  output: [26, 38, 156],
};
const percent = (name) => html("span", { class: "percent" }, few(name), " %");

function drawing(model) {
  const line = (d, kind = "pipe") => svg("path", { d, class: kind });
  const plus = (y) =>
    svg(
      "g",
      { class: "plus" },
      svg("circle", { cx: STREAM, cy: y, r: 9 }),
      line(`M${STREAM - 5} ${y}h10M${STREAM} ${y - 5}v10`, "cross"),
    );
  const text = (x, y, kind, ...content) => svg("text", { x, y, class: kind }, ...content);
  const detour = (from, to) => line(`M${STREAM} ${from}H242V${to}H${STREAM + 12}`);
  const boxes = {};
  const groups = Object.entries(BOXES).map(([part, [x, y, width]]) => {
    const place = { x, y, width, height: HEIGHT, rx: 8 };
    const share = svg("rect", { x, y, height: HEIGHT, rx: 8, class: "share" });
    const percents = svg("tspan", { "data-name": `of_${part}`, "data-digits": 2 });
    const group = svg(
      "g",
      { class: "part", onclick: () => change(model, "part", part) },
      svg("rect", { ...place, class: "back" }),
      share,
      text(x + 9, y + 21, "label", PARTS[part].name),
      text(x + width - 8, y + 21, "tick end", percents, " %"),
      svg("rect", { ...place, class: "edge" }),
    );
    boxes[part] = { group, share, width };
    return group;
  });
  const tie = line("M26 478H10V54H26", "tie");
  const element = svg(
    "svg",
    {
      viewBox: "0 0 340 540",
      role: "img",
      "aria-label":
        "The stack from tokens at the bottom to logits at the top, with one block opened; " +
        "the buttons beside it choose the same parts.",
    },
    svg("rect", { x: 22, y: 140, width: 312, height: 270, rx: 14, class: "frame" }),
    line(`M${STREAM} 520V28`, "stream"),
    line(`M${STREAM - 7} 30l7 -12 7 12z`, "head"),
    line("M206 446H104"),
    detour(396, 292),
    detour(268, 162),
    tie,
    ...[446, 292, 162].map(plus),
    ...groups,
    text(STREAM, 536, "tick mid", "tokens"),
    text(STREAM, 12, "tick mid", "logits"),
    text(324, 130, "tick end", svg("tspan", { "data-name": "L", "data-digits": 0 }), " such blocks"),
  );
  return { element, boxes, tie };
}

// What a part holds: its formula, its tensors with their shapes, what it computes, and its count.
function inside(part, inBlock) {
  const { name, formula, learned, computed } = PARTS[part];
  const shape = (text) => text.split(" ").flatMap((each, i) => [i ? " × " : "", count(each)]);
  const rows = learned.map(([tensor, sizes, when]) => row(tensor, [shape(sizes)], { "data-when": when }));
  const own = [["parameters", count(`one_${part}`)]];
  const all = count(`all_${part}`);
  own.push(inBlock ? ["in all blocks", all] : html("dd", { hidden: "" }, all));
  const kinds = formula.length > 1 ? ["layer", "rms"] : [undefined];
  return html(
    "div",
    {},
    html("b", {}, name),
    formula.map((text, i) => html("p", { class: "formula", "data-norm": kinds[i] }, text)),
    html("table", {}, html("caption", {}, "learned"), html("tbody", {}, rows)),
    part === "output" ? [html("p", { class: "uses" }, "nothing of its own: the embedding, tied")] : [],
    html("p", {}, html("span", { class: "dim" }, "computed: "), computed),
    facts(...own),
  );
}

// How many parameters one part of each name has, as `TransformerBlock.parts` in Python.
function partsOf({ V, n, d, layer, biased, tied }) {
  const norm = d * (1 + layer);
  return {
    embedding: V * d,
    places: n * d,
    norm_1: norm,
    attention: 4 * d * d + 4 * d * biased,
    norm_2: norm,
    feed_forward: 8 * d * d + 5 * d * biased,
    norm,
    output: tied ? 0 : V * d,
  };
}

// How many parameters of each kind the whole model has, as `count_parameters` in Python.
function kindsOf({ V, n, d, L, layer, biased, tied }) {
  return {
    embedding: V * d,
    places: n * d,
    attention: 4 * d * d * L,
    "feed-forward": 8 * d * d * L,
    gains: (2 * L + 1) * d,
    biases: 9 * d * L * biased + (2 * L + 1) * d * layer,
    output: tied ? 0 : V * d,
  };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "block",
      title: "A block, and the stack around it",
      task:
        "Choose a part to look inside. Then bring the embedding of GPT-2 small below 5 % of all parameters " +
        "with one slider: which ones can do it?",
    });
    const inBlock = (part) => model.get("in_block").includes(part);
    const picture = drawing(model);
    const insides = Object.keys(PARTS).map((part) => inside(part, inBlock(part)));
    const names = Object.fromEntries(Object.entries(PARTS).map(([key, { name }]) => [key, name]));
    const range = (name, label, min, max, step) => slider({ model, name, label, min, max, step });
    ui.stage.append(picture.element);
    ui.panel.append(
      choice({ model, name: "part", label: "part", options: names }),
      html("div", { class: "sum insides" }, insides),
    );
    const shapes = { class: "buttons", role: "group", "aria-label": "shapes of real models" };
    const bar = html(
      "div",
      { class: "shares", "aria-hidden": "true" },
      Object.keys(KINDS).map((kind) => html("i", { class: kind })),
    );
    const counts = table(
      "Where the parameters are",
      ["kind", "parameters", "share"],
      Object.entries(KINDS).map(([kind, name]) => [
        html("span", {}, html("i", { class: kind, "aria-hidden": "true" }), name),
        count(`n_${kind}`, kind === "biases" ? "bias" : "weight"),
        percent(`share_${kind}`),
      ]),
    );
    el.append(
      html(
        "div",
        { class: "below" },
        html(
          "div",
          { class: "panel" },
          html("div", shapes, presets(model)),
          range("vocabulary", "vocabulary V", 257, 128257, 1000),
          range("context", "context n", 64, 4096, 64),
          range("width", "width d", 64, 12288, 64),
          range("layers", "layers L", 1, 96, 1),
          html(
            "div",
            { class: "choices" },
            choice({ model, name: "norm", label: "norm", options: { layer: "layer", rms: "RMS" } }),
            choice({ model, name: "biases", label: "biases", options: YES_NO }),
            choice({ model, name: "tied", label: "tied output", options: YES_NO }),
          ),
        ),
        html("div", {}, html("p", { class: "total" }, count("total"), " parameters"), bar, counts),
      ),
    );

    return ui.watch(() => {
      const { vocabulary, context, width, layers, norm, biases, tied, part: chosen } = controls(model);
      const [V, n, d, L] = [vocabulary, context, width, layers].map(Math.round);
      const has = { layer: norm === "layer", biased: biases === "yes", tied: tied === "yes" };
      const [one, kinds] = [partsOf({ V, n, d, ...has }), kindsOf({ V, n, d, L, ...has })];
      const total = sum(Object.values(kinds));
      const numbers = { vocabulary, context, width, layers, V, n, d, L, d3: 3 * d, d4: 4 * d, total };
      Object.entries(kinds).forEach(([kind, value], i) => {
        Object.assign(numbers, { [`n_${kind}`]: value, [`share_${kind}`]: (100 * value) / total });
        bar.children[i].style.flexGrow = value / total;
      });
      Object.keys(PARTS).forEach((part, i) => {
        const all = one[part] * (inBlock(part) ? L : 1);
        const { group, share, width: full } = picture.boxes[part];
        Object.assign(numbers, {
          [`one_${part}`]: one[part],
          [`all_${part}`]: all,
          [`of_${part}`]: (100 * all) / total,
        });
        set(share, { width: (full * all) / total });
        group.classList.toggle("on", part === chosen);
        insides[i].classList.toggle("later", part !== chosen);
      });
      const hidden = { layer: !has.layer, biases: !has.biased, tied: has.tied };
      for (const line of el.querySelectorAll("[data-when]")) line.hidden = hidden[line.dataset.when];
      for (const text of el.querySelectorAll("[data-norm]")) text.hidden = text.dataset.norm !== norm;
      el.querySelector(".uses").hidden = !has.tied;
      picture.tie.style.opacity = has.tied ? 1 : 0;
      fill(el, numbers);
    });
  },
};
