"""The network as boxes and arrows, and its weights counted."""

from __future__ import annotations

import pytest

from rnnviz.core import CELLS, Model
from rnnviz.figures.counts import counts
from rnnviz.figures.network import Edge, boxes, edges, gates


def model(name: str) -> Model:
    """A small model of a named cell."""
    return Model(CELLS[name].equations, D=3, H=4, K=2)


def test_vanilla_is_one_box_with_three_arrows() -> None:
    """A vanilla RNN is one box that reads x and its own last state and feeds y, each through its own matrix."""
    net = model("vanilla")
    found = boxes(net)
    assert [(box.name, box.carried) for box in found] == [("h", ("h",))]
    assert set(edges(net, found)) == {
        Edge("x", "h", 0, ("W_xh",)),
        Edge("h", "h", -1, ("W_hh",)),
        Edge("h", "y", 0, ("W_hy",)),
    }


def test_lstm_is_one_box_that_carries_c_and_h() -> None:
    """The four gates, c and h of an LSTM are one box; it hands on h; its gates are i, f and o."""
    net = model("lstm")
    (box,) = boxes(net)
    assert box.name == "h"
    assert set(box.carried) == {"c", "h"}
    assert set(box.inside) == {"i", "f", "g", "o", "c", "h"}
    assert gates(net) == ["i", "f", "o"]


def test_deep_and_bidirectional_nets_are_two_boxes() -> None:
    """Layers stand above each other; the two directions stand beside each other and both read x and feed y."""
    deep = model("deep")
    assert [box.name for box in boxes(deep)] == ["h1", "h2"]
    assert Edge("h1", "h2", 0, ("W_h1h2",)) in edges(deep, boxes(deep))
    both = model("bidirectional")
    arrows = {(edge.source, edge.target, edge.shift) for edge in edges(both, boxes(both))}
    assert arrows == {("x", "f", 0), ("x", "b", 0), ("f", "f", -1), ("b", "b", 1), ("f", "y", 0), ("b", "y", 0)}


@pytest.mark.parametrize("name", CELLS)
def test_every_weight_stands_on_an_arrow(name: str) -> None:
    """Every matrix of every cell is on exactly one arrow, and every signal but y in exactly one box."""
    net = model(name)
    found = boxes(net)
    on_arrows = sorted(weight for edge in edges(net, found) for weight in edge.weights)
    assert on_arrows == sorted(weight for weight, shape in net.shapes.items() if len(shape) == 2)
    inside = sorted(signal for box in found for signal in box.inside)
    assert inside == sorted(signal for signal in net.equations if signal != "y")


def test_counts_of_the_trained_hello() -> None:
    """Without bias, D = K = 4, H = 3: 33 weights whatever T is, T times as many untied, T² all at once."""
    net = Model(CELLS["vanilla"].equations, D=4, H=3, K=4, bias=False)
    for steps in (5, 10, 200):
        told = counts(net, steps)
        assert told["shared"] == 33
        assert told["untied"] == 33 * steps
        assert told["whole"] == steps**2 * (4 * 3 + 3 * 4)
        assert told["series"]["untied"][steps - 1] == told["untied"]
        assert set(told["series"]["shared"]) == {33}
    assert counts(net, 5)["weights"] == [("W_xh", "3×4", 12), ("W_hh", "3×3", 9), ("W_hy", "4×3", 12)]
    assert counts(Model(CELLS["vanilla"].equations, D=4, H=3, K=4), 1)["whole"] == 4 * 3 + 3 * 4 + 3 + 4
