"""Trees against chains on nested expressions: what a script has found for three seeds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "nested.json"


@dataclass(frozen=True, slots=True)
class Row:
    """A net of the table: its cell, whether it reads trees, its sizes, and by seed the part right of each depth."""

    cell: str
    trees: bool
    hidden: int
    weights: int
    right: tuple[tuple[float, ...], ...]

    @property
    def mean(self) -> Sequence[float]:
        """The mean over the seeds, by depth."""
        return [sum(parts) / len(parts) for parts in zip(*self.right, strict=True)]

    @property
    def deepest(self) -> tuple[float, float]:
        """The worst and the best seed at the greatest depth."""
        last = [parts[-1] for parts in self.right]
        return min(last), max(last)


@dataclass(frozen=True, slots=True)
class Table:
    """What rnnviz.data.train_nested has written."""

    updates: int
    guess: tuple[float, ...]  # the part of the most frequent answer, by depth
    rows: tuple[Row, ...]


@cache
def table() -> Table:
    """The table, read once."""
    read = json.loads(FILE.read_text(encoding="utf-8"))
    rows = [Row(**{**row, "right": tuple(map(tuple, row["right"]))}) for row in read["rows"]]
    return Table(read["updates"], tuple(read["guess"]), tuple(rows))
