"""Numbers as people write them: 1.5, 1,5, 1,234.5, 1 234,5, −3, １２, 1e-3."""

import re
from collections.abc import Iterable
from typing import Literal

Sign = Literal[".", ","]

# Full-width signs and digits of East Asian keyboards, blanks that do not break, and the minus signs of typesetting. Not
# all of NFKC: that would read 10² as 102.
FOLD = str.maketrans(
    {
        **{wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},
        **dict.fromkeys("\u3000\u00a0\u2007\u2009\u202f", " "),
        **dict.fromkeys("\u2212\u2013", "-"),
        "\u2019": "'",
    }
)


def pattern(decimal: Sign, group: Sign) -> re.Pattern[str]:
    """What a number looks like with a decimal sign and a sign (or a blank, or ') between groups of three digits."""
    whole = rf"(?:[1-9][0-9]{{0,2}}(?:([{group} '])[0-9]{{3}})(?:\1[0-9]{{3}})*|[0-9]+)"
    return re.compile(rf"[+-]?(?:{whole}(?:[{decimal}][0-9]*)?|[{decimal}][0-9]+)(?:[eE][+-]?[0-9]+)?")


PATTERNS: dict[Sign, re.Pattern[str]] = {".": pattern(".", ","), ",": pattern(",", ".")}
SIGNS: tuple[Sign, ...] = (".", ",")
DROPPED: dict[Sign, dict[int, int | None]] = {".": str.maketrans("", "", ", '"), ",": str.maketrans(",", ".", ". '")}


def fold(text: str) -> str:
    """The text with the digits, signs and blanks of ASCII in place of their look-alikes; as long as before."""
    return text if text.isascii() else text.translate(FOLD)


def number(cell: str, decimal: Sign = ".") -> float | None:
    """The number that a folded cell writes, with a decimal point or a decimal comma; None if it writes none.

    A number too large for a computer is inf, which is for the caller to refuse; the words inf and nan are no numbers.
    """
    cell = cell.strip()
    if PATTERNS[decimal].fullmatch(cell) is None:
        return None
    return float(cell.translate(DROPPED[decimal]))


def decimal_sign(cells: Iterable[str], otherwise: Sign) -> tuple[Sign, str | None]:
    """Which sign stands before the decimals of folded cells, "." or ",", and a cell that left it open, if any did.

    A cell that is a number with one of the signs only (1,5 or 1,234.5) is a vote. Where nobody votes, 1.234 means what
    it says if there is no 1,234; else `otherwise` decides, and one of the cells is handed back, to be told.
    """
    votes = dict.fromkeys(SIGNS, 0)
    open_cells = {".": "", ",": ""}
    for cell in cells:
        if "," not in cell and "." not in cell:
            continue
        fits: list[Sign] = [sign for sign in SIGNS if number(cell, sign) is not None]
        if len(fits) == 1:
            votes[fits[0]] += 1
        elif fits:
            mark = "," if "," in cell else "."
            open_cells[mark] = open_cells[mark] or cell.strip()
    if votes["."] != votes[","]:
        return max(votes, key=votes.__getitem__), None
    if not open_cells[","]:
        return ".", None
    return otherwise, open_cells[","]
