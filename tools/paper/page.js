// What a page of the built book is where nothing can be pressed: in an EPUB and on paper.
// Both are XHTML, so that any reading program can take them. `offline_pages.py` calls `takeOut` in each page.

const DROPPED = [
  "script, style, noscript, template, button, input, select, textarea, [hidden]",
  ".often-said fieldset, .guess, .press, .number, .told, summary .expanded",
  ".headerlink, .page-links, .claims-game, .toctree-wrapper",
].join();

// A picture in the place of an explorable, and under it where the explorable can be moved.
function picture({ source, alt, width, height, address, place }) {
  const figure = document.createElement("figure");
  figure.className = "stands-for-explorable";
  const image = Object.assign(document.createElement("img"), { alt, width, height });
  image.setAttribute("src", source);
  const caption = document.createElement("figcaption");
  caption.append(
    address ? "This picture moves in the book: " : "This picture moves in the zip of the book: ",
  );
  const where = document.createElement(address ? "a" : "span");
  if (address) where.setAttribute("href", address);
  where.textContent = place;
  caption.append(where, ".");
  figure.append(image, caption);
  return figure;
}

// A link to a page of the book leads to the same place here; one to another file becomes its words.
function leadTo(link, { root, name, pages, kind }) {
  if (!link.href.startsWith(root)) return;
  const [path, anchor] = link.href.slice(root.length).split("#");
  const page = path.replace(/\.html$/, "");
  if (!pages.includes(page)) {
    link.replaceWith(...link.childNodes);
  } else if (kind === "paper") {
    link.setAttribute("href", `#${key(page, anchor)}`);
  } else {
    const file = page === name && anchor ? "" : `../${page}.xhtml`;
    link.setAttribute("href", anchor ? `${file}#${anchor}` : file);
  }
}

// On paper all pages are one document: each id gets the name of its page in front.
const key = (page, id) => page.replace("/", "-") + (id ? `--${id}` : "");

function ownIds(article, name) {
  for (const element of article.querySelectorAll("*")) {
    for (const { name: attribute, value } of [...element.attributes]) {
      let own = value.replace(/url\(#/g, `url(#${key(name, "")}--`);
      if (attribute === "id") own = key(name, value);
      if (element.localName === "use" && /href$/.test(attribute)) own = `#${key(name, value.slice(1))}`;
      if (/^(aria-(labelledby|describedby)|headers|for)$/.test(attribute)) {
        own = value.replace(/\S+/g, (id) => key(name, id));
      }
      if (own !== value) element.setAttribute(attribute, own);
    }
  }
  article.id = key(name, "");
}

// On paper the parts are the first level of headings: those of a page go one down, from the last level on.
function goDown(article) {
  for (const level of [5, 4, 3, 2, 1]) {
    for (const old of article.querySelectorAll(`h${level}`)) {
      const heading = document.createElement(`h${level + 1}`);
      for (const { name, value } of old.attributes) heading.setAttribute(name, value);
      heading.append(...old.childNodes);
      old.replaceWith(heading);
    }
  }
}

// An EPUB has its own style sheet and no variables: not every reading program knows them.
function plainColours(article) {
  const page = getComputedStyle(document.documentElement);
  for (const element of article.querySelectorAll("[style]")) {
    const style = element.getAttribute("style");
    const plain = style.replace(
      /var\((--[\w-]+)(?:, *([^()]*))?\)/g,
      (_, name, other) => page.getPropertyValue(name) || other,
    );
    element.setAttribute("style", plain);
  }
}

// A question with answers to choose from stays one: the question, and a list.
function ask(article) {
  for (const form of article.querySelectorAll("form")) {
    const question = document.createElement("p");
    question.append(...(form.querySelector("legend")?.childNodes ?? []));
    const list = document.createElement("ul");
    for (const label of form.querySelectorAll("label")) {
      list.append(document.createElement("li"));
      list.lastChild.append(...label.childNodes);
    }
    form.replaceWith(question, ...(list.children.length ? [list] : []));
  }
}

// Every piece of code is an element with a class; those that look like their neighbours become plain text.
const MARKED = [
  "k",
  "kn",
  "kc",
  "kd",
  "kr",
  "ow",
  "nd",
  "c",
  "c1",
  "cm",
  "sd",
  "s",
  "s1",
  "s2",
  "sa",
  "si",
  "se",
];

function plainCode(article) {
  for (const piece of article.querySelectorAll("pre span")) {
    if (!MARKED.includes(piece.className)) piece.replaceWith(...piece.childNodes);
  }
  article.normalize();
}

// Return a page's text as XHTML. kind: "epub" or "paper"; pictures: one for each explorable, in order.
globalThis.takeOut = (asked) => {
  const article = document.querySelector("article.bd-article").cloneNode(true);
  [...article.querySelectorAll(".explorable[data-alive]")].forEach((each, at) =>
    each.replaceWith(picture(asked.pictures[at])),
  );
  for (const each of article.querySelectorAll(DROPPED)) each.remove();
  for (const each of article.querySelectorAll("[tabindex]")) each.removeAttribute("tabindex");
  ask(article);
  plainCode(article);
  for (const said of article.querySelectorAll("summary p")) said.replaceWith(...said.childNodes);
  for (const link of article.querySelectorAll("a[href]")) leadTo(link, asked);
  if (asked.kind === "paper") {
    for (const fold of article.querySelectorAll("details")) fold.open = true;
    goDown(article);
    ownIds(article, asked.name);
  } else {
    plainColours(article);
  }
  return new XMLSerializer().serializeToString(article);
};

// Return what a page looks like, as elements for the head of a document that lies elsewhere: its style
// sheets, and what stands in it. The faces are in the head of a page that is opened as a file.
globalThis.stylesOf = () =>
  [...document.querySelectorAll("link[rel=stylesheet], head style, article style")].map((each) => {
    const copy = each.cloneNode(true);
    if (copy.href) copy.setAttribute("href", each.href);
    copy.textContent = copy.textContent.replace(
      /url\((?!["'#]|data:)([^)]+)\)/g,
      (_, path) => `url(${new URL(path, location)})`,
    );
    return new XMLSerializer().serializeToString(copy);
  });
