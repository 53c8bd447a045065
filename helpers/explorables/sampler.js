// The next word: logits of a trained model, a softmax with temperature and top-k, and a draw.

import {
  button,
  card,
  change,
  choice,
  controls,
  count,
  facts,
  fill,
  html,
  number,
  slider,
  snap,
  softmax,
  sum,
  times,
} from "./kit.js";

const unpack = (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return Array.from(new Int16Array(bytes.buffer), (v) => v / 100);
};
const entropy = (p) => sum(p.map((v) => (v > 0 ? -v * Math.log(v) : 0)));

// Temperature and top-k, as `next_probabilities` in Python; Infinity keeps all words.
function chances(logits, temperature, k) {
  const least = [...logits].sort((a, b) => b - a)[k - 1] ?? -Infinity;
  return softmax(logits.map((v) => (v < least ? -Infinity : v / temperature)));
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "sampler",
      title: "The next word",
      task:
        "Which temperature brings the bars onto the grammar's marks? " +
        "Then, after “the nurse says that”: what does 0.5 do to “he”?",
    });
    const words = model.get("words").split(" ");
    const all = model.get("logits").map(unpack);
    const [shown, most] = [model.get("shown"), model.get("most")];
    const orders = all.map((logits) =>
      logits.map((_, i) => i).sort((a, b) => logits[b] - logits[a] || a - b),
    );
    const texts = model.get("texts");
    const before = html("p", { class: "before" });
    const rows = times(shown + 1, (i) => {
      const [word, bar, mark] = [html("span", { class: "word" }), html("i"), html("b")];
      const [mine, its] = i < shown ? [`p_${i}`, `truth_${i}`] : ["rest", "rest_truth"];
      const element = html(
        "li",
        {},
        word,
        html("span", { class: "track", "aria-hidden": "true" }, bar, mark),
        number(mine, "plain", 3),
        number(its, "its", 3),
      );
      return { element, word, bar, mark };
    });
    const parts = rows.map((_, i) => html("i", { class: i % 2 ? "odd" : "" }));
    const [pin, said, log, tie] = [html("b"), html("strong"), html("span"), html("span")];
    const head = html(
      "li",
      { class: "head" },
      html("span", {}, "next"),
      html("span", {}),
      html("span", {}, "model"),
      html("span", {}, "grammar"),
    );
    const beginnings = Object.fromEntries(texts.map((text, i) => [i, `${text} …`]));
    ui.stage.append(
      choice({ model, name: "beginning", label: "after", options: beginnings }),
      before,
      html(
        "ul",
        { class: "next" },
        head,
        rows.map(({ element }) => element),
      ),
      html("div", { class: "strip", "aria-hidden": "true" }, parts, pin),
      html(
        "p",
        { class: "key" },
        "Bars: the model. Marks: the grammar. The longest fills its row. " +
          "Below, the same bars in one line, to their true scale; the pin is the draw.",
      ),
    );
    let drawn = [];
    const roll = button("Draw", () => {
      change(model, "draw", snap(Math.floor(1000 * Math.random()) / 1000, 0.001));
      drawn = [...drawn.slice(-7), pick()];
      log.textContent = drawn.join(" ");
    });
    ui.panel.append(
      slider({ model, name: "temperature", label: "temperature", min: 0.1, max: 3, step: 0.1 }),
      slider({ model, name: "top_k", label: `top-k (${most}: all words)`, min: 1, max: most, step: 1 }),
      slider({ model, name: "draw", label: "draw", min: 0, max: 0.999, step: 0.001 }),
      html("p", { class: "drawn" }, roll, log),
    );
    ui.stage.append(
      facts(
        [["drawn: ", said], number("picked_p")],
        ["its share in the grammar", number("picked_truth")],
        [["words that may be drawn", tie], count("stay")],
        ["entropy of the draw, in nats", number("entropy")],
        ["entropy of the grammar here", number("truth_entropy")],
        ["surprise at the grammar's words", number("cost")],
      ),
    );

    const state = () => {
      const { beginning, temperature, top_k, draw } = controls(model);
      const at = Number(beginning);
      const k = Math.round(top_k);
      const p = chances(all[at], temperature, k < most ? k : Infinity);
      const order = orders[at];
      let [end, picked] = [0, 0];
      const last = p.filter((v) => v > 0).length - 1;
      for (; picked < last; picked++) if ((end += p[order[picked]]) > draw) break;
      return { at, p, order, picked, given: { temperature, top_k, draw } };
    };
    const pick = () => {
      const { order, picked } = state();
      return words[order[picked]];
    };
    let place = "";
    return ui.watch(() => {
      const { at, p, order, picked, given } = state();
      const truth = model.get("truths")[at];
      if (place !== texts[at]) [place, drawn, log.textContent] = [texts[at], [], ""];
      const t = words.map((word) => (Object.hasOwn(truth, word) ? truth[word] : 0));
      const beyond = (values) => sum(order.slice(shown).map((i) => values[i]));
      const numbers = {
        ...given,
        stay: p.filter((v) => v > 0).length,
        entropy: entropy(p),
        truth_entropy: entropy(t),
        cost: sum(t.map((v, i) => (v ? -v * Math.log(p[i]) : 0))),
        picked_p: p[order[picked]],
        picked_truth: t[order[picked]],
        rest: beyond(p),
        rest_truth: beyond(t),
      };
      before.replaceChildren(`${texts[at]} `, html("strong", {}, words[order[picked]]));
      said.textContent = words[order[picked]];
      tie.textContent =
        numbers.stay > Math.round(given.top_k) && given.top_k < most ? ", for there is a tie" : "";
      // The longest bar or mark fills the row: with ten words alike, none would be seen else.
      const longest = Math.max(...p, ...t, numbers.rest, numbers.rest_truth);
      rows.forEach(({ element, word, bar, mark }, i) => {
        const [mine, its] = i < shown ? [p[order[i]], t[order[i]]] : [numbers.rest, numbers.rest_truth];
        if (i < shown) Object.assign(numbers, { [`p_${i}`]: mine, [`truth_${i}`]: its });
        word.textContent = i < shown ? words[order[i]] : "all others";
        element.classList.toggle("picked", Math.min(picked, shown) === i);
        bar.style.width = `${(100 * mine) / longest}%`;
        parts[i].style.width = `${100 * mine}%`;
        parts[i].classList.toggle("picked", Math.min(picked, shown) === i);
        mark.style.left = `${(100 * its) / longest}%`;
        mark.hidden = !its;
      });
      pin.style.left = `${100 * given.draw}%`;
      fill(el, numbers);
    });
  },
};
