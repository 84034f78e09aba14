"""One number at many values: what a drag shows, each value a run of the core."""

import math
from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from rnnviz.core import InputError
from rnnviz.core.scenario.edits import Edit, put, read_edits
from rnnviz.figures.difference import Drag
from rnnviz.figures.sentence import told_signal
from rnnviz.figures.stage import Scene, ranges
from rnnviz.scenes.budget import cpu
from rnnviz.scenes.scene import Shown, changes_of, scene

VALUES = 41
FEWEST = 3  # below and above the present value one each
SECONDS = 0.1  # of the processor
TEXTS, CHOSEN = 300, 8  # bytes of a value's sentence and number, and of a step's choice


def sweep(shown: Shown, place: str, free: int, enough: Callable[[], bool] | None = None) -> Drag | None:
    """The runs for a drag of the number at a place (as edits write it), as many values as may travel; else None.

    The present value is the middle one. The others reach as far as the colours of weights do, as many below as above:
    first the farthest ones, then those between, until `free` bytes are full or there was `enough`, which is asked after
    each two.
    """
    edit = single(shown, place)
    if edit is None:
        return None
    index = tuple(at for at in edit.index if isinstance(at, int))
    after, now = shown.scene, value(shown.scene, edit, index)
    if not math.isfinite(now):
        return None
    reach, half = ranges(after)["weight"], VALUES // 2
    runs, moving = {now: after}, set[str]()
    enough = enough or cpu(SECONDS)
    for k in spread(half):
        two = {}
        for v in (round(now + reach * k / half, 4), round(now - reach * k / half, 4)):
            two[v] = scene(shown.network, put(shown.edits, Edit(edit.name, v, edit.index, edit.encoder)))
            moving |= moved(after, two[v])
        if len(runs | two) * size(after, moving) > free:
            break
        runs |= two
        if enough():
            break
    if len(runs) < FEWEST:
        return None
    weight = None
    if edit.name in after.model.shapes:
        row, column = (*index, 1)[:2]
        weight = (edit.name, row - 1, column - 1, edit.encoder)
    values = sorted(runs)
    return Drag(place, values, [runs[v] for v in values], weight)


def moved(before: Scene, after: Scene) -> set[str]:
    """The signals that differ between two runs."""
    now = after.signals()
    return {
        name for name, (rows, _) in before.signals().items() if not np.array_equal(rows, now[name][0], equal_nan=True)
    }


def size(scene: Scene, moving: set[str]) -> int:
    """The bytes of one value as it travels: what moves, the difference, and the texts."""
    numbers = scene.signals()
    told = numbers[told_signal(scene)][0].size + sum(numbers[name][0].size for name in moving)
    return 4 * told + TEXTS + CHOSEN * scene.trace.T


def single(shown: Shown, place: str) -> Edit | None:
    """The edit at a place, if that is one number of this network."""
    try:
        (edit,) = read_edits(f"{place}:0")
    except (InputError, ValueError):
        return None
    fitting, _ = changes_of(f"{place}:0", shown.network)
    one = isinstance(edit, Edit) and all(isinstance(at, int) for at in edit.index)
    return edit if fitting and one and isinstance(edit, Edit) else None


def spread(n: int) -> Iterator[int]:
    """Every number from 1 to n: the last one, then those in the middle between two before."""
    yield n
    between = deque([(0, n)])
    while between:
        low, high = between.popleft()
        middle = (low + high + 1) // 2
        if low < middle < high:
            yield middle
            between += [(low, middle), (middle, high)]


def value(scene: Scene, edit: Edit, index: tuple[int, ...]) -> float:
    """The number at the place of an edit, (row, column), (row,) or (step, row), each from 1."""
    if edit.name in scene.model.shapes:
        weight = (scene.encoder if edit.encoder else scene.params)[edit.name]
        return float(weight[tuple(at - 1 for at in index)])
    step, row = index
    return float(scene.trace.at(edit.name, step - 1)[row - 1])
