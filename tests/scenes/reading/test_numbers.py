"""Typed or pasted numbers -> a table."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnnviz.core import InputError
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.reading.numerals import decimal_sign, fold, number
from rnnviz.scenes.reading.tables import window
from rnnviz.scenes.reading.text import numbers

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("cell", "point", "comma"),
    [
        ("5", 5, 5),
        ("+.5", 0.5, None),
        ("5.", 5, None),
        ("-1.5", -1.5, None),
        ("-1,5", None, -1.5),
        ("1e-3", 0.001, 0.001),
        ("1E3", 1000, 1000),
        ("1,234", 1234, 1.234),
        ("1.234", 1.234, 1234),
        ("0,123", None, 0.123),
        ("1,234.5", 1234.5, None),
        ("1.234,5", None, 1234.5),
        ("1,234,567", 1234567, None),
        ("1 234,5", None, 1234.5),
        ("1'234.5", 1234.5, None),
        ("1\u202f234.5", 1234.5, None),
        ("12,34,567", None, None),
        ("1,234 567", None, None),
        ("−3", -3, -3),
        ("１２", 12, 12),
        ("１．５", 1.5, None),
        (" 7 ", 7, 7),
        ("007", 7, 7),
        ("1e999", np.inf, np.inf),
        *((bad, None, None) for bad in ("", "-", ".", "e5", "1e", "--1", "1_0", "0x1", "inf", "nan", "½", "10²", "٣")),
        *((bad, None, None) for bad in ("1 2", "=1+1", "5%", "₩5", "1\n2", "1;2", "True")),
    ],
)
def test_one_number(cell: str, point: float | None, comma: float | None) -> None:
    """A cell is the number that it says with a decimal point, and with a decimal comma, or it is none."""
    assert number(fold(cell), ".") == point
    assert number(fold(cell), ",") == comma


@pytest.mark.parametrize(
    ("cells", "otherwise", "expected"),
    [
        (["1", "2"], ",", (".", None)),
        (["1.5", "x"], ",", (".", None)),
        (["1,5", "1,234"], ".", (",", None)),
        (["1.234,5", "2"], ".", (",", None)),
        (["1,234", "2.5"], ",", (".", None)),
        (["1.234"], ",", (".", None)),
        (["1,234"], ".", (".", "1,234")),
        (["1,234"], ",", (",", "1,234")),
        (["1,5", "2,5", "3.5"], ".", (",", None)),
    ],
)
def test_what_stands_before_decimals(cells: list[str], otherwise: str, expected: tuple[str, str | None]) -> None:
    """Cells that can be read in one way only decide for the others; 1,234 alone is handed back as unsure."""
    assert decimal_sign(cells, "," if otherwise == "," else ".") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 2.5 -3", [[1], [2.5], [-3]]),
        ("7", [[7]]),
        ("1,2,3", [[1], [2], [3]]),
        ("1, 2,3 , 4", [[1], [2], [3], [4]]),
        ("1;2;3", [[1], [2], [3]]),
        ("1\t2\t3", [[1], [2], [3]]),
        ("1\n2\n3\n", [[1], [2], [3]]),
        ("1\r\n2\r3", [[1], [2], [3]]),
        ("1 2\n3 4", [[1, 2], [3, 4]]),
        ("1,2\n3,4", [[1, 2], [3, 4]]),
        ("1\t2\r\n3\t4\r\n", [[1, 2], [3, 4]]),
        (" 1  2 \n\n 3 4 ", [[1, 2], [3, 4]]),
        ("1,2,\n3,4,\n", [[1, 2], [3, 4]]),
        ("1,5; 2,5", [[1.5], [2.5]]),
        ("1,5\t2\n2,5\t3", [[1.5, 2], [2.5, 3]]),
        ("1.5; 2,5; 3,5", None),
        ("1,234.5\t2", [[1234.5], [2]]),
        ("1,234.5\t2,345", [[1234.5], [2345]]),
        ("1,2,3; 4,5,6", [[1], [2], [3], [4], [5], [6]]),
        ("1,5", [[1], [5]]),
        ("−1.5 １２ 1e-3", [[-1.5], [12], [0.001]]),
        ("１，２；３", [[1.2], [3]]),
        ("1\u00a02\u30003", [[1], [2], [3]]),
        ("0 -0 +1", [[0], [0], [1]]),
    ],
)
def test_numbers_as_people_type_them(text: str, expected: list[list[float]] | None) -> None:
    """On one line each number is a step, on several each line is one; what separates, and what a comma is, is found."""
    if expected is None:
        with pytest.raises(InputError):
            numbers(text)
    else:
        assert numbers(text).values.tolist() == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "There is no number yet; type some, such as 1 2.5 -3."),
        (" \n\t\n", "There is no number yet; type some, such as 1 2.5 -3."),
        ("1 2 x", "Row 1, column 3: x is not a number; write it as 1.5, -3 or 1e-3."),
        ("1 2\n\n3 =1+1", "Row 3, column 2: =1+1 is not a number; write it as 1.5, -3 or 1e-3."),
        ("1 inf", "Row 1, column 2: inf is not a number; write it as 1.5, -3 or 1e-3."),
        ("nan", "Row 1, column 1: nan is not a number; write it as 1.5, -3 or 1e-3."),
        ("10²", "Row 1, column 1: 10² is not a number; write it as 1.5, -3 or 1e-3."),
        ("a" * 30, f"Row 1, column 1: {'a' * 19}… is not a number; write it as 1.5, -3 or 1e-3."),
        ("1\u202e2", "Row 1, column 1: 1U+202E2 is not a number; write it as 1.5, -3 or 1e-3."),
        ("1 1e999", "Row 1, column 2: 1e999 is too large for a computer."),
        ("1,,2", "Row 1, column 2: there is no number between the separators; fill it in or remove a separator."),
        ("1\t2\n\t3", "Row 2, column 1: there is no number between the separators; fill it in or remove a separator."),
        ("1 2\n3", "Row 2 has not as many numbers as row 1: 1, not 2; every row needs as many."),
        ("\n1\n2 3", "Row 3 has not as many numbers as row 2: 2, not 1; every row needs as many."),
        ("1 2,5", "Row 1, column 2: 2,5 may be one number or two; write 2.5 for one, 2, 5 for two."),
        ("1\n1,234; 2", "Row 2, column 1: 1,234 may be 1234 or 1.234; please write one of these."),
        ("1 " * 10_001, "There are 10001 steps; at most 10000 can be read. Please remove 1."),
        ("1\n" * 10_002, "There are 10002 steps; at most 10000 can be read. Please remove 2."),
        ("1\n" + "1 " * 17, "Row 2 has not as many numbers as row 1: 17, not 1; every row needs as many."),
        ("1 " * 17 + "\n1", "Row 1 has 17 numbers; at most 16 inputs are possible. Please remove columns."),
    ],
    ids=ascii,
)
def test_what_is_no_series_of_numbers(text: str, told: str) -> None:
    """What cannot be read is told with its row and column as typed, what stands there, and how to mend it."""
    with pytest.raises(InputError) as error:
        numbers(text)
    assert error.value.sentence == told


def test_labels_and_columns() -> None:
    """A single column is x and its steps are labelled with their numbers; several are A, B, and steps are counted."""
    one, two = numbers("1 2.50 -3"), numbers("1 2\n3 4")
    assert (one.columns, one.labels) == (("x",), ("1", "2.5", "-3"))
    assert (two.columns, two.labels, two.lines) == (("A", "B"), ("1", "2"), (1, 2))
    assert [note.told() for note in one.notes] == ["Each number is a step."]
    assert [note.told() for note in two.notes] == ["Each row is a step with 2 inputs."]


def test_typed_numbers_through_a_window() -> None:
    """Typed numbers are a table like any other: a window of them is a sequence."""
    sequence = window(numbers("1 2 3 4"), ["x"], 2, 3, scale=False)
    assert sequence.x.tolist() == [[2], [3], [4]]
    assert sequence.labels == ("2", "3", "4")


@given(st.one_of(st.text(max_size=40), st.text("0123456789.,;-+eE \t\n\r−１，'", max_size=40)))
@example("1,5;1,234.5;1,234")
@example("1;2,")
@example("1\x1c2")
def test_any_text_is_numbers_or_one_error(text: str) -> None:
    """Any text gives a table of finite numbers, the same composed or decomposed, or the one kind of error."""
    try:
        table = numbers(text)
    except InputError:
        return
    assert np.isfinite(table.values).all()
    assert table.values.shape == (len(table.labels), len(table.columns))
    assert 1 <= table.values.shape[1] <= LIMITS.inputs
    assert numbers(unicodedata.normalize("NFD", text)).values.tolist() == table.values.tolist()


@given(
    st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(FINITE, min_size=width, max_size=width), min_size=2)),
    st.sampled_from([" ", ",", ", ", ";", " ; ", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_numbers_come_back_as_they_were_written(rows: list[list[float]], separator: str, newline: str) -> None:
    """Numbers written with a decimal point come back exactly, whatever separates them."""
    text = newline.join(separator.join(map(repr, row)) for row in rows)
    assert numbers(text).values.tolist() == rows
