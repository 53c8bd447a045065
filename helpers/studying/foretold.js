// A prediction on a page: the reader answers, says how sure they are, and sees what is right.
// It is kept by id as {when, said, sure, right}, `said` a number or the text of a choice; what was
// forgotten is {when, gone}.

import { CANNOT, keep, load, storeKey } from "./store.js";

const KIND = "foretold";
// In Jupyter a cell may run again, and every cell brings this script: these are the boxes that just came.
const boxes = [...document.querySelectorAll(".foretell:not(.live)")].map(alive);
const first = load(KIND);
for (const box of boxes) box.show(first.entries[box.id]);
if (boxes.length && first.said && first.said !== CANNOT) boxes[0].say(first.said);
addEventListener("storage", ({ key }) => {
  if (key !== storeKey(KIND) && key !== null) return;
  const { entries } = load(KIND);
  for (const box of boxes) box.show(entries[box.id]);
});

// What a reader writes, as a number: 1,000 is a thousand, 0,5 and 1,5 are decimals, 75 % is 0.75.
function parsed(text, unit) {
  const [, figures, percent] = /^(.*?)\s*(%?)$/.exec(
    text
      .replace(unit, "")
      .replace(/[−–]/g, "-")
      .trim(),
  );
  const grouped = /^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(figures);
  const plain = (grouped ? figures.replace(/,/g, "") : figures.replace(",", ".")).replace(/^([-+])\s+/, "$1");
  const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain);
  return isNumber ? Number(plain) / (percent ? 100 : 1) : Number.NaN;
}

// A number as a reader writes it: three digits of what matters, and no noise of floats.
function written(value) {
  return String(Number(value.toPrecision(3)));
}

function verdict(entry, { number, unit }) {
  const sure = entry.sure ? "You were sure." : "";
  if (typeof entry.said !== "number" || number === undefined)
    return `${entry.right ? "✓ Right." : "✗ Not so."} ${sure}`;
  const off = entry.said - Number(number);
  const said = `you said ${entry.said}${unit && ` ${unit}`}`;
  if (entry.right) return `✓ Right${off ? `: ${said}, and near is enough` : ""}. ${sure}`;
  return `✗ Not so: ${said}, ${written(Math.abs(off))} too ${off > 0 ? "high" : "low"}. ${sure}`;
}

function alive(box) {
  const { id } = box.dataset;
  const part = (selector) => box.querySelector(selector);
  const [told, fields, again] = [part(".told"), part("fieldset"), part(".again")];
  const [fold, field] = [part("details"), part("[data-number]")];
  const choices = [...box.querySelectorAll("[type=radio]")];
  box.classList.add("live");

  // Return {said, right}, or a sentence where nothing is said.
  function given() {
    if (!field) {
      const chosen = choices.find((each) => each.checked);
      if (!chosen) return "Choose an answer first.";
      return { said: chosen.value, right: "right" in chosen.dataset };
    }
    const { number, near, unit } = field.dataset;
    const said = parsed(field.value, unit);
    if (!Number.isFinite(said)) return "Write a number first, such as 12 or 0.5.";
    return { said, right: Math.abs(said - number) <= Number(near) + 1e-9 * Math.abs(number) };
  }

  // Show what was said, or ask where nothing was.
  function show(entry) {
    const asked = !entry || entry.gone || !["string", "number"].includes(typeof entry.said);
    box.classList.toggle("told-so", !asked);
    fields.disabled = !asked;
    again.hidden = asked;
    told.textContent = asked ? "" : verdict(entry, field?.dataset ?? {});
    for (const each of choices) each.checked = !asked && each.value === entry.said;
    for (const why of box.querySelectorAll(".why")) why.hidden = asked || why.dataset.of !== entry.said;
    if (asked) {
      fold.open = false;
      if (field) field.value = "";
      return;
    }
    if (field) field.value = entry.said;
    else if (!choices.some((each) => each.checked))
      say(`You said “${entry.said}”, when this question had other words.`);
    fold.open = true;
  }

  function say(sentence) {
    if (sentence) told.append(` ${sentence}`);
  }

  function put(entry) {
    const said = keep(KIND, { [id]: entry });
    show(entry);
    say(said);
  }

  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const answer = given();
    if (typeof answer === "string") {
      told.textContent = answer;
      return;
    }
    put({ when: Date.now(), ...answer, sure: event.submitter?.value === "sure" });
    told.focus({ preventScroll: true });
  });
  again.addEventListener("click", () => {
    put({ when: Date.now(), gone: true });
    part("input").focus({ preventScroll: true });
  });
  return { id, show, say };
}
