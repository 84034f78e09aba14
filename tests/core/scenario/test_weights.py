"""Weights are one value with their origin."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import CELLS, Model
from rnnviz.core.scenario.presets import presets
from rnnviz.core.scenario.weights import LEARNT, RANDOM, TAUGHT, Drawn, Trained, Typed, drawn, names, offered, trained


def test_drawn_weights_are_printed_as_they_are() -> None:
    """Random weights have two decimals, are those of their seed, and cannot be written to."""
    model = Model(CELLS["lstm"].equations, 3, 4, 2)
    weights = drawn(model, 3)
    assert weights.origin == Drawn(3)
    assert weights.preset is weights.encoder is None
    for name, numbers in model.init(3).items():
        np.testing.assert_array_equal(weights.params[name], np.round(numbers, 2))
        with pytest.raises(ValueError, match="read-only"):
            weights.params[name][:] = 0.0
    own = drawn(model, 3, own=True)
    assert own.encoder
    assert any(not np.array_equal(own.encoder[name], own.params[name]) for name in own.params)


@pytest.mark.parametrize("name", presets())
def test_trained_weights_say_their_preset(name: str) -> None:
    """Those of a preset know its name, also after numbers were typed."""
    preset = presets()[name]
    cell = next(iter(preset.cells))
    labels = len(preset.labels)
    model = Model(CELLS[cell].equations, len(preset.alphabet), preset.hidden(cell), labels, bias=False)
    weights = trained(name, cell, model)
    assert (weights.origin, weights.preset) == (Trained(name), name)
    assert (weights.encoder is not None) == (cell in preset.encoders)
    assert weights.typed({key: w.copy() for key, w in weights.params.items()}, weights.encoder) is weights
    other = weights.typed({key: w + 1.0 for key, w in weights.params.items()}, weights.encoder)
    assert (other.origin, other.preset) == (Typed(Trained(name)), name)
    if weights.encoder:
        assert isinstance(weights.typed(weights.params, {k: w + 1.0 for k, w in weights.encoder.items()}).origin, Typed)


def test_what_is_offered() -> None:
    """Every name is a preset, learnt or random; random weights go with everything, others with what they know."""
    assert names() == (*presets(), LEARNT, RANDOM, TAUGHT)
    assert offered("vanilla", "many-to-many", "text", learns=True) == ["hello", "latch", LEARNT, RANDOM]
    assert offered("own", "many-to-one", "text", learns=True) == [RANDOM]
    assert offered("vanilla", "many-to-many", "text") == ["hello", "latch", RANDOM]
    assert offered("own", "many-to-many", "numbers") == [RANDOM]
