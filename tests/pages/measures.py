"""What can be counted in a page that is open: how much of it is code, where its pictures stand, what jumps.

Nothing here is timed, so a test may hold it. What takes time is measured by `make bench ONLY=pages`.
"""

# In pixels of the text, with its folds as they come: the share of code, where the first picture or widget
# begins, and the longest way from one to the next. What is in a closed fold does not count.
SHAPE = """() => {
  const text = document.querySelector("main article");
  const { top, height } = text.getBoundingClientRect();
  const boxes = (selector) => [...text.querySelectorAll(selector)]
    .filter((each) => each.checkVisibility())
    .map((each) => each.getBoundingClientRect())
    .filter((box) => box.height > 0)
    .map((box) => [box.top - top, box.bottom - top])
    .sort(([a], [b]) => a - b);
  const code = boxes(".highlight:not(.output *)").reduce((sum, [from, to]) => sum + to - from, 0);
  const pictures = boxes(".plot, img, .explorable, .claims-game");
  let [at, longest] = [0, 0];
  for (const [from, to] of [...pictures, [height, height]]) {
    longest = Math.max(longest, from - at);
    at = Math.max(at, to);
  }
  return { height, code: code / height, first: pictures[0]?.[0] ?? height, longest };
}"""
# Layout shift as browsers define it: for each jump the share of the window that moves times how far, added up
# within five seconds. Here all of them are added up, which is never less.
WATCH = """
  window.jumps = [];
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries()) {
      const what = sources.map(({ node }) => node?.className ?? "?").join();
      if (!hadRecentInput) window.jumps.push([value, what]);
    }
  }).observe({ type: "layout-shift", buffered: true });
"""
SCROLL = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let at = 0; at < document.documentElement.scrollHeight; at += innerHeight / 2) {
    scrollTo(0, at);
    await frame();
    await frame();
  }
  scrollTo(0, 0);
  await frame();
  await frame();
}"""


def watch_jumps(context):
    """Prepare a context, so that `jumps` can tell how far what is in its pages jumped from the start on."""
    context.add_init_script(WATCH)


def shape(page):
    """Return the height of a page's text in px, its share of code, its first picture, its longest stretch."""
    return page.evaluate(SHAPE)


def jumps(page):
    """Scroll through a page from top to end; return its layout shift, and what jumped most."""
    page.evaluate(SCROLL)
    seen = page.evaluate("jumps")
    return sum(value for value, _ in seen), max(seen, default=[0, ""])[1]


# A thumb turns a knob near the lower edge of the screen: how many px up or down is the nearest picture that
# is in view by half? None in view is the whole height of the screen.
FAR = """(root) => Math.max(0, ...[...root.querySelectorAll(":is(.panel, .net) input[type=range]")]
  .filter((knob) => knob.checkVisibility())
  .map((knob) => {
    window.scrollBy(0, knob.getBoundingClientRect().bottom - innerHeight * 0.85);
    const { top, bottom } = knob.getBoundingClientRect();
    const gaps = [...root.querySelectorAll("svg, canvas, table, .next, .bars")]
      .map((picture) => picture.getBoundingClientRect())
      .filter((box) => box.height >= 40)
      .filter((box) => Math.min(box.bottom, innerHeight) - Math.max(box.top, 0) >= box.height / 2)
      .map((box) => Math.max(0, top - box.bottom, box.top - bottom));
    return Math.min(innerHeight, ...gaps);
  }))"""


def farthest_knob(place):
    """Return the px from the knob of an explorable (a Locator) that is farthest from what it moves."""
    return place.evaluate(FAR)
