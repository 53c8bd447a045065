// What the reader did, kept in this browser only: a kind ("foretold", "recalled", "read") and in it an entry
// by id. An entry is an object with `when`, milliseconds since 1970. Two tabs, and a file from another
// machine, are joined id by id: the newer entry stays. Nothing that cannot be read is written over before it
// is set aside.

const VERSION = 1;
const CANNOT = "This browser keeps nothing here, so this is gone with the page.";
const FULL =
  "This browser's place for this book is full: this was not kept. Save your state to a file, or reset it.";
const SET_ASIDE = "What this browser had kept could not be read. It is set aside, and the page begins anew.";
const NO_ROOM =
  "What this browser had kept cannot be read, and there is no room to set it aside: nothing is changed.";
const NEWER = "What this browser has kept is of a newer edition of the book: this page leaves it as it is.";

function storeKey(kind) {
  return `every-knob-${kind}`;
}

function isEntry(entry) {
  return entry !== null && typeof entry === "object" && Number.isFinite(entry.when);
}

// Return {entries, said}: what is kept of a kind by id, and a sentence where something is amiss, else "".
// Who only looks, and has no place for a sentence, leaves what cannot be read to who can say so.
function load(kind, onlyLook = false) {
  let text;
  try {
    text = localStorage.getItem(storeKey(kind));
  } catch {
    return { entries: {}, said: CANNOT };
  }
  if (text === null) return { entries: {}, said: "" };
  try {
    const { version, entries } = JSON.parse(text);
    if (version > VERSION) return { entries: {}, said: NEWER };
    if (version !== VERSION) throw new TypeError("no version");
    return { entries: Object.fromEntries(Object.entries(entries).filter(([, e]) => isEntry(e))), said: "" };
  } catch {
    return { entries: {}, said: onlyLook ? SET_ASIDE : setAside(kind, text) };
  }
}

function setAside(kind, text) {
  try {
    localStorage.setItem(`${storeKey(kind)}-unread`, text);
    localStorage.removeItem(storeKey(kind));
    return SET_ASIDE;
  } catch {
    return NO_ROOM;
  }
}

function join(ours, theirs) {
  const joined = { ...ours };
  for (const [id, entry] of Object.entries(theirs))
    if (isEntry(entry) && !(joined[id]?.when > entry.when)) joined[id] = entry;
  return joined;
}

// Keep entries ({id: entry}) of a kind beside what is there by now; return "" or the sentence that says why
// not.
function keep(kind, entries) {
  const { entries: before, said } = load(kind);
  if ([CANNOT, NEWER, NO_ROOM].includes(said)) return said;
  try {
    localStorage.setItem(
      storeKey(kind),
      JSON.stringify({ version: VERSION, entries: join(before, entries) }),
    );
  } catch {
    return FULL;
  }
  globalThis.dispatchEvent?.(new Event("kept")); // other tabs hear of it by themselves: "storage"
  return said;
}

// Forget all that this book keeps here, what was set aside too; return "" or why not.
function forget() {
  try {
    for (const name of Object.keys(localStorage))
      if (name.startsWith(storeKey(""))) localStorage.removeItem(name);
  } catch {
    return CANNOT;
  }
  globalThis.dispatchEvent?.(new Event("kept"));
  return "";
}

export { CANNOT, forget, keep, load, storeKey };
