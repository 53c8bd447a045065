// The game of the ledger's page: it reads the sentences from the ledger's rows and keeps the score here.

const KEY = "every-knob-game";
// In Jupyter a cell may run again, and a page may hold two notebooks: this is the one that has just come.
const box = [...document.querySelectorAll(".claims-game:not(.live)")].at(-1);
box.classList.add("live");
const page = box.closest(".jp-Notebook, .bd-article") ?? document;
const VERDICTS = JSON.parse(box.dataset.verdicts); // [[word, sign], ...]
const opening = [...box.children];
let round = { claims: [], right: [] };

function element(tag, options = {}, ...children) {
  const made = Object.assign(document.createElement(tag), options);
  made.append(...children);
  return made;
}

function button(text, press) {
  return element("button", { type: "button", textContent: text, onclick: press });
}

function claimOf(row) {
  const [said, verdict, why] = row.children;
  return {
    said: said.firstChild.data,
    by: said.querySelector("small").textContent,
    verdict: VERDICTS.findIndex(([, sign]) => sign === verdict.querySelector(".sign").textContent),
    untested: verdict.querySelector(".untested")?.textContent ?? "",
    why: why.firstChild.data,
    row: box.closest(".bd-article") && `#${row.id}`,
    test: box.closest(".bd-article") && row.querySelector(".in-book a")?.href,
  };
}

function shuffled(list) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

// The score so far, {rounds, asked, right}. What cannot be read begins anew; what cannot be kept is said.
function kept() {
  try {
    const score = JSON.parse(localStorage.getItem(KEY)) ?? {};
    const number = (name) => (Number.isInteger(score[name]) && score[name] >= 0 ? score[name] : 0);
    return { rounds: number("rounds"), asked: number("asked"), right: number("right") };
  } catch {
    return { rounds: 0, asked: 0, right: 0 };
  }
}

function keep(score) {
  try {
    localStorage.setItem(KEY, JSON.stringify(score));
    return true;
  } catch {
    return false;
  }
}

function show(...children) {
  box.replaceChildren(...children);
}

function begin() {
  const { rounds, asked, right } = kept();
  show(...opening);
  const line = box.querySelector(".kept");
  line.textContent = "Your score stays on this machine.";
  if (!rounds) return;
  line.textContent = `So far ${right} of ${asked} right. Your score stays on this machine. `;
  line.append(button("Forget it", () => confirm("Forget your score?") && keep({}) && begin()));
}

function start(count) {
  const rows = [...page.querySelectorAll('.ledger tr[id^="ledger-"]')];
  if (!rows.length) {
    box.querySelector(".kept").textContent =
      "The game reads the ledger: run the last cell of this page first.";
    return;
  }
  box.classList.add("playing");
  round = { claims: shuffled(rows).slice(0, count).map(claimOf), right: [] };
  ask();
}

function progress() {
  return element("p", {
    className: "where",
    textContent: `${round.right.length + 1} of ${round.claims.length}`,
  });
}

function ask() {
  const claim = round.claims[round.right.length];
  const said = element("blockquote", { tabIndex: -1, textContent: `“${claim.said}”` });
  const choices = element("p", { className: "choices" });
  VERDICTS.forEach(([word, sign], i) => {
    const each = button("", () => answer(i));
    each.append(element("span", { className: "sign", ariaHidden: "true", textContent: sign }), word);
    choices.append(each);
  });
  show(progress(), said, element("p", { className: "by", textContent: claim.by }), choices);
  box.scrollIntoView({ block: "nearest" });
  said.focus({ preventScroll: true });
}

function answer(guess) {
  const claim = round.claims[round.right.length];
  const [word, sign] = VERDICTS[claim.verdict];
  const right = guess === claim.verdict;
  const says = right ? "as you said" : `you said: ${VERDICTS[guess][0]}`;
  const head = progress();
  round.right.push(right);
  const last = round.right.length === round.claims.length;
  const next = button(last ? "How many were right?" : "Next", last ? end : ask);
  const links = element("p", { className: "links" });
  if (claim.test) links.append(element("a", { href: claim.test, textContent: "Its figure and its test" }));
  if (claim.row) links.append(element("a", { href: claim.row, textContent: "In the ledger" }));
  show(
    head,
    element("blockquote", { textContent: `“${claim.said}”` }),
    element(
      "p",
      { className: "told", role: "status" },
      element("b", { textContent: `${sign} ${word}` }),
      `, ${says}.`,
    ),
    element("p", {
      className: "why",
      textContent: `${claim.why} ${claim.untested && `(${claim.untested})`}`,
    }),
    links,
    element("p", { className: "choices" }, next),
  );
  next.focus({ preventScroll: true });
}

function end() {
  const asked = round.right.length;
  const right = round.right.filter(Boolean).length;
  const before = kept();
  const saved = keep({ rounds: before.rounds + 1, asked: before.asked + asked, right: before.right + right });
  const marks = round.right.map((each) => (each ? "■" : "□")).join("");
  const address = location.protocol === "file:" ? "" : `\n${location.origin}${location.pathname}`;
  const copy = button("Copy this", async () => {
    try {
      await navigator.clipboard.writeText(`Often said, and tested: ${right} of ${asked}\n${marks}${address}`);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Select the marks and copy them";
    }
  });
  const missed = element("ul");
  round.claims.forEach((claim, i) => {
    if (round.right[i]) return;
    const [word, sign] = VERDICTS[claim.verdict];
    const said = claim.row ? element("a", { href: claim.row, textContent: claim.said }) : claim.said;
    missed.append(element("li", {}, said, ` ${sign} ${word}`));
  });
  const total = element("p", {
    className: "question",
    tabIndex: -1,
    textContent: `${right} of ${asked} right`,
  });
  const again = button("Again", () => (box.classList.remove("playing"), begin()));
  const strip = element("p", {
    className: "marks",
    ariaLabel: `${right} of ${asked}`,
    role: "img",
    textContent: marks,
  });
  show(total, strip, element("p", { className: "choices" }, copy, again));
  if (!saved)
    box.append(
      element("p", { textContent: "This browser keeps nothing here, so the score is gone with the page." }),
    );
  if (missed.children.length) box.append(element("p", { textContent: "Otherwise than you said:" }), missed);
  total.focus({ preventScroll: true });
}

for (const each of box.querySelectorAll("button[data-count]")) {
  each.addEventListener("click", () => start(Number(each.dataset.count)));
}
begin();
