"""Small networks that mean something: weights of one decimal, as printed, no bias. See `rnnviz/data/README.md`."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from rnnviz.core.functions import Array
from rnnviz.core.model import Model

FILE = Path(__file__).parent.parent / "data" / "presets.json"


@dataclass(frozen=True, slots=True)
class Preset:
    """Weights for several cells over one alphabet; `made` is "trained" or "by hand", `example` a text to run it on."""

    alphabet: tuple[str, ...]
    made: str
    example: str
    cells: dict[str, dict[str, Array]]

    def hidden(self, cell: str) -> int:
        """The number of hidden units H of its network for a cell."""
        return self.cells[cell]["W_hy"].shape[1]

    def weights(self, cell: str, model: Model) -> dict[str, Array]:
        """The weights of a model of this cell without bias."""
        return {name: self.cells[cell][name] for name in model.shapes}


@cache
def presets() -> dict[str, Preset]:
    """Every preset by its name."""
    made = {}
    for name, entry in json.loads(FILE.read_text(encoding="utf-8")).items():
        given = entry["cells"]
        cells = {cell: given[sets] if isinstance(sets, str) else sets for cell, sets in given.items()}
        arrays = {cell: {w: np.array(rows, float) for w, rows in sets.items()} for cell, sets in cells.items()}
        made[name] = Preset(tuple(entry["alphabet"]), entry["made"], entry["example"], arrays)
    return made
