"""Results of pure work, kept for whoever asks the same next: one store for all threads, bounded."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Kept(Generic[Result]):
    """Keeps results by their key; those that nobody asked for longest go first.

    `size` tells the bytes of a result, and may estimate; `limit` are the bytes of all. What is larger than a quarter of
    that is not kept: it would drive out all others. Without a `size`, `limit` is the number of results. They are
    shared, so that nobody may change them.
    """

    def __init__(self, limit: int, size: Callable[[Result], int] | None = None) -> None:
        self.limit, self.most = limit, limit // 4 if size else limit
        self.size = size or (lambda _: 1)
        self.results: OrderedDict[Hashable, tuple[Result, int]] = OrderedDict()
        self.total = 0
        self.lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """The result of this key, made if it is not there. What `make` raises is not kept."""
        with self.lock:
            if key in self.results:
                self.results.move_to_end(key)
                return self.results[key][0]
        result = make()  # outside of the lock: nobody waits for another's work
        self.put(key, result)
        return result

    def put(self, key: Hashable, result: Result) -> None:
        """Keep a result, in the place of another one."""
        size = self.size(result)
        if size <= self.most:
            with self.lock:
                self.drop(key)
                self.results[key] = result, size
                self.total += size
                while self.total > self.limit:
                    self.drop(next(iter(self.results)))

    def peek(self, key: Hashable) -> Result | None:
        """The result of this key if it is there."""
        with self.lock:
            if key not in self.results:
                return None
            self.results.move_to_end(key)
            return self.results[key][0]

    def drop(self, key: Hashable) -> None:
        """Forget a result, if it is there. The caller has the lock."""
        if key in self.results:
            self.total -= self.results.pop(key)[1]

    def clear(self) -> None:
        """Forget all."""
        with self.lock:
            self.results.clear()
            self.total = 0
