r"""Formulas become MathML when the book is built, so a page needs no script to show them.

The letters of the course carry their colour: w is a weight, b a bias; g, ∂ and ∇ belong to a gradient.
What it leaves out: equation numbers, and LaTeX that latex2mathml does not know; what it cannot convert is a
warning, so the build stops.
"""

import html
import re
import unicodedata
from itertools import pairwise
from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util import logging

log = logging.getLogger(__name__)

COLOURED = {"weight": "wW𝐰𝐖𝒘𝑾", "bias": "b𝐛𝒃", "gradient": "g𝐠𝒈"}
LETTER_CLASS = {letter: name for name, letters in COLOURED.items() for letter in letters}
BARS = "‖|"
MINUS = ("-", "−")
CLOSING = (")", "]", "}", *BARS)
# How many parts a browser needs to draw the element; with another number it draws an error.
PARTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
# `aligned` and `gathered` are the same tables under names that the converter does not know.
ENVIRONMENTS = {"aligned": "split", "gathered": "gather*"}


def to_mathml(tex, display=False):
    r"""Return the MathML element, as a string, for LaTeX without its dollars.

    Raises ValueError, naming the formula, for LaTeX that cannot be converted completely:
    to_mathml(r"w x + b") starts with '<math display="inline" alttext="w x + b">'.
    """
    source = tex
    for name, known in ENVIRONMENTS.items():
        source = source.replace(f"{{{name}}}", f"{{{known}}}")
    try:
        markup = convert(source, display="block" if display else "inline")
        # An upright letter arrives as a character reference, an italic one as itself.
        markup = re.sub(r"<mi>(&#x000[4-7]\w;)</mi>", r'<mi mathvariant="normal">\1</mi>', markup)
        root = ElementTree.fromstring(markup.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', ""))
    except Exception as problem:  # the converter raises many kinds; the author needs the formula
        raise ValueError(f"this formula cannot be converted: {tex!r} ({type(problem).__name__})") from problem
    text = "".join(root.itertext())
    incomplete = any(len(part) != PARTS.get(part.tag, len(part)) for part in root.iter())
    if incomplete or "\\" in text or "&" in text:
        raise ValueError(f"this formula is incomplete or holds a command that the book cannot show: {tex!r}")
    for row in list(root.iter()):
        tidy_row(row)
    for table in root.iter("mtable"):
        tidy_table(table)
    for leaf in root.iter():
        tidy_leaf(leaf)
    for row in root.iter("mrow"):
        space_functions(row)
    root.set("alttext", " ".join(tex.split()))
    return ElementTree.tostring(root, encoding="unicode")


def tidy_row(row):
    """Say which bars open and which minus is a sign (neither says so itself); make 124{,}439 one number."""
    for before, child in pairwise(row):
        if child.text in MINUS and before.tag == "mo" and before.text not in CLOSING:
            child.set("form", "prefix")
    opening = True
    for child in row:
        if child.tag == "mo" and child.text in BARS and "form" not in child.attrib:
            child.set("form", "prefix" if opening else "postfix")
            child.set("stretchy", "false")
            opening = not opening
    children = list(row)
    for left, comma, right in zip(children, children[1:], children[2:], strict=False):
        if (left.tag, comma.tag, right.tag) == ("mn", "mrow", "mn") and "".join(comma.itertext()) == ",":
            right.text = f"{left.text},{right.text}"
            row.remove(left)
            row.remove(comma)


def tidy_table(table):
    """Align the columns by style: browsers ignore MathML's old attributes for it."""
    touching = table.attrib.pop("columnspacing", "").startswith("0em")  # the sides of aligned equations
    for cell in table.iter("mtd"):
        rules = [f"text-align:{cell.attrib.pop('columnalign')}"] if "columnalign" in cell.attrib else []
        rules += ["padding-left:0;padding-right:0"] * touching
        if rules:
            cell.set("style", ";".join(rules))


def tidy_leaf(leaf):
    """Colour letters that have a colour, set a function's name as one, give bold letters their code point."""
    if leaf.tag == "mo" and leaf.text and len(leaf.text) > 1 and leaf.text.isalpha():
        leaf.tag = "mi"
    if leaf.tag == "mo" and leaf.text in ("∂", "∇"):  # operators in MathML; here they say: a gradient
        leaf.set("class", "gradient")
    if leaf.tag != "mi" or not leaf.text:
        return
    if leaf.get("mathvariant") == "bold-italic":  # browsers ignore this attribute
        name = re.sub(r"^(GREEK|LATIN) (SMALL|CAPITAL) LETTER ", r"\2 ", unicodedata.name(leaf.text))
        leaf.text = unicodedata.lookup(f"MATHEMATICAL BOLD ITALIC {name}")
        del leaf.attrib["mathvariant"]
    if leaf.text in LETTER_CLASS:
        leaf.set("class", LETTER_CLASS[leaf.text])


def space_functions(row):
    """Put a thin space between the name of a function and what it is applied to: ln p, tanh² z."""
    for at, (name, applied) in reversed(list(enumerate(pairwise(row)))):
        base = name[0] if name.tag in ("msup", "msub") else name
        if base.tag == "mi" and len(base.text or "") > 1 and applied.tag != "mo":
            row.insert(at + 1, ElementTree.Element("mspace", width="0.17em"))


def write(translator, node, display):
    try:
        mathml = to_mathml(node.astext(), display)
    except ValueError as problem:
        log.warning(str(problem), location=node)
        mathml = f"<code>{html.escape(node.astext())}</code>"
    if display:
        anchor = "".join(f' id="{name}"' for name in node.get("ids", [])[:1])
        # The formula scrolls inside its own box on a narrow screen; without the box the whole page would.
        mathml = f'<div class="formula"{anchor}>{mathml}</div>'
    translator.body.append(mathml)
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer(
        "mathml",
        inline_renderers=(lambda translator, node: write(translator, node, display=False), None),
        block_renderers=(lambda translator, node: write(translator, node, display=True), None),
    )
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
