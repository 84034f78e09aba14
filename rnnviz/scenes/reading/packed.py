"""A table as a session keeps it: about as large as half of its file, whatever that was."""

import zlib
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from rnnviz.scenes.reading.tables import Table


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """A table without its labels and values, and these two, compressed."""

    table: Table
    labels: bytes
    values: bytes


def packed(table: Table) -> Packed:
    """A table for keeping."""
    labels = "\n".join(table.labels).encode()
    values = table.values.astype(np.float64).tobytes()
    rest = replace(table, labels=(), values=np.empty((0, len(table.columns))))
    return Packed(rest, zlib.compress(labels, 1), zlib.compress(values, 1))


@lru_cache(4)
def unpacked(kept: Packed) -> Table:
    """The table that was packed."""
    labels = tuple(zlib.decompress(kept.labels).decode().split("\n"))
    values = np.frombuffer(zlib.decompress(kept.values)).reshape(len(labels), -1)
    return replace(kept.table, labels=labels, values=values)
