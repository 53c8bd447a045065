"""Rules for the text of a notebook. Each takes text and returns a list of complaints, empty when all is well.

What it leaves out: rules about cells and their order, which are in `notebook_rules`.
"""

import re

ABBREVIATIONS = {"e.g.", "i.e.", "cf.", "vs.", "etc.", "resp.", "approx.", "fig.", "no.", "ch.", "p."}
FILLER = re.compile(
    r"\b(simply|just|obviously|clearly|basically|actually|really|very|quite|of course|easy|easily|trivial\w*|"
    r"crucial\w*|powerful\w*|robust\w*|seamless\w*|fascinating|interesting\w*|amazing|magic\w*|delve\w*|leverag\w+|unlock\w*|"
    r"let's|dive|deep dive|note that|important to note|worth noting|keep in mind|needless to say|"
    r"in conclusion|as you can see|in order to)\b",
    re.IGNORECASE,
)
SHOUT = re.compile(r"[\w\"”)\]]!(?=\s|$)")
# A number that stands alone: not part of a name (GPT-2, 2-2-1), of a longer number or of a path.
NUMBER = re.compile(
    r"(?<![\w.,/-])[-−+]?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<point>\.\d+)?(?P<power>e[-−]?\d+)?"
    r"(?:\s?(?P<unit>%|thousand|million|billion)(?!\w))?(?![\w-]|[.,]\d)"
)
NO_MEASUREMENT_AFTER = re.compile(
    r"\s*(minutes?|seconds?|hours?|days?|weeks?|px|lines?|exercises?|chapters?)\b"
)
NO_MEASUREMENT_BEFORE = re.compile(r"(chapters?|part|figure|version|python|week)\s*$", re.IGNORECASE)
SCALE = {"%": 0.01, "thousand": 1e3, "million": 1e6, "billion": 1e9}


def prose(text):
    """Return markdown with a capital letter for each piece of code or math: sentences keep their shape."""
    text = re.sub(r"```.*?```|~~~.*?~~~|\$\$.*?\$\$", "", text, flags=re.DOTALL)
    text = re.sub(r"``[^`]+``|`[^`\n]+`", "C", text)
    return re.sub(r"\$[^$\n]+\$", "M", text)


def words(text):
    """Return how many words of prose a text has; code, math and HTML tags are none."""
    return len(
        re.findall(r"[A-Za-z]+(?:'[a-z]+)?", re.sub(r"<[^>]+>|\]\([^)]*\)|\b[CM]\b", " ", prose(text)))
    )


def _structure(line):
    return not line.strip() or re.match(r"\s*(<|\||#|:::|\$\$|```)", line)


def sentences(text):
    """One sentence per line: no line holds two, and no sentence runs over two lines."""
    found, lines = [], prose(text).splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if _structure(line):
            continue
        body = re.sub(r"^\s*(?:[-*+]|\d+\.)\s+", "", line)
        for end in re.finditer(r"(\S*[.?!…])[\"”’)\]*_]*\s+(?=[\"“‘(\[*_]*[A-Z0-9])", body):
            if end.group(1).lower().lstrip("(") not in ABBREVIATIONS:
                found.append(f"two sentences on one line: {line.strip()!r}")
        ends = re.search(r"([.?!…:;]|\.\.\.)[\"”’)\]*_]*$|\\$| {2}$", line)
        if not ends and not _structure(following) and not re.match(r"\s*(?:[-*+]|\d+\.)\s", following):
            found.append(f"a sentence that runs over two lines: {line.strip()!r}")
    return found


def filler(text):
    """No word that fills, no exclamation mark."""
    plain = re.sub(r"<[^>]+>|(?<=\])\([^)]*\)", "", prose(text))
    return [f"filler: {m.group()!r}" for m in FILLER.finditer(plain)] + [
        f"exclamation mark: {plain[max(0, m.start() - 20) : m.end()]!r}" for m in SHOUT.finditer(plain)
    ]


def measured(text):
    """Return the numbers of a text that look measured: tuples (as written, value, decimals, scale).

    Those are decimals, numbers with a comma, and whole numbers from 13 up. A year, a duration, the number of
    a chapter, a heading, a question in a summary, a link and anything in code or math are none.
    """
    plain = re.sub(r"!?\[[^\]]*\]\([^)]*\)", " ", prose(text))
    plain = re.sub(r"<summary>.*?</summary>|<[^>]+>", " ", plain, flags=re.DOTALL)
    plain = re.sub(r"^\s*(#.*|\d+\.\s)", " ", plain, flags=re.MULTILINE)
    found = []
    for m in NUMBER.finditer(plain):
        value = float(m["whole"].replace(",", "") + (m["point"] or "") + (m["power"] or "").replace("−", "-"))
        year = not m["point"] and len(m["whole"]) == 4 and 1900 <= value < 2100
        small = value < 13 and not m["point"] and not m["power"]
        named = NO_MEASUREMENT_AFTER.match(plain, m.end()) or NO_MEASUREMENT_BEFORE.search(plain[: m.start()])
        if not (year or small or named):
            found.append((m.group().strip(), value, len(m["point"] or ".") - 1, SCALE.get(m["unit"], 1.0)))
    return found


def stands_in(number, literals):
    """Tell whether a number of the prose is one of the literals, or one of them rounded as the prose rounds.

    A percentage may stand in the code as a fraction or as it is written, and so may "1.5 million".
    """
    _, value, decimals, scale = number
    return any(
        round(abs(literal) / unit, decimals) == value or abs(literal) / unit == value
        for literal in literals
        for unit in {1.0, scale}
    )
