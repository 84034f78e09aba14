"""The runs that a drag plays: their values, their numbers, and how many there may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rnnviz.figures.difference import Difference
from rnnviz.figures.payload import payload
from rnnviz.scenes import sweeps
from rnnviz.scenes.scene import Shown, build
from rnnviz.scenes.settings import read_settings
from rnnviz.scenes.sweeps import VALUES, spread, sweep
from rnnviz.ui.controls.player import room
from tests.figures.decoded import Decoded

if TYPE_CHECKING:
    from rnnviz.figures.difference import Drag

WIDE = "".join(chr(0x4E00 + i % 64) for i in range(200))  # as many symbols and steps as may be


def shown(**address: str) -> Shown:
    """The scene of an address."""
    return build(read_settings(address)[0])


def dragged(one: Shown, place: str, pairs: int = VALUES, free: int | None = None) -> Drag | None:
    """A sweep of at most so many values below the present one, and as many above, in what a page may send."""
    left = iter(range(1, pairs))
    free = room(one.scene) - len(sent(one, None)) if free is None else free
    return sweep(one, place, free, lambda: next(left, None) is None)


def sent(one: Shown, made: Drag | None) -> bytes:
    """What a page sends with a sweep, without sentences."""
    change = Difference(one.before or one.scene, bool(one.edits), changing=True, drag=made)
    return payload(one.scene, ("", 1), "en", change=change)


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ("W_hh.1.2", {}),
        ("x.3.1", {}),
        ("h.0.2", {"cell": "lstm"}),
        ("encoder.W_hh.2.1", {"wiring": "encoder-decoder", "weights": "reverse_own"}),
        ("W_xh.1.1", {"edit": "W_xh.1.1:0.5,h.2.*:0", "cell": "vanilla"}),
    ],
)
def test_each_value_is_a_run(place: str, address: dict[str, str]) -> None:
    """A small run has all values, as many below the present one as above, and each is the run with that number."""
    one = shown(**address)
    made = dragged(one, place)
    assert made
    assert len(made.values) == VALUES
    middle = made.values[VALUES // 2]
    np.testing.assert_allclose(np.array(made.values) + made.values[::-1], 2 * middle, atol=2e-4)
    assert made.scenes[VALUES // 2] is one.scene
    for value, found in list(zip(made.values, made.scenes, strict=True))[::7]:
        edit = f"{address['edit']}," if "edit" in address else ""
        expected = shown(**{**address, "edit": f"{edit}{place}:{value}"}).scene
        for name in expected.trace:
            np.testing.assert_array_equal(found.trace[name], expected.trace[name])


@pytest.mark.parametrize("pairs", [1, 2, 7])
def test_a_budget_ends_a_sweep(pairs: int) -> None:
    """A sweep that had enough has what it computed so far, the farthest values first, around the present one."""
    made, whole = (dragged(shown(), "W_hh.1.2", n) for n in (pairs, VALUES))
    assert made
    assert whole
    assert len(made.values) == 2 * pairs + 1
    assert set(made.values) <= set(whole.values)
    assert (made.values[0], made.values[-1]) == (whole.values[0], whole.values[-1])
    assert made.values == sorted(made.values)


@pytest.mark.parametrize("n", [1, 2, 3, 20])
def test_coarse_before_fine(n: int) -> None:
    """Every number comes once; the first ones leave gaps that are about equal."""
    order = list(spread(n))
    assert sorted(order) == list(range(1, n + 1))
    for count in (1, 2, 4, 8):
        if count <= n:
            gaps = np.diff(sorted([0, *order[:count]]))
            assert gaps.max() <= 2 * gaps.min() + 1


@pytest.mark.parametrize(
    "address",
    [
        {"cell": "lstm", "hidden": "32", "text": WIDE},
        {"cell": "lstm", "hidden": "32", "text": WIDE, "edit": "W_hf.1.1:0.5"},
        {"cell": "gru", "hidden": "32", "text": WIDE},
        {"cell": "lstm", "hidden": "16", "text": "abcd" * 25},
    ],
)
def test_a_sweep_that_travels(address: dict[str, str]) -> None:
    """With its sweep a page sends no more than it may, also where everything is as large as it may be."""
    one = shown(**address)
    made = dragged(one, next(iter(one.scene.params)) + ".1.1")
    assert made
    assert len(made.values) >= 3
    assert len(sent(one, made)) <= room(one.scene)


def test_no_room_for_a_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not even two values may travel there is no sweep, and only the first two were computed."""
    one, runs = shown(), []
    right = sweeps.scene
    monkeypatch.setattr(sweeps, "scene", lambda *args: runs.append(1) or right(*args))
    assert dragged(one, "W_hh.1.2", free=1000) is None
    assert len(runs) == 2


def test_only_what_moves_travels() -> None:
    """Signals that are the same at every value are not sent again; the others are, value by value."""
    one = shown()
    made = dragged(one, "W_hy.1.2")
    assert made
    read = Decoded(sent(one, made))
    signals = read.head["sweep"]["signals"]
    assert set(signals) == {"y", "p"}
    rows, n = one.scene.trace["y"].shape
    for k, found in enumerate(made.scenes):
        start = signals["y"] + k * rows * n
        np.testing.assert_allclose(read.numbers[start : start + rows * n].reshape(rows, n), found.trace["y"], atol=1e-6)


@pytest.mark.parametrize(
    "place",
    [
        *("", "W", "W_hh", "W_hh.1", "W_hh.9.9", "W_hh.*.*", "W_hh.1.1,W_hh.1.2", "W_hh.1.1:0,W_hh.1.1"),
        *("shuffle", "x.1.99", "x.0.1", "h.99.1", "h.2-.1", "encoder.W_hh.1.1", "W_hh." + "1" * 30_000, "\x00"),
    ],
)
def test_a_place_that_is_none(place: str) -> None:
    """A place that is no single number of this network has no sweep, and raises nothing."""
    assert dragged(shown(), place) is None


def test_a_number_that_is_not_finite() -> None:
    """A number that overflowed has no values around it."""
    equations = "h[t] = W @ x[t] + U @ h[t-1]\ny[t] = V @ h[t]"
    one = shown(cell="own", equations=equations, edit="U.*.*:1000000", text="ab" * 60)
    assert not np.isfinite(one.scene.trace["h"]).all()
    assert dragged(one, "h.120.1") is None
    made = dragged(one, "W.1.1", 2)
    assert made
    assert len(made.values) == 5
