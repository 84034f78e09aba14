"""Small networks that mean something: weights of one decimal, as printed, no bias. See `rnnviz/data/README.md`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from rnnviz.core.engine.compiled import Params
from rnnviz.core.language.functions import Array
from rnnviz.core.model import Model

FILE = Path(__file__).parents[2] / "data" / "presets.json"


@dataclass(frozen=True, slots=True)
class Preset:
    """Weights for several cells over one alphabet.

    alphabet    the symbols that the rows of x stand for
    labels      what the rows of y stand for: the alphabet, or the names of classes
    wiring      the wiring it was made for, a name of WIRINGS
    source      where its symbols come from: "text" (characters) or "words"
    example     a text to run it on
    steps       how many outputs are read, or written, for the example
    made        "trained" or "by hand"
    cells       cell -> weight -> array; of the decoder where the encoder has weights of its own
    encoders    cell -> weight -> array of the encoder, where it has weights of its own; else empty
    owners      cell -> the other cell that its weights were made for
    """

    alphabet: tuple[str, ...]
    labels: tuple[str, ...]
    wiring: str
    source: str
    example: str
    steps: int
    made: str
    cells: dict[str, Params]
    encoders: dict[str, Params]
    owners: dict[str, str]

    def hidden(self, cell: str) -> int:
        """The number of hidden units H of its network for a cell."""
        return self.cells[cell]["W_hy"].shape[1]

    def weights(self, cell: str, model: Model) -> dict[str, Array]:
        """The weights of a model of this cell without bias."""
        return {name: self.cells[cell][name] for name in model.shapes}

    def encoder(self, cell: str, model: Model) -> dict[str, Array] | None:
        """The weights of an encoder of this cell without bias; None where encoder and decoder share theirs."""
        return {name: self.encoders[cell][name] for name in model.shapes} if cell in self.encoders else None


@dataclass(frozen=True, slots=True)
class Opening:
    """What a wiring opens with: the name of a preset, what it is given, and how many outputs it writes."""

    preset: str
    given: str
    steps: int


OPENINGS = {
    "one-to-one": Opening("vowel", "e", 1),
    "one-to-many": Opening("hello", "h", 5),
    "many-to-one": Opening("negation", "not good", 1),
    "many-to-many": Opening("hello", "hello", 5),
    "encoder-decoder": Opening("reverse", "abc", 3),
}


@cache
def presets() -> dict[str, Preset]:
    """Every preset by its name."""
    made = {}
    for name, entry in json.loads(FILE.read_text(encoding="utf-8")).items():
        given = entry.pop("cells")
        owners = {cell: sets for cell, sets in given.items() if isinstance(sets, str)}
        cells = {cell: given[sets] if isinstance(sets, str) else sets for cell, sets in given.items()}
        # Sets of weights in twos belong to an encoder and a decoder.
        apart = {cell: sets for cell, sets in cells.items() if "encoder" in sets}
        decoders = {cell: sets["decoder"] if cell in apart else sets for cell, sets in cells.items()}
        encoders = {cell: sets["encoder"] for cell, sets in apart.items()}
        rows = {name: tuple(entry.pop(name)) for name in ("alphabet", "labels")}
        made[name] = Preset(**rows, **entry, cells=arrays(decoders), encoders=arrays(encoders), owners=owners)
    return made


def arrays(cells: Mapping[str, Mapping[str, Any]]) -> dict[str, Params]:
    return {cell: {name: np.array(rows, float) for name, rows in sets.items()} for cell, sets in cells.items()}
