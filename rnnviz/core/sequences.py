"""Sequences of symbols as arrays."""

from collections.abc import Sequence

import numpy as np

from rnnviz.core.functions import Array


def alphabet_of(symbols: Sequence[str]) -> tuple[str, ...]:
    """The different symbols in order of first appearance."""
    return tuple(dict.fromkeys(symbols))


def one_hot(symbols: Sequence[str], alphabet: Sequence[str]) -> Array:
    """One row a symbol, (T, D), with a single 1 at the symbol's place in the alphabet of D symbols."""
    places = {symbol: i for i, symbol in enumerate(alphabet)}
    return np.eye(len(alphabet))[[places[symbol] for symbol in symbols]]
