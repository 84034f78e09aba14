"""Reading text: what is right is read and written back, what is wrong is told with its line and column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.core import CELLS, InputError, Model, chain, parse
from rnnviz.core.language.examples import EXAMPLES
from rnnviz.core.language.expressions import Number, Product, Signal, Sum, Times, Vector, text_of

LANGUAGE = Path(__file__).parents[3] / "rnnviz" / "core" / "language"
GOOD = "y[t] = W_hy @ h[t]\n"

BROKEN = [  # text, code of the error, line, column
    ("", "no_equation", 1, 1),
    ("  \n# nothing but a comment", "no_equation", 1, 1),
    ("h[t] = x[t]\nh[t] = x[t]", "defined_twice", 2, 1),
    ("x[t] = h[t-1]", "x_assigned", 1, 1),
    ("3 = x[t]", "left_side", 1, 1),
    ("h = x[t]", "left_side", 1, 3),
    ("h[t-1] = x[t]", "left_shift", 1, 1),
    ("h[l] = x[t]", "left_shift", 1, 1),
    ("h[t] x[t]", "no_equals", 1, 6),
    ("tanh[t] = x[t]", "reserved", 1, 1),
    ("t[t] = x[t]", "reserved", 1, 1),
    ("h[t] = $", "character", 1, 8),
    ("h[t] = x[t] ÷ 2", "character", 1, 13),
    ("h[t] = 2x[t]", "number_then_name", 1, 9),
    ("h[t] = x[t] x[t]", "stray", 1, 13),
    ("h[t] = x[t])", "stray_close", 1, 12),
    ("h[t] = * x[t]", "operand", 1, 8),
    ("h[t] = x[t] +", "ends_early", 1, 14),
    ("h[t] =", "ends_early", 1, 7),
    ("h[t] = tanh(x[t]", "open_parenthesis", 1, 17),
    ("h[t] = (x[t] + 1", "open_parenthesis", 1, 17),
    ("h[t] = tanh(x[t] = 1)", "stray", 1, 18),
    ("h[t] = x[t", "open_bracket", 1, 11),
    ("h[t] = x[i]", "index", 1, 10),
    ("h[t] = x[]", "index", 1, 10),
    ("h[t] = h[t-0]", "shift", 1, 12),
    ("h[t] = h[t-1.5]", "shift", 1, 12),
    ("h[t] = h[t-51]", "shift", 1, 12),
    ("h[t] = h[t-k]", "shift", 1, 12),
    ("h[t] = x[t] + t", "index_alone", 1, 15),
    ("h[t] = l * x[t]", "index_alone", 1, 8),
    ("h[t] = sin(x[t])", "unknown_function", 1, 8),
    ("h[t] = tanh * x[t]", "function_alone", 1, 8),
    ("h[t] = " + "(" * 51 + "1" + ")" * 51, "too_deep", 1, 58),
    ("h[t] = 1e999", "not_finite", 1, 8),
    ("h[t] = 1e300 * 1e300 * x[t]", "not_finite", 1, 14),
    ("h[t] = a * W @ x[t]", "at_needs_parentheses", 1, 14),
    ("h[t] = V @ W @ x[t]", "at_needs_parentheses", 1, 14),
    ("h[t] = (W + V) @ x[t]", "left_of_at", 1, 16),
    ("h[t] = x[t] @ x[t]", "left_of_at", 1, 13),
    ("h[t] = W @ g[t]", "undefined", 1, 12),
    ("h[t] = W @ h[t-1] + h", "signal_without_index", 1, 21),
    ("h[t] = W @ x[t] + W", "matrix_and_vector", 1, 19),
    ("h[t] = x[t]\n" * 400, "too_long", 1, 1),
    ("\n".join(f"s{i}[t] = x[t]" for i in range(65)), "too_many_equations", 65, 1),
    ("h[t] = h[t] + x[t]", "needs_itself", 1, 8),
    ("a[t] = b[t]\nb[t] = W @ a[t]", "need_each_other", 2, 12),
    ("h[t] = h[t-1] + h[t+1]", "past_and_future", 1, 17),
    ("a[t] = b[t-1]\nb[t] = a[t+1]", "past_and_future", 2, 8),
    ("h[t] = h[l] + h[t+1]", "past_and_future", 1, 15),
    ("h[t] = h[l] + h[t]", "needs_itself", 1, 15),
    ("h[t] = W @ 2", "number_right_of_at", 1, 8),
    ("h[t] = x[t] + softmax(3)", "number_in_function", 1, 15),
    ("h[t] = x[t]\ny[t] = h[t]", "sides_differ", 2, 1),
    ("y[t] = x[t] + y[t-1]", "sizes_differ", 1, 15),
    ("a[t] = y[t-1] * (x[t] + 1)\ny[t] = W @ a[t]", "sizes_differ", 1, 18),
    ("a[t] = W @ x[t]\ny[t] = V @ h[t]\nh[t] = W @ y[t-1]", "weight_at_two_sizes", 3, 8),
    ("h[t] = W @ x[t] + U @ h[t-1]\n", "too_many_weights", None, None),
    # What students write.
    ("h_t = tanh(W @ x_t)", "left_side", 1, 5),
    ("h(t) = x[t]", "left_side", 1, 2),
    ("W @ x[t]", "left_side", 1, 3),
    ("tanh(x[t]) = h[t]", "reserved", 1, 1),
    ("h[t]\n= x[t]", "no_equals", 1, 5),
    ("h[t] += x[t]", "no_equals", 1, 6),
    ("h[t] == x[t]", "operand", 1, 7),
    ("h[t] = x[t] ** 2", "operand", 1, 14),
    ("h[t] = softmax()", "operand", 1, 16),
    ("h[t] = W x[t]", "stray", 1, 10),
    ("h[t] = 2 x[t]", "stray", 1, 10),
    ("h[t] = tanh W @ x[t]", "function_alone", 1, 8),
    ("h[t] = tanh[x[t]]", "function_alone", 1, 8),
    ("h[t] = Tanh(x[t])", "unknown_function", 1, 8),
    ("h[t] = W(x[t])", "unknown_function", 1, 8),
    ("h[t] = W @ x(t)", "round_brackets", 1, 13),
    ("h[t] = W @ x[t] + U @ h(t-1)", "round_brackets", 1, 24),
    ("h[t] = x[T]", "index", 1, 10),
    ("h[t] = x[1]", "index", 1, 10),
    ("h[t = x[t]", "open_bracket", 1, 5),
    ("h[t] = x[t-1)", "open_bracket", 1, 13),
    ("h[t] = W @ x", "signal_without_index", 1, 12),
    ("h[t] = (1 - z) * x[t]\nz[t] = sigmoid(W @ x[t])", "signal_without_index", 1, 13),
    ("h[t] = tanh(W @ x[t])\ny[t] = V @ H[t]", "undefined", 2, 12),
    ("h[t] = W @ x[t] +\nU @ h[t-1]", "ends_early", 1, 18),
    ("h[t] = tanh(W @ x[t] + b))  # one too many", "stray_close", 1, 26),
    ("h[t] = x[t] / 2", "character", 1, 13),
    ("h[t] = x[t]^2", "character", 1, 12),
    ("h[t] = np.tanh(x[t])", "character", 1, 10),
    ("h[t] = W.T @ x[t]", "character", 1, 9),
    ("h[t] = 1,5 * x[t]", "character", 1, 9),
    ("h[t] = W @ [h[t-1]; x[t]]", "character", 1, 19),
    ("# a cell\n\n\th[t] = x[t−1]", "character_instead", 3, 12),
    ("h[t] = z[t] ⊙ x[t]\nz[t] = x[t]", "character_instead", 1, 13),
    ("h[t] = σ(x[t])", "character_instead", 1, 8),
    ("h[t] ＝ x[t]", "character_instead", 1, 6),
    ("h[t] = W @ x[t] + V @ h[t-1]\ny[t] = W @ h[t]", "sides_differ", 2, 1),
    ("y[t] = h[t]\nh[t] = W @ y[t]", "need_each_other", 2, 12),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), BROKEN, ids=[f"{i}-{b[1]}" for i, b in enumerate(BROKEN)])
def test_broken_texts(text: str, code: str, line: int | None, column: int | None) -> None:
    """A broken text is refused with one sentence, its line and its column."""
    with pytest.raises(InputError) as error:
        Model(text, 3, 1000 if code == "too_many_weights" else 4, 2)
    assert (error.value.code, error.value.line, error.value.column) == (code, line, column)
    assert "{" not in str(error.value)
    assert error.value.sentence.endswith(".")


def test_every_error_of_the_notation_is_tested() -> None:
    """Each error that reading, sizes and loops can raise is in the table above."""
    raised: set[str] = set()
    for module in ("reader", "shapes", "flow"):
        source = (LANGUAGE / f"{module}.py").read_text(encoding="utf-8")
        raised |= set(re.findall(r'(?:InputError|self\.error)\(\s*"(\w+)"', source)) - {"not_positive"}
    assert len(raised) > 20
    assert raised <= {code for _, code, _, _ in BROKEN}


def test_a_missing_parenthesis_around_a_product_is_suggested() -> None:
    """For a * W @ x[t] the error says a * (W @ x[t])."""
    with pytest.raises(InputError, match=r"write a \* \(W @ x\[t\]\)"):
        parse("h[t] = a * W @ x[t]")


def test_blanks_of_other_kinds_are_blanks() -> None:
    """Blanks that come along with what is pasted only divide: the no-break space and the wide one."""
    assert parse("h[t]\u00a0=\u3000x[t]\u00a0") == parse("h[t] = x[t]")


@pytest.mark.parametrize(("character", "instead"), [("−", "-"), ("⊙", "*"), ("＋", "+"), ("σ", "sigmoid")])
def test_what_to_write_for_a_character_of_a_book(character: str, instead: str) -> None:
    """A sign that formulas in books have is answered with the sign of the notation."""
    with pytest.raises(InputError, match=rf"{character} has no meaning here; write {re.escape(instead)} instead\."):
        parse(f"h[t] = x[t] {character} x[t]")


def test_sums_and_products_are_flat() -> None:
    """Parentheses that change nothing leave no trace, numbers stand first, a minus is a factor -1."""
    (equation,) = parse("h[t] = a + (b - (x[t] * 2) * 3)").values()
    subtracted = Times((Number(-6.0), Signal("x")))
    assert equation.expression == Sum((Vector("a"), Vector("b"), subtracted))


def test_a_minus_before_a_product_means_the_product() -> None:
    """-W @ x is -(W @ x)."""
    (equation,) = parse("h[t] = -W @ x[t]").values()
    assert equation.expression == Times((Number(-1.0), Product("W", Signal("x"))))


def test_lines_and_comments() -> None:
    """Comments, empty lines and any kind of line ending are allowed; equations know their line."""
    found = parse("# a cell\r\n\r\n h[t] = x[t] # here\ry[t]=h[t+2]\n")
    assert {name: equation.line for name, equation in found.items()} == {"h": 3, "y": 4}


@pytest.mark.parametrize("name", sorted(CELLS))
def test_what_is_written_reads_the_same(name: str) -> None:
    """An expression written as text and read again is the same expression."""
    for equation in parse(CELLS[name].equations).values():
        text = text_of(equation.expression)
        signals = [other for other in parse(CELLS[name].equations) if other != equation.name]
        rest = "".join(f"\n{other}[t] = 1" for other in signals)
        assert parse(f"{equation.name}[t] = {text}{rest}")[equation.name].expression == equation.expression


def build(text: str) -> Model | InputError:
    """A model of the text, or why there is none."""
    try:
        return Model(text, 2, 3, 2)
    except InputError as error:
        return error


def accepted_or_refused(text: str) -> None:
    """Only an InputError may come, from reading or from building; whatever is built can run, on a chain if it must."""
    built = build(text)
    if isinstance(built, Model):
        params = built.init(0)
        trace = built.run(params, [[1.0, 0.0], [0.0, 1.0]], graph=chain(2) if built.child else None)
        built.backward(params, trace, {name: trace[name] for name in built.equations})
    else:
        assert built.line is None or 1 <= built.line <= text.count("\n") + text.count("\r") + 1


@given(st.text())
def test_any_text(text: str) -> None:
    """Text of any kind is read or refused."""
    accepted_or_refused(text)


PIECES = [
    "h",
    "y",
    "x",
    "W",
    "b",
    "t",
    "l",
    "[t]",
    "[t-1]",
    "[t+1]",
    "[l]",
    "[",
    "]",
    "(",
    ")",
    "+",
    "-",
    "*",
    "@",
    "=",
]
PIECES += ["\n", "#", "tanh(", "softmax(", "h[t] = ", "y[t] = ", "W @ ", "x[t]", "h[t-1]", "1", "2.5", "1e9", ".", " "]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_text_that_looks_like_equations(text: str) -> None:
    """So is text put together from pieces of the notation."""
    accepted_or_refused(text)


@given(st.sampled_from(sorted(CELLS)), st.integers(0, 300), st.integers(0, 3), st.sampled_from(PIECES))
def test_cells_with_something_wrong(name: str, place: int, cut: int, piece: str) -> None:
    """So is a cell in which some characters were replaced."""
    text = CELLS[name].equations
    accepted_or_refused(text[:place] + piece + text[place + cut :])


COMMENTS = {
    "h[t] = tanh(x[t])  # forget gate": "forget gate",
    "h[t] = tanh(x[t])": "",
    "h[t] = tanh(x[t]) #": "",
    "h[t] = tanh(x[t]) # a \t b # c": "a b # c",
    "h[t] = tanh(x[t]) # a\u202eb\u200b": "a b",
    "h[t] = tanh(x[t]) # " + "a" * 70: "a" * 60,
    "# a remark\nh[t] = tanh(x[t])": "",
}


@pytest.mark.parametrize("text", COMMENTS)
def test_comment_names_its_signal(text: str) -> None:
    """A comment after an equation is its signal's name; one on a line of its own names nothing."""
    assert parse(text)["h"].called == COMMENTS[text]


@pytest.mark.parametrize("name", [*CELLS, *EXAMPLES])
def test_every_signal_has_a_name_in_words(name: str) -> None:
    """Every signal of a cell or an example that ships is named, no two of a cell alike; a model keeps the names."""
    text = (CELLS | EXAMPLES)[name].equations
    for made in (parse(text), Model(text, 3, 4, 2, activation="relu", bias=False).equations):
        names = [equation.called for equation in made.values()]
        assert all(names)
        assert len(set(names)) == len(names)


def test_a_name_changes_nothing() -> None:
    """The same equations with other names are the same cell."""
    assert parse("h[t] = tanh(x[t])  # one") == parse("h[t] = tanh(x[t])  # other")
