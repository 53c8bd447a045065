// One weight as its bits: the numbers are computed here, the model's answers were recorded in Python.

import { button, card, change, choice, count, facts, fill, html, number, slider, times } from "./kit.js";

// A sign, `exponent` bits, `fraction` bits; only ones in the exponent are no number.
function floatOf(bits, exponent, fraction) {
  const sign = bits[0] === "1" ? -1 : 1;
  const power = parseInt(bits.slice(1, 1 + exponent), 2);
  const rest = parseInt(bits.slice(1 + exponent), 2) / 2 ** fraction;
  const bias = 2 ** (exponent - 1) - 1;
  if (power === 2 ** exponent - 1) return NaN;
  return power === 0 ? sign * rest * 2 ** (1 - bias) : sign * (1 + rest) * 2 ** (power - bias);
}
const half = (bits) => floatOf(bits, 5, 10);
const wholeOf = (bits) => parseInt(bits, 2) - (bits.length === 8 && bits[0] === "1" ? 256 : 0);
const binary = (byte) => byte.toString(2).padStart(8, "0");

// The 32 weights of a block, with the one at `at` as the bits of `parts` say.
function blockOf(kind, parts, given, bytes, at) {
  const [d, m] = [half(binary(bytes[1]) + binary(bytes[0])), half(binary(bytes[3]) + binary(bytes[2]))];
  const packed = bytes.slice(4);
  let q = [...packed.map((byte) => byte % 16), ...packed.map((byte) => byte >> 4)];
  const weights = q.map((each) => d * each + m);
  const [own, scale, minimum] = parts;
  if (scale === undefined) {
    weights[at] = kind === "float32" ? floatOf(own, 8, 23) : floatOf(own, 8, 7);
    return weights;
  }
  if (minimum === undefined) q = weights.map((w) => Math.floor(w / half(given[1][1]) + 0.5));
  q[at] = wholeOf(own);
  return q.map((each) => half(scale) * each + (minimum === undefined ? 0 : half(minimum)));
}

// What a bit is: of a float the sign, the exponent or the fraction.
function role(bits, i, kind) {
  if (bits.length < 16) return "whole";
  return i === 0 ? "sign" : i <= (kind === "float16" ? 5 : 8) ? "exponent" : "fraction";
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "bits",
      title: "One weight and its bits",
      task: "Click a bit to turn it over. Which one ruins what the model says, and which does nothing?",
    });
    const [formats, bytes, at] = [model.get("formats"), model.get("block"), model.get("at")];
    const most = Math.max(...Object.values(formats).map(({ losses }) => losses.length - 1));
    const turn = (i) => change(model, "bit", Math.round(model.get("bit")) === i ? 0 : i);
    const shown = Object.entries(formats).map(([kind, { parts }]) => {
      let next = 0;
      const bits = [];
      const rows = parts.map(([what, text], k) => {
        const row = [...text].map((_, i) => {
          const place = ++next;
          const each = button("", () => turn(place));
          each.className = role(text, i, k ? "float16" : kind);
          bits.push(each);
          each.setAttribute("aria-label", `${what}, bit ${text.length - i} of ${text.length}`);
          return each;
        });
        return html("div", { class: "part" }, html("span", { class: "what" }, what), html("div", {}, row));
      });
      return { kind, bits, element: html("div", { class: "format" }, rows) };
    });
    const bars = times(2 * bytes.slice(4).length, (i) => html("i", { class: i === at ? "own" : "" }));
    const said = html("strong");
    ui.stage.append(
      ...shown.map(({ element }) => element),
      html(
        "p",
        { class: "key" },
        "Framed: a sign. Blue: an exponent, or a whole number. White: the digits behind.",
      ),
      html("div", { class: "bars", "aria-hidden": "true" }, bars),
      html(
        "p",
        { class: "key" },
        "The weight stands out from its block of 32; the largest bar fills the height.",
      ),
      html("p", { class: "says" }, `${model.get("question")} `, said),
      html(
        "p",
        { class: "key" },
        "Recorded with Python, a run for each bit; the page does not run the model.",
      ),
    );
    const options = Object.fromEntries(Object.keys(formats).map((kind) => [kind, kind]));
    ui.panel.append(
      choice({ model, name: "kind", label: "kept as", options }),
      slider({
        model,
        name: "bit",
        label: "turned bit, from the left (0: none)",
        min: 0,
        max: most,
        step: 1,
      }),
      facts(
        ["the weight", number("before", "weight")],
        ["now", number("now", "weight")],
        ["weights of the block that moved", count("moved")],
        ["the largest of the block", number("largest")],
        ["loss on four texts", number("loss_before", "plain", 2)],
        ["now", number("loss", "plain", 2)],
      ),
    );

    return ui.watch(() => {
      const [kind, bit] = [model.get("kind"), model.get("bit")];
      const { parts: given, losses, says } = formats[kind];
      const turned = Math.round(bit) < losses.length ? Math.round(bit) : 0;
      const joined = [...given.map(([, text]) => text).join("")];
      if (turned) joined[turned - 1] = joined[turned - 1] === "1" ? "0" : "1";
      const all = joined.join("");
      let from = 0;
      const parts = given.map(([, { length }]) => all.slice(from, (from += length)));
      const before = blockOf(
        kind,
        given.map(([, text]) => text),
        given,
        bytes,
        at,
      );
      const now = blockOf(kind, parts, given, bytes, at);
      const largest = Math.max(...now.map(Math.abs));
      for (const { kind: each, bits, element } of shown) {
        element.hidden = each !== kind;
        if (each !== kind) continue;
        bits.forEach((one, i) => {
          one.textContent = all[i];
          one.setAttribute("aria-pressed", i + 1 === turned);
        });
      }
      bars.forEach((bar, i) => {
        const share = Number.isFinite(largest) ? now[i] / largest : 0;
        bar.style.setProperty("--up", `${50 * Math.max(share, 0)}%`);
        bar.style.setProperty("--down", `${50 * Math.max(-share, 0)}%`);
      });
      said.textContent = says[turned] || "(nothing: its numbers are none any more)";
      fill(el, {
        bit,
        before: before[at],
        now: now[at],
        moved: now.filter((w, i) => w !== before[i]).length,
        largest,
        loss_before: Number(losses[0]),
        loss: losses[turned] === "none" ? NaN : losses[turned],
      });
    });
  },
};
