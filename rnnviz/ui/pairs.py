"""Settings -> the scene that stands beside another one in a comparison."""

from dataclasses import replace

from rnnviz.core import CELLS
from rnnviz.core.wiring import fits
from rnnviz.ui.scenes import Shown, build
from rnnviz.ui.settings import SYMBOLIC, Settings
from rnnviz.ui.tables import Table


def offered(settings: Settings) -> list[str]:
    """The cells that go with the wiring and the source, so that they may stand on the right."""
    symbolic = settings.source in SYMBOLIC
    return [name for name in SEQUENTIAL if not fits(CELLS[name].equations, settings.wiring, symbolic=symbolic)]


def chosen(settings: Settings) -> str:
    """The cell on the right: the one chosen, else vanilla, beside vanilla an LSTM."""
    return settings.other or ("lstm" if settings.cell == "vanilla" else "vanilla")


def beside(settings: Settings, shown: Shown, file: Table | None = None) -> Shown:
    """The same sequence, wiring, seed and hidden size with the other cell; `shown` is the scene of the settings.

    Weights that were not made for the other cell are random ones. Raises InputError if the cell does not go with the
    wiring, or if the sequence cannot be read with its weights.
    """
    return build(replace(settings, cell=chosen(settings), hidden=shown.scene.model.H), file)
