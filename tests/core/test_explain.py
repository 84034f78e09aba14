"""Every number can be asked where it comes from, and what moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given

from rnnviz.core import InputError, Model, explain, reason
from rnnviz.core.notation import Signal, Vector
from tests.core.samples import EVERY_CELL, cell, sample
from tests.core.test_random import SMOOTH, cells, model_of

if TYPE_CHECKING:
    from rnnviz.core.explain import Term


def leaves(term: Term) -> list[Term]:
    """The terms that are not made from others."""
    return [leaf for child in term.children for leaf in leaves(child)] if term.children else [term]


@pytest.mark.parametrize("name", EVERY_CELL)
@pytest.mark.parametrize("batch", [None, 2])
def test_the_terms_add_up(name: str, batch: int | None) -> None:
    """For every signal of every cell, at every step: the terms give the trace's number, down to single weights."""
    one = sample(cell(name), batch, steps=3)
    trace, b = one.run(), 0 if batch is None else 1
    for signal, size in one.model.sizes.items():
        for t in range(3):
            for i in range(size):
                number = trace.at(signal, t)[i] if batch is None else trace.at(signal, t)[b, i]
                term = explain(one.model, one.params, trace, signal, t, i, b)
                assert term.value == number
                assert abs(term.worked_out() - number) < 1e-12
                assert {leaf.kind for leaf in leaves(term)} <= {"signal", "weight", "number"}


@pytest.mark.parametrize("name", EVERY_CELL)
def test_what_moved_a_number_adds_up(name: str) -> None:
    """The contributions of all sources add up to the change since the step before, the largest first."""
    one = sample(cell(name), steps=4)
    trace = one.run()
    for signal in one.model.equations:
        for t in range(1, 4):
            for i in range(one.model.sizes[signal]):
                found = reason(one.model, one.params, trace, signal, t, i)
                change = trace[signal][t, i] - trace[signal][t - 1, i]
                assert abs(sum(part for _, part in found) - change) < 1e-12
                assert [abs(part) for _, part in found] == sorted((abs(part) for _, part in found), reverse=True)


@given(cells(SMOOTH))
def test_random_cells_add_up(text: str) -> None:
    """Both hold for random cells."""
    one = sample(model_of(text), steps=2)
    trace = one.run()
    assume(all((np.abs(trace[name]) < 30).all() for name in trace))
    for signal in one.model.equations:
        number, before = trace[signal][1, 0], trace[signal][0, 0]
        assert abs(explain(one.model, one.params, trace, signal, 1, 0).worked_out() - number) < 1e-11
        moved = sum(part for _, part in reason(one.model, one.params, trace, signal, 1, 0))
        assert abs(moved - (number - before)) < 1e-9


def test_the_tree_of_a_vanilla_cell() -> None:
    """h is a tanh of a sum of two products and a bias; a product has one term for each column."""
    one = sample(cell("vanilla"), steps=2)
    root = explain(one.model, one.params, one.run(), "h", 1, 2)
    (call,) = root.children
    (total,) = call.children
    product, recurrent, bias = total.children
    assert [term.kind for term in (root, call, total, product, bias)] == ["signal", "call", "sum", "product", "weight"]
    assert product.children[1].name == "W_xh[2, 1] * x[t][1]"
    assert [leaf.value for leaf in product.children[1].children] == [one.params["W_xh"][2, 1], one.x[1, 1]]
    assert recurrent.children[0].children[1].step == 0
    assert bias.name == "b_h[2]"


def test_a_single_cause_is_found() -> None:
    """Where only x changes, all of the change is due to x; in the first step a bias counts, too."""
    model = Model("h[t] = tanh(W @ x[t] + b_h)", 2, 2, 1)
    params = {"W": np.eye(2), "b_h": np.array([1.0, 0.0])}
    trace = model.run(params, [[0.0, 0.0], [0.5, 0.0]])
    assert reason(model, params, trace, "h", 1, 0) == [(Signal("x"), pytest.approx(np.tanh(1.5) - np.tanh(1.0)))]
    assert dict(reason(model, params, trace, "h", 0, 0))[Vector("b_h")] == pytest.approx(np.tanh(1.0))


@pytest.mark.parametrize(("name", "t", "i"), [("z", 0, 0), ("h", 9, 0), ("h", -9, 0), ("h", 0, 4), ("h", 0, -1)])
def test_numbers_that_do_not_exist(name: str, t: int, i: int) -> None:
    """Asking beyond the trace is refused."""
    one = sample(cell("vanilla"), steps=2)
    trace = one.run()
    for question in (explain, reason):
        with pytest.raises(InputError):
            question(one.model, one.params, trace, name, t, i)


def test_a_state_outside_the_sequence_is_a_leaf() -> None:
    """The state before the first step has a value and no terms."""
    one = sample(cell("vanilla"), steps=2)
    term = explain(one.model, one.params, one.run(), "h", -1, 1)
    assert (term.value, term.children) == (one.init["h"][1], ())


def test_large_numbers_are_explained_in_silence() -> None:
    """A gate far below zero is explained without a warning, and so is what moved it."""
    model = Model("h[t] = sigmoid(x[t])", 1, 1, 1)
    trace = model.run({}, [[-1000.0], [1000.0]])
    assert explain(model, {}, trace, "h", 0, 0).worked_out() == 0
    assert reason(model, {}, trace, "h", 1, 0) == [(Signal("x"), 1.0)]


def test_products_of_products_stay_small() -> None:
    """A product in a product in a product shares its terms, else there would be 4 to the power of 40."""
    text = "h[t] = " + "W @ (" * 40 + "h[t-1]" + ")" * 40
    one = sample(Model(text, 3, 4, 2), steps=1)
    one.params["W"] /= 4
    trace = one.run()
    assert abs(explain(one.model, one.params, trace, "h", 0, 0).worked_out() - trace["h"][0, 0]) < 1e-12
