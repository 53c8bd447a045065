"""How smoothly an explorable follows a drag: 60 moves, one in each frame of a real Chromium."""

from statistics import median

from browser import chromium, served, watched
from course import built

FRAME = 16.8  # ms: one frame of a screen of 60 Hz, and a little for rounding
MOVES = 60

# The slider goes from end to end and back. A view that needs longer than a frame makes the next one late,
# and the time that the browser gives to each frame shows it.
DRAG = """
async (root, moves) => {
  const slider = root.querySelector("input[type=range]");
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const frame = () => new Promise(requestAnimationFrame);
  root.scrollIntoView({ block: "center" });
  for (let i = 0; i < 10; i++) await frame();
  const times = [await frame()];
  for (let i = 1; i <= moves; i++) {
    slider.value = low + (high - low) * (1 - Math.abs(1 - (2 * i) / moves));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    times.push(await frame());
  }
  return times;
}
"""


def measure(course, rounds):
    """Yield (what, value, aim, detail) for each row of the table: the explorables of the book."""
    page = "chapters/explorables.html"
    with chromium() as browser, served(built(course)) as address, watched(browser, address + page) as visit:
        metrics = visit.page.context.new_cdp_session(visit.page)
        metrics.send("Performance.enable")
        for root in visit.page.query_selector_all(".explorable"):
            drags = [drag(root, metrics) for _ in range(rounds)]
            shares, work = zip(*drags, strict=True)
            name, detail = (
                root.get_attribute("data-explorable"),
                f"a move takes {median(work):.1f} ms of the page's time",
            )
            yield (
                f"frames within {FRAME} ms, dragging {name}",
                f"{median(shares):.0%}",
                "at least 97 %",
                detail,
            )


def drag(root, metrics):
    """Drag the first slider of an explorable; return (share of frames in time, ms of work a move)."""
    before = busy(metrics)
    times = root.evaluate(DRAG, MOVES)
    work = 1000 * (busy(metrics) - before) / MOVES
    waits = [after - start for start, after in zip(times, times[1:], strict=False)]
    return sum(wait <= FRAME for wait in waits) / len(waits), work


def busy(metrics):
    """Return the seconds that the page has been computing, styling and painting since it was opened."""
    found = metrics.send("Performance.getMetrics")["metrics"]
    return next(one["value"] for one in found if one["name"] == "TaskDuration")
