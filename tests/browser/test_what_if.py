"""The page "What if" in a real browser: edit, drag, hold, undo, and the ripple of a change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rnnviz.core.answers.ripple import ripple
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT
from tests.browser.driver import SHOWN, Step, WhatIf, frames, go_to, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.driver import Pages


@pytest.fixture
def what_if(open_page: Pages) -> WhatIf:
    """The page with its opening example."""
    return WhatIf(open_page("/what-if"))


def test_a_click_asks_and_a_typed_number_changes(what_if: WhatIf) -> None:
    """A click on a weight only asks; typing and Enter sets it, and every number is that of the changed network."""
    what_if.click(what_if.tile("weight", "W_xh"), 0, 0)
    assert "edit" not in what_if.address
    assert what_if.field().input_value() == "1.2"
    what_if.field().fill("2.4")
    what_if.field().press("Enter")
    scene = what_if.edited("W_xh.1.1:2.4")
    np.testing.assert_allclose(what_if.shown("h"), scene.trace["h"], atol=1e-6)
    assert "was 1.20" in what_if.text("change")
    what_if.page.reload()
    settled(what_if.page)
    np.testing.assert_allclose(what_if.shown("h"), scene.trace["h"], atol=1e-6)


def test_a_drag_shows_the_cores_numbers_without_a_gap(what_if: WhatIf) -> None:
    """While a weight is dragged each picture is a run of the core and none is blank; letting go keeps the value."""
    tile = what_if.tile("weight", "W_hh")
    box = what_if.root.locator(".rv-stage").bounding_box()
    cell = what_if.ask("player => player.cell")
    assert box
    x, y = box["x"] + tile["x"] + cell["wide"] / 2, box["y"] + tile["y"] + cell["high"] / 2
    mouse = what_if.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x, y - 20)
    what_if.page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.sweep !== null")
    seen = set()
    for k in range(1, 9):
        drawn = int(what_if.root.get_attribute("data-dragged") or 0)
        mouse.move(x, y - 20 - 8 * k)
        what_if.page.wait_for_function(
            "drawn => +document.querySelector('.rnnviz-player').dataset.dragged > drawn", arg=drawn
        )
        value, blank = what_if.ask(
            """player => {
                const image = document.querySelector(".rv-stage .heatmaplayer image");
                return [player.weight("W_hh", 0, 0, 1), !image || image.getBoundingClientRect().width < 50];
            }"""
        )
        assert not blank
        seen.add(round(value, 4))
        scene = build(replace(DEFAULT, edit=f"W_hh.1.1:{value:.6f}")).scene
        np.testing.assert_allclose(what_if.shown("h"), scene.trace["h"], atol=1e-5)
    last = what_if.ask("player => player.weight('W_hh', 0, 0, 1)")
    mouse.up()
    assert len(seen) > 4
    scene = what_if.edited(f"W_hh.1.1:{last:g}")
    np.testing.assert_allclose(what_if.shown("h"), scene.trace["h"], atol=1e-6)


def test_hold_undo_redo_reset(what_if: WhatIf) -> None:
    """A computed number can be held from a step on; undo, redo and reset go back and forth, and other pages follow."""
    page = what_if.page
    what_if.press("ArrowRight")
    what_if.until(2)
    what_if.click(what_if.tile("signal", "h", 0), 1)
    what_if.field().fill("0.5")
    what_if.root.locator("[data-hold=on]").click()
    scene = what_if.edited("h.2-.2:0.5")
    assert (what_if.shown("h")[1:, 1] == 0.5).all()
    assert "held at 0.50" in what_if.text("answer")
    go_to(page, "Step")
    page.wait_for_function("() => location.pathname === '/'")
    settled(page)
    np.testing.assert_allclose(Step(page).ask(SHOWN, "h"), scene.trace["h"], atol=1e-6)
    page.get_by_role("button", name="Undo").click()
    plain = build(DEFAULT).scene
    what_if.edited("")
    np.testing.assert_allclose(what_if.shown("h"), plain.trace["h"], atol=1e-6)
    page.get_by_role("button", name="Redo").click()
    what_if.edited("h.2-.2:0.5")
    page.get_by_role("button", name="Reset").click()
    what_if.edited("")
    np.testing.assert_allclose(what_if.shown("h"), plain.trace["h"], atol=1e-6)


def test_before_after_difference_and_ripple(open_page: Pages) -> None:
    """The views show both runs and their difference; the ripple is the difference of h, and its length is told."""
    page = open_page("/what-if?edit=W_xh.1.1:2.4&t=2")
    step = Step(page)
    shown = build(replace(DEFAULT, edit="W_xh.1.1:2.4"))
    assert shown.before
    before, after = shown.before.trace, shown.scene.trace
    for view, expected in {"before": before["h"], "difference": after["h"] - before["h"], "after": after["h"]}.items():
        step.root.locator(f"[data-view={view}]").click()
        np.testing.assert_allclose(step.ask(SHOWN, "h"), expected, atol=1e-6)
        tile = step.tile("signal", "h", 0)
        np.testing.assert_allclose(np.array(tile["cells"], float)[:, 0], expected[1], atol=1e-6)
        labels = step.root.locator(".rv-stage .annotation-text").all_text_contents()
        signs = [text for text in labels if "tanh" in text]
        assert bool(signs) == (view != "difference")  # of differences no equation holds
        assert ("after the changes minus those before" in step.text("sentence")) == (view == "difference")
        assert (step.ask("player => player.choice(2)") is None) == (view == "difference")
    step.press("ArrowRight")
    assert not step.ask("player => player.known('Δh', 4)")  # what is to come waits
    step.press("End")
    found = ripple(before, after, "h")
    np.testing.assert_allclose(step.ask(SHOWN, "Δh"), found.difference, atol=1e-6)
    told = step.text("felt")
    assert f"step {found.first}" in told
    assert f"step {found.last}" in told
    assert f"({found.lasts} steps)" in told


def test_recurrence_off_and_shuffle(what_if: WhatIf) -> None:
    """Without W_hh equal letters get equal states; a shuffle reads the same letters in another order."""
    page = what_if.page
    page.get_by_role("button", name="Switch the recurrence off").click()
    what_if.edited("W_hh.*.*:0")
    states = what_if.shown("h")
    np.testing.assert_array_equal(states[2], states[3])
    page.get_by_role("button", name="Shuffle the sequence").click()
    scene = what_if.edited("W_hh.*.*:0,shuffle:1")
    labels = what_if.ask("player => player.payload.labels")
    assert labels == list(scene.labels) != list("hello")
    assert sorted(labels) == sorted("hello")


def choose(page: Page, menu: str, option: str) -> None:
    """Choose from a menu below the fold, which closes while the page scrolls: so first of all there is room for it."""
    field = page.get_by_role("combobox", name=menu)
    field.evaluate(
        """async (field) => {
            field.scrollIntoView({ block: "center" });
            for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
        }"""
    )
    field.fill(option)
    field.press("Enter")
    page.wait_for_function(
        "([name, value]) => document.querySelector(`input[aria-label='${name}']`).value === value", arg=[menu, option]
    )
    settled(page)


def test_numbers_typed_into_the_grid(what_if: WhatIf) -> None:
    """A number typed into a cell of the table is a change like any other."""
    page = what_if.page
    choose(page, "Weight, input or state", "W_hh")
    settled(page)
    grid = page.locator("[data-testid=stDataFrame] canvas").first
    grid.scroll_into_view_if_needed()
    first = f"{what_if.ask('player => player.weight(`W_hh`, 0, 0, 1)'):g}"
    page.locator("[data-testid=stDataFrame] canvas td").filter(has_text=first).first.wait_for(state="attached")
    frames(page)
    box = grid.bounding_box()
    assert box
    page.mouse.dblclick(box["x"] + box["width"] * 0.25, box["y"] + 52)
    cell = page.locator("#portal :is(input, textarea)")
    cell.fill("0.7")
    frames(page)
    cell.press("Enter")
    scene = what_if.edited("W_hh.1.1:0.7")
    assert scene.params["W_hh"][0, 0] == 0.7
    np.testing.assert_allclose(what_if.shown("h"), scene.trace["h"], atol=1e-6)


def test_hold_form(open_page: Pages) -> None:
    """A gate is held at 0 at one step only by the form: the cell forgets there, and stays empty."""
    page = open_page("/what-if?cell=lstm&weights=latch&text=a..........&t=11")
    what_if = WhatIf(page)
    kept = what_if.shown("c")
    choose(page, "Signal", "f")
    for label, value in {"From step": 5, "To step": 5}.items():
        field = page.get_by_role("spinbutton", name=label)
        field.fill(str(value))
        field.press("Tab")
    page.get_by_role("button", name="Hold it").click()
    page.wait_for_function("() => new URL(location).searchParams.get('edit') === 'f.5.*:0'")
    settled(page)
    page.wait_for_function("() => document.querySelector('.rnnviz-player')?.rnnviz?.payload?.held.f !== undefined")
    assert kept[10, 0] > 0.8
    assert abs(what_if.shown("c")[4:, 0]).max() < 0.05


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out(open_page: Pages, width: int) -> None:
    """The page never scrolls sideways, also with the panel of a number open."""
    what_if = WhatIf(open_page("/what-if?cell=lstm&t=2", width=width, height=800))
    what_if.click(what_if.tile("weight", "W_xi"), 0, 0)
    assert what_if.page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth && "
        "document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth"
    )


def test_the_slider_follows_what_is_typed(what_if: WhatIf) -> None:
    """A typed number beyond the slider's ends moves its range, so that thumb and number agree."""
    what_if.click(what_if.tile("weight", "W_hh"), 0, 0)
    field = what_if.field()
    field.fill("40")
    field.press("Enter")
    what_if.edited("W_hh.1.1:40")
    slider = what_if.root.locator(".rv-change input[type=range]")
    assert float(slider.input_value()) == 40
    assert float(slider.get_attribute("min") or "nan") < 40 < float(slider.get_attribute("max") or "nan")
