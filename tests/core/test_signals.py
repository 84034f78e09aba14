"""Generated signals, and the scale on which measured numbers are shown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.core import InputError
from rnnviz.core.scenario.sequences import SIGNALS, Scale, alphabet_of, generated, one_hot

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("kind", "period", "expected"),
    [
        ("sine", 4, [0, 1, 0, -1, 0, 1, 0]),
        ("sine", 1, [0, 0, 0, 0, 0, 0, 0]),
        ("sine", 12, [0, 0.5, 0.866025403784, 1, 0.866025403784, 0.5, 0]),
        ("square", 4, [1, 1, -1, -1, 1, 1, -1]),
        ("square", 5, [1, 1, 1, -1, -1, 1, 1]),
        ("square", 1, [1, 1, 1, 1, 1, 1, 1]),
        ("impulse", 3, [1, 0, 0, 1, 0, 0, 1]),
        ("impulse", 9, [1, 0, 0, 0, 0, 0, 0]),
        ("random-walk", 4, [0, 0.12, 0, -0.24, -0.37, -0.52, -0.47]),
    ],
)
def test_signals_by_hand(kind: str, period: int, expected: list[float]) -> None:
    """Each signal is, number for number, what its definition says; the walk is the one that its seed always drew."""
    assert generated(kind, period, 7, seed=5).tolist() == expected


@pytest.mark.parametrize("kind", SIGNALS)
def test_a_longer_signal_begins_with_the_shorter(kind: str) -> None:
    """More steps change none of those before, every number is finite and from -1 to 1, and none is -0."""
    long = generated(kind, 7, 1000, seed=3)
    assert long.shape == (1000,)
    assert generated(kind, 7, 10, seed=3).tolist() == long[:10].tolist()
    assert np.abs(long).max() <= 1
    assert not np.signbit(long[long == 0]).any()


def test_a_walk_is_thrown_back() -> None:
    """A random walk depends on its seed, moves by hundredths, touches both walls and passes neither."""
    walk = generated("random-walk", 1, 2000, seed=1)
    assert (walk != generated("random-walk", 1, 2000, seed=2)).any()
    assert np.abs(walk * 100 - np.rint(walk * 100)).max() < 1e-9
    assert walk.min() < -0.95
    assert walk.max() > 0.95
    assert 0.15 < np.diff(walk).std() < 0.25


@pytest.mark.parametrize(("kind", "period", "length"), [("saw", 3, 3), ("sine", 0, 3), ("sine", 3, 0), ("sine", -1, 3)])
def test_no_such_signal(kind: str, period: int, length: int) -> None:
    """An unknown kind, and a period or a length that is not positive, are told in a sentence."""
    with pytest.raises(InputError):
        generated(kind, period, length)


def test_the_ends_of_a_scale() -> None:
    """The least number is shown as -1, the largest as 1, the middle as 0."""
    scale = Scale("temp", -2.0, 6.0)
    assert scale.apply(np.array([-2.0, 2.0, 6.0])).tolist() == [-1, 0, 1]


def test_a_column_that_never_changes() -> None:
    """A constant column is shown as 0."""
    scale = Scale("wind", 3.5, 3.5)
    assert scale.apply(np.array([3.5, 3.5])).tolist() == [0, 0]


@given(st.lists(FINITE, min_size=1, max_size=8))
def test_any_numbers_fit_the_scale(values: list[float]) -> None:
    """Whatever the numbers, even the largest there are, they are shown from -1 to 1, in proportion."""
    column = np.array(values)
    scale = Scale("a", column.min(), column.max())
    shown = scale.apply(column)
    assert np.isfinite(shown).all()
    assert (np.abs(shown) <= 1).all()
    largest = np.abs(column).max()
    # Numbers so small that their halves are lost are shown as if they were equal.
    back = scale.low * ((1 - shown) / 4) + scale.high * ((1 + shown) / 4)
    assert np.abs(back - column / 2).max() <= 1e-15 * largest + 1e-320


def test_symbols_as_rows() -> None:
    """Each symbol is a single 1 at its place in the alphabet, which is in order of first appearance."""
    assert alphabet_of("hello") == ("h", "e", "l", "o")
    assert one_hot("eh", ("h", "e")).tolist() == [[0, 1], [1, 0]]
