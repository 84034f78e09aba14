"""What a gated cell remembers, told in numbers that runs confirm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.core import CELLS, Model
from rnnviz.core.answers.gates import parts, remembered
from rnnviz.core.language.expressions import text_of
from rnnviz.core.scenario.wiring import SEQUENTIAL
from rnnviz.figures.stage import belt
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT

GATES = {
    "lstm": ("f[t]", "i[t]"),
    "gru": ("z[t]", "1 - z[t]"),
    "gru_v3": ("z[t]", "1 - z[t]"),
    "mingru": ("1 - z[t]", "z[t]"),
}


@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_gates_are_found_in_the_equations(cell: str) -> None:
    """What keeps a state and what lets something in are found in its equation; others have nothing to tell."""
    model = Model(CELLS[cell].equations, 3, 4, 2)
    found = parts(model, belt(model))
    assert (found and tuple(map(text_of, found))) == GATES.get(cell)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize(("text", "step", "sign"), [("a.....", 1, 1), ("a..b...", 4, -1), ("b" + "." * 20, 1, -1)])
def test_a_kept_letter(cell: str, text: str, step: int, sign: int) -> None:
    """By hand the gate opens at the last letter and stays shut since; without what is kept, nothing would be left."""
    scene = build(replace(DEFAULT, cell=cell, weights="latch", text=text)).scene
    state = belt(scene.model)
    found = remembered(scene.model, scene.params, scene.trace, state)
    assert found
    assert (found.step, found.now) == (step, len(text))
    assert found.written > 0.99
    assert found.since < 0.01
    assert found.kept == pytest.approx(0.99330715 ** (len(text) - step))
    assert np.sign(found.value) == sign
    assert found.value == scene.trace[state][-1, 0]
    assert found.without == 0.0


def test_without_what_is_kept() -> None:
    """What would be left is the state of a run in which the memory is emptied right after the step."""
    scene = build(replace(DEFAULT, cell="lstm", weights="learnt", text="hello world")).scene
    found = remembered(scene.model, scene.params, scene.trace, "c")
    assert found
    trace, at = scene.trace, found.step  # the step after it, from 0
    init = {"h": trace["h"][at], "c": trace["c"][at] - trace["f"][at] * trace["c"][at - 1]}
    rest = scene.model.run(scene.params, trace["x"][at + 1 :], init=init)
    assert found.without == pytest.approx(rest["c"][-1, found.unit])
