"""How far a change reaches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnviz.core import InputError, Model
from rnnviz.core.answers.ripple import ripple

MODEL = Model("h[t] = W @ x[t] + V @ h[t-1]", 1, 1, 1)


def trace(V: float, *x: float) -> Any:
    return MODEL.run({"W": [[1.0]], "V": [[V]]}, np.array(x)[:, None])


def test_a_change_that_fades() -> None:
    """An impulse at step 2 halves at each step: 0.05, 0.025, 0.0125, then below the threshold."""
    found = ripple(trace(0.5, 0, 0, 0, 0, 0, 0), trace(0.5, 0, 0.05, 0, 0, 0, 0), "h")
    assert found.difference[:, 0].tolist() == pytest.approx([0, 0.05, 0.025, 0.0125, 0.00625, 0.003125])
    assert (found.first, found.last, found.lasts, found.stays) == (2, 4, 3, False)


def test_a_change_that_stays() -> None:
    """With a weight of 1 it is still there at the end; the sign is that of after minus before."""
    found = ripple(trace(1.0, 1, 1, 1, 1), trace(1.0, 1, 0, 1, 1), "h")
    assert found.difference[:, 0].tolist() == [0, -1, -1, -1]
    assert (found.first, found.last, found.lasts, found.stays) == (2, 4, 3, True)


def test_steps_between_count() -> None:
    """The steps from the first to the last one count, also those between at which nothing differs."""
    found = ripple(trace(0.0, 0, 0, 0, 0, 0), trace(0.0, 1, 0, 0, 1, 0), "h")
    assert (found.first, found.last, found.lasts, found.stays) == (1, 4, 4, False)


def test_no_change() -> None:
    """Below the threshold, just below it or not at all, no step is named."""
    for x in (0.0, 0.00999):
        found = ripple(trace(0.5, 0, 0), trace(0.5, x, 0), "h")
        assert (found.first, found.last, found.lasts, found.stays) == (None, None, 0, False)


def test_the_threshold_itself_counts() -> None:
    """A difference of exactly 0.01 is seen."""
    assert ripple(trace(0.0, 0), trace(0.0, 0.01), "h").first == 1


def test_numbers_that_are_lost() -> None:
    """Where only one run overflows there is a difference; where both do, there is none."""
    with_overflow, without = trace(1e200, 1, 1, 1, 1), trace(0.5, 1, 1, 1, 1)
    assert ripple(without, with_overflow, "h").stays
    same = ripple(with_overflow, with_overflow, "h")
    assert same.first is None
    assert not same.difference.any()


def test_what_cannot_be_compared() -> None:
    """Other lengths, and signals that are not there, are told of."""
    with pytest.raises(InputError) as caught:
        ripple(trace(0.5, 1, 1), trace(0.5, 1), "h")
    assert caught.value.code == "foreign_trace"
    with pytest.raises(InputError) as caught:
        ripple(trace(0.5, 1), trace(0.5, 1), "q")
    assert caught.value.code == "unknown_signal"
