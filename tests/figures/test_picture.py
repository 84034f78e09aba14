"""The picture is true: each number on the stage equals the number of the trace that its name claims it to be."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rnnviz.core import CELLS
from rnnviz.core.answers.interpret import evaluate
from rnnviz.core.language.expressions import Call, Expression, Signal, Sum
from rnnviz.core.scenario.wiring import SEQUENTIAL
from rnnviz.figures.writing import MINUS
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT
from tests.figures.decoded import Decoded, decoded

if TYPE_CHECKING:
    from rnnviz.figures.stage import Scene

LONG = "sphinx of quartz"  # 15 different characters: more than a matrix of 4 rows keeps standing
SCENES = [
    *((cell, text, hidden) for cell in SEQUENTIAL for text, hidden in (("hello", 4), (LONG, 3))),
    ("vanilla", "hello", 12),
    ("lstm", "aab", 1),
    ("gru_v3", "hello", 12),
]
Line = dict[str, Any]


@cache
def shown(cell: str, text: str, hidden: int) -> tuple[Scene, Decoded]:
    """A scene with random weights, and its payload as the player reads it."""
    scene = build(replace(DEFAULT, cell=cell, text=text, hidden=hidden, weights="random", seed=7)).scene
    return scene, decoded(scene)


@pytest.fixture(params=SCENES, ids=lambda case: f"{case[0]}-{case[1][:6]}-{case[2]}")
def case(request: pytest.FixtureRequest) -> tuple[Scene, Decoded]:
    """Every cell with a short and a long alphabet, and the extremes of the hidden size."""
    return shown(*request.param)


def lines(block: dict[str, Any]) -> list[Line]:
    """All lines of a block in all its forms, without those of its working."""
    return [line for form in ("wide", "narrow", "folded") for line in block[form]]


def all_lines(read: Decoded) -> list[Line]:
    """Every line that the player can draw."""
    blocks = read.head["stage"]["blocks"]
    worked = [block["working"][form] for block in blocks if block["working"] for form in ("wide", "narrow")]
    return [line for block in blocks for line in lines(block)] + [line for lines in worked for line in lines]


def signal(scene: Scene, name: str, t: int) -> np.ndarray:
    """A signal at step t from 1, straight from the trace; the share is the softmax of y."""
    if name == scene.share:
        shifted = np.exp(scene.trace["y"][t - 1] - scene.trace["y"][t - 1].max())
        return shifted / shifted.sum()
    return scene.trace.at(name, t - 1)


def written(name: str, index: str = "") -> str:
    """A name as a tile carries it, spelled by hand: a letter, then what follows it as its subscript."""
    below = ",".join(part for part in (name[1:].lstrip("_"), index) if part)
    return f"<i>{name[0]}</i>" + (f"<sub>{below}</sub>" if below else "")


def claims(scene: Scene) -> dict[str, tuple[str, int | None]]:
    """Printed name -> the signal and its shift, or the weight and None."""
    times = {0: "t", -1: "t−1", 1: "t+1"}
    names = ["x", *scene.model.equations, *([scene.share] if scene.share else [])]
    found: dict[str, tuple[str, int | None]] = {
        written(name, time): (name, shift) for name in names for shift, time in times.items()
    }
    return found | {written(name): (name, None) for name in scene.params}


def name_above(line: Line, tile: list[Any]) -> str:
    """The name that stands above a tile, over its middle."""
    row, column, _, width, *_ = tile
    above = [mark for mark in line["marks"] if mark[0] in ("name", "between") and mark[1] == row]
    (mark,) = [mark for mark in above if mark[2] == column + width / 2 - 0.5]
    return mark[3]


def drawn(read: Decoded, tile: list[Any], t: int) -> np.ndarray:
    """The numbers that the player writes into a tile's cells at step t, (height, width)."""
    _, _, height, width, source, lying = tile
    if source[0] == "weight":
        return np.array([[read.weight(source[1], r, c) for c in range(width)] for r in range(height)], np.float32)
    rows = [[read.value(source, c if lying else r, t) for c in range(width)] for r in range(height)]
    return np.array(rows, np.float32)


def test_each_tile_shows_the_numbers_of_its_name(case: tuple[Scene, Decoded]) -> None:
    """At every step each tile holds, as float32, exactly what the trace or the weights have under the name above it."""
    scene, read = case
    claimed = claims(scene)
    for line in [line for block in read.head["stage"]["blocks"] for line in lines(block)]:
        for tile in line["tiles"]:
            name, shift = claimed[name_above(line, tile)]
            for t in range(1, scene.trace.T + 1):
                numbers = scene.params[name] if shift is None else signal(scene, name, t + shift)
                expected = numbers.astype(np.float32).reshape(tile[2], tile[3])
                np.testing.assert_array_equal(drawn(read, tile, t), expected, f"{name} {shift} at step {t}")


def test_states_outside_the_sequence_are_those_of_the_trace(case: tuple[Scene, Decoded]) -> None:
    """The states before the first step and after the last stand in the payload, and x is zero there."""
    scene, read = case
    for name in ("x", *scene.model.equations):
        for t in (-1, 0, scene.trace.T + 1):
            got = [read.signal(name, t, i) for i in range(scene.model.sizes[name])]
            np.testing.assert_array_equal(got, scene.trace.at(name, t - 1).astype(np.float32))


def test_tiles_stand_apart_and_inside(case: tuple[Scene, Decoded]) -> None:
    """In every line the tiles lie inside it and no cell belongs to two of them."""
    _, read = case
    for line in all_lines(read):
        taken = np.zeros((line["rows"], line["columns"]), int)
        for row, column, height, width, _, _ in line["tiles"]:
            assert row >= 0
            assert column >= 0
            assert row + height <= line["rows"]
            assert column + width <= line["columns"]
            taken[row : row + height, column : column + width] += 1
        assert taken.max() == 1


def test_printed_shapes_are_those_of_the_arrays(case: tuple[Scene, Decoded]) -> None:
    """The shape under a name is the shape of the array with that name; every matrix has one."""
    scene, read = case
    claimed = claims(scene)
    for block in read.head["stage"]["blocks"]:
        for line in block["wide"] + block["narrow"]:
            for tile in line["tiles"]:
                row, column, _, width, source, lying = tile
                middle = column + width / 2 - 0.5
                told = [m[3] for m in line["marks"] if m[0] in ("under", "between_shape") and m[1:3] == [row, middle]]
                name, shift = claimed[name_above(line, tile)]
                size = scene.params[name].shape if shift is None else (len(signal(scene, name, 1)),)
                assert told == [] if lying else told == ["×".join(map(str, size))], (name, source)


def test_symbols_stand_at_their_rows_and_columns(case: tuple[Scene, Decoded]) -> None:
    """Rows of x, y and its softmax, columns of matrices left of x and rows of W_.y carry the alphabet in its order."""
    scene, read = case
    symbols = list(scene.inputs)
    for block in read.head["stage"]["blocks"]:
        first = next((t[4] for t in block["wide"][0]["tiles"] if t[4][0] == "weight"), None)
        for line in lines(block):
            expected: dict[str, dict[tuple[int, int], str]] = {"side": {}, "symbol": {}}
            tiles = line["tiles"]
            for tile, following in zip(tiles, [*tiles[1:], tiles[0]], strict=True):
                row, column, height, width, source, lying = tile
                rows = {(row + i, column): symbol for i, symbol in enumerate(symbols[:height])}
                columns = {(row, column + j): symbol for j, symbol in enumerate(symbols[:width])}
                if source[0] == "signal" and source[1] in ("x", "y", scene.share):
                    expected["symbol" if lying else "side"] |= columns if lying else rows
                if source[0] == "weight" and following[4][1] == "x" and not following[5]:  # else they stand above x
                    expected["symbol"] |= columns
                if block["name"] == "y" and source == first:
                    expected["side"] |= rows
            for kind, places in expected.items():
                assert {(m[1], m[2]): m[3] for m in line["marks"] if m[0] == kind} == places


def test_each_operand_is_shown_as_often_as_it_is_written(case: tuple[Scene, Decoded]) -> None:
    """Each equation shows its result and all its weights and signals, each as often as the cell's text has it."""
    scene, read = case
    (cell,) = [name for name in SEQUENTIAL if shown_as(name, scene)]
    text = CELLS[cell].equations
    for block in read.head["stage"]["blocks"]:
        written_line = next((line for line in text.splitlines() if line.startswith(f"{block['name']}[")), "p[t] = y[t]")
        expected = Counter(re.findall(r"\b[a-z]\w*\[t(?:[+-]\d)?\]|\b[Wb]_\w+", written_line))
        for form in ("wide", "narrow"):
            tiles = [tile[4] for line in block[form] for tile in line["tiles"]]
            assert Counter(map(source_text, tiles)) == expected


def shown_as(name: str, scene: Scene) -> bool:
    """Whether a scene shows the cell of this name."""
    model = build(replace(DEFAULT, cell=name, weights="random")).scene.model
    return model.expressions == scene.model.expressions


def source_text(source: list[Any]) -> str:
    """The source of a tile as the notation writes it."""
    if source[0] != "signal":
        return source[1]
    return f"{source[1]}[t{f'{source[2]:+d}' if source[2] else ''}]"


def test_share_is_softmax_of_y(case: tuple[Scene, Decoded]) -> None:
    """The probabilities shown under y sum to 1 and are the softmax of the y of the same step."""
    scene, read = case
    assert scene.share
    for t in range(1, scene.trace.T + 1):
        share = np.array([read.signal(scene.share, t, i) for i in range(len(scene.inputs))])
        y = scene.trace["y"][t - 1]
        assert share.sum() == pytest.approx(1, abs=1e-6)
        np.testing.assert_allclose(share, np.exp(y) / np.exp(y).sum(), rtol=1e-6)


def test_the_arithmetic_gives_the_numbers_of_the_trace(case: tuple[Scene, Decoded]) -> None:
    """Each equation's tree, worked out from the numbers of the payload, gives its signal to 1e-5 at every step."""
    scene, read = case
    for block in read.head["stage"]["blocks"]:
        for t in range(1, scene.trace.T + 1):
            expected = signal(scene, block["name"], t)
            got = [read.value(block["tree"], i, t) for i in range(len(expected))]
            np.testing.assert_allclose(got, expected, atol=1e-5)


def as_printed(read: Decoded, lines: list[Any], t: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """What the tiles of a working give by the operators between them, up to the =; and each tile with its sign."""
    total, tiles, sign, times = np.zeros(1), [], 1.0, False
    for line in lines:
        signs = [(mark[2], mark[3]) for mark in line["marks"] if mark[0] == "operator"]
        for _, piece in sorted([*signs, *((tile[1], tile) for tile in line["tiles"])], key=itemgetter(0)):
            if piece == "=":
                return total, tiles
            if isinstance(piece, str):
                sign = -1.0 if piece == MINUS else float(piece[:-1]) if piece.endswith("·") else 1.0
                times = piece == "⊙"
                assert times or piece in ("+", MINUS) or piece.endswith("·"), piece
            else:
                tiles.append(sign * drawn(read, piece, t)[:, 0])
                total = total * tiles[-1] if times else total + tiles[-1]
    return total, tiles


def test_the_working_shows_the_terms_and_their_sum(case: tuple[Scene, Decoded]) -> None:
    """In slow motion each tile is a term with the sign before it, or a factor, and what they give is the last one."""
    scene, read = case
    equations = {equation.name: equation for equation in scene.equations}
    for block in read.head["stage"]["blocks"]:
        if not block["working"]:
            continue
        expression = equations[block["name"]].expression
        body = expression.operand if isinstance(expression, Call) else expression
        for t in range(1, scene.trace.T + 1):

            def value(part: Expression, t: int = t) -> np.ndarray:
                def signal_at(s: Signal) -> np.ndarray:
                    assert isinstance(s.shift, int)
                    return signal(scene, s.name, t + s.shift)

                return np.atleast_1d(evaluate(part, scene.params, signal_at))

            for form in ("wide", "narrow"):
                lines = block["working"][form]
                tiles = [tile for line in lines for tile in line["tiles"]]
                assert len(tiles) == block["working"]["terms"] + block["working"]["sum"]
                given, terms = as_printed(read, lines, t)
                np.testing.assert_allclose(given, value(body), atol=1e-5)
                if isinstance(body, Sum):
                    for got, term in zip(terms, body.terms, strict=True):
                        np.testing.assert_allclose(got, value(term), atol=1e-5)
                if block["working"]["sum"]:
                    np.testing.assert_allclose(drawn(read, tiles[-1], t)[:, 0], value(body), atol=1e-5)
                if isinstance(expression, Call) and expression.function != "softmax":
                    last = tiles[-1]
                    applied = [read.value(["call", expression.function, last[4]], i, t) for i in range(last[2])]
                    np.testing.assert_allclose(applied, signal(scene, block["name"], t), atol=1e-5)


def test_the_one_of_x_stands_at_the_letter_of_the_step(case: tuple[Scene, Decoded]) -> None:
    """At every step the row of x that is 1 carries the symbol that the timeline writes under the step."""
    _, read = case
    for t, label in enumerate(read.head["labels"], start=1):
        column = [read.signal("x", t, i) for i in range(len(read.head["symbols"]))]
        assert [symbol for symbol, one in zip(read.head["symbols"], column, strict=True) if one] == [label]


def test_ranges_hold_the_numbers() -> None:
    """States, and what never leaves -1 to 1, have that range; R of all else is 1, 2, 5 or 10, and holds it."""
    for name in SEQUENTIAL:
        scene, read = shown(name, "hello", 4)
        ranges = read.head["ranges"]
        for signal_name, (rows, _) in scene.signals().items():
            state = signal_name in scene.model.flow.carried
            assert (signal_name in ranges["states"]) == (signal_name != "y" and (state or np.abs(rows).max() <= 1))
            if signal_name not in ranges["states"]:
                assert np.abs(rows).max() <= ranges["weight"]
        assert {"x", scene.share} <= set(ranges["states"])
        assert "y" not in ranges["states"]


def test_names_in_words_travel() -> None:
    """Every signal shown has its name in words: from the cell's comments, and one's own comments go along, too."""
    assert shown("lstm", "hello", 4)[1].head["called"] == {
        "x": "input",
        "i": "input gate",
        "f": "forget gate",
        "g": "candidate",
        "o": "output gate",
        "c": "cell state",
        "h": "hidden state",
        "y": "output",
        "p": "probabilities",
    }
    own = build(replace(DEFAULT, cell="own", weights="random", equations="h[t] = tanh(x[t]) # echo\ny[t] = W @ h[t]"))
    assert decoded(own.scene).head["called"] == {"x": "input", "h": "echo", "p": "probabilities"}
