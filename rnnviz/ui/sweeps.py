"""One number at many values: what a drag shows, each value a run of the core."""

from rnnviz.core import InputError
from rnnviz.core.edits import Edit, put, read
from rnnviz.figures.change import Sweep
from rnnviz.figures.stage import Scene, ranges
from rnnviz.ui.scenes import Shown, changes_of, scene

VALUES = 41
FEWEST = 9
ENOUGH = 400_000  # numbers that travel to the browser for one drag, 1.6 MB


def sweep(shown: Shown, place: str) -> Sweep | None:
    """The runs for a drag of the number at a place (as edits write it), as many values as may travel; else None.

    The present value is the middle one; the others reach as far as the colours of weights do, in equal steps.
    """
    try:
        (edit,) = read(f"{place}:0")
    except (InputError, ValueError):
        return None
    fitting, _ = changes_of(f"{place}:0", shown.network)
    if not fitting or not isinstance(edit, Edit):
        return None
    index = tuple(at for at in edit.index if isinstance(at, int))
    if len(index) != len(edit.index):
        return None
    after, now = shown.scene, value(shown.scene, edit, index)
    size = sum(rows.size for rows, _ in after.signals().values())
    steps = max(FEWEST // 2, min(VALUES, ENOUGH // max(1, size)) // 2)
    reach = ranges(after)["weight"]
    values = [round(now + reach * k / steps, 4) for k in range(-steps, steps + 1)]
    scenes = [scene(shown.network, put(shown.edits, Edit(edit.name, v, edit.index, edit.encoder))) for v in values]
    weight = None
    if edit.name in after.model.shapes:
        row, column = (*index, 1)[:2]
        weight = (edit.name, row - 1, column - 1, edit.encoder)
    return Sweep(place, values, scenes, weight)


def value(scene: Scene, edit: Edit, index: tuple[int, ...]) -> float:
    """The number at the place of an edit, (row, column), (row,) or (step, row), each from 1."""
    if edit.name in scene.model.shapes:
        weight = (scene.encoder if edit.encoder else scene.params)[edit.name]
        return float(weight[tuple(at - 1 for at in index)])
    step, row = index
    return float(scene.trace.at(edit.name, step - 1)[row - 1])
