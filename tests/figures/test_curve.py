"""The curves of functions: values, slopes and flat parts as the core has them."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import CELLS
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.figures.curve import REACH, curve, curves
from tests.figures.decoded import opening

ELEMENTWISE = [name for name, function in FUNCTIONS.items() if function.derivative]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_curve_has_the_values_of_its_function(name: str) -> None:
    """The points lie at equal distances on the function."""
    found = curve(name)
    arguments = np.linspace(-REACH, REACH, len(found["values"]))
    np.testing.assert_allclose(found["values"], FUNCTIONS[name].value(arguments, 0), atol=5e-5)
    assert 0.0 in arguments.round(12)


@pytest.mark.parametrize(("name", "flat"), [("tanh", 1.82), ("sigmoid", 3.64)])
def test_saturation_is_flat(name: str, flat: float) -> None:
    """tanh and σ are flat at both ends, where 1 - o² and o - o² are below a tenth of their largest."""
    assert curve(name)["flat"] == [(-REACH, -flat), (flat, REACH)]


def test_relu_is_flat_on_the_left_and_a_line_nowhere() -> None:
    """ReLU answers nothing below zero; the identity answers everywhere."""
    ((start, stop),) = curve("relu")["flat"]
    assert (start, stop) == (-REACH, 0.0)
    assert curve("identity")["flat"] == []


@pytest.mark.parametrize("name", CELLS)
def test_only_functions_on_the_stage_have_curves(name: str) -> None:
    """The curves are those of the element-wise functions in the cell's equations."""
    scene = opening(cell=name)
    text = CELLS[name].equations
    assert set(curves(scene)) == {function for function in ELEMENTWISE if f"{function}(" in text}
