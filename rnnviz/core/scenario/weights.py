"""Weights as one value with their origin: drawn at random from a seed, trained as a preset, learnt, or typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from rnnviz.core.language.functions import Array
from rnnviz.core.learning.memorise import Memorised
from rnnviz.core.model import Model
from rnnviz.core.scenario.presets import presets

RANDOM = "random"  # what weights are called that are drawn
LEARNT = "learnt"  # and those that have learnt the text that is shown
TAUGHT = "taught"  # and those that were trained on a task, on the page "Train"
LEARNS = ("one-to-many", "many-to-many", "encoder-decoder")  # where a text itself says what is right
ALIKE = ("one-to-many", "many-to-many")  # both score the next symbol, so they share their weights


@dataclass(frozen=True, slots=True)
class Drawn:
    """Drawn at random."""

    seed: int


@dataclass(frozen=True, slots=True)
class Trained:
    """Those of the preset of this name."""

    preset: str


@dataclass(frozen=True, slots=True)
class Learnt:
    """Those that have learnt one text: its symbols, and what came of it."""

    symbols: tuple[str, ...]
    memorised: Memorised


@dataclass(frozen=True, slots=True)
class Taught:
    """Those that were trained on a task, with so many updates."""

    task: str
    updates: int


@dataclass(frozen=True, slots=True)
class Typed:
    """Some of these were set to other numbers."""

    before: "Origin"


Origin = Drawn | Trained | Learnt | Taught | Typed


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The weights of a network.

    params    weight -> array, of the model's shapes; of the decoder, where the encoder has its own
    encoder   those of an encoder that has its own; None where encoder and decoder share theirs
    origin    where they come from
    """

    params: Mapping[str, Array]
    encoder: Mapping[str, Array] | None
    origin: Origin

    @property
    def first(self) -> Drawn | Trained | Learnt | Taught:
        """Where they came from before numbers were typed."""
        origin = self.origin
        while isinstance(origin, Typed):
            origin = origin.before
        return origin

    @property
    def preset(self) -> str | None:
        """The name of the preset that they are, or were before numbers were typed; None for others."""
        return self.first.preset if isinstance(self.first, Trained) else None

    @property
    def learnt(self) -> Learnt | None:
        """What was learnt, if they have learnt the text that is shown; None for others."""
        return self.first if isinstance(self.first, Learnt) else None

    @property
    def name(self) -> str:
        """What they are called among the weights on offer."""
        if isinstance(self.first, Taught):
            return TAUGHT
        return self.preset or (LEARNT if self.learnt else RANDOM)

    def typed(self, params: Mapping[str, Array], encoder: Mapping[str, Array] | None) -> "Weights":
        """The same after some numbers were typed; these themselves where none was."""
        pairs = [(params, self.params), *([(encoder, self.encoder)] if encoder and self.encoder else [])]
        if all(np.array_equal(new[name], old[name], equal_nan=True) for new, old in pairs for name in old):
            return self
        return Weights(params, encoder, Typed(self.origin))


def drawn(model: Model, seed: int, *, own: bool = False) -> Weights:
    """Random weights of two decimals: what is printed is what is computed. `own` gives an encoder others."""
    return Weights(rounded(model, seed), rounded(model, seed + 1) if own else None, Drawn(seed))


@lru_cache(64)
def rounded(model: Model, seed: int) -> Mapping[str, Array]:
    """They are shared, so they cannot be written to."""
    weights = {name: np.round(weight, 2) + 0.0 for name, weight in model.init(seed).items()}
    for weight in weights.values():
        weight.flags.writeable = False
    return MappingProxyType(weights)


def trained(name: str, cell: str, model: Model) -> Weights:
    """The weights of a preset for a model of a cell, without bias."""
    preset = presets()[name]
    return Weights(preset.weights(cell, model), preset.encoder(cell, model), Trained(name))


def names() -> tuple[str, ...]:
    """What weights may be called: every preset, those that learn the text, and those that are drawn."""
    return (*presets(), LEARNT, RANDOM, TAUGHT)


def offered(cell: str, wiring: str, source: str, *, learns: bool = False) -> list[str]:
    """The weights on offer for a cell, a wiring and a source: the presets made for them, and random ones.

    `learns` says that the cell can learn a text of this source; then such weights are on offer where the wiring has an
    answer to it.
    """

    def suits(name: str) -> bool:
        if name == TAUGHT:
            return False  # whoever knows the recipe offers them
        if name == LEARNT:
            return learns and wiring in LEARNS
        preset = presets()[name]
        wired = preset.wiring == wiring or (preset.wiring in ALIKE and wiring in ALIKE)
        return cell in preset.cells and wired and preset.source == source

    return [name for name in names() if name == RANDOM or suits(name)]
