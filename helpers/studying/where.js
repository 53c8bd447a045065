// The page "Where you are": what was done of each chapter, and the state as a file, saved, loaded, forgotten.

import { forget, keep } from "./store.js";
import { KINDS, counted, inWords, loadAll } from "./counted.js";
import { take, toText } from "./state_file.js";

const FILE = "every-knob-state.json";
const box = document.querySelector(".where");
const part = (name) => box.querySelector(`.${name}`);
const rows = [...box.querySelectorAll("tr[data-id]")].map((row) => {
  const ids = (kind) => row.dataset[kind].split(" ").filter(Boolean);
  const page = {
    id: row.dataset.id,
    foretold: ids("foretold"),
    recalled: ids("recalled"),
    solved: ids("solved"),
  };
  return { row, page, tick: row.querySelector("[type=checkbox]") };
});

function say(sentence) {
  part("said").textContent = sentence;
}

function draw() {
  const { entries, said } = loadAll();
  const sums = Object.fromEntries(KINDS.map((kind) => [kind, [0, 0]]));
  for (const { row, page, tick } of rows) {
    const counts = counted(page, entries);
    for (const [kind, [done, all]] of Object.entries(counts)) {
      sums[kind] = [sums[kind][0] + done, sums[kind][1] + all];
      if (kind !== "read") row.querySelector(`.${kind}`).textContent = `${done} of ${all}`;
    }
    tick.checked = counts.read[0] === 1;
    tick.nextElementSibling.textContent = tick.checked ? dateOf(entries.read[page.id].when) : "";
  }
  const { read, ...rest } = sums;
  const words = inWords({ read, ...rest }).replace(/^(not )?read/, `${read[0]} of ${read[1]} pages read`);
  part("count").textContent = `So far: ${words}.`;
  if (said) say(said);
}

function dateOf(when) {
  return new Date(when).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

function save() {
  const address = URL.createObjectURL(new Blob([toText()], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href: address, download: FILE }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  say(`All of it is in the file ${FILE}, among your downloads. Load it on the other machine.`);
}

async function open(file) {
  if (!file) return;
  try {
    say(take(file.name, await file.text()));
  } catch (problem) {
    if (!(problem instanceof DOMException)) throw problem;
    say(`“${file.name}” could not be read: nothing is changed.`);
  }
}

function ask(asking) {
  part("sure").hidden = !asking;
  part("forget").hidden = asking;
  (asking ? part("no") : part("forget")).focus();
}

function begin() {
  part("save").addEventListener("click", save);
  part("forget").addEventListener("click", () => ask(true));
  part("no").addEventListener("click", () => ask(false));
  part("yes").addEventListener("click", () => {
    say(forget() || "All of it is forgotten.");
    ask(false);
  });
  part("file").addEventListener("change", async ({ target }) => {
    await open(target.files[0]);
    target.value = ""; // the same file may be chosen again
  });
  // A file may be dropped anywhere; without this the browser would open it in place of the page.
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  document.addEventListener("drop", ({ dataTransfer }) => open(dataTransfer.files[0]));
  for (const { page, tick } of rows)
    tick.addEventListener("change", () => {
      const entry = { when: Date.now(), ...(tick.checked ? {} : { gone: true }) };
      say(keep("read", { [page.id]: entry }));
      draw();
    });
  addEventListener("storage", () => {
    say("Another tab of this book has gone on; this is how it stands now.");
    draw(); // what it has to say is said instead
  });
  addEventListener("kept", draw);
  box.classList.add("live");
  draw();
}

begin();
