"""Generated PyTorch programs give the numbers of the trace."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from rnnviz.core import CELLS, Model
from rnnviz.core.answers.code import FILE, torch_code, weights_file
from rnnviz.core.engine.compiled import Compiled
from rnnviz.core.engine.gradients import backward
from rnnviz.core.engine.trace import run
from rnnviz.core.language.expressions import Call, Signal
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.core.scenario.wired import Segment, Wired
from rnnviz.core.scenario.wiring import SEQUENTIAL, WIRINGS, fits, plan
from tests.core.programs import TREES, calm, on_tree, spoken, whole
from tests.core.random_cells import SMOOTH, cells, model_of
from tests.core.samples import sample

if TYPE_CHECKING:
    from pathlib import Path


def assert_same(wired: Wired, symbols: tuple[str, ...] = (), folder: Path | None = None) -> None:
    """The program gives every signal of the run to 1e-12 of its size."""
    code = torch_code(wired, symbols)
    found: dict[str, Any] = {"print": lambda *_: None}
    here = os.getcwd()  # noqa: PTH109
    try:
        if folder:
            (folder / FILE).write_bytes(weights_file(code))
            os.chdir(folder)
        exec(compile(code.text, "code", "exec"), found)  # noqa: S102 - made by the project, not typed
    finally:
        os.chdir(here)
    for part in wired.segments:
        for name in part.trace.cell.expressions:
            expected = part.trace[name]
            if (np.isfinite(expected) & (np.abs(expected) < 1e100)).all():
                rows = found[name][part.first : part.stop].numpy()
                scale = max(1.0, float(np.abs(expected).max()))
                np.testing.assert_allclose(rows, expected, rtol=0, atol=1e-12 * scale, err_msg=f"{name}\n{code.text}")


@pytest.mark.parametrize("name", SEQUENTIAL)
@pytest.mark.parametrize("wiring", WIRINGS)
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_every_cell_in_every_wiring(name: str, wiring: str, activation: str) -> None:
    """Every cell gives its numbers in every wiring, sampled choices and an encoder of its own included."""
    if fits(CELLS[name].equations, wiring, symbolic=True):
        wiring = "many-to-many"
    own = wiring == "encoder-decoder"
    wired = spoken(name, wiring, 5, temperature=1.0, own=own, activation=activation)
    assert_same(wired, ("a", "b", "c", "▸")[: wired.model.D])


@given(cells([*SMOOTH, "relu", "step"]))
@settings(max_examples=60)
def test_cells_of_ones_own(text: str) -> None:
    """Random equations, with states outside the sequence, give the numbers of the run."""
    assert_same(whole(sample(model_of(text), steps=4)))


def test_from_a_file(tmp_path: Path) -> None:
    """Many weights and inputs come from the file."""
    wired = whole(calm(sample(Model(CELLS["lstm"].equations, 9, 12, 2), steps=50)))
    assert set(torch_code(wired).weights or {}) == {"x", *wired.model.shapes}
    assert_same(wired, folder=tmp_path)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function(function: str) -> None:
    """Every function gives what NumPy gives, of vectors and, where it takes them, of numbers alone."""
    alone = "" if FUNCTIONS[function].pullback else f"\nc[t] = {function}(0.5 - {function}(2))"
    text = f"h[t] = {function}(x[t] - 0.1){alone}"
    assert_same(whole(sample(Model(text, 3, 3, 1), steps=4)))


@pytest.mark.parametrize("text", TREES)
@pytest.mark.parametrize("name", ["recursive", "tree_lstm"])
def test_a_tree(name: str, text: str) -> None:
    """On a tree the program reads the children of each node, and zeros where there are none."""
    assert_same(on_tree(name, text, held=True))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_derivatives_of_every_function(function: str) -> None:
    """What each function's row gives as its derivative is what PyTorch finds through the row's PyTorch entry."""
    cell = Compiled.of({"h": Call(function, Signal("x"))}, 4, 4, 1)
    random = np.random.default_rng(7)
    for _ in range(5):
        x, dh = random.normal(size=(2, 1, 4))
        ours = backward(cell, {}, run(cell, {}, x), {"h": dh}).signals["x"]
        a = torch.from_numpy(x[0]).requires_grad_()
        value = eval(FUNCTIONS[function].torch, {"torch": torch, "a": a})  # noqa: S307 - a row of our own
        (theirs,) = torch.autograd.grad((value * torch.from_numpy(dh[0])).sum() + 0 * a.sum(), a)
        np.testing.assert_allclose(ours[0], theirs.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", SEQUENTIAL)
def test_a_backward_pass(name: str) -> None:
    """The program of a backward pass, with transposed weights and later steps, gives its derivatives."""
    one = sample(Model(CELLS[name].equations, 3, 4, 2), steps=4)
    trace = one.run()
    back = one.model.backward(one.params, trace, {n: random_like(trace[n]) for n in one.model.equations}).trace
    wired = Wired(Model.over(back.cell), plan("many-to-many", 4), back, (Segment(0, 4, one.params, back),), back, None)
    found: dict[str, Any] = {"print": lambda *_: None}
    exec(compile(torch_code(wired).text, "code", "exec"), found)  # noqa: S102 - made by the project, not typed
    for signal in back.cell.equations:
        rows = found[signal.replace("∂", "d")].numpy()
        scale = max(1.0, float(np.abs(back[signal]).max()))
        np.testing.assert_allclose(rows, back[signal], rtol=0, atol=1e-12 * scale, err_msg=signal)


def random_like(rows: Any) -> Any:
    """Random numbers, as many."""
    return np.random.default_rng(len(rows)).normal(size=rows.shape)
