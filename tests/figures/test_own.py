"""Cells of one's own: whatever can be written can be drawn, and its backward pass be told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from rnnviz.core import CELLS, InputError, Model
from rnnviz.core.language.examples import EXAMPLES
from rnnviz.figures.backprop import backprop
from rnnviz.figures.payload import payload
from rnnviz.figures.stage import Scene, axes
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT
from tests.core.random_cells import SMOOTH, cells
from tests.figures.decoded import Decoded, decoded, opening

ODD = {
    "x only a step ago": "h[t] = tanh(W @ x[t-1])",
    "no y": "h[t] = tanh(W @ x[t] + U @ h[t-1])",
    "y without a weight": "y[t] = x[t]",
    "a number": "h[t] = 0.5",
    "a number and a bias": "y[t] = 2\nh[t] = b",
    "names": "lambda[t] = tanh(T @ x[t] + H @ lambda[t-1] + D)\ny[t] = K @ lambda[t] + p",
    "names of shares": "p[t] = W @ x[t]\np_1[t] = p_2\ny[t] = V @ p[t]",
    "names of the wirings": "u[t] = tanh(W @ x[t] + V @ u[t-1])\ne[t] = u[t]\ny[t] = Q @ e[t]",
    "long names": f"{'a' * 900}[t] = tanh({'W' * 900} @ x[t])\ny[t] = V @ {'a' * 900}[t-1]",
    "64 lines": "\n".join(f"s{i}[t] = tanh(W{i} @ x[t] + V{i} @ s{i}[t-1])" for i in range(63)) + "\ny[t] = Q @ s0[t]",
    "a wide line": "y[t] = " + " + ".join(f"W{i} @ x[t]" for i in range(200)),
    "fifty steps away": "h[t] = W @ h[t-50] + V @ x[t+50]\ny[t] = U @ h[t]",
    "too large": "h[t] = 1e30 * h[t-1] + 1e200\ny[t] = W @ h[t] * h[t]",
}
CHOICES = (
    {},
    {"wiring": "one-to-many", "text": "h", "temperature": "0.5"},
    {"wiring": "encoder-decoder", "text": "ab", "own": True},
    {"wiring": "many-to-one"},
    {"source": "numbers", "text": "1 2\n3 4\n5 6"},
)


def drawn(text: str) -> list[Decoded]:
    """The payloads of a cell, alone and unrolled, in every wiring it goes with, with letters and with numbers."""
    made, refused = [], []
    for choice in CHOICES:
        try:
            scene = build(replace(DEFAULT, cell="own", equations=text, weights="random", **choice)).scene
        except InputError as error:
            refused.append(error.code)
            continue
        for unrolled in (False, True):
            data = payload(scene, ("id", 1), "en", unrolled=unrolled)
            made.append(Decoded(data))
            for name, rows in scene.trace.items():
                if np.isfinite(rows).all() and np.abs(rows).max() < 1e30:
                    assert made[-1].signal(name, 2 if len(rows) > 1 else 1, 0) == np.float32(
                        rows[min(1, len(rows) - 1), 0]
                    )
        assert all("=" in formula for formula in backprop(scene.model))
    assert all(code.startswith("wiring_") for code in refused)
    return made


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_cells_are_drawn(text: str) -> None:
    """Cells that nobody thought of have a block for each equation and the numbers of their trace."""
    for read in drawn(text):
        blocks = [block["name"] for block in read.head["stage"]["blocks"]]
        assert {line.split("[")[0] for line in text.splitlines()} <= set(blocks)
        assert len(blocks) == len(set(blocks))


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_drawn(name: str) -> None:
    """Each worked example is drawn in at least three ways."""
    assert len(drawn(EXAMPLES[name].equations)) >= 6


@given(cells([*SMOOTH, "relu", "step", "choose"]))
def test_random_cells_are_drawn(text: str) -> None:
    """So is any random cell, or it is refused with a sentence."""
    try:
        Model(text, 4, 4, 4)
    except InputError:
        return
    drawn(text)


def scene_of(text: str, hidden: int) -> Scene:
    """A scene of a cell that reads hello: D = K = 4."""
    return build(replace(DEFAULT, cell="own", equations=text, weights="random", hidden=hidden)).scene


def test_an_inner_matrix_has_no_symbols_where_h_is_k() -> None:
    """Rows of hidden units are not named by output symbols, also where there happen to be as many."""
    found = axes(scene_of("h[t] = V @ x[t]\ny[t] = W_2 @ tanh(W_1 @ h[t])", 4))
    assert found["W_1"] == [None, None]
    assert found["W_2"] == [list("helo"), None]
    assert found["V"] == [None, list("helo")]


def test_the_backward_pass_of_the_vanilla_cell() -> None:
    """What carries a loss back is told as in a book: the transposed weights, the derivative of tanh, a sum over t."""
    formulas = [
        formula.replace("<i>", "").replace("</i>", "")
        for formula in backprop(Model(CELLS["vanilla"].equations, 3, 4, 2))
    ]
    assert any("W<sub>hy</sub><sup>T</sup> ∇y<sub>t</sub>" in formula for formula in formulas)
    assert any("W<sub>hh</sub><sup>T</sup>" in formula and "t+1" in formula for formula in formulas)
    assert "∂W<sub>hy</sub> = Σ<sub>t</sub> ∇y<sub>t</sub> h<sub>t</sub><sup>T</sup>" in formulas
    assert "∂b<sub>y</sub> = Σ<sub>t</sub> ∇y<sub>t</sub>" in formulas
    assert len([formula for formula in formulas if "Σ" in formula]) == 5


@pytest.mark.parametrize("value", ["1e39", "-3.5e300", "3e38"])
def test_large_numbers_travel(value: str) -> None:
    """Numbers that float32 cannot hold arrive as they are; others as float32."""
    scene = opening(cell="own", equations=f"h[t] = {value} * x[t]\ny[t] = W @ h[t]", text="ab", weights="random")
    found = decoded(scene)
    for t in (1, 2):
        for name in ("h", "y"):
            for i, expected in enumerate(scene.trace[name][t - 1]):
                np.testing.assert_allclose(found.signal(name, t, i), expected, rtol=1e-7)
