"""What cells print as HTML: formulas in it become MathML, and what every box brings stands once on a page.

Only what asks for it is touched: `<span class="tex">$…$</span>`, and styles and scripts with `data-once`.
"""

import html
import re

from book_math import to_mathml
from docutils import nodes

TEX = re.compile(r'<span class="tex">\$(.+?)\$</span>', re.DOTALL)
ONCE = re.compile(r"<(style|script)[^>]* data-once>.*?</\1>", re.DOTALL)


def tidy_outputs(app, doctree, docname):
    seen = set()

    def first(match):
        new = match[0] not in seen
        seen.add(match[0])
        return match[0] if new else ""

    for raw in list(doctree.findall(nodes.raw)):
        text = raw.astext()
        if " data-once>" in text or '<span class="tex">' in text:
            text = TEX.sub(lambda tex: to_mathml(html.unescape(tex[1])), ONCE.sub(first, text))
            raw.replace_self(nodes.raw(raw.rawsource, text, **raw.attributes))


def setup(app):
    app.connect("doctree-resolved", tidy_outputs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
