"""The page "Train", and the jobs that work beside the pages."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnnviz.core import CELLS
from rnnviz.core.learning.optimisers import Rule
from rnnviz.core.learning.tasks import ON_TREES, TASKS
from rnnviz.core.learning.training import Recipe, Trainer
from rnnviz.scenes import recipes
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT, read_settings
from rnnviz.scenes.training import recipe_of, result, shown_with
from rnnviz.ui import jobs
from rnnviz.ui.jobs import JOBS, Job, Jobs
from tests.figures.decoded import Decoded
from tests.ui.driver import fine, go, opened
from tests.ui.pages import said, warned

LSTM = CELLS["lstm"].equations
LONG = Recipe("reverse", LSTM, 32, rule=Rule(rate=0.0001), updates=5000)


def part(app: Any, key: str) -> Any:
    """What the page hands to one of its components."""
    (one,) = [child for child in app.main if getattr(child, "key", None) == key]
    return one.proto


def train(app: Any) -> Any:
    """Press "Train", and look again when it has ended."""
    fine(app.button(key="train").click().run())
    job: Job = app.session_state["job"]
    assert job.ended.wait(60)
    return fine(app.run())


@pytest.mark.parametrize("task", [name for name in TASKS if name not in ("series", *ON_TREES)])
def test_every_task_is_trained_and_seen_again(task: str) -> None:
    """Each task trains, says what came of it, and shows the network at any update."""
    app = train(go(opened(task=task, updates=40), "train"))
    assert warned(app) == []
    told = " ".join(said(app, "paragraph"))
    assert "updates." in told
    assert "two decimals" in told
    last = Decoded(part(app, "trained").bytes)
    fine(app.slider(key="seen_update").set_value(0).run())
    first = Decoded(part(app, "trained").bytes)
    name = next(iter(first.head["weights"]))
    assert first.weight(name, 0, 0) != last.weight(name, 0, 0)
    fine(app.button(key="see_trained").click().run())
    assert Decoded(part(app, "trained").bytes).weight(name, 0, 0) == last.weight(name, 0, 0)


def test_a_series_of_ones_own() -> None:
    """The series that is read can be learnt; without one it is told what is missing."""
    assert any("There is no series" in one for one in warned(go(opened(task="series"), "train")))
    app = train(go(opened(task="series", source="signal", updates=40), "train"))
    assert "today's value alone" in " ".join(said(app, "paragraph"))


def test_trained_weights_are_simply_the_weights() -> None:
    """Taken along, they are on every page the weights of their recipe, and a link holds the recipe."""
    app = train(go(opened(task="sentiment_ko", cell="gru"), "train"))
    fine(app.button(key="train_use").click().run())
    address = {"task": "sentiment_ko", "cell": "gru", "weights": "taught", "source": "words", "wiring": "many-to-one"}
    address["text"] = "안 좋은 영화"
    settings = read_settings(address)[0]
    shown = build(settings)
    assert shown.network.weights.name == "taught"
    assert shown.scene.wired
    assert shown.scene.wired.answers(shown.scene.outputs or ()) == ("negative",)
    for page in ("what-if", "backward", "memory"):
        assert warned(go(opened(**address), page)) == []
    # Where nobody has trained by it, the text has other weights, which is told.
    other = replace(settings, seed=77)
    assert build(other).network.weights.name != "taught"


def test_more_updates_go_on() -> None:
    """With more updates training goes on from where it ended, and comes to the same as in one go."""
    app = train(go(opened(task="reverse", updates=30), "train"))
    fine(app.number_input(key="pick_updates").set_value(60).run())
    app = train(app)
    job: Job = app.session_state["job"]
    whole = Trainer(job.recipe).go_on(lambda: False)
    assert job.losses == whole.losses
    assert job.state
    np.testing.assert_array_equal(job.state.vector, whole.state.vector)


def test_a_race_and_a_branch() -> None:
    """Beside a run goes another one, from another seed, or as a branch of it that begins where it leaves."""
    app = train(go(opened(task="parity", updates=60, rival="seed"), "train"))
    other: Job = app.session_state["rival"]
    assert other.ended.wait(60)
    assert other.recipe.seed == 1
    assert len(json.loads(part(app, "curve").json)["runs"]) == 2
    app = train(go(opened(task="parity", updates=60), "train"))
    fine(app.selectbox(key="pick_rival").set_value("branch").run())
    fine(app.number_input(key="pick_branch").set_value(20).run())
    fine(app.button(key="train_race").click().run())
    branch: Job = app.session_state["rival"]
    assert branch.ended.wait(60)
    own: Job = app.session_state["job"]
    assert branch.losses[:20] == own.losses[:20]
    assert branch.losses[-1] != own.losses[-1]


def test_too_fast() -> None:
    """One click sets a rate at which the loss grows; the run stops by itself and says so."""
    app = go(opened(task="text", text="hello world", seed=1), "train")
    fine(app.button(key="train_fast").click().run())
    app = train(app)
    assert any("The loss grew" in one for one in said(app, "paragraph"))
    assert app.button(key="train_on")


def test_jobs_take_turns() -> None:
    """A short run does not wait for long ones; stopped ones get no further slice, and go on where they were."""
    own = Jobs(1)
    try:
        long = [Job(replace(LONG, seed=seed)) for seed in range(4)]
        for job in long:
            assert own.begin(job)
        short = Job(Recipe("text", LSTM, 8, text="hello", updates=20))
        assert own.begin(short)
        assert short.ended.wait(30)
        assert all(job.running for job in long)
        for job in long:
            job.stop()
        counts = [len(job.losses) for job in long]
        time.sleep(0.5)
        after = [len(job.losses) for job in long]
        assert sum(one != other for one, other in zip(counts, after, strict=True)) <= 1  # the slice on its way
        assert own.begin(long[0])
        waited = time.monotonic() + 30
        while len(long[0].losses) <= after[0] and time.monotonic() < waited:
            time.sleep(0.05)
        assert len(long[0].losses) > after[0]
        long[0].stop()
    finally:
        own.close()


def test_a_killed_worker() -> None:
    """A process that is killed in the middle is replaced; the run ends as if nothing had been."""
    own = Jobs(1)
    try:
        asked = Recipe("reverse", LSTM, 16, updates=250)
        job = Job(asked)
        own.begin(job)
        waited = time.monotonic() + 30
        while len(job.losses) < 20 and time.monotonic() < waited:
            time.sleep(0.02)
        (worker,) = own.workers
        assert worker.process
        worker.process.kill()
        assert job.ended.wait(60)
        assert job.losses == Trainer(asked).go_on(lambda: False).losses
        assert job.error == ""
    finally:
        own.close()


def test_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that nobody asks for is not worked on; it says so, and goes on once somebody asks."""
    own = Jobs(1)
    try:
        monkeypatch.setattr(jobs, "LEASE", 0.3)
        job = Job(LONG)
        own.begin(job)
        time.sleep(1.5)
        first = len(job.losses)
        time.sleep(0.5)
        assert len(job.losses) == first
        assert job.told(0)["waits"]
        job.heard()
        waited = time.monotonic() + 30
        while len(job.losses) == first and time.monotonic() < waited:
            job.heard()
            time.sleep(0.05)
        assert len(job.losses) > first
        job.stop()
    finally:
        own.close()


def test_too_many() -> None:
    """More runs than there is room for are refused."""
    own = Jobs(0)
    assert all(own.begin(Job(LONG)) for _ in range(jobs.MOST))
    assert not own.begin(Job(LONG))


def test_what_a_browser_hears() -> None:
    """Losses from one on, the time that is left, and numbers that JSON can hold."""
    job = Job(LONG)
    job.losses = [1.0, float("nan"), float("inf"), 0.25]
    told = job.told(1)
    assert told["losses"] == [1e30, 1e30, 0.25]
    assert (told["done"], told["updates"], told["running"]) == (4, 5000, True)
    json.dumps(told, allow_nan=False)
    job.fail("lost")
    assert job.told(0)["ended"] == "lost"


def test_an_example_is_shown_as_it_was_trained() -> None:
    """The network on the page reads an example with the weights that were measured, in the wiring of its task."""
    settings = replace(DEFAULT, task="reverse", cell="gru", updates=300)
    asked = recipe_of(settings)
    state = Trainer(asked).go_on(lambda: False).state
    found = result(asked, state.best)
    shown = shown_with(asked, found.params, 3, state.count, 2)
    assert shown.scene.wired
    name = "".join(shown.sequence.symbols or ())
    assert "".join(shown.scene.wired.answers(shown.scene.outputs or ())) == name.rstrip("▸")[::-1]
    assert recipes.taught(settings) is None  # it was not made on the page
    assert JOBS.count >= 1
