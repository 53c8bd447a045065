"""Draw the picture that a link to the book shows in a chat or a feed: python tools/make_social_card.py

The zoom of the welcome page, on its way from 337 parameters to 64,464, in the faces of the book. Needs
Chromium and playwright.
"""

import shutil
import sys
from base64 import b64encode
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from helpers.explorables import Zoom

ASSETS = Path(__file__).parent / "theme" / "assets"
OUTPUT = ASSETS / "social-card.png"
WIDTH, HEIGHT = 1200, 630
ZOOM = 2.35
PAGE = """<!doctype html><html data-theme="light"><meta charset="utf-8"><style>
{faces}
body {{ margin: 0; display: grid; grid-template-columns: 1fr 500px; gap: 40px; align-items: center;
  width: 1200px; height: 630px; padding: 0 65px; box-sizing: border-box; font: 31px/1.35 Knob;
  color: #24292f; }}
h1 {{ margin: 0 0 26px; font: 700 76px/1 Knob; }}
p {{ margin: 0 0 26px; }}
small {{ font-size: 25px; color: #57606a; }}
.explorable {{ padding: 0 !important; border: 0 !important; background: none !important; }}
.explorable > :not(.body), .explorable .side {{ display: none !important; }}
.explorable .body {{ display: block !important; }}
.explorable svg {{ max-width: none !important; }}
</style><body><div><h1>Every Knob</h1>
<p>The weights and biases<br>of a language model,<br>from one neuron to<br>a fine-tuned transformer</p>
<small>Every claim is a cell you can run.</small></div>{zoom}</body></html>"""


def face(name, weight):
    data = b64encode((ASSETS / f"{name}.woff2").read_bytes()).decode()
    return (
        f"@font-face {{ font-family: Knob; font-weight: {weight}; src: url(data:font/woff2;base64,{data}) }}"
    )


def main():
    faces = face("serif", 400) + face("serif-bold", 700)
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        if not found:
            sys.exit("There is no Chromium to take the picture with.")
        browser = playwright.chromium.launch(executable_path=found, args=["--force-color-profile=srgb"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(PAGE.format(faces=faces, zoom=Zoom(zoom=ZOOM).static_html()))
        page.evaluate("document.fonts.ready")
        picture = page.screenshot()
        browser.close()
    # Few colours are enough for a drawing, and the file is a third of the size.
    Image.open(BytesIO(picture)).convert("RGB").quantize(64).save(OUTPUT, optimize=True)
    print(f"{OUTPUT.name}: {OUTPUT.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
