// A hidden loss over two knobs, and the trials of four searches for its lowest place.

import {
  button,
  card,
  choice,
  clamp,
  controls,
  count,
  fill,
  grid,
  handle,
  heat,
  html,
  mean,
  number,
  plane,
  player,
  polyline,
  put,
  row,
  set,
  slider,
  snap,
  sum,
  svg,
  times,
} from "./kit.js";

const ALL = { hand: "by hand", grid: "grid", random: "random", model: "model" };
const { hand: _, ...SEARCHES } = ALL;
const KINDS = { one: "one knob matters", both: "both matter", trap: "a trap" };
const MACHINES = Object.keys(SEARCHES);
const RATES = { hand: "hand_rates", grid: "grid_rates", random: "random_rates", model: "model_rates" };

// Lehmer's dice: whole numbers only, so Python rolls the same.
function diceOf(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const square = (a, b) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2;

// The loss at a place from 0 to 1 on both axes. In the trap, the valley is no more than half the way.
function lossOf(place, { kind, curves, best, hole }, rules) {
  const [below, above, across] = curves;
  const [x, y] = [place[0] - best[0], place[1] - best[1]];
  let high = rules.floor + (x > 0 ? above : below) * x ** 2 + across * y ** 2;
  if (kind === "trap") high = square(place, hole) < rules.hole ** 2 ? rules.floor : high + rules.floor;
  return Math.min(high, rules.most);
}

const closeness = (here, places, width) =>
  mean(places.map((each) => Math.exp(-square(each, here) / (2 * width ** 2))));

// The candidate that is close to good trials and far from bad ones.
function suggest(candidates, places, losses, { width, share }) {
  const order = losses.map((_, i) => i).sort((a, b) => losses[a] - losses[b] || a - b);
  const some = Math.max(1, Math.floor(share * losses.length));
  const [good, bad] = [order.slice(0, some), order.slice(some)].map((part) => part.map((i) => places[i]));
  const scores = candidates.map(
    (here) => (closeness(here, good, width) + 0.01) / (closeness(here, bad, width) + 0.01),
  );
  return candidates[scores.indexOf(Math.max(...scores))];
}

// A game: what is hidden, the places of each search, and the best loss after each of its trials.
function play(number, kind, curves, rules) {
  const draw = diceOf(7919 * number + 11);
  times(3, draw);
  const best = [0.25 + 0.5 * draw(), 0.2 + 0.6 * draw()];
  const hole = [0.1 + 0.8 * draw(), 0.1 + 0.8 * draw()];
  const land = { kind, curves, best, hole };
  const random = times(rules.trials, () => [draw(), draw()]);
  const keys = times(rules.trials, draw);
  const side = Math.sqrt(rules.trials);
  const all = times(rules.trials, (i) => [(Math.floor(i / side) + 0.5) / side, ((i % side) + 0.5) / side]);
  const mixed = keys.map((_, i) => i).sort((a, b) => keys[a] - keys[b]);
  const model = random.slice(0, rules.start);
  while (model.length < rules.trials) {
    const candidates = times(rules.candidates, () => [draw(), draw()]);
    const found = model.map((place) => lossOf(place, land, rules));
    model.push(suggest(candidates, model, found, rules));
  }
  const places = { grid: mixed.map((i) => all[i]), random, model };
  const bests = Object.fromEntries(MACHINES.map((name) => [name, bestSoFar(places[name], land, rules)]));
  return { land, places, bests };
}

function bestSoFar(places, land, rules) {
  let least = Infinity;
  return places.map((place) => (least = Math.min(least, lossOf(place, land, rules))));
}

// The map: dots for trials, a ring where the next one by hand goes.
function mapOf(model, limits) {
  const surface = plane({
    x: limits.rate,
    y: limits.decay,
    labels: ["rate, as a power of ten", "decay, as a power of ten"],
    height: 340,
    label: "Trials over two knobs: yours as crosses, those of a search as dots, its best in a ring.",
  });
  const { X, Y, top, root } = surface;
  const heated = heat(surface);
  const dots = svg("path", { class: "trial" });
  const last = svg("path", { class: "trial last" });
  const ring = svg("circle", { r: 10, class: "found" });
  const crosses = svg("path", { class: "cross" });
  top.append(dots, last, ring, crosses);
  const move = (x, y) =>
    put(model, {
      rate: clamp(snap(x, 0.05), ...limits.rate),
      decay: clamp(snap(y, 0.05), ...limits.decay),
    });
  const aim = handle(surface, "aim", move);
  root.append(aim);
  const dot = ([x, y]) => `M${X(x).toFixed(1)} ${Y(y).toFixed(1)}h0`;
  const cross = ([x, y]) => `M${X(x) - 5} ${Y(y) - 5}l10 10m-10 0l10 -10`;
  const follow = (spots, least, mine, next) => {
    set(crosses, { d: mine.map(cross).join("") });
    set(dots, { d: spots.map(dot).join("") });
    set(last, { d: spots.slice(-1).map(dot).join("") });
    set(ring, least ? { cx: X(least[0]), cy: Y(least[1]), opacity: 1 } : { opacity: 0 });
    set(aim, { cx: X(next[0]), cy: Y(next[1]) });
  };
  return { element: heated.element, paint: heated.paint, follow };
}

// The best loss so far of all four.
function curvesOf(trials) {
  const surface = plane({
    x: [0, trials],
    y: [0, 1],
    labels: ["trials", "best loss so far"],
    height: 210,
    label: "The best loss so far of each search over its trials; the table holds the numbers.",
  });
  const { X, Y, top } = surface;
  const lines = Object.fromEntries(
    Object.keys(ALL).map((name) => [name, svg("path", { class: `race ${name}` })]),
  );
  top.append(...Object.values(lines));
  const follow = (bests) => {
    for (const [name, line] of Object.entries(lines)) {
      const points = bests[name].map((loss, i) => [X(i + 1), Y(clamp(loss, 0, 1.2))]);
      set(line, { d: points.length ? `${polyline(points)}h0.1` : "" });
    }
  };
  return { root: surface.root, follow };
}

const icon = (name) =>
  svg(
    "svg",
    { viewBox: "0 0 34 12", class: "stroke", "aria-hidden": "true" },
    svg("path", { d: "M1 6H33", class: `race ${name}` }),
  );

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "search",
      title: "Find the lowest place",
      task:
        "Drag the circle or use the sliders, press Try here, and find the lowest loss. " +
        "Then press Play, and compare.",
    });
    const [rules, limits, landscapes] = ["rules", "limits", "landscapes"].map((name) => model.get(name));
    const [map, curves] = [mapOf(model, limits), curvesOf(rules.trials)];
    const attempt = () => {
      const hand = model.get("hand");
      if (hand.length < rules.hand) put(model, { hand: [...hand, [model.get("rate"), model.get("decay")]] });
    };
    const said = html("p", { class: "key", role: "status" });
    ui.stage.append(
      choice({ model, name: "search", label: "the search whose trials are drawn", options: SEARCHES }),
      map.element,
      said,
      curves.root,
      html(
        "p",
        { class: "legend" },
        Object.entries(ALL).map(([name, text]) => html("span", {}, icon(name), text)),
      ),
    );
    const line = (name, more) =>
      row(ALL[name], [number(`${name}_best`, "plain", 3), count(RATES[name]), ...more]);
    const average = (name) => number(`${name}_mean`, "plain", 3);
    ui.panel.append(
      ...Object.entries(limits).map(([name, [min, max]]) =>
        slider({ model, name, label: `try the ${name}`, min, max, step: 0.05 }),
      ),
      html(
        "div",
        { class: "play" },
        button("Try here", attempt),
        html("span", {}, count("hand_count"), " tried"),
      ),
      player({ model, name: "trials", label: "trials of each search", max: rules.trials, every: 250 }),
      slider({ model, name: "game", label: "game", min: 1, max: rules.games, step: 1 }),
      choice({ model, name: "kind", label: "the loss", options: KINDS }),
      choice({ model, name: "hidden", label: "the map", options: { yes: "hidden", no: "shown" } }),
      grid(
        "Best loss in this game, different rates tried, mean best of 20 games, and games won against random.",
        ["", "best", "rates", "mean", "won"],
        [
          line("hand", ["", ""]),
          line("grid", [average("grid"), count("grid_ahead")]),
          line("random", [average("random"), ""]),
          line("model", [average("model"), count("model_ahead")]),
        ],
        { class: "points" },
      ),
    );

    const played = {};
    let painted = "";
    return ui.watch(() => {
      const { search, kind, hidden, game, trials, rate, decay, hand } = controls(model);
      const [shown, at] = [Math.round(trials), Math.round(game) - 1];
      const all = (played[kind] ??= times(rules.games, (i) => play(i + 1, kind, landscapes[kind], rules)));
      const { land, places, bests } = all[at];
      const part = (name, value) => (value - limits[name][0]) / (limits[name][1] - limits[name][0]);
      const whole = (name, value) => limits[name][0] + value * (limits[name][1] - limits[name][0]);
      const mine = hand.map(([x, y]) => [part("rate", x), part("decay", y)]);
      const curve = { hand: bestSoFar(mine, land, rules) };
      for (const name of MACHINES) curve[name] = bests[name].slice(0, shown);
      const numbers = {
        game,
        trials,
        rate,
        decay,
        hand_count: mine.length,
        hand_best: curve.hand.at(-1) ?? NaN,
      };
      numbers.hand_rates = new Set(mine.map(([x]) => x)).size;
      for (const name of MACHINES) {
        const now = all.map((each) => each.bests[name][shown - 1] ?? NaN);
        const against = all.map((each) => each.bests.random[shown - 1] ?? NaN);
        Object.assign(numbers, {
          [`${name}_best`]: now[at],
          [`${name}_mean`]: mean(now),
          [RATES[name]]: new Set(places[name].slice(0, shown).map(([x]) => x.toFixed(6))).size,
        });
        if (name !== "random")
          numbers[`${name}_ahead`] = sum(now.map((loss, i) => Number(loss < against[i])));
      }
      const spots = places[search].slice(0, shown);
      const losses = spots.map((place) => lossOf(place, land, rules));
      const least = losses.length ? losses.indexOf(Math.min(...losses)) : -1;
      const drawn = spots.map(([x, y]) => [whole("rate", x), whole("decay", y)]);
      map.follow(drawn, drawn[least], hand, [rate, decay]);
      curves.follow(curve);
      const view = `${kind} ${at} ${hidden}`;
      if (view !== painted) {
        const dark = (x, y) => (lossOf([part("rate", x), part("decay", y)], land, rules) - rules.floor) / 1.2;
        map.paint(hidden === "yes" ? () => 0 : dark);
        painted = view;
      }
      const tried = mine.length ? `Your last trial: ${lossOf(mine.at(-1), land, rules).toFixed(3)}. ` : "";
      said.textContent =
        `${tried}The lowest loss there is: ${rules.floor.toFixed(1)}. ` +
        "Crosses: yours. Dots: the search, its best in a ring.";
      fill(el, numbers);
    });
  },
};
