"""Tasks that small networks learn: what they read, what would be right, and what is never trained on.

Everything is made from a seed, so that a task is a name and a few numbers. Sequences of one batch may have different
lengths: what lies behind the end of one is zeros, and is not read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from rnnviz.core.engine.graph import Graph, forest, tree
from rnnviz.core.language.functions import Array
from rnnviz.core.learning import nested
from rnnviz.core.learning.losses import Mask, Target
from rnnviz.core.learning.phrases import BAD, GOOD, phrases, split

NESTED, NESTED_TREES = "nested", "nested_trees"
ON_TREES = (NESTED_TREES,)  # tasks whose examples are trees
Places = np.ndarray[Any, np.dtype[np.intp]]
VOWELS = "aeiou"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
END = "."  # after a word that is written
START = "▸"  # after which a decoder writes
CLASSES = {"A": "owl", "F": "plum", "C": "blue", "N": "seven"}  # animal, fruit, colour, number


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Sequences of a task: x (T, B, D), what would be right for them, and how each is called.

    Or trees of any shapes: x (N, D) has the rows of all their nodes, one tree after another.
    """

    x: Array
    target: Target
    names: tuple[str, ...]
    trees: tuple[Graph, ...] = ()
    starts: Places = field(init=False, repr=False)  # the row of x with which each tree begins

    def __post_init__(self) -> None:
        sizes = [0, *map(len, self.trees)]
        object.__setattr__(self, "starts", np.cumsum(sizes)[:-1])

    @property
    def count(self) -> int:
        """How many."""
        return len(self.trees) or self.x.shape[1]

    @property
    def graph(self) -> Graph | None:
        """All trees as one graph; None for sequences."""
        return forest(self.trees) if self.trees else None

    def some(self, which: Places) -> "Examples":
        """Some of them."""
        target, names = self.target, tuple(self.names[int(i)] for i in which)
        if not self.trees:
            chosen = Target(target.right[:, which], target.read[:, which], target.loss)
            return Examples(self.x[:, which], chosen, names)
        trees = tuple(self.trees[int(i)] for i in which)
        nodes = np.concatenate([self.starts[i] + np.arange(len(tree)) for i, tree in zip(which, trees, strict=True)])
        return Examples(self.x[nodes], Target(target.right[nodes], target.read[nodes], target.loss), names, trees)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A task made ready.

    inputs    what the rows of x are called
    outputs   what the rows of y are called
    wiring    the wiring in which its networks are shown
    glue      what stands between the symbols of one example; None where it has numbers
    trained   what is trained on
    held      what is never trained on; None where there is nothing else
    watched   what is never trained on, either, but decides which weights are kept; None for the loss of training
    scale     how many units a difference of 1 in y is, such as degrees; 1 for scores
    aims      the loss at which it is learnt; 0 for a task that is never done
    tried     makes what is tried when training ended, by names, such as depths
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    wiring: str
    glue: str | None
    trained: Examples
    held: Examples | None = None
    watched: Examples | None = None
    scale: float = 1.0
    aims: float = 0.05
    tried: Callable[[], Mapping[str, Examples]] = dict


def made(
    pairs: Sequence[tuple[Sequence[str], Sequence[str | None]]],
    inputs: Sequence[str],
    outputs: Sequence[str],
    glue: str = "",
) -> Examples:
    """Sequences of symbols, each with the right answers (None where nothing is asked), as arrays."""
    T = max(len(symbols) for symbols, _ in pairs)
    x = np.zeros((T, len(pairs), len(inputs)))
    right = np.zeros((T, len(pairs), len(outputs)))
    read = np.zeros((T, len(pairs)), dtype=bool)
    rows, columns = ({name: i for i, name in enumerate(names)} for names in (inputs, outputs))
    for b, (symbols, answers) in enumerate(pairs):
        for t, (symbol, answer) in enumerate(zip(symbols, answers, strict=True)):
            x[t, b, rows[symbol]] = 1.0
            if answer is not None:
                right[t, b, columns[answer]] = 1.0
                read[t, b] = True
    # By what is read before anything is asked, or by all where each symbol is.
    asked = [next(t for t, answer in enumerate(answers) if answer is not None) for _, answers in pairs]
    whole = [all(answer is not None for answer in answers) for _, answers in pairs]
    names = (
        symbols if all_of else symbols[: t + 1] for (symbols, _), t, all_of in zip(pairs, asked, whole, strict=True)
    )
    return Examples(x, Target(right, read), tuple(glue.join(name).rstrip(START) for name in names))


def following(text: str, seed: int, series: Array | None) -> Problem:
    """The next character of a text; after the last one the first."""
    alphabet = tuple(dict.fromkeys(text))
    return Problem(alphabet, alphabet, "many-to-many", "", made([(text, text[1:] + text[0])], alphabet, alphabet))


def sentiment(language: str) -> Callable[[str, int, Array | None], Problem]:
    """Whether a phrase means well, at its last word; a quarter of them is never trained on."""

    def task(text: str, seed: int, series: Array | None) -> Problem:
        everything = phrases(language)
        words = tuple(dict.fromkeys(word for phrase, _ in everything for word in phrase))
        pairs = [(phrase, [*[None] * (len(phrase) - 1), meaning]) for phrase, meaning in everything]
        parts = [made([pairs[i] for i in which], words, (GOOD, BAD), " ") for which in split(language, seed)]
        return Problem(words, (GOOD, BAD), "many-to-one", " ", parts[0], parts[1])

    return task


def words_of_classes(text: str, seed: int, series: Array | None) -> Problem:
    """From the name of a class a word of it is written, letter by letter; after the word an end."""
    letters = sorted({letter for word in CLASSES.values() for letter in word})
    alphabet = (*CLASSES, *letters, END)
    pairs = [((name, *word), (*word, END)) for name, word in CLASSES.items()]
    examples = replace(made(pairs, alphabet, alphabet), names=tuple(CLASSES))
    return Problem(alphabet, alphabet, "one-to-many", "", examples)


def vowels(text: str, seed: int, series: Array | None) -> Problem:
    """Whether a letter is a vowel: no memory is needed."""
    outputs = ("vowel", "other")
    pairs = [(letter, ["vowel" if letter in VOWELS else "other"]) for letter in LETTERS]
    return Problem(tuple(LETTERS), outputs, "many-to-many", "", made(pairs, tuple(LETTERS), outputs))


def reversing(text: str, seed: int, series: Array | None) -> Problem:
    """Four letters are read, then written back to front; 64 of all 256 strings are never trained on."""
    alphabet = (*"abcd", START)
    pairs = []
    for string in product("abcd", repeat=4):
        back = string[::-1]
        pairs.append(((*string, START, *back[:-1]), (*[None] * 4, *back)))
    order = np.random.default_rng([seed, 50]).permutation(len(pairs))
    parts = [made([pairs[i] for i in which], alphabet, alphabet) for which in (order[:192], order[192:])]
    return Problem(alphabet, alphabet, "encoder-decoder", "", parts[0], parts[1])


def parity(text: str, seed: int, series: Array | None) -> Problem:
    """Whether the ones so far are odd in number, after every bit of eight."""
    pairs = [(bits, odd(bits)) for bits in product("01", repeat=8)]
    return Problem(("0", "1"), ("even", "odd"), "many-to-many", "", made(pairs, "01", ("even", "odd")))


def parity_mixed(text: str, seed: int, series: Array | None) -> Problem:
    """The same at the end only, of one to eight bits: the short ones teach what the long ones need."""
    pairs = []
    for length in range(1, 9):
        every = list(product("01", repeat=length))
        chosen = np.random.default_rng([seed, 60 + length]).permutation(len(every))[:32]
        pairs += [(every[i], [*[None] * (length - 1), odd(every[i])[-1]]) for i in chosen]
    return Problem(("0", "1"), ("even", "odd"), "many-to-one", "", made(pairs, "01", ("even", "odd")))


def odd(bits: Sequence[str]) -> list[str]:
    """After each bit whether the ones so far are odd in number."""
    return ["odd" if sum(bit == "1" for bit in bits[: t + 1]) % 2 else "even" for t in range(len(bits))]


def keeping(text: str, seed: int, series: Array | None) -> Problem:
    """The last a or b so far, after every symbol of eight; dots must not be mistaken for either."""
    rng = np.random.default_rng([seed, 80])
    strings = sorted({"".join(rng.choice(list("ab...."), 8)) for _ in range(120)})
    pairs = []
    for string in strings:
        last = [next((c for c in reversed(string[: t + 1]) if c != "."), None) for t in range(len(string))]
        if any(last):
            pairs.append((string, last))
    return Problem(("a", "b", "."), ("a", "b"), "many-to-many", "", made(pairs, "ab.", "ab"))


def adding(text: str, seed: int, series: Array | None) -> Problem:
    """Of twenty numbers two are marked; their sum is asked at the end (Hochreiter and Schmidhuber 1997)."""
    T, B = 20, 320
    rng = np.random.default_rng([seed, 70])
    numbers = rng.random((T, B))
    marks = np.zeros((T, B))
    for b in range(B):
        marks[rng.choice(T, 2, replace=False), b] = 1.0
    x = np.stack([numbers, marks], axis=-1)
    right = np.zeros((T, B, 1))
    right[-1, :, 0] = (numbers * marks).sum(0)
    read = np.zeros((T, B), dtype=bool)
    read[-1] = True
    everything = Examples(x, Target(right, read, "squared"), tuple(f"{b + 1}" for b in range(B)))
    order = np.arange(B)
    parts = everything.some(order[:256]), everything.some(order[256:])
    return Problem(("number", "mark"), ("sum",), "many-to-one", None, *parts, aims=0.002)


def nested_trees(text: str, seed: int, series: Array | None) -> Problem:
    """What an expression such as (MAX 3 (MIN 7 2)) is worth, at the root of its tree; the deep ones only tried."""

    return of_depths(as_trees, nested.SYMBOLS)


def as_trees(texts: Sequence[str]) -> Examples:
    """Expressions as trees, asked at their roots."""
    trees = tuple(map(tree, texts))
    graph = forest(trees)
    x = graph.x(np.eye(len(nested.SYMBOLS))[list(map(nested.SYMBOLS.index, graph.words))])
    right, read = np.zeros((len(graph), len(nested.DIGITS))), np.zeros(len(graph), dtype=bool)
    for root, one in zip(graph.roots, trees, strict=True):
        right[root, nested.DIGITS.index(nested.values(one)[-1] or "")] = 1.0
        read[root] = True
    return Examples(x, Target(right, read), tuple(texts), trees)


def nested_chain(text: str, seed: int, series: Array | None) -> Problem:
    """The same expressions, read from left to right with their brackets; asked at the end."""
    return of_depths(as_chains, (*nested.SYMBOLS, *nested.BRACKETS))


def as_chains(texts: Sequence[str]) -> Examples:
    """Expressions as sequences, asked at their ends."""
    pairs = []
    for one in texts:
        tokens = nested.tokens(one)
        pairs.append((tokens, [*[None] * (len(tokens) - 1), nested.values(tree(one))[-1]]))
    return made(pairs, (*nested.SYMBOLS, *nested.BRACKETS), nested.DIGITS, " ")


@cache
def of_depths(examples: Callable[[Sequence[str]], Examples], symbols: tuple[str, ...]) -> Problem:
    """Expressions to train on, and those of each depth to try; the same for all seeds."""

    @cache
    def tried() -> Mapping[str, Examples]:
        return {str(depth): examples(nested.of_depth(depth)) for depth in range(1, nested.DEEPEST + 1)}

    trained = examples(nested.trained_on())
    return Problem(symbols, nested.DIGITS, "many-to-one", " ", trained, aims=0.0, tried=tried)


LENGTH, STRIDE = 60, 20  # steps of a piece of a series, and between the beginnings of two


def series_ahead(text: str, seed: int, series: Array | None) -> Problem:
    """The change to the next number of a series, (N, D), in its first column; its last quarter is never trained on."""
    if series is None:
        raise ValueError("no series")
    N = len(series)
    ends = (N * 5 // 8, N * 3 // 4, N)
    return ahead(series, ends, tuple(f"{k + 1}" for k in range(series.shape[1])))


def weather_ahead(text: str, seed: int, series: Array | None) -> Problem:
    """Tomorrow's highest temperature in Seattle, as the change from today: the year 2015 is never trained on.

    `series` has the days from 2012 to 2015 in its rows, in its first column the temperature. The second half of 2014 is
    watched: it decides which weights are kept.
    """
    if series is None:
        raise ValueError("no series")
    return ahead(series, (912, 1096, len(series)), ("temp_max", "precipitation", "temp_min", "wind")[: series.shape[1]])


def ahead(series: Array, ends: tuple[int, int, int], names: tuple[str, ...]) -> Problem:
    """Changes of a series: trained on up to the first end, watched up to the second, held back up to the last."""
    known = series[: ends[0]]
    centre, spread = known.mean(0), np.where(known.std(0) > 0, known.std(0), 1.0)
    x = (series - centre) / spread
    change = np.diff(x[:, :1], axis=0)

    def piece(first: int, stop: int, reads: int) -> tuple[Array, Array, Mask]:
        """Steps first to stop - 1, whose outputs count from `reads` on."""
        read = np.arange(first, stop) >= reads
        return x[first:stop], change[first:stop], read

    def examples(pieces: list[tuple[Array, Array, Mask]]) -> Examples:
        xs, rights, reads = (np.stack(part, axis=1) for part in zip(*pieces, strict=True))
        return Examples(xs, Target(rights, reads, "squared"), tuple(f"{k + 1}" for k in range(len(pieces))))

    length = min(LENGTH, ends[0] - 1)
    starts = range(0, max(1, ends[0] - length), STRIDE)
    trained = examples([piece(first, first + length, first + length // 4) for first in starts])
    before = max(0, ends[0] - LENGTH)
    watched = examples([piece(before, ends[1], ends[0])])
    held = examples([piece(max(0, ends[1] - LENGTH), ends[2] - 1, ends[1] - 1)])
    return Problem(names, ("change",), "many-to-many", None, trained, held, watched, float(spread[0]), aims=0.0)


TASKS: Mapping[str, Callable[[str, int, Array | None], Problem]] = {
    "text": following,
    "sentiment_en": sentiment("en"),
    "sentiment_ko": sentiment("ko"),
    "word": words_of_classes,
    "vowel": vowels,
    "reverse": reversing,
    "parity": parity,
    "parity_mixed": parity_mixed,
    "keep": keeping,
    "adding": adding,
    "weather": weather_ahead,
    "series": series_ahead,
    NESTED: nested_chain,
    NESTED_TREES: nested_trees,
}


@dataclass(frozen=True, slots=True)
class Baselines:
    """How far off simple forecasts of the held-back part are, as mean absolute errors in units of the series.

    today    the next number is as this one
    line     a straight line through the last 14 numbers, by least squares
    season   all columns of the last two rows and the season, likewise; None where there is no year
    """

    today: float
    line: float
    season: float | None


def baselines(series: Array, ends: tuple[int, int], period: float | None) -> Baselines:
    """Forecasts of column 0 of a series from row ends[1] on, made from the rows before ends[0]."""
    first = series[:, 0]

    def error(features: Callable[[int], list[float]], lags: int) -> float:
        rows = np.array([[*features(t), 1.0] for t in range(lags - 1, len(first) - 1)])
        change = first[lags:] - first[lags - 1 : -1]
        at = np.arange(lags - 1, len(first) - 1)
        known, asked = at < ends[0] - 1, at >= ends[1] - 1
        solved, *_ = np.linalg.lstsq(rows[known], change[known], rcond=None)
        return float(np.abs(rows[asked] @ solved - change[asked]).mean())

    def lagged(count: int) -> Callable[[int], list[float]]:
        return lambda t: [float(v) for v in first[t - count + 1 : t + 1]]

    asked = np.arange(len(first) - 1) >= ends[1] - 1
    today = float(np.abs(np.diff(first))[asked].mean())
    lags = min(14, max(1, ends[0] // 4))

    def seasonal(t: int) -> list[float]:
        angle = 2 * np.pi * t / (period or 1.0)
        return [*series[t - 1 : t + 1].ravel().tolist(), float(np.sin(angle)), float(np.cos(angle))]

    return Baselines(today, error(lagged(lags), lags), error(seasonal, 2) if period else None)
