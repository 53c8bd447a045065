// A race of three optimisers over a landscape of two weights: the update rules of helpers/optimisers, again.

const LANDSCAPES = { bowl: [20, 20, false], valley: [0.2, 20, false], tilted: [0.2, 20, true] };
const NAMES = { bowl: "round bowl", valley: "valley", tilted: "tilted valley" };
const RACERS = { descent: "gradient descent", momentum: "momentum", adam: "Adam" };
const HALF = Math.sqrt(0.5),
  EDGE = 20,
  STEPS = 60,
  LEVELS = [0.5, 2, 6, 14, 30, 60, 110];

// Products and sums in the order in which the engine in Python makes them, so that no digit differs.
function slope([x, y], [along, across, tilted]) {
  if (!tilted) return [along * x, across * y];
  const u = along * ((x + y) * HALF) * HALF,
    v = across * ((x - y) * HALF) * HALF;
  return [u + v, u - v];
}
function height([x, y], [along, across, tilted]) {
  if (tilted) [x, y] = [(x + y) * HALF, (x - y) * HALF];
  return (x * x * along + y * y * across) * 0.5;
}

// Each rule takes its memory, a gradient and the count of this step, and returns what is to be multiplied by the rate.
const RULES = {
  descent: () => (g) => g,
  momentum: () => {
    const velocity = [0, 0];
    return (g) => g.map((each, i) => (velocity[i] = 0.9 * velocity[i] + each));
  },
  adam: () => {
    const [means, squares] = [
      [0, 0],
      [0, 0],
    ];
    return (g, step) =>
      g.map((each, i) => {
        means[i] = 0.9 * means[i] + (1 - 0.9) * each;
        squares[i] = 0.999 * squares[i] + (1 - 0.999) * (each * each);
        return [means[i] / (1 - 0.9 ** step), Math.sqrt(squares[i] / (1 - 0.999 ** step)) + 1e-8];
      });
  },
};

function race(name, land, start, rate, steps) {
  const rule = RULES[name](),
    way = [start];
  for (let step = 1; step <= steps; step++) {
    const at = way.at(-1);
    if (Math.max(...at.map(Math.abs)) > EDGE) break; // ran away
    const go = rule(slope(at, land), step);
    way.push(at.map((x, i) => x - (name === "adam" ? (rate * go[i][0]) / go[i][1] : rate * go[i])));
  }
  return way;
}

const polyline = (points) => "M" + points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
const icon = (kind) =>
  svg(
    "svg",
    { viewBox: "0 0 34 12", class: "stroke", "aria-hidden": "true" },
    svg("path", { d: "M1 6H33", class: `racer ${kind}` }),
    svg("circle", { cx: 17, cy: 6, r: 3.4, class: `stop ${kind}` }),
  );

// The map: lines of equal loss, a way for each racer, a green arrow against its gradient, a handle at the start.
function mapOf(model) {
  const surface = plane({
    x: [-4, 4],
    y: [-3, 3],
    labels: ["w₁", "w₂"],
    height: 380,
    label:
      "Lines of equal loss over two weights, with the ways of three optimisers; the table holds their numbers.",
  });
  const { X, Y, top, root } = surface;
  const unit = X(1) - X(0);
  const rings = LEVELS.map(() => svg("ellipse", { cx: X(0), cy: Y(0), class: "ring-of-loss" }));
  const parts = Object.fromEntries(
    Object.keys(RACERS).map((name) => [
      name,
      {
        line: svg("path", { class: `racer ${name}` }),
        dots: svg("path", { class: `dots ${name}` }),
        arrow: svg("path", { class: "arrow" }),
        here: svg("circle", { r: 5.5, class: `stop ${name}` }),
        word: svg("text", { class: "name" }, RACERS[name]),
      },
    ]),
  );
  const all = Object.values(parts);
  top.append(...rings, svg("path", { d: `M${X(0) - 5} ${Y(0)}h10m-5 -5v10`, class: "goal" }));
  for (const kind of ["line", "dots", "arrow", "here", "word"]) top.append(...all.map((each) => each[kind]));
  const round = (value, most) => clamp(snap(value, 0.1), -most, most);
  const start = handle(
    surface,
    "weight",
    (x, y) => (change(model, "start_1", round(x, 4)), change(model, "start_2", round(y, 3))),
  );
  root.append(start);
  const follow = (land, ways) => {
    const [along, across, tilted] = land;
    LEVELS.forEach((level, i) =>
      set(rings[i], {
        rx: unit * Math.sqrt((2 * level) / along),
        ry: unit * Math.sqrt((2 * level) / across),
        transform: tilted ? `rotate(-45 ${X(0)} ${Y(0)})` : "",
      }),
    );
    const taken = [];
    for (const [name, { line, dots, arrow, here, word }] of Object.entries(parts)) {
      const drawn = ways[name].map(([x, y]) => [X(clamp(x, -99, 99)), Y(clamp(y, -99, 99))]);
      const [px, py] = drawn.at(-1),
        g = slope(ways[name].at(-1), land),
        size = Math.hypot(...g);
      set(line, { d: polyline(drawn) });
      set(dots, { d: drawn.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("") });
      set(here, { cx: px, cy: py });
      // 34 units long, so that it can be seen; its length says nothing.
      const [ax, ay] = size > 1e-3 ? [(-34 * g[0]) / size, (34 * g[1]) / size] : [0, 0];
      const tip = [px + ax, py + ay];
      set(arrow, {
        d:
          size > 1e-3
            ? `M${px} ${py}L${tip}M${tip[0] - 0.24 * ax - 0.15 * ay} ${tip[1] - 0.24 * ay + 0.15 * ax}L${tip}L${tip[0] - 0.24 * ax + 0.15 * ay} ${tip[1] - 0.24 * ay - 0.15 * ax}`
            : "",
      });
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
  const parts = Object.fromEntries(
    Object.keys(RACERS).map((name) => [
      name,
      {
        line: svg("path", { class: `racer ${name}` }),
        here: svg("circle", { r: 5, class: `stop ${name}` }),
      },
    ]),
  );
  top.append(...Object.values(parts).flatMap(({ line, here }) => [line, here]));
  const follow = (land, ways) => {
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
      task: "Press Play. Then find a rate with which gradient descent is ahead, one with which momentum is, and one that only Adam survives.",
    });
    const map = mapOf(model),
      curves = curvesOf();
    ui.stage.append(
      map.root,
      html(
        "p",
        { class: "legend" },
        ...Object.entries(RACERS).map(([name, text]) => html("span", {}, icon(name), text)),
        html("span", {}, "arrow: against the gradient"),
        html("span", {}, "ring: equal loss"),
      ),
      curves.root,
    );
    const few = (name, kind, digits = 3) => set(number(name, kind), { "data-digits": digits });
    const row = (text, part, kind, digits) =>
      html(
        "tr",
        {},
        html("th", { scope: "row" }, text),
        ...Object.keys(RACERS).map((name) => html("td", {}, few(`${name}_${part}`, kind, digits))),
      );
    const steps = player({ model, name: "step", label: "steps", max: STEPS });
    const curvatures = html("span", { class: "number" });
    const news = html("p", { class: "key", role: "status" });
    ui.panel.append(
      choice({ model, name: "landscape", label: "landscape", options: NAMES }),
      steps,
      slider({ model, name: "rate", label: "rate", min: 0.005, max: 0.3, step: 0.005 }),
      slider({ model, name: "start_1", label: "start, w₁", kind: "weight", min: -4, max: 4, step: 0.1 }),
      slider({ model, name: "start_2", label: "start, w₂", kind: "weight", min: -3, max: 3, step: 0.1 }),
      html(
        "dl",
        {},
        html("dt", {}, "curvature, two directions"),
        html("dd", {}, curvatures),
        html("dt", {}, "largest stable rate of gradient descent"),
        html("dd", {}, number("stable")),
      ),
      html(
        "table",
        { class: "points" },
        html("caption", {}, "Where each of them is now."),
        html(
          "thead",
          {},
          html(
            "tr",
            {},
            html("td", {}),
            ...["descent", "momentum", "Adam"].map((text) => html("th", { scope: "col" }, text)),
          ),
        ),
        html(
          "tbody",
          {},
          row("w₁", "1", "weight"),
          row("w₂", "2", "weight"),
          row("∂/∂w₁", "g1", "gradient"),
          row("∂/∂w₂", "g2", "gradient"),
          row("loss", "loss"),
          row("steps", "steps", "plain", 0),
        ),
      ),
      news,
    );

    return ui.watch(() => {
      const state = Object.fromEntries(model.get("controls").map((name) => [name, model.get(name)]));
      const { landscape, ...numbers } = state;
      const land = LANDSCAPES[landscape] ?? LANDSCAPES.valley,
        taken = Math.round(state.step),
        ways = {},
        gone = [];
      numbers.stable = 2 / Math.max(land[0], land[1]);
      curvatures.textContent = `${land[0]} and ${land[1]}`;
      for (const [name, text] of Object.entries(RACERS)) {
        const way = (ways[name] = race(name, land, [state.start_1, state.start_2], state.rate, taken));
        const at = way.at(-1),
          g = slope(at, land);
        for (const [part, value] of Object.entries({
          1: at[0],
          2: at[1],
          g1: g[0],
          g2: g[1],
          loss: height(at, land),
          steps: way.length - 1,
        }))
          numbers[`${name}_${part}`] = value;
        if (Math.max(...at.map(Math.abs)) > EDGE) gone.push(`${text} after ${way.length - 1} steps`);
      }
      news.textContent = gone.length ? `Ran away and was stopped: ${gone.join(", ")}.` : "";
      map.follow(land, ways);
      curves.follow(land, ways);
      fill(el, numbers);
    });
  },
};
