"""Large arrays, used again: the system hands out fresh memory page by page, which costs more than the arithmetic."""

import math
from collections import deque
from sys import getrefcount
from threading import Lock
from weakref import finalize

import numpy as np

from rnnviz.core.language.functions import Array

LARGE = 1 << 16  # so many numbers make an array large


class Shelf:
    """Large arrays that are no longer needed, for the next who needs one of that shape; one thread has it at a time."""

    def __init__(self, limit: int) -> None:
        self.limit, self.arrays, self.lock = limit, deque[Array](), Lock()

    def take(self, shape: tuple[int, ...]) -> Array:
        if math.prod(shape) >= LARGE:
            with self.lock:
                for i, array in enumerate(self.arrays):
                    if array.shape == shape:
                        del self.arrays[i]
                        return array
        return np.empty(shape)

    def lend(self, shape: tuple[int, ...]) -> Array | None:
        """A large array; None for a small one, which NumPy makes itself."""
        return self.take(shape) if math.prod(shape) >= LARGE else None

    def inherit(self, owner: object, arrays: list[Array]) -> None:
        """Once the owner is gone, keep those of its arrays which nobody else sees, not even through a view."""
        if any(map(self.keeps, arrays)):
            finalize(owner, self.put_unseen, arrays).atexit = False

    def put_unseen(self, arrays: list[Array]) -> None:
        self.put(*[array for array, count in zip(arrays, references(arrays), strict=True) if count == ALONE])

    def keeps(self, array: Array) -> bool:
        return array.size >= LARGE

    def put(self, *arrays: Array) -> None:
        """Keep arrays that nobody else sees; the oldest go where there are too many bytes."""
        with self.lock:
            self.arrays.extendleft(filter(self.keeps, arrays))
            while sum(array.nbytes for array in self.arrays) > self.limit:
                self.arrays.pop()


def references(arrays: list[Array]) -> list[int]:
    """How often each array is referred to; a view refers to the array whose memory it shows."""
    return [getrefcount(array) for array in arrays]


# What `references` counts for an array that is nowhere but in the list; measured, as it depends on the Python version.
ALONE = references([np.empty(0)])[0]
SHELF = Shelf(limit=1 << 28)


def padded(rows: int, pad: int, width: int, batch: tuple[int, ...]) -> Array:
    """A new block: zeros outside the sequence, not yet anything inside."""
    block = SHELF.take((rows, width, *batch))
    block[:pad] = 0.0
    block[rows - pad :] = 0.0
    return block
