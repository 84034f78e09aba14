"""Generated programs: run here, they give the numbers of the trace; their lines are where they are said to be."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.core import CELLS, Model
from rnnviz.core.answers.code import Code, numpy_code, torch_code, weights_file
from rnnviz.core.engine.graph import tree
from rnnviz.core.language.functions import ACTIVATIONS, FUNCTIONS
from rnnviz.core.scenario.wired import Segment, Wired, run_wired
from rnnviz.core.scenario.wiring import SEQUENTIAL, WIRINGS, fits, plan
from tests.core.programs import TREES, calm, executed, on_tree, spoken, whole
from tests.core.random_cells import SMOOTH, cells, model_of
from tests.core.samples import sample

LONG = """h[t] = tanh(W_xh @ x[t] + V @ x[t-1] + W_1 @ h[t-1] + W_2 @ h[t-2] + W_yh @ y[t-1])
y[t] = W_hy @ h[t]"""


def assert_same(wired: Wired, code: Code, folder: Path | None = None, rename: dict[str, str] | None = None) -> None:
    """The program gives every signal of the run to 1e-12 of its size."""
    found = executed(code, folder)
    for part in wired.segments:
        for name in part.trace.cell.expressions:
            expected = part.trace[name]
            if not (np.isfinite(expected) & (np.abs(expected) < 1e100)).all():
                continue
            rows = found[(rename or {}).get(name, name)][part.first : part.stop]
            scale = max(1.0, float(np.abs(expected).max()))
            np.testing.assert_allclose(rows, expected, rtol=0, atol=1e-12 * scale, err_msg=f"{name} of\n{code.text}")


@given(
    st.sampled_from(SEQUENTIAL),
    st.sampled_from(WIRINGS),
    st.integers(0, 10_000),
    st.integers(1, 5),
    st.text("abcd", min_size=1, max_size=6),
    st.sampled_from(ACTIVATIONS),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, 1.0]),
)
def test_numpy_gives_the_trace(
    name: str,
    wiring: str,
    seed: int,
    hidden: int,
    text: str,
    activation: str,
    bias: bool,
    own: bool,
    temperature: float | None,
) -> None:
    """For every cell in every wiring, with any sizes and letters, the program gives the numbers of the run."""
    if fits(CELLS[name].equations, wiring, symbolic=True):
        wiring = "many-to-many"
    own = own and wiring == "encoder-decoder"
    wired = spoken(name, wiring, seed, hidden, text, activation=activation, bias=bias, own=own, temperature=temperature)
    alphabet = (*dict.fromkeys(text), "▸")[: wired.model.D]
    code = numpy_code(wired, alphabet)
    with TemporaryDirectory() as folder:
        assert_same(wired, code, Path(folder) if code.weights else None)


@pytest.mark.parametrize("name", SEQUENTIAL)
@pytest.mark.parametrize("hidden", [2, 12])
def test_every_cell_with_and_without_a_file(tmp_path: Path, name: str, hidden: int) -> None:
    """Every cell of CELLS gives its numbers from measured inputs and given states; many weights come from the file."""
    one = calm(sample(Model(CELLS[name].equations, 3, hidden, 12), steps=5))
    wired = whole(one)
    code = numpy_code(wired)
    count = sum(weight.size for weight in one.params.values())
    assert (code.weights is not None) == (count > 400)
    assert_same(wired, code, tmp_path if code.weights else None)


def test_the_file_has_arrays_only(tmp_path: Path) -> None:
    """The file is read without pickle, and has each weight and the many inputs; without need there is none."""
    model = Model("h[t] = tanh(file @ x[t] + allow_pickle @ h[t-1])", 7, 25, 1)
    one = calm(sample(model, steps=70))
    code = numpy_code(whole(one))
    with np.load(io.BytesIO(weights_file(code)), allow_pickle=False) as data:
        assert set(data) == {"file", "allow_pickle", "x"}
        np.testing.assert_array_equal(data["file"], one.params["file"])
        np.testing.assert_array_equal(data["x"], one.x)
    assert_same(whole(one), code, tmp_path)
    assert numpy_code(spoken("vanilla", "many-to-many", 0)).weights is None


@given(cells([*SMOOTH, "relu", "step"]))
@settings(max_examples=60)
def test_cells_of_ones_own(text: str) -> None:
    """For random equations, with states outside the sequence, the program gives the numbers of the run."""
    wired = whole(sample(model_of(text), steps=4))
    assert_same(wired, numpy_code(wired))


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("forget", [False, True])
@pytest.mark.parametrize("equations", [LONG, "vanilla"])
def test_encoder_and_decoder(own: bool, forget: bool, equations: str) -> None:
    """One loop where the decoder goes on with the same weights, else two; states that are forgotten too."""
    wired = spoken(equations, "encoder-decoder", 3, own=own, forget=forget)
    code = numpy_code(wired, "abc▸")
    assert len(re.findall("^for t in range", code.text, re.MULTILINE)) == 1 + (own or forget)
    assert ("encoder[" in code.text) == own
    assert_same(wired, code)


def test_names_that_python_has_taken() -> None:
    """Names that are words of Python, or of the program itself, get another one; the numbers stay."""
    text = """lambda[t] = tanh(np @ x[t] + in @ lambda[t-1] + T)
range[t] = torch * sigmoid(lambda[t]) + np_ @ x[t]
print[t] = dict * range[t] + print[t-1] * symbols - data"""
    wired = whole(sample(Model(text, 3, 4, 2), steps=3))
    assert_same(wired, numpy_code(wired), rename={name: f"{name}_" for name in ("lambda", "range", "print")})


def test_several_inputs() -> None:
    """A cell with inputs beside x, of the size of a signal, reads them too."""
    text = "h[t] = k[t] * v[t] + (1 - k[t]) * tanh(W_xh @ x[t] + W_hh @ h[t-1])"
    model = Model(text, 3, 4, 1, inputs={"x": "D", "k": "H", "v": "H"})
    random = np.random.default_rng(0)
    k = np.zeros((5, 4))
    k[2, 1] = 1.0
    inputs = {"x": random.normal(size=(5, 3)), "k": k, "v": random.normal(size=(5, 4))}
    params = model.init(0)
    trace = model.run(params, inputs)
    wired = Wired(model, plan("many-to-many", 5), trace, (Segment(0, 5, params, trace),), trace, None)
    assert_same(wired, numpy_code(wired))


def test_the_equations_read_like_the_notation() -> None:
    """Each equation is one line, in its own words; functions are defined only where they are used."""
    text = numpy_code(spoken("vanilla", "many-to-many", 0)).text
    assert "    h[t] = np.tanh(W_xh @ x[t] + W_hh @ h[t-1] + b_h)\n    y[t] = W_hy @ h[t] + b_y\n" in text
    assert "def " not in text
    text = numpy_code(spoken("lstm", "many-to-many", 0)).text
    assert re.findall(r"def (\w+)", text) == ["sigmoid"]
    text = torch_code(spoken("lstm", "many-to-many", 0)).text
    assert "    i[t] = torch.sigmoid(W_xi @ x[t] + W_hi @ h[t-1] + b_i)\n" in text


def test_loops_go_the_way_of_the_equations() -> None:
    """A bidirectional cell has a loop forwards, one backwards, then one for y; others have one loop."""
    for name in SEQUENTIAL:
        model = Model(CELLS[name].equations, 2, 2, 2)
        found = [(one.names, one.backwards) for one in model.flow.passes]
        if name == "bidirectional":
            assert found == [(("f",), False), (("b",), True), (("y",), False)]
        else:
            assert found == [(tuple(model.expressions), False)]


@pytest.mark.parametrize("write", [numpy_code, torch_code])
@pytest.mark.parametrize("own", [False, True])
def test_lines_are_those_of_the_signals(write: Any, own: bool) -> None:
    """Each signal's line is where it is made, the encoder's for a step of the encoder, and takes the comment."""
    wired = spoken("lstm", "encoder-decoder", 3, own=own, temperature=1.0)
    code = write(wired, "abc▸")
    lines = code.text.split("\n")
    for name in ("x", "i", "h", "y"):
        for t in range(1, wired.plan.T + 1):
            line = code.line(name, t)
            assert line
            assert lines[line - 1].startswith(f"    {name}[t] = ")
            assert ("encoder[" in lines[line - 1]) == (own and name != "x" and t <= wired.plan.start and name != "h")
    marked = code.marked("h", 1, 3).split("\n")
    (changed,) = [n for n, (a, b) in enumerate(zip(marked, lines, strict=True), start=1) if a != b]
    assert changed == code.line("h", 3)
    assert marked[changed - 1] == lines[changed - 1] + "  # <- h[2] at t = 3"
    assert lines[(code.line("u", 1) or 0) - 1].startswith("u = {")
    for name, t in (("p", 1), ("h", 0), ("h", 99), ("W_xi", 1)):
        assert code.marked(name, 0, t) == code.text


def test_every_number_is_the_shortest_that_is_the_same() -> None:
    """Weights stand in the text with no digit too many, and read back as the same float64, inf and nan too."""
    model = Model("h[t] = W @ x[t] + b", 2, 2, 1)
    params = {"W": np.array([[0.1, 1 / 3], [-0.0, 1e-300]]), "b": np.array([np.inf, np.nan])}
    trace = model.run(params, np.ones((1, 2)))
    code = numpy_code(Wired(model, plan("one-to-one", 1), trace, (Segment(0, 1, params, trace),), trace, None))
    assert "0.1, 0.3333333333333333]" in code.text
    found = executed(code)
    for name, weight in params.items():
        np.testing.assert_array_equal(found[name], weight)
        np.testing.assert_array_equal(np.signbit(found[name]), np.signbit(weight))


@pytest.mark.parametrize("text", ['"a', "a'\"", "\\n", "\u202ea", "가나"])
def test_letters_that_python_reads_otherwise(text: str) -> None:
    """Quotation marks, backslashes and marks of direction are written so that they stay what they are."""
    wired = spoken("vanilla", "many-to-many", 0, text=text)
    code = numpy_code(wired, tuple(dict.fromkeys(text)))
    assert executed(code).get("symbols", list(text)) == list(dict.fromkeys(text))
    assert_same(wired, code)


def test_every_function_has_its_program() -> None:
    """Every function of the notation gives in NumPy what its own row gives."""
    a = np.array([-1.5, 0.0, 2.0, 2.0])
    for function in FUNCTIONS.values():
        found = eval(function.numpy, {"np": np, "a": a})  # noqa: S307 - a row of FUNCTIONS, not typed
        np.testing.assert_allclose(found, function.value(a, 0), rtol=0, atol=1e-15)


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("text", TREES)
@pytest.mark.parametrize("name", [name for name in CELLS if name not in SEQUENTIAL])
def test_a_tree(name: str, text: str, held: bool) -> None:
    """On a tree the program reads the children of each node, and zeros where there are none."""
    wired = on_tree(name, text, held)
    code = numpy_code(wired)
    assert_same(wired, code)
    assert "h[left[t]]" in code.text
    assert "h[right[t]]" in code.text
    assert code.line("h", wired.plan.T)


def test_names_of_a_tree_give_way() -> None:
    """A cell may have signals called left, right and leaves."""
    text = "left[t] = tanh(W @ x[t] + right @ left[l] + U @ left[r])\nleaves[t] = V @ left[t]"
    graph = tree(TREES[1])
    model = Model(text, 3, 4, 2)
    x = graph.x(np.random.default_rng(0).normal(size=(5, 3)))
    wired = run_wired(model, model.init(0), x, plan("many-to-many", 9), graph=graph)
    assert_same(wired, numpy_code(wired))


OF_SIZE = {
    "factors": lambda n: "y[t] = " + "*".join(["x[t]"] * n),
    "terms": lambda n: "y[t] = x[t]" + " - b*b" * n,
    "equations": lambda n: "\n".join(
        f"h{k}[t] = tanh(W{k} @ x[t] + U{k} @ h{k}[t-{k % 3 + 1}])" for k in range(n // 10)
    ),
    "brackets": lambda n: "y[t] = " + " + ".join(f"{'tanh(' * 40}x[t]{')' * 40}" for _ in range(n // 40)),
}


@pytest.mark.parametrize("kind", OF_SIZE)
def test_a_program_takes_no_longer_than_the_cell(kind: str) -> None:
    """Twice as long a cell takes about twice as many calls to write as a program, whatever makes it long."""

    def calls(n: int) -> int:
        wired = spoken(OF_SIZE[kind](n), "many-to-many", 1)
        numpy_code(wired)  # the first one reads what is kept from then on
        count = 0

        def called(_: object, event: str, __: object) -> None:
            nonlocal count
            count += event == "call"

        sys.setprofile(called)
        try:
            numpy_code(wired)
        finally:
            sys.setprofile(None)
        return count

    assert calls(320) < 2.5 * calls(160)


@pytest.mark.parametrize("stop", [3, 4])
def test_held_in_every_step(stop: int) -> None:
    """What is held in all steps needs no line for steps in which nothing is; what is held in some needs one."""
    one = sample(Model(CELLS["vanilla"].equations, 3, 2, 2), steps=4)
    where = np.zeros((4, 2))
    where[:stop] = 1.0
    wired = run_wired(one.model, one.params, one.x, plan("many-to-many", 4), holds={"h": (where, 0.5 * where)})
    code = numpy_code(wired)
    assert code.text.count("k_h |= ") == (stop < 4)
    assert_same(wired, code)
