"""A real Chromium, and pages that fail their test on a console error, a request to the outside or a broken policy.

The policy of the pages lets no text be run as a script, so what `wait_for_function` gets begins with "() =>".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.driver import Pages, Visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext


# Tells the test what the content security policy refused.
REPORT = """addEventListener("securitypolicyviolation", (event) => {
  rnnvizRefused([event.effectiveDirective, event.blockedURI, event.sourceFile]);
});"""


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """The system's Chromium, started once for all tests; each page has a session of its own.

    It has a profile, where compiled scripts are kept: a page so opens in half the time.
    """
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"), executable_path=chromium.find(), args=chromium.FLAGS
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.set_default_timeout(15_000)
        context.add_init_script(REPORT)
        yield context
        context.close()


@pytest.fixture
def open_page(context: BrowserContext, server: str) -> Iterator[Pages]:
    """`open_page("/unroll", width=390, theme="dark")`; the test fails at its end if a page complained."""
    pages = Pages(context, server)
    yield pages
    pages.close()
    assert not pages.trouble, "\n".join(pages.trouble)


@pytest.fixture(scope="module")
def visits(context: BrowserContext, server: str) -> Iterator[Visits]:
    """The page that the tests of this file share."""
    visits = Visits(context, server)
    yield visits
    visits.pages.close()


@pytest.fixture
def visit(visits: Visits) -> Iterator[Visits]:
    """`visit("/?cell=lstm")`; the test fails at its end if the page complained."""
    visits.pages.trouble.clear()
    yield visits
    assert not visits.pages.trouble, "\n".join(visits.pages.trouble)
