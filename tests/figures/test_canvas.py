"""The grid: how names are written and how an equation is laid out."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from rnnviz.core import CELLS, Model
from rnnviz.figures.canvas import Line, conveyor, folded, full, working
from rnnviz.figures.spelling import Sizes, nested
from rnnviz.figures.stage import belt, focus


def sizes(model: Model, symbols: str = "") -> Sizes:
    """What the layout knows of a model; x and y may have symbols."""
    return Sizes(model.sizes, model.shapes, {"x": tuple(symbols), "y": tuple(symbols)} if symbols else {})


def texts(lines: list[Line], kind: str) -> list[str]:
    """The texts of one kind of mark, from left to right."""
    return [mark.text for line in lines for mark in sorted(line.marks, key=lambda m: m.column) if mark.kind == kind]


def spelled(equation: str, *others: str) -> list[str]:
    """The operators of the first of some equations, left to right."""
    model = Model("\n".join([equation, *others]), 4, 3, 4)
    return texts(full(next(iter(model.equations.values())), sizes(model)), "operator")


def test_parentheses_stand_where_they_are_needed() -> None:
    """A sum inside a product, a minus before a sum, and a vector that is not one symbol right of a matrix have them."""
    z = "z[t] = W_z @ x[t]"
    assert spelled("h[t] = (1 - z[t]) * h[t-1]", z) == ["= ( 1 −", ") ⊙"]
    assert spelled("h[t] = z[t] - (z[t] + b_h) * h[t-1]", z) == ["=", "− (", "+", ") ⊙"]
    assert spelled("h[t] = W_hh @ (z[t] * h[t-1])", z) == ["=", "(", "⊙", ")"]
    assert spelled("h[t] = tanh(W_hh @ h[t-1] + b_h)", z) == ["= tanh (", "+", ")"]
    assert spelled("h[t] = W_hh @ z[t] + b_h", z) == ["=", "+"]


def test_lines_wrap_at_operators_and_matrices() -> None:
    """A wrapped line is no wider than asked for, unless one matrix with its operand alone is; nothing gets lost."""
    for cell in CELLS.values():
        for d, h in ((4, 4), (8, 3), (3, 8), (30, 4), (4, 1)):
            model = Model(cell.equations, d, h, d)
            for equation in model.equations.values():
                for widest in (9, 11, 16):
                    wrapped = full(equation, sizes(model), widest)
                    for line in wrapped:
                        matrices = sum(tile.source[0] == "weight" for tile in line.tiles)
                        assert line.columns <= widest or matrices == 1, (equation, widest)
                    (whole,) = full(equation, sizes(model))
                    shown = Counter(str(tile.source) for line in wrapped for tile in line.tiles)
                    assert shown == Counter(str(tile.source) for tile in whole.tiles)
                    assert " ".join(texts(wrapped, "operator")) == " ".join(texts([whole], "operator"))


def test_a_narrow_page_holds_the_small_cells() -> None:
    """At H = 4 and four symbols every wrapped line of vanilla, LSTM and GRU has at most the 11 columns of a phone."""
    for name in ("vanilla", "lstm", "gru"):
        model = Model(CELLS[name].equations, 4, 4, 4)
        for equation in model.equations.values():
            lines = full(equation, sizes(model, "helo"), 11)
            worked = working(equation, sizes(model, "helo"), 11)
            assert all(line.columns <= 11 for line in [*lines, *(worked.lines if worked else [])])


def test_a_long_operand_lies_above_its_matrix() -> None:
    """With 9 symbols and 4 units x lies in a row of its own over the columns of W_xh, and h stands."""
    model = Model(CELLS["vanilla"].equations, 9, 4, 9)
    (line,) = full(model.equations["h"], sizes(model))
    lying = {tile.source[1]: tile for tile in line.tiles if tile.lying}
    assert set(lying) == {"x"}
    matrix = next(tile for tile in line.tiles if tile.source == ("weight", "W_xh"))
    assert (lying["x"].column, lying["x"].width, lying["x"].height) == (matrix.column, 9, 1)
    assert lying["x"].row < matrix.row


def test_units_are_numbered_from_one() -> None:
    """Left of a result without symbols stand the numbers of its units, one at each row."""
    model = Model(CELLS["vanilla"].equations, 4, 3, 4)
    (line,) = full(model.equations["h"], sizes(model, "helo"))
    units = sorted((mark.row, mark.text) for mark in line.marks if mark.kind == "unit")
    top = line.tiles[0].row
    assert units == [(top, "1"), (top + 1, "2"), (top + 2, "3")]


def test_folded_is_name_and_result() -> None:
    """A folded equation has one tile, the result; 20 symbols lie down, each above its cell."""
    model = Model(CELLS["vanilla"].equations, 20, 4, 20)
    (line,) = folded(model.equations["h"], sizes(model))
    assert [(t.source, t.height, t.width) for t in line.tiles] == [(("signal", "h", 0), 4, 1)]
    (line,) = folded(model.equations["y"], sizes(model, "abcdefghijklmnopqrst"))
    assert [(t.source, t.height, t.width, t.lying) for t in line.tiles] == [(("signal", "y", 0), 1, 20, True)]
    assert texts([line], "symbol") == list("abcdefghijklmnopqrst")


def test_markup_in_symbols_is_escaped() -> None:
    """A symbol that looks like markup is written as it was typed, wherever it stands."""
    model = Model(CELLS["vanilla"].equations, 2, 4, 2)
    known = Sizes(model.sizes, model.shapes, {"x": ("<b>", "&"), "y": ("<b>", "&")})
    for equation in model.equations.values():
        lines = [*full(equation, known), *folded(equation, known)]
        written = {text for kind in ("side", "symbol") for text in texts(lines, kind)}
        assert written <= {"&lt;b&gt;", "&amp;"}
        assert written or equation.name == "h"


KEPT = {
    "lstm": ({"c": -1, "f": 0}, {"i": 0, "g": 0}),
    "gru": ({"h": -1, "z": 0}, {"z": 0, "n": 0}),
    "gru_v3": ({"h": -1, "z": 0}, {"z": 0, "n": 0}),
    "mingru": ({"h": -1, "z": 0}, {"z": 0, "n": 0}),
    "tree_lstm": ({"c": "l", "fl": 0}, {"i": 0, "g": 0}),
}


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_kept_and_what_is_written(cell: str) -> None:
    """A state to which something is added stands as two streams, each with its product and its value."""
    model = Model(CELLS[cell].equations, 3, 4, 2)
    name = belt(model)
    lines = conveyor(model.equations[name], sizes(model))
    if cell not in KEPT:
        assert lines is None
        return
    assert lines
    tiles = [tile for line in lines for tile in line.tiles]
    words = [mark.text for line in lines for mark in line.marks if mark.kind == "term"]
    values = [tile.source for tile in tiles if tile.source[0] == "times"]
    assert tiles[0].source == ("signal", name, 0)
    assert words == ["kept"] * (len(values) - 1) + ["written"]
    for value, reads in ((values[0], KEPT[cell][0]), (values[-1], KEPT[cell][1])):
        assert {part[1]: part[2] for part in signals_in(value)} == reads
    expected = nested(model.equations[name].expression)
    assert sorted(map(str, values)) == sorted(map(str, expected[1:]))


def signals_in(source: Any) -> list[Any]:
    """All signals of a source."""
    if source[0] == "signal":
        return [source]
    return [found for part in source[1:] if isinstance(part, tuple) for found in signals_in(part)]


@pytest.mark.parametrize(
    ("text", "name", "other"),
    [
        ("h[t] = tanh(W @ x[t] + U @ h[t-1])\ny[t] = V @ h[t]", "h", "y"),
        ("g[t] = sigmoid(W @ x[t])\nh[t] = g[t] * h[t-1]", "h", "g"),
        ("y[t] = W @ x[t]", "y", "y"),
        ("a[t] = W @ x[t]\nb[t] = U @ a[t]", "a", "b"),
        ("b[t] = U @ b[t+1] + W @ x[t]\na[t] = b[t]", "b", "a"),
    ],
)
def test_which_line_carries_the_state(text: str, name: str, other: str) -> None:
    """It reads its own signal at another step; where none does, it is the first that reads x. Another one is open."""
    model = Model(text, 2, 3, 2)
    assert (belt(model), focus(model)) == (name, other)
