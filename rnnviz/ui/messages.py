"""What browsers send through components and widgets, taken only where it makes sense.

A browser can be made to send anything, and Streamlit holds a widget to its options and limits only when it is drawn,
after the callbacks. Each function takes any JSON and returns None for what our own pages never send.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeGuard, TypeVar

from rnnviz.core import InputError
from rnnviz.core.language.reader import MAX_CHARACTERS, MAX_SHIFT
from rnnviz.core.scenario.edits import LARGEST, Edit, read_edits
from rnnviz.scenes.choices import LIMITS

Option = TypeVar("Option")
ROWS = max(LIMITS.symbols, LIMITS.hidden, LIMITS.inputs)  # no signal has more numbers


@dataclass(frozen=True, slots=True)
class Touched:
    """A number was touched that may be dragged: where it stands, as edits write it."""

    place: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A number was set, or held."""

    edit: Edit


def told_pick(value: object) -> tuple[str, int, int] | None:
    """The number that is chosen in a picture: its signal, the row from 0, and the step from 1.

    States outside the sequence have other steps.
    """
    match value:
        case [str(name), i, t] if 0 < len(name) <= MAX_CHARACTERS:
            row, step = whole(i, 0, ROWS - 1), whole(t, -MAX_SHIFT, LIMITS.steps + MAX_SHIFT)
            return None if row is None or step is None else (name, row, step)
        case _:
            return None


def told_act(value: object) -> Touched | Changed | None:
    """What a player asks for."""
    match value:
        case {"do": "sweep", "place": str(place)}:
            return Touched(place) if single(f"{place}:0") else None
        case {"do": "edit", "edit": str(text)}:
            edit = single(text)
            return Changed(edit) if edit else None
        case _:
            return None


def one_of(value: object, options: Iterable[Option]) -> Option | None:
    """The one of some options that was chosen."""
    return next((option for option in options if type(option) is type(value) and option == value), None)


def told_cells(value: object, rows: int, columns: Sequence[str]) -> list[tuple[int, int, float]] | None:
    """The cells of a table of so many rows that were typed into: row and column from 0, and the number."""
    match value:
        case {"edited_rows": dict(edited), "added_rows": [], "deleted_rows": []}:
            pass
        case _:
            return None
    found: list[tuple[int, int, float]] = []
    for i, row in edited.items():
        for column, number in row.items() if isinstance(row, dict) else [(None, None)]:
            if column not in columns or whole(i, 0, rows - 1) is None or not in_reach(number):
                return None
            found.append((i, columns.index(column), float(number)))
    return found


def single(text: str) -> Edit | None:
    """The one change that a text says; None for none, for several, and for what is no change."""
    try:
        (edit,) = read_edits(text)
    except (InputError, ValueError):
        return None
    return edit if isinstance(edit, Edit) else None


def whole(value: object, first: int, last: int) -> int | None:
    """A whole number in a range; JSON may write it as 3 or as 3.0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not first <= value <= last:
        return None
    return int(value) if value == int(value) else None


def in_reach(value: object) -> TypeGuard[float]:
    """Whether it is a number that an edit may set."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST
