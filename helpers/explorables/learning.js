// The model of chapter 12 at eight moments of its training: what it writes, where it looks, what it answers.

import {
  card,
  choice,
  controls,
  facts,
  few,
  fill,
  html,
  number,
  plane,
  player,
  polyline,
  set,
  slider,
  softmax,
  sum,
  svg,
} from "./kit.js";
import { reader, tensorsOf, unpackHalves } from "./model.js";

const SHAPE = { layers: 2, heads: 4, base: 10_000 };
const LINE = 22; // of a word, in the units of the drawing

// The parameters of a moment: a sign for each weight, times the step of its row.
function unpack({ weights, steps }, shapes, alphabet) {
  const most = (alphabet.length - 2) / 2;
  const stepOf = unpackHalves(steps);
  const numbers = new Float64Array(weights.length);
  let [at, row] = [0, 0];
  for (const [rows, columns] of Object.values(shapes)) {
    const [count, size] = columns ? [rows, columns] : [1, rows];
    for (let i = 0; i < count; i++, row++)
      for (let j = 0; j < size; j++, at++) numbers[at] = (alphabet.indexOf(weights[at]) - most) * stepOf[row];
  }
  return tensorsOf(shapes, numbers);
}

// The loss at the moments, and what four kinds of knowledge cost.
function stairsOf(stairs, moments) {
  const names = ["all words alike", "how frequent each is", "the word before", "the grammar"];
  const surface = plane({
    x: [0, moments.length - 1],
    y: [0, 5.6],
    labels: ["moment of the training", "loss, nats a word"],
    label: "The loss at eight moments of the training, and four lines: what is known at each height.",
    height: 230,
  });
  const { X, Y } = surface;
  stairs.forEach((height, i) => {
    const line = svg("path", {
      class: "stair",
      d: polyline([X(0), X(moments.length - 1)].map((x) => [x, Y(height)])),
    });
    const name = svg(
      "text",
      {
        class: "name clear",
        x: X(moments.length - 1) - 4,
        y: Y(height) + (i === stairs.length - 1 ? 15 : -5),
        "text-anchor": "end",
      },
      names[i],
    );
    surface.top.append(line, name);
  });
  const points = moments.map(({ loss }, i) => [X(i), Y(loss)]);
  const dot = svg("circle", { r: 7, class: "dot" });
  surface.top.append(
    svg("path", { class: "curve", d: polyline(points) }),
    ...points.map(([cx, cy]) => svg("circle", { r: 3, class: "mark", cx, cy })),
    dot,
  );
  return { root: surface.root, draw: (i) => set(dot, { cx: points[i][0], cy: points[i][1] }) };
}

// The words one below the other; an arc from each to those it looks at, as wide as the share.
function arcsOf(longest) {
  const label =
    "Arcs from each word to those before it; the list below has those of the last word as numbers.";
  const root = svg("svg", {
    class: "arcs",
    viewBox: `0 0 200 ${LINE * (longest + 1)}`,
    role: "img",
    "aria-label": label,
  });
  const draw = (texts, looks, given) => {
    const middle = (i) => LINE * (i + 0.5);
    const arcs = looks.flatMap((shares, i) =>
      shares.flatMap((share, t) => {
        if (share < 0.1 || t === i) return [];
        const [from, to] = [middle(i), middle(t)];
        const x = 110 - Math.min(104, 14 + 0.4 * (from - to));
        const d = `M110 ${from}C${x} ${from} ${x} ${to} 110 ${to}`;
        return [svg("path", { class: "arc", d, "stroke-width": 7 * share, opacity: 0.25 + 0.65 * share })];
      }),
    );
    const words = texts.map((text, i) =>
      svg("text", { x: 118, y: middle(i) + 5, class: i < given ? "name given" : "name" }, text),
    );
    root.replaceChildren(...arcs, ...words);
  };
  return { root, draw };
}

// Five questions: the right answer's probability as a bar, a mark for what the grammar says.
function answersOf(questions) {
  const rows = questions.map(({ asked, right, truth }, i) => {
    const [bar, mark] = [html("i"), html("b", { style: `left: ${100 * truth}%` })];
    const track = html("span", { class: "track", "aria-hidden": "true" }, bar, mark);
    const text = html(
      "span",
      { class: "asked" },
      `${asked} `,
      html("strong", {}, right.replaceAll(" ", ", ")),
    );
    return { element: html("li", {}, text, track, few(`p_${i}`), number(`truth_${i}`, "its", 2)), bar };
  });
  const head = ["right answer", "says", "true"].map((name) => html("span", {}, name));
  const list = html("ul", { class: "next" }, html("li", { class: "head" }, head));
  list.append(...rows.map(({ element }) => element));
  return { list, draw: (p) => rows.forEach(({ bar }, i) => (bar.style.width = `${100 * p[i]}%`)) };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "learning",
      title: "A model learns before your eyes",
      task: "Press Play. What does it write first, and which of the five answers comes last?",
    });
    const [moments, questions, shapes, stairs] = ["moments", "questions", "shapes", "stairs"].map((name) =>
      model.get(name),
    );
    const [words, beginnings, draws] = [
      model.get("words").split(" "),
      model.get("beginnings"),
      model.get("draws"),
    ];
    const numberOf = new Map(words.map((word, i) => [word, i]));
    const encode = (text) =>
      `. ${text}`
        .trim()
        .split(" ")
        .map((word) => numberOf.get(word));
    const kept = [];
    const tensors = (i) => (kept[i] ??= unpack(moments[i], shapes, model.get("alphabet")));
    const chances = (logits) => softmax(Array.from(logits));

    // What the model answers: the probability of the right words.
    const answered = [];
    const answers = (i) =>
      (answered[i] ??= questions.map(({ asked, right }) => {
        const read = reader(tensors(i), SHAPE);
        const p = chances(encode(asked).map(read).at(-1).logits);
        return sum(
          encode(right)
            .slice(1)
            .map((token) => p[token]),
        );
      }));

    // The beginning, and the words that are drawn; with each, what all heads looked at.
    const write = (i, beginning, row) => {
      const read = reader(tensors(i), SHAPE);
      const tokens = encode(beginning);
      const seen = tokens.map(read);
      for (const chance of row.slice(tokens.length - 1)) {
        let [token, reached] = [0, 0];
        const p = chances(seen.at(-1).logits);
        while (token < p.length - 1 && (reached += p[token]) <= chance) token++;
        tokens.push(token);
        seen.push(read(token));
      }
      return { tokens, looks: seen.map((each) => each.looks) };
    };

    const curve = stairsOf(stairs, moments);
    const arcs = arcsOf(draws[0].length);
    const five = answersOf(questions);
    const [given, drawn] = [html("span"), html("strong")];
    const looks = html("p", { class: "looks key" });
    ui.stage.append(
      curve.root,
      html("div", { class: "both" }, arcs.root, five.list),
      html("p", { class: "says" }, given, drawn),
    );
    const named = Object.fromEntries(beginnings.map((text, i) => [i, text || "nothing"]));
    ui.panel.append(
      player({ model, name: "moment", label: "moment", max: moments.length - 1, every: 1200 }),
      choice({ model, name: "beginning", label: "it goes on from", options: named }),
      slider({ model, name: "draw", label: "other chances", min: 0, max: draws.length - 1, step: 1 }),
      slider({
        model,
        name: "head",
        label: "arcs of head (from 4 on: second block)",
        min: 0,
        max: 7,
        step: 1,
      }),
      facts(
        ["steps of training", number("steps", "plain", 0)],
        ["loss on new text", number("loss", "plain", 2)],
      ),
      html("p", { class: "key" }, "What the last word looks at:"),
      looks,
      html(
        "p",
        { class: "key" },
        "Each weight is rounded to one of 63 values; the loss is that of the rounded model.",
      ),
    );

    let last = "";
    let text = null;
    return ui.watch(() => {
      const now = controls(model);
      const [i, row] = [Math.round(now.moment), draws[Math.round(now.draw)]];
      const beginning = beginnings[now.beginning];
      const key = [i, now.beginning, Math.round(now.draw)].join();
      if (key !== last) [last, text] = [key, write(i, beginning, row)];
      const texts = text.tokens.map((token) => words[token]);
      const head = text.looks.map((all) => all[Math.round(now.head)]);
      const p = answers(i);
      curve.draw(i);
      arcs.draw(texts, head, encode(beginning).length);
      five.draw(p);
      given.textContent = beginning ? `${beginning} ` : "";
      drawn.textContent = texts.slice(encode(beginning).length).join(" ");
      looks.replaceChildren(
        ...texts.map((word, t) => html("span", {}, `${word} `, number(`look_${t}`, "plain", 2))),
      );
      fill(el, {
        moment: now.moment,
        draw: now.draw,
        head: now.head,
        steps: moments[i].step,
        loss: moments[i].loss,
        ...Object.fromEntries(p.map((each, k) => [`p_${k}`, each])),
        ...Object.fromEntries(questions.map(({ truth }, k) => [`truth_${k}`, truth])),
        ...Object.fromEntries(head.at(-1).map((share, t) => [`look_${t}`, share])),
      });
    });
  },
};
