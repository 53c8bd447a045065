// What a reader did, as a file: to be saved, and loaded on another machine. The progress file of the
// exercises is taken too. Loading joins: the newer of each id stays, and what was solved once stays solved.

import { keep } from "./store.js";
import { KINDS, loadAll } from "./counted.js";

const FORM = 1;

function toText() {
  return JSON.stringify({ book: "every-knob", version: FORM, kinds: loadAll().entries }, null, 1);
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

// Return what a file holds as {kind: entries}, or a sentence that says why it cannot be taken.
function parsedFile(name, text) {
  const neither = `“${name}” is neither a saved state of this book nor the exercises' progress file`;
  let data;
  try {
    data = JSON.parse(text);
  } catch {
    return `${neither}: nothing is changed.`;
  }
  const isState = isObject(data) && data.book === "every-knob" && isObject(data.kinds);
  const isProgress = isObject(data) && isObject(data.exercises);
  if (!isState && !isProgress) return `${neither}: nothing is changed.`;
  if (!Number.isInteger(data.version) || data.version < FORM)
    return `“${name}” has no version that this book knows: nothing is changed.`;
  if (data.version > FORM) return `“${name}” is of a newer edition of the book: nothing is changed.`;
  if (isState) return data.kinds;
  const right = Object.entries(data.exercises).filter(([, was]) => was?.right === true);
  return { solved: Object.fromEntries(right.map(([id]) => [id, { when: Date.now(), right: true }])) };
}

// Keep what a file holds beside what is here; return the sentence that tells what came of it.
function take(name, text) {
  const kinds = parsedFile(name, text);
  if (typeof kinds === "string") return kinds;
  const before = loadAll().entries;
  let fresh = 0;
  for (const kind of KINDS) {
    if (!isObject(kinds[kind])) continue;
    const isDated = ([, entry]) => Number.isFinite(entry?.when) && entry.when > 0;
    const dated = Object.entries(kinds[kind]).filter(isDated);
    // Nothing was done after now: a date of a wrong clock would be the newest for ever.
    const past = dated.map(([id, entry]) => [id, { ...entry, when: Math.min(entry.when, Date.now()) }]);
    const newer = past.filter(([id, entry]) => {
      const ours = before[kind][id];
      return !(ours?.when >= entry.when) && !(kind === "solved" && ours);
    });
    if (!newer.length) continue;
    const said = keep(kind, Object.fromEntries(newer));
    if (said) return said;
    fresh += newer.length;
  }
  return fresh ? `“${name}” is loaded. New here: ${fresh}.` : `“${name}” holds nothing that is new here.`;
}

export { take, toText };
