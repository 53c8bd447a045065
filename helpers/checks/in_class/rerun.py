"""Run the cells of one notebook and judge what it hands to `check`: the process that a report starts for it.

It reads from its input, as JSON, what to run and where to write the verdicts, then nothing more: a cell that
asks for input() finds an end. A call of `check` with the id of an exercise reaches our own check, whatever
the notebook has made of that name. What it leaves out: a notebook that takes this very process apart.
"""

import ast
import builtins
import contextlib
import json
import os
import sys

import helpers.checks
from helpers.checks.declare import EXERCISES

OURS = "_check_of_the_report"
LARGEST_FILE = 100 * 10**6  # bytes


class OurCheck(ast.NodeTransformer):
    """Turns check("neuron.line", line) into a call of our own check."""

    def visit_Call(self, node):
        self.generic_visit(node)
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        first = node.args[0] if node.args else None
        if name == "check" and isinstance(first, ast.Constant) and first.value in EXERCISES:
            node.func = ast.copy_location(ast.Name(OURS, ast.Load()), node.func)
        return node


def limit(seconds, size):
    """Take from this process what it must not have: memory, large files, and time if nobody ends it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {
        resource.RLIMIT_AS: size,
        resource.RLIMIT_CPU: int(2 * seconds) + 10,  # the parent is quicker, if it is still there
        resource.RLIMIT_FSIZE: LARGEST_FILE,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some
            resource.setrlimit(kind, (most, most))


def teller(path, token):
    """Return say(**what), which writes a line of JSON; a line without the token is not believed."""
    file, write, dumps = os.open(path, os.O_WRONLY | os.O_APPEND), os.write, json.dumps
    return lambda **what: write(file, (dumps({"token": token} | what) + "\n").encode())


def recording(say, check):
    """Return what stands in for `check`: it judges with ours, and says the verdict to the parent too."""

    def recorded(id, answer=None, **_):
        verdict = check(id, answer)
        say(id=verdict.id, state=verdict.state)
        return verdict

    return recorded


def shell():
    """Return an IPython of our own, for magics and for `await`; it keeps no history."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    made = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    made.ast_transformers.append(OurCheck())
    made.enable_gui = lambda gui=None: None  # `%matplotlib inline` asks for it
    return made


def main():
    told = json.loads(sys.stdin.buffer.readline())
    sys.stdin.buffer.read()
    say = teller(told["results"], told["token"])
    recorded = recording(say, helpers.checks.check)
    setattr(builtins, OURS, recorded)
    helpers.checks.check = recorded  # for a check under another name
    runner, leave = shell(), os._exit
    limit(told["seconds"], told["size"])
    for number, source in enumerate(told["cells"], 1):
        say(cell=number)
        result = runner.run_cell(source, store_history=False, silent=False)
        if error := result.error_before_exec or result.error_in_exec:
            say(cell=number, error=type(error).__name__, text=str(error)[:200])
    say(done=True)
    leave(0)  # a thread that a check left running would keep us here


if __name__ == "__main__":
    main()
