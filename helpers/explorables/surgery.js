// A whole trained model and one parameter under a knob; or a knob of the real model, as it was recorded.

import {
  card,
  change,
  choice,
  clamp,
  controls,
  count,
  facts,
  fill,
  html,
  mean,
  number,
  plane,
  polyline,
  put,
  presets,
  set,
  slider,
  softmax,
  sum,
  svg,
  times,
} from "./kit.js";
import { reader, tensorsOf, unpackHalves } from "./model.js";

const SHAPE = { layers: 2, heads: 4, base: 10_000 };
const PARTS = {
  embedding: "embedding",
  norm_1: "norm 1",
  qkv: "queries, keys, values",
  out: "attention's output",
  norm_2: "norm 2",
  up: "up",
  down: "down",
  norm: "last norm",
};
const MODELS = {
  ours: "ours, alive",
  weight: "real: one weight",
  neighbour: "real: a larger one",
  constant: "real: a constant instead",
};
const highest = (values) => values.reduce((best, v, i) => (v > values[best] ? i : best), 0);
const lastOf = (list) => list[list.length - 1];

// Bars of the next words: the name, a bar now, a mark for before, and both as numbers.
function barsOf(shown) {
  const rows = times(shown + 1, (i) => {
    const [word, bar, mark] = [html("span", { class: "word" }), html("i"), html("b")];
    const [now, was] = i < shown ? [`p_${i}`, `q_${i}`] : ["rest", "rest_was"];
    const track = html("span", { class: "track", "aria-hidden": "true" }, bar, mark);
    const element = html("li", {}, word, track, number(now, "plain", 3), number(was, "its", 3));
    return { element, word, bar, mark };
  });
  const names = ["next", "", "now", "before"].map((name) => html("span", {}, name));
  const list = html("ul", { class: "next" }, html("li", { class: "head" }, names));
  list.append(...rows.map(({ element }) => element));
  return { rows, list };
}

// The text with an arc from its last word to each, as wide as the attention is strong.
function arcsOf(most) {
  const words = times(most + 1, () => svg("text", { y: 92, class: "name", "text-anchor": "middle" }));
  const arcs = times(most + 1, () => svg("path", { class: "arc" }));
  const label = "Arcs from the last word to those before it; the list below has the same as numbers.";
  const root = svg("svg", { viewBox: "0 0 480 100", role: "img", "aria-label": label }, arcs, words);
  const draw = (texts, shares) => {
    const widths = texts.map((text) => 9 * text.length + 12);
    const middles = widths.map((w, i) => sum(widths.slice(0, i)) + w / 2);
    const end = lastOf(middles);
    set(root, { viewBox: `0 0 ${Math.max(480, sum(widths))} 100` });
    words.forEach((word, i) => {
      word.textContent = texts[i] ?? "";
      if (i < texts.length) set(word, { x: middles[i].toFixed(1) });
      const shown = i < texts.length && shares[i] > 0.004;
      const [x, high] = [middles[i] ?? 0, Math.min(68, 14 + (end - (middles[i] ?? 0)) / 5)];
      const self =
        i === texts.length - 1
          ? `C${end - 26} 50 ${end + 26} 50 `
          : `C${x} ${76 - high} ${end} ${76 - high} `;
      set(arcs[i], { d: shown ? `M${x} 76${self}${end} 76` : "", "stroke-width": 9 * (shares[i] ?? 0) });
    });
  };
  return { root, draw };
}

// The losses of a recorded knob over its 41 positions, with a dot at the one that is set.
function curveOf(knobs) {
  const surface = plane({
    x: [0, 40],
    y: [0, 15],
    labels: ["position", "loss, nats a token"],
    label: "The recorded loss at 41 positions of three knobs of the real model; one is marked.",
  });
  const lines = Object.fromEntries(
    Object.entries(knobs).map(([name, { losses }]) => {
      const points = losses.map((loss, i) => [surface.X(i), surface.Y(Math.min(loss, 15))]);
      return [name, svg("path", { class: "curve", d: polyline(points) })];
    }),
  );
  const dot = svg("circle", { r: 6, class: "dot" });
  surface.top.append(...Object.values(lines), dot);
  const draw = (name, at) => {
    for (const [each, line] of Object.entries(lines)) line.classList.toggle("chosen", each === name);
    set(dot, { cx: surface.X(at), cy: surface.Y(knobs[name].losses[at]) });
  };
  return { root: surface.root, draw };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "surgery",
      title: "One parameter under a knob",
      task:
        "Turn one of 64,464 parameters: do the bars move, and was it foretold? " +
        "Then try the buttons below, and one of your own.",
    });
    const [words, names, sentences, knobs] = ["words", "parts", "sentences", "knobs"].map((name) =>
      model.get(name),
    );
    const { most, shown, written, nudge } = model.get("limits");
    const store = unpackHalves(model.get("numbers16")[0]);
    const tensors = tensorsOf(model.get("shapes"), store);
    const [stop, numberOf] = [words.indexOf("."), new Map(words.map((word, i) => [word, i]))];

    // What the model makes of it all, with the parameters as they are now.
    const readAll = (tokens) => {
      const read = reader(tensors, SHAPE);
      return { read, ...lastOf(tokens.map(read)) };
    };
    const lossNow = () => {
      const costs = sentences.flatMap((tokens) => {
        const read = reader(tensors, SHAPE);
        return tokens
          .slice(0, -1)
          .map((token, i) => -Math.log(softmax(Array.from(read(token).logits))[tokens[i + 1]]));
      });
      return mean(costs);
    };
    const goOn = (tokens) => {
      const start = readAll(tokens);
      const p = softmax(Array.from(start.logits));
      let [next, said] = [highest(start.logits), []];
      while (said.length < written && next !== stop) {
        said = [...said, next];
        next = highest(start.read(next).logits);
      }
      if (next === stop) said = [...said, stop];
      return { p, looks: start.looks, said: said.map((token) => words[token]).join(" ") };
    };
    const withValue = (place, value, work) => {
      const kept = place.data[place.at];
      place.data[place.at] = value;
      const found = work();
      place.data[place.at] = kept;
      return found;
    };

    const bars = barsOf(shown);
    const arcs = arcsOf(most);
    const curve = curveOf(knobs);
    const [said, untouched, says] = [html("strong"), html("span"), html("p", { class: "says" })];
    const looks = html("p", { class: "looks key" });
    const beginning = html("span");
    const ours = html(
      "div",
      { class: "ours" },
      html("p", { class: "says" }, beginning, said),
      html("p", { class: "key" }, "untouched: ", untouched),
      arcs.root,
      slider({
        model,
        name: "head",
        label: "arcs of head (from 4 on: second block)",
        min: 0,
        max: 7,
        step: 1,
      }),
      looks,
      bars.list,
    );
    const real = html(
      "div",
      { class: "real" },
      curve.root,
      says,
      facts(
        ["the knob stands at", number("real_value", "plain", 2)],
        ["loss, recorded", number("real_loss")],
        ["loss of the intact model", number("real_intact")],
      ),
      html(
        "p",
        { class: "key" },
        "Recorded with Python at 41 positions, on twelve texts. This model does not run here.",
      ),
    );
    ui.stage.append(ours, real);

    const note = html("p", { class: "note", role: "status" });
    const box = html("input", {
      type: "text",
      class: "prompt",
      "data-control": "prompt",
      spellcheck: "false",
    });
    box.addEventListener("input", () => {
      const texts = box.value.trim().split(/\s+/).filter(Boolean);
      const unknown = texts.find((text) => !numberOf.has(text));
      if (!texts.length) note.textContent = "A beginning needs at least one word; the last one stays.";
      else if (texts.length > most)
        note.textContent = `It takes up to ${most} words; the last beginning stays.`;
      else if (unknown) note.textContent = `“${unknown}” is none of its 163 words; the last text stays.`;
      else change(model, "prompt", texts.join(" "));
    });
    const [row, column] = ["row", "column"].map((name) =>
      slider({ model, name, label: name, min: 0, max: 191, step: 1 }),
    );
    const address = html("p", { class: "address" });
    const outside = html("p", { class: "note", role: "status" });
    const part = choice({ model, name: "part", label: "part", options: PARTS });
    const kind = choice({
      model,
      name: "kind",
      label: "of it",
      options: { weights: "weights or gains", biases: "biases" },
    });
    const nameOf = () => {
      const { block, part, kind } = controls(model);
      return names[part][kind === "biases" ? 1 : 0].replace("{}", block);
    };
    // Whoever chooses another part stays inside of it.
    const stay = () => {
      const { rows, columns } = tensors[nameOf()];
      put(model, {
        row: clamp(model.get("row"), 0, rows - 1),
        column: clamp(model.get("column"), 0, columns - 1),
      });
    };
    part.addEventListener("change", stay);
    kind.addEventListener("change", stay);
    const only = html(
      "div",
      { class: "panel" },
      html("label", { class: "field" }, "a beginning", box),
      note,
      choice({ model, name: "block", label: "block", options: { 0: "first", 1: "second" } }),
      part,
      kind,
      row,
      column,
      address,
      outside,
      facts(
        ["it was", number("was", "weight")],
        ["it is", number("value", "weight")],
        ["slope of the loss", number("slope", "gradient")],
        ["change foretold by the slope", number("told", "gradient")],
        ["change measured", number("moved")],
        ["loss on six sentences", number("loss")],
        ["loss before", number("loss_before")],
      ),
    );
    const turn = slider({
      model,
      name: "turn",
      label: "turn it by",
      kind: "weight",
      min: -2,
      max: 2,
      step: 0.1,
    });
    ui.panel.append(turn, only, choice({ model, name: "view_of", label: "which model", options: MODELS }));
    ui.buttons.append(...presets(model));
    address.append(
      html("code"),
      " row ",
      count("at_row"),
      html("span", { class: "second" }, ", column ", count("at_column")),
    );

    let [text, before, where, slope] = ["", {}, "", 0];
    return ui.watch(() => {
      const given = controls(model);
      const { data, rows, columns } = tensors[nameOf()];
      const [r, c] = [
        clamp(Math.round(given.row), 0, rows - 1),
        clamp(Math.round(given.column), 0, columns - 1),
      ];
      const place = { data, at: r * columns + c };
      const was = data[place.at];
      const parts = given.prompt.split(/\s+/).filter((each) => numberOf.has(each));
      const tokens = [stop, ...parts.map((each) => numberOf.get(each))];
      if (text !== given.prompt) {
        [text, before] = [given.prompt, goOn(tokens)];
        box.value = given.prompt;
        note.textContent = "";
      }
      before.loss ??= lossNow();
      if (where !== `${nameOf()} ${place.at}`) {
        where = `${nameOf()} ${place.at}`;
        const sides = [nudge, -nudge].map((step) => withValue(place, was + step, lossNow));
        slope = (sides[0] - sides[1]) / (2 * nudge);
      }
      const now = withValue(place, was + given.turn, () => ({ ...goOn(tokens), loss: lossNow() }));
      const order = times(words.length, (i) => i)
        .sort((a, b) => before.p[b] - before.p[a] || a - b)
        .slice(0, shown);
      const rest = (p) => 1 - sum(order.map((i) => p[i]));
      const shares = now.looks[Math.round(given.head)];
      const name = given.view_of === "ours" ? "weight" : given.view_of;
      const at = Math.round(10 * given.turn) + 20;
      const { value, losses, words: texts } = knobs[name];
      const { row: atRow, column: atColumn, turn: by, head } = given;
      const numbers = {
        ...{ row: atRow, column: atColumn, turn: by, head, at_row: r, at_column: c },
        ...{ was, value: was + given.turn, slope, told: slope * given.turn },
        ...{ loss: now.loss, loss_before: before.loss, moved: now.loss - before.loss },
        ...{ rest: rest(now.p), rest_was: rest(before.p) },
        ...Object.fromEntries(shares.map((share, t) => [`look_${t}`, share])),
        real_value: name === "constant" ? 1000 * at : (value * (at - 10)) / 10,
        real_loss: losses[at],
        real_intact: knobs.weight.losses[20],
      };
      bars.rows.forEach(({ element, word, bar, mark }, i) => {
        const [p, q] = i < shown ? [now.p[order[i]], before.p[order[i]]] : [numbers.rest, numbers.rest_was];
        if (i < shown) Object.assign(numbers, { [`p_${i}`]: p, [`q_${i}`]: q });
        word.textContent = i < shown ? words[order[i]] : "all others";
        element.classList.toggle("picked", i < shown && order[i] === highest(now.p));
        bar.style.width = `${100 * p}%`;
        mark.style.left = `${100 * q}%`;
      });
      const seen = [".", ...parts];
      if (looks.childElementCount !== seen.length || looks.dataset.of !== text) {
        looks.dataset.of = text;
        looks.replaceChildren(
          ...seen.map((word, t) => html("span", {}, `${word} `, number(`look_${t}`, "plain", 2))),
        );
      }
      arcs.draw(seen, shares);
      beginning.textContent = `${parts.join(" ")} `;
      said.textContent = now.said;
      untouched.textContent = before.said;
      address.firstChild.textContent = nameOf();
      address.lastChild.hidden = columns === 1;
      const inside = r === Math.round(atRow) && (columns === 1 || c === Math.round(atColumn));
      const size = columns === 1 ? `${rows} numbers` : `${rows} rows and ${columns} columns`;
      outside.textContent = inside ? "" : `It has ${size}: the nearest to your choice is taken.`;
      curve.draw(name, at);
      says.replaceChildren(`${model.get("beginning")[0]} `, html("strong", {}, texts[at]));
      ours.hidden = only.hidden = given.view_of !== "ours";
      real.hidden = given.view_of === "ours";
      fill(el, numbers);
    });
  },
};
