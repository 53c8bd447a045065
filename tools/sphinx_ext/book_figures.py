"""Figures stand in the page itself: no request for each, the page's own font, and the colours of the theme.

matplotlib writes SVG with the colours of `helpers/figures/style.py`. Here each becomes the CSS variable of
its meaning, so one figure serves the light and the dark theme. What it leaves out: images that are not SVG.
"""

import re
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes

from helpers.figures import style

COLOURS = {
    getattr(style, name).lower(): f"var(--{name.lower()})"
    for name in ("WEIGHT", "BIAS", "GRADIENT", "DATA", "INK", "PAPER", "MUTED")
}
# Letters are thinner than lines and need a darker blue, orange and green to be read.
TEXT_COLOURS = COLOURS | {
    getattr(style, name).lower(): f"var(--{name.lower()}-text)" for name in ("WEIGHT", "BIAS", "GRADIENT")
}
POINTS_TO_PIXELS = 4 / 3
RAISED = str.maketrans("0123456789-−+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺")


def inline_svg(source, prefix, alt):
    """Return SVG markup to stand in an HTML page, made from a matplotlib SVG file's text.

    `prefix` makes the ids unique in the page, `alt` is what a screen reader says.
    """
    root = ElementTree.fromstring(source)
    for parent in list(root.iter()):
        for child in list(parent):
            if is_dropped(child):
                parent.remove(child)
    for text in [each for each in root.iter() if local_name(each.tag) == "text" and len(each)]:
        join_pieces(text)
    used = set(re.findall(r"#([\w.-]+)[\")]", source))
    for element in root.iter():
        element.tag = local_name(element.tag)
        is_text = element.tag in ("text", "tspan")
        colours = TEXT_COLOURS if is_text else COLOURS
        element.attrib = dict(tidy_attributes(element.attrib, prefix, used, colours))
        element.tail = None
        if not is_text:
            element.text = None
    left, top, width, height = root.attrib["viewBox"].split()
    root.attrib = {
        "class": "plot",
        "role": "img",
        "aria-label": alt,
        "viewBox": f"{left} {top} {width} {height}",
        "width": f"{float(width) * POINTS_TO_PIXELS:.0f}",
        "height": f"{float(height) * POINTS_TO_PIXELS:.0f}",
    }
    return ElementTree.tostring(root, encoding="unicode")


def join_pieces(text):
    """Write a power of ten as one text: of its pieces, placed one by one, none could grow on a phone."""
    pieces = [(float(p.get("x")), float(p.get("y")), size_of(p), p.text) for p in text]
    size, base = max((size, y) for _, y, size, _ in pieces)
    raised = [s < size and y < base for _, y, s, _ in pieces]
    low = [s < size and y >= base for _, y, s, _ in pieces]
    if any(low) or any(
        r and set(p[3]) - {chr(c) for c in RAISED} for r, p in zip(raised, pieces, strict=True)
    ):
        return
    end = pieces[-1][0] + 0.6 * pieces[-1][2]  # a digit is about as wide
    words = "".join(p[3].translate(RAISED) if r else p[3] for r, p in zip(raised, pieces, strict=True))
    style = f"{text[0].get('style')}; text-anchor: middle"
    text.attrib |= {"x": f"{(pieces[0][0] + end) / 2:.2f}", "y": f"{base:.2f}", "style": style}
    for piece in list(text):
        text.remove(piece)
    text.text = words


def size_of(piece):
    """Return the size of a piece of text in its own units; pieces without one are of the usual size."""
    found = re.search(r"([\d.]+)px", piece.get("style") or "")
    return float(found[1]) if found else 11.0


def local_name(name):
    return name.rsplit("}", 1)[-1]


def is_dropped(element):
    """Metadata, the stylesheet (it would reach the whole page) and the white paper behind the drawing."""
    if local_name(element.tag) in ("metadata", "style"):
        return True
    return element.get("id") == "patch_1" and any("fill: #ffffff" in (e.get("style") or "") for e in element)


def tidy_attributes(attributes, prefix, used, colours):
    """Yield each attribute as the page needs it: unique id, colour by meaning, the page's font."""
    for name, value in attributes.items():
        name = local_name(name)
        if name == "id":
            if value in used:
                yield name, prefix + value
            continue
        if name == "href":
            value = re.sub(r"^#", f"#{prefix}", value)
        elif name in ("d", "x", "y", "width", "height", "transform", "points"):
            value = re.sub(r"(\.\d\d)\d+", r"\1", value)  # a hundredth of a point is finer than any screen
        elif name == "style":
            value = re.sub(r"#[0-9a-f]{6}", lambda match: colours.get(match[0], match[0]), value)
            value = re.sub(r"font-family: 'DejaVu Sans'[^;]*;? ?", "", value)
        yield name, re.sub(r"url\(#", f"url(#{prefix}", value)


def replace_images(app, doctree, docname):
    """Put the SVG of each image node in the node's place."""
    if app.builder.format != "html":
        return
    for number, image in enumerate(list(doctree.findall(nodes.image)), 1):
        path = Path(app.srcdir, image["uri"])
        if path.suffix != ".svg" or not path.is_file():
            continue
        source = path.read_text(encoding="utf-8")
        markup = inline_svg(source, f"f{number}-", image.get("alt", ""))
        image.replace_self(nodes.raw("", markup, format="html"))


def setup(app):
    app.connect("doctree-resolved", replace_images)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
