"""Windows on a table: the steps that a network reads."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import InputError
from rnnviz.scenes.reading.tables import csv, preview, weather, window


def test_the_weather_of_seattle() -> None:
    """The weather has its 1461 days as labels and its four columns of numbers, none missing, and is read once."""
    table = weather()
    assert table.columns == ("precipitation", "temp_max", "temp_min", "wind")
    assert (table.labels[0], table.labels[-1], len(table.labels)) == ("2012-01-01", "2015-12-31", 1461)
    assert table.values[0].tolist() == [0, 12.8, 5, 4.7]
    assert not np.isnan(table.values).any()
    assert weather() is table
    with pytest.raises(ValueError, match="read-only"):
        table.values[0, 0] = 1


def test_a_window_is_a_sequence() -> None:
    """A window has the chosen columns in their order, the dates of its rows, and numbers scaled by the whole table."""
    table = weather()
    plain = window(table, ["wind", "temp_max"], 3, 4, scale=False)
    scaled = window(table, ["wind", "temp_max"], 3, 4, scale=True)
    assert plain.x.tolist() == [[2.3, 11.7], [4.7, 12.2], [6.1, 8.9], [2.2, 4.4]]
    assert plain.rows == scaled.rows == ("wind", "temp_max")
    assert plain.labels == scaled.labels == ("2012-01-03", "2012-01-04", "2012-01-05", "2012-01-06")
    assert plain.symbols is plain.scaling is None
    assert scaled.scaling is not None
    assert [(s.column, s.low, s.high) for s in scaled.scaling] == [("wind", 0.4, 9.5), ("temp_max", -1.6, 35.6)]
    assert scaled.x[0, 0] == pytest.approx(2 * (2.3 - 0.4) / (9.5 - 0.4) - 1)
    assert np.abs(np.diff(scaled.x, axis=0) - np.diff(plain.x, axis=0) * 2 / [9.5 - 0.4, 35.6 + 1.6]).max() < 1e-12


def test_moving_a_window_changes_no_number() -> None:
    """A day has the same scaled numbers in every window that it is in."""
    one = window(weather(), ["temp_max"], 1, 100, scale=True)
    two = window(weather(), ["temp_max"], 51, 100, scale=True)
    assert one.x[50:].tolist() == two.x[:50].tolist()
    assert one.labels[50:] == two.labels[:50]


def test_a_window_is_a_copy() -> None:
    """Changing the numbers of a window leaves the table as it was."""
    sequence = window(weather(), ["wind"], 1, 2, scale=False)
    sequence.x[0] = 99
    assert weather().values[0, 3] == 4.7


@pytest.mark.parametrize(
    ("columns", "first", "length", "sentence"),
    [
        ([], 1, 5, "Choose 1 to 16 columns, not 0."),
        (
            ["rain"],
            1,
            5,
            "There is no column of numbers called rain; there are precipitation, temp_max, temp_min, wind.",
        ),
        (["wind"], 1, 0, "Choose 1 to 200 steps, not 0."),
        (["wind"], 1, 201, "Choose 1 to 200 steps, not 201."),
        (["wind"], 0, 5, "Rows 0 to 4 were chosen, but the table has rows 1 to 1461."),
        (["wind"], 1460, 5, "Rows 1460 to 1464 were chosen, but the table has rows 1 to 1461."),
    ],
)
def test_windows_that_are_not_there(columns: list[str], first: int, length: int, sentence: str) -> None:
    """Columns or rows that the table has not, and too many of them, are told with what there is."""
    with pytest.raises(InputError) as error:
        window(weather(), columns, first, length, scale=True)
    assert error.value.sentence == sentence


def test_the_ends_of_a_table_can_be_seen() -> None:
    """The last rows, the longest window, and a column named twice are fine."""
    assert window(weather(), ["wind", "wind"], 1262, 200, scale=True).x.shape == (200, 1)
    assert window(weather(), ["wind"], 1461, 1, scale=True).labels == ("2015-12-31",)


def test_preview() -> None:
    """The preview has headers, the first five rows as text with their labels, and the notes."""
    shown = preview(weather())
    assert shown.headers == ("", "precipitation", "temp_max", "temp_min", "wind")
    assert shown.rows[1] == ("2012-01-02", "10.9", "10.6", "2.8", "4.5")
    assert len(shown.rows) == 5
    assert shown.notes == weather().notes
    assert preview(csv(b"a\n1\n2"), rows=1).rows == (("1", "1"),)
