"""The rows of the functions: whole, and each of its entries right."""

from __future__ import annotations

import numpy as np
import pytest

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
