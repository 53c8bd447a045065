// Words by the cosines of their rows with the rows of two landmarks, from tables kept while training.

import {
  card,
  choice,
  clamp,
  controls,
  count,
  dot,
  facts,
  fill,
  fold,
  html,
  number,
  plane,
  player,
  set,
  show,
  svg,
  table,
  times,
} from "./kit.js";

const SIZE = { width: 560, height: 470 };
function rowsOf(text, width) {
  const bytes = Int8Array.from(atob(text), (c) => c.charCodeAt(0));
  return times(bytes.length / width, (i) => [...bytes.slice(i * width, (i + 1) * width)]);
}
const cosine = (a, b) => dot(a, b) / (Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)));

const SHAPES = {
  one: ["M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0Z", "one: dog"],
  many: ["M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z", "many: dogs"],
  verb: ["M0 -5.2L5 3.8L-5 3.8Z", "verb: runs"],
  other: ["M-3.8 -3.8h7.6v7.6h-7.6Z", "other words"],
};
const mark = (kind, topic = "") => svg("path", { d: SHAPES[kind][0], class: `word ${kind} ${topic}` });

const apart = (a, b) => a.x1 < b.x0 || a.x0 > b.x1 || a.y1 < b.y0 || a.y0 > b.y1;
const inside = ({ x0, x1, y0, y1 }, { x, y, width, height }) =>
  x0 > x && x1 < x + width && y0 > y && y1 < y + height;

// Where a label can stand: right or left of its dot at (x, y), on its level or up to four lines off.
const spots = (x, y, wide, high) =>
  [0, 1, -1, 2, -2, 3, -3, 4, -4].flatMap((k) =>
    [8, -8 - wide].map((side) => {
      const [left, middle] = [x + side, y + k * high];
      return { x0: left, x1: left + wide, y0: middle - high / 2, y1: middle + high / 2, k };
    }),
  );

// Let dots travel from where they were to where they are: `at` gets the share of the way, from 0 to 1.
const still = matchMedia("(prefers-reduced-motion: reduce)");
const WAY = 450; // ms
function travel(at) {
  let [start, waiting] = [0, 0];
  const step = (now) => {
    start ||= now;
    const share = clamp((now - start) / WAY, 0, 1);
    at(share * share * (3 - 2 * share));
    waiting = share < 1 ? requestAnimationFrame(step) : 0;
  };
  return () => {
    cancelAnimationFrame(waiting);
    if (still.matches) return at(1);
    start = 0;
    waiting = requestAnimationFrame(step);
  };
}

// Write each label beside its dot where no other label stands; one that finds no room is left out.
function arrange(labels, size, frame) {
  const taken = labels.map(({ x, y }) => ({ x0: x - 4, x1: x + 4, y0: y - 4, y1: y + 4 }));
  for (const { x, y, text, label, leader } of labels) {
    const free = (box) => inside(box, frame) && taken.every((other) => apart(box, other));
    const spot = spots(x, y, 0.61 * size * text.length + 4, size * 1.04).find(free);
    set(label, { visibility: spot ? "visible" : "hidden" });
    set(leader, { visibility: spot?.k ? "visible" : "hidden" });
    if (!spot) continue;
    taken.push(spot);
    const middle = (spot.y0 + spot.y1) / 2;
    set(label, { x: spot.x0 + 2, y: middle + size * 0.34, "font-size": size });
    set(leader, { x1: x, y1: y, x2: spot.x0 > x ? spot.x0 : spot.x1, y2: middle });
  }
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "embedding_map",
      title: "A table learns",
      task:
        "Train with dog across and dogs up. Then put bread across: " +
        "which of its neighbours can nobody eat, and what do they share with it?",
    });
    const kinds = Object.entries(model.get("words")).flatMap(([kind, words]) =>
      words.split(" ").map((word) => [word, kind]),
    );
    const names = kinds.map(([word]) => word);
    const tables = model.get("tables").map((text) => rowsOf(text, model.get("width")));
    const map = plane({
      x: [-1.08, 1.3],
      y: [-1.08, 1.12],
      labels: ["", ""],
      ...SIZE,
      label:
        "Words as dots: across, the cosine with the first chosen word; up, with the second. " +
        "The table below has the numbers.",
    });
    for (const tick of map.root.querySelectorAll(".tick")) tick.remove();
    const axes = [
      svg("text", { class: "axis", "text-anchor": "end", x: 546, y: 465 }),
      svg("text", { class: "axis", "text-anchor": "start", x: 4, y: 13 }),
    ];
    for (const v of [-1, 0, 1]) {
      const [below, left] = [
        { x: map.X(v), y: map.Y(-1.08) + 16 },
        { x: 34, y: map.Y(v) + 4 },
      ];
      map.root.append(
        svg("text", { class: "tick", "text-anchor": "middle", ...below }, show(v, 0)),
        svg("text", { class: "tick", "text-anchor": "end", ...left }, show(v, 0)),
      );
    }
    map.root.append(...axes);
    const topics = Object.entries(model.get("topics"));
    const topicOf = (text) => topics.find(([, its]) => its.includes(text))?.[0];
    const words = kinds.map(([text, kind]) => ({
      text,
      dot: mark(kind, topicOf(text)),
      label: svg("text", { class: "label" }, text),
      leader: svg("line", { class: "leader" }),
    }));
    for (const { dot, text } of words) dot.append(svg("title", {}, text));
    map.top.append(...words.map((w) => w.leader), ...words.map((w) => w.dot), ...words.map((w) => w.label));
    const options = Object.fromEntries(model.get("landmarks").map((word) => [word, word]));
    const icon = (kind) =>
      svg("svg", { viewBox: "-8 -8 16 16", class: "icon", "aria-hidden": "true" }, mark(kind));
    const hues = topics.map(([topic]) => html("span", {}, html("i", { class: topic }), `of the ${topic}`));
    const legend = Object.entries(SHAPES).map(([kind, [, text]]) => html("span", {}, icon(kind), text));
    ui.stage.append(
      map.root,
      html("div", { class: "legend" }, legend, hues),
      choice({ model, name: "across", label: "across: the cosine with", options }),
      choice({ model, name: "up", label: "up: the cosine with", options }),
    );
    const near = times(model.get("near"), () => html("span"));
    const heads = [html("b"), html("b")];
    const neighbours = facts(
      [["nearest to ", heads[0]], "cosine"],
      ...near.map((word, k) => [word, number(`near_${k}`, "weight")]),
    );
    ui.panel.append(
      player({ model, name: "step", label: "table", max: tables.length - 1, every: 700 }),
      facts(
        ["steps of training", count("trained")],
        ["loss, in nats", number("loss")],
        [["cosine of ", heads[1]], number("between", "weight")],
      ),
      set(neighbours, { class: "near" }),
    );
    const cosines = table(
      "The cosine of each word's row with the rows of the two chosen words.",
      ["word", "across", "up"],
      names.map((word, i) => [word, number(`x_${i}`), number(`y_${i}`)]),
    );
    el.append(fold("All words in numbers", cosines));

    const draw = () => {
      const { step, ...chosen } = controls(model);
      const at = Math.round(step);
      const rows = tables[at];
      const [across, up] = [names.indexOf(chosen.across), names.indexOf(chosen.up)];
      const x = rows.map((each) => cosine(each, rows[across]));
      const y = rows.map((each) => cosine(each, rows[up]));
      const order = names
        .map((_, i) => i)
        .filter((i) => i !== across)
        .sort((i, j) => x[j] - x[i])
        .slice(0, near.length);
      const numbers = {
        step,
        trained: model.get("steps")[at],
        loss: model.get("losses")[at],
        between: x[up],
      };
      order.forEach((i, k) => {
        numbers[`near_${k}`] = x[i];
        near[k].textContent = names[i];
      });
      names.forEach((_, i) => Object.assign(numbers, { [`x_${i}`]: x[i], [`y_${i}`]: y[i] }));
      heads[0].textContent = names[across];
      heads[1].textContent = `${names[across]} and ${names[up]}`;
      axes[0].textContent = `cosine with ${names[across]} →`;
      axes[1].textContent = `↑ cosine with ${names[up]}`;
      words.forEach((word, i) => {
        const [toX, toY] = [map.X(x[i]), map.Y(y[i])];
        Object.assign(word, { fromX: word.x ?? toX, fromY: word.y ?? toY, toX, toY });
        const role = i === across || i === up ? "chosen" : order.includes(i) ? "near" : "";
        set(word.label, { class: `label ${role}`, visibility: "hidden" });
        set(word.leader, { visibility: "hidden" });
      });
      const size = clamp((12 * SIZE.width) / (map.root.clientWidth || SIZE.width), 12, 20);
      map.root.style.setProperty("--size", `${size}px`);
      named = [...new Set([across, up, ...order])].map((i) => words[i]);
      fill(el, numbers);
      go();
    };
    const place = (share) => {
      for (const word of words) {
        word.x = word.fromX + share * (word.toX - word.fromX);
        word.y = word.fromY + share * (word.toY - word.fromY);
        set(word.dot, { transform: `translate(${word.x.toFixed(1)} ${word.y.toFixed(1)})` });
      }
      arrange(named, parseFloat(map.root.style.getPropertyValue("--size")), map.box);
    };
    let named = [];
    const go = travel(place);
    new ResizeObserver(draw).observe(map.root);
    return ui.watch(draw);
  },
};
