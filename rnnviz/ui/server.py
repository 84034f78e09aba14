"""What the server does beside running the pages: plotly.js, compression, a start that leaves no work to visitors."""

from __future__ import annotations

import asyncio
import gc
import gzip
import hashlib
import importlib
import json
import pkgutil
import webbrowser
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import plotly
import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import Route
from streamlit import net_util

import rnnviz

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAIN: Final = Path(__file__).with_name("main.py")

# Empty, or "/name" where the server runs below a path (server.baseUrlPath).
_BASE: Final = ("/" + str(st.get_option("server.baseUrlPath") or "").strip("/")).rstrip("/")

# The version is part of the address, so that browsers may keep the file for good.
PLOTLY_URL: Final = f"{_BASE}/plotly/plotly-{version('plotly')}.min.js"
_PLOTLY_FILE: Final = Path(str(files(plotly) / "package_data" / "plotly.min.js"))
_FOR_GOOD: Final = "public, immutable, max-age=31536000"

# Fonts and pictures are compressed already.
_WORTH_IT: Final = frozenset({".css", ".html", ".js", ".json", ".svg"})


async def _plotly(_request: Request) -> Response:
    return FileResponse(_PLOTLY_FILE, media_type="text/javascript", headers={"cache-control": _FOR_GOOD})


async def _not_found(_request: Request) -> Response:
    # Without this, Streamlit answers an old version's address with its own page and a 200.
    return PlainTextResponse("Not found", status_code=404)


PLAYER: Final = Path(__file__).parent / "player" / "js"
_MODULES: Final = {file.name: file for file in sorted(PLAYER.glob("*.js"))}
# The address changes with the files, so that browsers may keep these for good too.
_PLAYER: Final = (
    f"{_BASE}/player/" + hashlib.sha256(b"".join(file.read_bytes() for file in _MODULES.values())).hexdigest()[:12]
)

# A component's own script travels with every run of a page, so it is only this; the modules are files of the server.
_SCRIPT: Final = """export default function (component) {
  let here = true, close;
  import(new URL(%s, location.href)).then((module) => { if (here) close = module.default(component); });
  return () => { here = false; close?.(); };
}"""


def script(module: str) -> str:
    """The script of a component that is one of the player's modules, such as "player.js"."""
    return _SCRIPT % json.dumps(f"{_PLAYER}/{module}")


async def _module(request: Request) -> Response:
    file = _MODULES.get(request.path_params["name"])
    if file is None:
        return await _not_found(request)
    return FileResponse(file, media_type="text/javascript", headers={"cache-control": _FOR_GOOD})


ROUTES: Final = [
    Route(f"{_PLAYER}/{{name}}", _module, methods=["GET"]),
    Route(f"{_BASE}/player/{{name:path}}", _not_found, methods=["GET"]),
    Route(PLOTLY_URL, _plotly, methods=["GET"]),
    Route(f"{_BASE}/plotly/{{name:path}}", _not_found, methods=["GET"]),
]


def static_paths() -> frozenset[str]:
    """The addresses of every file worth compressing: Streamlit's own page and scripts, and plotly.js."""
    root = Path(st.__file__).parent / "static"
    found = {f"{_BASE}/{file.relative_to(root).as_posix()}" for file in root.rglob("*") if file.suffix in _WORTH_IT}
    return frozenset(found | {PLOTLY_URL, f"{_BASE}/", *(f"{_PLAYER}/{name}" for name in _MODULES)})


@dataclass(frozen=True, slots=True)
class _Reply:
    headers: list[tuple[bytes, bytes]]
    body: bytes


class GzipOnce:
    """Middleware that compresses each of `paths` at its first request, in a thread, and keeps the result.

    Only these paths are ever kept, whatever the query string: what visitors ask for cannot fill the memory.
    Requests for anything else are passed on as they came.
    """

    def __init__(self, app: ASGIApp, paths: frozenset[str]) -> None:
        self.app = app
        self.paths = paths
        self._replies: dict[str, asyncio.Task[_Reply | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or scope["path"] not in self.paths:
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        # The file's own route answers a range or a "not modified" better, and a HEAD has no body.
        as_it_is = scope["method"] == "HEAD" or "range" in headers or "if-none-match" in headers
        if not as_it_is and _takes_gzip(headers.get("accept-encoding", "")):
            reply = await self._reply(scope)
            if reply is not None:
                await send({"type": "http.response.start", "status": 200, "headers": reply.headers})
                return await send({"type": "http.response.body", "body": reply.body})

        async def send_varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                _vary(MutableHeaders(scope=message))
            await send(message)

        # Without accept-encoding, or Streamlit would compress it again at every request.
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        return await self.app({**scope, "headers": plain}, receive, send_varying)

    async def _reply(self, scope: Scope) -> _Reply | None:
        path = scope["path"]
        if path not in self._replies:
            self._replies[path] = asyncio.create_task(self._compress(scope))
        # Shielded: a visitor who leaves must not cancel what others wait for.
        try:
            reply = await asyncio.shield(self._replies[path])
        except Exception:
            self._replies.pop(path, None)
            raise
        if reply is None:
            self._replies.pop(path, None)
        return reply

    async def _compress(self, scope: Scope) -> _Reply | None:
        """Fetch the file from the app, as an anonymous visitor would, and compress it; None if the app refuses."""
        host = [(name, value) for name, value in scope["headers"] if name == b"host"]
        start: Message = {}
        body = bytearray()
        asked = False

        async def receive() -> Message:
            nonlocal asked
            if asked:
                await asyncio.Event().wait()  # this visitor never leaves
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        await self.app({**scope, "headers": host, "query_string": b"", "extensions": {}}, receive, send)
        headers = MutableHeaders(raw=list(start["headers"]))
        if start["status"] != 200 or "content-encoding" in headers or "set-cookie" in headers:
            return None
        packed = await asyncio.to_thread(gzip.compress, bytes(body))
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(packed))
        _vary(headers)
        if "etag" in headers:
            # Weak: the same file, but not the same bytes.
            headers["etag"] = "W/" + headers["etag"].removeprefix("W/")
        return _Reply(headers.raw, packed)


def _vary(headers: MutableHeaders) -> None:
    """Tell caches that the answer depends on Accept-Encoding; Streamlit has done so for some addresses."""
    if "accept-encoding" not in headers.get("vary", "").lower():
        headers.add_vary_header("Accept-Encoding")


def _takes_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header allows gzip ("gzip;q=0" forbids it)."""
    for item in accept_encoding.lower().split(","):
        name, _, quality = item.partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Start the server: import everything, take it out of the collector's sight, say where the page is."""
    # Streamlit would ask an outside service for this machine's address at every request from a foreign origin.
    net_util.get_external_ip = lambda: None
    warm_up()
    _announce()
    yield {}


def warm_up() -> None:
    """Import what pages need, so that the first visitor does not wait for it, and freeze it.

    What is imported stays for good; looking through it again and again is what makes collections slow.
    """
    for name in ("numpy", "pandas", "plotly.graph_objects", *_own_modules()):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _own_modules() -> list[str]:
    # main.py is a script: it runs once a visitor, and importing it would run it for nobody.
    names = (module.name for module in pkgutil.walk_packages(rnnviz.__path__, "rnnviz."))
    return [name for name in names if name != "rnnviz.ui.main"]


def _announce() -> None:
    port = st.get_option("server.port")
    local = f"http://localhost:{port}{_BASE}"
    print(f"\n  rnnviz is ready.\n\n  Local URL:   {local}")
    address = net_util.get_internal_ip()
    if address and not st.get_option("server.address"):
        print(f"  Network URL: http://{address}:{port}{_BASE}")
    print(flush=True)
    if not st.get_option("server.headless"):
        # Streamlit opens no browser for an app that brings its own server. Not at once: it listens after this.
        loop = asyncio.get_running_loop()
        loop.call_later(0.5, loop.run_in_executor, None, webbrowser.open, local)
