"""What is typed -> a sequence of symbols, or a table of numbers. Everything wrong with it is one InputError."""

import re
import unicodedata
from collections.abc import Sequence as Row

import numpy as np

from rnnviz.core import InputError
from rnnviz.core.scenario.sequences import Sequence, alphabet_of, generated, one_hot
from rnnviz.scenes.choices import LIMITS, brief
from rnnviz.scenes.reading.memo import remembered
from rnnviz.scenes.reading.numerals import Sign, decimal_sign, fold, number
from rnnviz.scenes.reading.symbols import between_words, clusters, composed
from rnnviz.scenes.reading.tables import Note, Table, counted, letter, number_text

STAND_INS = {" ": "␣", "\t": "⇥", "\n": "⏎"}
# Where one number ends: at a comma, a semicolon or a tab, with or without blanks around it, or at blanks alone.
APART = re.compile(r"[^\S\t]*[,;\t][^\S\t]*|[^\S\t]+")
APART_BUT_COMMA = re.compile(r"[^\S\t]*[;\t][^\S\t]*|[^\S\t]+")
# Every blank but the tab, which separates.
BLANKS = " \n\r\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
ONE_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+(?:[eE][+-]?[0-9]+)?")


def characters(text: str) -> tuple[str, ...]:
    """Characters as a reader counts them: extended grapheme clusters (UAX #29) of the text in NFC."""
    return limited(clusters(composed(text)), "text_long", "text_symbols", "text_symbol")


def words(text: str) -> tuple[str, ...]:
    """Words as a reader finds them, their case kept, and each punctuation mark by itself; blanks only divide.

    These are the words of UAX #29 in NFC: don't, 3.14, 1,000원 and 학교에 are one word each, "갔다." is two.
    """
    found = [word for piece in between_words(composed(text)) if (word := piece.strip())]
    return limited(found, "words_long", "words_symbols", "words_symbol")


def limited(found: Row[str], too_long: str, too_many: str, too_large: str) -> tuple[str, ...]:
    """Symbols, unless there are none, too many, too many different ones, or too large ones; errors are named."""
    symbols = tuple(found)
    if not symbols:
        raise InputError("text_empty")
    if len(symbols) > LIMITS.steps:
        over = len(symbols) - LIMITS.steps
        raise InputError(too_long, limit=LIMITS.steps, got=len(symbols), over=over)
    varied(symbols, too_many, too_large)
    return symbols


def varied(symbols: Row[str], too_many: str, too_large: str) -> None:
    """Raise InputError, by one of two names, for too many different symbols, or for one of too many code points."""
    different = len(alphabet_of(symbols))
    if different > LIMITS.symbols:
        raise InputError(too_many, limit=LIMITS.symbols, got=different)
    for place, symbol in enumerate(symbols, 1):
        if len(symbol) > LIMITS.symbol:
            raise InputError(too_large, place=place, found=brief(symbol), limit=LIMITS.symbol, got=len(symbol))


def in_alphabet(symbols: tuple[str, ...], alphabet: tuple[str, ...]) -> None:
    """Raise InputError if a symbol is none of a trained network's."""
    strange = [brief(visible(symbol)) for symbol in alphabet_of(symbols) if symbol not in alphabet]
    if strange:
        raise InputError("text_alphabet", known=" ".join(map(visible, alphabet)), strange=" ".join(strange[:8]))


def visible(symbol: str) -> str:
    """A symbol as a label: blanks get a sign, invisible and direction-changing characters their code point."""
    return "".join(map(_visible, clusters(symbol)))


def _visible(character: str) -> str:
    if character in STAND_INS:
        return STAND_INS[character]
    kind = unicodedata.category(character[0])
    if kind in ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"):
        return f"U+{ord(character[0]):04X}"
    if kind.startswith("M"):
        return "◌" + character
    return character


def spelled(symbols: tuple[str, ...], alphabet: tuple[str, ...] | None = None) -> Sequence:
    """Characters or words as a sequence: each step 1 at its symbol, (T, D), in an alphabet of D or their own.

    Raises InputError if a symbol is not in the alphabet.
    """
    if alphabet is None:
        alphabet = alphabet_of(symbols)
    in_alphabet(symbols, alphabet)
    x = one_hot(symbols, alphabet)
    return Sequence(x, tuple(map(visible, symbols)), tuple(map(visible, alphabet)), symbols)


def signal(kind: str, period: int, length: int, seed: int = 0) -> Sequence:
    """A generated signal as a sequence of one input, (T, 1), each step labelled with its number.

    `kind` is one of core.sequences.SIGNALS. Raises InputError for another one, and for numbers beyond the limits.
    """
    limits = {"period": (period, 1, LIMITS.steps), "length": (length, 1, LIMITS.steps), "seed": (seed, 0, LIMITS.seed)}
    for name, (got, first, last) in limits.items():
        if not first <= got <= last:
            raise InputError("signal_number", name=name, first=first, last=last, got=got)
    x = generated(kind, period, length, seed)
    return Sequence(x[:, None], tuple(f"{value:.2f}" for value in x), (kind,))


@remembered(32)
def numbers(text: str) -> Table:
    """Numbers as typed or pasted: on one line, each is a step; on several, each line is a step, its numbers the inputs.

    Blanks, commas, semicolons and tabs separate; blank lines do nothing; a separator may end a line; −1.5 and １２ are
    numbers. A comma separates, so 1,5 is two numbers, with one exception: where semicolons or tabs separate, and
    every comma stands inside a number, it belongs to the number: 1,5; 2,5 is two. What could be either (1,5 2,5 or
    1,234; 2,345) is refused.

    Raises InputError with row and column, as typed, for what is no number, missing or too large; for rows of unequal
    length; for no numbers, and for more than LIMITS.rows steps, LIMITS.inputs inputs or LIMITS.numbers in all. A text
    is read once, however often it is asked for.
    """
    lines = [(row, line) for row, line in enumerate(fold(text).splitlines(), 1) if line.strip()]
    if not lines:
        raise InputError("numbers_empty")
    if len(lines) > LIMITS.rows:
        raise InputError("numbers_long", limit=LIMITS.rows, got=len(lines), over=len(lines) - LIMITS.rows)
    decimal, apart = role_of_comma(lines)
    rows = [(row, cut(line, apart)) for row, line in lines]
    top, first = rows[0]
    length, width = (len(first), 1) if len(rows) == 1 else (len(rows), len(first))
    if length > LIMITS.rows:
        raise InputError("numbers_long", limit=LIMITS.rows, got=length, over=length - LIMITS.rows)
    if width > LIMITS.inputs:
        raise InputError("numbers_wide", row=top, limit=LIMITS.inputs, got=width)
    for row, cells in rows:
        if len(cells) != len(first):
            raise InputError("numbers_ragged", row=row, got=len(cells), first=top, expected=len(first))
    if length * width > LIMITS.numbers:
        raise InputError("numbers_many", limit=LIMITS.numbers, got=length * width)
    read = [[value(cell, decimal, row, place) for place, cell in enumerate(cells, 1)] for row, cells in rows]
    values = np.reshape(np.array(read), (length, width))
    steps = tuple(range(1, length + 1))
    notes = [Note("table.one_line") if len(rows) == 1 else Note("table.lines", {"columns": width})]
    if decimal == ",":
        notes.append(Note("table.decimal_comma"))
    if width == 1:
        return Table(("x",), tuple(map(number_text, values[:, 0])), values, steps, notes=tuple(notes))
    return Table(tuple(map(letter, range(width))), counted(length), values, steps, notes=tuple(notes))


def role_of_comma(lines: Row[tuple[int, str]]) -> tuple[Sign, re.Pattern[str]]:
    """What stands before decimals, and where numbers end. Raises InputError where a comma could be either."""
    parts = [(row, place, part) for row, line in lines for place, part in enumerate(cut(line, APART_BUT_COMMA), 1)]
    commas = [(row, place, part) for row, place, part in parts if "," in part]
    if not commas:
        return ".", APART
    if any(";" in line or "\t" in line for _, line in lines):
        if any(number(part, ".") is None and number(part, ",") is None for _, _, part in commas):
            return ".", APART
        decimal, unsure = decimal_sign((part for _, _, part in parts), ",")
        for row, place, part in commas:
            if part == unsure:
                large, small = brief(part.replace(",", "")), brief(part.replace(",", "."))
                raise InputError("numbers_group", row=row, place=place, found=brief(part), large=large, small=small)
        return decimal, APART_BUT_COMMA
    if len(parts) > len(lines) and all(ONE_COMMA.fullmatch(part) for _, _, part in commas):
        row, place, part = commas[0]
        point, apart = brief(part.replace(",", ".")), brief(part.replace(",", ", "))
        raise InputError("numbers_comma", row=row, place=place, found=brief(part), point=point, apart=apart)
    return ".", APART


def cut(line: str, apart: re.Pattern[str]) -> list[str]:
    """The cells of a line; a separator at its end ends the last one."""
    cells = apart.split(line.strip(BLANKS))
    return cells if cells[-1] or len(cells) == 1 else cells[:-1]


def value(cell: str, decimal: Sign, row: int, place: int) -> float:
    """The number of a cell. Raises InputError with its row and its place in it if it is none."""
    if not cell:
        raise InputError("numbers_missing", row=row, place=place)
    read = number(cell, decimal)
    if read is None:
        raise InputError("numbers_cell", row=row, place=place, found=brief(visible(cell[: LIMITS.symbol])))
    if not np.isfinite(read):
        raise InputError("numbers_large", row=row, place=place, found=brief(cell))
    return read
