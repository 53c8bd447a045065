// The kit: what every view is drawn with. A view imports from here; base.py joins both into one module.
// Numbers on screen carry data-name and data-value (full precision): a test holds them against Python.

// Ids are counted for the whole page: each explorable brings its own copy of this kit.
const newId = (name) => `explorable-${(window.explorablesMade = (window.explorablesMade ?? 0) + 1)}-${name}`;

// Children are texts and elements, or lists of them.
function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat());
  return element;
}
export const html = (tag, attributes = {}, ...children) =>
  build(document.createElement(tag), attributes, children);
export const svg = (tag, attributes = {}, ...children) =>
  build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
export const set = (element, attributes) => build(element, attributes, []);
export const button = (text, onclick) => html("button", { type: "button", onclick }, text);
// Put an element at a place in percent of its frame: the style says `left: var(--x)` and `top: var(--y)`.
export function placed([x, y], element) {
  element.style.setProperty("--x", `${x}%`);
  element.style.setProperty("--y", `${y}%`);
  return element;
}
export const fold = (summary, content) => html("details", {}, html("summary", {}, summary), content);

// What repeats: as many of something as wanted, each made from its place.
export const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));

// A number as a reader writes it: two decimals, up to four where they are needed, a comma after the
// thousands, a true minus sign.
export function show(value, most = 4) {
  if (!Number.isFinite(value)) return "none";
  const tiny = Math.abs(value) < 0.5 * 10 ** -most;
  const [whole, part] = (tiny ? 0 : value)
    .toFixed(most)
    .replace(/(\.\d\d\d*?)0+$/, "$1")
    .replace("-", "−")
    .split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
}

// Write each number into every element of `root` that carries its name.
export function fill(root, numbers) {
  for (const element of root.querySelectorAll("[data-name]")) {
    const value = numbers[element.dataset.name];
    if (value === undefined || element.dataset.value === `${value}`) continue; // no new layout for nothing
    element.textContent = show(value, element.dataset.digits ?? 4);
    element.dataset.value = value;
  }
}
// w21 -> w₂₁
export const subscripts = (text) =>
  text.replace(/[a-z]\d+/g, (name) => name.replace(/\d/g, (digit) => "₀₁₂₃"[digit]));

// The place of a number, for `fill` to write it. `kind` gives the colour: weight, bias, gradient or plain.
export const number = (name, kind = "plain", digits = undefined) =>
  html("span", { "data-name": name, class: `number ${kind}`, "data-digits": digits });
export const few = (name, kind) => number(name, kind, 2);
export const count = (name, kind) => number(name, kind, 0);
// A text with numbers in it: "{w:weight} × {x} = {y}" is w in its colour, a sign, x, a sign, and y.
export const written = (text) =>
  text.split(/\{(.+?)\}/).map((part, i) => (i % 2 ? number(...part.split(":")) : part));

// What the reader has set: {w: 1, b: 0, …}, with the names of the traits in Python.
export const controls = (model) =>
  Object.fromEntries(model.get("controls").map((name) => [name, model.get(name)]));
export function put(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}
export const change = (model, name, value) => put(model, { [name]: value });

// A button for each of the states that Python names: {text: values}.
export const presets = (model) =>
  Object.entries(model.get("presets")).map(([text, values]) => button(text, () => put(model, values)));

// The card around a view: a title, a task, the drawing beside its controls, and buttons. `also`: names of
// what a view changes and the reader has no control for; Undo and Reset bring that back too.
export function card({ model, el, name, title, task, also = [] }) {
  const state = () => ({
    ...controls(model),
    ...Object.fromEntries(also.map((each) => [each, model.get(each)])),
  });
  const start = state();
  const restore = () => put(model, start);
  const [undo, remember] = undoButton(model, state);
  const stage = html("div", { class: "stage" });
  const panel = html("div", { class: "panel" });
  const buttons = html("div", { class: "buttons" }, undo, button("Reset", restore));
  if (model.inPage) buttons.append(copyButton(model, name));
  el.classList.add("explorable");
  el.dataset.explorable = name;
  set(el, { role: "group", "aria-label": title });
  el.append(
    html("p", { class: "title" }, title),
    html("p", { class: "task" }, task),
    html("div", { class: "body" }, stage, html("div", { class: "side" }, panel, buttons)),
  );
  const ready = (draw) => {
    const stop = watch(model, draw);
    model.on("change", remember);
    if (model.inPage) followAddress(model, el, name);
    // JupyterLab reads this: else it takes the arrow keys for itself, and no slider moves.
    for (const each of el.querySelectorAll("input, button, summary"))
      set(each, { "data-lm-suppress-shortcuts": "true" });
    return () => (model.off("change", remember), stop());
  };
  return { stage, panel, buttons, watch: ready };
}

// One press goes one turn back. Changes that follow each other within half a second are one, as in a drag.
function undoButton(model, state) {
  const past = [];
  let now = state(),
    last = -Infinity;
  const back = button("Undo", () => {
    now = past.pop();
    last = -Infinity;
    put(model, now);
    back.disabled = !past.length;
  });
  back.disabled = true;
  const remember = () => {
    const next = state();
    if (JSON.stringify(next) === JSON.stringify(now)) return;
    if (performance.now() - last > 500) past.push(now);
    last = performance.now();
    now = next;
    back.disabled = false;
  };
  return [back, remember];
}

// #neuron?w=2&b=3 in the address sets the state that somebody shared, as far as the controls reach.
function followAddress(model, el, name) {
  const show = () => el.scrollIntoView({ block: "center" });
  const read = () => {
    if (!location.hash.startsWith(`#${name}?`)) return;
    const shared = {};
    for (const [key, text] of new URLSearchParams(location.hash.slice(name.length + 2))) {
      const inputs = [...el.querySelectorAll("[data-control]")].filter(
        (each) => each.dataset.control === key,
      );
      const range = inputs.find((input) => input.type === "range");
      const numeric = text.trim() !== "" && Number.isFinite(Number(text));
      if (range && numeric) shared[key] = clamp(Number(text), Number(range.min), Number(range.max));
      else if (inputs[0]?.type === "text") {
        inputs[0].value = text; // as if it were typed: the view says what it takes
        inputs[0].dispatchEvent(new Event("input"));
      } else if (!range && inputs.some((input) => input.value === text)) shared[key] = text;
    }
    put(model, shared);
    if (document.readyState !== "loading") show();
    else addEventListener("DOMContentLoaded", show); // the page below is not there yet
  };
  addEventListener("hashchange", read);
  read();
}

function copyButton(model, name) {
  const copy = button("Copy link", async () => {
    const link = `${location.href.split("#")[0]}#${name}?${new URLSearchParams(controls(model))}`;
    history.replaceState(null, "", link); // where copying is not allowed, the address bar holds the link
    const copied = await navigator.clipboard?.writeText(link).then(
      () => true,
      () => false,
    );
    copy.textContent = copied ? "Copied" : "Link is in the address bar";
    setTimeout(() => (copy.textContent = "Copy link"), 1600);
  });
  return copy;
}

// Draw now, and once a frame whenever the state has changed.
function watch(model, draw) {
  let waiting = 0;
  const later = () => (waiting ||= requestAnimationFrame(() => ((waiting = 0), draw())));
  model.on("change", later);
  draw();
  return () => (model.off("change", later), cancelAnimationFrame(waiting));
}

export const sum = (values) => values.reduce((total, value) => total + value, 0);
export const mean = (values) => sum(values) / values.length;
// A loop, because a view takes thousands of these for each frame.
export function dot(a, b) {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}
// Shares that add up to 1; a score of minus infinity gets none.
export function softmax(scores) {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const total = sum(powers);
  return powers.map((power) => power / total);
}
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
// Round to the step of a slider without leaving 0.30000000000000004 behind.
export const snap = (value, step) => Number((Math.round(value / step) * step).toFixed(6));

// A labelled slider. `kind` is weight, bias or data and gives the colour; the filled part starts at zero.
// Whole steps count something, so their number has no decimals.
export function slider({ model, name, label, kind = "data", min, max, step }) {
  const id = newId(name);
  const digits = Number.isInteger(step) ? 0 : 4;
  const input = html("input", { type: "range", id, min, max, step, class: kind, "data-control": name });
  const out = html("output", { for: id, class: `number ${kind}`, "data-name": name, "data-digits": digits });
  input.addEventListener("input", () => change(model, name, Number(input.value)));
  const at = (value) => clamp((100 * (value - min)) / (max - min), 0, 100);
  const follow = () => {
    const value = model.get(name);
    input.value = value;
    set(input, { "aria-valuetext": show(value, digits) });
    input.style.setProperty("--from", `${Math.min(at(0), at(value))}%`);
    input.style.setProperty("--to", `${Math.max(at(0), at(value))}%`);
    fill(element, { [name]: value });
  };
  const element = html("div", { class: "slider" }, html("label", { for: id }, label), out, input);
  model.on(`change:${name}`, follow);
  follow();
  return element;
}

// A slider for a count of steps, with two buttons: one goes on by itself, one takes a single step.
export function player({ model, name, label, max, every = 120 }) {
  const element = slider({ model, name, label, min: 0, max, step: 1 });
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let timer = 0;
  const stop = () => ((timer = clearInterval(timer) ?? 0), (play.textContent = "Play"));
  const go = () => {
    const next = Math.min(model.get(name) + 1, max);
    change(model, name, next);
    if (next === max || !element.isConnected) stop();
  };
  const play = button("Play", () => {
    if (timer) return stop();
    if (still.matches) return change(model, name, max); // who wants no motion gets the end at once
    if (model.get(name) === max) change(model, name, 0);
    play.textContent = "Pause";
    timer = setInterval(go, every);
  });
  const once = button("Step", () => (stop(), go()));
  element.append(html("div", { class: "play" }, play, once));
  return element;
}

// One of a few named values, as a row of radio buttons.
export function choice({ model, name, label, options }) {
  const group = newId(name);
  const inputs = Object.entries(options).map(([value, text]) => {
    const input = html("input", { type: "radio", name: group, value, "data-control": name });
    input.addEventListener("change", () => change(model, name, value));
    return [input, html("label", {}, input, html("span", {}, text))];
  });
  const follow = () => inputs.forEach(([input]) => (input.checked = input.value === model.get(name)));
  model.on(`change:${name}`, follow);
  follow();
  return html(
    "fieldset",
    { class: "choice" },
    html("legend", {}, label),
    inputs.map(([, each]) => each),
  );
}

function ticks(low, high) {
  const rough = (high - low) / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((factor) => factor * unit >= rough);
  const first = Math.ceil(low / step);
  return times(Math.floor(high / step) - first + 1, (i) => Number(((first + i) * step).toFixed(6)));
}

// As many decimals as the number has.
const tickDigits = (v) => (String(v).split(".")[1] ?? "").length;

// A plane with axes. X and Y turn data into drawing units; `top` is the layer to draw on.
export function plane({
  x: [x0, x1],
  y: [y0, y1],
  labels: [xLabel, yLabel],
  label,
  width = 480,
  height = 360,
}) {
  const edge = { left: 40, right: 14, top: 22, bottom: 38 };
  const X = (v) => edge.left + ((v - x0) / (x1 - x0)) * (width - edge.left - edge.right);
  const Y = (v) => height - edge.bottom - ((v - y0) / (y1 - y0)) * (height - edge.top - edge.bottom);
  const clip = newId("clip");
  const box = { x: X(x0), y: Y(y1), width: X(x1) - X(x0), height: Y(y0) - Y(y1) };
  const top = svg("g", { "clip-path": `url(#${clip})` });
  const root = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  root.append(svg("clipPath", { id: clip }, svg("rect", box)));
  for (const v of ticks(x0, x1)) {
    root.append(svg("line", { x1: X(v), x2: X(v), y1: Y(y0), y2: Y(y1), class: v ? "grid" : "zero" }));
    root.append(
      svg("text", { x: X(v), y: Y(y0) + 16, class: "tick", "text-anchor": "middle" }, show(v, tickDigits(v))),
    );
  }
  for (const v of ticks(y0, y1)) {
    root.append(svg("line", { x1: X(x0), x2: X(x1), y1: Y(v), y2: Y(v), class: v ? "grid" : "zero" }));
    root.append(
      svg("text", { x: X(x0) - 6, y: Y(v) + 4, class: "tick", "text-anchor": "end" }, show(v, tickDigits(v))),
    );
  }
  root.append(svg("text", { x: X(x1), y: height - 5, class: "axis", "text-anchor": "end" }, xLabel));
  root.append(svg("text", { x: 4, y: 13, class: "axis" }, yLabel), top);
  const back = {
    x: (px) => x0 + ((px - X(x0)) / box.width) * (x1 - x0),
    y: (py) => y0 + ((Y(y0) - py) / box.height) * (y1 - y0),
  };
  return { root, top, X, Y, back, box, width, height, area: { x0, x1, y0, y1 } };
}

// A round handle that is dragged on a plane; `move` gets data coordinates. A slider does the same by key.
export function handle(surface, kind, move) {
  const circle = svg("circle", { r: 8, class: `handle ${kind}` });
  const drag = (event) => {
    if (!circle.hasPointerCapture(event.pointerId)) return;
    const { left, top, width } = surface.root.getBoundingClientRect();
    const scale = surface.width / width;
    move(surface.back.x((event.clientX - left) * scale), surface.back.y((event.clientY - top) * scale));
  };
  circle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    circle.setPointerCapture(event.pointerId);
  });
  circle.addEventListener("pointermove", drag);
  return circle;
}

// A heat map under a plane: `darkness(x, y)` between 0 and 1 says how dark the grey of each cell is.
export function heat(surface, cells = 72) {
  const canvas = html("canvas", { width: cells, height: cells, "aria-hidden": "true" });
  const { box, width, height, area } = surface;
  canvas.style.left = `${(100 * box.x) / width}%`;
  canvas.style.top = `${(100 * box.y) / height}%`;
  canvas.style.width = `${(100 * box.width) / width}%`;
  canvas.style.height = `${(100 * box.height) / height}%`;
  const context = canvas.getContext("2d");
  const image = context.createImageData(cells, cells);
  const paint = (darkness) => {
    for (let i = 0, at = 0; i < cells; i++) {
      const y = area.y1 - ((i + 0.5) / cells) * (area.y1 - area.y0);
      for (let j = 0; j < cells; j++, at += 4) {
        const x = area.x0 + ((j + 0.5) / cells) * (area.x1 - area.x0);
        image.data[at] = image.data[at + 1] = image.data[at + 2] = 125;
        image.data[at + 3] = 190 * clamp(darkness(x, y), 0, 1);
      }
    }
    context.putImageData(image, 0, 0);
  };
  return { element: html("div", { class: "heated" }, canvas, surface.root), paint };
}

// Where `height(x, y)` crosses `level`: the path of a line on a plane, cell by cell (marching squares).
export function contour(surface, height, level, cells = 60) {
  const { X, Y, area } = surface;
  const x = (j) => area.x0 + (j / cells) * (area.x1 - area.x0);
  const y = (i) => area.y0 + (i / cells) * (area.y1 - area.y0);
  const above = times(cells + 1, (i) => times(cells + 1, (j) => height(x(j), y(i)) - level));
  let path = "";
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      const ring = [
        [i, j],
        [i, j + 1],
        [i + 1, j + 1],
        [i + 1, j],
      ];
      const found = ring.flatMap(([a, b], k) => {
        const [c, d] = ring[(k + 1) % 4];
        const [from, to] = [above[a][b], above[c][d]];
        if (from > 0 === to > 0) return [];
        const part = from / (from - to);
        return [`${X(x(b + part * (d - b))).toFixed(1)} ${Y(y(a + part * (c - a))).toFixed(1)}`];
      });
      for (let k = 0; k + 1 < found.length; k += 2) path += `M${found[k]}L${found[k + 1]}`;
    }
  }
  return path;
}

// The path of a line through points in drawing units.
export const polyline = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;

// Names and values in two columns: rows of a name and what stands beside it, or a <dd> by itself.
export function facts(...rows) {
  const pair = ([name, ...value]) => [html("dt", {}, name), html("dd", {}, value)];
  const parts = rows.flatMap((each) => (Array.isArray(each) ? pair(each) : each));
  return html("dl", {}, parts);
}

// A row of a table: its heading, and what stands in each cell.
export function row(head, cells, attributes = {}) {
  const rest = cells.map((each) => html("td", {}, each));
  return html("tr", attributes, html("th", { scope: "row" }, head), rest);
}

// A table of such rows. `head` names the columns; an empty name makes an empty corner.
export function grid(caption, head, rows, attributes = {}) {
  const names = head.map((each) => (each === "" ? html("td") : html("th", { scope: "col" }, each)));
  const parts = [html("thead", {}, html("tr", {}, names)), html("tbody", {}, rows)];
  return html("table", attributes, html("caption", {}, caption), parts);
}

// A table of numbers: rows of cells without a heading.
export function table(caption, head, rows) {
  const cell = (content) => html("td", {}, content);
  const lines = rows.map((cells) => html("tr", {}, cells.map(cell)));
  return grid(caption, head, lines);
}
