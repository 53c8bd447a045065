// What a reader did of a page, counted: in words, and as a ring that fills. A page is {id, foretold,
// recalled, solved}, three lists of ids; whether it was read is kept by the id of the page.

import { load } from "./store.js";

const DONE = {
  read: () => true,
  foretold: ({ said }) => ["string", "number"].includes(typeof said),
  recalled: ({ reviews }) => reviews > 0,
  solved: ({ right }) => right === true,
};
const KINDS = Object.keys(DONE);

// Return {entries: {kind: what is kept of it by id}, said: the first sentence where something is amiss}.
function loadAll(onlyLook = false) {
  const found = KINDS.map((kind) => [kind, load(kind, onlyLook)]);
  return {
    entries: Object.fromEntries(found.map(([kind, { entries }]) => [kind, entries])),
    said: found.map(([, { said }]) => said).find(Boolean) ?? "",
  };
}

// Return {kind: [how many are done, of how many]} of a page, without the kinds that it does not have.
function counted(page, entries) {
  const asked = { ...page, read: [page.id] };
  const counts = KINDS.filter((kind) => asked[kind].length).map((kind) => {
    const isDone = (id) => {
      const entry = entries[kind][id];
      return entry && !entry.gone && DONE[kind](entry);
    };
    return [kind, [asked[kind].filter(isDone).length, asked[kind].length]];
  });
  return Object.fromEntries(counts);
}

function inWords({ read, ...counts }) {
  const rest = Object.entries(counts).map(([kind, [done, all]]) => `${done} of ${all} ${kind}`);
  return [read[0] ? "read" : "not read", ...rest].join(", ");
}

// How much of a page is done, from 0 to 1: each kind counts alike.
function share(counts) {
  const shares = Object.values(counts).map(([done, all]) => done / all);
  return shares.reduce((sum, each) => sum + each, 0) / shares.length;
}

// Return a ring that is filled by a share; a whole one is a disc with a tick. Its words are its name.
function ring(counts) {
  const [part, around] = [share(counts), 2 * Math.PI * 6];
  const made = document.createElement("span");
  made.className = "where-ring";
  made.title = inWords(counts);
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", inWords(counts));
  made.innerHTML =
    part === 1
      ? '<svg viewBox="0 0 16 16"><circle class="whole" r="7" cx="8" cy="8"/>' +
        '<path d="m4.6 8.4 2.3 2.3 4.4-4.9"/></svg>'
      : '<svg viewBox="0 0 16 16"><circle r="6" cx="8" cy="8"/><circle class="part" r="6" cx="8" cy="8"' +
        ` transform="rotate(-90 8 8)" stroke-dasharray="${part * around} ${around}"/></svg>`;
  return made;
}

export { KINDS, counted, inWords, loadAll, ring, share };
