"""What can be read of a page: all of it on paper, and on a screen when every fold is open."""

from visible import UNSEEN, seen, show, unseen

SCREENS = [("light", 1280), ("dark", 1280), ("light", 390)]
PAPER = ("paper", 794)

# Words that wait for something: a mouse, a guess, a script, the other state of a fold. Explorables are tried
# below; the game and what recall asks, neither for paper nor without a script, have tests of their own.
WAITING = ".headerlink, .copy, .guess, details[open] > summary .collapsed, .explorable *, .claims-game *, "
WAITING += ".often-said:not(:has(:checked)) .answer *, .recall-session *, .recall-page [hidden], "
WAITING += ".where:not(.live) .desk *, .where .desk [hidden] *, "
WAITING += ".foretell:not(.live) :is(.press, .press *, .number, .number *), "
WAITING += ".foretell [hidden], .foretell [hidden] *, .foretold-record [hidden], .foretold-record [hidden] *"
# What can only be pressed, which paper leaves out; the words in it may stay unseen there.
PRESSED = """button:not(th *), input, .page-links a, .prev-next a, .topbar a, .book-nav a, .page-contents a,
  .headerlink, details.hide > summary, .foretell summary"""
PRESSED_WORDS = """details.hide > summary *, .often-said :is(legend, label, label *), .page-links *,
  .prev-next *, .foretell :is(button, summary, .number), .recall-page .start,
  .where .desk *"""
# Every element of the text that has words of its own and is not displayed.
SILENT = """(waiting) => [...document.querySelectorAll("main *")].filter((element) => {
  if (element.matches(waiting) || element.closest("script, style, noscript, svg, math")) return false;
  if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) return false;
  return !element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}).map((element) => element.outerHTML.slice(0, 100))"""


# Press the line of every fold, those inside other folds too, and say what could not be seen when it should.
UNFOLD = f"""() => {{
  const why = {UNSEEN}, wrong = [], folds = [...document.querySelectorAll("main details")];
  for (const fold of folds) {{
    const line = fold.querySelector(":scope > summary"), name = line.textContent.slice(0, 60);
    const inside = [...fold.children].filter((each) => each !== line);
    if (why(line)) wrong.push(`${{name}}: ${{why(line)}}`);
    if (inside.some((each) => !why(each))) wrong.push(`${{name}}: not folded`);
    line.click();
    for (const each of inside) if (why(each)) wrong.push(`${{name}}: inside ${{why(each)}}`);
    if (!inside.length) wrong.push(`${{name}}: holds nothing`);
  }}
  return [folds.length, wrong];
}}"""


def unfold(page):
    """Press the line of every fold; return how many there are."""
    count, wrong = page.evaluate(UNFOLD)
    assert wrong == []
    return count


def read_all(page, folds):
    """On paper all is open and nothing asks to be pressed; on a screen every fold opens, no words hide."""
    show(page, *PAPER)
    assert page.evaluate(SILENT, f"{WAITING}, {PRESSED_WORDS}") == []
    assert unseen(page.locator("h1, .explorable .title, main details > :not(summary)")) == []
    assert seen(page.locator(PRESSED)) == []
    show(page, *SCREENS[0])
    assert unfold(page) or not folds
    for how, width in SCREENS:
        show(page, how, width)
        assert page.evaluate(SILENT, WAITING) == []
