"""Results of pure work, kept for whoever asks the same next: one store for all threads, bounded in bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Kept(Generic[Result]):
    """Keeps results by their key, of `limit` bytes in all; those that nobody asked for longest go first.

    `size` tells the bytes of a result, and may estimate. What is larger than a quarter of the limit is not kept: it
    would drive out all others. Results are shared, so that nobody may change them.
    """

    def __init__(self, limit: int, size: Callable[[Result], int]) -> None:
        self.limit, self.size = limit, size
        self.results: OrderedDict[Hashable, tuple[Result, int]] = OrderedDict()
        self.bytes = 0
        self.lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """The result of this key, made if it is not there. What `make` raises is not kept."""
        with self.lock:
            if key in self.results:
                self.results.move_to_end(key)
                return self.results[key][0]
        result = make()  # outside of the lock: nobody waits for another's work
        size = self.size(result)
        if size <= self.limit // 4:
            with self.lock:
                self.drop(key)
                self.results[key] = result, size
                self.bytes += size
                while self.bytes > self.limit:
                    self.drop(next(iter(self.results)))
        return result

    def drop(self, key: Hashable) -> None:
        """Forget a result, if it is there. The caller has the lock."""
        if key in self.results:
            self.bytes -= self.results.pop(key)[1]
