// On every page: a ring beside each chapter in the list of pages and in the plan by the week, for who has
// begun; and the week where they are. PAGES, {name: {id, foretold, recalled, solved}}, stands in front of it.

import { counted, loadAll, ring, share } from "./counted.js";

// The name of the page that a link leads to, such as "chapters/04_loss".
function nameOf(address) {
  return /(chapters\/[^/]+?)(\.html)?$/.exec(new URL(address, location).pathname)?.[1];
}

// Put a ring into a place, or take it away where nothing is done; return the share that is done.
function put(place, name, entries) {
  const counts = counted(PAGES[name], entries);
  place.querySelector(":scope > .where-ring")?.remove();
  if (share(counts)) place.append(ring(counts));
  return share(counts);
}

// Mark the weeks of the plan. The reader is in the last week that was begun, or in the next if all is done.
function markPlan(entries) {
  const weeks = [...document.querySelectorAll("#a-plan-by-the-week tbody tr")].flatMap((row) => {
    const name = nameOf(row.querySelector("a").href);
    return name in PAGES ? [{ row, done: put(row.cells[0], name, entries) }] : [];
  });
  const last = weeks.map(({ done }) => done > 0).lastIndexOf(true);
  const here = last < 0 ? undefined : weeks[last + (weeks[last].done === 1)];
  for (const { row } of weeks) {
    row.querySelector(".where-here")?.remove();
    row.removeAttribute("aria-current");
  }
  if (!here) return;
  here.row.setAttribute("aria-current", "step");
  const sign = Object.assign(document.createElement("span"), { className: "where-here" });
  sign.textContent = "you are here";
  here.row.cells[0].append(sign);
}

function mark() {
  const { entries } = loadAll(true);
  for (const link of document.querySelectorAll(".book-nav .toctree-l1 > a"))
    if (nameOf(link.href) in PAGES) put(link, nameOf(link.href), entries);
  markPlan(entries);
}

mark();
addEventListener("storage", mark);
addEventListener("kept", mark);

export { nameOf };
