// A chapter counts as read when its end was on the screen, and the page had been open for a while.

import { keep, load } from "./store.js";
import { nameOf } from "./marks.js";

const A_WHILE = 20_000; // milliseconds: who only looks for the exercises' link is gone sooner
const here = PAGES[nameOf(location.href)];
const end = document.querySelector(".prev-next");

function watch() {
  let [seen, late] = [false, false];
  const note = () => {
    if (!seen || !late || document.hidden) return;
    const { entries, said } = load("read", true);
    const before = entries[here.id];
    if (!said && (!before || before.gone)) keep("read", { [here.id]: { when: Date.now() } });
  };
  new IntersectionObserver((found) => {
    seen = found.pop().isIntersecting;
    note();
  }).observe(end);
  setTimeout(() => {
    late = true;
    note();
  }, A_WHILE);
  document.addEventListener("visibilitychange", note);
}

if (here && end) watch();
