"""Every number can be asked where it comes from, and what moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rnnviz.core import InputError, Model, explain, reason, shares
from rnnviz.core.answers.attribution import nothing
from rnnviz.core.language.expressions import Signal, Vector
from tests.core.plain import worked_out
from tests.core.random_cells import SMOOTH, cells, model_of
from tests.core.samples import EVERY_CELL, Sample, cell, sample

if TYPE_CHECKING:
    from rnnviz.core.answers.explain import Term


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
                assert abs(worked_out(term) - number) < 1e-12
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
        assert abs(worked_out(explain(one.model, one.params, trace, signal, 1, 0)) - number) < 1e-11
        moved = sum(part for _, part in reason(one.model, one.params, trace, signal, 1, 0))
        assert abs(moved - (number - before)) < 1e-9


@given(cells([*SMOOTH, "relu", "step"]), st.sampled_from([None, 2]))
def test_every_number_of_a_random_cell_is_its_terms(text: str, batch: int | None) -> None:
    """For any cell each number of each signal at each step is what its terms give, and each term what is below it."""
    one = sample(model_of(text), batch, steps=2)
    trace, b = one.run(), 0 if batch is None else 1
    assume(all((np.abs(trace[name]) < 30).all() for name in trace))
    for signal in one.model.equations:
        for t in range(2):
            for i in range(one.model.sizes[signal]):
                root = explain(one.model, one.params, trace, signal, t, i, b)
                assert root.value == (trace[signal][t, i] if batch is None else trace[signal][t, b, i])
                assert abs(worked_out(root) - root.value) < 1e-11
                assert all(leaf.kind in {"signal", "weight", "number"} for leaf in leaves(root))


def assert_shares_add_up(one: Sample, error: float) -> None:
    """The shares of every signal, at every step, add up to its number minus that of a step without sources."""
    trace = one.run()
    empty = nothing(one.model.cell, one.model.checked(one.params))
    for signal in one.model.equations:
        found = shares(one.model, one.params, trace, signal)
        assert all(part.shape == trace[signal].shape for part in found.values())
        assert np.abs(sum(found.values()) - (trace[signal] - empty.read(Signal(signal)))).max() < error


@pytest.mark.parametrize("name", EVERY_CELL)
@pytest.mark.parametrize("batch", [None, 2])
def test_the_shares_of_all_steps_add_up(name: str, batch: int | None) -> None:
    """For every signal of every cell, at every step, in a batch and alone."""
    assert_shares_add_up(sample(cell(name), batch), 1e-12)


@given(cells([*SMOOTH, "relu"]))
def test_the_shares_of_random_cells_add_up(text: str) -> None:
    """The same for random cells."""
    one = sample(model_of(text), steps=3)
    assume(all((np.abs(one.run()[name]) < 30).all() for name in one.model.sizes))
    assert_shares_add_up(one, 1e-9)


@pytest.mark.parametrize("name", EVERY_CELL)
def test_the_shares_of_the_first_step_are_its_reasons(name: str) -> None:
    """At the first step, which `reason` counts from nothing too, both say the same of every source."""
    one = sample(cell(name), steps=2)
    trace = one.run()
    for signal, size in one.model.sizes.items():
        if signal == "x":
            continue
        found = shares(one.model, one.params, trace, signal)
        for i in range(size):
            same = dict(reason(one.model, one.params, trace, signal, 0, i))
            assert {source: part[0, i] for source, part in found.items()} == pytest.approx(same, abs=1e-12)


def test_a_choice_is_shared_by_what_led_to_it() -> None:
    """Where the largest of several is chosen, the shares of the scores add up in each step, whatever was chosen."""
    one = sample(Model("h[t] = choose(W @ x[t] + b)", 3, 4, 2), steps=8)
    assert len({tuple(row) for row in one.run()["h"]}) > 1
    assert_shares_add_up(one, 1e-12)


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
    with pytest.raises(InputError):
        shares(one.model, one.params, trace, "z")


def test_a_state_outside_the_sequence_is_a_leaf() -> None:
    """The state before the first step has a value and no terms."""
    one = sample(cell("vanilla"), steps=2)
    term = explain(one.model, one.params, one.run(), "h", -1, 1)
    assert (term.value, term.children) == (one.init["h"][1], ())


def test_large_numbers_are_explained_in_silence() -> None:
    """A gate far below zero is explained without a warning, and so is what moved it."""
    model = Model("h[t] = sigmoid(x[t])", 1, 1, 1)
    trace = model.run({}, [[-1000.0], [1000.0]])
    assert worked_out(explain(model, {}, trace, "h", 0, 0)) == 0
    assert reason(model, {}, trace, "h", 1, 0) == [(Signal("x"), 1.0)]


def test_products_of_products_stay_small() -> None:
    """A product in a product in a product shares its terms, else there would be 4 to the power of 40."""
    text = "h[t] = " + "W @ (" * 40 + "h[t-1]" + ")" * 40
    one = sample(Model(text, 3, 4, 2), steps=1)
    one.params["W"] /= 4
    trace = one.run()
    assert abs(worked_out(explain(one.model, one.params, trace, "h", 0, 0)) - trace["h"][0, 0]) < 1e-12
