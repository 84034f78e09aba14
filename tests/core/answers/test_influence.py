"""The influence of each word on the root."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import InputError, chain, tree
from rnnviz.core.answers.influence import influence
from tests.core.samples import D, Sample, cell, sample

GRAPHS = [
    ("recursive", tree("((the cat) (sat (on mat)))")),
    ("tree_lstm", tree("(a (b c))")),
    ("recursive", chain(4)),
    ("vanilla", None),
]


def by_differences(one: Sample, word: int, name: str) -> float:
    """The Frobenius norm of d root / d x of a word, each column by differences."""
    node = one.graph.leaves[word] if one.graph else word
    columns = []
    for j in range(D):
        roots = []
        for by in (1e-5, -1e-5):
            x = one.x.copy()
            x[node, j] += by
            roots.append(one.model.run(one.params, x, one.init, one.graph)[name][-1])
        columns.append((roots[0] - roots[1]) / 2e-5)
    return float(np.linalg.norm(columns))


@pytest.mark.parametrize(("name", "graph"), GRAPHS)
def test_influence_is_the_norm_of_the_jacobian(name: str, graph: object) -> None:
    """For every word it is what differences give, on trees, chains and sequences, for h and for y."""
    one = sample(cell(name), steps=len(graph) if graph else 4, graph=graph)  # pyright: ignore[reportArgumentType]
    for signal in ("h", "y"):
        found = influence(one.model, one.params, one.run(), signal)
        assert found.shape == (len(graph.leaves) if graph else 4,)  # pyright: ignore[reportAttributeAccessIssue]
        for word, value in enumerate(found):
            assert value == pytest.approx(by_differences(one, word, signal), abs=1e-8)


def test_a_batch_has_an_influence_each() -> None:
    """For a batch there is one column a sequence, the same as alone."""
    graph = tree("((a b) c)")
    one = sample(cell("recursive"), 2, len(graph), graph=graph)
    together = influence(one.model, one.params, one.run())
    assert together.shape == (3, 2)
    for b in range(2):
        alone = one.model.run(one.params, one.x[:, b], graph=graph)
        np.testing.assert_allclose(together[:, b], influence(one.model, one.params, alone), rtol=0, atol=1e-12)


def test_an_unknown_signal_is_refused() -> None:
    """A signal that the cell has not is refused by its name."""
    one = sample(cell("vanilla"))
    with pytest.raises(InputError) as error:
        influence(one.model, one.params, one.run(), "z")
    assert error.value.code == "unknown_signal"
