// What the search page finds before Sphinx does: a symbol, an exercise by its id or number, the exercise that
// a sentence of a check belongs to, and a claim. PLACES comes from tools/sphinx_ext/book_search.py.

const { PLACES } = window;
const MOST = 3; // places above the pages that Sphinx finds

// "∂L/∂w" and "dL/dw" are one symbol, and so are "W_Q" and "WQ".
const letters = (text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("∂", "d")
    .replace(/[^\p{L}\p{N}‖]/gu, "");

// A text as words alone, without code marks and the numbers of one learner; with a space at both ends.
const words = (text) =>
  ` ${
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/\p{L}+/gu)
      ?.join(" ") ?? ""
  } `;
const count = (text) => text.trim().split(/\s+/).filter(Boolean).length;

// How well a sentence fits: it stands in what was pasted, the longer the better, or what was typed is a piece
// of it, of four words or more; 0 if neither.
function holds(pasted, sentence) {
  const said = words(sentence);
  if (count(said) >= 2 && pasted.includes(said)) return 1 + said.length / 1e4;
  return count(pasted) >= 4 && said.includes(pasted) ? 0.5 : 0;
}

// Whether each word that was typed begins a word of a text.
function typed(pasted, text) {
  const said = words(text);
  return (
    count(pasted) >= 2 &&
    pasted
      .trim()
      .split(" ")
      .every((word) => said.includes(` ${word}`))
  );
}

// How well a place answers a query; 0 if not at all.
function score(place, query) {
  const asked = query.trim().toLowerCase();
  const pasted = words(query);
  if (place.id === asked || (place.number && place.number === asked.replace(/^exercise\s+/, ""))) return 9;
  if (place.symbol && letters(place.symbol) === letters(query)) return place.symbol === query.trim() ? 8 : 7;
  if (place.name && query.includes(`· ${place.name}`)) return 6; // the headline of a verdict
  const best = Math.max(0, ...(place.says ?? []).map((sentence) => holds(pasted, sentence)));
  if (best) return 4 + best;
  if (place.general?.some((pieces) => pieces.every((piece) => pasted.includes(words(piece))))) return 4;
  if (place.claim && (typed(pasted, place.claim) || holds(pasted, place.claim))) return 3;
  return 0;
}

// An id that no exercise has leads to the page of its chapter, once.
function nearest(query) {
  const chapter = query
    .trim()
    .toLowerCase()
    .match(/^([a-z]+)\.\w*$/)?.[1];
  const place = PLACES.find((each) => chapter && each.id?.startsWith(`${chapter}.`));
  if (!place) return [];
  return [
    {
      page: place.page.replace(/#.*/, ""),
      title: `There is no ${query.trim()}; the exercises of that chapter`,
    },
  ];
}

function found(query) {
  const scored = PLACES.map((place) => ({ place, points: score(place, query) })).filter(
    (each) => each.points,
  );
  scored.sort((a, b) => b.points - a.points); // a stable sort: equals stay in the order of the book
  const all = scored.map((each) => each.place);
  const known = all.some((each) => each.id === query.trim().toLowerCase());
  return [...(known ? [] : nearest(query)), ...all].slice(0, MOST);
}

function show(places) {
  const box = document.querySelector("#found-first");
  for (const { page, title } of places) {
    const link = document.createElement("a");
    link.href = document.documentElement.dataset.content_root + page;
    link.textContent = title;
    box.firstElementChild.appendChild(document.createElement("li")).append(link);
  }
  box.hidden = !places.length;
}

// Sphinx says in its own words that it found nothing; what to try next comes below, or, where we found a
// place, its words go.
function whenNothing(ours) {
  const results = document.querySelector("#search-results");
  const look = () => {
    const summary = results.querySelector(".search-summary")?.textContent;
    const nothing = Boolean(summary) && !results.querySelector("ul.search li") && !/\bfound\b/.test(summary);
    results.hidden = nothing && ours > 0;
    document.querySelector("#search-try").hidden = !nothing || ours > 0;
  };
  new MutationObserver(look).observe(results, { childList: true, subtree: true, characterData: true });
}

const query = new URLSearchParams(location.search).get("q") ?? "";
const places = query.trim() ? found(query) : [];
show(places);
whenNothing(places.length);
