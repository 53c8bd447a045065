"""The examples in the docstrings of helpers run, and give what stands there."""

import doctest
import importlib

import pytest
from notebook_rules import ROOT

PATHS = [path.relative_to(ROOT).with_suffix("") for path in sorted((ROOT / "helpers").rglob("*.py"))]
MODULES = [".".join(path.parts).removesuffix(".__init__") for path in PATHS]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    finder = doctest.DocTestFinder(exclude_empty=True)
    module = importlib.import_module(name)
    for example in finder.find(module, name, module=module):
        said = []
        doctest.DocTestRunner(verbose=False).run(example, out=said.append)
        assert not said, "".join(said)


def test_a_wrong_example_is_seen():
    example = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    said = []
    doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert said
