/* What the pages do beyond HTML: colours, copying code, the place in the page, and keys.
   Every page reads without it. */

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const NAMES = { auto: "Auto", light: "Light", dark: "Dark" };

function setMode(mode) {
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (dark.matches ? "dark" : "light") : mode;
  try {
    localStorage.setItem("mode", mode);
  } catch {
    // Some browsers keep nothing for pages opened as files; the choice then lasts as long as the page.
  }
  for (const button of document.querySelectorAll(".theme-switch")) {
    button.setAttribute("aria-label", `Colours: ${NAMES[mode].toLowerCase()}. Change`);
    button.querySelector(".theme-name").textContent = NAMES[mode];
  }
}

function initTheme() {
  setMode(root.dataset.mode in NAMES ? root.dataset.mode : "auto");
  dark.addEventListener("change", () => setMode(root.dataset.mode));
  for (const button of document.querySelectorAll(".theme-switch")) {
    button.addEventListener("click", () => {
      const modes = Object.keys(NAMES);
      setMode(modes[(modes.indexOf(root.dataset.mode) + 1) % modes.length]);
    });
  }
}

function addCopyButtons() {
  if (!navigator.clipboard) return;
  for (const block of document.querySelectorAll(
    ".cell_input .highlight, .bd-article > section div[class^=highlight-] > .highlight",
  )) {
    const button = document.createElement("button");
    button.className = "copy";
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.querySelector("pre").textContent.trimEnd());
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    block.append(button);
  }
}

// A box that scrolls must be reachable with the Tab key, and one that does not scroll must not be in the way.
function markScrollers() {
  for (const box of document.querySelectorAll(
    "article pre, .formula, .pst-scrollable-table-container, .cell_output .output",
  )) {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

function followReading() {
  const contents = document.getElementById("page-toc");
  if (!contents) return;
  const links = [...contents.querySelectorAll("a[href^='#']")];
  const parts = links
    .map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))))
    .filter(Boolean);
  const update = () => {
    const line = innerHeight / 3;
    const here = parts.filter((part) => part.getBoundingClientRect().top < line).pop();
    for (const link of links) {
      if (here && link.hash === `#${here.id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waiting = false;
  addEventListener(
    "scroll",
    () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => ((waiting = false), update()));
    },
    { passive: true },
  );
  update();
}

// On a narrow screen the list of pages, with the search box, and that of sections are popovers, which need
// no script.
// Phones of before 2023 have none: there a class opens and closes them. A link closes the list that it
// stands in.
function openMenus() {
  const known = "showPopover" in HTMLElement.prototype;
  for (const button of document.querySelectorAll("[popovertarget]")) {
    const menu = document.getElementById(button.getAttribute("popovertarget"));
    const put = (open) => {
      menu.classList.toggle("opened", open);
      button.setAttribute("aria-expanded", open);
    };
    const close = () => (known ? menu.matches(":popover-open") && menu.hidePopover() : put(false));
    menu.addEventListener("click", (event) => event.target.closest("a") && close());
    if (known) continue;
    put(false);
    button.addEventListener("click", () => put(!menu.classList.contains("opened")));
    addEventListener("keydown", (event) => event.key === "Escape" && close());
    addEventListener(
      "pointerdown",
      (event) => [menu, button].some((each) => each.contains(event.target)) || close(),
    );
  }
}

// On paper nothing can be unfolded, so what is folded is open while the page is printed: by the style
// sheet, and here
// for browsers that cannot style what a fold holds.
function openForPrint() {
  if (CSS.supports("selector(::details-content)")) return;
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("article details:not([open])")];
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });
}

// A link leads to what it names: folds around that open, and for a claim those around its test.
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const tests = document.querySelectorAll(`.${CSS.escape(`tag_${target.id}`)} details.checks`);
  for (const each of [target, ...tests])
    for (let fold = each.closest("details"); fold; fold = fold.parentElement.closest("details"))
      fold.open = true;
  target.scrollIntoView();
}

function followLinks() {
  openTarget();
  addEventListener("hashchange", openTarget);
}

// "/" goes to the search box, as on many sites; not while something is being typed.
function addSearchKey() {
  const box = document.querySelector(".search input");
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || !box?.offsetParent || event.target.closest("input, textarea, select")) return;
    event.preventDefault();
    box.focus();
  });
}

function watchScrollers() {
  markScrollers();
  addEventListener("resize", markScrollers);
  for (const block of document.querySelectorAll("details")) block.addEventListener("toggle", markScrollers);
}

// What one browser cannot do must not take the rest along.
for (const part of [
  initTheme,
  openMenus,
  openForPrint,
  followLinks,
  addCopyButtons,
  followReading,
  addSearchKey,
  watchScrollers,
]) {
  try {
    part();
  } catch (problem) {
    console.error(problem);
  }
}
