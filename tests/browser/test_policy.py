"""The content security policy in a real browser: what it refuses, and what the pages need of it beside being drawn."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.ui.door.headers import EMBEDDING
from tests.conftest import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest
    from playwright.sync_api import BrowserContext

    from tests.browser.driver import Pages

# What a hole in a page could bring into it; each would leave its mark or reach another server.
INJECTED = """async (outside) => {
  window.marks = [];
  window.refusals = new Set();
  addEventListener("securitypolicyviolation", (event) => refusals.add(event.effectiveDirective));
  const put = (html) => document.body.append(document.createRange().createContextualFragment(html));
  put('<img src="/none.png" onerror="marks.push(`handler`)">');
  put("<script>marks.push('script')</script>");
  put('<script src="' + outside + '/a.js"></script>');
  put('<img src="' + outside + '/a.png">');
  put('<iframe src="' + outside + '"></iframe>');
  put('<object data="' + outside + '"></object>');
  put('<form action="' + outside + '"><button></button></form>');
  document.body.querySelector("form:last-of-type button").click();
  // Later, as a debugger's own call may.
  await new Promise((done) => setTimeout(() => { try { (0, eval)("marks.push('eval')"); } catch {} done(); }));
  try { await fetch(outside); marks.push("fetch"); } catch {}
  try { navigator.sendBeacon(outside); } catch {}
  return marks;
}"""

KINDS = [
    *("connect-src", "form-action", "frame-src", "img-src"),
    *("object-src", "script-src", "script-src-attr", "script-src-elem"),
]


@contextmanager
def platform(page: str) -> Iterator[tuple[str, list[str]]]:
    """A site of somebody else that answers everything with one page: its address, and the paths it was asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(page.encode())

        do_POST = do_GET  # noqa: N815  # as http.server calls it

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as http.server calls it
            pass

    # Threads: a browser connects in advance, and one thread would wait for what it never says.
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as site:
        thread = threading.Thread(target=site.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{site.server_port}", asked
        finally:
            site.shutdown()


def test_what_is_slipped_in_does_nothing(open_page: Pages) -> None:
    """Scripts, handlers, frames and forms that get into a page do not run, and reach no other server."""
    page = open_page("/")
    with platform("") as (outside, asked):
        assert page.evaluate(INJECTED, outside) == []
        page.wait_for_function("count => refusals.size === count", arg=len(KINDS))
        assert page.evaluate("[...refusals].sort()") == KINDS
        assert page.evaluate("marks") == []
        assert asked == []
    open_page.trouble.clear()


def test_weights_can_be_taken_along(open_page: Pages, tmp_path: Path) -> None:
    """The file of weights beside a long program can be downloaded, and holds them."""
    page = open_page("/?cell=lstm&hidden=12")
    page.get_by_role("button", name="The code", exact=True).click()
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    download.value.save_as(tmp_path / "weights.npz")
    with np.load(tmp_path / "weights.npz") as weights:
        assert weights["W_hf"].shape == (12, 12)


FRAME = "<iframe id=app style='width: 1200px; height: 700px' src='%s'></iframe>"


def test_a_stranger_frames_nothing(context: BrowserContext, server: str) -> None:
    """Framed by a site that nobody named, the app is not shown."""
    page = context.new_page()
    refused = page.expect_event("requestfailed", lambda request: request.url.startswith(server))
    with platform(FRAME % server) as (outside, _), refused:
        page.goto(outside)
    page.close()


def test_a_named_platform_frames_it(context: BrowserContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Framed by a site that was named at the start, the app is drawn."""
    page = context.new_page()
    with platform("") as (outside, _):
        monkeypatch.setenv(EMBEDDING, outside)
        with serving(tmp_path) as school:
            page.goto(outside)
            page.set_content(FRAME % school)
            page.frame_locator("#app").locator('.rnnviz-player[data-ready="true"]').wait_for()
    page.close()
