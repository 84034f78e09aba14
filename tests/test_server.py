"""The server: compression, plotly.js, safe settings, a start that leaves no work to visitors."""

from __future__ import annotations

import asyncio
import gzip
import socket
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from rnnviz.ui.door.compression import GzipOnce
from rnnviz.ui.server import PLOTLY_URL, send_at_once
from tests.serving import PLAYER_URL, SCRIPTS, ask, in_fresh_process

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.types import Message, Receive, Scope, Send

CONTENT = b"let h = Math.tanh(a);\n" * 1000


class FakeApp:
    """Serves CONTENT at every address, and counts."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.scopes: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        await asyncio.sleep(0)
        headers = [(b"content-length", str(len(CONTENT)).encode()), (b"etag", b'"1"')]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": CONTENT[:100], "more_body": True})
        await send({"type": "http.response.body", "body": CONTENT[100:]})


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run in a thread of its own: Playwright keeps a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


async def request(app: GzipOnce, path: str = "/a.js", method: str = "GET", **headers: str) -> tuple[dict, bytes]:
    """The headers and the body that `app` answers."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": b"v=1", "headers": raw}
    await app(scope, receive, send)
    answered = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
    return answered, b"".join(message["body"] for message in messages[1:])


@pytest.fixture
def compressions(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Everything that gets compressed during the test."""
    seen: list[bytes] = []
    compress = gzip.compress
    monkeypatch.setattr(gzip, "compress", lambda data: [seen.append(data), compress(data)][1])
    return seen


def test_concurrent_first_requests_compress_once(compressions: list[bytes]) -> None:
    """Thirty visitors at the same moment cost one read and one compression."""
    inner = FakeApp()

    async def thirty() -> list[tuple[dict, bytes]]:
        app = GzipOnce(inner, frozenset({"/a.js"}))
        return await asyncio.gather(*(request(app, accept_encoding="gzip, br") for _ in range(30)))

    for headers, body in run(thirty()):
        assert gzip.decompress(body) == CONTENT
        assert headers["content-encoding"] == "gzip"
        assert int(headers["content-length"]) == len(body)
        assert headers["vary"] == "Accept-Encoding"
        assert headers["etag"] == 'W/"1"'
    assert compressions == [CONTENT]
    assert len(inner.scopes) == 1


def test_a_visitor_who_leaves_cancels_nobody(compressions: list[bytes]) -> None:
    """When the first visitor disconnects, the second still gets the file, compressed once."""

    async def leave() -> bytes:
        app = GzipOnce(FakeApp(), frozenset({"/a.js"}))
        first = asyncio.create_task(request(app, accept_encoding="gzip"))
        second = asyncio.create_task(request(app, accept_encoding="gzip"))
        await asyncio.sleep(0)
        first.cancel()
        return (await second)[1]

    assert gzip.decompress(run(leave())) == CONTENT
    assert len(compressions) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"accept_encoding": "br"},
        {"accept_encoding": "gzip;q=0, br"},
        {"accept_encoding": "gzip", "range": "bytes=0-9"},
        {"accept_encoding": "gzip", "method": "HEAD"},
    ],
)
def test_passed_on_uncompressed(headers: dict[str, str], compressions: list[bytes]) -> None:
    """Without gzip, with a range or HEAD, the app answers, and is not asked to compress."""
    inner = FakeApp()
    answered, body = run(request(GzipOnce(inner, frozenset({"/a.js"})), **headers))
    assert body == CONTENT
    assert "content-encoding" not in answered
    assert answered["vary"] == "Accept-Encoding"
    assert b"accept-encoding" not in dict(inner.scopes[0]["headers"])
    assert compressions == []


def test_nothing_else_is_kept(compressions: list[bytes]) -> None:
    """Unknown addresses and refused files are never kept, so visitors cannot fill the memory."""

    async def ask() -> None:
        known = GzipOnce(FakeApp(), frozenset({"/a.js"}))
        for number in range(50):
            await request(known, path=f"/{number}.js", accept_encoding="gzip")
        assert not known._replies
        refused = GzipOnce(FakeApp(status=404), frozenset({"/a.js"}))
        await request(refused, accept_encoding="gzip")
        assert not refused._replies

    run(ask())
    assert compressions == []


def test_plotly_js_is_kept_for_good(server: str) -> None:
    """plotly.js comes from our own server, compressed once, and browsers may keep it under its versioned address."""
    answer, packed = ask(server, PLOTLY_URL, accept_encoding="gzip")
    _, plain = ask(server, PLOTLY_URL)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "public, immutable, max-age=31536000"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers.get_all("content-encoding") == ["gzip"]
    assert answer.headers["vary"].lower().count("accept-encoding") == 1
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 3


def test_static_files_are_compressed(server: str) -> None:
    """Streamlit's own scripts and page are compressed, and keep the headers that Streamlit gave them."""
    for path in (SCRIPTS[0], SCRIPTS[-1], "/"):
        packed, body = ask(server, path, accept_encoding="gzip")
        plain, whole = ask(server, path)
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(body) == whole
        assert packed.headers["cache-control"] == plain.headers["cache-control"]


@pytest.mark.parametrize("path", [SCRIPTS[0], PLOTLY_URL, PLAYER_URL, "/"])
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_known_file_is_not_sent_again(server: str, path: str, encoding: str) -> None:
    """A browser that shows the ETag of a file, compressed or not, is told that nothing changed; an old ETag is not."""
    answer, body = ask(server, path, accept_encoding=encoding)
    etag = answer.headers["etag"]
    for known in (etag, f'"other", {etag.removeprefix("W/")}'):
        again, nothing = ask(server, path, accept_encoding=encoding, if_none_match=known)
        assert (again.status, nothing) == (304, b"")
        assert again.headers["cache-control"] in (None, answer.headers["cache-control"])  # None: as it was
        assert again.headers["vary"].lower().count("accept-encoding") == 1
    newer, whole = ask(server, path, accept_encoding=encoding, if_none_match='"other"')
    assert (newer.status, whole) == (200, body)
    assert newer.headers["content-encoding"] == answer.headers["content-encoding"]


def test_ranges_are_of_the_file_itself(server: str) -> None:
    """A range counts the bytes of the file, not of its compressed form."""
    answer, body = ask(server, PLOTLY_URL, accept_encoding="gzip", range="bytes=0-9")
    assert answer.status == 206
    assert answer.headers["content-encoding"] is None
    assert body == ask(server, PLOTLY_URL)[1][:10]


def test_other_versions_of_plotly_are_not_found(server: str) -> None:
    """An address that names another version is a 404, not Streamlit's page."""
    for path in ("/plotly/plotly-1.0.0.min.js", "/plotly/", "/plotly/../app.py"):
        assert ask(server, path, accept_encoding="gzip")[0].status in (400, 404)


def test_settings_are_safe() -> None:
    """The settings that protect a class are on, whatever Streamlit's defaults become."""
    wanted = {
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.enableStaticServing": False,
        "server.enableAgentApi": False,
        "server.showEmailPrompt": False,
        "server.maxUploadSize": 2,
        "browser.gatherUsageStats": False,
        "logger.hideWelcomeMessage": True,
        "client.allowedOrigins": [],
        "client.showErrorDetails": "none",
        "client.toolbarMode": "viewer",
        "runner.postScriptGC": False,
    }
    code = f"import streamlit as st; print({{name: st.get_option(name) for name in {list(wanted)}}})"
    assert in_fresh_process(code).strip() == str(wanted)


def test_no_frame_waits_for_the_one_before() -> None:
    """Connections to a socket that listened before the start send at once; asyncio leaves such a socket as it is.

    Whatever else is in memory, be it a proxy of what is gone, does not hinder the start.
    """
    gone = weakref.proxy(type("Gone", (), {})())
    with pytest.raises(ReferenceError):
        gone.anything  # noqa: B018 - it is asked whether it is there
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        send_at_once()
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_start_leaves_nothing_to_the_first_visitor() -> None:
    """Starting imports NumPy, pandas and Plotly, and takes them out of the garbage collector's sight."""
    code = (
        "import gc, sys; from rnnviz.ui import server; server.warm_up();"
        "print(gc.get_freeze_count(), {'numpy', 'pandas', 'rnnviz.core'} <= set(sys.modules))"
    )
    frozen, imported = in_fresh_process(code).split()
    assert int(frozen) > 50_000
    assert imported == "True"
