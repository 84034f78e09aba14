"""How much of the processor one request may take, for work that can be left off and gone on with."""

from collections.abc import Callable
from time import thread_time


def cpu(seconds: float) -> Callable[[], bool]:
    """Says whether the present thread has computed for so many seconds since now; waiting does not count."""
    end = thread_time() + seconds
    return lambda: thread_time() >= end
