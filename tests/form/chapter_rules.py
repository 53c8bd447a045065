"""Rules for the chapters: what stands first, what stands last, and what every figure and every number owes.

Each takes a notebook (a dict) and its name, and returns a list of complaints, empty when all is well.
"""

import ast
import re
from statistics import median, quantiles

import prose_rules
from notebook_rules import (
    HINT,
    TOOL_PAGES,
    asserts,
    calls,
    code,
    dotted,
    markdown,
    parse,
    side_roads,
    source,
    tags,
)
from split_code import behind, compares, only_checks, split

# Longer than an hour, until their side roads are marked.
LONGER = set()
RECALLED = re.compile(r'<details id="recall-.*?</details>', re.DOTALL)
WORDS, LINES = 120, 4  # that a reader manages in a minute, of prose and of code
# Pages that teach a module to its last line, whose cells are as long as they are.
WHOLE = {"05_autograd", "11_transformer", "13_checkpoint"}
SECOND_PAGES = {"04_floor", "05_autograd"}  # of a chapter whose first page has its explorable
WIDGET_NAMES = {"interact", "interactive", "interact_manual", "observe", "Output"}


def first_cell(notebook, name):
    """Title, question, three to five checkable abilities, needs, minutes, the number of parameters."""
    cell = notebook["cells"][0]
    if cell["cell_type"] != "markdown":
        return ["the first cell is no text"]
    body = source(cell)
    abilities = re.search(r"you will be able to.*?\n((?:\s*[-*] .*\n?|\s*\n)+)", body, re.IGNORECASE)
    items = re.findall(r"^\s*[-*] +(\w+)", abilities.group(1), re.MULTILINE) if abilities else []
    wanted = {
        "a title '# N · Title'": re.match(r"# \d+ · \S", body),
        "a question": re.search(r"\?\**$", body, re.MULTILINE),
        "3 to 5 items after 'you will be able to'": 3 <= len(items) <= 5,
        "abilities that can be checked": not {"learn", "understand", "know"}
        & {item.lower() for item in items},
        "'You need'": re.search(r"\byou need\b", body, re.IGNORECASE),
        "minutes": re.search(r"\d+ minutes", body),
        "the parameters in bold": re.search(r"\*\*\d[\d,]*( parameters?)?\*\*", body) and "parameter" in body,
    }
    if name in TOOL_PAGES:
        wanted = {need: there for need, there in wanted.items() if "title" not in need and "bold" not in need}
    found = [f"the first cell lacks {name}" for name, present in wanted.items() if not present]
    titles = [c["id"] for c in markdown(notebook)[1:] if re.search(r"^# ", source(c), re.MULTILINE)]
    return found + [f"cell {name} has a second title" for name in titles]


def imports_cell(notebook, name):
    """The second cell imports, in at most nine lines, and does nothing else."""
    cell = notebook["cells"][1]
    if cell["cell_type"] != "code":
        return ["the second cell is no code"]
    found = []
    for node in parse(cell).body:
        style = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        if not (
            isinstance(node, ast.Import | ast.ImportFrom) or style and dotted(node.value.func) == "use_style"
        ):
            found.append(f"the second cell does more than import: {ast.unparse(node)}")
    lines = [line for line in source(cell).splitlines() if line.strip()]
    return found + ([f"the second cell has {len(lines)} lines"] if len(lines) > 9 else [])


def reading_time(notebook, name):
    """The spine, without side roads and folded code, takes what the first cell says, an hour at most.

    Recall questions do not count: they are asked and not read, and the page of recall asks again.
    """
    roads, cells = side_roads(notebook), code(notebook)
    spine = [cell for cell in notebook["cells"] if cell["id"] not in roads]
    prose = sum(prose_rules.words(RECALLED.sub("", source(cell))) for cell in markdown({"cells": spine}))
    lines = 0
    for at, cell in enumerate(cells):
        if cell["id"] not in roads and "hide-input" not in tags(cell):
            shown, _, _ = split(source(cell), [source(later) for later in cells[at + 1 :]])
            lines += sum(1 for line in shown.splitlines() if line.strip())
    minutes = prose / WORDS + lines / LINES
    said = int(re.search(r"(\d+) minutes|$", source(notebook["cells"][0]))[1] or 0)
    found = [] if abs(said - minutes) <= 5 else [f"{said} minutes are said, and it takes {minutes:.0f}"]
    long = minutes > 60 and name not in LONGER
    return found + ([f"{minutes:.0f} minutes are more than an hour"] if long else [])


def without_comparison(cell):
    """Return how many lines a cell has besides those that compare a prediction with what was computed."""
    lines = sum(1 for line in source(cell).splitlines() if line.strip())
    nodes = parse(cell).body if code({"cells": [cell]}) else []
    compared = [n for n, does in zip(nodes, behind(nodes, []), strict=True) if does and not only_checks(n)]
    compared += [n for top in nodes for n in ast.walk(top) if compares(n)]
    return lines - sum(n.end_lineno - n.lineno + 1 for n in compared)


def sizes(notebook, name):
    """Code lines in a cell: median up to 4, 90th percentile up to 10. Words of prose for each: 8 to 35.

    What compares a prediction with what was computed is no line: the reader asked for it.
    """
    cells = [cell for cell in code(notebook) if not (name in WHOLE and "taught" in tags(cell))]
    lines = [without_comparison(cell) for cell in cells]
    ratio = sum(prose_rules.words(source(cell)) for cell in markdown(notebook)) / sum(lines)
    found = []
    if median(lines) > 4:
        found.append(f"the median cell has {median(lines)} lines")
    if (high := quantiles(lines, n=10, method="inclusive")[-1]) > 10:
        found.append(f"the 90th percentile of cell sizes is {high} lines")
    if not 8 <= ratio <= 35:
        found.append(f"{ratio:.1f} words of prose for a line of code")
    return found


def figures(notebook, name):
    """A figure is one call to a helper, with a caption and, in another sentence, what one sees."""
    found, names = [], []
    for cell in code(notebook):
        drawn = [name.rpartition(".")[2] for name in calls(cell)]
        helper = any(name.startswith("draw_") for name in drawn)
        if not helper and not re.search(r"\bplt\.|\.plot\(|\.imshow\(", source(cell)):
            continue
        shown = cell["metadata"].get("mystnb", {})
        alt, figure = shown.get("image", {}).get("alt", ""), shown.get("figure", {})
        found += [
            f"figure {cell['id']}: {c}"
            for c in sentence("alt", alt) + sentence("caption", figure.get("caption", ""))
        ]
        if alt == figure.get("caption"):
            found.append(f"figure {cell['id']}: the alt text repeats the caption")
        if helper and len(parse(cell).body) != 1:
            found.append(f"figure {cell['id']}: more than one call in a cell that draws")
        names.append(figure.get("name", cell["id"]))
    return found + [f"figure name {name!r} stands twice" for name in set(names) if names.count(name) > 1]


def sentence(kind, value):
    """Complain unless a text is a sentence of 20 characters or more and no file name."""
    if re.search(r"\.(png|svg|jpe?g|py|ipynb)\b", value):
        return [f"the {kind} holds a file name: {value!r}"]
    good = (
        len(value) >= 20
        and value.rstrip().endswith((".", "?"))
        and value[0].isupper()
        and len(value.split()) > 3
    )
    return [] if good else [f"the {kind} is no sentence of 20 characters or more: {value!r}"]


def recall(notebook):
    """Return the text before the heading `Recall` and the text after it; None where there is none."""
    body = "\n\n".join(source(cell) for cell in markdown(notebook))
    heading = re.search(r"^#+ .*recall.*$", body, re.IGNORECASE | re.MULTILINE)
    return (body[: heading.start()], body[heading.end() :]) if heading else None


def predictions(notebook, name):
    """The reader commits to an answer, at least twice, before a cell shows it."""
    before = (recall(notebook) or [""])[0]
    return (
        [] if len(HINT.findall(before)) >= 2 else ["fewer than two predictions before the recall questions"]
    )


def ending(notebook, name):
    """What we built, five recall questions with names, and in the last cell the link to the exercises."""
    parts = recall(notebook)
    if not parts or not re.search(r"^#+ .*what we built", parts[0], re.IGNORECASE | re.MULTILINE):
        return ["the headings 'What we built' and then 'Recall' are missing"]
    questions = HINT.findall(parts[1])
    found = [] if len(questions) == 5 else [f"{len(questions)} recall questions, not 5"]
    # A reader's history is kept under these names: a reworded question keeps its own.
    named = set(re.findall(r'<details id="recall-[a-z0-9-]+">', parts[1]))
    found += [] if len(named) == len(questions) else ["a recall question without a name of its own"]
    found += [f"a recall question that asks nothing: {q!r}" for q in questions if not q.strip().endswith("?")]
    if f"](../exercises/{name}.ipynb)" not in source(notebook["cells"][-1]):
        found.append("the last cell does not link to the exercises")
    return found


def alive(notebook, name):
    """A chapter shows explorables, which live without a kernel, and no widget that needs one."""
    found, trees = [], [parse(cell) for cell in code(notebook)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    modules = {getattr(n, "module", None) for n in nodes} | {
        a.name for n in nodes for a in getattr(n, "names", []) if isinstance(a, ast.alias)
    }
    used = {dotted(node).rpartition(".")[2] for node in nodes if isinstance(node, ast.Name | ast.Attribute)}
    if dead := sorted(WIDGET_NAMES & used | {"ipywidgets"} & modules):
        found.append(f"needs a kernel: {', '.join(dead)}")
    if "helpers.explorables" not in modules and name not in TOOL_PAGES | SECOND_PAGES:
        found.append("no explorable")
    return found


def numbers(notebook, name):
    """A number that looks measured stands, within three cells, in code that asserts it."""
    found, cells = [], notebook["cells"]
    literals = [asserted(cell) if cell["cell_type"] == "code" else [] for cell in cells]
    for at, cell in enumerate(cells):
        if cell["cell_type"] == "markdown":
            near = [value for i in neighbours(cells, at) for value in literals[i]]
            for number in prose_rules.measured(source(cell)):
                if not prose_rules.stands_in(number, near):
                    where = "and no cell with an assert within three cells has it"
                    found.append(f"cell {cell['id']} states {number[0]}, {where}")
    return found


def neighbours(cells, at):
    """Return the places of the cells within three of one, where a cell that only asks a reader is no step."""
    steps = [not cell["metadata"].get("asked") for cell in cells]
    return [i for i in range(len(cells)) if sum(steps[min(i, at) + 1 : max(i, at)]) < 3]


def asserted(cell):
    """Return the numeric literals of a cell that asserts something."""
    if not asserts(cell):
        return []
    kinds = (int, float)
    return [n.value for n in ast.walk(parse(cell)) if isinstance(n, ast.Constant) and type(n.value) in kinds]


IN_CHAPTERS = [first_cell, imports_cell, reading_time, sizes, figures, predictions, ending, alive, numbers]
