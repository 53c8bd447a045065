"""The book as an EPUB 3: one file for any reading program, with MathML, no script and nothing from outside.

What it leaves out: how the text of a page is made; that is in `offline_pages`.
"""

import re
from html import escape
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from offline_zip import MIMETYPE, pack

STYLE = Path(__file__).parent / "paper" / "epub.css"
STATIC = "_static"  # of the built book: the font of the formulas and the picture of the cover
CONTAINER = """\
<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
XHTML = """\
<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="{up}book.css"/></head>
<body>{body}</body>
</html>
"""
PACKAGE = """\
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{id}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:creator>{author}</dc:creator>
<dc:language>en</dc:language>
<dc:description>{abstract}</dc:description>
<dc:rights>{rights}</dc:rights>
<meta property="dcterms:modified">{date}T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""
KINDS = {".xhtml": "application/xhtml+xml", ".css": "text/css", ".png": "image/png", ".woff2": "font/woff2"}


def write_epub(path, parts, pages, about, html, pictures):
    """Write the EPUB. about: the dict of `offline.about`; html: the built book; pictures: their folder."""
    titles = {page.name: page.title for page in pages}
    files = {"title.xhtml": XHTML.format(title=escape(about["title"]), up="", body=title_page(about))}
    files["nav.xhtml"] = XHTML.format(title="Contents", up="", body=contents_page(parts, titles))
    for page in pages:
        files[f"{page.name}.xhtml"] = XHTML.format(title=escape(page.title), up="../", body=page.text["epub"])
        files |= {f"pictures/{name}": (pictures / name).read_bytes() for name in page.pictures}
    files["book.css"] = STYLE.read_text(encoding="utf-8")
    for name in ("math.woff2", "social-card.png"):
        files[name] = (html / STATIC / name).read_bytes()
    packed = {MIMETYPE: "application/epub+zip", "META-INF/container.xml": CONTAINER}
    packed["book/package.opf"] = package(files, about)
    packed |= {f"book/{name}": text for name, text in files.items()}
    pack(path, {name: as_bytes(text) for name, text in packed.items()}, about["date"])


def as_bytes(text):
    return text.encode() if isinstance(text, str) else text


def title_page(about):
    """Return what stands on the first page, on paper too."""
    name, _, rest = about["title"].partition(": ")
    lines = [rest, about["author"], f"Version {about['version']}, {about['date']}", about["rights"]]
    said = "".join(f"<p>{escape(line)}</p>" for line in lines)
    if about["address"]:
        where = escape(about["address"])
        said += f'<p>The book whose pictures move: <a href="{where}">{where}</a></p>'
    card = '<img src="social-card.png" alt="A line over five points, with its weight and its bias"/>'
    return f'<section class="title-page"><h1>{escape(name)}</h1><p>{card}</p>{said}</section>'


def contents_page(parts, titles):
    """Return the list of pages, part by part, from which reading programs make their menu."""

    def items(names):
        return "".join(f'<li><a href="{name}.xhtml">{escape(titles[name])}</a></li>' for name in names)

    rows = "".join(
        f"<li><span>{escape(caption)}</span><ol>{items(names)}</ol></li>" if caption else items(names)
        for caption, names in parts
    )
    return f'<nav epub:type="toc"><h1>Contents</h1><ol>{rows}</ol></nav>'


def package(files, about):
    """Return the list of all files and their order, with what a library wants to know of the book."""
    names = {name: re.sub(r"\W", "-", f"file-{name}") for name in files}
    manifest = "\n".join(item(name, names[name], text) for name, text in files.items())
    spine = "\n".join(f'<itemref idref="{names[name]}"/>' for name in files if name.endswith(".xhtml"))
    known = {key: escape(text) for key, text in about.items()}
    number = uuid5(NAMESPACE_URL, f"every-knob {about['version']}")
    return PACKAGE.format(id=number, manifest=manifest, spine=spine, **known)


def item(name, key, text):
    holds = {"nav": name == "nav.xhtml", "cover-image": name == "social-card.png"}
    if name.endswith(".xhtml"):
        holds |= {"mathml": "<math" in text, "svg": "<svg" in text}
    told = " ".join(each for each, there in holds.items() if there)
    properties = f' properties="{told}"' if told else ""
    return f'<item id="{key}" href="{name}" media-type="{KINDS[Path(name).suffix]}"{properties}/>'
