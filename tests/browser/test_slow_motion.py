"""Slow motion, and what a click tells of a number, in a real browser."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rnnviz.core import explain
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import read_settings
from tests.browser.driver import MAIN, Step, Visits, printed, scene_at

if TYPE_CHECKING:
    from rnnviz.core.answers.explain import Term


def part_shown(step: Step) -> tuple[str, str] | None:
    """The equation and the part that slow motion is at."""
    answer = step.ask("player => { const part = player.part; return part && [part.block, part.part]; }")
    return tuple(answer) if answer else None


def blank(tile: dict[str, Any]) -> bool:
    """Whether no cell of a tile has a number; some with and some without would be an error."""
    cells = [v is None for row in tile["cells"] for v in row]
    assert all(cells) or not any(cells)
    return cells[0]


def reads(source: list[Any]) -> list[tuple[str, Any]]:
    """The signals of a source, each with its shift."""
    if source[0] == "signal":
        return [(source[1], source[2])]
    return [one for part in source[1:] if isinstance(part, list) for one in reads(part)]


@pytest.mark.parametrize("cell", MAIN)
def test_slow_motion(visit: Visits, cell: str) -> None:
    """Off at first; then each equation shows operands, terms, sum, result, a press each, and is blank till its turn."""
    step = visit(f"/?cell={cell}&hidden=4&text=hello&t=2")
    assert part_shown(step) is None
    assert step.root.locator("[data-do=slow]").get_attribute("aria-pressed") == "false"
    step.do("slow")
    assert step.root.locator("[data-do=slow]").get_attribute("aria-pressed") == "true"
    names = [*build(read_settings({"cell": cell})[0]).scene.model.equations, "p"]
    seen, sentences = [], set()
    count = step.ask("player => player.parts")
    for _ in range(count):
        name, part = part_shown(step) or ("", "")
        seen.append((name, part))
        sentences.add(step.text("sentence"))
        done = names[: names.index(name) + (part == "result")]
        for tile in step.tiles:
            kind, signal, *_ = tile["source"]
            if tile["role"] == "working":
                assert blank(tile) == (part == "operands" or (part == "terms" and tile["isSum"]))
            elif kind in ("signal", "times"):
                waits = [one for one, at in reads(tile["source"]) if at == 0 and one in names and one not in done]
                assert blank(tile) == bool(waits), (name, part, signal)
            else:
                assert not blank(tile)
        assert step.t == 2
        step.press("ArrowRight")
    order = ["operands", "terms", "sum", "result"]
    for name in names:
        parts = [part for block, part in seen if block == name]
        assert parts == [part for part in order if part in parts]
        assert {"operands", "result"} <= set(parts)
    assert list(dict.fromkeys(block for block, _ in seen)) == names
    assert Counter(seen).most_common(1)[0][1] == 1
    assert len(sentences) == count
    assert (step.t, part_shown(step)) == (3, (names[0], "operands"))
    step.press("ArrowLeft")
    assert (step.t, part_shown(step)) == (2, ("p", "result"))
    step.press("ArrowLeft")
    assert (step.t, part_shown(step)) == (2, ("p", "operands"))
    step.do("slow")
    assert part_shown(step) is None
    step.press("ArrowRight")
    assert step.t == 3


def test_slow_motion_shows_the_terms_that_add_up(visit: Visits) -> None:
    """The working of h shows the products and their sum as Python computes them, and the sum is that of its terms."""
    address = "/?cell=vanilla&t=4"
    scene, step = scene_at(address), visit(address)
    step.do("slow")
    step.press("ArrowRight", "ArrowRight")
    assert part_shown(step) == ("h", "sum")
    columns = [np.array(tile["cells"])[:, 0] for tile in step.tiles if tile["role"] == "working"]
    x, h = scene.trace["x"][3], scene.trace["h"][2]
    terms = [scene.params["W_xh"] @ x, scene.params["W_hh"] @ h]
    np.testing.assert_allclose(columns, [*terms, sum(terms)], atol=1e-6)


def products(term: Term) -> list[tuple[str, str]]:
    """Each product of a weight and an input behind a number, as printed; those with an input of zero are left out."""
    if term.kind == "product":
        pairs = [(child.children[0].value, child.children[1]) for child in term.children]
        return [
            (printed(weight), f"{operand.value:g}" if operand.name.startswith("x[") else printed(operand.value))
            for weight, operand in pairs
            if operand.value != 0
        ]
    return [pair for child in term.children for pair in products(child)]


def said_products(text: str) -> list[tuple[str, str]]:
    """The products in the text of the arithmetic."""
    return re.findall(r"\(?(−?\d+\.\d\d)\)?·\(?(−?\d+(?:\.\d\d)?)\)?", text)


@pytest.mark.parametrize(
    ("address", "name", "i"),
    [
        ("/?cell=vanilla&t=4", "h", 0),
        ("/?cell=vanilla&t=4&weights=random&seed=3", "h", 1),
        ("/?cell=vanilla&t=3", "y", 2),
        ("/?cell=lstm&t=3&hidden=4", "i", 3),
        ("/?cell=gru&t=2&hidden=4", "r", 0),
    ],
)
def test_a_click_tells_the_arithmetic(visit: Visits, address: str, name: str, i: int) -> None:
    """A click on a number tells symbol, row, value and how it was made: Python's products, sum and result."""
    scene, step = scene_at(address), visit(address)
    assert not step.root.locator(".rv-ask").is_visible()
    step.click(step.tile("signal", name, 0), i)
    assert step.text("arithmetic").startswith(f"{name}{step.t}, ")
    for turn in range(2):
        if turn:  # the chosen cell follows the step
            step.press("ArrowLeft")
        t = step.t
        what, *lines = step.text("arithmetic").split("\n")
        how = " ".join(lines)
        value = scene.trace[name][t - 1, i]
        label = f" ({scene.inputs[i]})" if name == "y" else ""
        called = scene.model.equations[name].called
        assert called
        assert what == f"{name}{t}, row {i + 1}{label}: {printed(value)} · {called}"
        root = explain(scene.model, scene.params, scene.trace, name, t - 1, i)
        steps = [part.strip() for part in how.split("=")]
        assert steps[0] == f"{name}{i + 1}"
        assert steps[-1] == printed(value)
        assert said_products(how) == products(root)
        if root.children[0].kind == "call":
            inner = root.children[0].children[0].value
            assert re.fullmatch(r"[\wσ]+\( (\S+) \)", steps[-2]), steps[-2]
            assert steps[-2].split("( ")[1].split(" )")[0] == printed(inner)


def test_a_click_on_a_weight_and_an_input(visit: Visits) -> None:
    """A weight tells row and column with their symbols, an input its letter; Escape lets go."""
    step = visit("/?t=1")
    step.click(step.tile("weight", "W_xh"), 0, 1)
    assert step.text("arithmetic") == "Wxh, row 1, column 2 (e): −0.40"
    step.click(step.tile("weight", "W_hh"), 2, 1)
    assert step.text("arithmetic") == "Whh, row 3, column 2: 1.40"
    step.click(step.tile("signal", "x", 0), 0)
    assert step.text("arithmetic") == "x1, row 1 (h): 1 · input"
    step.click(step.tile("signal", "h", -1), 1)
    assert step.text("arithmetic").split("\n")[0] == "h0, row 2: 0.00 · hidden state"
    assert "before the first step" in step.text("answer")
    step.root.locator(".rv-stage").press("Escape")
    assert not step.root.locator(".rv-ask").is_visible()


def test_cells_are_reached_by_keys(visit: Visits) -> None:
    """On the focused stage Enter chooses the first result, Shift and arrows go to its neighbours."""
    step = visit("/?t=2")
    stage = step.root.locator(".rv-stage")
    stage.press("Enter")
    assert step.text("arithmetic").startswith("h2, row 1:")
    stage.press("Shift+ArrowDown")
    assert step.text("arithmetic").startswith("h2, row 2:")
    stage.press("Shift+ArrowRight")
    assert step.text("arithmetic").startswith("Wxh, row 2, column 1 (h):")
    assert step.t == 2
    stage.press("ArrowRight")
    assert step.t == 3
