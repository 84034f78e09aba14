"""How far a change reaches: where one run differs from another, step by step."""

from dataclasses import dataclass

import numpy as np

from rnnviz.core.engine.trace import Trace
from rnnviz.core.language.errors import InputError
from rnnviz.core.language.functions import Array

THRESHOLD = 0.01  # a smaller difference cannot be seen in two decimals


@dataclass(frozen=True, slots=True, eq=False)
class Ripple:
    """The difference that a change makes to one signal.

    difference   after - before, (T, n), or (T, B, n) for a batch; 0 where both are equal, also where both are inf or
                 nan; not finite where only one of them is finite
    first        the first step, counted from 1, at which some |difference| is at least THRESHOLD (or not finite); None
                 where no step has one
    last         the last such step, or None
    """

    difference: Array
    first: int | None
    last: int | None

    @property
    def lasts(self) -> int:
        """The number of steps from the first to the last one, both counted, with those between; 0 without any."""
        return 0 if self.first is None or self.last is None else self.last - self.first + 1

    @property
    def stays(self) -> bool:
        """Whether the difference is still there at the last step T."""
        return self.last == len(self.difference)


def ripple(before: Trace, after: Trace, name: str) -> Ripple:
    """What became different in a signal; both runs have the same steps, batch and sizes. Raises InputError if not."""
    if name not in before or name not in after:
        raise InputError("unknown_signal", name=name, known=", ".join(before))
    old, new = before[name], after[name]
    if old.shape != new.shape:
        raise InputError("foreign_trace")
    same = (old == new) | (np.isnan(old) & np.isnan(new))
    with np.errstate(all="ignore"):
        difference = np.where(same, 0.0, new - old)
        # Written so that nan counts as a difference.
        seen = ~(np.abs(difference) < THRESHOLD)
    steps = np.flatnonzero(seen.reshape(len(seen), -1).any(1))
    return Ripple(difference, int(steps[0]) + 1, int(steps[-1]) + 1) if len(steps) else Ripple(difference, None, None)
