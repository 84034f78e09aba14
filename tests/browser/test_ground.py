"""What holds on every page, whatever is on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.driver import settled

if TYPE_CHECKING:
    from typing import Literal

    from playwright.sync_api import Page

    from tests.browser.driver import Pages

BACKGROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 20, 32)"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_follows_the_browser(open_page: Pages, theme: Literal["light", "dark"]) -> None:
    """The page is light or dark as the browser asks."""
    page = open_page(theme=theme)
    color = page.locator("[data-testid=stApp]").evaluate("element => getComputedStyle(element).backgroundColor")
    assert color == BACKGROUNDS[theme]


def test_theme_is_switched_live(open_page: Pages) -> None:
    """The menu turns the light page dark without loading it again."""
    page = open_page()
    page.evaluate("window.sameDocument = true")
    page.get_by_test_id("stMainMenu").get_by_role("button").click()
    page.get_by_role("menuitemradio", name="Dark").click()
    page.wait_for_function(
        "color => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor === color",
        arg=BACKGROUNDS["dark"],
    )
    assert page.evaluate("window.sameDocument")


def test_no_deploy_button(open_page: Pages) -> None:
    """Nothing on the page offers to deploy it."""
    page = open_page()
    assert page.get_by_text("Deploy").count() == 0
    page.get_by_test_id("stMainMenu").get_by_role("button").click()
    page.get_by_test_id("stMainMenuPopover").wait_for()
    assert page.get_by_text("Deploy").count() == 0


def transferred(page: Page) -> int:
    """Bytes over the network since the page was opened."""
    page.wait_for_load_state("networkidle")
    return page.evaluate(
        "['navigation', 'resource'].flatMap(type => performance.getEntriesByType(type))"
        ".reduce((sum, entry) => sum + entry.transferSize, 0)"
    )


def test_visits_are_small(open_page: Pages) -> None:
    """The first visit takes less than 3.5 MB, a reload nothing but the page itself."""
    page = open_page()
    # Tests before this one have filled the cache that all share.
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.reload()
    settled(page)
    assert 1_000_000 < transferred(page) < 3_500_000
    page.reload()
    settled(page)
    assert transferred(page) < 10_000


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/?hidden=99", ".notice"),
        ("/unroll?edit=W_xh.1.1:2", ".st-key-band button"),
        ("/compare", ".st-key-beside [data-testid=stSelectbox]"),
        ("/what-if", ".st-key-changing_row button"),
    ],
)
def test_the_navigation_covers_nothing(open_page: Pages, path: str, first: str) -> None:
    """What stands first on a page begins below the navigation, which lies over the page."""
    page = open_page(path)
    header = page.get_by_test_id("stHeader").bounding_box()
    box = page.locator(first).first.bounding_box()
    assert header
    assert box
    assert box["y"] >= header["y"] + header["height"]
