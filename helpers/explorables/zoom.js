// From two parameters to 134,515,008, each model to scale: one slider is the camera.

import { card, count, facts, fill, html, number, presets, slider, svg, times } from "./kit.js";

const SIDE = 480;
const dotsOf = (many, each) => Math.floor(many / each + 0.5);
const divisor = (a, b) => (b ? divisor(b, a % b) : a);

// Where the biases stand: spread out, and no place twice, for the step and the number share no divisor.
function spread(some, dots) {
  let step = Math.max(1, Math.round(0.618 * dots));
  while (divisor(step, dots) > 1) step++;
  return times(some, (i) => (step * (i + 1)) % dots);
}

// A square of dots in units of one dot; the last row may be short.
function picture([, , parameters, biases, each]) {
  const dots = dotsOf(parameters, each);
  const columns = Math.ceil(Math.sqrt(dots));
  const [rows, rest] = [Math.floor(dots / columns), dots % columns];
  const outline = `M0 0H${columns}V${rows}${rest ? `H${rest}V${rows + 1}` : ""}H0Z`;
  const lines = [
    ...times(columns - 1, (i) => `M${i + 1} 0V${rows + (i < rest ? 1 : 0)}`),
    ...times(rows, (i) => `M0 ${i + 1}H${columns}`),
  ];
  const squares = spread(dotsOf(biases, each), dots).map(
    (place) => `M${place % columns} ${Math.floor(place / columns)}h1v1h-1z`,
  );
  const gaps = svg("path", { class: "gaps", d: lines.join("") });
  const element = svg(
    "g",
    {},
    svg("path", { class: "weights", d: outline }),
    svg("path", { class: "biases", d: squares.join("") }),
    gaps,
    svg("rect", { class: "frame", width: columns, height: columns }),
  );
  // side: in units of the side of one parameter, so that areas compare models.
  return { element, gaps, columns, side: columns * Math.sqrt(each) };
}

function fit({ element, gaps, columns }, size, x = 0, y = 0) {
  const dot = size / columns;
  element.setAttribute("transform", `translate(${x} ${y}) scale(${dot})`);
  gaps.classList.toggle("away", dot < 4);
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "zoom",
      title: "From two knobs to 134,515,008",
      task: "Drag to the right: each model shrinks into the corner of the next. Where do the orange ones go?",
    });
    const stops = model.get("stops");
    const pictures = stops.slice(0, -1).map(picture);
    const one = svg("rect", { class: "one" });
    const label = "Squares of dots: blue for weights, orange for biases. The numbers stand below.";
    const root = svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "img", "aria-label": label });
    const near = svg("rect", { class: "near", width: SIDE, height: SIDE });
    root.append(near, ...pictures.map(({ element }) => element).reverse(), one);
    const link = html("a");
    const says = html("p", { class: "says" });
    ui.stage.append(root);
    ui.panel.append(
      slider({ model, name: "zoom", label: "zoom", min: 0, max: stops.length - 1, step: 0.05 }),
      html("div", { class: "models" }, presets(model)),
      says,
      facts(
        ["parameters", count("parameters")],
        ["biases among them", count("biases", "bias")],
        ["in percent", number("share", "bias", 3)],
        ["parameters for one dot", count("per_dot")],
        ["dots", count("dots")],
        ["orange dots", count("bias_dots", "bias")],
      ),
    );

    // The last stop goes into one dot: `u` is where in the picture, as a share of its side.
    function intoOne(from, part) {
      const [most, u] = [from.side, 0.4];
      const size = SIDE * most ** part;
      const off = (-u * SIDE * most * (most ** part - 1)) / (most - 1);
      const shown = size / from.columns < 4 * SIDE;
      from.element.classList.toggle("away", !shown);
      near.classList.toggle("away", shown);
      if (shown) fit(from, size, off, off);
      const edge = size / most;
      for (const [name, value] of Object.entries({
        x: off + u * size,
        y: off + u * size,
        width: edge,
        height: edge,
      }))
        one.setAttribute(name, value);
    }

    return ui.watch(() => {
      const zoom = model.get("zoom");
      const at = Math.min(Math.floor(zoom), stops.length - 2);
      const part = zoom - at;
      pictures.forEach(({ element }, i) => element.classList.toggle("away", i !== at && i !== at + 1));
      const [here, next] = [pictures[at], pictures[at + 1]];
      one.classList.toggle("away", Boolean(next));
      near.classList.add("away");
      here.element.style.setProperty("--fade", next ? 1 - part : 1);
      if (next) {
        const ratio = next.side / here.side;
        next.element.style.setProperty("--fade", Math.min(1, 6 * part)); // a stop shows one model alone
        fit(here, SIDE / ratio ** part);
        fit(next, SIDE * ratio ** (1 - part));
      } else intoOne(here, part);
      const [name, page, parameters, biases, each] = stops[Math.floor(zoom + 0.5)];
      link.textContent = name;
      link.href = `${page}.${model.inPage ? "html" : "ipynb"}`;
      says.replaceChildren("In view: ", link);
      fill(el, {
        zoom,
        parameters,
        biases,
        share: (100 * biases) / parameters,
        per_dot: each,
        dots: dotsOf(parameters, each),
        bias_dots: dotsOf(biases, each),
      });
    });
  },
};
