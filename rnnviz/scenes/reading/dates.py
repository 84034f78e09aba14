"""Dates and times as tables have them."""

import re
from collections.abc import Sequence as Row
from datetime import date

YEAR_FIRST = re.compile(
    r"([0-9]{4})(?:([-/.]) ?([0-9]{1,2})\2 ?([0-9]{1,2})\.?|[-/]([0-9]{1,2})|년 ?([0-9]{1,2})월(?: ?([0-9]{1,2})일)?)"
)
# 01.02.2012 is a day of January or of February: it stays as it is.
YEAR_LAST = re.compile(r"[0-9]{1,2}([-./]) ?[0-9]{1,2}\1 ?[0-9]{2,4}\.?")
TIME = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?")


def is_dated(cells: Row[str]) -> bool:
    """Whether all cells that are not empty are dates or times, and there are any."""
    return any(cells) and all(day(cell) for cell in cells if cell)


def day(cell: str) -> str | None:
    """A date or time as a label: 2012-01-01 where it is sure which number is what, else as it stands; else None.

    Known are 2012-1-1, 2012/1/1, 2012. 1. 1., 2012년 1월 1일, a month such as 2012-01, days before months or after them
    with the year last, each with or without a time of day, and a time of day alone.
    """
    cell = " ".join(cell.split())
    if TIME.fullmatch(cell) or YEAR_LAST.fullmatch(cell.rpartition(" ")[0] if TIME.search(cell) else cell):
        return cell
    found = YEAR_FIRST.match(cell)
    clock = cell[found.end() :] if found else ""
    if found is None or (clock and not (clock[0] in " T" and TIME.fullmatch(clock[1:]))):
        return None
    parts = [int(part) for part in found.group(1, 3, 4, 5, 6, 7) if part]
    try:
        date(*parts[:2], *(parts[2:] or [1]))
    except ValueError:
        return None
    return "-".join([f"{parts[0]:04}", *(f"{part:02}" for part in parts[1:])]) + (f" {clock[1:]}" if clock else "")
