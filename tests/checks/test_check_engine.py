"""What a check says, what it puts back, and what it remembers."""

import _thread
import json
import random
import re
import signal
import subprocess
import sys
import time
import warnings
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers.checks import check, progress, progress_file
from helpers.checks.compare import difference, either
from helpers.checks.copies import plain, show, unchanged
from helpers.checks.declare import CHAPTERS, EXERCISES, Exercise, exercise
from helpers.checks.domain import Domain, number, numbers, written
from helpers.checks.judge import judge
from helpers.checks.sandbox import Stop
from helpers.checks.verdict import NOT_ATTEMPTED, NOT_RIGHT, UNKNOWN

ROOT = Path(__file__).parents[2]
FLOATS = st.floats(-1e6, 1e6, allow_subnormal=False)
ARRAYS = arrays.arrays(np.float64, arrays.array_shapes(min_dims=0, max_dims=3, max_side=4), elements=FLOATS)
NEAR = {"rtol": 1e-6, "atol": 1e-9}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("EVERY_KNOB_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def line(x, w, b):
    return w * x + b


def stub(x, w, b):
    raise NotImplementedError


def declare(solution, domain=None, wrong=None, **fields):
    """Return an exercise that is filed nowhere."""
    wrong, domain = list((wrong or {}).items()), Domain(domain or {})
    return Exercise(
        id="test.it", title="It", solution=solution, why="Yes.", domain=domain, mistakes=wrong, **fields
    )


# What it says


@pytest.mark.parametrize(
    ("id", "answer", "says"),
    [
        ("neuron.lime", line, "There is no exercise `neuron.lime`. The nearest is `neuron.line`."),
        ("", line, "There is no exercise ``."),
        (line, "neuron.line", "The id comes first"),
        (["neuron.line"], line, "The id comes first"),
    ],
)
def test_unknown_ids(id, answer, says):
    verdict = check(id, answer)
    assert verdict.state == UNKNOWN and says in verdict.message and "<div" in verdict._repr_html_()


@pytest.mark.parametrize("answer", [stub, None, ..., (None, ...), [None], {"w": None, "b": ...}])
def test_not_attempted_yet(answer):
    verdict = check("neuron.line", answer)
    assert verdict.state == NOT_ATTEMPTED and not verdict


@pytest.mark.parametrize(
    ("id", "answer", "says"),
    [
        ("neuron.line", 7.0, "Hand over the function itself"),
        ("neuron.line", lambda x, w: w * x, "called with (x, w, b), and yours takes (x, w)"),
        ("neuron.line", lambda x, w, b: -w * x - b, "sign is the wrong way round"),
        ("neuron.line", lambda x, w, b: None, "Is there a `return`?"),
        ("neuron.line", lambda x, w, b: [w * x + b], "one axis too many"),
        ("neuron.line", lambda x, w, b: np.nan * x, "NaN"),
        ("neuron.line", lambda x, w, b: x + np.inf, "Infinity"),
        ("neuron.line", lambda x, w, b: str(x), "A text came back"),
        ("neuron.line", lambda x, w, b: x > 0, "truth values; numbers are asked for"),
        ("neuron.line", lambda x, w, b: 0 * x, "Only zero came back"),
        ("neuron.line", lambda x, w, b: {1, 2}, "A `set` came back"),
        ("neuron.line", lambda x, w, b: y, "`NameError` was raised: name 'y' is not defined"),  # noqa: F821
        ("neuron.line", lambda x, w, b: sys.exit(), "`SystemExit` was raised"),
        ("neuron.output", lambda x, w, b: (x @ w + b)[..., None], "one axis too many"),
        ("neuron.output", lambda x, w, b: (x @ w + b)[::-1] if x.ndim > 1 else x @ w + b, "another order"),
        ("neuron.output", lambda x, w, b: x @ w + b + (np.size(x @ w) > 1), "off by the same amount"),
        (
            "neuron.output",
            lambda x, w, b: x @ w + b + (x.T[0] == 0),
            "1 of 3 values are not right, the first",
        ),
        ("neuron.two_points", lambda a, b, c, d: (1.0,), "A tuple of 1 came back where a tuple of 2"),
        ("neuron.two_points", lambda a, b, c, d: 1 / 0, "`ZeroDivisionError` was raised"),
        ("neuron.constant_one", lambda x, w, b: (x.T, w), "Item 0: An array of shape (2, 3) came back"),
    ],
)
def test_the_message_names_the_slip(id, answer, says):
    verdict = check(id, answer)
    assert verdict.state == NOT_RIGHT and says in verdict.message


def test_a_learners_line_is_quoted(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("def line(x, w, b):\n    values = [1]\n    return values[3]\n")
    space = {"__name__": "__main__"}
    exec(compile(path.read_text(), str(path), "exec"), space)
    message = check("neuron.line", space["line"]).message
    assert message == "`IndexError` was raised: list index out of range (in the line `return values[3]`)"


@settings(deadline=None)
@given(shift=st.floats(1, 100))
def test_the_case_shows_what_came_back_and_not_what_should_have(shift):
    verdict = judge(EXERCISES["neuron.line"], lambda x, w, b: w * x + b + shift, seconds=5)
    assert verdict.case == f"line(x=2.0, w=3.0, b=1.0)\ngave {7 + shift:.6g}"


def test_a_case_can_be_typed_in_again():
    def output(x, w, b):
        return x @ w + b if x.ndim == 1 else (x @ w + b) * 2

    call, gave = check("neuron.output", output).case.split("\ngave ")
    *inputs, last = call.splitlines()
    space = {"np": np, "output": output}
    exec("\n".join(inputs), space)
    assert np.allclose(eval(last, space), eval(gave, space), rtol=1e-5)


def test_html_escapes_what_a_learner_prints():
    def loud(x, w, b):
        print("<script>alert(1)</script>")
        return x

    verdict = check("neuron.line", loud)
    assert "<script>" in str(verdict) and "<script>" not in verdict._repr_html_()
    assert "&lt;script&gt;" in verdict._repr_html_()


def test_one_array_for_all_answers_is_noticed():
    buffer = np.zeros(())

    def line(x, w, b):
        if np.ndim(x):
            return w * x + b
        buffer[...] = w * x + b
        return buffer

    assert "An earlier answer changed" in check("neuron.line", line).message


def test_a_stop_between_two_attempts_comes_once():
    Stop()  # here there is no learner's code around it that could catch the first one
    assert sys._getframe().f_trace is None


def test_the_stop_button_ends_a_check():
    # Where the tests were started in the background, interrupts are ignored; a kernel listens to them.
    was = signal.signal(signal.SIGINT, signal.default_int_handler)

    def waits(x, w, b):
        _thread.interrupt_main()
        time.sleep(3)

    start = time.perf_counter()
    try:
        assert "You stopped the check" in check("neuron.line", waits, seconds=20).message
    finally:
        signal.signal(signal.SIGINT, was)
    assert time.perf_counter() - start < 2.5


def test_an_answer_that_is_a_value():
    nine = declare(9, wrong={"Six without the biases.": 6}, right=[9.0, np.int64(9), Fraction(9)])
    assert all(judge(nine, answer, 5).right for answer in (9, *nine.right))
    assert judge(nine, 6, 5).message == "Six without the biases."
    assert not any(judge(nine, answer, 5) for answer in (9.2, 9.01, 8, [9], "9", 9 + 2**63, True))


def test_a_text_may_have_several_forms():
    pair = declare({"pair": either("an", "a+n", ("a", "n"))})
    assert all(judge(pair, {"pair": text}, 5).right for text in ("an", "a+n", ("a", "n"), ["a", "n"]))
    assert "That is not it" in judge(pair, {"pair": "na"}, 5).message
    assert "A number came back where a text is asked for" in judge(pair, {"pair": 3}, 5).message


def test_an_unfinished_pencil_names_what_is_open():
    pencil = declare({"h1": 1, "h2": 2})
    assert judge(pencil, {"h1": 1, "h2": ...}, 5).message == "`h2` is still open."
    assert "Item 1 is still open" in judge(declare((1, 2)), (1, None), 5).message


def test_parameters_that_do_the_job():
    cases = [(0.0,), (1.0,), (2.0,)]
    step = declare({"w": 2, "b": -3}, outcome=lambda p, x: bool(p["w"] * x + p["b"] > 0), edges=cases)
    assert judge(step, {"w": 20.0, "b": -30}, 5).right
    assert judge(step, {"w": 1.0, "b": 0.0}, 5).case == "x=1.0\ngave True"
    assert "The key 'b' is missing" in judge(step, {"w": 1.0, "c": 0.0}, 5).message
    assert "NaN" in judge(step, {"w": np.nan, "b": -3}, 5).message
    assert not judge(step, {"w": [2], "b": -3}, 5) and not judge(step, 5, 5)


def test_an_id_is_declared_once():
    with pytest.raises(ValueError, match="declared twice"):
        exercise("neuron.line", "Again", solution=line, why="No.")


# What it puts back


def test_everything_is_put_back():
    torch = pytest.importorskip("torch")

    def careless(x, w, b):
        np.random.seed(0), random.seed(0), torch.manual_seed(0)
        torch.set_grad_enabled(False)
        np.set_printoptions(precision=2)
        np.seterr(all="ignore")
        sys.setrecursionlimit(9999)
        sys.stdout = None
        warnings.simplefilter("error")
        np.busday_count = np.sum
        return w * x + b

    def state():
        generators = np.random.get_state()[1].tolist(), random.getstate(), torch.get_rng_state().tolist()
        settings = str(np.get_printoptions()), np.geterr(), sys.getrecursionlimit(), torch.is_grad_enabled()
        return generators, settings, sys.stdout, list(warnings.filters), np.busday_count

    before = state()
    assert check("neuron.line", careless).right
    assert state() == before


def test_a_shadowed_or_broken_numpy_does_no_harm(monkeypatch):
    space = {"__name__": "__main__"}
    exec("np = None\ndef line(x, w, b):\n    return w * x + b", space)
    assert check("neuron.line", space["line"]).right
    for name in ("sum", "array", "asarray", "maximum", "allclose", "array2string", "ones", "eye"):
        monkeypatch.setattr(np, name, None)
    assert check("neuron.line", line).right
    assert check("neuron.probe", EXERCISES["neuron.probe"].solution).right
    assert "The bias is missing" in check("neuron.line", lambda x, w, b: w * x).misconception
    assert np.sum is None


def test_torch_tensors_are_numbers():
    torch = pytest.importorskip("torch")

    def output(x, w, b):
        return torch.tensor(x * 1.0) @ torch.tensor(w * 1.0).requires_grad_() + b

    assert check("neuron.output", output).right
    verdict = check("neuron.output", lambda x, w, b: output(x, w, b) - b)
    assert "The bias is missing" in verdict.misconception


def test_checks_do_not_import_torch():
    code = "import sys, helpers.checks as c; c.check('neuron.line', len); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# What it remembers


def test_progress_counts_and_keeps_what_was_right(home):
    assert progress("neuron").next.id == "neuron.line" and not home.exists()
    check("neuron.line", stub)
    assert not home.exists()
    check("neuron.line", line)
    check("neuron.line", lambda x, w, b: w * x)
    check("neuron.nudge", lambda x, w, b, i, d: d)
    saved = json.loads((home / "progress.json").read_text())["exercises"]
    assert saved == {"neuron.line": {"tries": 2, "right": True}, "neuron.nudge": {"tries": 1, "right": False}}
    assert {path.name for path in home.iterdir()} == {"progress.json", "progress.lock"}
    so_far = progress("neuron")
    assert so_far.next.id == "neuron.nudge" and "1 of 7 right" in str(so_far)
    assert "✓ One input ●○○ right" in str(so_far) and "✗ A nudge to one input ●○○ not right yet" in str(
        so_far
    )
    assert "1 of 7 right" in so_far._repr_html_() and "Next: A nudge to one input" in so_far._repr_html_()


def test_progress_of_all_chapters_and_of_none():
    for id, each in EXERCISES.items():
        check(id, each.solution)
    everything = progress()
    assert everything.next is None and "All of these are right." in str(everything)
    pages = re.findall(r"exercises/\d\d_(\w+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    in_book = [page for page in pages if page in CHAPTERS]  # the second page of a chapter has its exercises
    assert [row[0][0].id.partition(".")[0] for _, row in everything.rows] == in_book
    assert "There is no chapter 'neurons'" in str(progress("neurons"))


def test_a_damaged_file_is_kept_aside(home):
    for count in (1, 2):
        home.mkdir(exist_ok=True)
        (home / "progress.json").write_text("{half a fi")
        verdict = check("neuron.line", line)
        assert verdict.right and f"it is kept as `progress.json.damaged-{count}`" in verdict.note
    assert (home / "progress.json.damaged-2").read_text() == "{half a fi"
    assert check("neuron.line", line).note == "" and "1 of 7" in str(progress("neuron"))


def test_a_folder_that_cannot_be_written_costs_the_memory_only(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("EVERY_KNOB_HOME", str(tmp_path / "file" / "home"))
    verdict = check("neuron.line", line)
    assert verdict.right and "`progress()` will not know of this" in verdict.note
    assert "could not be read" in str(progress("neuron")) and "0 of 7 right" in str(progress("neuron"))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)
ENTRIES = st.dictionaries(st.text(), st.dictionaries(st.sampled_from(["tries", "right"]), JSON) | JSON)


@settings(deadline=None)
@given(text=st.text() | st.builds(json.dumps, JSON | st.fixed_dictionaries({"exercises": ENTRIES | JSON})))
def test_whatever_the_file_holds_it_is_read_or_set_aside(text, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("EVERY_KNOB_HOME", str(folder))
        progress_file.path().write_bytes(text.encode("utf-8", "surrogatepass"))
        known, note = progress_file.load()
        assert all(type(was["tries"]) is int and type(was["right"]) is bool for was in known.values())
        assert bool(note) != progress_file.path().exists()


# How it compares


@given(expected=ARRAYS, data=st.data())
def test_difference_agrees_with_allclose(expected, data):
    noise = st.sampled_from([0.0, 1e-12, 1e-10, 1e-8, 1e-5, 1.0])
    shift = data.draw(arrays.arrays(np.float64, expected.shape, elements=noise))
    close = np.allclose(expected + shift, expected, **NEAR)
    assert (difference(plain(expected + shift), plain(expected), **NEAR) == "") == close


@given(value=ARRAYS)
def test_another_shape_is_never_the_same(value):
    assert difference(plain(value[None]), plain(value), **NEAR)
    assert difference(plain(value), plain(value[..., None]), **NEAR)
    assert difference(plain(value.astype(complex)), plain(value), **NEAR)


@given(value=ARRAYS, place=st.integers(0, 63), bad=st.sampled_from([np.nan, np.inf, -np.inf]))
def test_one_number_that_is_none_is_enough(value, place, bad):
    if value.size:
        spoilt = value.copy()
        spoilt.flat[place % value.size] = bad
        assert difference(plain(spoilt), plain(value), **NEAR)
        assert difference(plain(value), plain(spoilt), **NEAR)
        assert difference(plain(spoilt), plain(spoilt), **NEAR) == ""


VALUES = st.recursive(
    FLOATS | st.integers(-999, 999) | st.booleans() | st.text(max_size=3) | ARRAYS,
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(value=VALUES)
def test_a_plain_copy_is_equal_and_plain_again(value):
    copy = plain(value)
    assert difference(copy, plain(value), **NEAR) == "" and unchanged(plain(copy), copy)


@given(value=ARRAYS)
def test_what_is_shown_of_a_case_is_what_it_was(value):
    assert np.array_equal(eval(show(value, exact=True), {"np": np}), value)
    assert eval(show((value, [1.5, 2], {"a": True}), exact=True), {"np": np})[1:] == ([1.5, 2], {"a": True})


# What no learner should stumble over


def huge(x, w, b):
    return 10**5000


def long(x, w, b):
    return [0.0] * 200_000


def shared(x, w, b):
    nested = [0.0] * 10
    for _ in range(15):
        nested = [nested] * 10
    return nested


class Wordless(Exception):
    def __str__(self):
        raise SystemExit


def wordless(x, w, b):
    raise Wordless


def flat(x, w, b):
    sys.setrecursionlimit(60)
    return w * x + b + 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (huge, "A whole number of more than"),
        (long, "too long or too deep"),
        (shared, "too long or too deep"),
        (wordless, "`Wordless` was raised."),
        (flat, "not right"),
        (lambda x, w, b: np.array([1, "a", None], dtype=object), "An array of object came back"),
    ],
)
def test_odd_answers_get_a_sentence_and_the_next_check_works(answer, says):
    verdict = check("neuron.line", answer)
    assert says in verdict.message and len(str(verdict)) < 3000 and verdict.state == NOT_RIGHT
    assert check("neuron.line", line).right


@pytest.mark.parametrize(
    "kind", ["bfloat16", "float16", "sparse", "meta", "float8", "conjugate", "quantised"]
)
def test_tensors_of_any_kind_get_a_sentence(kind):
    torch = pytest.importorskip("torch")
    change = {
        "bfloat16": lambda t: t.bfloat16(),
        "float16": lambda t: t.half(),
        "sparse": lambda t: (t + 1).to_sparse(),
        "meta": lambda t: t.to("meta"),
        "float8": lambda t: t.to(torch.float8_e4m3fn),
        "conjugate": lambda t: torch.complex(t, t).conj(),
        "quantised": lambda t: torch.quantize_per_tensor(t.float(), 0.1, 0, torch.quint8),
    }[kind]
    verdict = check(
        "neuron.output", lambda x, w, b: change(torch.as_tensor(x * 1.0) @ torch.tensor(w * 1.0) + b)
    )
    assert verdict.state == NOT_RIGHT and "stumbled" not in verdict.message
    assert check("neuron.line", line).right


def test_where_no_thread_can_start_a_sentence_says_so(monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(import_module("helpers.checks.sandbox").threading.Thread, "start", refuse)
    assert "no thread left" in check("neuron.line", line).message
    monkeypatch.undo()
    assert check("neuron.line", line).right


def test_the_first_import_of_a_slow_library_does_not_count(tmp_path, monkeypatch):
    for i in range(4):
        (tmp_path / f"slow_part_{i}.py").write_text("import time\ntime.sleep(0.4)\n")
    monkeypatch.syspath_prepend(tmp_path)

    def late(x, w, b):
        import slow_part_0  # noqa: F401

        return w * x + b

    assert check("neuron.line", late, seconds=1.0).right


# What cannot be known by heart, and what counts as right


def test_an_answer_that_knows_the_cases_by_heart_fails():
    seen = {}

    def learns(x, w, b):
        seen[repr((x, w, b))] = w * x + b
        return w * x + b

    assert check("neuron.line", learns).right and len(seen) > 50
    verdict = check("neuron.line", lambda x, w, b: seen.get(repr((x, w, b)), 0.0))
    assert verdict.state == NOT_RIGHT


SINGLE = np.float32
DOUBLE = declare(lambda x: np.tanh(x), domain={"x": numbers("n", floats=True)})


@pytest.mark.parametrize(
    "answer",
    [
        lambda x: np.tanh(x.astype(SINGLE)),
        lambda x: np.tanh(x).astype(SINGLE),
        lambda x: np.tanh(x).tolist(),
        lambda x: tuple(np.tanh(x)),
    ],
)
def test_float32_and_lists_are_right(answer):
    assert judge(DOUBLE, answer, 5).right


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x: np.tanh(x).astype(np.float16), "right to two or three digits"),
        (lambda x: np.round(np.tanh(x), 5), "right to about five digits"),
        (lambda x: np.round(np.tanh(x), 1), "values is right"),
        (lambda x: np.tanh(x).astype(SINGLE) * SINGLE(1.01), "None of the values is right"),
        (lambda x: -np.tanh(x), "the sign is the wrong way round"),
        (lambda x: np.where(x > 0, -1, 1) * np.tanh(x), "values is right"),
        (lambda x: np.sort(np.tanh(x)), "another order"),
        (lambda x: np.tanh(x) + 0.5, "off by the same amount"),
    ],
)
def test_what_is_said_of_a_cause_is_true(answer, says):
    assert says in judge(DOUBLE, answer, 5).message


def test_neither_order_nor_shift_is_said_where_a_large_number_hides_the_rest():
    large = declare(lambda x: x + [1e6, 1, 2, 3], edges=[(np.zeros(4),)])
    assert "3 of 4 values are not right" in judge(large, lambda x: x + [1e6, 1.5, 2.5, 3.5], 5).message


def test_whole_numbers_are_named_where_floats_are_right():
    shift = declare(lambda x: x + 0.5, domain={"x": numbers("n")})

    def like(x):
        made = np.zeros_like(x)
        made[:] = x + 0.5
        return made

    assert "It is right for floats" in judge(shift, like, 5).message


def test_two_results_the_wrong_way_round_are_named():
    two = declare(lambda x: (x.sum(), x.mean()), domain={"x": numbers("n", floats=True)})
    assert "in the other order" in judge(two, lambda x: (x.mean(), x.sum()), 5).message


def test_a_share_is_told_where_most_is_right():
    shift = declare(lambda x: x + 1.0, domain={"x": number()})
    assert "It is right in" in judge(shift, lambda x: x + 1.0 if x != 0 else 0.0, 5).message


def test_new_arrays_and_words_are_looked_at():
    new = declare(lambda x: x.copy(), domain={"x": numbers("n")}, new=True)
    assert "in the memory of the input `x`" in judge(new, lambda x: x, 5).message
    assert "in the memory of the input `x`" in judge(new, lambda x: x[:], 5).message
    assert judge(new, lambda x: x + 0, 5).right

    def stop(x):
        raise ValueError("it stops here")

    words = declare(stop, edges=[(1.0,)], words=True)
    assert judge(words, stop, 5).right

    def silent(x):
        raise ValueError

    assert "says nothing" in judge(words, silent, 5).message


def test_what_is_asked_of_the_code_itself():
    loop = declare(
        abs, edges=[(1.0,), (-2.0,)], asks=lambda f: "" if f.__name__ == "mine" else "Write it anew."
    )
    assert judge(loop, abs, 5).message == "Write it anew."


def test_a_function_among_the_inputs_can_be_typed_in_again():
    twice = declare(lambda f: f(2.0), edges=[(written("lambda x: {w} * x", w=3.0),)])
    call = judge(twice, lambda f: f(1.0), 5).case.split("\ngave ")[0]
    assert call == "it(f=lambda x: 3.0 * x)"


def test_what_comes_back_and_cannot_be_used_is_not_the_checks_mistake():
    space = {}
    ours = f"{import_module('helpers.checks.sandbox').OURS}/made_up.py"
    exec(compile("def outcome(f, x):\n    return len(f(x)[0])", ours, "exec"), space)
    pairs = declare(lambda x: [(x, x)], outcome=space["outcome"], edges=[(1.0,)])
    assert "could not be put to use" in judge(pairs, lambda x: None, 5).message
