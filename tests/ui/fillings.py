"""Texts that fill a field: each repeats something that readers of text are known to stumble over."""

from __future__ import annotations

from rnnviz.scenes.settings import CHOICES, NUMBERS

FILLINGS = {
    "blanks": " ",
    "letters": "ab",
    "flags": "\U0001f1f0\U0001f1f7\U0001f1f0",
    "flags with accents": "\U0001f1f0\u0301",
    "opening brackets": "(",
    "pairs of brackets": "()",
    "square brackets": "[",
    "quotes": '"',
    "apostrophes": "'",
    "digits": "1",
    "numbers": "1 ",
    "commas": ",",
    "decimals": "1,",
    "tabs": "\t",
    "accents": "\u0301",
    "letters with accents": "e" + "\u0301" * 30 + "\u0323" * 30,
    "joiners": "👩\u200d",
    "newlines": "\n",
    "rows": "1\n",
    "dots": "1.",
    "products": "b*",
    "blanks inside": "",
    "accents out of order": "",
}


def filled(name: str, size: int) -> str:
    """A text of this size."""
    if name == "blanks inside":
        return "1" + " " * (size - 2) + "1"
    if name == "accents out of order":
        return "e" + "\u0301" * (size // 2) + "\u0323" * (size - 1 - size // 2)
    unit = FILLINGS[name]
    return (unit * (size // len(unit) + 1))[:size]


# How many characters each choice may have; a text of numbers has more.
SIZES = {name: choice.size for name, choice in CHOICES.items()} | {"numbers": NUMBERS}
