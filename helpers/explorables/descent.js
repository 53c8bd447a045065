// A race of three optimisers over a landscape of two weights: the rules of learning/optimisers, again.

import {
  card,
  choice,
  clamp,
  controls,
  facts,
  fill,
  grid,
  handle,
  html,
  number,
  plane,
  player,
  polyline,
  put,
  row,
  set,
  slider,
  snap,
  svg,
} from "./kit.js";

const NAMES = { bowl: "round bowl", valley: "valley", tilted: "tilted valley" };
const RACERS = { descent: "gradient descent", momentum: "momentum", adam: "Adam" };
const WATCH = { all: "all", ...RACERS };
const FRESH = 8; // steps: the part of a way that is drawn strong
const HALF = Math.sqrt(0.5);
const STEPS = 60; // the end of the slider
const LEVELS = [0.5, 2, 6, 14, 30, 60, 110]; // the losses of the rings

// Products and sums in the order in which the engine in Python makes them, so that no digit differs.
function slope([x, y], [along, across, tilted]) {
  if (!tilted) return [along * x, across * y];
  const [u, v] = [along * ((x + y) * HALF) * HALF, across * ((x - y) * HALF) * HALF];
  return [u + v, u - v];
}
function height([x, y], [along, across, tilted]) {
  if (tilted) [x, y] = [(x + y) * HALF, (x - y) * HALF];
  return (x * x * along + y * y * across) * 0.5;
}

// Each rule has a memory of its own, takes a gradient and the number of this step, and returns what is to be
// multiplied by the rate.
const RULES = {
  descent: () => (g) => g,
  momentum: () => {
    const velocity = [0, 0];
    return (g) => g.map((each, i) => (velocity[i] = 0.9 * velocity[i] + each));
  },
  adam: () => {
    const means = [0, 0];
    const squares = [0, 0];
    return (g, step) =>
      g.map((each, i) => {
        means[i] = 0.9 * means[i] + (1 - 0.9) * each;
        squares[i] = 0.999 * squares[i] + (1 - 0.999) * (each * each);
        return [means[i] / (1 - 0.9 ** step), Math.sqrt(squares[i] / (1 - 0.999 ** step)) + 1e-8];
      });
  },
};

const ranAway = (at, edge) => Math.max(...at.map(Math.abs)) > edge;

function race(name, land, start, rate, steps, edge) {
  const rule = RULES[name]();
  const way = [start];
  for (let step = 1; step <= steps; step++) {
    const at = way.at(-1);
    if (ranAway(at, edge)) break;
    const go = rule(slope(at, land), step);
    way.push(at.map((x, i) => x - (name === "adam" ? (rate * go[i][0]) / go[i][1] : rate * go[i])));
  }
  return way;
}

// {name of a racer: what `make(name)` returns}
const forEachRacer = (make) => Object.fromEntries(Object.keys(RACERS).map((name) => [name, make(name)]));
const icon = (kind) =>
  svg(
    "svg",
    { viewBox: "0 0 34 12", class: "stroke", "aria-hidden": "true" },
    svg("path", { d: "M1 6H33", class: `racer ${kind}` }),
    svg("circle", { cx: 17, cy: 6, r: 3.4, class: `stop ${kind}` }),
  );

// An arrow of 34 units against the gradient g, so that it can be seen; its length says nothing.
function arrowFrom(x, y, g) {
  const size = Math.hypot(...g);
  if (size <= 1e-3) return "";
  const [ax, ay] = [(-34 * g[0]) / size, (34 * g[1]) / size];
  const tip = [x + ax, y + ay];
  const left = [tip[0] - 0.24 * ax - 0.15 * ay, tip[1] - 0.24 * ay + 0.15 * ax];
  const right = [tip[0] - 0.24 * ax + 0.15 * ay, tip[1] - 0.24 * ay - 0.15 * ax];
  return `M${x} ${y}L${tip}M${left}L${tip}L${right}`;
}

// Who is not watched steps back.
function dim(parts, watch) {
  for (const [name, drawn] of Object.entries(parts))
    for (const part of Object.values(drawn)) part.classList.toggle("dim", ![name, "all"].includes(watch));
}

// The map: lines of equal loss, a way and an arrow for each racer, a handle at the start.
function mapOf(model) {
  const surface = plane({
    x: [-4, 4],
    y: [-3, 3],
    labels: ["w₁", "w₂"],
    height: 380,
    label:
      "Lines of equal loss over two weights, with the ways of three optimisers; " +
      "the table holds their numbers.",
  });
  const { X, Y, top, root } = surface;
  const unit = X(1) - X(0);
  const rings = LEVELS.map(() => svg("ellipse", { cx: X(0), cy: Y(0), class: "ring-of-loss" }));
  const parts = forEachRacer((name) => ({
    line: svg("path", { class: `racer old ${name}` }),
    fresh: svg("path", { class: `racer fresh ${name}` }),
    dots: svg("path", { class: `dots ${name}` }),
    arrow: svg("path", { class: "arrow" }),
    here: svg("circle", { r: 5.5, class: `stop ${name}` }),
    word: svg("text", { class: `name clear ${name}` }, RACERS[name]),
  }));
  const all = Object.values(parts);
  top.append(...rings, svg("path", { d: `M${X(0) - 5} ${Y(0)}h10m-5 -5v10`, class: "goal" }));
  for (const kind of ["line", "dots", "fresh", "arrow", "here", "word"])
    top.append(...all.map((each) => each[kind]));
  const round = (value, most) => clamp(snap(value, 0.1), -most, most);
  const move = (x, y) => put(model, { start_1: round(x, 4), start_2: round(y, 3) });
  const start = handle(surface, "weight", move);
  root.append(start);
  const follow = (land, ways, watch) => {
    const [along, across, tilted] = land;
    dim(parts, watch);
    LEVELS.forEach((level, i) =>
      set(rings[i], {
        rx: unit * Math.sqrt((2 * level) / along),
        ry: unit * Math.sqrt((2 * level) / across),
        transform: tilted ? `rotate(-45 ${X(0)} ${Y(0)})` : "",
      }),
    );
    const taken = [];
    for (const [name, { line, fresh, dots, arrow, here, word }] of Object.entries(parts)) {
      const drawn = ways[name].map(([x, y]) => [X(clamp(x, -99, 99)), Y(clamp(y, -99, 99))]);
      const [px, py] = drawn.at(-1);
      set(line, { d: polyline(drawn) });
      set(fresh, { d: polyline(drawn.slice(-1 - FRESH)) });
      set(dots, { d: drawn.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("") });
      set(here, { cx: px, cy: py });
      set(arrow, { d: arrowFrom(px, py, slope(ways[name].at(-1), land)) });
      let [tx, ty] = [clamp(px + 10, 46, 460 - 11.5 * RACERS[name].length), clamp(py - 12, 40, 330)];
      while (taken.some(([x, y]) => Math.abs(x - tx) < 124 && Math.abs(y - ty) < 17)) ty += 17;
      taken.push([tx, ty]);
      set(word, { x: tx, y: ty });
    }
    set(start, { cx: X(ways.descent[0][0]), cy: Y(ways.descent[0][1]) });
  };
  return { root, follow };
}

// The loss after each step, in powers of ten.
function curvesOf() {
  const surface = plane({
    x: [0, STEPS],
    y: [-6, 4],
    labels: ["steps", "loss, as a power of ten"],
    height: 210,
    label: "The loss of the three optimisers after each step, on a scale of powers of ten.",
  });
  const { X, Y, top, root } = surface;
  const parts = forEachRacer((name) => ({
    line: svg("path", { class: `racer ${name}` }),
    here: svg("circle", { r: 5, class: `stop ${name}` }),
  }));
  top.append(...Object.values(parts).flatMap(({ line, here }) => [line, here]));
  const follow = (land, ways, watch) => {
    dim(parts, watch);
    for (const [name, { line, here }] of Object.entries(parts)) {
      const drawn = ways[name].map((at, i) => [X(i), Y(clamp(Math.log10(height(at, land) + 1e-99), -7, 5))]);
      set(line, { d: polyline(drawn) });
      set(here, { cx: drawn.at(-1)[0], cy: drawn.at(-1)[1] });
    }
  };
  return { root, follow };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "descent",
      title: "A race downhill",
      task:
        "Press Play. Then find a rate with which gradient descent is ahead, one with which momentum is, " +
        "and one that only Adam survives.",
    });
    const [landscapes, edge] = [model.get("landscapes"), model.get("edge")];
    const [map, curves] = [mapOf(model), curvesOf()];
    ui.stage.append(
      map.root,
      html(
        "p",
        { class: "legend" },
        Object.entries(RACERS).map(([name, text]) => html("span", {}, icon(name), text)),
        html("span", {}, "arrow: against the gradient"),
        html("span", {}, "ring: equal loss"),
      ),
      curves.root,
    );
    const line = (text, part, kind = "plain", digits = 3) =>
      row(
        text,
        Object.keys(RACERS).map((name) => number(`${name}_${part}`, kind, digits)),
      );
    const lines = [
      line("w₁", "1", "weight"),
      line("w₂", "2", "weight"),
      line("∂/∂w₁", "g1", "gradient"),
      line("∂/∂w₂", "g2", "gradient"),
      line("loss", "loss"),
      line("steps", "steps", "plain", 0),
    ];
    const heads = ["", "descent", "momentum", "Adam"];
    const steps = player({ model, name: "step", label: "steps", max: STEPS });
    const curvatures = html("span", { class: "number" });
    const news = html("p", { class: "key", role: "status" });
    ui.panel.append(
      choice({ model, name: "landscape", label: "landscape", options: NAMES }),
      choice({ model, name: "watch", label: "watch", options: WATCH }),
      steps,
      slider({ model, name: "rate", label: "rate", min: 0.005, max: 0.3, step: 0.005 }),
      slider({ model, name: "start_1", label: "start, w₁", kind: "weight", min: -4, max: 4, step: 0.1 }),
      slider({ model, name: "start_2", label: "start, w₂", kind: "weight", min: -3, max: 3, step: 0.1 }),
      facts(
        ["curvature, two directions", curvatures],
        ["largest stable rate of gradient descent", number("stable")],
      ),
      grid("Where each of them is now.", heads, lines, { class: "points" }),
      news,
    );

    return ui.watch(() => {
      const { landscape, watch, ...given } = controls(model);
      const { start_1, start_2, rate, step } = given;
      const land = landscapes[landscape];
      const [along, across] = land;
      const numbers = { ...given, stable: 2 / Math.max(along, across) };
      curvatures.textContent = `${along} and ${across}`;
      const gone = [];
      const ways = forEachRacer((name) => race(name, land, [start_1, start_2], rate, Math.round(step), edge));
      for (const [name, way] of Object.entries(ways)) {
        const at = way.at(-1);
        const g = slope(at, land);
        Object.assign(numbers, {
          [`${name}_1`]: at[0],
          [`${name}_2`]: at[1],
          [`${name}_g1`]: g[0],
          [`${name}_g2`]: g[1],
          [`${name}_loss`]: height(at, land),
          [`${name}_steps`]: way.length - 1,
        });
        if (ranAway(at, edge)) gone.push(`${RACERS[name]} after ${way.length - 1} steps`);
      }
      news.textContent = gone.length ? `Ran away and was stopped: ${gone.join(", ")}.` : "";
      map.follow(land, ways, watch);
      curves.follow(land, ways, watch);
      fill(el, numbers);
    });
  },
};
