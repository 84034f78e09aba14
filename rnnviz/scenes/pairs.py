"""Settings -> the scene that stands beside another one in a comparison."""

from dataclasses import replace

from rnnviz.core import CELLS
from rnnviz.core.scenario.wiring import fits
from rnnviz.scenes.reading.tables import Table
from rnnviz.scenes.scene import Shown, build
from rnnviz.scenes.settings import BEFORE, IDENTITY, SYMBOLIC, Settings


def offered(settings: Settings, shown: Shown) -> list[str]:
    """What may stand on the right: the network before its changes, and the cells that go with wiring and source."""
    symbolic = settings.source in SYMBOLIC
    return [BEFORE] * bool(shown.before) + [
        name for name, cell in CELLS.items() if not fits(cell.equations, settings.wiring, symbolic=symbolic)
    ]


def chosen(settings: Settings, shown: Shown) -> str:
    """What stands on the right: what was chosen, else vanilla, beside vanilla an LSTM."""
    if settings.other not in ("", IDENTITY) and (settings.other != BEFORE or shown.before):
        return settings.other
    return BEFORE if shown.before else ("lstm" if settings.cell == "vanilla" else "vanilla")


def beside(settings: Settings, shown: Shown, file: Table | None = None) -> Shown:
    """The same sequence, wiring, seed and hidden size with the other cell; `shown` is the scene of the settings.

    Weights that were not made for the other cell are random ones. Raises InputError if the cell does not go with the
    wiring, or if the sequence cannot be read with its weights.
    """
    right = chosen(settings, shown)
    if right == BEFORE and shown.before:
        return replace(shown, scene=shown.before)
    return build(replace(settings, cell=right, hidden=shown.scene.model.H), file)
