// Words by the cosines of their rows with the rows of two landmarks, from tables that were kept while training.

const WIDTH = 8,
  NEAR = 6,
  SIZE = { width: 560, height: 470 };
const rowsOf = (text) => {
  const bytes = Int8Array.from(atob(text), (c) => c.charCodeAt(0));
  return Array.from({ length: bytes.length / WIDTH }, (_, i) => [...bytes.slice(i * WIDTH, (i + 1) * WIDTH)]);
};
const cosine = (a, b) => dot(a, b) / (Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)));

const SHAPES = {
  one: ["M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0Z", "one: dog"],
  many: ["M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z", "many: dogs"],
  verb: ["M0 -5.2L5 3.8L-5 3.8Z", "verb: runs"],
  other: ["M-3.8 -3.8h7.6v7.6h-7.6Z", "other words"],
};
const mark = (kind) => svg("path", { d: SHAPES[kind][0], class: `word ${kind}` });

// Write each label beside its dot where no other label stands; one that finds no room is left out.
function arrange(labels, size, { x: left, y: top, width, height }) {
  const taken = labels.map(({ x, y }) => ({ x0: x - 4, x1: x + 4, y0: y - 4, y1: y + 4 }));
  for (const { x, y, text, label, leader } of labels) {
    const wide = 0.61 * size * text.length + 4,
      high = size * 1.04;
    const spot = [0, 1, -1, 2, -2, 3, -3, 4, -4]
      .flatMap((k) =>
        [8, -8 - wide].map((side) => ({
          x0: x + side,
          x1: x + side + wide,
          y0: y + (k - 0.5) * high,
          y1: y + (k + 0.5) * high,
          k,
        })),
      )
      .find(
        (box) =>
          box.x0 > left &&
          box.x1 < left + width &&
          box.y0 > top &&
          box.y1 < top + height &&
          taken.every(
            (other) => box.x1 < other.x0 || box.x0 > other.x1 || box.y1 < other.y0 || box.y0 > other.y1,
          ),
      );
    set(label, { visibility: spot ? "visible" : "hidden" });
    set(leader, { visibility: spot?.k ? "visible" : "hidden" });
    if (!spot) continue;
    taken.push(spot);
    set(label, { x: spot.x0 + 2, y: (spot.y0 + spot.y1) / 2 + size * 0.34, "font-size": size });
    set(leader, { x1: x, y1: y, x2: spot.x0 > x ? spot.x0 : spot.x1, y2: (spot.y0 + spot.y1) / 2 });
  }
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "embedding_map",
      title: "A table learns",
      task: "Train with dog across and dogs up. Then put bread across: which of its neighbours can nobody eat, and what do they share with it?",
    });
    const kinds = Object.entries(model.get("words")).flatMap(([kind, words]) =>
      words.split(" ").map((word) => [word, kind]),
    );
    const names = kinds.map(([word]) => word),
      tables = model.get("tables").map(rowsOf);
    const map = plane({
      x: [-1.08, 1.3],
      y: [-1.08, 1.12],
      labels: ["", ""],
      ...SIZE,
      label:
        "Words as dots: across, the cosine with the first chosen word; up, with the second. The table below has the numbers.",
    });
    for (const tick of map.root.querySelectorAll(".tick")) tick.remove();
    const axes = [
      ["end", 546, 465],
      ["start", 4, 13],
    ].map(([anchor, x, y]) => svg("text", { class: "axis", "text-anchor": anchor, x, y }));
    for (const v of [-1, 0, 1])
      map.root.append(
        svg(
          "text",
          { class: "tick", "text-anchor": "middle", x: map.X(v), y: map.Y(-1.08) + 16 },
          show(v, 0),
        ),
        svg("text", { class: "tick", "text-anchor": "end", x: 34, y: map.Y(v) + 4 }, show(v, 0)),
      );
    map.root.append(...axes);
    const words = kinds.map(([text, kind]) => ({
      text,
      dot: mark(kind),
      label: svg("text", { class: "label" }, text),
      leader: svg("line", { class: "leader" }),
    }));
    map.top.append(...words.map((w) => w.leader), ...words.map((w) => w.dot), ...words.map((w) => w.label));
    const options = Object.fromEntries(model.get("landmarks").map((word) => [word, word]));
    ui.stage.append(
      map.root,
      html(
        "div",
        { class: "legend" },
        ...Object.keys(SHAPES).map((kind) =>
          html(
            "span",
            {},
            svg("svg", { viewBox: "-8 -8 16 16", class: "icon", "aria-hidden": "true" }, mark(kind)),
            SHAPES[kind][1],
          ),
        ),
      ),
      choice({ model, name: "across", label: "across: the cosine with", options }),
      choice({ model, name: "up", label: "up: the cosine with", options }),
    );
    const near = Array.from({ length: NEAR }, (_, k) => [
      html("dt"),
      html("dd", {}, number(`near_${k}`, "weight")),
    ]);
    const heads = [html("b"), html("b")];
    ui.panel.append(
      player({ model, name: "step", label: "table", max: tables.length - 1, every: 700 }),
      html(
        "dl",
        {},
        html("dt", {}, "steps of training"),
        html("dd", {}, set(number("trained"), { "data-digits": 0 })),
        html("dt", {}, "loss, in nats"),
        html("dd", {}, number("loss")),
        html("dt", {}, "cosine of ", heads[1]),
        html("dd", {}, number("between", "weight")),
      ),
      html(
        "dl",
        { class: "near" },
        html("dt", {}, "nearest to ", heads[0]),
        html("dd", {}, "cosine"),
        ...near.flat(),
      ),
    );
    el.append(
      html(
        "details",
        {},
        html("summary", {}, "All words in numbers"),
        table(
          "The cosine of each word's row with the rows of the two chosen words.",
          ["word", "across", "up"],
          names.map((word, i) => [word, number(`x_${i}`), number(`y_${i}`)]),
        ),
      ),
    );

    const draw = () => {
      const at = clamp(Math.round(model.get("step")), 0, tables.length - 1),
        rows = tables[at];
      const [across, up] = ["across", "up"].map((name) => Math.max(0, names.indexOf(model.get(name))));
      const x = rows.map((row) => cosine(row, rows[across])),
        y = rows.map((row) => cosine(row, rows[up]));
      const order = names
        .map((_, i) => i)
        .filter((i) => i !== across)
        .sort((i, j) => x[j] - x[i])
        .slice(0, NEAR);
      const numbers = {
        step: model.get("step"),
        trained: model.get("steps")[at],
        loss: model.get("losses")[at],
        between: x[up],
      };
      order.forEach((i, k) => ((numbers[`near_${k}`] = x[i]), (near[k][0].textContent = names[i])));
      names.forEach((_, i) => Object.assign(numbers, { [`x_${i}`]: x[i], [`y_${i}`]: y[i] }));
      heads[0].textContent = names[across];
      heads[1].textContent = `${names[across]} and ${names[up]}`;
      axes[0].textContent = `cosine with ${names[across]} →`;
      axes[1].textContent = `↑ cosine with ${names[up]}`;
      words.forEach((word, i) => {
        Object.assign(word, { x: map.X(x[i]), y: map.Y(y[i]) });
        set(word.dot, { transform: `translate(${word.x.toFixed(1)} ${word.y.toFixed(1)})` });
        const role = i === across || i === up ? "chosen" : order.includes(i) ? "near" : "";
        set(word.label, { class: `label ${role}` });
      });
      const size = clamp((12 * SIZE.width) / (map.root.clientWidth || SIZE.width), 12, 20);
      map.root.style.setProperty("--size", `${size}px`);
      const first = [...new Set([across, up, ...order, ...names.keys()])];
      arrange(
        first.map((i) => words[i]),
        size,
        map.box,
      );
      fill(el, numbers);
    };
    new ResizeObserver(draw).observe(map.root);
    return ui.watch(draw);
  },
};
