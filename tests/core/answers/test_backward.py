"""The backward pass is a cell like any other: it can be checked, asked and coded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.core import Model, bracketed, chain, explain, reason
from rnnviz.core.answers.check import again, difference
from rnnviz.core.answers.code import numpy_code
from rnnviz.core.engine.trace import run
from rnnviz.core.language.expressions import Product, walk
from rnnviz.core.scenario.wired import Segment, Wired
from rnnviz.core.scenario.wiring import plan
from tests.core.plain import worked_out
from tests.core.programs import executed
from tests.core.random_cells import SMOOTH, cells, model_of
from tests.core.samples import EVERY_CELL, Sample, cell, sample

if TYPE_CHECKING:
    from rnnviz.core.engine.gradients import Gradients

WORDS = ["a", "b", "c", "d"]


def on_tree(name: str) -> Sample:
    """A cell that reads children, on a tree of four words."""
    graph = bracketed(WORDS, "balanced")
    return sample(cell(name), steps=len(graph), graph=graph)


def went_back(one: Sample, batch: int | None = None) -> Gradients:
    """A backward pass from random derivatives by all signals."""
    random, trace = np.random.default_rng(3), one.run()
    return one.model.backward(one.params, trace, {n: random.normal(size=trace[n].shape) for n in one.model.equations})


def every_run() -> dict[str, Sample]:
    """Every cell on a sequence, on `chain` where it reads children, and on a tree."""
    found = {name: sample(cell(name), steps=4) for name in EVERY_CELL}
    return found | {f"{name} on a tree": on_tree(name) for name in EVERY_CELL if cell(name).child}


RUNS = every_run()


def assert_numbers(one: Sample) -> None:
    """Each number of a backward pass is what the plain interpreter makes of its operands, and what its terms make."""
    grads = went_back(one)
    trace = grads.trace
    names = set(trace.cell.expressions)
    for _, _, name, expected in again(Segment(0, trace.T, one.params, trace)):
        scale = max(1.0, float(np.abs(trace[name]).max()))
        assert difference(trace[name], expected()).max() < 1e-12 * scale
        for t in (0, trace.T - 1):
            term = explain(one.model, one.params, trace, name, t, 0)
            assert term.value == trace[name][t, 0]
            assert abs(worked_out(term) - term.value) < 1e-12 * scale
        names.remove(name)
    assert not names


@pytest.mark.parametrize("name", RUNS)
def test_every_number_can_be_asked(name: str) -> None:
    """In every cell, each number of the backward pass is made of its terms, the transposed weights among them."""
    assert went_back(RUNS[name]).trace.cell.expressions
    assert_numbers(RUNS[name])


@given(cells(SMOOTH), st.integers(0, 2**16))
def test_random_cells(text: str, seed: int) -> None:
    """The same in any cell."""
    assert_numbers(sample(model_of(text), steps=3, seed=seed))


@pytest.mark.parametrize("name", RUNS)
def test_it_is_coded(name: str) -> None:
    """The program of a backward pass gives the same derivatives as the pass."""
    one = RUNS[name]
    trace = went_back(one).trace
    wired = Wired(
        Model.over(trace.cell),
        plan("many-to-many", trace.T),
        trace,
        (Segment(0, trace.T, one.params, trace),),
        trace,
        None,
    )
    found = executed(numpy_code(wired))
    for signal, expected in trace.items():
        if signal not in trace.cell.equations:
            continue
        name_there = signal.replace("∂", "d").replace("∇", "given_d")
        scale = max(1.0, float(np.abs(expected).max()))
        np.testing.assert_allclose(found[name_there], expected, rtol=0, atol=1e-12 * scale, err_msg=signal)


def test_it_can_be_run_again() -> None:
    """Given the signals of the run and the same derivatives, the cell of the backward pass computes the same."""
    one = sample(cell("gru"), steps=5)
    trace = one.run()
    given_: dict[str, Any] = {"y": np.random.default_rng(0).normal(size=trace["y"].shape)}
    grads = one.model.backward(one.params, trace, given_)
    inputs = {name: trace[name] for name in trace} | {"∇y": given_["y"]}
    again_ = run(grads.trace.cell, one.params, inputs)
    # What is read of the state before the first step is no part of these inputs; it counts for its own derivative only.
    for name in grads.trace.cell.equations:
        np.testing.assert_allclose(again_[name][1:], grads.trace[name][1:], rtol=0, atol=1e-12)


def test_what_moved_a_derivative() -> None:
    """What moved a derivative from one step to the next adds up, through the transposed weights."""
    one = sample(cell("vanilla"), steps=4)
    trace = went_back(one).trace
    name = next(name for name in trace.cell.equations if name == "∂h")
    assert any(isinstance(node, Product) and node.transposed for node in walk(trace.cell.expressions[name]))
    for t in range(1, 4):
        moved = reason(one.model, one.params, trace, name, t, 1)
        assert abs(sum(part for _, part in moved) - (trace[name][t, 1] - trace[name][t - 1, 1])) < 1e-12


def test_on_a_chain_a_missing_neighbour_is_zero() -> None:
    """In a program on a chain a state before the first step is read at the left, and nothing at the right."""
    one = sample(cell("recursive"), steps=3, graph=chain(3))
    assert any(np.any(state) for state in one.init.values())
    trace = one.run()
    segments = (Segment(0, 3, one.params, trace),)
    found = executed(numpy_code(Wired(one.model, plan("many-to-many", 3), trace, segments, trace, None)))
    np.testing.assert_allclose(found["h"], trace["h"], rtol=0, atol=1e-12)
