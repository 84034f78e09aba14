"""The ten worked examples: they run, and their gradients are right."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import Model
from rnnviz.core.language.examples import EXAMPLES
from tests.core.plain import interpret
from tests.core.samples import D, H, K, T, assert_gradients, sample

each = pytest.mark.parametrize("name", EXAMPLES)


def model(name: str) -> Model:
    """An example at the sizes of these tests."""
    return Model(EXAMPLES[name].equations, D, H, K)


def test_there_are_ten_and_each_was_published() -> None:
    """Ten examples, no two with the same equations, each with its authors and year."""
    assert len({cell.equations for cell in EXAMPLES.values()}) == 10
    assert all(any(word.strip(",").isdecimal() for word in cell.source.split()) for cell in EXAMPLES.values())


@each
def test_forward(name: str) -> None:
    """The engine computes what the equations say."""
    one = sample(model(name))
    trace, plain = one.run(), interpret(one.model, one.params, one.x, one.init)
    assert trace["y"].shape == (T, K)
    for signal in trace:
        np.testing.assert_allclose(trace[signal], plain[signal], rtol=0, atol=1e-12, err_msg=signal)


@each
@pytest.mark.parametrize("batch", [None, 2])
def test_gradients(name: str, batch: int | None) -> None:
    """The backward pass agrees with finite differences along a random direction in everything."""
    one = sample(model(name), batch)
    # The kink of relu must not lie on the way of the differences.
    one.params = {weight: 0.5 * value for weight, value in one.params.items()}
    assert_gradients(one)


def test_each_does_what_it_is_known_for() -> None:
    """IndRNN's units are apart, the Jordan network's state is of outputs, NARX reads y two steps back, SCRN is slow."""
    assert model("indrnn").shapes["u_h"] == (H,)
    assert model("jordan").sizes["s"] == K
    assert model("narx").lags["y"].earlier == 2
    slow = sample(model("scrn"), steps=2)
    trace = slow.run()
    expected = 0.05 * slow.params["W_xs"] @ slow.x[1] + 0.95 * trace["s"][0]
    np.testing.assert_allclose(trace["s"][1], expected, rtol=0, atol=1e-12)
