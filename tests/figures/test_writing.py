"""Numbers, names and equations are written one way; numbers and names by a table that the player passes, too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rnnviz.core import Model
from rnnviz.core.language.expressions import Number, Product, Signal, Times, Vector
from rnnviz.figures import writing
from tests.conftest import ROOT

TABLE: dict[str, list[dict[str, Any]]] = json.loads((ROOT / "tests/writing.json").read_text(encoding="utf-8"))


def rows(table: str) -> pytest.MarkDecorator:
    """Each row of a part of the table."""
    return pytest.mark.parametrize("row", TABLE[table], ids=lambda row: " ".join(map(str, row.values()))[:40])


@rows("numbers")
def test_numbers(row: dict[str, str]) -> None:
    """What was computed has two decimals and a true minus, none before a zero; large numbers stay short."""
    assert writing.number(float(row["value"])) == row["text"]


@rows("whole")
def test_whole_numbers(row: dict[str, str]) -> None:
    """What may be whole has no decimals where it is."""
    assert writing.number(float(row["value"]), whole=True) == row["text"]


@rows("constants")
def test_constants(row: dict[str, str]) -> None:
    """A number of the notation stands as it is, to six digits."""
    assert writing.constant(float(row["value"])) == row["text"]


@rows("names")
def test_names(row: dict[str, Any]) -> None:
    """What stands behind the underscore or the first letters' digits, and the index, stand below the line."""
    assert writing.parts(row["name"], row["index"]) == tuple(row["parts"])
    assert writing.name(row["name"], row["index"]) == row["html"]


@rows("signals")
def test_signals(row: dict[str, Any]) -> None:
    """A signal has its step below the line, or the child that it is read at."""
    assert writing.step(row["shift"]) == row["step"]
    assert writing.symbol(Signal(row["name"], row["shift"])) == row["html"]


def test_markup_in_names_is_escaped() -> None:
    """A name or an index that looks like markup is written as it is."""
    assert writing.name("<b>", '"&') == "<i>&lt;b&gt;</i><sub>&quot;&amp;</sub>"


def test_sizes() -> None:
    """A size that would be written as zero has its power of ten, a very small one a raised one."""
    assert [writing.small(n) for n in (0.256, 0.0009, 0.0, 0.005, 3e-12)] == ["0.26", "9e−4", "0.00", "0.01", "3e−12"]
    assert [writing.tiny(n) for n in (4.44e-16, 0.0, float("inf"), 0.012)] == ["4.4 × 10⁻¹⁶", "0", "∞", "1.2 × 10⁻²"]


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        ("h[t] = tanh(W_xh @ x[t] - U @ h[t-1] + b)", "ht = tanh(Wxh xt − U ht−1 + b)"),
        ("h[t] = (1 - x[t]) * h[t-1] + (x[t] + b) * 0.001", "ht = (1 − xt) ⊙ ht−1 + 0.001 ⊙ (xt + b)"),
        ("h[t] = -x[t]", "ht = −1 ⊙ xt"),
        ("h[t] = W @ (x[t] * x[t])", "ht = W (xt ⊙ xt)"),
    ],
)
def test_equations(equation: str, expected: str) -> None:
    """An equation has true signs, and parentheses where they are needed."""
    (made,) = Model(equation, 3, 3, 3).equations.values()
    plain = writing.formula(made)
    for mark in ("<i>", "</i>", "<sub>", "</sub>"):
        plain = plain.replace(mark, "")
    assert plain == expected


def test_turned_weights_are_marked() -> None:
    """The transpose of a weight, which a backward pass has, is written as one; a factor stands before it."""
    turned = Times((Number(0.5), Product("W_hy", Signal("∂y"), transposed=True), Vector("b")))
    expected = "0.5 ⊙ <i>W</i><sub>hy</sub><sup>T</sup> <i>∂y</i><sub>t</sub> ⊙ <i>b</i>"
    assert writing.expression(turned) == expected
