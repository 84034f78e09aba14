"""Who may ask: the names this server answers to, the pages that may open a session, and the addresses that are closed.

A page of another site can make its own name point at this machine, and a browser then takes the two for one site ("DNS
rebinding"). The name is still in the Host header, so a name that nobody gave this server is refused. An address of
digits cannot be made to point elsewhere, and is always answered.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

_HOST: Final = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
_PORTS: Final = {"http": 80, "https": 443}

UNKNOWN_NAME: Final = (
    "This server does not answer to this name. Open it by its number, or let whoever runs it allow the name: "
    "server.allowedHosts in .streamlit/config.toml.\n"
)
FOREIGN_PAGE: Final = "A page of another site or port may not open a session here.\n"


def own_names() -> frozenset[str]:
    """What this machine calls itself, without asking anybody else."""
    name = socket.gethostname().lower().rstrip(".")
    short = name.partition(".")[0]
    return frozenset({"localhost", name, short, f"{short}.local"}) - {""}


def name_and_port(host: str) -> tuple[str, int | None] | None:
    """A Host header taken apart, in small letters; None where it is none."""
    match = _HOST.fullmatch(host)
    if match is None:
        return None
    return match["name"].lower().rstrip("."), int(match["port"]) if match["port"] else None


def is_number(name: str) -> bool:
    """Whether the name in a Host header is an IP address."""
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def same_site(origin: str, host: str) -> bool:
    """Whether a page of this origin, "http://a:1", came from the server of this Host header, "a:1"."""
    try:
        parts = urlsplit(origin)
        default = _PORTS[parts.scheme]
        page = name_and_port(parts.netloc)
    except (ValueError, KeyError):
        return False
    asked = name_and_port(host)
    if page is None or asked is None:
        return False
    # A port that goes without saying is that of the page's scheme, also where a proxy speaks https for us.
    return (page[0], page[1] or default) == (asked[0], asked[1] or default)


class Entrance:
    """Middleware that answers to known names, opens sessions to its own pages, and keeps some addresses closed.

    `names` are host names, or "*.example.edu" for all below one, or "*" for any; numbers and the names of this machine
    need not be among them. `origins` are other pages that may open a session. `closed` are the beginnings of paths.
    """

    def __init__(
        self, app: ASGIApp, names: Iterable[str] = (), origins: Iterable[str] = (), closed: Iterable[str] = ()
    ) -> None:
        self.app = app
        self.names = own_names() | {name.strip().lower().rstrip(".") for name in names}
        self.origins = frozenset(origins)
        self.closed = tuple(closed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
            return await send({"type": "websocket.close", "code": 1008})
        return await refusal(scope, receive, send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not self.knows(host):
            return PlainTextResponse(UNKNOWN_NAME, status_code=421)
        # A page always tells its origin; a program that tells none could tell any.
        if scope["type"] == "websocket" and origin is not None and not self.trusts(origin, host):
            return PlainTextResponse(FOREIGN_PAGE, status_code=403)
        if scope["path"].startswith(self.closed):
            return PlainTextResponse("Not found", status_code=404)
        return None

    def knows(self, host: str) -> bool:
        """Whether this Host header names this server."""
        asked = name_and_port(host)
        if asked is None:
            return False
        name, _ = asked
        if "*" in self.names or name in self.names or is_number(name) or name.endswith(".localhost"):
            return True
        return any(known.startswith("*.") and name.endswith(known[1:]) for known in self.names)

    def trusts(self, origin: str, host: str) -> bool:
        """Whether a page of this origin may open a session at this Host."""
        return same_site(origin, host) or "*" in self.origins or origin in self.origins
