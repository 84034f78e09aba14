"""What the reader's changes made: the run before them beside the one after, and how far a change is felt."""

from dataclasses import dataclass

import numpy as np

from rnnviz.core.answers.ripple import THRESHOLD, Ripple, ripple
from rnnviz.core.language.functions import Array
from rnnviz.figures import theme, writing
from rnnviz.figures.sentence import told_signal
from rnnviz.figures.stage import Scene
from rnnviz.text import say


@dataclass(frozen=True, slots=True)
class Drag:
    """One number at several values, and the run of each: what a drag shows.

    `place` is where it stands, as edits write it; `weight` the same as (name, row, column, whether the encoder's own)
    where it is a weight, else None.
    """

    place: str
    values: list[float]
    scenes: list[Scene]
    weight: tuple[str, int, int, bool] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """The scene before the changes; whether there are any, whether numbers can be changed now, which one is dragged."""

    before: Scene
    made: bool
    changing: bool
    drag: Drag | None = None

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

    def felt(self, after: Scene, language: str) -> str:
        """How long the changes are felt, as a sentence, in HTML."""
        ripple, name = self.ripple(after), writing.name(self.signal)
        on_tree = after.trace.on_tree
        if ripple.first is None:
            return say("change.never_nodes" if on_tree else "change.never", language, name=name)
        if on_tree:
            count = int((~(np.abs(ripple.difference) < THRESHOLD)).any(1).sum())
            return say("change.nodes", language, name=name, count=count, T=after.trace.T, first=ripple.first)
        key = "change.to_the_end" if ripple.stays else "change.felt"
        return say(key, language, name=name, first=ripple.first, last=ripple.last, lasts=ripple.lasts)

    def sentence(self, after: Scene, language: str) -> str:
        """The same; before the first change what can be done."""
        if self.made:
            return self.felt(after, language)
        return say("change.now" if self.changing else "change.begin", language)

    def frames(self, after: Scene) -> dict[str, Array]:
        """What a drag shows in the place of each signal: its rows at each value, one below another.

        Only of signals that the drag moves; `after` is the scene that stands at the present value.
        """
        runs = [one.signals() | {self.name: (self.difference(one), 0)} for one in self.drag.scenes] if self.drag else []
        shown = after.signals() | {self.name: (self.difference(after), 0)}
        found = {name: [run[name][0] for run in runs] for name in shown if runs}
        return {
            name: np.concatenate(rows)
            for name, rows in found.items()
            if not all(np.array_equal(one, shown[name][0], equal_nan=True) for one in rows)
        }

    def range(self, after: Scene) -> float:
        """The range of its colours: the same at every step, and while a number is dragged."""
        scenes = [after, *(self.drag.scenes if self.drag else [])]
        with np.errstate(invalid="ignore"):
            found = [np.abs(self.difference(scene)) for scene in scenes]
        return theme.change_range(max(float(a[np.isfinite(a)].max(initial=0.0)) for a in found))
