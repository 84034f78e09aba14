"""The check of a run: what is right is found right, and what is planted wrong is found, with its place."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.core import CELLS, Model, bracketed
from rnnviz.core.answers import differences
from rnnviz.core.answers.check import MOST, WORK, Check, check, stretch
from rnnviz.core.answers.differences import Moved, losses
from rnnviz.core.scenario.wired import run_wired
from rnnviz.core.scenario.wiring import SEQUENTIAL, WIRINGS, fits, plan
from tests.core.programs import TREES, on_tree, spoken, whole
from tests.core.random_cells import SMOOTH, cells, model_of
from tests.core.samples import sample

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from rnnviz.core.answers.check import Checked
    from rnnviz.core.language.functions import Array
    from rnnviz.core.scenario.wired import Wired


@pytest.mark.parametrize("name", SEQUENTIAL)
@pytest.mark.parametrize("wiring", WIRINGS)
def test_every_cell_in_every_wiring_is_right(name: str, wiring: str) -> None:
    """Every number is compared, and every gradient of a small run agrees with its difference."""
    if fits(CELLS[name].equations, wiring, symbolic=True):
        wiring = "many-to-many"
    wired = spoken(name, wiring, 1, temperature=1.0, own=wiring == "encoder-decoder")
    found = check(wired)
    assert found.wrong is None
    assert found.largest.difference < 1e-13
    assert set(found.signals) == {*wired.model.expressions, *(["x"] if any(wired.plan.fed) else [])}
    assert found.numbers == sum(wired.trace[signal].size for signal in found.signals)
    slopes = found.slopes
    assert slopes
    sets = 2 if wiring == "encoder-decoder" else 1
    assert slopes.compared == slopes.total == sets * sum(np.size(w) for w in wired.segments[0].params.values())
    assert slopes.difference < 1e-7


@given(cells(SMOOTH))
@settings(max_examples=30)
def test_numbers_of_random_cells_are_right(text: str) -> None:
    """For any smooth cell the numbers are what their equations give."""
    one = sample(model_of(text), steps=3)
    one.params = {name: 0.5 * value for name, value in one.params.items()}
    found = check(whole(one))
    assert found.wrong is None


@given(
    st.sampled_from(
        [
            (name, signal)
            for name in ("lstm", "bidirectional")
            for signal in Model(CELLS[name].equations, 1, 1, 1).expressions
        ]
    ),
    st.integers(1, 4),
    st.integers(1, 3),
    st.booleans(),
)
@settings(max_examples=30)
def test_a_number_planted_wrong_is_found(where: tuple[str, str], t: int, i: int, lost: bool) -> None:
    """A trace with one number changed is found out, and the place is that of the number."""
    name, signal = where
    wired = spoken(name, "many-to-many", 2)
    wired.trace[signal][t - 1, i - 1] += np.nan if lost else 1e-6
    found = check(wired)
    assert found.wrong
    assert (found.wrong.name, found.wrong.t, found.wrong.i) == (signal, t, i)
    if lost:
        assert found.wrong.difference == np.inf
    else:
        assert found.wrong.difference == pytest.approx(1e-6, rel=1e-6)
    assert found.largest.difference >= found.wrong.difference


@pytest.mark.parametrize("where", ["shown", "part"])
def test_a_wrong_number_of_a_decoder_is_found(where: str) -> None:
    """Where parts are joined, a wrong number of a part or of the whole is found, at the step of the whole."""
    wired = spoken("vanilla", "encoder-decoder", 2, own=True)
    if where == "shown":
        wired.trace["h"][5, 1] += 1.0
    else:
        wired.segments[1].trace["h"][5 - wired.segments[1].first, 1] += 1.0
    found = check(wired)
    assert found.wrong
    assert (found.wrong.name, found.wrong.t, found.wrong.i) == ("h", 6, 2)


@pytest.mark.parametrize("weight", ["W_xh", "W_hh", "b_h", "W_hy"])
def test_gradients_planted_wrong_are_found(monkeypatch: pytest.MonkeyPatch, weight: str) -> None:
    """A backward pass that errs in one number of a weight is found out, at that weight and place."""
    right = differences.backward

    def wrong(cell: Any, params: Any, trace: Any, given: Any) -> Any:
        made = right(cell, params, trace, given)
        place = (1,) if made.params[weight].ndim == 1 else (1, 0)
        made.params = {name: g.copy() for name, g in made.params.items()}
        made.params[weight][place] += 0.01
        return made

    wired = spoken("vanilla", "many-to-many", 4)
    monkeypatch.setattr(differences, "backward", wrong)
    slopes = check(wired).slopes
    assert slopes
    assert (slopes.name, slopes.place) == (weight, (2,) if weight == "b_h" else (2, 1))
    assert slopes.difference == pytest.approx(0.01 / slopes.scale, rel=1e-4)


def test_the_encoders_own_gradients_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong gradient of the encoder's own weights is said to be the encoder's."""
    right = differences.backward
    passes: list[int] = []

    def wrong(cell: Any, params: Any, trace: Any, given: Any) -> Any:
        made = right(cell, params, trace, given)
        passes.append(1)
        if len(passes) == 1:
            made.params = {name: g + 0.01 * (name == "W_hh") for name, g in made.params.items()}
        return made

    wired = spoken("vanilla", "encoder-decoder", 4, own=True)
    monkeypatch.setattr(differences, "backward", wrong)
    slopes = check(wired).slopes
    assert slopes
    assert (slopes.name, slopes.encoder) == ("W_hh", True)


def test_a_budget_for_long_runs() -> None:
    """Large runs compare some numbers of every weight, the same ones each time; L and its weights stay as they were."""
    T, H = 60, 24
    model = Model(CELLS["lstm"].equations, 5, H, 5)
    params = model.init(0)
    kept = {name: weight.copy() for name, weight in params.items()}
    wired = run_wired(model, params, np.eye(5)[np.arange(T) % 5], plan("many-to-many", T))
    slopes = check(wired).slopes
    assert slopes
    assert len(params) <= slopes.compared <= min(MOST, WORK // (T * H)) + len(params)
    assert slopes.total == sum(weight.size for weight in params.values())
    assert slopes.difference < 1e-7
    assert check(wired).slopes == slopes
    assert all((params[name] == kept[name]).all() for name in kept)


def test_numbers_that_are_not_finite() -> None:
    """inf and nan agree with inf and nan; the gradients are then not compared."""
    model = Model("h[t] = W_xh @ x[t] + W_hh @ h[t-1] - W_hh @ h[t-2]\ny[t] = W_hy @ h[t]", 1, 1, 1)
    params: Mapping[str, Any] = {"W_xh": [[1.0]], "W_hh": [[1e200]], "W_hy": [[1.0]]}
    wired = run_wired(model, params, np.ones((5, 1)), plan("many-to-many", 5))
    assert not np.isfinite(wired.trace["h"]).all()
    found = check(wired)
    assert (found.wrong, found.largest.difference, found.slopes) == (None, 0.0, None)
    assert found.nonfinite == sum(int((~np.isfinite(wired.trace[name])).sum()) for name in ("h", "y"))


def test_corners_are_not_compared() -> None:
    """Where a weight stands at a corner of ReLU there is no slope: it is counted, and the others are compared."""
    model = Model("y[t] = relu(W @ x[t])", 2, 1, 2)
    wired = run_wired(model, {"W": [[0.0, 0.5], [0.3, -0.4]]}, np.eye(2), plan("many-to-many", 2))
    slopes = check(wired).slopes
    assert slopes
    assert (slopes.compared, slopes.corners, slopes.total) == (3, 1, 4)
    assert slopes.difference < 1e-9


@pytest.mark.parametrize(
    ("text", "loss", "weights"),
    [("c[t] = W @ x[t]\nh[t] = tanh(c[t])", "h", True), ("y[t] = x[t] - x[t-1]", "y", False)],
)
def test_the_loss(text: str, loss: str, weights: bool) -> None:
    """L reads y, or the last signal of a cell without y; a cell without weights has no gradients to compare."""
    found = check(whole(sample(Model(text, 2, 2, 2), steps=3)))
    assert found.loss == loss
    assert (found.slopes is not None) == weights


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("text", TREES)
@pytest.mark.parametrize("name", ["recursive", "tree_lstm"])
def test_a_tree_is_right(name: str, text: str, held: bool) -> None:
    """On a tree every number is compared with what its node's children give, and every gradient with its difference."""
    wired = on_tree(name, text, held)
    found = check(wired)
    assert found.wrong is None
    assert found.largest.difference < 1e-13
    assert found.numbers == sum(wired.trace[signal].size for signal in wired.model.expressions)
    assert found.slopes
    assert found.slopes.difference < 1e-7


def test_a_wrong_number_of_a_tree_is_found() -> None:
    """A number planted in a trace is told with its node; the nodes above, made from it, are told too."""
    wired = on_tree("recursive", TREES[1], held=False)
    wired.trace["h"][2, 1] += 0.25
    found = check(wired)
    assert found.wrong
    assert (found.wrong.name, found.wrong.t, found.wrong.i) == ("h", 3, 2)


def portions(wired: Wired, units: int) -> list[Checked]:
    """What a check has found after each portion of so many units of work."""
    made, found = Check(wired), []
    while not made.done:
        left = iter(range(1, units))
        made.go_on(lambda left=left: next(left, None) is None)
        found.append(made.found)
    return found


@pytest.mark.parametrize("units", [1, 3, 50])
@pytest.mark.parametrize("cell", ["lstm", "bidirectional"])
def test_a_check_in_portions(cell: str, units: int) -> None:
    """A check goes on where it was left off, counts what it did, and ends with what it finds when done at once."""
    wired = spoken(cell, "many-to-many", 2)
    found = portions(wired, units)
    counts = [each.numbers for each in found]
    sizes = np.cumsum([wired.trace[name].size for name in again_in_order(wired)])
    expected = [int(sizes[min(k * units, len(sizes)) - 1]) for k in range(1, len(found) + 1)]
    assert counts == expected
    assert {each.total for each in found} == {int(sizes[-1])}
    looked = [each.slopes.compared + each.slopes.corners if each.slopes else 0 for each in found]
    assert looked == sorted(looked)
    assert all(each.slopes is None for each in found if each.numbers < each.total)
    assert found[-1] == check(wired)


def again_in_order(wired: Wired) -> list[str]:
    """The signals of a run, as loops compute them."""
    return [name for one in wired.model.flow.passes for name in one.names]


@given(st.integers(1, 4), st.sampled_from(["i", "f", "c", "h", "y"]), st.integers(1, 30))
@settings(max_examples=20)
def test_a_wrong_number_is_found_in_any_portions(t: int, signal: str, units: int) -> None:
    """However a check is cut, the first wrong number is told once it was reached, and never another one after."""
    wired = spoken("lstm", "many-to-many", 2)
    wired.trace[signal][t - 1, 0] += 1e-3
    found = portions(wired, units)
    whole = check(wired)
    assert (whole.wrong.name, whole.wrong.t, whole.wrong.i) == (signal, t, 1) if whole.wrong else False
    assert found[-1] == whole


def test_a_measured_slope_forgets_what_no_step_reads() -> None:
    """A run measured with copies gives the engine's L in each, for loops both ways, lags, trees and both products."""
    text = "a[t] = tanh(W @ x[t] + U @ a[t+1])\nh[t] = tanh(V @ h[t-3] + b * a[t-1])\ny[t] = R @ h[t] + R @ a[t]"
    for wired in (spoken(text, "many-to-many", 3, text="abcabcab"), on_tree("tree_lstm", TREES[1], held=False)):
        (part,) = wired.segments
        made = stretch(part, "y" if "y" in wired.model.expressions else "h")
        params = part.trace.cell.checked(part.params)
        spots = [(name, tuple(n - 1 for n in weight.shape)) for name, weight in params.items()]
        runs = losses(made, Moved(params, [*spots, spots[0]], np.full(len(spots) + 1, 0.1)))
        L = last(runs)
        for (name, place), found in zip(spots, L, strict=False):
            moved = {**params, name: params[name].copy()}
            moved[name][place] += 0.1
            assert found == pytest.approx(float((made.run(moved)[made.loss] * made.r).sum()), rel=1e-12, abs=1e-12)


def last(runs: Generator[None, None, Array]) -> Array:
    """What a generator returns."""
    while True:
        try:
            next(runs)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("branching", ["left", "right", "balanced"])
def test_a_check_that_waits_keeps_little(branching: str) -> None:
    """Wherever a check of the largest tree is left off, what it keeps until it goes on is less than 4 MB."""
    graph = bracketed([f"w{k}" for k in range(100)], branching)
    model = Model(CELLS["tree_lstm"].equations, 64, 32, 64)
    x = graph.x(np.eye(64)[np.arange(100) % 64])
    run = run_wired(model, model.init(0), x, plan("many-to-many", len(graph)), graph=graph)
    tracemalloc.start()
    try:
        check, most = Check(run), 0
        for _ in range(30):
            units = iter(range(40))
            check.go_on(lambda units=units: next(units, None) is None)
            most = max(most, tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert 0 < most < 4 * 1024 * 1024
