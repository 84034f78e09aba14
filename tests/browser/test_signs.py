"""Every sign says what it is: to the mouse, to a click, to keys, in a picture, in a sentence and beside a control."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.driver import choose

if TYPE_CHECKING:
    from tests.browser.driver import Visits

STATE = "h, the hidden state"


@pytest.mark.parametrize("how", ["hover", "click"])
@pytest.mark.parametrize(
    ("path", "where", "said"),
    [
        ("/?t=2", ".rv-sentence i >> nth=0", STATE),
        ("/?t=2", ".rv-answer i >> nth=0", STATE),
        ("/?t=2", ".rv-how i >> nth=0", STATE),
        ("/unroll?t=2", ".rv-loops .rv-edge tspan >> nth=0", "W, a matrix of weights"),
        ("/unroll?t=2", ".rv-copy[data-k='0'] rect + text tspan >> nth=0", "f_W"),
    ],
)
def test_in_words_and_drawings(visit: Visits, path: str, where: str, said: str, how: str) -> None:
    """A name in a sentence, an answer or the sketch of the network tells what it is, and nothing when it is left."""
    step = visit(path)
    if "rv-answer" in where or "rv-how" in where:
        choose(step, "h", 0, 2)
    name = step.page.locator(where)
    tip = step.root.locator(".rv-tip")
    name.click() if how == "click" else name.hover()
    tip.wait_for()
    assert tip.inner_text().startswith(said.replace("_", ""))
    step.press("Escape")
    assert tip.is_hidden()


def test_by_keys(visit: Visits) -> None:
    """The signs of the stage are a row of stops: arrows go from one to the next, and each tells what it is."""
    step = visit("/?cell=lstm&t=2")
    signs, tip = step.root.locator(".rv-sign"), step.root.locator(".rv-tip")
    labels = signs.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(labels) == len(set(labels)) > 6
    assert any(label.startswith("⊙") for label in labels)
    signs.first.focus()
    for label in labels[1:4]:
        step.press("ArrowRight")
        tip.wait_for()
        assert tip.inner_text().replace("\n", " ") == label
    assert step.t == 2
    step.press("End", "ArrowLeft", "Home")
    assert signs.first.evaluate("one => one === document.activeElement")
    step.press("Tab")
    assert tip.is_hidden()


def test_beside_controls(visit: Visits) -> None:
    """The hidden size and the seed have their term beside them."""
    step = visit("/?weights=random")
    sidebar = step.page.get_by_test_id("stSidebar")
    for control, said in (("stSlider", "H, the hidden size"), ("stNumberInput", "seed: the number")):
        sidebar.get_by_test_id(control).first.get_by_test_id("stTooltipHoverTarget").first.hover()
        step.page.get_by_test_id("stTooltipContent").filter(has_text=said).wait_for()


def test_the_names_of_bands(visit: Visits) -> None:
    """The name of a band of the timeline tells what it is."""
    step = visit("/?t=2")
    box = step.root.locator(".rv-timeline").bounding_box()
    assert box
    left, start = step.ask("({ plan }) => [plan.left, plan.bands.find(({ name }) => name === 'h').start]")
    step.page.mouse.move(box["x"] + left - 12, box["y"] + start + 4)
    step.root.locator(".rv-tip").wait_for()
    assert step.text("tip").startswith(STATE)
