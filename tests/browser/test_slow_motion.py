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
from tests.browser.driver import MAIN, Step, Visits, exact, printed, read, scene_at

if TYPE_CHECKING:
    from rnnviz.core.answers.explain import Term
    from tests.browser.driver import Pages


def part_shown(step: Step) -> tuple[str, str] | None:
    """The equation and the part that slow motion is at."""
    answer = step.ask("player => { const part = player.part; return part && [part.block, part.part]; }")
    return tuple(answer) if answer else None


def reads(source: list[Any]) -> list[tuple[str, Any]]:
    """The signals of a source, each with its shift."""
    if source[0] == "signal":
        return [(source[1], source[2])]
    return [one for part in source[1:] if isinstance(part, list) for one in reads(part)]


@pytest.mark.parametrize("cell", MAIN)
def test_slow_motion(visit: Visits, cell: str) -> None:
    """Off at first; then a press a pause, at most twelve: each equation is blank till its turn, row 1 comes first."""
    step = visit(f"/?cell={cell}&hidden=4&text=hello&t=2")
    assert part_shown(step) is None
    skip = step.root.locator("[data-do=skip]")
    assert step.root.locator("[data-do=slow]").get_attribute("aria-pressed") == "false"
    assert skip.is_hidden()
    step.do("slow")
    assert step.root.locator("[data-do=slow]").get_attribute("aria-pressed") == "true"
    assert skip.is_visible()
    names = [*build(read_settings({"cell": cell})[0]).scene.model.equations, "p"]
    seen, sentences = [], set()
    count = step.ask("player => player.parts")
    assert count <= 12
    for k in range(count):
        name, part = part_shown(step) or ("", "")
        last = step.ask("player => player.part.last")
        seen.append((name, part))
        sentences.add(step.text("sentence"))
        assert step.text("sentence").startswith(f"Slow motion {k + 1} of {count}: ")
        done = names[: names.index(name) + last]
        for tile in step.tiles:
            kind, signal, *_ = tile["source"]
            own = [name] if signal == name and part == "result" else []
            if tile["role"] != "working" and kind in ("signal", "times"):
                waits = [one for one, at in reads(tile["source"]) if at == 0 and one in names and one not in done]
                there = [v is not None for row in tile["cells"] for v in row]
                first = bool(waits) and waits == own
                assert there[0] == (first or not waits), (name, part, signal)
                assert there[1:] == [not waits] * (len(there) - 1), (name, part, signal)
        assert step.t == 2
        step.press("ArrowRight")
    for name in names:
        parts = [part for block, part in seen if block == name]
        assert parts == ["whole"] or parts[0] == "product"
    assert list(dict.fromkeys(block for block, _ in seen)) == names
    assert Counter(block for block, _ in seen).most_common(1)[0][1] >= 4
    assert len(sentences) == count
    assert (step.t, part_shown(step)) == (3, seen[0])
    step.press("ArrowLeft")
    assert (step.t, part_shown(step)) == (2, seen[-1])
    step.press("ArrowUp", "ArrowDown")
    assert (step.t, part_shown(step)) == (2, seen[-1])
    step.do("skip")
    assert (step.t, part_shown(step)) == (3, seen[0])
    step.do("slow")
    assert part_shown(step) is None
    step.press("ArrowRight")
    assert step.t == 4


def test_slow_motion_is_the_cores_arithmetic(visit: Visits) -> None:
    """Row 1 of h: the sum of each product, the sum of the terms and tanh of it, as Python computes them; then all."""
    address = "/?cell=vanilla&t=4"
    scene, step = scene_at(address), visit(address)
    x, h = scene.trace["x"][3], scene.trace["h"][2]
    terms = [scene.params["W_xh"] @ x, scene.params["W_hh"] @ h]
    step.do("slow")
    for k, term in enumerate(terms):
        working = [tile["cells"] for tile in step.tiles if tile["role"] == "working"]
        assert working[k][0][0] == pytest.approx(term[0], abs=1e-6)
        assert working[k][1][0] is None
        assert read(step.text("sentence").split(" = ")[-1].rstrip(".")) == exact(term[0])
        step.press("ArrowRight")
    assert part_shown(step) == ("h", "sum")
    total = (terms[0] + terms[1])[0]
    assert read(step.text("sentence").split(" = ")[-1].rstrip(".")) == exact(total)
    step.press("ArrowRight")
    assert part_shown(step) == ("h", "result")
    inner, value = re.findall(r"tanh\( (\S+) \) = ([−\d.]+),", step.text("sentence"))[0]
    assert (read(inner), read(value)) == (exact(total), exact(scene.trace["h"][3, 0]))
    step.press("ArrowRight")
    columns = [np.array(tile["cells"])[:, 0] for tile in step.tiles if tile["role"] == "working"]
    np.testing.assert_allclose(columns, [*terms, terms[0] + terms[1]], atol=1e-6)


@pytest.mark.parametrize("cell", [*MAIN, "deep"])
def test_no_pause_moves_a_tile(visit: Visits, cell: str) -> None:
    """Between the pauses of a step every tile that stays keeps its place and size, and the sentence is in sight."""
    step = visit(f"/?cell={cell}&t=3")
    step.do("slow")
    seen: dict[str, list[list[float]]] = {}
    for _ in range(step.ask("player => player.parts")):
        places: dict[str, list[list[float]]] = {}
        for tile in step.tiles:
            if tile["role"] != "working":
                box = [tile[side] for side in ("x", "y", "width", "height")]
                places.setdefault(f"{tile['role']} {tile['block']} {tile['source']}", []).append(box)
        for name, boxes in places.items():
            assert seen.setdefault(name, boxes) == boxes
        sentence = step.root.locator(".rv-sentence").bounding_box()
        assert sentence
        assert sentence["y"] + sentence["height"] <= 720
        step.press("ArrowRight")


def test_a_pause_moves(open_page: Pages) -> None:
    """A press shows how the pause comes about, another one at once ends it: so many presses are so many pauses."""
    step = Step(open_page("/?cell=vanilla&t=2", motion="no-preference"))
    step.do("slow")
    step.ask("player => player.freeze(0)")
    step.press("ArrowRight")
    motion = step.ask("player => player.motion")
    assert len(motion["flights"]) == 3  # to the row, there, and to the sum
    step.press("ArrowRight")
    assert part_shown(step) == ("h", "sum")
    step.ask("player => player.freeze(null)")
    for _ in range(4):
        step.press("ArrowRight")
    assert part_shown(step) == ("y", "rows")
    step.page.wait_for_function("() => !document.querySelector('.rnnviz-player').rnnviz.motion")
    assert step.text("sentence").startswith("Slow motion 7 of 8: ")


def products(term: Term) -> list[tuple[Any, Any]]:
    """Each product of a weight and an input behind a number, as printed; those with an input of zero are left out."""
    if term.kind == "product":
        pairs = [(child.children[0].value, child.children[1].value) for child in term.children]
        return [(exact(weight), exact(operand)) for weight, operand in pairs if operand != 0]
    return [pair for child in term.children for pair in products(child)]


def said_products(text: str) -> list[tuple[float, float]]:
    """The products in the text of the arithmetic."""
    found = re.findall(r"\(?(−?\d+(?:\.\d+)?)\)?·\(?(−?\d+(?:\.\d+)?)\)?", text)
    return [(read(weight), read(operand)) for weight, operand in found]


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
    assert step.text("arithmetic").startswith(f"{name}{step.t}[")
    for turn in range(2):
        if turn:  # the chosen cell follows the step
            step.press("ArrowLeft")
        t = step.t
        what, *lines = step.text("arithmetic").split("\n")
        how = " ".join(lines)
        value = scene.trace[name][t - 1, i]
        row = scene.inputs[i] if name == "y" else str(i + 1)
        called = scene.model.equations[name].called
        assert called
        assert what == f"{name}{t}[{row}]: {printed(value)} · {called}"
        root = explain(scene.model, scene.params, scene.trace, name, t - 1, i)
        steps = [part.strip() for part in how.split("=")]
        assert steps[0] == f"{name}t[{row}]"
        assert read(steps[-1]) == exact(value)
        assert said_products(how) == products(root)
        if root.children[0].kind == "call":
            inner = root.children[0].children[0].value
            assert re.fullmatch(r"[\wσ]+\( (\S+) \)", steps[-2]), steps[-2]
            assert read(steps[-2].split("( ")[1].split(" )")[0]) == exact(inner)


def test_a_click_on_a_weight_and_an_input(visit: Visits) -> None:
    """A weight tells row and column with their symbols, an input its letter; Escape lets go."""
    step = visit("/?t=1")
    step.click(step.tile("weight", "W_xh"), 0, 1)
    assert step.text("arithmetic") == "Wxh[1,e]: −0.40"
    step.click(step.tile("weight", "W_hh"), 2, 1)
    assert step.text("arithmetic") == "Whh[3,2]: 1.40"
    step.click(step.tile("signal", "x", 0), 0)
    assert step.text("arithmetic") == "x1[h]: 1 · input"
    step.click(step.tile("signal", "h", -1), 1)
    assert step.text("arithmetic").split("\n")[0] == "h0[2]: 0.00 · hidden state"
    assert "before the first step" in step.text("answer")
    step.root.locator(".rv-stage").press("Escape")
    assert not step.root.locator(".rv-ask").is_visible()


def test_cells_are_reached_by_keys(visit: Visits) -> None:
    """On the focused stage Enter chooses the first result, Shift and arrows go to its neighbours."""
    step = visit("/?t=2")
    stage = step.root.locator(".rv-stage")
    stage.press("Enter")
    assert step.text("arithmetic").startswith("h2[1]:")
    stage.press("Shift+ArrowDown")
    assert step.text("arithmetic").startswith("h2[2]:")
    stage.press("Shift+ArrowRight")
    assert step.text("arithmetic").startswith("Wxh[2,h]:")
    assert step.t == 2
    stage.press("ArrowRight")
    assert step.t == 3
