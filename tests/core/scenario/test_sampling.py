"""Symbols that are sampled from the scores."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnnviz.core import Model
from rnnviz.core.engine.draws import gumbel
from rnnviz.core.scenario.wired import run_wired
from rnnviz.core.scenario.wiring import plan
from tests.core.scenario.by_hand import BY_HAND, B, by_hand, shares

MEMORYLESS = "y[t] = W @ x[t]"  # every symbol has the same scores, so every choice is a sample of one distribution


SCORES = [1.0, 0.0, -1.0]


def sampled(temperature: float, seed: int, steps: int) -> list[int]:
    model = Model(MEMORYLESS, 3, 1, 3)
    params = {"W": np.tile(np.array(SCORES)[:, None], 3)}
    run = run_wired(model, params, [[1, 0, 0]], plan("one-to-many", 1, steps), temperature=temperature, seed=seed)
    assert run.chosen is not None
    return run.chosen.tolist()


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_frequencies_of_samples(temperature: float) -> None:
    """Symbols are chosen as often as softmax(y / temperature) says, to within four standard deviations."""
    n = 4000
    found = np.bincount(sampled(temperature, 11, n), minlength=3) / n
    p = shares(np.array(SCORES) / temperature)
    assert (np.abs(found - p) < 4 * np.sqrt(p * (1 - p) / n)).all()


def test_samples_belong_to_their_seed() -> None:
    """The same seed gives the same choices, another one others; a longer run begins with the shorter one."""
    assert sampled(1.0, 3, 50) == sampled(1.0, 3, 50)
    assert sampled(1.0, 3, 50) != sampled(1.0, 4, 50)
    assert sampled(1.0, 3, 50)[:20] == sampled(1.0, 3, 20)


def test_a_low_temperature_is_greedy() -> None:
    """As the temperature goes to 0, the largest score is always chosen; at 0 exactly, the first of equal ones."""
    for temperature in (0.01, 1e-300, 0.0):
        assert sampled(temperature, 0, 200) == [0] * 200
    zeros = run_wired(by_hand(), {**BY_HAND, "W_hy": [[0.0], [0.0]]}, [B], plan("one-to-many", 1, 4), temperature=0.0)
    assert zeros.answers("ab") == ("a", "a", "a", "a")


def test_noise_of_a_step_and_row() -> None:
    """Noise depends on seed, step and row only, and has the mean and the variance of a Gumbel distribution."""
    noise = gumbel(0, "choice", (500, 40))
    assert (gumbel(0, "choice", (20, 3)) == noise[:20, :3]).all()
    assert np.isfinite(noise).all()
    assert noise.mean() == pytest.approx(0.5772, abs=0.03)
    assert noise.var() == pytest.approx(math.pi**2 / 6, abs=0.06)
    assert len(np.unique(noise)) == noise.size
