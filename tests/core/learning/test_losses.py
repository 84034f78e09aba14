"""Losses and their derivatives."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import InputError
from rnnviz.core.learning.losses import LOSSES, Target, loss_of, rights


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("batch", [(), (3,)])
def test_derivatives_are_slopes(loss: str, batch: tuple[int, ...]) -> None:
    """dL/dy is the measured slope of the mean, and 0 where nothing is read."""
    rng = np.random.default_rng(0)
    y = rng.normal(size=(5, *batch, 4))
    right = np.eye(4)[rng.integers(0, 4, (5, *batch))] if loss == "cross_entropy" else rng.normal(size=y.shape)
    read = rng.random((5, *batch)) < 0.6
    target = Target(right, read, loss)
    found = loss_of(y, target)
    for place in np.ndindex(y.shape):
        moved = [y.copy(), y.copy()]
        moved[0][place] += 1e-6
        moved[1][place] -= 1e-6
        slope = (loss_of(moved[0], target).mean - loss_of(moved[1], target).mean) / 2e-6
        assert abs(slope - found.dy[place]) < 1e-8
    assert not found.dy[~read].any()
    assert not found.each[~read].any()
    assert found.mean == pytest.approx(found.each.sum() / read.sum())


def test_cross_entropy_by_hand() -> None:
    """The loss is minus the logarithm of the probability of what is right, however large the scores."""
    target = Target(np.eye(2)[[0, 1]], np.array([True, True]))
    found = loss_of(np.array([[0.0, np.log(3.0)], [-1e4, 1e4]]), target)
    np.testing.assert_allclose(found.each, [np.log(4.0), 0.0], atol=1e-12)
    np.testing.assert_allclose(found.dy, [[-0.375, 0.375], [0.0, 0.0]], atol=1e-12)
    assert rights(np.array([[0.0, 1.0], [0.0, 1.0]]), target) == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: Target(np.eye(2), np.array([True, True]), "hinge"),
        lambda: Target(np.eye(2), np.array([True])),
        lambda: Target(np.eye(2), np.array([False, False])),
        lambda: loss_of(np.zeros((3, 2)), Target(np.eye(2), np.array([True, True]))),
    ],
    ids=["unknown", "shape", "nothing read", "other outputs"],
)
def test_bad_targets(make: object) -> None:
    """What is no target is refused with one sentence."""
    with pytest.raises(InputError):
        make()  # type: ignore[operator]
