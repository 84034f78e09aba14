"""What is prepared once and run again gives what fresh runs give."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import CELLS, Model, tree
from rnnviz.core.engine.prepared import Prepared
from rnnviz.core.learning.vectors import Flat, initial
from rnnviz.core.scenario.wiring import SEQUENTIAL


@pytest.mark.parametrize("batch", [(), (3,)])
@pytest.mark.parametrize("cell", CELLS)
def test_same_as_fresh_runs(cell: str, batch: tuple[int, ...]) -> None:
    """y and the gradients of all weights equal those of a run made anew, update after update, with changing weights."""
    model, rng = Model(CELLS[cell].equations, 3, 4, 2), np.random.default_rng(0)
    graph = None if cell in SEQUENTIAL else tree("((a b) (c (d e)))")
    x = rng.normal(size=(len(graph) if graph else 6, *batch, 3))
    flat = Flat(model.shapes)
    made = Prepared(model.cell, flat.views, x, graph=graph)
    for seed in range(3):
        flat.vector[...] = flat.joined(model.init(seed))
        trace = model.run(flat.views, x, graph=graph)
        np.testing.assert_allclose(made.y(), trace["y"], atol=1e-13)
        dy = rng.normal(size=trace["y"].shape)
        found, fresh = made.gradients(dy), model.backward(flat.views, trace, {"y": dy}).params
        for name, gradient in fresh.items():
            np.testing.assert_allclose(found[name], gradient, atol=1e-12)


def test_weights_begin_as_training_likes_them() -> None:
    """Biases begin at 0, those of an LSTM's forget gates at 1, matrices as `Model.init` draws them."""
    for cell, gates in (("lstm", {"b_f"}), ("tree_lstm", {"b_f"}), ("gru", set()), ("vanilla", set())):
        model = Model(CELLS[cell].equations, 3, 4, 2)
        found = initial(model, 5)
        assert {name for name, w in found.items() if w.ndim == 1 and w.all()} == gates
        assert {name for name, w in found.items() if w.ndim == 1 and w.any()} == gates
        for name, weight in model.init(5).items():
            if weight.ndim == 2:
                np.testing.assert_array_equal(found[name], weight)
