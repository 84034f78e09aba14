"""Texts at the limits: no hang, forward or backward."""

from __future__ import annotations

import time
from itertools import count

import numpy as np
import pytest

from rnnviz.core import InputError, Model
from tests.core.samples import assert_gradients, sample

SECONDS = 10  # far more than any of these needs


def chain(step: str, lines: int = 64) -> str:
    """s0[t] = x[t], and then each signal made from the one before."""
    return "\n".join(["s0[t] = W @ x[t]", *[f"s{i}[t] = {step.replace('s', f's{i - 1}[t]')}" for i in range(1, lines)]])


HOSTILE = {
    "a product of many factors": "h[t] = " + "*".join(["h[t-1]"] * 500),
    "many factors, all different": "h[t] = x[t] * " + "*".join(f"b{i}" for i in range(500)),
    "many terms": "h[t] = " + "+".join(["W @ h[t-1]"] * 300),
    "squares of squares": chain("s * s"),
    "sums of products": chain("s*a+s*c"),
    "functions in functions": "h[t] = " + "tanh(" * 49 + "h[t-1]" + ")" * 49,
    "functions in functions, again and again": chain("tanh(tanh(tanh(tanh(tanh(s)))))"),
    "functions of products of functions": "h[t] = " + "b * tanh(" * 49 + "h[t-1]" + ")" * 49,
    "softmax of softmax": "h[t] = " + "b * softmax(" * 49 + "h[t-1]" + ")" * 49,
    "products of products": "h[t] = " + "W @ (" * 50 + "h[t-1]" + ")" * 50,
    "nested brackets": "h[t] = " + "(" * 50 + "h[t-1]" + ")" * 50,
    "everybody reads everybody": "\n".join(
        f"s{i}[t] = " + "+".join(f"s{j}[t-1]" for j in range(19)) for i in range(19)
    ),
    "a loop of all": chain("s").replace("x[t]", "s63[t-1]"),
    "many minus signs": "h[t] = " + "-" * 3000 + "h[t-1]",
    "a long way back": "h[t] = h[t-50] + x[t+50]",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_cells(name: str) -> None:
    """A cell that would grow exponentially, or recurse deeply, is built, run and differentiated in short time."""
    text = HOSTILE[name]
    assert len(text) <= 4000, len(text)
    start = time.perf_counter()
    one = sample(Model(text, 2, 2, 2), steps=3)
    one.params = {weight: 0.9 * np.tanh(value) for weight, value in one.params.items()}
    one.x, one.init = np.tanh(one.x), {signal: 0.9 * np.tanh(state) for signal, state in one.init.items()}
    trace = one.run()
    one.model.backward(one.params, trace, {signal: trace[signal] for signal in one.model.equations})
    assert time.perf_counter() - start < SECONDS


def test_long_products_have_the_right_gradient() -> None:
    """Products that are halved, and derivatives that get a name, are right."""
    for text in ("h[t] = x[t] * a * b * c * d * e * tanh(h[t-1]) * f * h[t-1]", chain("s*a+s*tanh(s)*c", 8)):
        assert_gradients(sample(Model(text, 2, 2, 2), steps=2))


def test_a_million_weights() -> None:
    """A million weights are allowed, one more is not."""
    assert Model("h[t] = W @ h[t-1]", 1, 1000, 1).shapes == {"W": (1000, 1000)}
    with pytest.raises(InputError) as error:
        Model("h[t] = W @ h[t-1] + b", 1, 1000, 1)
    assert error.value.code == "too_many_weights"


def test_all_equations_that_fit() -> None:
    """64 equations in 4,000 characters are allowed."""
    numbers = count()
    text = "\n".join(f"s{next(numbers)}[t] = tanh(W_{i} @ x[t] + b_{i})" for i in range(64))
    assert len(Model(text, 2, 2, 2).equations) == 64
