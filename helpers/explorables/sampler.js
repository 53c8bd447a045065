// The next word: logits of a trained model, a softmax with temperature and top-k, and a draw.

const SHOWN = 10,
  ALL = 20;
const unpack = (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return Array.from(new Int16Array(bytes.buffer), (v) => v / 100);
};
const entropy = (p) => sum(p.map((v) => (v > 0 ? -v * Math.log(v) : 0)));

function softmax(logits, temperature, k) {
  const sorted = [...logits].sort((a, b) => b - a),
    least = k < ALL ? sorted[k - 1] : -Infinity;
  const powers = logits.map((v) => (v < least ? 0 : Math.exp((v - sorted[0]) / temperature)));
  return powers.map((v) => v / sum(powers));
}

export default {
  render({ model, el }) {
    const ui = card({
      model,
      el,
      name: "sampler",
      title: "The next word",
      task: "Which temperature brings the bars onto the grammar's marks? Then, after “the nurse says that”: what does 0.5 do to “he”?",
    });
    const words = model.get("words").split(" "),
      all = model.get("logits").map(unpack);
    const orders = all.map((logits) =>
      logits.map((_, i) => i).sort((a, b) => logits[b] - logits[a] || a - b),
    );
    const texts = model.get("texts");
    const before = html("p", { class: "before" });
    const rows = Array.from({ length: SHOWN + 1 }, (_, i) => {
      const [word, bar, mark] = [html("span", { class: "word" }), html("i"), html("b")];
      const names = i < SHOWN ? [`p_${i}`, `truth_${i}`] : ["rest", "rest_truth"];
      const row = html(
        "li",
        {},
        word,
        html("span", { class: "track", "aria-hidden": "true" }, bar, mark),
        set(number(names[0]), { "data-digits": 3 }),
        set(number(names[1]), { "data-digits": 3, class: "number its" }),
      );
      return { row, word, bar, mark };
    });
    const parts = rows.map(({ row }, i) => html("i", { class: i % 2 ? "odd" : "" }));
    const pin = html("b"),
      said = html("strong"),
      log = html("span");
    const head = html(
      "li",
      { class: "head" },
      html("span", {}, "next"),
      html("span", {}),
      html("span", {}, "model"),
      html("span", {}, "grammar"),
    );
    ui.stage.append(
      before,
      html("ul", { class: "next" }, head, ...rows.map(({ row }) => row)),
      html("div", { class: "strip", "aria-hidden": "true" }, ...parts, pin),
      html(
        "p",
        { class: "key" },
        "Bars: the model. Marks: the grammar. Below, the same bars in one line, and the pin is the draw.",
      ),
    );
    let drawn = [];
    const roll = html(
      "button",
      {
        type: "button",
        onclick: () => {
          change(model, "draw", snap(Math.floor(1000 * Math.random()) / 1000, 0.001));
          drawn = [...drawn.slice(-7), pick()];
          log.textContent = drawn.join(" ");
        },
      },
      "Draw",
    );
    ui.panel.append(
      choice({
        model,
        name: "beginning",
        label: "after",
        options: Object.fromEntries(texts.map((text, i) => [i, `${text} …`])),
      }),
      slider({ model, name: "temperature", label: "temperature", min: 0.1, max: 3, step: 0.1 }),
      slider({ model, name: "top_k", label: `top-k (${ALL}: all words)`, min: 1, max: ALL, step: 1 }),
      slider({ model, name: "draw", label: "draw", min: 0, max: 0.999, step: 0.001 }),
      html("p", { class: "drawn" }, roll, log),
    );
    ui.stage.append(
      html(
        "dl",
        {},
        html("dt", {}, "drawn: ", said),
        html("dd", {}, number("picked_p")),
        html("dt", {}, "its share in the grammar"),
        html("dd", {}, number("picked_truth")),
        html("dt", {}, "words that may be drawn"),
        html("dd", {}, set(number("stay"), { "data-digits": 0 })),
        html("dt", {}, "entropy of the draw, in nats"),
        html("dd", {}, number("entropy")),
        html("dt", {}, "entropy of the grammar here"),
        html("dd", {}, number("truth_entropy")),
        html("dt", {}, "surprise at the grammar's words"),
        html("dd", {}, number("cost")),
      ),
    );

    const state = () => {
      const [at, temperature, k] = [
        Number(model.get("beginning")),
        model.get("temperature"),
        Math.round(model.get("top_k")),
      ];
      const p = softmax(all[at], temperature, k),
        order = orders[at];
      let [end, picked] = [0, 0];
      const last = p.filter((v) => v > 0).length - 1;
      for (; picked < last; picked++) if ((end += p[order[picked]]) > model.get("draw")) break;
      return { at, p, order, picked };
    };
    const pick = () => {
      const { order, picked } = state();
      return words[order[picked]];
    };
    let place = "";
    return ui.watch(() => {
      const { at, p, order, picked } = state(),
        truth = model.get("truths")[at];
      if (place !== texts[at]) [place, drawn, log.textContent] = [texts[at], [], ""];
      const t = words.map((word) => (Object.hasOwn(truth, word) ? truth[word] : 0));
      const [temperature, top_k, draw] = ["temperature", "top_k", "draw"].map((name) => model.get(name));
      const beyond = (values) => sum(order.slice(SHOWN).map((i) => values[i]));
      const numbers = {
        temperature,
        top_k,
        draw,
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
      rows.forEach(({ row, word, bar, mark }, i) => {
        const [mine, its] = i < SHOWN ? [p[order[i]], t[order[i]]] : [numbers.rest, numbers.rest_truth];
        if (i < SHOWN) Object.assign(numbers, { [`p_${i}`]: mine, [`truth_${i}`]: its });
        word.textContent = i < SHOWN ? words[order[i]] : "all others";
        row.classList.toggle("picked", Math.min(picked, SHOWN) === i);
        bar.style.width = parts[i].style.width = `${100 * mine}%`;
        parts[i].classList.toggle("picked", Math.min(picked, SHOWN) === i);
        mark.style.left = `${100 * its}%`;
        mark.hidden = !its;
      });
      pin.style.left = `${100 * draw}%`;
      fill(el, numbers);
    });
  },
};
