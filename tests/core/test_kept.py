"""What is kept of pure work."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from rnnviz.core import InputError
from rnnviz.core.kept import Kept
from rnnviz.core.language.reader import parse, read_once


def test_made_once() -> None:
    """A result is made at the first time it is asked for, and not again while it is kept."""
    kept, made = Kept[str](100, len), []
    for _ in range(3):
        assert kept.get("a", lambda: made.append(1) or "result") == "result"
    assert made == [1]


def test_never_more_than_the_limit() -> None:
    """However much is asked for, no more is kept than the limit; what was asked for last is."""
    kept = Kept[str](100, len)
    for i in range(1000):
        kept.get(i, lambda i=i: "x" * (i % 30))
        assert kept.total == sum(size for _, size in kept.results.values()) <= 100
    assert 996 in kept.results  # 6 characters
    kept.get(996, lambda: pytest.fail("it was kept"))


def test_the_largest_is_not_kept() -> None:
    """What would drive out all others is handed on, and not kept."""
    kept = Kept[str](100, len)
    kept.get("small", lambda: "x" * 10)
    assert kept.get("large", lambda: "x" * 90) == "x" * 90
    assert list(kept.results) == ["small"]


def test_an_error_is_not_kept() -> None:
    """What fails is tried again."""
    kept = Kept[str](100, len)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: str(1 // 0))
    assert kept.get("a", lambda: "fine") == "fine"


def test_many_threads() -> None:
    """Sixteen threads that ask for the same and for different things each get their own answer."""
    kept = Kept[str](1000, len)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda i: kept.get(i % 50, lambda: f"<{i % 50}>" * 10), range(2000)))
    assert answers == [f"<{i % 50}>" * 10 for i in range(2000)]
    assert kept.total == sum(size for _, size in kept.results.values()) <= 1000


def test_a_text_is_read_once() -> None:
    """The equations of a text are read once; each who asks gets a mapping of their own."""
    text = "h[t] = tanh(W @ x[t])  # of this test only"
    before = read_once.cache_info().misses
    first = parse(text)
    first.clear()
    assert list(parse(text)) == ["h"]
    assert read_once.cache_info().misses == before + 1


def test_an_error_of_a_text_is_raised_anew() -> None:
    """What is wrong with a text is found once, too, and told each time with its place, as another exception."""
    before = read_once.cache_info().misses
    found = []
    for _ in range(3):
        with pytest.raises(InputError) as caught:
            parse("h[t] = tanh(W @ q[t])  # of this test only")
        found.append(caught.value)
    assert len({(error.code, error.line, error.column) for error in found}) == 1
    assert len({id(error) for error in found}) == 3
    assert read_once.cache_info().misses == before + 1
