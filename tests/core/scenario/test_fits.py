"""Which cells go with which wiring."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import CELLS, InputError, Model
from rnnviz.core.language.flow import Flow
from rnnviz.core.language.reader import parse
from rnnviz.core.scenario.wired import run_wired
from rnnviz.core.scenario.wiring import WIRINGS, fits, plan
from tests.core.scenario.by_hand import FED, SUM, A, B


def test_every_cell_and_wiring() -> None:
    """The table of cells and wirings for symbols: where they do not go together, and why."""
    found = {
        (name, wiring): code
        for name in CELLS
        for wiring in WIRINGS
        if (code := fits(CELLS[name].equations, wiring, symbolic=True))
    }
    expected = {(name, w): "wiring_future" for name in ("convolution", "bidirectional") for w in FED}
    expected |= {(name, w): "wiring_tree" for name in ("recursive", "tree_lstm") for w in WIRINGS}
    assert found == {**expected, ("feedforward", "encoder-decoder"): "wiring_state"}


@pytest.mark.parametrize("wiring", WIRINGS)
def test_numbers_and_classes_are_not_fed_back(wiring: str) -> None:
    """Nothing can be chosen among numbers, and the name of a class is no input; other wirings take both."""
    vanilla = CELLS["vanilla"].equations
    assert fits(vanilla, wiring, symbolic=False) == ("wiring_numbers" if wiring in FED else None)
    assert fits(vanilla, wiring, symbolic=True, labels=True) == ("wiring_labels" if wiring in FED else None)
    assert fits(Model(vanilla, 3, 2, 2), wiring, symbolic=True) is None


def test_a_cell_without_y_has_nothing_to_read() -> None:
    """Without y a cell can only be watched at every step."""
    text = "h[t] = tanh(W @ x[t] + V @ h[t-1])"
    codes = {wiring: fits(text, wiring, symbolic=True) for wiring in WIRINGS}
    assert codes == {w: None if w == "many-to-many" else "wiring_no_y" for w in WIRINGS}
    run = run_wired(Model(text, 2, 1, 2), {"W": [[1, 0]], "V": [[1]]}, [A, B], plan("many-to-many", 2))
    assert (run.chosen, run.answers("ab")) == (None, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SUM, True),
        ("y[t] = W @ x[t-1]", False),
        ("h[t] = W @ x[t]\ny[t] = V @ h[t-1]", False),
        ("h[t] = W @ x[t] + V @ h[t-1]\ny[t] = U @ x[t]", False),
        ("h[t] = W @ x[t] + V @ y[t-2]\ny[t] = U @ h[t]", True),
        ("h[t] = W @ x[t] + V @ h[t+1]\ny[t] = U @ h[t]", False),
    ],
)
def test_cells_that_carry_a_state(text: str, expected: bool) -> None:
    """A state is carried where the output depends on a loop that reads its own past."""
    flow = Flow({name: equation.expression for name, equation in parse(text).items()})
    assert flow.carries("y") == expected


@pytest.mark.parametrize(("D", "K", "code"), [(3, 2, "wiring_labels"), (2, 3, "wiring_labels")])
def test_other_labels_are_refused_when_run(D: int, K: int, code: str) -> None:
    """Where y scores something else than the symbols of x, feeding it back is refused with the same reason."""
    model = Model(SUM, D, 1, K)
    with pytest.raises(InputError) as caught:
        run_wired(model, model.init(0), np.eye(D)[:1], plan("one-to-many", 1, 3))
    assert caught.value.code == code


def test_the_future_is_refused_when_run() -> None:
    """A bidirectional net cannot be run with feedback."""
    model = Model(CELLS["bidirectional"].equations, 2, 1, 2)
    with pytest.raises(InputError, match="reads the future"):
        run_wired(model, model.init(0), [A], plan("one-to-many", 1, 3))
