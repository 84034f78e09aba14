"""What the server does beside running the pages: its own files, its door, a start that leaves no work to visitors."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import importlib
import json
import logging
import os
import pkgutil
import socket
import sys
import webbrowser
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import plotly
import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse
from starlette.routing import Route
from streamlit import config, net_util
from streamlit.runtime import get_instance

import rnnviz
from rnnviz.ui.door import headers
from rnnviz.ui.door.compression import GzipOnce, unchanged
from rnnviz.ui.door.entrance import Entrance
from rnnviz.ui.door.frames import Frames, NoTraceback
from rnnviz.ui.door.uploads import Uploads
from rnnviz.ui.jobs import JOBS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

MAIN: Final = Path(__file__).with_name("main.py")

# Empty, or "/name" where the server runs below a path (server.baseUrlPath).
_BASE: Final = ("/" + str(st.get_option("server.baseUrlPath") or "").strip("/")).rstrip("/")

# The version is part of the address, so that browsers may keep the file for good.
PLOTLY_URL: Final = f"{_BASE}/plotly/plotly-{version('plotly')}.min.js"
_PLOTLY_FILE: Final = Path(str(files(plotly) / "package_data" / "plotly.min.js"))
_STATIC: Final = Path(st.__file__).parent / "static"
_FOR_GOOD: Final = "public, immutable, max-age=31536000"

# Fonts and pictures are compressed already.
_WORTH_IT: Final = frozenset({".css", ".html", ".js", ".json", ".svg"})


def _script(request: Request, file: Path) -> Response:
    answer = FileResponse(
        file, stat_result=file.stat(), media_type="text/javascript", headers={"cache-control": _FOR_GOOD}
    )
    return unchanged(request.headers, answer.headers) or answer


async def _plotly(request: Request) -> Response:
    return _script(request, _PLOTLY_FILE)


async def _not_found(_request: Request) -> Response:
    # Without this, Streamlit answers an old version's address with its own page and a 200.
    return PlainTextResponse("Not found", status_code=404)


PLAYER: Final = Path(rnnviz.__file__).parent / "player"
_MODULES: Final = {file.relative_to(PLAYER).as_posix(): file for file in sorted(PLAYER.rglob("*.js"))}
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
    """The script of a component that is one of the player's modules, such as "host.js"."""
    return _SCRIPT % json.dumps(f"{_PLAYER}/{module}")


async def _module(request: Request) -> Response:
    file = _MODULES.get(request.path_params["name"])
    if file is None:
        return await _not_found(request)
    return _script(request, file)


async def _learn(request: Request) -> Response:
    """What a browser hears of its training: whoever has the token may ask, and asking keeps it going."""
    job = JOBS.known.get(request.path_params["token"])
    if job is None:
        return await _not_found(request)
    first = request.query_params.get("from", "0")
    job.heard()
    told = job.told(min(int(first), 100_000) if first.isascii() and first.isdigit() and len(first) < 7 else 0)
    return JSONResponse(told, headers={"cache-control": "no-store"})


LEARN_URL: Final = f"{_BASE}/learn"
ROUTES: Final = [
    Route(f"{LEARN_URL}/{{token}}", _learn, methods=["GET"]),
    Route(f"{_PLAYER}/{{name:path}}", _module, methods=["GET"]),
    Route(f"{_BASE}/player/{{name:path}}", _not_found, methods=["GET"]),
    Route(PLOTLY_URL, _plotly, methods=["GET"]),
    Route(f"{_BASE}/plotly/{{name:path}}", _not_found, methods=["GET"]),
]


def static_paths() -> frozenset[str]:
    """The addresses of every file worth compressing: Streamlit's own page and scripts, and plotly.js."""
    files = (file for file in _STATIC.rglob("*") if file.suffix in _WORTH_IT)
    found = {f"{_BASE}/{file.relative_to(_STATIC).as_posix()}" for file in files}
    return frozenset(found | {PLOTLY_URL, f"{_BASE}/", *(f"{_PLAYER}/{name}" for name in _MODULES)})


def _headers() -> dict[str, str]:
    page = (_STATIC / "index.html").read_text(encoding="utf-8")
    try:
        return headers.always(page, os.environ.get(headers.EMBEDDING, ""))
    except ValueError as error:
        sys.exit(str(error))


HEADERS: Final = _headers()


def _settings(name: str) -> list[str]:
    return list(st.get_option(name) or [])


# The first is the outermost.
MIDDLEWARE: Final = [
    Middleware(headers.Always, headers=HEADERS),
    Middleware(
        Entrance,
        names=[*_settings("server.allowedHosts"), *filter(None, [st.get_option("browser.serverAddress")])],
        origins=_settings("server.corsAllowedOrigins") if st.get_option("server.enableCORS") else ["*"],
        # How many visitors there are and what they ran is nobody's business, and no page needs these.
        closed=[f"{_BASE}/_stcore/{name}" for name in ("metrics", "agent", "script-health-check")],
    ),
    Middleware(Frames, longest=st.get_option("server.maxWidgetStateSize") * 1024 * 1024),
    Middleware(Uploads, base=_BASE, largest=st.get_option("server.maxUploadSize") * 1024 * 1024, runtime=get_instance),
    Middleware(GzipOnce, paths=static_paths()),
]


async def failed(_request: Request, _error: Exception) -> Response:
    """The answer where a route raised; it is given outside the middleware. The traceback goes to the log."""
    return PlainTextResponse("Internal Server Error", status_code=500, headers=HEADERS)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Start the server: import everything, take it out of the collector's sight, say where the page is."""
    # Streamlit would ask an outside service for this machine's address at every request from a foreign origin.
    net_util.get_external_ip = lambda: None
    # The entrance has read the names, and knows more than Streamlit, which would refuse numbers beside them.
    config.set_option("server.allowedHosts", [])
    logging.getLogger("uvicorn.error").addFilter(NoTraceback())
    send_at_once()
    warm_up()
    JOBS.open()
    _announce()
    yield {}
    JOBS.close()


def send_at_once() -> None:
    """Let no frame wait for the answer to the one before (TCP_NODELAY), on every connection that will be accepted.

    asyncio does so by itself, but passes over sockets made as Streamlit makes its own; each answer would take 40 ms
    longer. Connections inherit it from the socket that listens, which nobody hands us, so we look for it.
    """
    for found in gc.get_objects():
        if (
            issubclass(type(found), socket.socket)  # isinstance would ask a weak proxy, whose object may be gone
            and found.family in (socket.AF_INET, socket.AF_INET6)
            and found.fileno() != -1
            and found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
        ):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def warm_up() -> None:
    """Import what pages need, so that the first visitor does not wait for it, and freeze it.

    What is imported stays for good; looking through it again and again is what makes collections slow.
    """
    for name in ("numpy", "pandas", *_own_modules()):
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
