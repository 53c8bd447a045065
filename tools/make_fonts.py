"""Make the small fonts of the book from larger free ones (SIL Open Font License 1.1).

    pip install fonttools brotli ziamath font-source-serif-pro    (the last two carry the full fonts)
    python tools/make_fonts.py

math.woff2: STIX Two Math, the letters and signs of the course with their stretched forms, and the MATH table
that tells a browser how to set a fraction. serif*.woff2: Source Serif, western letters, under another name
because its licence reserves "Source" for the unchanged font. What they lack falls back to the reader's fonts.
"""

from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

OUTPUT = Path(__file__).parent / "theme" / "assets"
NAMES = [0, 1, 2, 4, 5, 6, 13, 14]  # copyright, family, style, version, licence


def ranges(*pairs):
    return {code for first, last in pairs for code in range(first, last + 1)}


MATH = ranges(
    (0x20, 0x7E),  # digits, signs, upright letters
    (0x1D400, 0x1D467),  # bold and italic letters
    (0x391, 0x3A9),  # Greek
    (0x3B1, 0x3C9),
    (0x1D6FC, 0x1D71B),  # italic small Greek
) | set(map(ord, "ℎ±×÷·‖′″…→←↦⇒∂∇∈∏∑−∗∘√∞∝∣∥∫∼≈≠≡≤≥≪≫⊙⊤⊥⋅⋮⋯⋱⌈⌉⌊⌋⏞⏟ℝℕℤℒℓˆ¯˜"))
TEXT = ranges((0x20, 0x7E), (0xA0, 0xFF)) | set(map(ord, "–—‘’“”„•…′″−→←↑↓≈≠≤≥½¼¾"))


def shrink(source, target, letters, features, family=None):
    """Write the given letters of one font file as woff2, under a new family name if one is given."""
    options = subset.Options(flavor="woff2", layout_features=features, hinting=False, glyph_names=False)
    options.name_IDs = NAMES
    font = TTFont(source)
    if family:
        for record in font["name"].names:
            if record.nameID in (1, 4, 6):
                record.string = family
    maker = subset.Subsetter(options)
    maker.populate(unicodes=letters)
    maker.subset(font)
    subset.save_font(font, OUTPUT / target, options)
    print(f"{target}: {(OUTPUT / target).stat().st_size / 1000:.0f} kB")


def folder(package):
    return Path(find_spec(package).origin).parent


def main():
    OUTPUT.mkdir(parents=True, exist_ok=True)
    # Without the optional script forms ("ssty") the mathematics font is half the size.
    shrink(folder("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf", "math.woff2", MATH, features=[])
    styles = {"Regular": "serif.woff2", "It": "serif-italic.woff2", "Semibold": "serif-bold.woff2"}
    for style, target in styles.items():
        source = folder("font_source_serif_pro") / "files" / f"SourceSerifPro-{style}.ttf"
        shrink(source, target, TEXT, features=["kern", "liga", "mark"], family="Knob Serif")


if __name__ == "__main__":
    main()
