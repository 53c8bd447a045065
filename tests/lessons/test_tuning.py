"""Promise: trials are trainings that torch would make, searches do what is said, and no trial is lost."""

import json
import sys
from itertools import product

import numpy as np
import optuna
import pytest
import torch

from helpers.checks import check
from helpers.explorables import Search
from helpers.explorables.search import LANDSCAPES, TRIALS, dice, games, loss
from helpers.learning.moons import moons
from helpers.real_models import coins, nine_knobs, study, widths
from helpers.real_models.halving import Known, halve
from helpers.real_models.ridge import ridge_trial
from helpers.real_models.search import (
    best_so_far,
    closeness,
    expected_best,
    gaps,
    grid,
    log_scale,
    suggest,
)
from helpers.real_models.trials import KNOBS, STEPS, WORST, Trainees, losses, settings

optuna.logging.set_verbosity(optuna.logging.ERROR)


def in_torch(place, steps, seed=0, width=16):
    """Return the validation loss of one trial, trained by torch: momentum, and a decay of its own."""
    at = {name: float(value[0]) for name, value in settings([place]).items()}
    examples, rng = np.random.default_rng(0), np.random.default_rng(seed)
    train, valid = moons(60, noise=0.3, rng=examples), moons(400, noise=0.3, rng=examples)
    x, y, x_valid, y_valid = (torch.tensor(each) for each in (*train, *valid))
    model = torch.nn.Sequential(
        torch.nn.Linear(2, width), torch.nn.ReLU(), torch.nn.Linear(width, 2)
    ).double()
    for layer, shape in ((model[0], (width, 2)), (model[2], (2, width))):
        layer.weight.data = torch.tensor(at["spread"] * rng.normal(size=shape))
        layer.bias.data.zero_()
    optimiser = torch.optim.SGD(model.parameters(), lr=at["rate"], momentum=1 - at["forgets"])
    for _ in range(steps):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()
        for layer in (model[0], model[2]):
            layer.weight.data *= 1 - at["rate"] * at["decay"]
        optimiser.step()
    return float(torch.nn.functional.cross_entropy(model(x_valid), y_valid).detach())


@pytest.mark.parametrize(
    "place", [[0.5] * 4, [0.7, 0.3, 0.6, 0.5], [0.6, 1.0, 0.9, 0.7], [0.3, 0.0, 0.0, 0.6]]
)
def test_a_trial_is_what_torch_trains(place):
    assert losses([place], steps=30)[0] == pytest.approx(in_torch(place, 30), rel=1e-9)


def test_networks_side_by_side_are_what_each_is_alone():
    places = np.random.default_rng(0).random((7, 4))
    together = losses(places)
    assert np.allclose(together, [losses([place])[0] for place in places], rtol=1e-9)
    assert (together <= WORST).all() and losses([[1.0, 0.5, 1.0, 0.5]])[0] == WORST
    assert not np.allclose(together, losses(places, seed=1)) and not np.allclose(
        together, losses(places, data=1)
    )


def test_training_goes_on_where_it_stopped_and_with_those_that_are_kept():
    places = np.random.default_rng(0).random((6, 4))
    racers = Trainees(places).train(30)
    racers.keep([4, 1]).train(STEPS - 30)
    assert np.allclose(racers.losses(), losses(places[[4, 1]]), rtol=1e-9)


def test_a_trial_of_a_ridge_is_what_the_normal_equations_say():
    x, new = np.linspace(-1, 1, 20), np.linspace(-1, 1, 401)
    y = np.sin(np.pi * x) + 0.3 * np.random.default_rng(0).normal(size=20)
    features = np.polynomial.chebyshev.chebvander(x, 14)
    price = 20 * 0.1 * np.diag([0.0] + [1.0] * 14)
    w = np.linalg.solve(features.T @ features + price, features.T @ y)
    missed = np.mean((np.polynomial.chebyshev.chebval(new, w) - np.sin(np.pi * new)) ** 2)
    assert ridge_trial(20, 0.1, runs=1) == pytest.approx(missed)


def test_settings_are_the_limits_at_the_ends():
    low, high = settings([[0.0] * 4])["rate"], settings([[1.0] * 4])["rate"]
    assert (low[0], high[0]) == pytest.approx(KNOBS["rate"])
    assert list(settings([[0.5] * 4])) == list(KNOBS)


@pytest.mark.parametrize(("place", "value"), [(0, 0.001), (0.25, 0.01), (0.5, 0.1), (1, 10)])
def test_a_log_scale_goes_by_equal_factors(place, value):
    assert log_scale(place, 0.001, 10) == pytest.approx(value)


def test_a_grid_has_every_combination_once():
    for values, knobs in product((1, 2, 3), (1, 2, 4)):
        places = grid(values, knobs)
        assert places.shape == (values**knobs, knobs) == np.unique(places, axis=0).shape
        assert set(places.round(9).ravel()) == {round((i + 0.5) / values, 9) for i in range(values)}


def test_best_so_far_and_gaps():
    rows = np.random.default_rng(0).random((3, 9))
    assert (best_so_far(rows) == [[row[: i + 1].min() for i in range(9)] for row in rows]).all()
    assert gaps(np.array([[0.0, 3.0], [1.0, 0.0]]), np.array([0.0, 0.0])) == pytest.approx([0, 1])


def test_a_suggestion_is_near_the_good_and_far_from_the_bad():
    places, found = np.array([[0.4], [0.6], [0.1], [0.9]]), np.array([1.0, 1.1, 3.0, 3.0])
    assert suggest(np.array([[0.1], [0.5], [0.9]]), places, found, share=0.5)[0] == 0.5
    assert suggest(np.array([[0.1], [0.5], [0.9]]), places, -found, share=0.5)[0] in (0.1, 0.9)
    assert closeness(np.zeros(2), np.array([[3.0, 4.0]]), 5.0) == pytest.approx(np.exp(-0.5))


@pytest.mark.parametrize(("guessers", "questions"), [(1, 10), (2, 2), (5, 20), (100, 50)])
def test_the_expected_best_is_what_coins_give(guessers, questions):
    drawn = np.random.default_rng(0).binomial(questions, 0.5, size=(20_000, guessers)).max(axis=1)
    error = 4 * drawn.std() / np.sqrt(20_000)
    assert abs(expected_best(guessers, questions) * questions - drawn.mean()) < error + 1e-9


def test_a_leak_is_as_large_as_foretold_and_the_truth_stays_chance():
    seen, new = coins.leaks(50, runs=40).mean(axis=0)
    assert abs(seen - expected_best(50, coins.CHOSEN_BY)) < 0.02 and abs(new - 0.5) < 0.015
    says = coins.answers(np.random.default_rng(0).normal(size=(40, 3)), 9, np.random.default_rng(1))
    assert says.shape == (9, 40) and (says.sum(axis=1) == 20).all()


def test_halving_takes_the_steps_that_it_counts():
    taken = []

    class Counted(Known):
        def train(self, steps):
            left = len(self.losses()) if self.steps else 9
            taken.append(steps * left)
            return super().train(steps)

    table = {2: [9, 8, 7, 6, 5, 4, 3, 2, 1], 6: [9, 9, 9, 9, 9, 9, 1.0, 3.0, 2.0]}
    assert halve(Counted(table), first=2) == (6, 1.0, sum(taken)) and taken == [18, 12]
    assert halve(Known({1: [2.0, 1.0, 3.0]}), first=1) == (1, 1.0, 3)


def test_the_winner_of_a_race_is_trained_like_all_others():
    places = np.random.default_rng(3).random((27, 4))
    winner, found, taken = halve(Trainees(places), first=4)
    assert found == pytest.approx(losses(places[[winner]], steps=36)[0]) and taken == 27 * 4 + 9 * 8 + 3 * 24


def test_nine_derivatives_are_those_of_torch():
    start = np.random.default_rng(0).uniform(-2, 2, size=(9, 3))
    knobs = [torch.tensor(knob[:, None], requires_grad=True) for knob in start]
    x1, x2, y = (
        torch.tensor(each, dtype=torch.float64) for each in (nine_knobs.X1, nine_knobs.X2, nine_knobs.Y)
    )
    optimiser = torch.optim.SGD(knobs, lr=0.1)
    for _ in range(50):
        optimiser.zero_grad()
        a, b, c, d, e, f, g, h, i = knobs
        out = g * torch.tanh(a * x1 + b * x2 + c) + h * torch.tanh(d * x1 + e * x2 + f) + i
        ((out - y) ** 2).mean(dim=1).sum().backward()
        optimiser.step()
    expected = nine_knobs.misfits(np.array([knob.detach().numpy()[:, 0] for knob in knobs]))
    assert np.allclose(nine_knobs.by_derivatives(start, steps=50), expected)


def test_a_round_of_positions_is_the_best_of_81():
    knobs = np.random.default_rng(0).uniform(-2, 2, size=9)
    tried = [np.where(np.arange(9) == i, at, knobs) for i in range(9) for at in np.linspace(-2, 2, 9)]
    best = min(tried, key=lambda each: nine_knobs.misfits(each[:, None])[0])
    assert (nine_knobs.one_round(knobs) == best).all()
    two = nine_knobs.by_positions(knobs[:, None], rounds=2)
    assert two[0] <= nine_knobs.by_positions(knobs[:, None], rounds=1)[0]


def test_widths_are_trained_as_adam_of_torch_does():
    rate, width, seed = 2.0**-5, 8, 3
    x, y = widths.task(seed)
    roll = torch.Generator().manual_seed(1000 + seed)
    shapes, gains = ((16, width), (width, width), (width, 1)), (1.0, 2.0, 1.0)
    W = [torch.randn(*s, generator=roll) * (g / s[0]) ** 0.5 for s, g in zip(shapes, gains, strict=True)]
    W = [each.requires_grad_() for each in W]
    groups = [{"params": W[:1], "lr": rate}, {"params": W[1:], "lr": rate / 4}]
    optimiser = torch.optim.Adam(groups)

    def misfit():
        return ((torch.relu(torch.relu(x @ W[0]) @ W[1]) @ W[2] - y) ** 2).mean()

    for _ in range(20):
        optimiser.zero_grad()
        misfit().backward()
        optimiser.step()
    found = widths.losses_at_rates(width, [rate, 10.0], seed, share=0.25, steps=20)
    assert (
        float(found[0]) == pytest.approx(float(misfit().detach()), rel=1e-3) and torch.isfinite(found).all()
    )


def test_contests_share_their_first_ten_trials():
    samplers = optuna.samplers.RandomSampler, optuna.samplers.TPESampler
    random, tpe = (study.contest(sampler, runs=2, trials=12) for sampler in samplers)
    assert (
        random.shape == (2, 12) and (random[:, :10] == tpe[:, :10]).all() and (random[0] != random[1]).all()
    )
    assert not (random[:, 10:] == tpe[:, 10:]).all()


def test_a_pushed_grid_is_a_grid_pushed_within_its_cells(monkeypatch):
    seen = []
    monkeypatch.setattr(study, "losses", lambda places: seen.append(places) or np.zeros(len(places)))
    assert study.pushed_grids(2).shape == (2, 81)
    for places in seen:
        assert all(len(np.unique(column.round(9))) == 3 for column in places.T)
        assert len(np.unique(places.round(9), axis=0)) == 81 and places.min() >= 0 and places.max() <= 1
    assert not np.allclose(seen[0], seen[1])


@pytest.fixture
def log(tmp_path):
    return tmp_path / "study.log"


def test_a_worker_that_dies_takes_nothing_along(log):
    shared = study.open_study(log, seed=0)
    workers = [study.start_worker(log, seed, trials=12, pause=0.2) for seed in (1, 2)]
    study.wait_for(shared, trials=4, worker=1)
    before = [trial.number for trial in study.complete(shared)]
    workers[0].kill()
    assert workers[0].wait() != 0 and workers[1].wait(timeout=120) == 0
    after = study.complete(shared)
    numbers = [trial.number for trial in after]
    assert set(before) <= set(numbers) and len(set(numbers)) == len(numbers) == 12
    assert len({tuple(trial.params.values()) for trial in after}) == 12
    (dead,) = study.begun(shared)
    assert dead.user_attrs["worker"] == 1 and dead.number not in numbers
    study.hand_on(shared, dead)
    study.hand_on(shared, dead)  # once is enough
    study.work(log, seed=3, trials=14)
    again = [trial for trial in study.complete(shared) if trial.params == dead.params]
    assert len(again) == 1 and len(study.complete(shared)) == 14 and study.begun(shared) == []
    for trial in study.complete(shared):
        assert trial.value == pytest.approx(losses([list(trial.params.values())])[0])


def test_waiting_for_workers_that_do_nothing_ends_in_a_sentence(log):
    """As where a worker cannot start, or all have ended: the notebook does not wait for ever."""
    shared = study.open_study(log, seed=0)
    with pytest.raises(TimeoutError, match="No worker has added anything for 0.2 seconds"):
        study.wait_for(shared, trials=1, worker=1, patience=0.2)
    study.work(log, seed=1, trials=2)
    with pytest.raises(TimeoutError, match="2 of 1 trials are complete"):
        study.wait_for(shared, trials=1, worker=1, patience=0.2)


BAD = {
    "words": ("hello\n", "Line 1 of study.log is none that Optuna"),
    "another kind of entry": ('{"op_code": 99}\n', "Line 1 of study.log is none that Optuna"),
    "another format": ('{"op_code": 0}\n{"version": 3}\n', "Line 2 of study.log is none that Optuna"),
    "a list": ("[4]\n", "Line 1 of study.log is none that Optuna"),
    "cut short": ('{"op_code": 0}\n{"op_co', "The last line of study.log is cut short"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_in_one_sentence_and_stays(log, what, capfd):
    text, says = BAD[what]
    log.write_text(text)
    with pytest.raises(ValueError, match=says) as error:
        study.open_study(log, seed=0)
    assert "\n" not in str(error.value) and log.read_text() == text
    assert [path.name for path in log.parent.iterdir()] == ["study.log"], "a lock is left"
    assert study.start_worker(log, seed=1, trials=1, pause=0).wait() == 1
    said = capfd.readouterr().err.strip()
    assert said.startswith(says) and said.count("\n") == 0


def test_a_good_file_is_opened_again_with_all_its_trials(log):
    study.work(log, seed=1, trials=3)
    assert len(study.complete(study.open_study(log, seed=2))) == 3
    kinds = {json.loads(line)["op_code"] for line in log.read_text().splitlines()}
    assert kinds <= set(study.ENTRIES)
    from optuna.storages.journal._storage import JournalOperation

    assert set(map(int, JournalOperation)) == set(study.ENTRIES)


def test_dice_are_lehmers():
    roll = dice(1)
    for _ in range(10_000):
        last = next(roll)
    assert round(last * 2147483647) == 399268537  # the value that C++ names for minstd_rand


@pytest.mark.parametrize("kind", LANDSCAPES)
def test_games_are_fair_and_have_the_lowest_loss_that_is_shown(kind):
    for best, hole, searches in games(kind):
        assert {len(places) for places in searches.values()} == {TRIALS}
        assert all(places.min() >= 0 and places.max() <= 1 for places in searches.values())
        lowest = loss(hole if kind == "trap" else best, kind, best, hole)
        assert lowest == pytest.approx(0.2) and loss(grid(50, 2), kind, best, hole).min() >= 0.2
        assert (searches["random"][:8] == searches["model"][:8]).all()


@pytest.mark.parametrize("kind", LANDSCAPES)
def test_the_game_does_not_begin_at_its_end(kind):
    """Neither the trial that is made nor the place of the next one gives the lowest place away."""
    start = Search(kind=kind)
    there = Search(kind=kind, hand=[[start.rate, start.decay]])
    assert min(start.numbers()["hand_best"], there.numbers()["hand_best"]) > 0.25


def test_who_wins_in_the_games_is_what_the_chapter_says():
    one, both, trap = (Search(kind=kind, trials=36.0).numbers() for kind in LANDSCAPES)
    assert one["model_ahead"] >= 15 and both["model_ahead"] >= 15 and one["grid_ahead"] <= 5
    assert abs(trap["model_mean"] - trap["random_mean"]) < 0.02
    assert (one["grid_rates"], one["random_rates"]) == (6, 36)


def test_combinations_that_sort_or_merge_values_do_not_pass(tmp_path, monkeypatch):
    monkeypatch.setenv("EVERY_KNOB_HOME", str(tmp_path))
    for change in (np.sort, np.unique):
        answer = lambda values, change=change: np.array(list(product(*map(change, values))))  # noqa: E731
        assert not check("tuning.combinations", answer).right


def test_a_worker_is_this_python(log):
    worker = study.start_worker(log, seed=1, trials=1, pause=0)
    assert worker.args[0] == sys.executable and worker.wait() == 0
