// A row of weights in fewer bits: where each lands, and what one outlier does to the others.

import {
  card,
  choice,
  clamp,
  controls,
  count,
  facts,
  fill,
  grid,
  html,
  mean,
  number,
  plane,
  row,
  set,
  slider,
  svg,
  times,
} from "./kit.js";

// To the nearest whole number, and halfway to the even one, as torch does.
const nearest = (v) => (Math.abs(v % 1) === 0.5 ? 2 * Math.round(v / 2) : Math.round(v));

// The places of a group of weights on its own steps.
function quantise(group, bits) {
  const low = Math.min(...group);
  const width = (Math.max(...group) - low) / (2 ** bits - 1);
  const step = width > 0 ? width : 1;
  return { low, step, q: group.map((w) => nearest((w - low) / step)) };
}

const root = (errors) => Math.sqrt(mean(errors.map((e) => e * e)));

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "precision",
      title: "Fewer bits",
      task:
        "Pull the outlier down to 1 and watch the others. " +
        "Then push it up again, and save them: by blocks, or by clipping.",
    });
    const weights = model.get("weights");
    const [place, most, ours, real] = ["place", "most", "ours", "real"].map((name) => model.get(name));
    const n = weights.length;
    const surface = plane({
      x: [0, n],
      y: [-1.5, 4.5],
      labels: ["place in the row", "weight"],
      label:
        "The weights of a row: as they were, as rings, and as they come back, as dots. " +
        "Lines show the values that they may take.",
    });
    const { X, Y, top } = surface;
    const [lines, moved, rings, dots, big] = ["steps", "moved", "was", "now", "now outlier"].map((kind) =>
      svg("path", { class: kind }),
    );
    top.append(lines, moved, rings, dots, big);
    const x = (i) => X(i + 0.5).toFixed(1);
    const at = (i, v) => `M${x(i)} ${Y(v).toFixed(1)}h0`;
    const ring = (i, v) => `M${X(i + 0.5) - 3} ${Y(v).toFixed(1)}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`;
    const icon = (kind, d) =>
      svg("svg", { viewBox: "0 0 14 12", "aria-hidden": "true" }, svg("path", { class: kind, d }));
    ui.stage.append(
      surface.root,
      html(
        "p",
        { class: "legend" },
        html("span", {}, icon("was", "M4 6a3 3 0 1 0 6 0a3 3 0 1 0 -6 0"), "as it was"),
        html("span", {}, icon("now", "M7 6h0"), "as it comes back"),
        html("span", {}, icon("steps", "M0 6h14"), "values to choose from"),
      ),
      facts(
        ["bytes of the row", count("bytes"), " of ", count("float_bytes")],
        ["bits a weight, with scales", number("per_weight")],
        ["step where the outlier is", number("step")],
        ["values that its block uses", count("used"), " of ", count("values")],
        ["error of the other weights", number("others_error")],
        ["error of the outlier", number("outlier_error")],
      ),
    );
    const line = (bits) =>
      row(`${bits} bits`, [
        number(`bits_${bits}_block_32`, "plain", 2),
        number(`bits_${bits}_row`, "plain", 2),
      ]);
    ui.panel.append(
      slider({ model, name: "bits", label: "bits for each weight", min: 1, max: 8, step: 1 }),
      choice({
        model,
        name: "block",
        label: "one step and one minimum for",
        options: { 16: "16 weights", 48: "the row of 48" },
      }),
      slider({ model, name: "outlier", label: "the outlier", kind: "weight", min: 0, max: 4, step: 0.1 }),
      slider({ model, name: "limit", label: `clip at (${most}: nothing)`, min: 0.5, max: most, step: 0.1 }),
      facts(
        ["loss of our model so, recorded", number("our_loss", "plain", 3)],
        ["in float32", number("float_loss", "plain", 3)],
      ),
      grid("Loss of SmolLM2, recorded.", ["", "by 32", "by row"], [4, 3, 2].map(line), { class: "recorded" }),
    );
    return ui.watch(() => {
      const { bits: given, block, outlier, limit } = controls(model);
      const [bits, size] = [Math.round(given), Number(block)];
      const before = weights.map((w, i) => (i === place ? outlier : w));
      const cut = before.map((w) => (limit < most ? clamp(w, -limit, limit) : w));
      const groups = times(n / size, (g) => quantise(cut.slice(g * size, (g + 1) * size), bits));
      const after = groups.flatMap(({ q, step, low }) => q.map((k) => k * step + low));
      const home = groups[Math.floor(place / size)];
      const wrong = after.map((w, i) => w - before[i]);
      const bytes = (n * bits) / 8 + (n / size) * 4;
      const levels = groups.flatMap(({ low, step }, g) =>
        bits > 4
          ? []
          : times(2 ** bits, (k) => `M${X(g * size)} ${Y(low + k * step).toFixed(1)}H${X((g + 1) * size)}`),
      );
      const each = (draw, values) => values.map((v, i) => draw(i, v)).join("");
      set(lines, { d: levels.join("") });
      set(moved, {
        d: before.map((v, i) => `M${x(i)} ${Y(v).toFixed(1)}V${Y(after[i]).toFixed(1)}`).join(""),
      });
      set(rings, { d: each(ring, before) });
      set(dots, { d: each(at, after) });
      set(big, { d: at(place, after[place]) });
      fill(el, {
        bits: given,
        outlier,
        limit,
        values: 2 ** bits,
        bytes,
        per_weight: (8 * bytes) / n,
        float_bytes: 4 * n,
        step: home.step,
        used: new Set(home.q).size,
        others_error: root(wrong.filter((_, i) => i !== place)),
        outlier_error: Math.abs(wrong[place]),
        our_loss: ours[`${bits}_${size}`],
        float_loss: ours.float32,
        ...real,
      });
    });
  },
};
