"""What moved a number is found for all steps at once, and is what is found for each step alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rnnviz.core.answers.attribution import Attribution, reason, reasons
from rnnviz.core.language.examples import EXAMPLES
from rnnviz.core.scenario.wiring import SEQUENTIAL
from rnnviz.figures.sentence import Causes, sentences, told_signal
from rnnviz.scenes.scene import built
from rnnviz.scenes.settings import DEFAULT, Settings
from rnnviz.scenes.trees import grown
from tests.core.plain import params_at

if TYPE_CHECKING:
    from rnnviz.core.answers.attribution import Changes
    from rnnviz.core.language.expressions import Expression
    from rnnviz.figures.stage import Scene

RANDOM = replace(DEFAULT, weights="random", text="hello world")
FUNCTIONS = "h[t] = softmax(W @ x[t] + 0.5 * h[t-1] * total(x[t])) - relu(V @ h[t-2]) * b\ny[t] = U @ h[t]"
CASES = {
    **{name: replace(RANDOM, cell=name) for name in SEQUENTIAL},
    **{name: replace(RANDOM, cell="own", equations=EXAMPLES[name].equations) for name in ("peephole", "narx", "scrn")},
    "functions": replace(RANDOM, cell="own", equations=FUNCTIONS),
    "choice": replace(RANDOM, cell="own", equations="h[t] = choose(W @ x[t] + V @ h[t-1])\ny[t] = U @ h[t]"),
    "held": replace(RANDOM, cell="lstm", edit="f.3-.1:0,c.5.2:0.5,x.2.1:3"),
    "fed": replace(RANDOM, wiring="one-to-many", text="h", temperature="1"),
    "decoder": replace(RANDOM, wiring="encoder-decoder", cell="gru", own=True),
    "one step": replace(RANDOM, text="h"),
}
TREES = {
    name: replace(RANDOM, cell=name, source="words", text="a b c d e", branching="balanced")
    for name in ("recursive", "tree_lstm")
}
TREES["held"] = replace(TREES["tree_lstm"], edit="c.4.1:0.5")


def same(scene: Scene) -> None:
    """Every number of the signal that is told has the same contributions either way."""
    name = told_signal(scene)
    found = reasons(scene.model, scene.params, scene.trace, name, scene.held)
    assert found
    for t in range(scene.trace.T):
        for i in range(scene.model.sizes[name]):
            alone = dict(reason(scene.model, scene.params, scene.trace, name, t, i, held=scene.held))
            assert alone.keys() <= found.keys()
            for source, rows in found.items():
                np.testing.assert_allclose(rows[t, i], alone.get(source, 0.0), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("settings", CASES.values(), ids=CASES)
def test_all_steps_at_once(settings: Settings) -> None:
    """In a sequence, whatever the cell and the wiring, one pass gives what each step alone gives."""
    same(built(settings).scene)


@pytest.mark.parametrize("settings", TREES.values(), ids=TREES)
def test_all_nodes_at_once(settings: Settings) -> None:
    """So it does in a tree."""
    same(grown(settings).scene)


def test_an_encoder_has_its_own_weights() -> None:
    """What moved a state while a sequence is read is told by the weights that read it, later by the decoder's."""
    scene = built(replace(RANDOM, wiring="encoder-decoder", cell="gru", own=True, text="hello")).scene
    causes, name, told = Causes.of(scene), told_signal(scene), 0
    assert scene.wired
    for t in range(scene.trace.T):
        for i in range(scene.model.sizes[name]):
            (right, _), (other, _) = (
                reason(scene.model, params, scene.trace, name, t, i)[0]
                for params in (params_at(scene.wired, t), params_at(scene.wired, scene.trace.T - 1 if t < 5 else 0))
            )
            assert causes.at(t, i) == right
            told += right != other
    assert told


def test_work_does_not_grow_with_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentences of a long text take as many passes over the equations as those of a short one."""
    passes: list[int] = []

    changes = Attribution.changes

    def counted(self: Attribution, e: Expression) -> Changes:
        passes[-1] += 1
        return changes(self, e)

    monkeypatch.setattr(Attribution, "changes", counted)
    for text in ("hello", "hello " * 30):
        passes.append(0)
        assert len(sentences(built(replace(RANDOM, cell="lstm", text=text)).scene, "en")) == len(text) + 1
    assert passes[0] == passes[1] > 0
