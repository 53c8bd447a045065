"""Rules for every notebook. Each takes a notebook (a dict) and returns a list of complaints.

What it leaves out: rules about text (`prose_rules`), rules for chapters (`chapter_rules`), whether it runs.
"""

import ast
import json
import re
from pathlib import Path

import nbformat
import prose_rules

from helpers.studying.foretold import predictions

ROOT = Path(__file__).parents[2]
HINT = re.compile(r"<details[^>]*>\s*<summary>(\S.*?)</summary>\n\n.*?\n\n</details>", re.DOTALL)
TOOL_PAGES = {"00_numpy", "02_tables"}  # about Python and NumPy: no model in hand, no claim
FORETELL = re.compile(r'foretell\("([a-z0-9-]+)"\)')
GENERATORS = {"default_rng", "Generator", "SeedSequence", "PCG64", "Philox"}


def load(path):
    """Return a notebook as a reader has it: each prediction is the text of its question and its answer."""
    notebook = json.loads(Path(path).read_text(encoding="utf-8"))
    notebook["cells"] = [in_words(cell) for cell in notebook["cells"]]
    return notebook


def foretold(cell):
    """Return the prediction that a cell asks for, or None."""
    asked = FORETELL.fullmatch(source(cell)) if cell["cell_type"] == "code" else None
    return predictions().get(asked[1]) if asked else None


def in_words(cell, sentences=False):
    """Return the cell of a prediction as text, also with the sentences of wrong choices; another as it is."""
    asked = foretold(cell)
    if not asked:
        return cell
    whys = [why for why in asked.choices.values() if why is not True] if sentences else []
    text = "\n".join([asked.answer.strip(), *whys])
    body = f"<details>\n<summary>Predict: {asked.ask.strip()}</summary>\n\n{text}\n\n</details>"
    return {"cell_type": "markdown", "id": cell["id"], "metadata": {"asked": True}, "source": body}


def chapters(tools=True):
    """Return the paths of the numbered pages in the order of the book, with or without the pages of tools."""
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    paths = sorted((ROOT / "chapters").glob("[0-9][0-9]_*.ipynb"))
    paths.sort(key=lambda path: contents.find(f"chapters/{path.stem}\n"))
    return [path for path in paths if tools or path.stem not in TOOL_PAGES]


def source(cell):
    return "".join(cell["source"])


def tags(cell):
    return cell["metadata"].get("tags", [])


def code(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def markdown(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


def side_roads(notebook):
    """Return the ids of the cells on side roads: from a heading `Side road: …` to the next one as high."""
    found, level = set(), 0
    for cell in notebook["cells"]:
        heading = re.match(r"(#+) (Side road: )?", source(cell)) if cell["cell_type"] == "markdown" else None
        if heading and (heading[2] or len(heading[1]) <= level):
            level = len(heading[1]) if heading[2] else 0
        if level:
            found.add(cell["id"])
    return found


def parse(cell):
    """Return the syntax tree of a code cell; lines of IPython magic count as comments."""
    return ast.parse(re.sub(r"^\s*[%!].*$", "pass", source(cell), flags=re.MULTILINE))


def dotted(node):
    """Return `a.b.c` for a name or a chain of attributes, and "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def calls(cell):
    return [dotted(node.func) for node in ast.walk(parse(cell)) if isinstance(node, ast.Call)]


def can_fail(test):
    """Tell whether the condition of an assert depends on anything: `True`, `(x, y)`, `x or True` do not."""
    if isinstance(test, ast.Tuple):
        return False
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return all(can_fail(value) for value in test.values)
    return any(isinstance(node, ast.Name | ast.Call) for node in ast.walk(test))


def asserts(cell):
    return any(isinstance(node, ast.Assert) and can_fail(node.test) for node in ast.walk(parse(cell)))


def stripped(notebook):
    """No outputs, no execution counts, no widget state; one kernelspec; format 4.5."""
    found = [f"cell {c['id']} has outputs" for c in code(notebook) if c["outputs"]]
    found += [
        f"cell {c['id']} has an execution count" for c in code(notebook) if c["execution_count"] is not None
    ]
    if "widgets" in notebook["metadata"]:
        found.append("widget state is stored")
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        found.append("the kernelspec is not python3")
    if (notebook["nbformat"], notebook["nbformat_minor"]) != (4, 5):
        found.append("the format is not 4.5")
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        found.append(f"not a valid notebook: {error}")
    return found


def ids(notebook):
    """Cell ids are unique, and made of words that a reader of a diff understands."""
    names = [cell["id"] for cell in notebook["cells"]]
    found = [f"id {name!r} stands twice" for name in sorted(set(names)) if names.count(name) > 1]
    for name in names:
        noise = re.fullmatch(r"[0-9a-f]{4,}(-[0-9a-f]+)*", name) and re.search(r"\d", name)
        if noise or not re.fullmatch(r"(?=.{3,48}$)[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
            found.append(f"id {name!r} is not made of words")
    return found


def text(notebook):
    """One sentence per line, no filler."""
    return [
        f"cell {cell['id']}: {complaint}"
        for cell in markdown(notebook)
        for rule in (prose_rules.sentences, prose_rules.filler)
        for complaint in rule(source(cell))
    ]


def randomness(notebook):
    """Randomness is drawn from a generator that the cell names, never from a hidden global one."""
    found = []
    for cell in code(notebook):
        for name in calls(cell):
            module, _, last = name.rpartition(".")
            hidden = module.endswith("random") and last not in GENERATORS
            if hidden or name.endswith("manual_seed") and module in ("torch", "torch.random", "torch.cuda"):
                found.append(f"cell {cell['id']}: {name}() uses a global generator")
    return found


def hints(notebook):
    """Every <details> has a summary, and the blank lines without which markdown inside it stays raw."""
    found = []
    for cell in markdown(notebook):
        body = source(cell)
        if not len(HINT.findall(body)) == body.count("<details") == body.count("</details>"):
            found.append(f"cell {cell['id']}: a <details> lacks its summary or a blank line around its text")
    return found


def short_cells(notebook):
    """No cell of more than 30 lines, and no line that the page has to scroll sideways for."""
    lines = [(cell["id"], source(cell).splitlines()) for cell in code(notebook)]
    found = [f"cell {name} has {len(its)} lines" for name, its in lines if len(its) > 30]
    wide = [(name, line) for name, its in lines for line in its if len(line) > 88]
    return found + [f"cell {name}: a line of {len(line)} characters: {line[:40]}…" for name, line in wide]


EVERYWHERE = [stripped, ids, text, randomness, hints, short_cells]
