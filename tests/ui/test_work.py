"""No text that fits into its field makes the app slow: the work grows no faster than the text.

Work is measured as processor time, and only as ratios within one run: of a text to a quarter of it, and of a run of the
page to a run with five letters.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from inspect import unwrap
from itertools import product
from typing import TYPE_CHECKING

import pytest

from rnnviz.core import InputError
from rnnviz.core.language.reader import parse
from rnnviz.core.scenario.edits import read_edits
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.reading.tables import csv, weather, window
from rnnviz.scenes.reading.text import characters, in_alphabet, numbers, visible, words
from rnnviz.scenes.scene import columns_of
from rnnviz.scenes.settings import DEFAULT, NAMES, Settings, read_settings
from rnnviz.scenes.trees import graph_of
from tests.ui.driver import fine, opened
from tests.ui.fillings import FILLINGS, SIZES, filled

if TYPE_CHECKING:
    from collections.abc import Callable

# Four times the text: 4 where the work is linear, 16 where it is quadratic.
FASTER = 9
PAGE = 15


def table(text: str) -> None:
    unwrap(csv)(text.encode()[: LIMITS.file])


def chosen(text: str) -> None:
    settings = replace(DEFAULT, source="weather", columns=text)
    window(weather(), columns_of(settings, weather()), 1, 30, scale=True)


def told(text: str) -> None:
    in_alphabet((visible(text),), ("h", "e"))


def by_hand(source: str) -> Callable[[str], object]:
    return lambda text: graph_of(Settings(source=source, text=text, branching="hand"))


READERS: dict[str, tuple[Callable[[str], object], int]] = {
    "characters": (characters, SIZES["text"]),
    "words": (words, SIZES["text"]),
    "a tree of characters": (by_hand("text"), SIZES["text"]),
    "a tree of words": (by_hand("words"), SIZES["text"]),
    "labels": (told, SIZES["text"]),
    "numbers": (unwrap(numbers), SIZES["numbers"]),
    "columns": (chosen, SIZES["columns"]),
    "equations": (parse, SIZES["equations"]),
    "changes": (read_edits, SIZES["edit"]),
    "one change": (lambda text: read_edits(f"W_xh.1.1:{text}x".replace(",", ".")), SIZES["edit"] - 20),
    "a file": (table, LIMITS.file),
}


def work(read: Callable[[str], object], text: str) -> float:
    """Processor seconds for a text; what is wrong with it is part of the work."""
    begin = time.thread_time()
    with suppress(InputError):
        read(text)
    return time.thread_time() - begin


@pytest.mark.parametrize("reader", READERS)
def test_the_work_grows_with_the_text(reader: str) -> None:
    """Of whatever a text consists: four times of it is less than nine times the work, for every reader, to its limit.

    The least of a few tries counts, because other programs get in between.
    """
    read, size = READERS[reader]
    for name, least in product(FILLINGS, (size // 16, size // 4)):
        part, whole = filled(name, least), filled(name, 4 * least)
        small, large = work(read, part), work(read, whole)
        for _ in range(6):
            if large < FASTER * small:
                break
            small, large = min(small, work(read, part)), min(large, work(read, whole))
        assert large < FASTER * small + 1e-3, name


def run_of(act: Callable[[], object]) -> float:
    """Processor seconds of all threads."""
    begin = time.process_time()
    act()
    return time.process_time() - begin


@pytest.mark.parametrize("source", ["text", "words", "numbers"])
def test_fields_filled_to_their_limits(source: str) -> None:
    """A page whose field is full of anything raises nothing and costs no more than a few pages with five letters."""
    app = opened(source=source, weights="random")
    kind = "text_area" if source == "numbers" else "text_input"
    size = SIZES["numbers" if source == "numbers" else "text"]

    def typed(text: str) -> float:
        return run_of(lambda: fine(getattr(app, kind)(key="pick_text").set_value(text).run()))

    usual = max(typed(text) for text in ("1 2 3", "1 2 4", "1 2 5"))
    for name in FILLINGS:
        text = filled(name, size)
        assert typed(text) < PAGE * usual or typed(text) < PAGE * usual, name
        assert getattr(app, kind)(key="pick_text").value == text


def test_addresses_filled_to_their_limits() -> None:
    """An address whose every value is as long as it may be is read without an exception, for the cost of some pages."""
    usual = max(run_of(lambda: opened(text="hello")) for _ in range(3))
    for name in FILLINGS:
        raw = {field: filled(name, SIZES[field]) for field in NAMES}
        assert not any("characters; at most" in problem.told() for problem in read_settings(raw)[1])
        raw |= {"source": "numbers" if name in ("digits", "numbers", "rows") else "text", "cell": "own"}
        raw = {field: value[:10_000] for field, value in raw.items()}  # Streamlit reads at most half a megabyte
        assert run_of(lambda raw=raw: opened(**raw)) < PAGE * usual, name
