"""What a check borrows and gives back: random states, print options, numpy's own names, and so on.

It keeps what a learner's function may change by accident. It does not keep files.
"""

import contextlib
import math
import random
import sys
import warnings

import numpy

# A learner's `np.sum = None` reaches neither us nor the solution.
PRISTINE = {module: dict(vars(module)) for module in (numpy, numpy.linalg, numpy.random, math)}
get_state, set_state = numpy.random.get_state, numpy.random.set_state
get_printoptions, set_printoptions = numpy.get_printoptions, numpy.set_printoptions
geterr, seterr = numpy.geterr, numpy.seterr


class Printed:
    """A stand-in for stdout that keeps the first thousand characters and drops the rest."""

    encoding = "utf-8"

    def __init__(self):
        self.text = ""

    def write(self, text):
        if len(self.text) < 1000:
            self.text += str(text)[: 1000 - len(self.text)]
        return len(text)

    def flush(self):
        pass

    def isatty(self):
        return False


@contextlib.contextmanager
def kept():
    """Run a block with quiet warnings and captured output, then put everything back. Yields the `Printed`."""
    changed = _restored(PRISTINE)
    torch = sys.modules.get("torch")  # never imported here: it costs a second
    torch = torch if hasattr(torch, "get_rng_state") else None
    before = get_state(), random.getstate(), get_printoptions(), geterr(), sys.getrecursionlimit()
    torch_before = (torch.get_rng_state(), torch.is_grad_enabled()) if torch else None
    out = Printed()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            warnings.simplefilter("ignore")
            yield out
    finally:
        _restored(PRISTINE)
        numpy_random, python_random, options, errors, limit = before
        set_state(numpy_random)
        random.setstate(python_random)
        set_printoptions(**options)
        seterr(**errors)
        sys.setrecursionlimit(limit)
        if torch:
            torch.set_rng_state(torch_before[0])
            torch.set_grad_enabled(torch_before[1])
        _restored(changed)


def _restored(names):
    """Set {module: {name: value}} and return what stood there instead, in the same form."""
    changed = {}
    for module, values in names.items():
        now = vars(module)
        changed[module] = {
            name: now.get(name) for name, value in values.items() if now.get(name) is not value
        }
        now.update({name: values[name] for name in changed[module]})
    return changed
