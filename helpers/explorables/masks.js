// Five words and an order: who may see whom in four families, and what each answer costs at least.

import {
  card,
  choice,
  clamp,
  controls,
  count,
  fill,
  grid,
  handle,
  html,
  mean,
  number,
  plane,
  presets,
  put,
  row,
  set,
  slider,
  snap,
  svg,
} from "./kit.js";

const TOP = 10; // how far a turn goes
const PLACES = [0, 1, 2, 3, 4];
const TURNS = PLACES.map((i) => `turn_${i}`);
// May the answer at place i use the word at place j? hidden: who is asked for; rank: when is whose turn.
const RULES = {
  GPT: (i, j) => j < i,
  BERT: (i, j, hidden) => !hidden[j],
  T5: (i, j, hidden) => !hidden[j] || j < i,
  XLNet: (i, j, hidden, rank) => rank[j] < rank[i],
};
const FAMILIES = Object.keys(RULES);
const SAYS = {
  GPT: "GPT: what stands to the left. The order that you drag only says which words are asked for.",
  BERT: "BERT: what is not hidden, left and right. No answer sees another hidden word.",
  T5: "T5: what is not hidden, and the hidden words further left, which are written already.",
  XLNet: "XLNet: whoever comes earlier in your order, left or right.",
};

// The plane: a word for each place, as high as its turn is late.
function planeOf(model) {
  const surface = plane({
    x: [0.4, PLACES.length + 0.6],
    y: [0, TOP],
    labels: ["place in the sentence", "turn: the higher, the later"],
    height: 260,
    label: "The five words from left to right, each as high as its turn is late; sliders set the same.",
  });
  const { X, Y, top, root } = surface;
  const path = svg("path", { class: "way" });
  const names = PLACES.map(() => svg("text", { class: "name clear", "text-anchor": "middle" }));
  top.append(path);
  const move = (i, y) => put(model, { [TURNS[i]]: clamp(snap(y, 0.5), 0, TOP) });
  const handles = PLACES.map((i) => handle(surface, "turn", (_, y) => move(i, y)));
  root.append(...handles, ...names);
  const follow = (turns, order, hidden, words) => {
    const at = (i) => `${X(i + 1).toFixed(1)} ${Y(turns[i]).toFixed(1)}`;
    set(path, { d: `M${order.map(at).join("L")}` });
    for (const i of PLACES) {
      set(handles[i], { cx: X(i + 1), cy: Y(turns[i]) });
      handles[i].classList.toggle("hidden", hidden[i]);
      set(names[i], { x: X(i + 1), y: Y(turns[i]) + (turns[i] > TOP / 2 ? 31 : -20) });
      names[i].textContent = words[i];
    }
  };
  return { root, follow };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "masks",
      title: "Who may see whom",
      task:
        "Press ends last, so that Ada and Paris are asked for, and go through the families. " +
        "Who pays for the same fact twice? Then drag the words: whose mean moves?",
    });
    const [words, surprises] = [model.get("words"), model.get("surprises")];
    const drawing = planeOf(model);
    const said = html("p", { class: "key", role: "status" });
    const heads = PLACES.map(() => html("span"));
    const lines = PLACES.map((i) =>
      row(html("span"), [...PLACES.map((j) => count(`sees_${i}_${j}`)), number(`cost_${i}`, "plain", 3)]),
    );
    const table = grid(
      "Rows: whose answer. Columns: the words that it may use, 1 for yes. Last: its cost in nats.",
      ["", ...heads, "nats"],
      lines,
      { class: "sight" },
    );
    const cells = [...table.querySelectorAll("tbody tr")].map((line) => [...line.querySelectorAll("td")]);
    const sides = lines.map((line) => line.querySelector("th"));
    ui.stage.append(
      choice({
        model,
        name: "family",
        label: "whose rule",
        options: Object.fromEntries(FAMILIES.map((name) => [name, name])),
      }),
      html("div", { class: "buttons" }, presets(model)),
      drawing.root,
      said,
      table,
      grid(
        "Nats for each word asked for, to somebody who knows the grammar.",
        ["", ...FAMILIES],
        [
          row(
            "mean",
            FAMILIES.map((name) => number(`mean_${name}`, "plain", 3)),
          ),
        ],
        { class: "means" },
      ),
    );
    const labels = PLACES.map((i) => html("span", {}, `turn of word ${i + 1}`));
    ui.panel.append(
      ...PLACES.map((i) => slider({ model, name: TURNS[i], label: labels[i], min: 0, max: TOP, step: 0.5 })),
      slider({ model, name: "asked", label: "how many are asked for", min: 1, max: PLACES.length, step: 1 }),
      choice({
        model,
        name: "sentence",
        label: "the sentence",
        options: Object.fromEntries(Object.entries(words).map(([name, each]) => [name, each.join(" ")])),
      }),
      choice({ model, name: "leak", label: "a word sees itself, too", options: { no: "no", yes: "yes" } }),
    );

    return ui.watch(() => {
      const { family, sentence, leak, asked, ...rest } = controls(model);
      const [turns, many] = [TURNS.map((name) => rest[name]), Math.round(asked)];
      const order = [...PLACES].sort((a, b) => turns[a] - turns[b] || a - b);
      const rank = PLACES.map((i) => order.indexOf(i));
      const hidden = rank.map((r) => r >= PLACES.length - many);
      const numbers = { asked: many };
      TURNS.forEach((name, i) => (numbers[name] = turns[i]));
      for (const name of FAMILIES) {
        const costs = PLACES.map((i) => {
          if (!hidden[i]) return NaN;
          if (leak === "yes") return 0;
          let code = 0;
          for (const j of PLACES) if (!RULES[name](i, j, hidden, rank)) code += 2 ** j;
          return surprises[sentence][code - 2 ** i] - surprises[sentence][code];
        });
        numbers[`mean_${name}`] = mean(costs.filter((cost) => !Number.isNaN(cost)));
        if (name === family) costs.forEach((cost, i) => (numbers[`cost_${i}`] = cost));
      }
      for (const i of PLACES) {
        sides[i].textContent = heads[i].textContent = words[sentence][i];
        labels[i].textContent = `turn of “${words[sentence][i]}”`;
        for (const j of PLACES) {
          const own = i === j && leak === "yes";
          const seen = hidden[i] && (own || RULES[family](i, j, hidden, rank));
          numbers[`sees_${i}_${j}`] = Number(seen);
          cells[i][j].classList.toggle("seen", seen);
        }
        lines[i].classList.toggle("unasked", !hidden[i]);
      }
      drawing.follow(turns, order, hidden, words[sentence]);
      said.textContent = `${SAYS[family]} Filled: asked for.`;
      fill(el, numbers);
    });
  },
};
