"""A real Chromium, and pages that fail their test on a console error, a request to the outside or a broken policy.

The policy of the pages lets no text be run as a script, so what `wait_for_function` gets begins with "() =>".
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page


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


class Pages:
    """Opens pages of the app, and remembers what went wrong on them."""

    def __init__(self, context: BrowserContext, server: str) -> None:
        self.context = context
        self.server = server
        self.pages: list[Page] = []
        self.trouble: list[str] = []
        self.requests: list[str] = []

    def __call__(
        self,
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 720,
        theme: Literal["light", "dark"] = "light",
        motion: Literal["no-preference", "reduce"] = "no-preference",
        player: bool = True,
    ) -> Page:
        """A settled page at `path` in a tab of its own; `player=False` for pages without a player."""
        page = self.context.new_page()
        self.pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion=motion)
        page.expose_binding("rnnvizRefused", lambda _source, what: self._refused(*what))
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
        page.on("request", lambda request: self._request(request.url))
        page.on("websocket", lambda socket: self._request(socket.url))
        page.goto(self.server + path)
        settled(page, player=player)
        return page

    def close(self) -> None:
        """Close all pages; what they kept in the browser, such as a theme, is no other test's."""
        for page in self.pages:
            page.evaluate("() => localStorage.clear()")
            page.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _is_probe(message.location.get("url", "")):
            self.trouble.append(f"console: {message.text} ({message.location.get('url')})")

    def _refused(self, directive: str, what: str, script: str) -> None:
        if not _is_shortcut(what, script):
            self.trouble.append(f"policy: {directive} refused {what} ({script})")

    def _page_error(self, error: Error) -> None:
        self.trouble.append(f"error: {error}")

    def _request(self, url: str) -> None:
        self.requests.append(url)
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.server).netloc:
            self.trouble.append(f"outside request: {url}")


def _is_probe(url: str) -> bool:
    # Opened at a page's own path, Streamlit first looks for its server below that path and logs two 404s.
    return urlsplit(url).path.endswith(("/_stcore/health", "/_stcore/host-config"))


def _is_shortcut(what: str, script: str) -> bool:
    # Streamlit's reader of messages tries WebAssembly for numbers of 64 bits, and does without where it is refused.
    return what == "wasm-eval" and PurePosixPath(urlsplit(script).path).name.startswith("protobuf.")


def settled(page: Page, *, player: bool = True) -> None:
    """Wait until the script has run and, on a page with a player, the player has drawn."""
    page.wait_for_selector(
        "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
    )
    if player:
        page.wait_for_selector('.rnnviz-player[data-ready="true"]')


def says(page: Page, **choices: str) -> None:
    """Wait until the address says these, and nothing of those that are empty."""
    page.wait_for_function(
        "all => Object.entries(all).every(([name, value]) => "
        "(new URL(location).searchParams.get(name) ?? '') === value)",
        arg=choices,
    )
    settled(page)


def go_to(page: Page, name: str) -> None:
    """Follow the link to a page: under one of the headings of the navigation, or on a phone in the menu."""
    headings = page.get_by_test_id("stTopNavSection")
    if headings.count() == 0:
        page.get_by_test_id("stExpandSidebarButton").click()
        page.get_by_test_id("stSidebarNavLink").filter(has_text=name).click()
        return
    for heading in headings.all():
        heading.click()
        page.get_by_role("menuitem").first.wait_for()
        link = page.get_by_role("menuitem", name=name, exact=True)
        if link.count():
            link.click()
            return
        page.keyboard.press("Escape")
        page.get_by_role("menuitem").first.wait_for(state="hidden")
    raise AssertionError(f"no link to {name}")


@pytest.fixture
def open_page(context: BrowserContext, server: str) -> Iterator[Pages]:
    """`open_page("/unroll", width=390, theme="dark")`; the test fails at its end if a page complained."""
    pages = Pages(context, server)
    yield pages
    pages.close()
    assert not pages.trouble, "\n".join(pages.trouble)
