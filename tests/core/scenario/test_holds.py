"""Numbers that are held: the engine against the plain interpreter, and what explains them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rnnviz.core import CELLS, InputError, Model, explain, reason
from rnnviz.core.answers.check import Check
from rnnviz.core.answers.code import numpy_code
from rnnviz.core.answers.interpret import evaluate
from rnnviz.core.engine.draws import gumbel
from rnnviz.core.engine.gradients import backward
from rnnviz.core.language.expressions import Signal
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.core.language.reader import MAX_CHARACTERS
from rnnviz.core.scenario.wired import Wired, run_wired
from rnnviz.core.scenario.wiring import SEQUENTIAL, plan
from tests.core.plain import params_at, worked_out
from tests.core.programs import executed
from tests.core.random_cells import SMOOTH, cells, model_of
from tests.core.samples import CARRYING, FED_CELLS, sample

if TYPE_CHECKING:
    from collections.abc import Mapping


def overwritten(
    model: Model, params: Mapping[str, Any], x: Any, holds: Any, init: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Every signal, as `interpret` computes it, each held number overwritten as soon as it is there."""
    T, pad = len(x), model.cell.pad
    values = {name: np.zeros((T + 2 * pad, size)) for name, size in model.sizes.items()}
    values["x"][pad : pad + T] = x
    for name, states in (init or {}).items():
        lag, rows = model.lags[name], np.reshape(states, (-1, model.sizes[name]))
        values[name][pad - lag.earlier : pad] = rows[: lag.earlier]
        values[name][pad + T : pad + T + lag.later] = rows[lag.earlier :]

    def read_at(t: int) -> Any:
        return lambda s: values[s.name][pad + t + s.shift]

    with np.errstate(all="ignore"):
        for component in model.flow.components:
            for t in reversed(range(T)) if component.backwards else range(T):
                for name in component.order:
                    values[name][pad + t] = evaluate(model.expressions[name], params, read_at(t))
                    if name in holds:
                        where, to = holds[name]
                        values[name][pad + t] = np.where(where[t], to[t], values[name][pad + t])
    return {name: value[pad : pad + T] for name, value in values.items()}


def random_holds(model: Model, T: int, seed: int, names: Any = None) -> dict[str, Any]:
    """For these signals (all computed ones if left out) numbers held here and there."""
    random = np.random.default_rng(seed)
    names = model.equations if names is None else names
    return {
        name: (random.random((T, model.sizes[name])) < 0.4, random.normal(size=(T, model.sizes[name])))
        for name in names
    }


def close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11)


def assert_explained(run: Wired) -> None:
    """Every number of a run is its terms, and what moved it adds up, held numbers included."""
    for t in range(run.plan.T):
        params = params_at(run, t)
        for name in run.model.equations:
            for i in range(run.model.sizes[name]):
                number = run.trace[name][t, i]
                term = explain(run.model, params, run.trace, name, t, i, held=run.held)
                assert term.value == number
                assert abs(worked_out(term) - number) < 1e-11
                assert bool(term.children) != (name in run.held and bool(run.held[name][t, i]))
                if t > 0 and params_at(run, t - 1) is params:
                    moved = reason(run.model, params, run.trace, name, t, i, held=run.held)
                    assert abs(sum(part for _, part in moved) - (number - run.trace[name][t - 1, i])) < 1e-9


@pytest.mark.parametrize("name", SEQUENTIAL)
def test_one_signal_held(name: str) -> None:
    """In every cell, whichever signal is held: all are those of the interpreter with the numbers overwritten."""
    one = sample(Model(CELLS[name].equations, 3, 4, 2))
    for signal in one.model.equations:
        holds = random_holds(one.model, len(one.x), 1, [signal])
        run = run_wired(one.model, one.params, one.x, plan("many-to-many", len(one.x)), init=one.init, holds=holds)
        plain = overwritten(one.model, one.params, one.x, holds, one.init)
        for other in plain:
            close(run.trace[other], plain[other])
        where, to = holds[signal]
        assert (run.trace[signal][where] == to[where]).all()


@pytest.mark.parametrize("name", SEQUENTIAL)
def test_all_signals_held(name: str) -> None:
    """Holds of all signals at once go together, and every number is still explained."""
    one = sample(Model(CELLS[name].equations, 3, 4, 2), steps=4)
    holds = random_holds(one.model, 4, 2)
    run = run_wired(one.model, one.params, one.x, plan("many-to-many", 4), init=one.init, holds=holds)
    plain = overwritten(one.model, one.params, one.x, holds, one.init)
    for other in plain:
        close(run.trace[other], plain[other])
    assert_explained(run)


@given(cells(SMOOTH), st.integers(0, 2**32), st.data())
def test_random_cells_held(text: str, seed: int, data: st.DataObject) -> None:
    """The same in any cell, at any numbers of any signals."""
    one = sample(model_of(text), steps=4)
    names = data.draw(st.sets(st.sampled_from(list(one.model.equations)), min_size=1))
    holds = random_holds(one.model, 4, seed, names)
    plain = overwritten(one.model, one.params, one.x, holds, one.init)
    assume(all((np.abs(value) < 100).all() for value in plain.values()))
    run = run_wired(one.model, one.params, one.x, plan("many-to-many", 4), init=one.init, holds=holds)
    for other in plain:
        np.testing.assert_allclose(run.trace[other], plain[other], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("temperature", [None, 1.5])
@pytest.mark.parametrize("name", FED_CELLS)
def test_held_where_outputs_are_fed_back(name: str, temperature: float | None) -> None:
    """Also x can be held where it is fed back; each other input is what the (held) scores before it chose."""
    model = Model(CELLS[name].equations, 4, 3, 4)
    params = {weight: 2 * numbers for weight, numbers in model.init(0).items()}
    holds = random_holds(model, 6, 3, ["x", *model.equations])
    run = run_wired(
        model, params, np.eye(4)[[1]], plan("one-to-many", 1, 6), temperature=temperature, seed=5, holds=holds
    )
    plain = overwritten(model, params, run.trace["x"], {n: h for n, h in holds.items() if n != "x"})
    for other in plain:
        close(run.trace[other], plain[other])
    noise = (temperature or 0.0) * gumbel(5, "choice", (7, 4))
    where, to = holds["x"]
    for t in range(6):
        choice = FUNCTIONS["choose"].value(run.trace["y"][t - 1] + noise[t], 0) if t else np.eye(4)[1]
        close(run.trace["x"][t], np.where(where[t], to[t], choice))
    assert set(run.held) == set(holds)
    assert len(run.noise) == (temperature is not None)
    assert_explained(run)


@pytest.mark.parametrize("name", CARRYING)
def test_held_across_the_border(name: str) -> None:
    """Held numbers of an encoder with weights of its own reach the decoder, and every number is explained."""
    model = Model(CELLS[name].equations, 4, 3, 4)
    params, own = model.init(0), model.init(1)
    holds = random_holds(model, 5, 4)
    run = run_wired(model, params, np.eye(4)[[0, 1, 3]], plan("encoder-decoder", 2, 3), encoder=own, holds=holds)
    state = next(iter(model.lags))
    assert (run.trace[state][holds[state][0]] == holds[state][1][holds[state][0]]).all()
    assert_explained(run)


LONG = "\n".join(f"h{k}[t] = tanh(W{k} @ x[t] + U{k} @ h{k}[t-1] + V{k} @ h{k}[t-2] + b)" for k in range(62))


@pytest.mark.parametrize(
    ("wiring", "n", "steps"), [("many-to-many", 4, 1), ("one-to-many", 1, 4), ("encoder-decoder", 2, 2)]
)
def test_as_long_as_a_text_may_be(wiring: str, n: int, steps: int) -> None:
    """A cell that fills its text is held, fed back, checked and written like any other: limits are for who types."""
    text = f"{LONG}\ny[t] = Q @ h0[t]"
    assert MAX_CHARACTERS - 100 < len(text) <= MAX_CHARACTERS
    model = Model(text, 3, 2, 3)
    holds = {name: (np.ones((4, model.sizes[name])), np.full((4, model.sizes[name]), 0.5)) for name in ("h3", "y")}
    planned = plan(wiring, n, steps)
    run = run_wired(model, model.init(0), np.eye(3)[[0, 1, 2, 0][: planned.given]], planned, holds=holds)
    assert (run.trace["h3"] == 0.5).all()
    assert (run.trace["h4"] != 0.5).all()
    check = Check(run)
    check.go_on(lambda: False)
    assert check.found.wrong is None
    assert numpy_code(run, (), "en").text.count("h3") > 3


def test_gradients_know_of_holds() -> None:
    """Through the model that computed a run, no gradient passes a number that is held."""
    one = sample(Model("h[t] = tanh(W_xh @ x[t] + W_hh @ h[t-1])\ny[t] = W_hy @ h[t]", 2, 3, 2), steps=4)
    where = np.zeros((4, 3), bool)
    where[1] = True
    run = run_wired(one.model, one.params, one.x, plan("many-to-many", 4), holds={"h": (where, np.zeros((4, 3)))})
    dy = np.zeros((4, 2))
    dy[3] = 1.0
    grads = backward(run.computed.cell, one.params, run.computed, {"y": dy})
    assert not grads.signals["x"][:2].any()
    assert grads.signals["x"][2:].all()


def test_nothing_held_is_the_run_without() -> None:
    """Without holds, or where nothing of them is held, the trace is that of the cell itself."""
    one = sample(Model(CELLS["gru"].equations, 3, 4, 2))
    planned = plan("many-to-many", len(one.x))
    nowhere = {"h": (np.zeros((6, 4)), np.full((6, 4), np.inf))}
    for holds in (None, {}, nowhere):
        run = run_wired(one.model, one.params, one.x, planned, holds=holds)
        assert run.computed is run.trace
        assert run.trace.cell is one.model.cell
        assert run.held == {}


def test_names_of_the_cell_are_free() -> None:
    """A cell may have signals and weights with the names that holds would take."""
    text = "f[t] = tanh(W @ x[t] + k_f + V @ f[t-1])\nv_f[t] = f[t] + k_f\nf_[t] = v_f[t]"
    one = sample(Model(text, 2, 3, 2), steps=3)
    holds = random_holds(one.model, 3, 5)
    run = run_wired(one.model, one.params, one.x, plan("many-to-many", 3), holds=holds)
    plain = overwritten(one.model, one.params, one.x, holds)
    for name in plain:
        close(run.trace[name], plain[name])
    assert len(run.computed.cell.inputs) == 7


@pytest.mark.parametrize(
    ("name", "where", "values", "code"),
    [
        ("x", np.ones((3, 2)), np.ones((3, 2)), "hold_unknown"),
        ("q", np.ones((3, 2)), np.ones((3, 2)), "hold_unknown"),
        ("h", np.ones((3, 2)), np.ones((2, 2)), "shape_of_hold"),
        ("h", np.ones((1, 3)), np.ones((3, 3)), "shape_of_hold"),
        ("h", np.ones((3, 3)), "abc", "not_numbers"),
    ],
)
def test_holds_that_are_refused(name: str, where: Any, values: Any, code: str) -> None:
    """Names and shapes that do not fit are told in a sentence."""
    one = sample(Model(CELLS["vanilla"].equations, 2, 3, 2), steps=3)
    with pytest.raises(InputError) as caught:
        run_wired(one.model, one.params, one.x, plan("many-to-many", 3), holds={name: (where, values)})
    assert caught.value.code == code


def test_what_a_hold_moved() -> None:
    """A gate that is held counts as the source of what it moves, and so does the step at which it is let go."""
    model = Model("f[t] = W @ x[t]\nh[t] = f[t] * f[t]", 1, 1, 1)
    where = np.array([[False], [True], [False]])
    run = run_wired(
        model,
        {"W": [[1.0]]},
        [[1.0], [1.0], [1.0]],
        plan("many-to-many", 3),
        holds={"f": (where, np.full((3, 1), 3.0))},
    )
    assert run.trace["h"].tolist() == [[1.0], [9.0], [1.0]]
    for t, change in ((1, 8.0), (2, -8.0)):
        first, *others = reason(model, {"W": [[1.0]]}, run.trace, "h", t, 0, held=run.held)
        assert first == (Signal("f"), change)
        assert all(part == 0.0 for _, part in others)


@pytest.mark.parametrize("wiring", ["many-to-many", "one-to-many"])
@pytest.mark.parametrize(
    "text",
    [
        "g[t] = W @ x[t] * x[t] + V @ h[t-1]\nh[t] = g[t] * g[t]\ny[t] = U @ h[t]",  # inf
        "g[t] = W @ x[t] * x[t] + V @ h[t-1]\nh[t] = g[t] * g[t] - g[t] * g[t]\ny[t] = U @ h[t]",  # inf - inf
        "h[t] = W @ x[t] * x[t] * x[t] + V @ h[t-1] * h[t-1]\ny[t] = U @ h[t]",  # the held signal's own loop
    ],
)
def test_a_held_number_is_what_it_is_held_at(text: str, wiring: str) -> None:
    """Where the equation of a held number overflows, the number is held all the same, and so is all that reads it."""
    model = Model(text, 2, 2, 2)
    params = {name: np.full(shape, 1e200) for name, shape in model.shapes.items()} | {"U": np.eye(2)}
    planned = plan(wiring, 1, 3) if wiring == "one-to-many" else plan(wiring, 3)
    x = np.eye(2)[[0]] if wiring == "one-to-many" else np.eye(2)[[0, 1, 0]]
    free = run_wired(model, params, x, planned)
    assert free.trace.first_nonfinite() is not None
    holds = {"h": (np.ones((3, 2)), np.full((3, 2), 0.5))}
    if "g" in model.equations:
        holds["g"] = (np.zeros((3, 2)), np.zeros((3, 2)))
        holds["g"][0][:, 0] = 1.0
        params |= {"V": np.zeros((2, 2))}
    run = run_wired(model, params, x, planned, holds=holds)
    assert (run.trace["h"] == 0.5).all()
    assert (run.trace["y"] == 0.5).all()
    assert run.trace.first_nonfinite() is None
    for t in range(3):
        term = explain(model, params, run.trace, "y", t, 0, held=run.held)
        assert term.value == 0.5
        moved = reason(model, params, run.trace, "y", t, 0, held=run.held)
        assert all(np.isfinite(part) for _, part in moved)
        assert sum(part for _, part in moved) == pytest.approx(0.0 if t else 0.5)
    check = Check(run)
    check.go_on(lambda: False)
    assert check.found.wrong is None
    found = executed(numpy_code(run, (), "en"))
    np.testing.assert_array_equal(found["h"], run.trace["h"])


def test_beside_a_held_number_infinity_stays() -> None:
    """Only the number that is held is held: its neighbour overflows as before."""
    model = Model("h[t] = W @ x[t] * x[t] + V @ h[t-1]\ny[t] = U @ h[t]", 2, 2, 2)
    params = {"W": np.full((2, 2), 1e200), "V": np.full((2, 2), 1e200), "U": np.eye(2)}
    where = np.zeros((3, 2))
    where[:, 1] = 1.0
    run = run_wired(model, params, np.ones((3, 2)), plan("many-to-many", 3), holds={"h": (where, np.full((3, 2), 2.0))})
    assert (run.trace["h"][:, 1] == 2.0).all()
    assert np.isinf(run.trace["h"][1:, 0]).all()
    assert run.trace.first_nonfinite() == 1


def test_an_expression_explained_through_a_hold() -> None:
    """In the run with the equations of holds, a number is made of the side that held, and moved by its mask."""
    model = Model("f[t] = W @ x[t]\nh[t] = f[t] + h[t-1]", 1, 1, 1)
    where = np.array([[False], [True], [False]])
    run = run_wired(model, {"W": [[2.0]]}, np.ones((3, 1)), plan("many-to-many", 3), holds={"f": (where, 5.0 * where)})
    cell = run.computed.cell
    kinds = [explain(cell, {"W": [[2.0]]}, run.computed, "f", t, 0).children[0].kind for t in range(3)]
    assert kinds == ["product", "signal", "product"]
    for t, change in ((1, 3.0), (2, -3.0)):
        assert reason(cell, {"W": [[2.0]]}, run.computed, "f", t, 0)[0] == (Signal("k_f"), change)
