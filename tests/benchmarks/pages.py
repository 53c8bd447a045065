"""What a page costs a reader: its first paint on a slow phone, its bytes, and what stands where in it.

Each page gets one row. The seconds are those of its first paint on a screen 390 px wide, on a processor four
times slower than this one and over a line of 1.6 Mb/s with 150 ms; the rest is counted at 1280 px. An
explorable gets a row for how far its knobs stand from what they move.
"""

import functools
import gzip
import http.server
import threading
from contextlib import contextmanager
from statistics import median

from browser import chromium, served, watched
from course import built
from measures import farthest_knob, jumps, shape, watch_jumps

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SLOWER, LINE = (
    4,
    {"latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000, "offline": False},
)
# What a page should keep. A way without a picture and the share of code are for the chapters.
AIMS = {"code": 0.25, "first": 1000, "longest": 4000, "shift": 0.05}
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


class Packed(http.server.SimpleHTTPRequestHandler):
    """Answers as a web server does: pages, styles and scripts packed."""

    def log_message(self, *_):
        pass

    def end_headers(self):
        if self.packs():
            self.send_header("Content-Encoding", "gzip")
        super().end_headers()

    def packs(self):
        return self.path.split("?")[0].endswith((".html", ".css", ".js"))

    def send_head(self):
        if not self.packs():
            return super().send_head()
        path = self.translate_path(self.path)
        with open(path, "rb") as file:
            body = gzip.compress(file.read(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def packed(folder):
    """Serve a folder as a web server does; yield its address."""
    handler = functools.partial(Packed, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def measure(course, rounds):
    """Yield (what, value, aim, detail) for each page of the book, then for each explorable."""
    book = built(course)
    pages = sorted(path.relative_to(book).as_posix() for path in book.rglob("*/*.html"))
    with chromium() as browser, served(book) as home, packed(book) as slow:
        for page in (page for page in pages if not page.startswith("_")):
            seconds = median(first_paint(browser, slow + page) for _ in range(rounds))
            yield page.removesuffix(".html"), f"{seconds:.2f} s", "< 1.50 s", told(browser, home + page)
        with watched(browser, home + "chapters/explorables.html", viewport=PHONE) as visit:
            for root in visit.page.locator(".explorable").all():
                name = root.get_attribute("data-explorable")
                yield (
                    f"knob to picture, {name}",
                    f"{farthest_knob(root):.0f} px",
                    "<= 422 px",
                    "half a screen at 390 px",
                )


def first_paint(browser, address):
    """Return the seconds until a slow phone shows something of a page."""
    context = browser.new_context(viewport=PHONE)
    try:
        page = context.new_page()
        control = context.new_cdp_session(page)
        control.send("Network.enable")
        control.send("Network.emulateNetworkConditions", LINE)
        control.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address)
        page.wait_for_function(PAINT)
        return page.evaluate(PAINT) / 1000
    finally:
        context.close()


def told(browser, address):
    """Return what is counted in a page, in words; what misses its aim has a cross."""
    with watched(browser, address, prepare=watch_jumps, viewport=WIDE) as visit:
        found = shape(visit.page) | {"shift": jumps(visit.page)[0]}
        words = {
            "code": f"code {found['code']:.0%}",
            "first": f"first picture at {found['first']:,.0f} px",
            "longest": f"longest way without {found['longest']:,.0f} px",
            "shift": f"shift {found['shift']:.3f}",
        }
        asked = AIMS if "/chapters/" in address else {"shift": AIMS["shift"]}
        crossed = [word + " ✗" * (found[name] > asked.get(name, 1e9)) for name, word in words.items()]
        return ", ".join([*crossed, f"{visit.weight() / 1000:,.0f} kB packed"])
