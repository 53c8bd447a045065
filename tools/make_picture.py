"""Take the picture for the README, from the book that `make book` built: python tools/make_picture.py

The welcome page with its zoom between two models: weights blue, biases orange, and the parts at the side.
Needs Chromium and playwright. The picture lies in .github, where it is no input of the book.
"""

import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "_build" / "html" / "chapters" / "welcome.html"
OUTPUT = ROOT / ".github" / "book.png"
WIDTH, HEIGHT = 1280, 720  # of the picture, in pixels
ZOOM = 2.35  # from 337 parameters to 64,464
ABOVE = 72  # what is left above the widget: the header of the page


def main():
    if not PAGE.is_file():
        raise SystemExit("There is no built book to take a picture of: run `make book` first.")
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found, args=["--force-color-profile=srgb"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(PAGE.as_uri())
        widget = page.locator(".explorable[data-explorable=zoom]")
        widget.evaluate("(it, zoom) => { it.model.set('zoom', zoom); it.model.save_changes(); }", ZOOM)
        page.evaluate("top => window.scrollBy(0, top)", widget.bounding_box()["y"] - ABOVE)
        page.wait_for_timeout(500)  # the header and the table of contents follow the scrolling
        page.screenshot(path=OUTPUT)
        browser.close()
    # As many colours as a palette holds: with fewer the orange of the biases turns brown.
    Image.open(OUTPUT).convert("RGB").quantize(256).save(OUTPUT, optimize=True)
    print(f"{OUTPUT.name}: {OUTPUT.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
