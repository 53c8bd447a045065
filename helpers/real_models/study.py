"""Many workers on one search: a study of Optuna in one file, which any number of processes write to.

`python -m helpers.real_models.study FILE SEED TRIALS [PAUSE]` is one worker. It leaves out machines that
share no folder: for them the storage is a database (see chapter 17).
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock
from optuna.trial import TrialState

from .search import grid
from .trials import KNOBS, losses

NAME = "two moons"
ENTRIES = range(11)  # the kinds of entries that Optuna 4 and 5 write


def place(trial):
    """Return a place from 0 to 1 for each of the four knobs, as a trial of Optuna suggests them."""
    return [trial.suggest_float(knob, 0, 1) for knob in KNOBS]


def contest(sampler, runs, trials):
    """Return the losses of so many searches over the four knobs, each with a seed of its own: [runs, trials].

    sampler: a class of Optuna. The searches go on side by side, so that their networks train in one array.
    """
    studies = [optuna.create_study(sampler=sampler(seed=seed)) for seed in range(runs)]
    found = []
    for _ in range(trials):
        asked = [study.ask() for study in studies]
        found.append(losses([place(trial) for trial in asked]))  # [runs]
        for study, trial, loss in zip(studies, asked, found[-1], strict=True):
            study.tell(trial, loss)
    return np.array(found).T


def pushed_grids(runs):
    """Return the losses of a grid with three values of each knob, pushed within its cells: [runs, 81].

    Each run has a seed of its own, which draws how far, and the order of the trials.
    """
    found = []
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        pushed = grid(3, len(KNOBS)) + rng.uniform(-1 / 6, 1 / 6, size=len(KNOBS))
        found.append(losses(rng.permutation(pushed)))
    return np.array(found)


def open_study(path, seed):
    """Return the study in a file, made anew where there is none. seed: of this worker's own sampler.

    ValueError, in one sentence, where a line of the file cannot be read; the file stays as it is.
    """
    lock = JournalFileOpenLock(str(path))  # a file beside it, while somebody writes
    if Path(path).exists():
        lock.acquire()
        try:
            check_lines(path)
        finally:
            lock.release()
    return optuna.create_study(
        study_name=NAME,
        storage=JournalStorage(JournalFileBackend(str(path), lock_obj=lock)),
        sampler=optuna.samplers.TPESampler(seed=seed),
        load_if_exists=True,
    )


def check_lines(path):
    """Raise a ValueError unless every line of the file is an entry that this version of Optuna knows."""
    lines = Path(path).read_bytes().split(b"\n")
    if lines.pop():  # what stands behind the last end of a line
        raise ValueError(
            f"The last line of {Path(path).name} is cut short: delete it, and the study goes on."
        )
    for number, line in enumerate(lines, start=1):
        try:
            known = json.loads(line)["op_code"] in ENTRIES
        except (ValueError, KeyError, TypeError):
            known = False
        if not known:
            says = f"Line {number} of {Path(path).name} is none that Optuna {optuna.__version__} wrote"
            raise ValueError(f"{says}: open the study with the version that did, or begin a new file.")


def work(path, seed, trials, pause=0.0):
    """Run trials until the study has so many complete ones, whoever ran them.

    pause: seconds that a trial takes longer, as that of a larger model would. Each trial notes its worker.
    """
    study = open_study(path, seed)
    while len(complete(study)) < trials:
        trial = study.ask()
        trial.set_user_attr("worker", seed)
        loss = losses([place(trial)])[0]
        time.sleep(pause)
        study.tell(trial, float(loss))


def start_worker(path, seed, trials, pause):
    """Start a process that does `work`, and return it; this one goes on."""
    words = [str(path), str(seed), str(trials), str(pause)]
    return subprocess.Popen([sys.executable, "-m", __name__, *words])


def complete(study):
    """Return the trials that have a loss."""
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))


def begun(study):
    """Return the trials that somebody began and nobody ended: their worker is at work, or it has died."""
    return study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))


def half_done(study, worker):
    """Return the trials that this worker is in the middle of: its four knobs are drawn."""
    mine = [trial for trial in begun(study) if trial.user_attrs.get("worker") == worker]
    return [trial for trial in mine if len(trial.params) == len(KNOBS)]


def wait_for(study, trials, worker, patience=60.0):
    """Return when so many trials are complete and this worker is in the middle of one.

    TimeoutError when nobody has added a trial for `patience` seconds: the workers have ended or died.
    """
    seen, since = None, time.monotonic()
    while len(complete(study)) < trials or not half_done(study, worker):
        now = len(study.get_trials(deepcopy=False)), len(complete(study))
        if now != seen:
            seen, since = now, time.monotonic()
        if time.monotonic() - since > patience:
            says = (
                f"No worker has added anything for {patience:g} seconds, and {now[1]} of {trials} trials are"
            )
            raise TimeoutError(f"{says} complete: see what the workers said above, and start them again.")
        time.sleep(0.01)


def hand_on(study, trial):
    """Close a trial whose worker has died, and put its settings first in line for whoever asks next.

    One that has ended since is left as it is.
    """
    if trial.number in {each.number for each in begun(study)}:
        study.tell(trial.number, state=TrialState.FAIL)
        study.enqueue_trial(trial.params)


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    file, seed, trials, *pause = sys.argv[1:]
    try:
        work(file, int(seed), int(trials), *map(float, pause))
    except ValueError as error:
        sys.exit(str(error))
