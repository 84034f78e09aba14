"""Changes in a real browser: on every page, in the address, and when the reader goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import DEFAULT
from tests.browser.driver import Step, go_to, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.driver import Pages

BAND = ".st-key-band"
WEIGHT = "player => player.weight('W_xh', 0, 1, 1)"
EDIT = "W_xh.1.2:2.5,h.2.*:0"


def said(page: Page) -> str:
    """What the address says was changed."""
    return Step(page).address.get("edit", "")


@pytest.mark.parametrize("path", ["/", "/unroll"])
def test_the_band_is_one_row(open_page: Pages, path: str) -> None:
    """On every page the changes of a link are told in one row, with three buttons that nothing lies over."""
    page = open_page(f"{path}?edit={EDIT},x.3.1:0.25,shuffle:7,b_h.1:1,W_hh.*.*:0&weights=random")
    band = page.locator(BAND)
    assert band.get_by_text("You made 6 changes: Wxh[1,e] = 2.5; h2 = 0").count() == 1
    assert band.get_by_role("button").count() == 3
    box = band.bounding_box()
    assert box
    assert box["height"] <= 48
    for button in band.get_by_role("button").all():
        inner = button.bounding_box()
        assert inner
        assert page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).closest('button') !== null", [inner["x"] + 20, inner["y"] + 2]
        )
        assert inner["y"] + inner["height"] <= box["y"] + box["height"]
        assert inner["x"] + inner["width"] <= 1280


def test_changes_go_along(open_page: Pages) -> None:
    """Changes go along to another page; reset takes them out of the network and out of the address."""
    page = open_page(f"/?edit={EDIT}")
    assert Step(page).ask(WEIGHT) == pytest.approx(2.5)
    go_to(page, "Unroll")
    page.wait_for_url("**/unroll**")
    settled(page)
    assert said(page) == EDIT
    page.locator(BAND).get_by_role("button", name="Reset").click()
    page.locator(BAND).wait_for(state="detached")
    settled(page)
    page.wait_for_function("() => !new URL(location).searchParams.has('edit')")
    assert Step(page).ask(WEIGHT) == pytest.approx(build(DEFAULT).scene.params["W_xh"][0, 1])


def test_back_brings_changes_again(open_page: Pages) -> None:
    """Back to a page that was left with changes has them again, and Undo goes back to those made in between."""
    page = open_page(f"/?edit={EDIT}")
    go_to(page, "Unroll")
    page.wait_for_url("**/unroll**")
    settled(page)
    page.locator(BAND).get_by_role("button", name="Reset").click()
    page.locator(BAND).wait_for(state="detached")
    settled(page)
    page.go_back()
    page.wait_for_url(lambda url: "unroll" not in url)
    page.locator(BAND).get_by_text("You made 2 changes").wait_for()
    settled(page)
    assert said(page) == EDIT
    assert Step(page).ask(WEIGHT) == pytest.approx(2.5)
    page.locator(BAND).get_by_role("button", name="Undo").click()
    page.locator(BAND).get_by_text("No change is in use.").wait_for()
    settled(page)
    assert said(page) == ""
    page.locator(BAND).get_by_role("button", name="Redo").click()
    page.locator(BAND).get_by_text("You made 2 changes").wait_for()
    page.wait_for_function("edit => new URL(location).searchParams.get('edit') === edit", arg=EDIT)
