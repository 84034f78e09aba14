"""The answer's place, in a real browser: in sight at once, over the sidebar, with nothing moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.driver import MAIN, Step, Visits, WhatIf, choose, frames, printed

if TYPE_CHECKING:
    from collections.abc import Callable

SCROLL = "() => document.querySelector('[data-testid=stMain]').scrollTop"
# Left, top, right and bottom on the screen of what a selector finds.
BOX = """(root, part) => {
    const { left, top, right, bottom } = root.querySelector(part).getBoundingClientRect();
    return [left, top, right, bottom];
}"""
# Everything that has a place: the tiles, the timeline, the sentence, the controls.
PLACES = """root => {
    const place = ({ x, y, width, height }) => [x, y, width, height];
    const parts = [".rv-bar", ".rv-timeline", ".rv-stage", ".rv-sentence", ".rv-legend"];
    const boxes = parts.map(part => [part, place(root.querySelector(part).getBoundingClientRect())]);
    const tiles = root.rnnviz.tiles.map(tile => [`${tile.role} ${tile.block} ${tile.source}`, place(tile)]);
    return Object.fromEntries([...boxes, ...tiles]);
}"""


def box(step: Step, part: str) -> list[float]:
    """Where a part of the player stands on the screen: left, top, right, bottom."""
    return step.root.evaluate(BOX, part)


def stays(step: Step, what: Callable[[], Any]) -> None:
    """Do something that may move nothing: what is there before and after has one place, whatever is spelled out."""
    before = step.root.evaluate(PLACES)
    what()
    frames(step.page)
    after = step.root.evaluate(PLACES)
    both = before.keys() & after.keys()
    assert len(both) > 8
    assert {name: after[name] for name in both} == {name: before[name] for name in both}
    assert step.page.evaluate(SCROLL) == 0


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1280, 600), (844, 390)])
@pytest.mark.parametrize("cell", ["vanilla", "lstm"])
def test_in_sight_at_once(visit: Visits, cell: str, width: int, height: int) -> None:
    """The answer and its arithmetic are in sight, beside the tile that was asked, and nothing scrolls or moves."""
    step = visit(f"/?cell={cell}&t=3", width, height)
    name = step.tiles[0]["source"][1]
    stays(step, lambda: step.click(step.tile("signal", name, 0), 0))
    for part in (".rv-answer", ".rv-arithmetic"):
        left, top, right, bottom = box(step, part)
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    tile, stage, drawer = step.tile("signal", name, 0), box(step, ".rv-stage"), box(step, ".rv-ask")
    assert stage[0] + tile["x"] >= drawer[2] or stage[0] + tile["x"] + tile["width"] <= drawer[0]
    stays(step, lambda: step.press("Escape"))
    assert step.root.locator(".rv-ask").is_hidden()


def test_half_a_phone(visit: Visits) -> None:
    """On a phone the answer is a sheet over the lower half, and the number that was asked stands above it."""
    step = visit("/?cell=lstm&t=3", 390, 844)
    tile = step.tile("signal", "c", 0)
    step.click(tile, 2)
    left, top, right, bottom = box(step, ".rv-ask")
    assert (left, right, bottom) == (0, 390, 844)
    assert 0.45 * 844 < top < 0.55 * 844
    step.page.wait_for_function(
        "([low, top]) => document.querySelector('.rnnviz-player .rv-stage').getBoundingClientRect().top + low <= top",
        arg=[tile["y"] + tile["height"], top],
    )


@pytest.mark.parametrize("cell", [*MAIN, "bidirectional", "gru_v3"])
def test_no_question_moves_a_tile(visit: Visits, cell: str) -> None:
    """Whatever number is asked, at whatever step, from stage and timeline: every tile and panel keeps its place."""
    step = visit(f"/?cell={cell}&t=2")
    names = {tile["source"][1] for tile in step.tiles if tile["source"][0] == "signal" and tile["source"][2] == 0}
    assert len(names) > 2
    for t in (2, 4):
        for name in sorted(names):
            stays(step, lambda name=name, t=t: choose(step, name, 0, t))
            assert step.root.locator(".rv-ask").is_visible()


def test_pressing_a_number_moves_nothing(visit: Visits) -> None:
    """A number that can be dragged is pressed, dragged and let go, and everything stays where it was."""
    step = WhatIf(visit("/what-if?t=3").page)
    tile, cell, stage = step.tile("weight", "W_hh"), step.ask("player => player.cell"), box(step, ".rv-stage")
    x, y = stage[0] + tile["x"] + cell["wide"] / 2, stage[1] + tile["y"] + cell["high"] / 2
    mouse = step.page.mouse

    def drag() -> None:
        mouse.move(x, y)
        mouse.down()
        for far in (5, 10, 20, 30):
            mouse.move(x, y - far)
        frames(step.page)

    stays(step, drag)
    assert step.root.locator(".rv-change").is_visible()
    mouse.up()


def test_one_answer_at_a_time(visit: Visits) -> None:
    """On the page of two networks a question to one closes the answer of the other."""
    step = visit("/compare?t=2")
    page = step.page
    for name, other in (("left", "right"), ("right", "left")):
        page.wait_for_selector(f".st-key-side_{name} .rnnviz-player[data-ready=true]")
        page.locator(f".st-key-side_{name} .rnnviz-player").evaluate("root => root.rnnviz.ask('h', 0, 2)")
        page.locator(f".st-key-side_{name} .rv-ask").wait_for()
        assert page.locator(f".st-key-side_{other} .rv-ask").is_hidden()


def test_a_tip_follows_the_step(visit: Visits) -> None:
    """The tip under a mouse at rest tells the number of the step that is shown."""
    step = visit("/?t=2")
    tile, stage = step.tile("signal", "h", 0), box(step, ".rv-stage")
    step.page.mouse.move(stage[0] + tile["x"] + 15, stage[1] + tile["y"] + 10)
    step.root.locator(".rv-tip").wait_for()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        step.press(key)
        frames(step.page)
        value = step.ask("player => player.signal('h', player.state.now.t, 0)")
        assert step.text("tip").split("·")[0].strip().endswith(printed(value))
