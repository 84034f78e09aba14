"""Text -> the characters and words that a reader sees in it, in linear time.

The rules of Unicode look back: at a flag over all flags before it, at an accent over all accents. On a text of nothing
else the work of the libraries grows with the square of its length; so the text is cut where that changes nothing.
"""

import unicodedata
from collections.abc import Iterator

import regex

from rnnviz.core import InputError
from rnnviz.scenes.choices import LIMITS

ACCENTS = regex.compile(rf"(?<!\P{{ccc=0}})\P{{ccc=0}}{{{LIMITS.symbol + 1}}}")
CHARACTER = regex.compile(r"\X")
BOUNDARY = regex.compile(r"(?V1w)\b")
# Flags are pairs of these. An even number of them, from where a row of them begins, ends with a whole flag; between the
# words of UAX #29 other signs may stand in the row.
HALF = "[\U0001f1e6-\U0001f1ff]"
FLAGS = regex.compile(rf"{HALF}{{64}}(?={HALF})")
FLAGS_OF_WORDS = regex.compile(rf"(?:{HALF}[\p{{WB=Extend}}\p{{WB=Format}}\p{{WB=ZWJ}}]*+){{64}}(?={HALF})")


def composed(text: str) -> str:
    """The text in NFC. Raises InputError where more than LIMITS.symbol accents stand on one letter."""
    if stacked(text) is not None:
        raise InputError("text_accents", limit=LIMITS.symbol)
    return unicodedata.normalize("NFC", text)


def stacked(text: str) -> int | None:
    """Where more accents stand on one letter than any symbol may have, if they do anywhere."""
    found = None if text.isascii() else ACCENTS.search(text)
    return found.start() if found else None


def clusters(text: str) -> list[str]:
    """Characters as a reader counts them: extended grapheme clusters (UAX #29)."""
    return [character for part in cut(text, FLAGS) for character in CHARACTER.findall(part)]


def between_words(text: str) -> list[str]:
    """What stands between two boundaries of words (UAX #29): words, punctuation marks, and blanks."""
    return [piece for part in cut(text, FLAGS_OF_WORDS) for piece in BOUNDARY.split(part) if piece]


def cut(text: str, after: regex.Pattern[str]) -> Iterator[str]:
    """The text in parts, each of which but the last ends with a match."""
    start = 0
    for found in after.finditer(text):
        yield text[start : found.end()]
        start = found.end()
    yield text[start:]
