"""Files compressed once and kept, and not sent to a browser that has them."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class _Reply:
    headers: list[tuple[bytes, bytes]]
    body: bytes


class GzipOnce:
    """Middleware that compresses each of `paths` at its first request, in a thread, and keeps the result.

    Only these paths are ever kept, whatever the query string: what visitors ask for cannot fill the memory.
    A browser that has the file already is told so. Requests for anything else are passed on as they came.
    """

    def __init__(self, app: ASGIApp, paths: frozenset[str]) -> None:
        self.app = app
        self.paths = paths
        self._replies: dict[str, asyncio.Task[_Reply | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or scope["path"] not in self.paths:
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        # The file's own route answers a range better, and a HEAD has no body.
        as_it_is = scope["method"] == "HEAD" or "range" in headers
        if not as_it_is and _takes_gzip(headers.get("accept-encoding", "")):
            reply = await self._reply(scope)
            if reply is not None:
                known = unchanged(headers, Headers(raw=reply.headers))
                if known is not None:
                    return await known(scope, receive, send)
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


def unchanged(asked: Headers, answer: Headers) -> Response | None:
    """The 304 where a browser says (If-None-Match) that it has what this answer would bring; else None."""
    known = asked.get("if-none-match")
    etag = answer.get("etag", "").removeprefix("W/")
    if not etag or known is None:
        return None
    if known.strip() != "*" and etag not in (one.strip().removeprefix("W/") for one in known.split(",")):
        return None
    # What RFC 9110, 15.4.5 asks for.
    kept = ("cache-control", "content-location", "date", "etag", "expires", "vary")
    return Response(status_code=304, headers={name: value for name, value in answer.items() if name in kept})


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
