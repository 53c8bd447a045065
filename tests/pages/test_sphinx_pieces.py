"""The two translators of the build: formulas to MathML, and matplotlib's SVG to a part of the page."""

from io import StringIO
from xml.etree import ElementTree

import pytest
from book_figures import inline_svg
from book_math import to_mathml
from matplotlib import pyplot as plt

from helpers.figures import style

FORMULAS = {
    r"\frac{1}{1 + e^{-z}}": "mfrac",
    r"\sum_{i=1}^{n} w_i x_i": "msubsup",
    r"\sqrt{s}": "msqrt",
    r"\begin{pmatrix} w_1 & w_2 \\ w_3 & w_4 \end{pmatrix}": "mtable",
    r"\begin{aligned} a &= b \\ &= c \end{aligned}": "mtable",
    r"\begin{cases} 1 & z \ge 0 \\ 0 & z < 0 \end{cases}": "mtable",
    r"W^\top \mathbf{x}": "msup",
    r"\hat y \quad\text{where } s > 0": "mtext",
}


def elements(tex, **options):
    return list(ElementTree.fromstring(to_mathml(tex, **options)).iter())


@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_becomes_mathml_and_keeps_its_source(tex):
    found = elements(tex)
    assert FORMULAS[tex] in {element.tag for element in found}
    assert found[0].get("alttext") == tex


def test_parameters_carry_their_colour_and_other_letters_none():
    classes = {
        e.text: e.get("class") for e in elements(r"\mathbf{w} \cdot x + W_{ij} w_1^2 + b - \mathbf{b} y")
    }
    assert classes["w"] == classes["W"] == classes["𝐰"] == "weight"
    assert classes["b"] == classes["𝐛"] == "bias"
    assert classes["x"] is classes["y"] is classes["i"] is None


def test_what_belongs_to_a_gradient_is_marked():
    found = elements(r"\frac{\partial L}{\partial w} + \nabla L + g_t")
    marked = {e.text for e in found if e.get("class") == "gradient"}
    assert marked == {"∂", "∇", "g"}
    assert [e.get("class") for e in found if e.text == "w"] == ["weight"]


def test_bars_stand_close_to_what_they_enclose():
    forms = [e.get("form") for e in elements(r"|b| / \lVert \mathbf{w} \rVert") if e.text in ("|", "‖")]
    assert forms == ["prefix", "postfix"] * 2


def test_a_minus_after_an_operator_is_a_sign():
    minus = [e for tex in ("z = -1", "(-1)", "a - b", "(a) - b") for e in elements(tex) if e.text == "−"]
    assert [e.get("form") for e in minus] == ["prefix", "prefix", None, None]


def test_a_function_keeps_its_distance_from_what_it_is_applied_to():
    for tex in (r"-\ln p", r"\ln 8", r"1 - \tanh^2 z", r"\ln x + \ln y"):
        assert sum(e.tag == "mspace" for e in elements(tex)) == tex.count(r"\ln") + tex.count(r"\tanh")
    for tex in (r"\tanh(z)", r"\max(0, z)", "w x", r"\mathbf{w} x"):
        assert not [e for e in elements(tex) if e.tag == "mspace"]


def test_small_corrections():
    assert [e.text for e in elements("124{,}439{,}808") if e.tag == "mn"] == ["124,439,808"]
    assert [e.text for e in elements(r"\max(0, z)") if e.tag == "mi"] == ["max", "z"]
    assert [e.get("mathvariant") for e in elements(r"\mathrm{d}x") if e.tag == "mi"] == ["normal", None]
    aligned = [e.get("style") for e in elements(r"\begin{aligned} a &= b \end{aligned}") if e.tag == "mtd"]
    assert aligned[0].startswith("text-align:right") and aligned[1].startswith("text-align:left")


@pytest.mark.parametrize("tex", [r"\nosuchcommand x", r"\frac{1}", r"a & b"])
def test_what_cannot_be_shown_is_an_error_that_names_the_formula(tex):
    with pytest.raises(ValueError) as caught:
        to_mathml(tex)
    assert repr(tex) in str(caught.value)


@pytest.fixture(scope="module")
def drawing():
    with plt.rc_context():  # the style is for this figure only
        figure, ax = style.axes()
        ax.plot([0, 1], [0, 1], color=style.WEIGHT)
        ax.plot([0], [0], "o", color=style.BIAS)
        ax.text(0.5, 0.5, "bias", color=style.BIAS)
        file = StringIO()
        figure.savefig(file, format="svg")
        plt.close(figure)
    return inline_svg(file.getvalue(), "f1-", "A line and a point."), file.getvalue()


def test_a_figure_says_what_it_shows_and_wears_the_colours_of_the_page(drawing):
    markup, source = drawing
    root = ElementTree.fromstring(markup)
    assert (root.get("role"), root.get("aria-label")) == ("img", "A line and a point.")
    assert "#0072b2" in source and "stroke: var(--weight)" in markup
    assert "fill: var(--bias)" in markup and "fill: var(--bias-text)" in markup
    assert "#0072b2" not in markup and "#d55e00" not in markup
    assert "fill: #ffffff" in source and "#ffffff" not in markup and "var(--paper)" not in markup


def test_a_figure_does_not_meddle_with_the_page(drawing):
    root = ElementTree.fromstring(drawing[0])
    ids = {e.get("id") for e in root.iter() if e.get("id")}
    assert ids and all(name.startswith("f1-") for name in ids)
    uses = {e.get("href")[1:] for e in root.iter("use")}
    assert uses and uses <= ids
    assert not list(root.iter("style")) and not list(root.iter("metadata"))
    assert "DejaVu" not in drawing[0] and len(drawing[0]) < 0.7 * len(drawing[1])


def test_a_power_of_ten_is_one_text_and_can_grow():
    with plt.rc_context():
        figure, ax = style.axes()
        ax.set(yscale="log", ylim=(1e-3, 1e2))
        file = StringIO()
        figure.savefig(file, format="svg")
        plt.close(figure)
    assert "tspan" in file.getvalue()
    markup = inline_svg(file.getvalue(), "f1-", "An axis of powers of ten.")
    texts = [e.text for e in ElementTree.fromstring(markup).iter("text")]
    assert {"10⁻³", "10⁰", "10²"} <= set(texts) and "tspan" not in markup
