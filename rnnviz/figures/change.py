"""What the reader's changes made: the run before them beside the one after, and how far a change is felt."""

from dataclasses import dataclass

import numpy as np

from rnnviz.core.functions import Array
from rnnviz.core.ripple import Ripple, ripple
from rnnviz.figures import theme
from rnnviz.figures.sentence import told_signal
from rnnviz.figures.stage import Scene


@dataclass(frozen=True, slots=True)
class Sweep:
    """One number at several values, and the run of each: what a drag shows.

    `place` is where it stands, as edits write it; `weight` the same as (name, row, column, whether the encoder's own)
    where it is a weight, else None.
    """

    place: str
    values: list[float]
    scenes: list[Scene]
    weight: tuple[str, int, int, bool] | None


@dataclass(frozen=True, slots=True)
class Change:
    """The scene before the changes and its sentences; whether numbers can be changed now, and which one is dragged."""

    before: Scene
    sentences: list[str]
    changing: bool
    sweep: Sweep | None = None

    @property
    def signal(self) -> str:
        """The signal whose change is shown over time."""
        return told_signal(self.before)

    @property
    def name(self) -> str:
        """What its change is called."""
        return f"Δ{self.signal}"

    def ripple(self, after: Scene) -> Ripple:
        """How far the changes are felt."""
        return ripple(self.before.trace, after.trace, self.signal)

    def difference(self, after: Scene) -> Array:
        """The change of the signal at every step, (T, n)."""
        return self.ripple(after).difference

    def range(self, after: Scene) -> float:
        """The range of its colours: the same at every step, and while a number is dragged."""
        scenes = [after, *(self.sweep.scenes if self.sweep else [])]
        with np.errstate(invalid="ignore"):
            found = [np.abs(self.difference(scene)) for scene in scenes]
        return theme.change_range(max(float(a[np.isfinite(a)].max(initial=0.0)) for a in found))
