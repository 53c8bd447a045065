// The page of recall: what is due today, question by question. A question is in the deck when it was graded
// once, or when its page was started here or marked as read. Its history is kept under its id, whatever its
// words are.

import { keep, load } from "./store.js";
import { dayOf, review } from "./schedule.js";

// {id: {when, due, stability, difficulty, reviews}} for each question, and {"page NAME": {when, started}}
const KIND = "recalled";
const GRADES = ["Again", "Hard", "Good", "Easy"];
const ELSEWHERE = "Another tab of this book has gone on; this is what is left.";
const box = document.querySelector(".recall-session");
const part = (name) => box.querySelector(`.${name}`);
const questions = [...document.querySelectorAll(".recall-question")].map((fold) => ({
  id: fold.dataset.id,
  page: fold.closest(".recall-page").dataset.page,
  fold,
}));
const mine = {}; // what this tab has changed: the session goes on where nothing can be kept
let known = {}; // all that is kept, and mine
let read = {}; // the pages that are marked as read
let asked; // the question on the screen
let shown = false; // its answer

function take(said = "") {
  const recalled = load(KIND);
  const pages = load("read");
  read = pages.entries;
  known = { ...recalled.entries };
  for (const [id, entry] of Object.entries(mine)) if (!(known[id]?.when > entry.when)) known[id] = entry;
  part("said").textContent = said || recalled.said || pages.said;
}

function change(id, entry) {
  mine[id] = { ...entry, when: Date.now() };
  take(keep(KIND, { [id]: mine[id] }));
}

// The card of a question, or null before its first grade and where what is kept makes no sense.
function cardOf({ id }) {
  const card = known[id];
  const fine = [card?.due, card?.stability, card?.difficulty].every(Number.isFinite) && card.stability > 0;
  return fine && !card.gone ? card : null;
}

function started(page) {
  return [known[`page ${page}`], read[page]].some((entry) => entry && !entry.gone);
}

const today = () => dayOf(Date.now());
const inDeck = (question) => cardOf(question) !== null || started(question.page);
const dueDay = (question) => cardOf(question)?.due ?? today();

function due() {
  const all = questions.filter((question) => inDeck(question) && dueDay(question) <= today());
  return all.sort((a, b) => dueDay(a) - dueDay(b));
}

function count(number, one) {
  return `${number} ${one}${number === 1 ? "" : "s"}`;
}

function date(day) {
  return new Date(day * 864e5).toLocaleDateString("en-GB", {
    timeZone: "UTC",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
}

function outlook(left) {
  const deck = questions.filter(inDeck);
  if (left) return `${count(left, "question")} due today.`;
  if (!deck.length) return "You have started no page yet. Start one below: its questions come at once.";
  const next = Math.min(...deck.map(dueDay));
  const then = deck.filter((question) => dueDay(question) === next).length;
  return `Nothing is due. Next: ${count(then, "question")} on ${date(next)}.`;
}

function after(question, grade) {
  const card = cardOf(question);
  return review(card, grade, card ? Math.max(0, today() - dayOf(card.when)) : 0);
}

function draw(focus = false) {
  const list = due();
  asked = list[0];
  shown = false;
  part("count").textContent = outlook(list.length);
  part("asked").hidden = !asked;
  for (const page of document.querySelectorAll(".recall-page")) mark(page);
  if (!asked) return focus && part("count").focus();
  const heading = asked.fold.closest(".recall-page").querySelector("h2 a");
  Object.assign(part("from"), { href: heading.href, textContent: heading.textContent });
  part("question").innerHTML = asked.fold.querySelector("summary").innerHTML;
  part("answer").replaceChildren();
  part("answer").hidden = part("grades").hidden = true;
  part("show").hidden = false;
  if (focus) part("question").focus();
}

function show() {
  shown = true;
  const inside = [...asked.fold.children].filter((each) => each.localName !== "summary");
  part("answer").replaceChildren(...inside.map((each) => each.cloneNode(true)));
  part("answer").hidden = part("grades").hidden = false;
  part("show").hidden = true;
  part("grades")
    .querySelectorAll("button")
    .forEach((button, i) => {
      const { days } = after(asked, i + 1);
      button.querySelector("small").textContent = days === 1 ? "tomorrow" : `in ${days} days`;
    });
  part("answer").focus();
}

function grade(number) {
  const question = asked;
  take();
  if (!due().includes(question)) part("said").textContent = ELSEWHERE;
  else {
    const { days, stability, difficulty } = after(question, number);
    const reviews = (cardOf(question)?.reviews ?? 0) + 1;
    change(question.id, { due: today() + days, stability, difficulty, reviews });
  }
  draw(true);
}

// The line of a page below: a button that starts it, or how many of its questions have been graded.
function mark(page) {
  const all = questions.filter((question) => question.page === page.dataset.page);
  const done = all.filter((question) => cardOf(question)).length;
  page.querySelector(".start").hidden = started(page.dataset.page) || done === all.length;
  page.querySelector(".done").textContent = done ? `${done} of ${all.length} recalled so far.` : "";
}

function onKey(event) {
  if (!asked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const number = ["1", "2", "3", "4"].indexOf(event.key) + 1;
  if (shown && number) grade(number);
  else if (!shown && [" ", "Enter"].includes(event.key) && !event.target.closest("button, a")) show();
  else return;
  event.preventDefault();
}

function begin() {
  GRADES.forEach((word, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(`${i + 1} ${word}`, document.createElement("br"), document.createElement("small"));
    button.addEventListener("click", () => grade(i + 1));
    part("grades").append(button);
  });
  part("show").addEventListener("click", show);
  box.addEventListener("keydown", onKey);
  for (const page of document.querySelectorAll(".recall-page"))
    page.querySelector(".start").addEventListener("click", () => {
      change(`page ${page.dataset.page}`, { started: true });
      draw(true);
    });
  const refresh = () => {
    const before = asked;
    take();
    if (before && due().includes(before)) return;
    if (before) part("said").textContent = ELSEWHERE;
    draw();
  };
  addEventListener("storage", refresh);
  // A new day may have begun while nobody looked.
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  box.hidden = false;
  take();
  draw();
}

begin();
