"""What changes do to a run: against runs whose arrays were changed by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.core import CELLS, Model
from rnnviz.core.scenario.edits import (
    Change,
    Edit,
    Shuffle,
    edits_text,
    read_edits,
    recurrent_weights,
    sorted_out,
    with_edits,
)
from rnnviz.core.scenario.wired import Wired, run_wired
from rnnviz.core.scenario.wiring import SEQUENTIAL, Plan, plan
from tests.core.samples import CARRYING, FED_CELLS
from tests.core.scenario.changes import changes, values


def network(cell: str, wiring: str, seed: int = 0) -> tuple[Model, Plan, dict[str, Any], Any]:
    """A cell with random weights, its plan, and one-hot inputs of four symbols."""
    model = Model(CELLS[cell].equations, 4, 3, 4)
    n = {"one-to-one": 1, "one-to-many": 1}.get(wiring, 4)
    planned = plan(wiring, n, 3)
    x = np.eye(4)[np.random.default_rng(seed).integers(0, 4, planned.given)]
    return model, planned, model.init(seed), x


def run(text: str, cell: str, wiring: str, encoder: Any = None, init: Any = None, seed: int = 0) -> Wired:
    """A run after the changes of a text, all of which must fit."""
    model, planned, params, x = network(cell, wiring, seed)
    fitting, unfit = sorted_out(read_edits(text), model, planned, encoder is not None)
    assert unfit == []
    changed = with_edits(fitting, model, planned, params, x, init=init, encoder=encoder)
    return run_wired(
        model, changed.params, changed.x, planned, encoder=changed.encoder, init=changed.init, holds=changed.holds
    )


def same(one: Wired, other: Wired) -> None:
    for name in one.trace:
        np.testing.assert_allclose(one.trace[name], other.trace[name], rtol=0, atol=1e-12)


WIRED = [
    *[(cell, "many-to-many") for cell in SEQUENTIAL],
    *[(cell, "one-to-many") for cell in FED_CELLS],
    *[(cell, "encoder-decoder") for cell in CARRYING],
]


@given(st.sampled_from(WIRED), st.integers(0, 99), values.filter(lambda v: abs(v) < 100), st.data())
def test_weights_against_arrays(wired: tuple[str, str], seed: int, value: float, data: st.DataObject) -> None:
    """A changed weight is the same as a run with the array changed by hand; the originals stay as they were."""
    model, planned, params, x = network(*wired, seed)
    name = data.draw(st.sampled_from(sorted(model.shapes)))
    index = tuple(data.draw(st.one_of(st.none(), st.integers(1, n))) for n in model.shapes[name])
    kept = {weight: array.copy() for weight, array in params.items()}
    by_hand = {weight: array.copy() for weight, array in params.items()}
    by_hand[name][tuple(slice(None) if i is None else i - 1 for i in index)] = value
    text = edits_text((Edit(name, value, index),))
    same(run(text, *wired, seed=seed), run_wired(model, by_hand, x, planned))
    with_edits(read_edits(text), model, planned, params, x)
    assert all((params[weight] == kept[weight]).all() for weight in kept)


@given(st.sampled_from(SEQUENTIAL), st.integers(0, 99), st.integers(1, 4), st.integers(1, 4), values)
def test_inputs_against_arrays(cell: str, seed: int, t: int, i: int, value: float) -> None:
    """A changed input is the same as a run with the array changed by hand, for one number, a step and a stretch."""
    model, planned, params, x = network(cell, "many-to-many", seed)
    for text, rows, columns in [
        (f"x.{t}.{i}:{value!r}", slice(t - 1, t), slice(i - 1, i)),
        (f"x.{t}.*:{value!r}", slice(t - 1, t), slice(None)),
        (f"x.{t}-.{i}:{value!r}", slice(t - 1, None), slice(i - 1, i)),
    ]:
        by_hand = x.copy()
        by_hand[rows, columns] = value
        changed = with_edits(read_edits(text), model, planned, params, x)
        assert (changed.x == by_hand).all()
        assert not changed.holds
        same(run(text, cell, "many-to-many", seed=seed), run_wired(model, params, by_hand, planned))
    assert (x.sum(1) == 1).all()


@pytest.mark.parametrize("cell", FED_CELLS)
def test_inputs_where_outputs_are_fed_back(cell: str) -> None:
    """There an input is held, given or not: the rest of a step stays what was given or chosen."""
    model, planned, params, x = network(cell, "one-to-many")
    for t in (1, 2, 3):
        found = run(f"x.{t}.2:0.5", cell, "one-to-many")
        where = np.zeros((3, 4), bool)
        where[t - 1, 1] = True
        same(found, run_wired(model, params, x, planned, holds={"x": (where, np.full((3, 4), 0.5))}))
        assert found.trace["x"][t - 1, 1] == 0.5


@pytest.mark.parametrize("cell", [cell for cell in SEQUENTIAL if cell not in ("feedforward", "convolution")])
def test_states_against_init(cell: str) -> None:
    """Each state outside the sequence is the same as the one given to the run by hand, and others stay."""
    model, planned, params, x = network(cell, "many-to-many")
    random = np.random.default_rng(1)
    lags = {name: lag for name, lag in model.lags.items() if name != "x"}
    init = {name: random.normal(size=(lag.earlier + lag.later, model.sizes[name])) for name, lag in lags.items()}
    for name, lag in lags.items():
        for row in range(lag.earlier + lag.later):
            step = row - lag.earlier + 1 if row < lag.earlier else planned.T + 1 + row - lag.earlier
            by_hand = {other: state.copy() for other, state in init.items()}
            by_hand[name][row, 1] = 0.7
            found = run(f"{name}.{step}.2:0.7", cell, "many-to-many", init=init)
            same(found, run_wired(model, params, x, planned, init=by_hand))
            assert found.trace.at(name, step - 1)[1] == 0.7
    assert all(0.7 not in state for state in init.values())


def test_states_two_steps_away() -> None:
    """Where [t-2] and [t+1] are read, steps -1, 0 and T + 1 are the states in time order, else zeros."""
    model = Model("h[t] = W @ x[t] + h[t-2]\nb[t] = x[t] + b[t+1]", 2, 3, 1)
    planned = plan("many-to-many", 3)
    changed = with_edits(read_edits("h.-1.1:5,h.0.2:6,b.4.*:7"), model, planned, model.init(0), np.zeros((3, 2)))
    found = run_wired(model, changed.params, changed.x, planned, init=changed.init).trace
    assert found.before("h").tolist() == [[5.0, 0.0, 0.0], [0.0, 6.0, 0.0]]
    assert found["h"].tolist() == [[5.0, 0.0, 0.0], [0.0, 6.0, 0.0], [5.0, 0.0, 0.0]]
    assert found["b"].tolist() == [[7.0, 7.0]] * 3


@given(st.sampled_from(WIRED), st.integers(0, 99), st.data())
def test_holds_against_masks(wired: tuple[str, str], seed: int, data: st.DataObject) -> None:
    """A held stretch is the same as the mask and values given to the run by hand."""
    model, planned, params, x = network(*wired, seed)
    name = data.draw(st.sampled_from(sorted(model.equations)))
    first = data.draw(st.integers(1, planned.T))
    last = data.draw(st.one_of(st.none(), st.integers(first, planned.T)))
    row = data.draw(st.one_of(st.none(), st.integers(1, model.sizes[name])))
    where = np.zeros((planned.T, model.sizes[name]), bool)
    where[first - 1 : last, slice(None) if row is None else slice(row - 1, row)] = True
    found = run(edits_text((Edit(name, 0.25, ((first, last), row)),)), *wired, seed=seed)
    same(found, run_wired(model, params, x, planned, holds={name: (where, np.where(where, 0.25, 0.0))}))
    assert (found.held[name] == where).all()
    assert (found.trace[name][where] == 0.25).all()


@pytest.mark.parametrize("cell", CARRYING)
def test_an_encoder_of_its_own(cell: str) -> None:
    """With the prefix the encoder's weights change and the decoder's do not; without it the other way round."""
    model, planned, params, x = network(cell, "encoder-decoder")
    own = model.init(9)
    name = next(weight for weight in model.shapes if weight.startswith("W"))
    for prefix in ("", "encoder."):
        sets = {"": {w: a.copy() for w, a in params.items()}, "encoder.": {w: a.copy() for w, a in own.items()}}
        sets[prefix][name][0, 1] = 3.0
        found = run(f"{prefix}{name}.1.2:3", cell, "encoder-decoder", encoder=own)
        same(found, run_wired(model, sets[""], x, planned, encoder=sets["encoder."]))
    assert 3.0 not in own[name]


def test_later_entries_win() -> None:
    """Of two entries for one number the later holds, for weights, inputs, states and holds alike."""
    model, planned, params, x = network("lstm", "many-to-many")
    text = "W_xi.*.*:0,W_xi.1.1:2,x.1.1:5,x.1.*:3,h.0.*:1,h.0.2:2,f.2-.*:0,f.3.1:1,f.3-4.1:0.5"
    changed = with_edits(read_edits(text), model, planned, params, x)
    weight = np.asarray(changed.params["W_xi"])
    assert weight[0, 0] == 2.0
    assert np.count_nonzero(weight) == 1
    assert changed.x[0].tolist() == [3.0] * 4
    assert np.asarray(changed.init["h"]).tolist() == [[1.0, 2.0, 1.0]]
    assert changed.holds["f"][1].tolist() == [[0, 0, 0], [0, 0, 0], [0.5, 0, 0], [0.5, 0, 0]]
    assert changed.holds["f"][0].tolist() == [[False] * 3, *[[True] * 3] * 3]


def test_no_changes() -> None:
    """Without changes everything is equal to the originals."""
    model, planned, params, x = network("gru", "many-to-many")
    changed = with_edits((), model, planned, params, x)
    assert all((np.asarray(changed.params[name]) == params[name]).all() for name in params)
    assert (changed.x == x).all()
    assert (changed.encoder, changed.init, changed.holds, changed.order) == (None, {}, {}, (0, 1, 2, 3))


@given(st.integers(0, 999_999), st.lists(st.integers(0, 3), min_size=2, max_size=9), st.booleans())
def test_shuffled_inputs(seed: int, symbols: list[int], decoder: bool) -> None:
    """The same inputs in another order, always the same for a seed; a start symbol keeps its place."""
    model = Model(CELLS["vanilla"].equations, 5, 3, 5)
    x = np.eye(5)[[*symbols, 4] if decoder else symbols]
    planned = plan("encoder-decoder" if decoder else "many-to-many", len(symbols), 2)
    one, two = (with_edits((Shuffle(seed),), model, planned, model.init(0), x) for _ in range(2))
    assert one.order == two.order
    assert sorted(one.order) == list(range(len(x)))
    assert (one.x == x[list(one.order)]).all()
    assert (one.x == x).all() == (len(set(symbols)) == 1)
    if decoder:
        assert one.order[-1] == len(symbols)


def test_every_order_is_drawn() -> None:
    """Of three different inputs all five other orders come up."""
    model = Model(CELLS["vanilla"].equations, 3, 2, 3)
    drawn = {
        with_edits((Shuffle(seed),), model, plan("many-to-many", 3), model.init(0), np.eye(3)).order
        for seed in range(60)
    }
    assert len(drawn) == 5


def test_inputs_are_changed_where_they_are_read() -> None:
    """A changed input is at the step that is shown, whether its entry stands before or after the shuffle."""
    model, planned, params, _ = network("vanilla", "many-to-many")
    x = np.eye(4)
    for text in ("x.3.1:9,shuffle:4", "shuffle:4,x.3.1:9"):
        changed = with_edits(read_edits(text), model, planned, params, x)
        assert (changed.x[:, 0] == 9).tolist() == [False, False, True, False]


MISFITS = [
    ("Q.1.1:2", "edit_name"),
    ("encoder.W_xh.1.1:2", "edit_encoder"),
    ("encoder.h.1.1:2", "edit_encoder"),
    ("W_xh.1:2", "edit_matrix"),
    ("W_xh.4.1:2", "edit_matrix"),
    ("W_xh.1.5:2", "edit_matrix"),
    ("W_xh.0.1:2", "edit_matrix"),
    ("W_xh.1-2.1:2", "edit_matrix"),
    ("b_h.4:2", "edit_vector"),
    ("b_h.1.1:2", "edit_vector"),
    ("h.1:2", "edit_signal"),
    ("h.1.4:2", "edit_signal"),
    ("h.*.1:2", "edit_signal"),
    ("h.5.1:2", "edit_signal"),
    ("h.-1.1:2", "edit_signal"),
    ("h.2-5.1:2", "edit_signal"),
    ("h.5-.1:2", "edit_signal"),
    ("x.0.1:2", "edit_signal"),
    ("y.0.1:2", "edit_signal"),
]


@pytest.mark.parametrize(("text", "code"), MISFITS)
def test_what_does_not_fit(text: str, code: str) -> None:
    """What does not fit this network is told of in one sentence that quotes it, and the rest stays."""
    model, planned, _, _ = network("vanilla", "many-to-many")
    fitting, (wrong,) = sorted_out(read_edits(f"b_h.1:1,{text},shuffle:7"), model, planned, encoder=False)
    assert edits_text(fitting) == "b_h.1:1,shuffle:7"
    assert wrong.code == code
    assert wrong.told("en").startswith(f"{text} is left out: ")


def test_one_input_cannot_be_shuffled() -> None:
    """Where one input is given there is no other order."""
    for wiring in ("one-to-one", "one-to-many"):
        model, planned, _, _ = network("vanilla", wiring)
        fitting, (wrong,) = sorted_out((Shuffle(1),), model, planned, encoder=False)
        assert fitting == ()
        assert wrong.code == "edit_shuffle"


@given(st.sampled_from(WIRED), st.lists(changes, max_size=5))
def test_whatever_fits_can_be_applied(wired: tuple[str, str], some: list[Change]) -> None:
    """What is sorted out as fitting runs, whatever else was asked for."""
    model, planned, params, x = network(*wired)
    names = [*model.shapes, *model.sizes]
    some += [
        Edit(names[len(e.name) % len(names)], math.copysign(0.5, e.value), e.index) for e in some if isinstance(e, Edit)
    ]
    fitting, unfit = sorted_out(some, model, planned, encoder=False)
    assert len(fitting) + len(unfit) == len(some)
    changed = with_edits(fitting, model, planned, params, x)
    run_wired(model, changed.params, changed.x, planned, init=changed.init, holds=changed.holds)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("feedforward", []),
        ("convolution", []),
        ("vanilla", ["W_hh"]),
        ("lstm", ["W_hi", "W_hf", "W_hg", "W_ho"]),
        ("gru", ["W_hr", "W_hz", "W_hn"]),
        ("gru_v3", ["W_hr", "W_hz", "W_hn"]),
        ("mingru", []),
        ("deep", ["W_h1h1", "W_h2h2"]),
        ("bidirectional", ["W_ff", "W_bb"]),
    ],
)
def test_recurrent_weights(cell: str, expected: list[str]) -> None:
    """The matrices that multiply what was computed at another step."""
    assert recurrent_weights(Model(CELLS[cell].equations, 4, 3, 4)) == expected


def test_recurrence_switched_off() -> None:
    """Without them the vanilla cell forgets: equal inputs give equal states."""
    text = ",".join(f"{name}.*.*:0" for name in recurrent_weights(Model(CELLS["vanilla"].equations, 4, 3, 4)))
    model, planned, params, _ = network("vanilla", "many-to-many")
    changed = with_edits(read_edits(text), model, planned, params, np.eye(4)[[1, 2, 1, 1]])
    h = run_wired(model, changed.params, changed.x, planned).trace["h"]
    assert (h[0] == h[2]).all()
    assert (h[2] == h[3]).all()


def test_recurrent_weights_inside() -> None:
    """Only the innermost matrix counts: to set it to zero is enough."""
    model = Model("h[t] = V @ (x[t] + U @ (g[t] * h[t-1]))\ng[t] = tanh(W @ x[t-1])", 3, 4, 2)
    assert recurrent_weights(model) == ["U"]
