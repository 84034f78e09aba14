"""Small runs of a shape that came before: the same numbers as from a machine made anew, and their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rnnviz.core import CELLS, Model
from rnnviz.core.engine import again
from rnnviz.core.engine.again import Machines
from rnnviz.core.scenario.wiring import SEQUENTIAL

if TYPE_CHECKING:
    from rnnviz.core.engine.gradients import Gradients
    from rnnviz.core.engine.trace import Trace

Made = tuple["Trace", "Gradients"]


def made(model: Model, seed: int, T: int, batch: tuple[int, ...]) -> Made:
    """A run with weights and inputs of a seed, and its backward pass."""
    rng = np.random.default_rng(seed)
    trace = model.run(params := model.init(seed), rng.normal(size=(T, *batch, 3)))
    return trace, model.backward(params, trace, {"y": rng.normal(size=trace["y"].shape)})


def assert_same(one: Made, other: Made) -> None:
    """All numbers of two runs and of their backward passes are equal."""
    for name in one[0]:
        np.testing.assert_array_equal(one[0][name], other[0][name])
        np.testing.assert_array_equal(one[1].signals[name], other[1].signals[name])
    for name, gradient in one[1].params.items():
        np.testing.assert_array_equal(gradient, other[1].params[name])
    for name, state in one[1].init.items():
        np.testing.assert_array_equal(state, other[1].init[name])


@pytest.mark.parametrize("batch", [(), (2,)])
@pytest.mark.parametrize("cell", SEQUENTIAL)
def test_it_is_as_if_made_anew(cell: str, batch: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """A run gives the same whether its shape came before or not, and keeps its numbers when others come after it."""
    model = Model(CELLS[cell].equations, D=3, H=4, K=2)
    monkeypatch.setattr(again, "LITTLE", 0)  # each is made anew
    fresh = [made(model, seed, T, batch) for seed, T in ((0, 5), (1, 5), (2, 3), (3, 5))]
    monkeypatch.setattr(again, "LITTLE", 1 << 15)
    monkeypatch.setattr(again, "MACHINES", machines := Machines(8))
    found = [made(model, seed, T, batch) for seed, T in ((0, 5), (1, 5), (2, 3), (3, 5))]
    for one, other in zip(found, fresh, strict=True):
        assert_same(one, other)
    assert any(free for _, free in machines.known.values())


def test_states_outside_are_nobody_elses() -> None:
    """A run with states before its first step leaves those of the next run, which has none, at zero."""
    model = Model(CELLS["lstm"].equations, D=3, H=4, K=2)
    params, x = model.init(0), np.ones((4, 3))
    plain = model.run(params, x)["h"]
    for _ in range(3):
        assert np.abs(model.run(params, x, {"h": np.ones(4), "c": np.ones(4)})["h"] - plain).max() > 0.01
        np.testing.assert_array_equal(model.run(params, x)["h"], plain)


def test_each_thread_has_its_own() -> None:
    """Runs of one shape in many threads at once do not write into each other."""
    model = Model(CELLS["gru"].equations, D=3, H=4, K=2)
    alone = [made(model, seed, 6, ()) for seed in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            for one, other in zip(pool.map(lambda seed: made(model, seed, 6, ()), range(8)), alone, strict=True):
                assert_same(one, other)


def test_only_the_last_shapes_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many shapes those that came last are kept, so that memory does not grow."""
    monkeypatch.setattr(again, "MACHINES", machines := Machines(4))
    model = Model(CELLS["vanilla"].equations, D=3, H=4, K=2)
    for T in (*range(1, 20), *range(1, 20)):
        model.run(model.init(0), np.ones((T, 3)))
    assert [steps for _, _, steps, _ in machines.known] == [16, 17, 18, 19]
