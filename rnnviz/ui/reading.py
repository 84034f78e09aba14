"""What is typed -> a sequence of symbols. Everything wrong with it is one InputError."""

import unicodedata

import regex

from rnnviz.core import InputError
from rnnviz.core.sequences import alphabet_of
from rnnviz.ui.settings import LIMITS, brief

STAND_INS = {" ": "␣", "\t": "⇥", "\n": "⏎"}


def characters(text: str) -> tuple[str, ...]:
    """Characters as a reader counts them: extended grapheme clusters (UAX #29) of the text in NFC."""
    symbols = tuple(regex.findall(r"\X", unicodedata.normalize("NFC", text)))
    if not symbols:
        raise InputError("text_empty")
    if len(symbols) > LIMITS.steps:
        over = len(symbols) - LIMITS.steps
        raise InputError("text_long", limit=LIMITS.steps, got=len(symbols), over=over)
    different = len(alphabet_of(symbols))
    if different > LIMITS.symbols:
        raise InputError("text_symbols", limit=LIMITS.symbols, got=different)
    return symbols


def in_alphabet(symbols: tuple[str, ...], alphabet: tuple[str, ...]) -> None:
    """Raise InputError if a symbol is none of a trained network's."""
    strange = [brief(visible(symbol)) for symbol in alphabet_of(symbols) if symbol not in alphabet]
    if strange:
        raise InputError("text_alphabet", known=" ".join(map(visible, alphabet)), strange=" ".join(strange[:8]))


def visible(symbol: str) -> str:
    """A symbol as a label: blanks get a sign, invisible and direction-changing characters their code point."""
    if symbol in STAND_INS:
        return STAND_INS[symbol]
    kinds = [unicodedata.category(c) for c in symbol]
    if kinds[0] in ("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"):
        return f"U+{ord(symbol[0]):04X}"
    if kinds[0].startswith("M"):
        return "◌" + symbol
    return symbol
