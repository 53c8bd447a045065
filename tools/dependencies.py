"""What has to be made again after a change: the digest of each notebook, and that of what all pages share.

A notebook depends on its own code and on the files of `helpers` that it uses, through and through. To import
one exercise or claim is to import all: only those count that the notebook names, or if it does not tell, all.
"""

import ast
import json
import tomllib
from pathlib import PurePosixPath

from fingerprints import FRAME, PAGES, digest, is_page
from module_graph import chapters_of, imports, needs, read_modules

LEDGER = "helpers/claims/claims.toml"
PREDICTIONS = "helpers/studying/predictions/"


def digests(files, root):
    """Return {"notebooks": {path: digest}, "frame": the digest of what all pages show or need}.

    files: the digests of all inputs by their paths, as `fingerprints.inputs` has them. root: of the course.
    While its digest stays, to execute a notebook again would change nothing.
    """
    pages = [name for name in files if is_page(name)]
    code = {name: code_of(root / name) for name in pages if name.endswith(".ipynb")}
    pieces = [name for name in files if name.startswith("tools/sphinx_ext")]
    pieces = "\n".join((root / name).read_text(encoding="utf-8") for name in pieces)
    *used, by_pieces = dependencies([*code.values(), pieces], files, root)
    notebooks = {
        name: digest_of(files["installed"], code[name], {file: files[file] for file in found}, claims)
        for name, (found, claims) in zip(code, used, strict=True)
    }
    shared = [name for name in files if name.startswith((*FRAME, *PAGES)) and not is_page(name)]
    shared = {
        name: files[name] for name in (*shared, *by_pieces[0], "installed", "BOOK_URL", "BOOK_REPOSITORY")
    }
    frame = digest_of(shared, [first_heading(root / name) for name in pages])
    return {"notebooks": notebooks, "frame": frame}


def digest_of(*parts):
    return digest(json.dumps(parts).encode())


def dependencies(codes, files, root):
    """Return ([files that it uses besides itself], the claims that it shows or None) for each text of code.

    The files are without that of all claims where only some are shown.
    """
    modules = read_modules(files, root)
    graph = needs(modules)
    chapters = {name: chapters_of(tree) for name, (_, tree) in modules.items()}
    ledger = tomllib.loads((root / LEDGER).read_text(encoding="utf-8")) if LEDGER in files else {}
    found = []
    for code in codes:
        nodes = parse(code, modules)
        names = reached(imports(nodes, "", modules), graph, chapters, nodes)
        used = with_data({modules[name][0] for name in names}, files)
        used |= {file for file in files if is_data(file) and PurePosixPath(file).name in code}
        shown = said_to(nodes, "helpers.claims", {"often_said"})
        if shown is not None:
            used.remove(LEDGER)
            shown = ledger | {"claim": [claim for claim in ledger["claim"] if claim["id"] in shown]}
        asked = said_to(nodes, "helpers.studying.foretold", {"foretell", "came_true"})
        if asked is not None:
            used = {file for file in used if not file.startswith(PREDICTIONS) or asked & ids_in(root / file)}
        found.append((sorted(used), shown))
    return found


def ids_in(predictions):
    """Return the names in a file of predictions: their ids, and what it says of its page."""
    return set(tomllib.loads(predictions.read_text(encoding="utf-8")))


def code_of(notebook):
    """Return the code cells of a notebook as one text."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def first_heading(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "".join("".join(cell["source"]) + "\n" for cell in json.loads(text)["cells"][:1])
    return next((line for line in text.splitlines() if line.startswith("# ")), "")


def parse(code, modules):
    """Return the nodes of the syntax tree of code; if only IPython can read it, of code that imports all."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        tree = ast.parse("\n".join(f"import {name}" for name in modules))
    return list(ast.walk(tree))


def reached(start, graph, chapters, nodes):
    """Return the names of the modules that code needs, through and through.

    start: what it imports itself. chapters: {module: the chapters whose exercises it declares}. Whoever needs
    the checks needs those modules too, however they are imported there, except those that it does not name.
    """
    ids = said_to(nodes, "helpers.checks", {"check", "progress"})
    named = None if ids is None else {id.split(".")[0] for id in ids}
    declaring = {name for name in chapters if chapters[name]}
    others = {name for name in declaring if named is not None and not chapters[name] & named}
    todo, found = set(start), set()
    while todo := todo - found - others:
        name = todo.pop()
        found.add(name)
        todo |= graph[name] | (declaring if name.startswith("helpers.checks") else set())
    return found


def said_to(nodes, package, functions):
    """Return the texts that code hands to these functions of a package as their first argument, as a set.

    None where more may be behind it: other names of the package, a text that is computed, no import at all.
    """
    imported = [(a.name, a.asname) for n in nodes if isinstance(n, ast.Import) for a in n.names]
    given = [(n.module, a) for n in nodes if isinstance(n, ast.ImportFrom) for a in n.names]
    imported += [(f"{module}.{alias.name}", alias.asname) for module, alias in given]
    inside = {(name, other) for name, other in imported if f"{name}.".startswith(f"{package}.")}
    calls = [n for n in nodes if isinstance(n, ast.Call) and getattr(n.func, "id", None) in functions]
    mentions = [n for n in nodes if isinstance(n, ast.Name) and n.id in functions]
    texts = [getattr(call.args[0], "value", None) if call.args else None for call in calls]
    plain = inside and inside <= {(f"{package}.{function}", None) for function in functions}
    if not plain or len(mentions) > len(calls) or not all(isinstance(text, str) for text in texts):
        return None
    return set(texts)


def is_data(file):
    """Return whether a file is neither code nor a page: what lies beside modules or notebooks to be read."""
    return file.startswith(("helpers/", *PAGES)) and not file.endswith(".py") and not is_page(file)


def with_data(used, files):
    """Return these files of modules and the data that lies beside them.

    Data belongs to the module of the same name, and where there is none, to every module of its folder.
    """
    folders = {str(PurePosixPath(file).parent) for file in used}
    more = set()
    for path in map(PurePosixPath, filter(is_data, files)):
        packages = [str(folder) for folder in path.parents if f"{folder}/__init__.py" in files]
        owner = f"{packages[0]}/{path.stem}.py" if packages else ""
        if owner in used or (packages and owner not in files and packages[0] in folders):
            more.add(str(path))
    return used | more
