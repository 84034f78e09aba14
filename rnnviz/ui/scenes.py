"""Settings -> the scene that is shown: the model, its weights and its run."""

from dataclasses import dataclass

import numpy as np

from rnnviz.core import CELLS, Model
from rnnviz.core.presets import presets
from rnnviz.core.sequences import alphabet_of, one_hot
from rnnviz.figures.stage import Scene
from rnnviz.ui.reading import characters, in_alphabet, visible
from rnnviz.ui.settings import Settings


@dataclass(frozen=True, slots=True)
class Shown:
    """A scene with what the sidebar tells of it: whether its weights own alphabet, H and (no) bias."""

    scene: Scene
    preset: str | None


def offered(cell: str) -> list[str]:
    """The weights on offer for a cell: its presets, and random."""
    return [*(name for name, preset in presets().items() if cell in preset.cells), "random"]


def chosen_weights(settings: Settings) -> str:
    """The weights that are used: random where the cell has not those that were chosen."""
    return settings.weights if settings.weights in offered(settings.cell) else "random"


def build(settings: Settings) -> Shown:
    """The scene of a choice. Raises InputError if its text cannot be used."""
    symbols = characters(settings.text)
    equations, name = CELLS[settings.cell].equations, chosen_weights(settings)
    if name == "random":
        alphabet = alphabet_of(symbols)
        n = len(alphabet)
        model = Model(equations, n, settings.hidden, n, settings.activation, settings.bias)
        # Two decimals: what is printed is what is computed.
        params = {weight: np.round(drawn, 2) + 0.0 for weight, drawn in model.init(settings.seed).items()}
    else:
        preset = presets()[name]
        alphabet = preset.alphabet
        in_alphabet(symbols, alphabet)
        n = len(alphabet)
        model = Model(equations, n, preset.hidden(settings.cell), n, settings.activation, bias=False)
        params = preset.weights(settings.cell, model)
    trace = model.run(params, one_hot(symbols, alphabet))
    labels, rows = tuple(map(visible, symbols)), tuple(map(visible, alphabet))
    return Shown(Scene(model, params, trace, labels, rows), None if name == "random" else name)
