// Counts what the reader foretold, from what `foretold.js` has kept; it changes nothing.

import { load } from "./store.js";

const KIND = "foretold";
const records = [...document.querySelectorAll(".foretold-record:not(.live)")];
for (const box of records) box.classList.add("live");
const count = () => records.forEach(fill);
count();
addEventListener("storage", count);

function element(tag, text, options = {}) {
  return Object.assign(document.createElement(tag), { textContent: text, ...options });
}

function row(part, items) {
  const made = document.createElement("tr");
  const answered = items.filter(({ entry }) => entry);
  const right = answered.filter(({ entry }) => entry.right);
  made.append(element("th", part, { scope: "row" }));
  for (const list of [items, answered, right]) made.append(element("td", list.length));
  return made;
}

function fill(box) {
  const part = (selector) => box.querySelector(selector);
  const { entries, said } = load(KIND);
  const items = [...box.querySelectorAll("li")].map((line) => {
    const entry = entries[line.dataset.id];
    return { line, part: line.dataset.part, entry: entry && !entry.gone ? entry : undefined };
  });
  const answered = items.filter(({ entry }) => entry);
  const right = answered.filter(({ entry }) => entry.right);
  const sure = answered.filter(({ entry }) => entry.sure);
  const missed = sure.filter(({ entry }) => !entry.right);
  const counted = answered.length
    ? `You foretold ${answered.length} of ${items.length}, and ${right.length} came true.`
    : `You have foretold nothing yet; the pages ask ${items.length} times.`;
  part(".count").textContent = `${counted} ${said}`;
  const parts = [...new Set(items.map((item) => item.part))];
  part("tbody").replaceChildren(
    ...parts.map((name) =>
      row(
        name,
        items.filter((item) => item.part === name),
      ),
    ),
  );
  part("table").hidden = !answered.length;
  part(".sure").hidden = !answered.length;
  part(".sure").textContent = missed.length
    ? `You were sure of ${sure.length}, and these of them came out otherwise:`
    : `You were sure of ${sure.length}, and none of them came out otherwise.`;
  for (const { line } of items) line.hidden = true;
  for (const { line } of missed) line.hidden = false;
  part("ul").hidden = !missed.length;
}
