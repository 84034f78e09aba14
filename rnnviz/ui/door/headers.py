"""What every answer allows a browser to do: the content security policy and its neighbours."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The environment variable that names the sites which may show the app in a frame, beside the app itself.
EMBEDDING: Final = "RNNVIZ_FRAME_ANCESTORS"
_SITE: Final = re.compile(r"(https?://)?(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:([0-9]{1,5}|\*))?", re.IGNORECASE)


class _InlineScripts(HTMLParser):
    """Collects the text of every script that is written into a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and "src" not in dict(attrs)
        if self._inside:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = False


def hashes(page: str) -> list[str]:
    """The sources by which a policy allows the inline scripts of an HTML page, 'sha256-...', in order."""
    # A browser turns every line end into \n before it looks at the script.
    parser = _InlineScripts()
    parser.feed(page.replace("\r\n", "\n").replace("\r", "\n"))
    parser.close()
    digests = (hashlib.sha256(script.encode()).digest() for script in parser.found)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def framed_by(said: str) -> str:
    """The sites that may frame the app, as the policy writes them: the app itself and those named in `said`.

    Raises ValueError where `said` is anything but sites with blanks between them, such as "https://moodle.example.edu".
    """
    for site in said.split():
        if not _SITE.fullmatch(site):
            raise ValueError(f"{EMBEDDING}: {site!r} is not a site such as https://moodle.example.edu")
    return " ".join(["'self'", *said.split()])


def always(page: str, framing: str = "") -> dict[str, str]:
    """The headers of every answer, by name.

    `page` is the HTML whose inline scripts may run; `framing` names the sites that may show the app in a frame.
    """
    policy = {
        "default-src": "'none'",
        # blob: is how Streamlit loads the script of a component.
        "script-src": " ".join(["'self'", "blob:", *hashes(page)]),
        # Streamlit and Plotly write their styles into the page.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",  # blob: is how Plotly makes a picture to keep
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "frame-ancestors": framed_by(framing),
        "base-uri": "'none'",
        "form-action": "'none'",
        "object-src": "'none'",
    }
    # No X-Frame-Options: it cannot name the sites that frame-ancestors names, and every browser heeds the latter.
    return {
        "content-security-policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }


class Always:
    """Middleware that adds `headers` to every answer, whoever gives it."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with(message: Message) -> None:
            # The second is the refusal of a websocket.
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, send_with)
