"""Random weights: one number depends on seed, name, row and column only."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from rnnviz.core import CELLS, Model
from rnnviz.core.engine.draws import normal

EXPECTED = [
    [2.789615548239326, -1.3114486380709802, 0.2554220978985862],
    [-0.7522406035035084, 1.3911975218910295, -0.7267494662861094],
]
EXPECTED_BIG = [-0.3480889623106333]


@pytest.mark.parametrize("name", sorted(CELLS))
def test_smaller_weights_are_the_corner_of_larger_ones(name: str) -> None:
    """For fewer inputs and outputs each weight is the upper left corner of the one for more."""
    small, large = (Model(CELLS[name].equations, D, 4, K).init(3) for D, K in ((3, 2), (5, 7)))
    for weight, numbers in small.items():
        corner = tuple(slice(n) for n in numbers.shape)
        assert (large[weight][corner] == numbers).all(), weight


def test_a_weight_stays_when_its_equation_changes() -> None:
    """Editing one equation leaves the weights of the others as they were."""
    before = Model("h[t] = tanh(W_xh @ x[t] + W_hh @ h[t-1])\ny[t] = W_hy @ h[t]", 3, 4, 2).init(0)
    after = Model("h[t] = relu(W_xh @ x[t] + V @ h[t-2] + b_h)\ny[t] = W_hy @ h[t]", 3, 4, 2).init(0)
    assert all((before[weight] == after[weight]).all() for weight in ("W_xh", "W_hy"))


def test_the_numbers_never_change() -> None:
    """A link with a seed shows the same numbers in every version."""
    found = normal(0, "W_xh", (2, 3))
    np.testing.assert_allclose(found, EXPECTED, rtol=0, atol=1e-14)
    np.testing.assert_allclose(normal(-12345678901234567890, "b", (1,)), EXPECTED_BIG, rtol=0, atol=1e-14)


def likeness(rows: Any) -> float:
    """The largest correlation between two of the rows."""
    return float(np.abs(np.corrcoef(rows) - np.eye(len(rows))).max())


def test_the_numbers_are_normal() -> None:
    """Mean 0, deviation 1, no row or column like another, a uniform share in every tenth."""
    found = normal(1, "W", (400, 500))
    assert abs(found.mean()) < 0.01
    assert abs(found.std() - 1) < 0.01
    assert likeness(found[:40]) < 0.25
    assert likeness(found[:, :40].T) < 0.25
    tenths = np.searchsorted([-1.2816, -0.8416, -0.5244, -0.2533, 0, 0.2533, 0.5244, 0.8416, 1.2816], found.ravel())
    assert np.abs(np.bincount(tenths) / found.size - 0.1).max() < 0.005
    assert np.isfinite(found).all()


def test_weights_are_scaled_by_the_hidden_size() -> None:
    """The deviation is 1 / sqrt(H)."""
    params = Model(CELLS["vanilla"].equations, 8, 100, 8).init(0)
    assert abs(params["W_hh"].std() - 0.1) < 0.005


@pytest.mark.parametrize("seed", [0, 1, -1, 2**63, -(2**200), np.int64(3)])
def test_any_whole_number_is_a_seed(seed: int) -> None:
    """Any integer will do, and different ones give different weights."""
    model = Model(CELLS["vanilla"].equations, 2, 3, 2)
    assert (model.init(seed)["W_hh"] != model.init(4)["W_hh"]).all()


def test_a_million_weights_take_no_time() -> None:
    """A million numbers are drawn in well under a second (here: two, for a slow machine)."""
    start = time.perf_counter()
    assert Model("h[t] = W @ h[t-1]", 1, 1000, 1).init(0)["W"].shape == (1000, 1000)
    assert time.perf_counter() - start < 2
