"""Which modules of `helpers` need which others: their imports are read, wherever they stand, and not run.

A name that a package passes on leads to the module that has it, so that one changed explorable concerns only
those who show it. Where a name leads nowhere, the whole package counts. What it leaves out: imports by a name
that is computed.
"""

import ast


def read_modules(files, root):
    """Return {dotted name: (file, syntax tree)} of the modules of helpers that stand in `files`."""
    found = {}
    for name in files:
        if name.startswith("helpers/") and name.endswith(".py"):
            dotted = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            found[dotted] = name, ast.parse((root / name).read_text(encoding="utf-8"))
    return found


def needs(modules):
    """Return {name: modules that it needs itself}; among them packages around it, if they do anything."""
    own = {name: imports(statements(tree), name, modules) for name, (_, tree) in modules.items()}
    idle = {name for name, (_, tree) in modules.items() if passes_on(tree)}
    return {name: own[name] | (packages_around(name) & modules.keys() - idle) for name in modules}


def statements(tree):
    """Yield the statements of a module, also those inside functions; expressions hold no imports."""
    todo = [tree]
    while todo:
        statement = todo.pop()
        yield statement
        todo += [node for node in ast.iter_child_nodes(statement) if not isinstance(node, ast.expr)]


def imports(nodes, name, modules):
    """Return the modules of helpers that provide what these nodes of the code of the module `name` import."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {provider(source_of(node, name, modules), alias.name, modules) for alias in node.names}
    return found & modules.keys()


def source_of(node, name, modules):
    """Return what stands after `from`, as a dotted name without leading dots, for an import in `name`."""
    package = name.split(".") if is_package(name, modules) else name.split(".")[:-1]
    above = package[: len(package) - node.level + 1] if node.level else []
    return ".".join([*above, *([node.module] if node.module else [])])


def provider(source, name, modules):
    """Return the module that `from source import name` is about, through packages that pass a name on."""
    if f"{source}.{name}" in modules:
        return f"{source}.{name}"
    for node in modules[source][1].body if is_package(source, modules) else []:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if name == (alias.asname or alias.name):
                    return provider(source_of(node, source, modules), alias.name, modules)
    return source


def is_package(name, modules):
    return name in modules and modules[name][0].endswith("/__init__.py")


def packages_around(name):
    """Return the packages that a module lies in.

    >>> sorted(packages_around("helpers.figures.style"))
    ['helpers', 'helpers.figures']
    """
    parts = name.split(".")
    return {".".join(parts[:n]) for n in range(1, len(parts))}


def passes_on(tree):
    """Return whether a module has nothing but imports, texts and names such as `__all__`."""
    return all(
        isinstance(node, ast.Import | ast.ImportFrom)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("__"))
        for node in tree.body
    )


def chapters_of(tree):
    """Return the keys of the chapters whose exercises a module declares: `chapter("neuron", …)`."""
    calls = [
        node.value for node in tree.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    return {call.args[0].value for call in calls if ast.unparse(call.func) == "chapter"}
