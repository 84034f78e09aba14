"""The task below the tree, as Streamlit runs it: both runs, what came of them, and the table of three seeds."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest

from rnnviz.core import CELLS
from rnnviz.core.learning import contest, nested
from rnnviz.core.learning.training import Trainer
from rnnviz.data.train_nested import FILE, NETS, guess
from rnnviz.scenes import recipes
from rnnviz.scenes.contest import table
from rnnviz.scenes.settings import on_tree, read_settings
from rnnviz.scenes.trees import branched
from tests.figures.decoded import Decoded
from tests.ui.driver import fine, go, opened
from tests.ui.pages import warned
from tests.ui.test_branching import heads, html, numbers

EXPRESSION = {"source": "words", "text": "(MAX 3 (MIN 7 2))", "task": "nested_trees", "weights": "taught"}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of few updates."""
    monkeypatch.setattr(recipes, "CONTEST", 40)


def tried(app: Any) -> list[str]:
    """The tables of accuracy by depth: that of the runs, if they have ended, and that of three seeds."""
    return [body for body in html(app) if body.startswith("<div class=bt") and "<th scope=row>Depth</th>" in body]


def race(app: Any) -> Any:
    """Train both, and look again when they have ended."""
    fine(app.button(key="contest_begin").click().run())
    for job in app.session_state["contest"]:
        assert job.ended.wait(60)
    return fine(app.run())


@pytest.mark.usefixtures("short")
def test_both_are_trained_and_tried() -> None:
    """Both runs are tried on every depth when they end; what is printed is what a run from the recipe gives."""
    app = race(go(opened(seed=5), "tree"))
    runs, seeds = tried(app)
    assert heads(runs) == ["Tree: recursive net", "Chain: LSTM"]
    for k, (cell, on_trees) in enumerate((("recursive", True), ("lstm", False))):
        made = contest.recipe(CELLS[cell].equations, on_trees=on_trees, seed=5, updates=40)
        expected = Trainer(made).go_on(lambda: False).state.tried
        assert [row[k] for row in numbers(runs)] == [f"{part:.2f}" for part in expected.values()]
    assert heads(seeds)[:5] == [f"{'Tree' if NETS[row.cell] else 'Chain'}: {name}" for row, name in called()]


def called() -> list[tuple[Any, str]]:
    """The rows of the table with the names of their cells."""
    names = {"recursive": "recursive net", "tree_lstm": "tree LSTM", "vanilla": "vanilla RNN"}
    return [(row, names.get(row.cell, row.cell.upper())) for row in table().rows]


@pytest.mark.usefixtures("short")
def test_the_trained_tree_is_simply_the_tree() -> None:
    """Taken along, its weights read the expression above; its link opens the same, and says so where it is not made."""
    app = race(go(opened(cell="tree_lstm", seed=6), "tree"))
    fine(app.button(key="contest_use").click().run())
    assert warned(app) == []
    (player,) = [child for child in app.main if getattr(child, "key", None) == "tree"]
    found = Decoded(player.proto.bytes)
    settings = on_tree(read_settings(EXPRESSION | {"cell": "tree_lstm", "seed": "6"})[0], typed=True)
    scene = branched(settings).scene
    assert scene.about
    assert scene.about.right == ("3", "7", "2", "2", "3")
    assert found.head["header"]["right"] == ["3", "7", "2", "2", "3"]
    other = branched(on_tree(read_settings(EXPRESSION | {"cell": "tree_lstm", "seed": "7"})[0], typed=True))
    assert other.network.weights.name == "random"
    told = warned(go(opened(**EXPRESSION, cell="tree_lstm", seed=7), "tree"))
    assert any("press “Train both”" in one for one in told)
    wrong = go(opened(**EXPRESSION | {"text": "(MAX 3 cat)"}, cell="tree_lstm", seed=6), "tree")
    assert any("cat" in one for one in warned(wrong))


@pytest.mark.usefixtures("short")
def test_weights_that_are_made_meanwhile_are_shown() -> None:
    """A link that was opened before its weights were made has them when they are."""
    address = EXPRESSION | {"seed": "8"}
    settings = on_tree(read_settings(address)[0], typed=True)
    assert branched(settings).network.weights.name == "random"
    race(go(opened(**address), "tree"))
    assert branched(settings).network.weights.name == "taught"


def test_the_table_is_of_todays_networks() -> None:
    """The table of three seeds is of the cells, sizes and expressions that the page trains; trees are ahead in it."""
    found = table()
    assert [row.cell for row in found.rows] == list(NETS)
    for row in found.rows:
        model = contest.model_on(CELLS[row.cell].equations, row.hidden, on_trees=row.trees)
        assert row.hidden == contest.units(CELLS[row.cell].equations, on_trees=row.trees)
        assert row.weights == contest.count(model)
        assert abs(row.weights / 2154 - 1) < 0.04
        assert np.shape(row.right) == (3, nested.DEEPEST)
    assert list(found.guess) == guess()
    deepest = {row.cell: row.deepest for row in found.rows}
    assert min(deepest[cell][0] for cell, on_trees in NETS.items() if on_trees) > 0.6
    assert max(deepest[cell][1] for cell, on_trees in NETS.items() if not on_trees) < 0.4
    assert json.loads(FILE.read_text(encoding="utf-8"))["updates"] == found.updates


def test_a_stopped_run_is_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that were stopped go on where they were begun; whoever else asks for the same begins anew."""
    monkeypatch.setattr(recipes, "CONTEST", 4000)
    app = fine(go(opened(seed=9), "tree").button(key="contest_begin").click().run())
    while not all(job.state for job in app.session_state["contest"]):
        time.sleep(0.02)
    fine(app.button(key="contest_stop").click().run())
    assert app.button(key="contest_begin").label == "Go on"
    assert tried(app)[0] == tried(app)[-1]  # of three seeds only
    other = go(opened(seed=9), "tree")
    assert other.button(key="contest_begin").label.startswith("Train both")
    assert "contest_use" not in [button.key for button in other.button]
