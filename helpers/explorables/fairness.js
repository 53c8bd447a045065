// Two groups with scores, a threshold for each, and three definitions of a fair choice.

import {
  button,
  card,
  change,
  choice,
  clamp,
  controls,
  count,
  fill,
  grid,
  handle,
  html,
  number,
  plane,
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

const TEXTS = { chosen: "chosen, of all", found: "found, of the qualified", right: "right, of the chosen" };
const GROUPS = ["circles", "squares"];

// Counts and shares of a group above a threshold; within a bin, people are spread evenly.
function shares([qualified, others], threshold, width) {
  const above = qualified.map((_, k) => clamp((width * (k + 1) - threshold) / width, 0, 1));
  const tp = sum(qualified.map((n, k) => n * above[k]));
  const fp = sum(others.map((n, k) => n * above[k]));
  const [fn, tn] = [sum(qualified) - tp, sum(others) - fp];
  const all = tp + fp + fn + tn;
  return {
    tp,
    fp,
    fn,
    tn,
    base: (tp + fn) / all,
    chosen: (tp + fp) / all,
    found: tp / (tp + fn),
    right: tp / (tp + fp),
  };
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "fairness",
      title: "Two thresholds, three definitions",
      task:
        "Drag the dot onto a line: the groups are then alike in one way. " +
        "Can it be on all three? Then give both groups the same base rate.",
    });
    const { names: NAMES, width, last, least, meet } = model.get("rules");
    const all = model.get("groups");
    const share = (people, name, t) => shares(people, t, width)[name];

    // The threshold at which a share is what it should be: halving, for each share only rises or only falls.
    const partner = (people, name, goal) => {
      let [low, high] = [0, last];
      const ends = [share(people, name, low), share(people, name, high)];
      if (goal < Math.min(...ends) || goal > Math.max(...ends)) return NaN;
      for (let i = 0; i < 50; i++) {
        const middle = (low + high) / 2;
        if (share(people, name, middle) < goal === (name === "right")) low = middle;
        else high = middle;
      }
      return (low + high) / 2;
    };
    const closest = ({ circles, squares }) => {
      const rows = [circles, squares].map((people) =>
        times(46, (i) => shares(people, 2 * i, width)).filter(({ chosen }) => chosen >= least),
      );
      let best = Infinity;
      for (const one of rows[0])
        for (const two of rows[1])
          best = Math.min(best, Math.max(...NAMES.map((name) => Math.abs(one[name] - two[name]))));
      return best;
    };

    const map = plane({
      x: [0, 90],
      y: [0, 90],
      labels: ["threshold for circles", "threshold for squares"],
      label: "The plane of both thresholds, with a line for each definition",
      height: 330,
    });
    const { X, Y, top } = map;
    const lines = NAMES.map((name) => svg("path", { class: `line ${name}` }));
    const marks = NAMES.map((name) => svg("text", { class: `name ${name}`, "text-anchor": "middle" }, name));
    const dot = handle(map, "data", (x, y) =>
      put(model, { circles: snap(clamp(x, 0, last), 0.1), squares: snap(clamp(y, 0, last), 0.1) }),
    );
    top.append(...lines, ...marks);
    map.root.append(dot);

    // The people of both groups by score: qualified in dark, the others in light, who is passed over faint.
    const crowd = GROUPS.map((name) => {
      const bars = times(20, () => ({ yes: svg("rect"), no: svg("rect", { class: "no" }) }));
      const cut = svg("line", { y1: 2, y2: 74, class: "cut" });
      const root = svg(
        "svg",
        { viewBox: "0 0 200 78", role: "img", "aria-label": `The ${name} by score, and their threshold` },
        bars.map(({ yes, no }) => [no, yes]).flat(),
        svg("line", { x1: 0, x2: 200, y1: 74, y2: 74, class: "floor" }),
        cut,
      );
      const title = html(
        "p",
        {},
        html("strong", {}, name),
        ": base rate ",
        number(`${name}_base`, "plain", 3),
      );
      return { bars, cut, element: html("div", {}, title, root) };
    });

    const verdicts = NAMES.map(() => html("span", { class: "verdict" }));
    const lines3 = NAMES.map((name, i) =>
      row(TEXTS[name], [
        number(`circles_${name}`, "plain", 3),
        number(`squares_${name}`, "plain", 3),
        [number(`gap_${name}`, "plain", 3), verdicts[i]],
      ]),
    );
    const says = html("p", { class: "says" });
    ui.stage.append(
      html(
        "div",
        { class: "crowds" },
        crowd.map(({ element }) => element),
      ),
      html("p", { class: "key" }, "Dark: qualified. Faint: below the threshold."),
      map.root,
      grid("Shares of both groups", ["", "circles", "squares", "difference"], lines3, { class: "shares" }),
      says,
    );
    const kinds = { tp: "chosen, qualified", fp: "chosen, not", fn: "missed", tn: "neither" };
    const people = Object.entries(kinds).map(([what, text]) =>
      row(
        text,
        GROUPS.map((name) => count(`${name}_${what}`)),
      ),
    );
    const align = NAMES.map((name) => {
      const each = button(`same share ${name}`, () => change(model, "squares", now[`at_${name}`]));
      return html("div", {}, each, html("span", {}, "squares at ", number(`at_${name}`, "plain", 1)));
    });
    ui.panel.append(
      slider({ model, name: "circles", label: "threshold for circles", min: 0, max: last, step: 0.1 }),
      slider({ model, name: "squares", label: "threshold for squares", min: 0, max: last, step: 0.1 }),
      html("div", { class: "align" }, align),
      choice({
        model,
        name: "base",
        label: "base rates",
        options: { other: "fewer squares qualify", same: "the same for both" },
      }),
      grid("People", ["", ...GROUPS], people, { class: "people" }),
      html(
        "p",
        { class: "near" },
        "All three at once come no nearer than ",
        number("closest", "plain", 3),
        " where a tenth of each group is chosen, or more; lines that hold now: ",
        count("held"),
        ".",
      ),
    );

    let now = {};
    let drawn = "";
    const lay = (base) => {
      drawn = base;
      const { circles, squares } = all[base];
      const most = Math.max(
        ...GROUPS.flatMap((name) => all[base][name][0].map((n, k) => n + all[base][name][1][k])),
      );
      GROUPS.forEach((name, g) =>
        crowd[g].bars.forEach(({ yes, no }, k) => {
          const [q, o] = [all[base][name][0][k], all[base][name][1][k]].map((n) => (64 * n) / most);
          set(yes, { x: 10 * k + 1, width: 8, y: 74 - q, height: q });
          set(no, { x: 10 * k + 1, width: 8, y: 74 - q - o, height: o });
        }),
      );
      NAMES.forEach((name, i) => {
        const points = times(91, (t) => [t, partner(squares, name, share(circles, name, t))]);
        const there = points.filter(([t, at]) => t <= last && Number.isFinite(at));
        set(lines[i], { d: polyline(there.map(([t, at]) => [X(t), Y(at)])) });
        const [t, at] = there[Math.floor(there.length * [0.55, 0.55, 0.3][i])];
        set(marks[i], { x: X(t) + [26, -26, 0][i], y: Y(at) + [14, -6, -8][i] });
      });
      now.closest = closest(all[base]);
    };

    return ui.watch(() => {
      const { circles, squares, base } = controls(model);
      if (base !== drawn) lay(base);
      const numbers = { circles, squares, closest: now.closest };
      const found = GROUPS.map((name, g) => {
        const each = shares(all[base][name], g ? squares : circles, width);
        for (const [what, value] of Object.entries(each)) numbers[`${name}_${what}`] = value;
        return each;
      });
      NAMES.forEach((name, i) => {
        const away = found[0][name] - found[1][name];
        numbers[`gap_${name}`] = away;
        numbers[`at_${name}`] = partner(all[base].squares, name, found[0][name]);
        verdicts[i].textContent = Math.abs(away) < meet ? " ✓" : "";
        lines3[i].classList.toggle("equal", Math.abs(away) < meet);
        lines[i].classList.toggle("equal", Math.abs(away) < meet);
      });
      const held = NAMES.filter((name) => Math.abs(numbers[`gap_${name}`]) < meet);
      numbers.held = held.length;
      says.textContent = held.length
        ? `The groups are alike in what is ${held.join(" and ")}.`
        : "The groups are alike in none of the three.";
      crowd.forEach(({ bars, cut }, g) => {
        const t = g ? squares : circles;
        set(cut, { x1: 2 * t, x2: 2 * t });
        bars.forEach(({ yes, no }, k) => {
          const over = width * (k + 0.5) >= t;
          [yes, no].forEach((bar) => bar.classList.toggle("passed", !over));
        });
      });
      set(dot, { cx: X(circles), cy: Y(squares) });
      now = { ...numbers };
      fill(el, numbers);
    });
  },
};
