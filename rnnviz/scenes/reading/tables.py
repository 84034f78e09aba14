"""Tables of numbers: CSV as people really have it, the weather of Seattle, and the window that a network reads.

A table keeps what it could not read: a cell without a number is NaN, and `gaps` has its text. Nothing becomes zero
silently: a window over a gap is refused, with its row and column.
"""

import io
import math
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Mapping, Set
from collections.abc import Sequence as Row
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from rnnviz.core import InputError
from rnnviz.core.language.functions import Array
from rnnviz.core.scenario.sequences import Scale, Sequence
from rnnviz.scenes.choices import LIMITS, brief
from rnnviz.scenes.reading.dates import day, is_dated
from rnnviz.scenes.reading.memo import remembered
from rnnviz.scenes.reading.numerals import Sign, decimal_sign, fold, number
from rnnviz.scenes.reading.symbols import stacked
from rnnviz.text import say

WEATHER = Path(__file__).parents[2] / "data" / "seattle-weather.csv"

# The name of an encoding -> Python's codec.
ENCODINGS = {"UTF-8": "utf-8-sig", "UTF-16": "utf-16", "CP949": "cp949", "Windows-1252": "cp1252"}
MARKS = ((b"\xef\xbb\xbf", "UTF-8"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
# Tried in turn where no mark tells. Windows-1252 fits nearly any bytes and would hide a wrong guess: by choice only.
TRIED = ("UTF-8", "CP949")
# What no text has; a form feed and the end mark of DOS at the very end are let pass.
BINARY = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")

# What may separate cells, and the text that tells of it.
SEPARATORS = {
    "\t": "table.separator_tab",
    ";": "table.separator_semicolon",
    "|": "table.separator_bar",
    ",": "table.separator_comma",
}
SAMPLE = 50  # lines that are looked at to find the separator
NAME = 40  # characters of a column's name that are kept
# What stands for "no number", in lower case.
MISSING = {"", "-", "--", "—", ".", "?", "*", "na", "n/a", "#n/a", "nan", "null", "none"}


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell of a table that was read: a text by its key, and what fills it in."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def told(self, language: str = "en") -> str:
        """The sentence in the reader's language."""
        return say(self.key, language, **self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of numbers, over rows that have a label.

    `values` is (N, C), read-only: a column for each of `columns`, a row for each of `labels`: dates, else the numbers
    from 1, or a single typed column's own. NaN stands where there is no number, and `gaps` has the text of the first
    LIMITS.gaps of such cells by (row, column) counted from 0. `lines` are the rows' numbers in the file, as a
    spreadsheet counts them.
    """

    columns: tuple[str, ...]
    labels: tuple[str, ...]
    values: Array
    lines: Row[int]
    gaps: Mapping[tuple[int, int], str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        self.values.setflags(write=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a page shows of a table before it is taken: its first rows as text, each with its label; and its notes."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[Note, ...]


@remembered(4)
def csv(data: bytes, *, encoding: str | None = None, decimal: Sign | None = None, header: bool | None = None) -> Table:
    """The numbers of a CSV file: its columns of numbers, and a column of dates as labels where it has one.

    Found out and told in the notes, unless the caller says so: the encoding (a mark at the start, else UTF-8, else
    CP949; `encoding` is one of ENCODINGS), whether decimals have a point or a comma (`decimal`), and whether the first
    row has names (`header`). Found out and told: what separates cells (comma, semicolon, tab or bar), the columns left
    out because they are text, and the cells without a number. Columns without a name are called A, B, C by their place,
    as in a spreadsheet. A file is read once, however often it is asked for.

    Raises InputError for what is no such table: an empty, too large or binary file, bytes that are no text, a row
    longer than the first, a quotation mark never closed, names without rows, no column of numbers.
    """
    if len(data) > LIMITS.file:
        megabytes = math.ceil(10 * len(data) / 1024**2) / 10  # upwards, or a little too large would look all right
        raise InputError("file_long", limit=LIMITS.file // 1024**2, got=megabytes)
    text, encoding = decoded(data, encoding)
    cells, lines, separator = grid(text, decimal)
    columns = [[fold(cell).strip() for cell in column] for column in zip(*cells, strict=True)]
    different = dict.fromkeys(chain.from_iterable(columns))  # a large table repeats itself: each text is read once
    unsure = None
    if decimal is None:
        decimal, unsure = decimal_sign(different, "," if separator == ";" else ".")
    meant = {cell: number(cell, decimal) for cell in different}
    missing = {cell for cell in different if cell.casefold() in MISSING}
    numbers = [list(map(meant.__getitem__, column)) for column in columns]

    start = int(has_names(columns, numbers, missing) if header is None else header)
    if start == len(lines):
        raise InputError("table_names_only", row=lines[0])
    top, names = lines[0], column_names(cells[0] if start else [""] * len(columns))
    lines, columns, numbers = lines[start:], [c[start:] for c in columns], [n[start:] for n in numbers]
    dates = next((j for j, column in enumerate(columns) if is_dated(column)), None)
    taken = [j for j, column in enumerate(columns) if j != dates and is_numeric(column, numbers[j], missing)]
    if not taken:
        raise InputError("table_no_numbers", row=lines[0], found=brief(plain(columns[0][0])))

    values = np.array([numbers[j] for j in taken], dtype=float).T
    values[np.isinf(values)] = np.nan
    holes = np.isnan(values)
    gaps = {(i, k): shortened(columns[taken[k]][i]) for i, k in np.argwhere(holes)[: LIMITS.gaps].tolist()}

    notes = [Note("table.encoding", {"encoding": encoding})]
    if len(columns) > 1:
        notes.append(Note(SEPARATORS[separator]))
    if decimal == ",":
        notes.append(Note("table.decimal_comma"))
    if unsure:
        notes.append(Note("table.unsure", {"cell": brief(unsure), "value": number_text(number(unsure, decimal))}))
    notes.append(Note("table.names_first", {"row": top}) if start else Note("table.names_none"))
    if dates is not None:
        notes.append(Note("table.dates", {"column": names[dates]}))
    others = [j for j in range(len(names)) if j not in taken and j != dates]
    if left_out := [names[j] for j in others if any(columns[j]) or (start and cells[0][j].strip())]:
        notes.append(Note("table.left_out", {"columns": listed(left_out)}))
    for k, j in enumerate(taken):
        if missing := int(holes[:, k].sum()):
            row = lines[int(holes[:, k].argmax())]
            notes.append(Note("table.gaps", {"column": names[j], "count": missing, "row": row}))
    if len(taken) > LIMITS.inputs:
        notes.append(Note("table.many", {"got": len(taken), "limit": LIMITS.inputs}))
    notes.append(Note("table.size", {"rows": len(lines), "columns": len(taken)}))
    labels = counted(len(lines))
    if dates is not None:
        labels = tuple(day(cell) or label for cell, label in zip(columns[dates], labels, strict=True))
    return Table(tuple(names[j] for j in taken), labels, values, array("i", lines), gaps, tuple(notes))


def decoded(data: bytes, encoding: str | None) -> tuple[str, str]:
    """The text of a file in NFC, its lines ended by line feeds, and its encoding: the one given, else the one found."""
    if encoding is not None and encoding not in ENCODINGS:
        raise InputError("file_encoding_unknown", got=brief(encoding), known=", ".join(ENCODINGS))
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None)
    failed = 0
    for name in (encoding,) if encoding else (marked,) if marked else TRIED:
        # In the other encodings no byte of a letter looks like one of these.
        if name != "UTF-16" and BINARY.search(data.rstrip(b"\x1a").decode("latin-1")):
            raise InputError("file_binary")
        try:
            text = data.decode(ENCODINGS[name])
        except UnicodeDecodeError as error:
            failed = max(failed, error.start)
            continue
        # A second mark, as programs leave it that glue files together, is invisible and no part of a name.
        text = text.replace("\ufeff", "").replace("\r\n", "\n").replace("\r", "\n")
        if (place := stacked(text)) is not None:
            raise InputError("file_accents", row=text.count("\n", 0, place) + 1, limit=LIMITS.symbol)
        text = unicodedata.normalize("NFC", text).rstrip("\x1a")
        if BINARY.search(text):
            raise InputError("file_binary")
        return text, name
    tried = encoding or marked or ", ".join(TRIED)
    raise InputError("file_encoding", row=data[:failed].count(b"\n") + 1, tried=tried, known=", ".join(ENCODINGS))


def grid(text: str, decimal: str | None) -> tuple[list[list[str]], list[int], str]:
    """The rows of a text that are not blank, all as long as the first; their numbers in the file; and the separator."""
    top = 1
    if said := re.match(r'"?sep=([\t;|,])"?\n', text, re.IGNORECASE):  # a line that Excel writes and reads
        text, top = text[said.end() :], 2
    if blank := re.match(r"\s*\n", text):
        text, top = text[blank.end() :], top + blank[0].count("\n")
    if not text.strip():
        raise InputError("file_empty")
    separator = said[1] if said else separator_of(text, decimal)
    # A first row of our own, as wide as any may be: pandas takes that for the width, fills up shorter rows, and refuses
    # longer ones before it makes room for them.
    widest = separator * (LIMITS.columns - 1) + "\n"
    try:
        cells = raw_cells(widest + text, separator, LIMITS.rows + 3)[1:]
        width = len(raw_cells(text, separator, 1)[0])
    except pd.errors.ParserError as error:
        raise no_table(str(error), top) from None
    if len(cells) > LIMITS.rows + 1:
        raise InputError("table_long", limit=LIMITS.rows)
    rows, lines = [], []
    for line, row in enumerate(cells, top):
        if not any(cell.strip() for cell in row):
            continue
        if longer := [j for j in range(width, len(row)) if row[j].strip()]:
            raise InputError("table_ragged", row=line, got=longer[-1] + 1, first=top, expected=width)
        rows.append([cell if len(cell) <= LIMITS.cell else cell[: LIMITS.cell] + "…" for cell in row[:width]])
        lines.append(line)
    if not rows:
        raise InputError("file_empty")
    return rows, lines, separator


def raw_cells(text: str, separator: str, rows: int) -> list[list[str]]:
    """At most so many rows of cells, as text: nothing is guessed, and nothing means "missing"."""
    frame = pd.read_csv(
        io.StringIO(text),
        sep=separator,
        header=None,
        dtype=str,
        na_filter=False,
        skip_blank_lines=False,
        engine="c",
        nrows=rows,
    )
    return frame.to_numpy(dtype=object).tolist()


def no_table(why: str, top: int) -> InputError:
    """What pandas could not read, told with the row; it counts our first row, too."""
    if found := re.search(r"in line (\d+), saw (\d+)", why):
        return InputError("table_wide", row=top + int(found[1]) - 2, got=int(found[2]), limit=LIMITS.columns)
    if found := re.search(r"EOF inside string starting at row (\d+)", why):
        return InputError("table_quote", row=top + int(found[1]) - 1)
    return InputError("file_binary")


def separator_of(text: str, decimal: str | None) -> str:
    """What separates cells: what stands in the first line, and equally often in the lines after it."""
    head = "\n".join(text[:100_000].split("\n")[:SAMPLE])
    lines = [line for line in re.sub(r'"[^"]*"', "", head).split("\n") if line.strip()] or [""]
    first = [sign for sign in SEPARATORS if sign in lines[0]]
    for sign in first:
        if len({line.count(sign) for line in lines}) == 1:
            return sign
    if first:
        return max(first, key=lines[0].count)
    # One column. A comma in its rows is a mistake, unless the caller says that it stands before decimals.
    return ";" if decimal == "," else max(reversed(SEPARATORS), key=head.count)


def has_names(columns: Row[Row[str]], numbers: Row[Row[float | None]], missing: Set[str]) -> bool:
    """Whether the first row names the columns: words above numbers, or above dates, and fewer numbers than that."""
    first = [column[0] for column in columns]
    if len(columns[0]) == 1:
        return not any(n[0] is not None or day(cell) for cell, n in zip(first, numbers, strict=True))
    words = 0
    for cell, column, read in zip(first, columns, numbers, strict=True):
        if read[0] is not None or cell in missing or day(cell):
            continue
        # A word above dates is a name whatever stands beside it, such as years; a date misspelt is no word.
        if is_dated(column[1:]) and not cell[0].isdigit():
            return True
        words += is_numeric(column[1:], read[1:], missing)
    return words > sum(read[0] is not None for read in numbers)


def is_numeric(cells: Row[str], numbers: Row[float | None], missing: Set[str]) -> bool:
    """Whether more of the cells are numbers than are anything else, those with a text that says "missing" aside."""
    others = numbers.count(None)
    read = len(numbers) - others
    if read > others:
        return True
    return read > others - sum(map(missing.__contains__, cells))


def column_names(cells: Row[str]) -> list[str]:
    """A name for each column, all different: its header on one line, or its letter; numbered where it comes twice."""
    names: dict[str, None] = {}
    seen: Counter[str] = Counter()
    for place, cell in enumerate(cells):
        name = unique = shortened(plain(cell)) or letter(place)
        while unique in names:
            seen[name] += 1
            unique = f"{name} ({seen[name] + 1})"
        names[unique] = None
    return [*names]


def shortened(text: str) -> str:
    """A text as far as a table keeps it."""
    return text if len(text) <= NAME else text[: NAME - 1] + "…"


@cache
def numerals() -> tuple[str, ...]:
    return tuple(map(str, range(1, LIMITS.rows + 1)))


def counted(rows: int) -> tuple[str, ...]:
    """The labels of at most LIMITS.rows rows that have none of their own: their numbers, shared by all tables."""
    return numerals()[:rows]


def plain(cell: str) -> str:
    """A text on one line, without signs that are invisible or turn the direction of the line around."""
    return "".join(c for c in " ".join(cell.split()) if unicodedata.category(c)[0] != "C" or c == "\u200d")


def listed(names: Row[str]) -> str:
    """Names for a sentence, the first of them if they are many."""
    return ", ".join([*names[:10], "…"] if len(names) > 10 else names)


def letter(place: int) -> str:
    """The letter of a column counted from 0, as a spreadsheet has it: A to Z, AA, AB, ..."""
    return ("" if place < 26 else letter(place // 26 - 1)) + chr(ord("A") + place % 26)


def window(table: Table, columns: Row[str], first: int, length: int, *, scale: bool) -> Sequence:
    """Rows first to first + length - 1 of a table, counted from 1, in the chosen columns: T = length steps.

    With `scale`, each column is shown from -1 to 1, its least and its largest number in the whole table, so that moving
    the window changes no number. Raises InputError for no, too many or unknown columns, for rows that the table has
    not, for more than LIMITS.steps of them, and for the first cell among them that has no number.
    """
    columns = tuple(dict.fromkeys(columns))
    for name in columns:
        if name not in table.columns:
            raise InputError("window_column", name=brief(name), known=listed(table.columns))
    if not 1 <= len(columns) <= LIMITS.inputs:
        raise InputError("window_columns", limit=LIMITS.inputs, got=len(columns))
    if not 1 <= length <= LIMITS.steps:
        raise InputError("window_length", limit=LIMITS.steps, got=length)
    if not 1 <= first <= len(table.labels) - length + 1:
        raise InputError("window_rows", first=first, last=first + length - 1, got=len(table.labels))
    rows, places = slice(first - 1, first - 1 + length), [table.columns.index(name) for name in columns]
    x = table.values[rows, places]
    if holes := np.argwhere(np.isnan(x)).tolist():
        i, k = holes[0]
        raise no_number(table, first - 1 + i, places[k], len(holes))
    labels = table.labels[rows]
    if not scale:
        return Sequence(x, labels, columns)
    scaling = tuple(
        Scale(name, float(np.nanmin(table.values[:, j])), float(np.nanmax(table.values[:, j])))
        for name, j in zip(columns, places, strict=True)
    )
    x = np.stack([by.apply(x[:, k]) for k, by in enumerate(scaling)], axis=1)
    return Sequence(x, labels, columns, scaling=scaling)


def no_number(table: Table, row: int, column: int, holes: int) -> InputError:
    """What is wrong with a cell that has no number, the first of so many."""
    found = table.gaps.get((row, column), "")
    where = {"row": table.lines[row], "name": table.columns[column], "count": holes}
    if found.casefold() in MISSING:
        return InputError("cell_missing", **where)
    return InputError("cell_text", **where, found=brief(plain(found)))


@cache
def weather() -> Table:
    """The daily weather of Seattle, 2012 to 2015: precipitation (mm), temp_max, temp_min (degrees C) and wind (m/s)."""
    return csv(WEATHER.read_bytes())


def preview(table: Table, rows: int = 5) -> Preview:
    """The first rows of a table as text, a cell without a number as it stands; the header of the labels is empty."""
    shown = tuple(
        (
            label,
            *(
                plain(table.gaps.get((i, j), "")) or number_text(value)
                for j, value in enumerate(table.values[i].tolist())
            ),
        )
        for i, label in enumerate(table.labels[:rows])
    )
    return Preview(("", *table.columns), shown, table.notes)


def number_text(value: float | None) -> str:
    """A number as it was read, in as few digits as say it; nothing where there is none."""
    return "" if value is None or np.isnan(value) else f"{value:.15g}"
