"""What travels is what its types say, field by field, whatever is drawn."""

from __future__ import annotations

import copy
import json
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rnnviz.core import CELLS
from rnnviz.core.language.examples import EXAMPLES
from rnnviz.core.scenario.wiring import SEQUENTIAL, WIRINGS
from rnnviz.figures.difference import Difference
from rnnviz.figures.payload import Side, payload
from rnnviz.figures.records import Header
from rnnviz.scenes.pairs import beside
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import TREES, on_tree, read_settings
from rnnviz.scenes.sweeps import sweep
from rnnviz.scenes.trees import branched
from tests.figures.typed import faults

if TYPE_CHECKING:
    from rnnviz.scenes.scene import Shown

RANDOM = {"weights": "random"}
ADDRESSES = {
    **{name: {"cell": name} for name in CELLS},
    **{name: {"cell": "own", "equations": example.equations, **RANDOM} for name, example in EXAMPLES.items()},
    **{
        f"{wiring} {cell}": {"cell": cell, "wiring": wiring, **RANDOM} for wiring in WIRINGS for cell in ("lstm", "gru")
    },
    "own weights": {"cell": "lstm", "wiring": "encoder-decoder", "own": "1", **RANDOM},
    "sampled": {"wiring": "one-to-many", "text": "h", "temperature": "1", **RANDOM},
    "held": {"cell": "lstm", "edit": "f.3-.1:0,c.5.2:0.5,x.2.1:3"},
    "numbers": {"source": "numbers", "text": "1 2\n3 4\n5 6", **RANDOM},
    "weather": {"source": "weather", **RANDOM},
    "too large": {
        "cell": "own",
        "equations": "h[t] = 1e39 * x[t] + h[t-1] * h[t-1]\ny[t] = W @ h[t]",
        **RANDOM,
    },
    "ahead": {"cell": "own", "equations": "h[t] = W @ h[t+2] + relu(V @ x[t])\ny[t] = U @ h[t]", **RANDOM},
}
DRAGS = {
    "weight": ({"cell": "lstm", "edit": "c.2.*:0.5"}, "W_hy.1.1"),
    "encoder": ({"wiring": "encoder-decoder", "weights": "reverse_own"}, "encoder.W_hh.2.1"),
    "node": ({"cell": "recursive", "edit": "h.2.1:0.5"}, "h.1.1"),
    "input": ({"cell": "gru", "edit": "x.2.1:3"}, "x.3.1"),
}


def shown(address: dict[str, str]) -> Shown:
    """The scene of an address."""
    settings = read_settings(address)[0]
    if settings.cell in TREES:
        return branched(on_tree(settings, typed="text" in address))
    return build(settings)


def header(data: bytes) -> Any:
    """The header of a payload."""
    (length,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + length])


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_every_picture(address: dict[str, str]) -> None:
    """Alone, unrolled and beside its run before the changes, a picture's header has all fields, and of their types."""
    one = shown(address)
    before = Difference(one.before or one.scene, bool(one.edits), changing=True)
    own = header(payload(one.scene, ("id", 1), "en"))
    assert faults(own, Header) == []
    assert (own["network"], own["counts"], own["changed"], own["side"]) == (None, None, None, None)
    unrolled = header(payload(one.scene, ("id", 0), "en", unrolled=True, plotly="/plotly.js"))
    assert faults(unrolled, Header) == []
    assert unrolled["network"]["formulas"]
    assert unrolled["counts"]["weights"] or not one.scene.params
    changed = header(payload(one.scene, ("id", 1), "en", change=before))
    assert faults(changed, Header) == []
    assert changed["changed"]["sentences"]
    assert changed["felt"]


@pytest.mark.parametrize(("address", "place"), DRAGS.values(), ids=DRAGS)
def test_every_drag(address: dict[str, str], place: str) -> None:
    """So has one with the values of a drag."""
    one, left = shown(address), iter(range(2))
    drag = sweep(one, place, 10**6, lambda: next(left, None) is None)
    assert drag
    change = Difference(one.before or one.scene, bool(one.edits), changing=True, drag=drag)
    found = header(payload(one.scene, ("id", 1), "en", change=change))
    assert faults(found, Header) == []
    assert len(found["sweep"]["values"]) == len(found["sweep"]["felt"]) == len(found["sweep"]["chosen"]) > 2
    assert found["sweep"]["signals"]


@pytest.mark.parametrize("other", SEQUENTIAL)
def test_both_sides(other: str) -> None:
    """So have both of a comparison, and they have the same columns and slots."""
    settings = replace(read_settings({"cell": "lstm"})[0], other=other)
    left = build(settings)
    right = beside(settings, left)
    pair = (left.scene, right.scene)
    found = [
        header(payload(one.scene, ("id", 1), "en", side=Side(one is left, "name", "about", pair)))
        for one in (left, right)
    ]
    assert [faults(one, Header) for one in found] == [[], []]
    assert [one["side"]["leads"] for one in found] == [True, False]
    for name in ("first", "last", "places"):
        assert found[0]["timeline"][name] == found[1]["timeline"][name]


BREAKS: dict[str, Any] = {
    "missing": lambda head: head.pop("labels"),
    "unknown": lambda head: head.update(more=1),
    "a float for a whole number": lambda head: head.update(T=5.0),
    "a number for yes or no": lambda head: head.update(changing=1),
    "a text for a number": lambda head: head["signals"]["h"].update(offset="7"),
    "a field of a signal": lambda head: head["signals"]["h"].pop("before"),
    "a tile too short": lambda head: head["stage"]["blocks"][0]["wide"][0]["tiles"][0].pop(),
    "a kind of mark": lambda head: head["stage"]["blocks"][0]["wide"][0]["marks"][0].__setitem__(0, "over"),
    "a kind of expression": lambda head: head["stage"]["blocks"][0]["tree"].__setitem__(0, "sine"),
    "a part of an expression": lambda head: head["stage"]["blocks"][0]["tree"].append(1),
    "an arrow": lambda head: head["network"]["edges"][0].__setitem__(3, "W_xh"),
    "none where one must be": lambda head: head.update(timeline=None),
}


@pytest.mark.parametrize("spoil", BREAKS.values(), ids=BREAKS)
def test_a_fault_is_found(spoil: Any) -> None:
    """A header with one fault, however deep, is told as one."""
    head = copy.deepcopy(header(payload(build(read_settings({})[0]).scene, ("id", 1), "en", unrolled=True)))
    assert faults(head, Header) == []
    spoil(head)
    assert len(faults(head, Header)) >= 1
