"""What every test in a real browser needs: a server, a browser, and a page that is watched.

It leaves out what is tested; that is in `test_explorables`, `test_browser` and `test_lab`.
"""

import functools
import gzip
import http.server
import os
import re
import shutil
import threading
from contextlib import contextmanager

import pytest

MOST_FILES = 17  # of one page, itself included


def most_bytes(page):
    """Return how many bytes a page may bring, after gzip: chapter 12 has a whole model eight times over."""
    return 800_000 if page.startswith("chapters/12_") else 400_000


NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
# Flags that keep Chromium's own services quiet, so that each request that is seen belongs to the page.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
)
ELSEWHERE = re.compile(r"^(?!http://127\.0\.0\.1[:/]|ws://127\.0\.0\.1[:/]|file:|data:|blob:|about:)")
NO_BROWSER = "no Chromium on this machine: nothing was checked in a browser"
NO_JAVA = "no Java on this machine: epubcheck did not read the EPUB"
MENDS = {
    NO_BROWSER: "Install the package chromium, or run: python -m playwright install chromium",
    NO_JAVA: "Install a Java; on Debian and Ubuntu: apt install default-jre-headless",
}


@contextmanager
def chromium():
    """Yield a running Chromium. Where there is none: skip, or fail if EVERY_KNOB_BROWSER is `required`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path  # what `playwright install chromium` would bring
        found = next((path for name in NAMES if (path := shutil.which(name))), own)
        if not os.path.exists(found):
            say = pytest.fail if os.environ.get("EVERY_KNOB_BROWSER") == "required" else pytest.skip
            say(NO_BROWSER)
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def pytest_terminal_summary(terminalreporter):
    """Say loudly what was not checked (`conftest` registers this module as a plugin)."""
    for why, mend in MENDS.items():
        skipped = [each for each in terminalreporter.stats.get("skipped", []) if why in str(each.longrepr)]
        if skipped:
            terminalreporter.section("NOT CHECKED", red=True, bold=True)
            terminalreporter.line(f"Skipped tests: {len(skipped)}; {why}.")
            terminalreporter.line(mend)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextmanager
def served(folder):
    """Serve a folder on this machine only; yield its address, which ends with a slash."""
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Watched:
    """A page, and what went on while it was open: requests, requests to elsewhere (blocked) and errors."""

    def __init__(self, context):
        self.requests, self.left, self.errors, self.responses = [], [], [], []
        context.route(ELSEWHERE, lambda route: route.abort())
        self.page = context.new_page()
        self.page.on("request", self._note)
        self.page.on("response", lambda answer: self.responses.append(answer))
        self.page.on("pageerror", lambda error: self.errors.append(f"page error: {error}"))
        self.page.on("console", self._listen)

    def _note(self, request):
        if ELSEWHERE.match(request.url):
            self.left.append(request.url)
        elif not request.url.startswith(("data:", "blob:", "about:")):
            self.requests.append(request.url)

    def _listen(self, message):
        if message.type == "error":
            self.errors.append(f"console: {message.text} ({message.location.get('url', '')})")

    def weight(self):
        """Return the bytes of all answers, each body gzipped as a web server would."""
        return sum(len(gzip.compress(answer.body(), 6)) for answer in self.responses if answer.ok)


@contextmanager
def watched(browser, address, **options):
    """Open an address in a fresh context (no cache, no memory) and yield the watched page, settled.

    theme: the colours that the reader chose. prepare: a function of the context, called before the visit.
    """
    theme, prepare = options.pop("theme", None), options.pop("prepare", None)
    context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
    if theme:  # where the theme's own switch keeps the choice
        context.add_init_script(f"localStorage.mode = localStorage.theme = {theme!r}")
    if prepare:
        prepare(context)
    try:
        visit = Watched(context)
        visit.page.goto(address, wait_until="load")
        if options.get("java_script_enabled", True):
            settle(visit.page)
        yield visit
    finally:
        context.close()


def settle(page, frames=2):
    """Wait until what was asked for is drawn: views draw once a frame."""
    page.evaluate(
        "async (n) => { for (; n; n--) await new Promise(requestAnimationFrame) }",
        frames,
    )
