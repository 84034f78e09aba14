"""One run of a script at a time in this process, in the order of their arrival.

Runs are pure computing. Two at once take turns at the interpreter and both come late; one after the other, each has it
alone, so that half of a class waits less and nobody waits longer.
"""

from __future__ import annotations

import threading
from collections import deque
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


class Gate:
    """A lock that one thread holds at a time, which it may enter again, and which is handed on in order of arrival.

    Never hold it while waiting for anybody: no sleep, no network. Whoever runs again and again waits behind all others,
    which an ordinary lock does not promise.
    """

    def __init__(self) -> None:
        self._change = threading.Lock()
        self._holder: int | None = None
        self._depth = 0
        self._waiting: deque[tuple[int, threading.Lock]] = deque()

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._change:
            if self._holder in (None, me):
                self._holder = me
                self._depth += 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append((me, turn))
        turn.acquire()  # until the holder hands on

    def __exit__(self, *_: object) -> None:
        # Also on the way out of st.stop and st.rerun, which are exceptions.
        with self._change:
            self._depth -= 1
            if self._depth == 0:
                self._holder = None
                if self._waiting:
                    self._holder, turn = self._waiting.popleft()
                    self._depth = 1
                    turn.release()

    def __call__(self, run: Callable[P, R]) -> Callable[P, R]:
        """Decorate what Streamlit also runs by itself: a dialog or a fragment holds the gate when it runs again."""

        @wraps(run)
        def held(*args: P.args, **kwargs: P.kwargs) -> R:
            with self:
                return run(*args, **kwargs)

        return held


# Of the process: main.py runs once for each visitor and would make one for each.
gate = Gate()
