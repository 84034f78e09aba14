"""One run at a time: the gate, and that pages go through it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from streamlit.runtime.scriptrunner_utils.script_run_context_attr import SCRIPT_RUN_CONTEXT_ATTR_NAME
from streamlit.testing.v1 import AppTest

from rnnviz.scenes import scene as scenes
from rnnviz.ui.controls import proof
from rnnviz.ui.gate import Gate, gate
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

WAIT = 30  # seconds until a test that hangs fails


def until(condition: Callable[[], object]) -> None:
    """Let the other threads run until the condition holds."""
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end
        time.sleep(0)


def test_one_at_a_time_in_order_of_arrival() -> None:
    """While one thread is inside, others wait outside, and come in one by one as they arrived."""
    door, inside, came = Gate(), [], []

    def run(number: int) -> None:
        with door:
            assert not inside
            inside.append(number)
            came.append(number)
            inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        with door:
            runs = []
            for number in range(8):
                runs.append(pool.submit(run, number))
                until(lambda number=number: len(door._waiting) > number)
            assert came == []
        for one in runs:
            one.result(WAIT)
    assert came == list(range(8))


def test_whoever_runs_again_and_again_waits_behind_the_others() -> None:
    """A thread that comes back at once does so after those who waited already."""
    door, came = Gate(), []
    waiting = threading.Event()

    def greedy() -> None:
        for turn in range(3):
            with door:
                came.append(f"greedy {turn}")
                waiting.wait(WAIT)

    def other() -> None:
        with door:
            came.append("other")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(greedy)
        until(lambda: came)
        second = pool.submit(other)
        until(lambda: door._waiting)
        waiting.set()
        first.result(WAIT)
        second.result(WAIT)
    assert came.index("other") == 1


def test_the_holder_may_enter_again() -> None:
    """A dialog opened by a page holds the gate a second time, and the gate opens when the page leaves it."""
    door = Gate()
    with door, door:
        assert door._depth == 2
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(door(lambda: "in")).result(WAIT) == "in"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_exception_opens_it(error: type[BaseException]) -> None:
    """Whatever ends a run, also what Streamlit stops one with, the next may come in."""
    door = Gate()

    def fails() -> None:
        raise error

    with pytest.raises(error):
        door(fails)()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(door(lambda: "in")).result(WAIT) == "in"


def test_pages_wait_outside() -> None:
    """While a run is inside, the script of another visitor waits; then it runs, and leaves the gate open."""
    app = AppTest.from_file(str(ROOT / "rnnviz" / "ui" / "main.py"), default_timeout=WAIT)
    with ThreadPoolExecutor(1) as pool:
        with gate:
            run = pool.submit(app.run)
            until(lambda: gate._waiting or run.done())
            assert not run.done()
        assert not run.result(WAIT).exception
    assert gate._holder is None


def test_a_run_that_nobody_wants_any_more_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that was overtaken while it waited ends as soon as it is inside, before it builds anything."""
    built = []
    monkeypatch.setattr(scenes, "build", lambda *_: built.append("a scene"))
    app = AppTest.from_file(str(ROOT / "rnnviz" / "ui" / "main.py"), default_timeout=WAIT)
    with ThreadPoolExecutor(1) as pool:
        with gate:
            run = pool.submit(app.run)
            until(lambda: gate._waiting)
            (thread,) = [one for one in threading.enumerate() if one.ident == gate._waiting[0][0]]
            context = getattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME)
            context.script_requests.request_stop()
        run.result(WAIT)
    assert built == []
    assert gate._holder is None


@pytest.mark.parametrize("dialog", [proof.checked, proof.program])
def test_dialogs_hold_it(dialog: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dialog runs again by itself, without its page, and goes through the gate itself."""
    entered = []

    def enter(self: Gate) -> None:
        entered.append(self)

    monkeypatch.setattr(Gate, "__enter__", enter)
    monkeypatch.setattr(Gate, "__exit__", lambda *_: None)
    with pytest.raises(TypeError):
        dialog()  # pyright: ignore[reportCallIssue]  # no settings: it gets as far as the gate
    assert entered == [gate]
