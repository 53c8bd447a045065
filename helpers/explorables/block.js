// One block and the stack around it: every part can be opened, and every count follows the sliders.

const NORM = ["gain · (x − mean) / spread + bias", "gain · x / root of the mean square"];
const norm = (name, where) => ({
  name,
  formula: NORM,
  learned: [
    ["gain", "d"],
    ["bias", "d", "layer"],
  ],
  computed: "the mean and spread of each token, or its mean square; forgotten at once",
  where,
});
// formula; learned tensors: name, shape, and what they are there for; what is computed and never stored.
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
const IN_BLOCK = ["norm_1", "attention", "norm_2", "feed_forward"];
const GPT2 = { vocabulary: 50257, context: 1024, norm: "layer", biases: "yes", tied: "yes" };
const PRESETS = {
  "GPT-2 small": { ...GPT2, width: 768, layers: 12 },
  medium: { ...GPT2, width: 1024, layers: 24 },
  large: { ...GPT2, width: 1280, layers: 36 },
  XL: { ...GPT2, width: 1600, layers: 48 },
  "GPT-3": { ...GPT2, context: 2048, width: 12288, layers: 96 },
};
// Boxes in the drawing: x, y, width. The stream runs up at x = STREAM.
const STREAM = 92,
  HEIGHT = 32;
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
const count = (name, kind) => set(number(name, kind), { "data-digits": 0 });
const percent = (name) => html("span", { class: "percent" }, set(number(name), { "data-digits": 2 }), " %");

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
  const boxes = {},
    groups = Object.entries(BOXES).map(([part, [x, y, width]]) => {
      const share = svg("rect", { x, y, height: HEIGHT, rx: 8, class: "share" });
      const group = svg(
        "g",
        { class: "part", onclick: () => change(model, "part", part) },
        svg("rect", { x, y, width, height: HEIGHT, rx: 8, class: "back" }),
        share,
        text(x + 9, y + 21, "label", PARTS[part].name),
        svg(
          "text",
          { x: x + width - 8, y: y + 21, class: "tick", "text-anchor": "end" },
          svg("tspan", { "data-name": `of_${part}`, "data-digits": 2 }),
          " %",
        ),
        svg("rect", { x, y, width, height: HEIGHT, rx: 8, class: "edge" }),
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
        "The stack from tokens at the bottom to logits at the top, with one block opened; the buttons beside it choose the same parts.",
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
function inside([part, { name, formula, learned, computed }]) {
  const shape = (text) => text.split(" ").flatMap((each, i) => [i ? " × " : "", count(each)]);
  const rows = learned.map(([tensor, dims, when]) =>
    html("tr", { "data-when": when }, html("th", { scope: "row" }, tensor), html("td", {}, ...shape(dims))),
  );
  const own = [html("dt", {}, "parameters"), html("dd", {}, count(`one_${part}`))];
  if (IN_BLOCK.includes(part))
    own.push(html("dt", {}, "in all blocks"), html("dd", {}, count(`all_${part}`)));
  else own.push(html("dd", { hidden: "" }, count(`all_${part}`)));
  return html(
    "div",
    {},
    html("b", {}, name),
    ...formula.map((text, i) =>
      html("p", { class: "formula", "data-norm": formula[1] && ["layer", "rms"][i] }, text),
    ),
    html("table", {}, html("caption", {}, "learned"), html("tbody", {}, ...rows)),
    ...(part === "output" ? [html("p", { class: "uses" }, "nothing of its own: the embedding, tied")] : []),
    html("p", {}, html("span", { class: "dim" }, "computed: "), computed),
    html("dl", {}, ...own),
  );
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "block",
      title: "A block, and the stack around it",
      task: "Choose a part to look inside. Then bring the embedding of GPT-2 small below 5 % of all parameters with one slider: which ones can do it?",
    });
    const picture = drawing(model),
      insides = Object.entries(PARTS).map(inside);
    const range = (name, label, min, max, step) => slider({ model, name, label, min, max, step });
    const put = (values) => (
      Object.entries(values).forEach(([name, value]) => model.set(name, value)),
      model.save_changes()
    );
    ui.stage.append(picture.element);
    ui.panel.append(
      choice({
        model,
        name: "part",
        label: "part",
        options: Object.fromEntries(Object.entries(PARTS).map(([key, { name }]) => [key, name])),
      }),
      html("div", { class: "sum insides" }, ...insides),
    );
    const presets = html(
      "div",
      { class: "buttons", role: "group", "aria-label": "shapes of real models" },
      ...Object.entries(PRESETS).map(([name, values]) =>
        html("button", { type: "button", onclick: () => put(values) }, name),
      ),
    );
    const bar = html(
      "div",
      { class: "shares", "aria-hidden": "true" },
      ...Object.keys(KINDS).map((kind) => html("i", { class: kind })),
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
    const yes = { yes: "yes", no: "no" };
    el.append(
      html(
        "div",
        { class: "below" },
        html(
          "div",
          { class: "panel" },
          presets,
          range("vocabulary", "vocabulary V", 257, 128257, 1000),
          range("context", "context n", 64, 4096, 64),
          range("width", "width d", 64, 12288, 64),
          range("layers", "layers L", 1, 96, 1),
          html(
            "div",
            { class: "choices" },
            choice({ model, name: "norm", label: "norm", options: { layer: "layer", rms: "RMS" } }),
            choice({ model, name: "biases", label: "biases", options: yes }),
            choice({ model, name: "tied", label: "tied output", options: yes }),
          ),
        ),
        html("div", {}, html("p", { class: "total" }, count("total"), " parameters"), bar, counts),
      ),
    );

    return ui.watch(() => {
      const state = Object.fromEntries(model.get("controls").map((name) => [name, model.get(name)]));
      const [V, n, d, L] = ["vocabulary", "context", "width", "layers"].map((name) =>
        Math.round(state[name]),
      );
      const [layer, biased, tied] = [
        state.norm === "layer" ? 1 : 0,
        state.biases === "yes" ? 1 : 0,
        state.tied === "yes",
      ];
      const own = tied ? 0 : V * d,
        each = d * (1 + layer);
      const one = {
        embedding: V * d,
        places: n * d,
        norm_1: each,
        attention: 4 * d * d + 4 * d * biased,
        norm_2: each,
        feed_forward: 8 * d * d + 5 * d * biased,
        norm: each,
        output: own,
      };
      const kinds = {
        embedding: V * d,
        places: n * d,
        attention: 4 * d * d * L,
        "feed-forward": 8 * d * d * L,
        gains: (2 * L + 1) * d,
        biases: 9 * d * L * biased + (2 * L + 1) * d * layer,
        output: own,
      };
      const total = Object.values(kinds).reduce((sum, value) => sum + value, 0);
      const numbers = {
        vocabulary: state.vocabulary,
        context: state.context,
        width: state.width,
        layers: state.layers,
        V,
        n,
        d,
        L,
        d3: 3 * d,
        d4: 4 * d,
        total,
      };
      Object.entries(kinds).forEach(([kind, value], i) => {
        Object.assign(numbers, { [`n_${kind}`]: value, [`share_${kind}`]: (100 * value) / total });
        bar.children[i].style.flexGrow = value / total;
      });
      Object.keys(PARTS).forEach((part, i) => {
        const all = one[part] * (IN_BLOCK.includes(part) ? L : 1),
          { group, share, width } = picture.boxes[part];
        Object.assign(numbers, {
          [`one_${part}`]: one[part],
          [`all_${part}`]: all,
          [`of_${part}`]: (100 * all) / total,
        });
        set(share, { width: (width * all) / total });
        group.classList.toggle("on", part === state.part);
        insides[i].classList.toggle("later", part !== state.part);
      });
      for (const row of el.querySelectorAll("[data-when]"))
        row.hidden = { layer: !layer, biases: !biased, tied }[row.dataset.when];
      for (const text of el.querySelectorAll("[data-norm]")) text.hidden = text.dataset.norm !== state.norm;
      el.querySelector(".uses").hidden = !tied;
      picture.tie.style.opacity = tied ? 1 : 0;
      fill(el, numbers);
    });
  },
};
