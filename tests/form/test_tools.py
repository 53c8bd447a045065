"""Nothing is used before it is shown: each tool of Python, NumPy or notation has one place in the book.

Only code and formulas are looked at. What it leaves out: tools that the syntax does not show, such as a
function that is handed over or a product of two matrices, and cells that are hidden because they only draw.
"""

import ast
import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pytest
from notebook_rules import calls as called
from notebook_rules import chapters, dotted, load, parse, side_roads, source, tags
from split_code import split

# Pages that still use a tool too early, or do not show one that they should. A test says when one is done.
NOT_REWORKED = set()


@dataclass(frozen=True)
class Tool:
    """Something that a reader has to be shown once.

    example: a cell that uses it. sees: tells from a cell whether it does. page, text: the first Markdown
    cell of that page that holds the text shows the tool; without a page, no page may use it.
    """

    name: str
    example: str
    sees: Callable
    page: str = ""
    text: str = ""


@cache
def _nodes(text):
    return list(ast.walk(parse({"source": text})))


def code(test):
    """Return a `sees` for a code cell: a node of its syntax tree passes the test."""
    return lambda cell: cell["cell_type"] == "code" and any(map(test, _nodes(source(cell))))


def written(pattern, kind="code"):
    """Return a `sees` for a pattern in the text of a cell."""
    return lambda cell: cell["cell_type"] == kind and re.search(pattern, source(cell)) is not None


def formula(command):
    return written(re.escape(command) + r"(?![A-Za-z])", "markdown")


def kind(*types):
    return code(lambda node: isinstance(node, types))


def calls(*names):
    """Return a `sees` for a call of one of these: `np.abs` is the whole name, `.abs` the end of any."""
    return code(lambda node: isinstance(node, ast.Call) and _is(dotted(node.func), names))


def _is(name, names):
    return name in names or f".{name.rpartition('.')[2]}" in names and "." in name


def names(*names):
    """Return a `sees` for these names, called or not."""
    return code(lambda node: isinstance(node, ast.Name | ast.Attribute) and _is(dotted(node), names))


def keyword(name, test=lambda value: True):
    return code(lambda node: isinstance(node, ast.keyword) and node.arg == name and test(node.value))


def operator(*types):
    return code(lambda node: isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, types))


def index(test):
    """Return a `sees` for brackets, one of whose parts passes the test."""
    return code(lambda node: isinstance(node, ast.Subscript) and any(map(test, parts(node))))


def parts(subscript):
    return subscript.slice.elts if isinstance(subscript.slice, ast.Tuple) else [subscript.slice]


def constant(value):
    return lambda node: isinstance(node, ast.Constant) and node.value is value


def negative(node):
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)


def ends_with(node, last):
    """Tell whether brackets hold the three dots and end with None: `x[..., None]`."""
    return isinstance(node, ast.Subscript) and list(map(ast.unparse, parts(node)))[-2:] == ["...", last]


COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def nested(node):
    """Tell whether a comprehension has two loops, or stands in another one."""
    inside = (inner for inner in ast.walk(node) if inner is not node)
    return isinstance(node, COMPREHENSIONS) and (
        len(node.generators) > 1 or any(isinstance(inner, COMPREHENSIONS) for inner in inside)
    )


def recursive(node):
    """Tell whether a function calls itself by its name."""
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(inner, ast.Call) and dotted(inner.func) == node.name for inner in ast.walk(node)
    )


def has_inner(node):
    """Tell whether a function is defined in a function."""
    inside = (inner for inner in ast.walk(node) if inner is not node)
    return isinstance(node, ast.FunctionDef) and any(isinstance(inner, ast.FunctionDef) for inner in inside)


def unpacks(node):
    """Tell whether a tuple of names takes several values apart."""
    return isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Store)


def calls_with(*kinds):
    """Return a `sees` for a star in a call."""
    return code(lambda node: isinstance(node, ast.Call) and any(isinstance(a, kinds) for a in node.args))


PYTHON = [
    Tool("unpacking", "a, b = 1, 2", code(unpacks), "00_numpy", "**unpacking**"),
    Tool("zip", "for a, b in zip(x, y, strict=True): a", calls("zip"), "00_numpy", "`zip`"),
    Tool("f-string", 'f"{x:.2f}"', kind(ast.JoinedStr), "00_numpy", "**f-string**"),
    Tool("+=", "x += 1", kind(ast.AugAssign), "00_numpy", "`total += e`"),
    Tool("assert", "assert x", kind(ast.Assert), "00_numpy", "`assert`"),
    Tool("enumerate", "for i, a in enumerate(x): a", calls("enumerate"), "00_numpy", "`enumerate`"),
    Tool(
        "list comprehension", "[2 * a for a in x]", kind(ast.ListComp), "00_numpy", "**list comprehension**"
    ),
    Tool("all and any", "all(a > 0 for a in x)", kind(ast.GeneratorExp), "00_numpy", "Inside `all`, `any`"),
    Tool("dict", '{"km": 3}', kind(ast.Dict), "00_numpy", "**dict**"),
    Tool("dict()", "dict(km=3)", calls("dict"), "00_numpy", "**dict**"),
    Tool("items", "for a, b in d.items(): a", calls(".items"), "00_numpy", "`items()`"),
    Tool("dict comprehension", "{a: 1 for a in x}", kind(ast.DictComp), "00_numpy", "as a comprehension too"),
    Tool(
        "default",
        "def f(x, k=2): return x",
        code(lambda n: isinstance(n, ast.arguments) and bool(n.defaults)),
        "00_numpy",
        "**default**",
    ),
    Tool("a if c else b", "1 if x else 0", kind(ast.IfExp), "00_numpy", "`a if c else b`"),
    Tool("//", "7 // 2", operator(ast.FloorDiv), "00_numpy", "`//`"),
    Tool("%", "7 % 2", operator(ast.Mod), "00_numpy", "`%`"),
    Tool("1e-9", "x < 1e-9", written(r"(?<![\w.])\d+(\.\d+)?e-?\d"), "00_numpy", "`1e-9`"),
    Tool("1_000", "x = 1_000", written(r"(?<![\w.])\d+_\d"), "00_numpy", "`1_000`"),
    Tool(
        "_",
        "for _ in range(3): f()",
        code(lambda n: isinstance(n, ast.For) and dotted(n.target) == "_"),
        "00_numpy",
        "calls it `_`",
    ),
    Tool("lambda", "lambda z: z", kind(ast.Lambda), "03_network", "`lambda"),
    Tool("star in a call", "f(*x)", calls_with(ast.Starred), "03_network", "`layer(x, *last)`"),
    Tool("** in a call", "f(**x)", keyword(None), "03_network", "`**knobs`"),
    Tool(
        "star that collects",
        "*a, b = x",
        code(lambda n: isinstance(n, ast.Starred) and isinstance(n.ctx, ast.Store)),
        "03_network",
        "`*hidden, last = layers`",
    ),
    Tool(
        "function in a function",
        "def f():\n    def g(): return 1\n    return g",
        code(has_inner),
        "03_network",
        "`def` inside",
    ),
    Tool("class", "class A: pass", kind(ast.ClassDef), "05_backprop", "`class`"),
    Tool("isinstance", "isinstance(x, A)", calls("isinstance"), "05_autograd", "`isinstance"),
    Tool("raise", "raise ValueError", kind(ast.Raise), "05_autograd", "`raise"),
    Tool("while", "while x: f()", kind(ast.While), "05_autograd", "`while"),
    Tool("set", "x = {1, 2}", kind(ast.Set), "05_autograd", "set"),
    Tool("set()", "x = set()", calls("set"), "05_autograd", "set"),
    Tool("with", "with f(): g()", kind(ast.With), "04_loss", "`with"),
    Tool("try", "try:\n    f()\nexcept ValueError:\n    g()", kind(ast.Try), "05_autograd", "`try"),
    Tool("yield", "def f():\n    yield 1", kind(ast.Yield, ast.YieldFrom), "06_descent", "`yield"),
    Tool("super", "super().f()", calls("super"), "06_descent", "`super()"),
    Tool(
        "decorator",
        "@f\ndef g(): return 1",
        code(lambda n: bool(getattr(n, "decorator_list", []))),
        "11_transformer",
        "decorator",
    ),
    Tool("key=", "max(x, key=f)", keyword("key")),
    Tool("partial", "partial(f, 1)", names("partial", ".partial"), "11_transformer", "`partial"),
    Tool("set comprehension", "{a for a in x}", kind(ast.SetComp), "11_transformer", "set comprehension"),
]

NUMPY = [
    Tool("np.array", "np.array([1.0])", calls("np.array"), "00_numpy", "`np.array`"),
    Tool("tolist", "x.tolist()", calls(".tolist"), "00_numpy", "`x.tolist()`"),
    Tool("np.abs", "np.abs(x)", calls("np.abs"), "00_numpy", "`np.abs`"),
    Tool("np.sqrt", "np.sqrt(x)", calls("np.sqrt"), "00_numpy", "`np.sqrt`"),
    Tool("sum of an array", "x.sum()", calls(".sum"), "00_numpy", "`gaps.sum()`"),
    Tool("mean", "x.mean()", calls(".mean"), "00_numpy", "`gaps.mean()`"),
    Tool("max and min", "x.max() - x.min()", calls(".max", ".min"), "00_numpy", "`gaps.max()`"),
    Tool("argmax", "x.argmax()", calls(".argmax", ".argmin"), "00_numpy", "`gaps.argmax()`"),
    Tool("round", "x.round(2)", calls(".round"), "00_numpy", "`gaps.round(2)`"),
    Tool("isclose", "np.isclose(x, y)", calls("np.isclose"), "00_numpy", "`np.isclose`"),
    Tool("allclose", "np.allclose(x, y)", calls("np.allclose"), "00_numpy", "`np.allclose`"),
    Tool(
        "zeros", "np.zeros(3)", calls("np.zeros", "np.ones", "np.full"), "00_numpy", "arrays without a list"
    ),
    Tool("arange", "np.arange(3)", calls("np.arange"), "00_numpy", "`arange`"),
    Tool("linspace", "np.linspace(0, 1, 5)", calls("np.linspace"), "00_numpy", "`linspace`"),
    Tool("copy", "x.copy()", calls(".copy"), "00_numpy", "`a.copy()`"),
    Tool("slice", "x[1:]", index(lambda part: isinstance(part, ast.Slice)), "00_numpy", "**slice**"),
    Tool(
        "list of places",
        "x[[1, 0]]",
        index(lambda part: isinstance(part, ast.List)),
        "00_numpy",
        "list of places",
    ),
    Tool("mask", "x[x > 2]", index(lambda part: isinstance(part, ast.Compare)), "00_numpy", "**mask**"),
    Tool("&", "(x > 1) & (x < 3)", operator(ast.BitAnd), "00_numpy", "`&`"),
    Tool(
        "all and any of an array", "x.all() or x.any()", calls(".all", ".any"), "00_numpy", "`(x > 2).all()`"
    ),
    Tool("shape", "x.shape", names(".shape"), "00_numpy", "**shape**"),
    Tool("size", "x.size", names(".size"), "00_numpy", "`size` how many numbers"),
    Tool(
        "row and column",
        "x[:, 0]",
        code(lambda n: isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Tuple)),
        "00_numpy",
        "`rides[:, 1]`",
    ),
    Tool("axis=0", "x.sum(axis=0)", keyword("axis", lambda v: not negative(v)), "00_numpy", "**axis**"),
    Tool("default_rng", "np.random.default_rng(0)", calls("np.random.default_rng"), "00_numpy", "**seed**"),
    Tool("normal", "rng.normal(size=3)", calls(".normal"), "00_numpy", "`normal`"),
    Tool("uniform", "rng.uniform(0, 1)", calls(".uniform"), "00_numpy", "`uniform(2, 4)`"),
    Tool("integers", "rng.integers(1, 7)", calls(".integers"), "00_numpy", "`integers(1, 7)`"),
    Tool("@", "x @ w", operator(ast.MatMult), "01_neuron", "@"),
    Tool("np.maximum", "np.maximum(x, 0)", calls("np.maximum"), "01_neuron", "ReLU"),
    Tool("np.exp", "np.exp(x)", calls("np.exp"), "01_neuron", "`np.exp(z)`"),
    Tool("np.where", "np.where(x > 0, 1, 0)", calls("np.where"), "02_boundary", "`np.where"),
    Tool(".T", "x.T", names(".T"), "02_tables", "`W.T`"),
    Tool("np.eye", "np.eye(2)", calls("np.eye"), "02_tables", "`np.eye(2)`"),
    Tool("np.linalg.inv", "np.linalg.inv(x)", calls("np.linalg.inv"), "02_tables", "`np.linalg.inv(W)`"),
    Tool("[:, None]", "x[:, None]", index(constant(None)), "02_tables", "`None`"),
    Tool("axis=-1", "x.sum(axis=-1)", keyword("axis", negative), "02_tables", "`axis=-1`"),
    Tool("keepdims", "x.sum(axis=1, keepdims=True)", keyword("keepdims"), "02_tables", "`keepdims=True`"),
    Tool("np.stack", "np.stack([x, y])", calls("np.stack"), "02_tables", "`np.stack`"),
    Tool(
        "np.column_stack",
        "np.column_stack([x, y])",
        calls("np.column_stack"),
        "01_neuron",
        "`np.column_stack`",
    ),
    Tool("np.log", "np.log(x)", calls("np.log"), "04_loss", "np.log"),
    Tool("[...]", "x[..., 0]", index(constant(...)), "09_attention", "`..."),
]

FORMULAS = [
    Tool("Σ", r"$\sum_i x_i$", formula(r"\sum"), "02_tables", r"\sum"),
    Tool("⊤", r"$W^\top$", formula(r"\top"), "02_tables", r"$W^\top$"),
    Tool("ln", r"$\ln p$", formula(r"\ln"), "04_loss", r"\ln"),
    Tool("∂", r"$\frac{\partial L}{\partial w}$", formula(r"\partial"), "05_backprop", r"\partial"),
]

NEVER = [
    Tool(":=", "(y := x)", kind(ast.NamedExpr)),
    Tool("getattr", "getattr(x, name)", calls("getattr", "setattr")),
    Tool("eval", "eval(x)", calls("eval", "exec")),
    Tool("global", "global x", kind(ast.Global, ast.Nonlocal)),
    Tool(
        "star on the rows of an array",
        "f(*x.T)",
        code(lambda n: isinstance(n, ast.Starred) and dotted(n.value).endswith(".T")),
    ),
    Tool("[..., None]", "x[..., None]", code(lambda n: ends_with(n, "None"))),
    Tool("einsum", 'np.einsum("ij,j", W, x)', calls("np.einsum", "torch.einsum")),
    Tool("nested comprehension", "[a for row in x for a in row]", code(nested)),
    Tool("recursion", "def f(n): return f(n - 1)", code(recursive)),
]

TOOLS = [*PYTHON, *NUMPY, *FORMULAS, *NEVER]


def number(place, page):
    """Return where a page stands; one that is not written yet comes last among those of its chapter."""
    later = [order for name, order in place.items() if name[:2] > page[:2]]
    return place.get(page, min(later, default=len(place)) - 0.5)


def complaints(book, tools=TOOLS):
    """Return {page: [what is wrong]} of a book, {page: notebook} in the order in which it is read."""
    found = {page: [] for page in (*book, *(tool.page for tool in tools if tool.page))}
    place = {page: order for order, page in enumerate(book)}
    for tool in tools:
        shown = (number(place, tool.page), where_shown(tool, book)) if tool.page else (len(book), 0)
        if tool.page and shown[1] < 0:
            found[tool.page].append(f"{tool.name}: no text on the way holds {tool.text!r}, which shows it")
        for page, notebook in book.items():
            for at, cell in enumerate(notebook["cells"]):
                if (place[page], at) < shown and tool.sees(cell) and "hide-input" not in tags(cell):
                    says = f"is shown on {tool.page} only" if tool.page else "is not for this book"
                    found[page].append(f"{tool.name}: cell {cell['id']} uses it, and it {says}")
    return found


def where_shown(tool, book):
    """Return the number of the Markdown cell that shows a tool, on no side road; -1 where there is none."""
    notebook = book.get(tool.page, {"cells": []})
    roads = side_roads(notebook)
    for at, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "markdown" and cell["id"] not in roads and tool.text in source(cell):
            return at
    return -1


def unnamed(book):
    """Return {page: [what is wrong]}: functions of NumPy that no text names before the cell that uses them.

    A comment in the cell is text too, and what the page folds, because it only checks, does not count.
    """
    found, text = {page: [] for page in book}, ""
    for page, notebook in book.items():
        for at, cell in enumerate(notebook["cells"]):
            if cell["cell_type"] == "markdown":
                text += source(cell)
            elif "hide-input" not in tags(cell):
                later = [source(each) for each in notebook["cells"][at + 1 :] if each["cell_type"] == "code"]
                shown, _, _ = split(source(cell), later)
                text += "".join(re.findall("#.*", shown))
                for name in dict.fromkeys(called({"source": shown})):
                    if name.startswith("np.") and not re.search(rf"\b{name.rpartition('.')[2]}\b", text):
                        found[page].append(f"{name}: cell {cell['id']} uses it, and no text names it before")
                        text += f" {name}"
    return found


@cache
def of_the_book():
    """Return {page: [what is wrong]} for the pages as they stand."""
    book = {path.stem: load(path) for path in chapters()}
    nameless = unnamed(book)
    return {page: wrong + nameless.get(page, []) for page, wrong in complaints(book).items()}


@pytest.mark.parametrize("page", of_the_book())
def test_a_page_uses_what_has_been_shown(page):
    wrong = of_the_book()[page]
    if page in NOT_REWORKED:
        assert wrong, f"{page} uses nothing too early: take it out of NOT_REWORKED"
    else:
        assert not wrong, "\n".join(wrong)


def test_no_tool_has_two_places():
    assert len({tool.name for tool in TOOLS}) == len(TOOLS)
    assert not [tool.name for tool in TOOLS if bool(tool.page) != bool(tool.text)]


def cell(name, text, kind="code", **metadata):
    return {"cell_type": kind, "id": name, "metadata": metadata, "source": text}


def small_book(tool):
    """Return a book of two pages, in which the second one shows a tool and then uses it."""
    first = [cell("hello", "A page.", "markdown"), cell("one", "x = 1")]
    kind = "markdown" if tool.example.startswith("$") else "code"
    second = [cell("intro", f"Here is it: {tool.text}", "markdown"), cell("use", tool.example, kind)]
    return {"first": {"cells": first}, tool.page: {"cells": [cell("two", "x = 2"), *second]}}


def said(book, tool):
    return {page: len(wrong) for page, wrong in complaints(book, [tool]).items() if wrong}


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool.page], ids=lambda tool: tool.name)
def test_a_tool_that_is_used_too_early_is_seen(tool):
    book, page = small_book(tool), tool.page
    assert said(book, tool) == {}
    use = book[page]["cells"][2]
    assert tool.sees(use)

    early = copy.deepcopy(book)
    early["first"]["cells"].append(use)
    assert said(early, tool) == {"first": 1}
    early["first"]["cells"][-1] = use | {"metadata": {"tags": ["hide-input"]}}
    assert said(early, tool) == {}

    same_page = copy.deepcopy(book)
    same_page[page]["cells"].insert(0, use)
    expected = {} if tool.text in use["source"] and use["cell_type"] == "markdown" else {page: 1}
    assert said(same_page, tool) == expected


@pytest.mark.parametrize("tool", NEVER, ids=lambda tool: tool.name)
def test_a_tool_for_no_page_is_seen(tool):
    book = {"first": {"cells": [cell("use", tool.example)]}, "last": {"cells": [cell("again", tool.example)]}}
    assert said(book, tool) == {"first": 1, "last": 1}


def test_a_tool_that_is_shown_nowhere_or_on_a_side_road_is_seen():
    tool = Tool("lambda", "lambda z: z", kind(ast.Lambda), "second", "`lambda`")
    book = small_book(tool)
    book["second"]["cells"][1]["source"] = "Here is nothing."
    assert said(book, tool) == {"second": 1}
    book["second"]["cells"][1]["source"] = "### Side road: more\n\nHere is `lambda`."
    assert said(book, tool) == {"second": 1}
    assert said({"first": book["first"]}, tool) == {"second": 1}, "a page that is not written yet"


def test_a_function_of_numpy_that_no_text_names_is_seen():
    cells = [cell("use", "x = np.diff(y)\nx"), cell("again", "np.diff(x)\nnp.sign(x)  # sign: −1, 0 or 1")]
    assert {page: len(wrong) for page, wrong in unnamed({"first": {"cells": cells}}).items()} == {"first": 1}
    cells[0]["metadata"] = {"tags": ["hide-input"]}
    cells.insert(1, cell("text", "`np.diff` has the steps from each number to the next.", "markdown"))
    assert unnamed({"first": {"cells": cells}}) == {"first": []}
    assert unnamed({"first": {"cells": [cell("check", "assert np.diff(x) == 1")]}}) == {"first": []}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_cell_without_tools_is_none(tool):
    plain = "def line(x, w, b):\n    y = w * x + b\n    return [y, max(y, 0)]\n\n\n"
    plain += "for k in km:\n    print(line(k, -2, x[0]), round(sum(km), 2))"
    assert not tool.sees(cell("plain", plain)) and not tool.sees(cell("text", plain, "markdown"))
