"""Who reads whom: by hand for some cells, and against plain reachability for random ones."""

from __future__ import annotations

import pytest
from hypothesis import given, reject

from rnnviz.core import CELLS, InputError
from rnnviz.core.language.expressions import direction
from rnnviz.core.language.flow import Component, Flow, Lags, Pass
from rnnviz.core.language.functions import FUNCTIONS
from rnnviz.core.language.reader import parse
from tests.core.random_cells import cells

AHEAD = "b[t] = tanh(W @ x[t] + U @ b[t+2])\nf[t] = V @ f[t-3] + b[t-1]\ny[t] = Q @ f[t] + R @ x[t-1]"


def flow_of(text: str) -> Flow:
    """The flow of a cell's text."""
    return Flow({name: equation.expression for name, equation in parse(text).items()})


def test_a_cell_by_hand() -> None:
    """Its loops and their directions, how far states are read, and in how many passes all is computed."""
    flow = flow_of(AHEAD)
    assert flow.components == (
        Component(("b",), ("b",), 1),
        Component(("f",), ("f",), -1),
        Component(("y",), ("y",), 0),
    )
    assert dict(flow.lags) == {"b": Lags(1, 2), "f": Lags(3, 0), "x": Lags(1, 0)}
    assert flow.carried == ("b", "f")
    assert flow.order == ("b", "f", "y")
    assert flow.passes == (Pass(("b",), backwards=True), Pass(("f", "y"), backwards=False))
    assert flow.read_at(-1) == ("b", "x")
    assert flow.read_at(0) == ("x", "f")
    assert flow.read_by_others == {"x", "b", "f"}
    assert flow.behind("f") == {"f", "b"}
    assert flow.behind("x", "y") == {"y", "f", "b"}
    assert flow.carries("y")
    assert not flow.carries("b")
    assert not flow_of(CELLS["feedforward"].equations).carries("y")
    assert flow.child is None


def test_the_lstm() -> None:
    """c and h need each other through the gates: one loop, computed in the order of one step; y is read from it."""
    flow = flow_of(CELLS["lstm"].equations)
    loop, above = flow.components
    assert set(loop.names) == {"i", "f", "o", "g", "c", "h"}
    assert loop.direction == -1
    assert loop.order.index("c") > max(map(loop.order.index, ("i", "f", "g")))
    assert loop.order[-1] == "h"
    assert above == Component(("y",), ("y",), 0)
    assert flow.carried == ("c", "h")


@pytest.mark.parametrize("name", ["recursive", "tree_lstm"])
def test_children_are_past(name: str) -> None:
    """On a tree the loop goes upwards, and the first read at a child is known."""
    flow = flow_of(CELLS[name].equations)
    assert flow.child is not None
    assert flow.child.shift == "l"
    assert flow.lags["h"] == Lags(1, 0)
    assert flow.carries("y")


@given(cells([*FUNCTIONS]))
def test_against_plain_reachability(text: str) -> None:
    """Signals share a component where each reaches the other; none stands before what it reads in the same step."""
    flow = flow_of(text)
    try:
        flow.check_loops()
    except InputError:
        reject()
    reaches = {name: {s.name for s in needs} for name, needs in flow.needs.items()}
    for _ in reaches:
        reaches = {name: one.union(*(reaches[other] for other in one)) for name, one in reaches.items()}
    home = {name: component for component in flow.components for name in component.names}
    assert sorted(home) == sorted(reaches)
    for name, one in reaches.items():
        assert flow.behind(name) == one | {name}
        assert {other for other in reaches if home[other] is home[name]} == {
            name,
            *(other for other in one if name in reaches[other]),
        }
        own = {direction(s.shift) for s in flow.needs[name] if home[s.name] is home[name]}
        assert all(home[name].direction * d >= 0 for d in own)
    seen: set[str] = set()
    for part in flow.passes:
        for name in part.names:
            inside = [s for s in flow.needs[name] if s.name in part.names]
            assert all(s.name in seen for s in flow.needs[name] if s.name not in part.names)
            assert all(direction(s.shift) * (1 if part.backwards else -1) >= 0 for s in inside)
            assert all(part.names.index(s.name) < part.names.index(name) for s in inside if s.shift == 0)
        seen |= set(part.names)
    assert seen == set(reaches)
