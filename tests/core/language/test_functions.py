"""The rows of the functions: whole, and each of its entries right."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core.engine.compiled import Compiled
from rnnviz.core.engine.gradients import backward
from rnnviz.core.engine.trace import run
from rnnviz.core.language.expressions import Call, Signal
from rnnviz.core.language.functions import FUNCTIONS, Function, tanh

VECTORS = [name for name, function in FUNCTIONS.items() if function.shares]


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        ({}, "pullback, shares"),
        ({"pullback": "g[t]"}, "shares"),
        ({"derivative": "1", "numpy": ""}, "numpy"),
        ({"derivative": "1", "symbol": "", "torch": ""}, "symbol, torch"),
    ],
)
def test_a_row_is_whole(row: dict[str, str], missing: str) -> None:
    """A function without an entry that it needs is refused by its name and that of the entry."""
    with pytest.raises(ValueError, match=f"^The function new has no {missing}\\.$"):
        Function(**{"name": "new", "value": tanh, "symbol": "n", "numpy": "a", "torch": "a"} | row)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("name", VECTORS)
@pytest.mark.parametrize("columns", [(), (7,)])
def test_shares_add_up(name: str, columns: tuple[int, ...]) -> None:
    """What each part of a change of the argument gives adds up to the change of the value; no part gives nothing."""
    dice = np.random.default_rng(3)
    function = FUNCTIONS[name]
    for _ in range(20):
        u, v, part = dice.normal(size=(3, 5, *columns))
        assert function.shares
        shared = function.shares(u, v)
        change = function.value(u, 0) - function.value(v, 0)
        np.testing.assert_allclose(shared(part) + shared(u - v - part), change, atol=1e-12)
        np.testing.assert_allclose(shared(2 * part), 2 * shared(part), atol=1e-12)
        assert not shared(np.zeros_like(u)).any()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_derivatives_are_slopes(name: str) -> None:
    """Through each function, the derivative that its row gives is the slope measured by differences."""
    cell = Compiled.of({"h": Call(name, Signal("x"))}, 4, 4, 1)
    dice, e = np.random.default_rng(5), 1e-6
    for _ in range(10):
        x = dice.permutation([-1.3, -0.4, 0.6, 1.7])[None] + dice.uniform(-0.1, 0.1, (1, 4))  # away from every corner
        dh, way = dice.normal(size=(2, 1, 4))
        gradient = backward(cell, {}, run(cell, {}, x), {"h": dh}).signals["x"]
        above, below = (run(cell, {}, x + sign * e * way)["h"] for sign in (1, -1))
        slope = float((dh * (above - below)).sum() / (2 * e))
        assert float((gradient * way).sum()) == pytest.approx(slope, abs=1e-8)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_columns_are_computed_one_by_one(name: str) -> None:
    """A function along an axis gives each vector what it gives it alone, also into given memory."""
    function, a = FUNCTIONS[name], np.random.default_rng(6).normal(size=(3, 5))
    alone = np.stack([function.value(row, 0) for row in a])
    out = np.empty_like(a)
    np.testing.assert_allclose(function.value(a.copy(), 1), alone, rtol=0, atol=1e-15)
    assert function.value(a, 1, out) is out
    np.testing.assert_allclose(out, alone, rtol=0, atol=1e-15)
