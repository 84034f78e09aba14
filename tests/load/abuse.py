"""What a hostile visitor sends. Each ends by itself; the server may refuse, and must go on serving the others."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import random
import string
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.load.visitor import Visitor, host_of, opened

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LETTERS = string.ascii_lowercase
FLAG = "\N{REGIONAL INDICATOR SYMBOL LETTER K}\N{REGIONAL INDICATOR SYMBOL LETTER R}"


def link(path: str = "", **choices: str) -> Callable[[str], Awaitable[None]]:
    """Opens one link."""

    async def attack(address: str) -> None:
        async with Visitor(address, urlencode(choices), path) as visitor:
            assert not visitor.bad, visitor.bad

    return attack


def typed(text: Callable[[], str], **choices: str) -> Callable[[str], Awaitable[None]]:
    """Types three texts into the field."""

    async def attack(address: str) -> None:
        async with Visitor(address, urlencode(choices)) as visitor:
            for _ in range(3):
                await visitor.choose(Sequence=text())
            assert not visitor.bad, visitor.bad

    return attack


def letters(count: int) -> Callable[[], str]:
    """Random letters, another text each time."""
    return lambda: "".join(random.choices(LETTERS, k=count))


async def frames(address: str) -> None:
    """Sends what is no message: random bytes, nothing, text, three megabytes."""
    for frame in (os.urandom(200), b"", b"\xff" * 50, "text", os.urandom(3_000_000)):
        with contextlib.suppress(websockets.ConnectionClosed):
            socket = await opened(address)
            await socket.send(frame)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(socket.recv(), 0.2)  # bounded: a frame may simply be passed over
            await socket.close()


async def clear_cache(address: str) -> None:
    """Asks to clear everybody's caches, fifty times."""
    message = BackMsg()
    message.clear_cache = True
    async with Visitor(address) as visitor:
        with contextlib.suppress(websockets.ConnectionClosed):
            for _ in range(50):
                await visitor.socket.send(message.SerializeToString())
                await asyncio.sleep(0)


async def uploads(address: str, files: int = 60) -> None:
    """Uploads files of 1.9 MB that no page asked for."""
    async with Visitor(address, "source=file") as visitor:
        await asyncio.to_thread(put, address, visitor.session, files)


def put(address: str, session: str, files: int) -> None:
    """The uploads, one after the other; any answer will do."""
    connection = http.client.HTTPConnection(host_of(address), timeout=60)
    connection.request("GET", "/_stcore/health")
    answer = connection.getresponse()
    answer.read()
    cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    token = next((cookie.split("=", 1)[1].strip('"') for cookie in cookies if cookie.startswith("_streamlit_xsrf")), "")
    body = b'--X\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body += b"1,2\n" * 475_000 + b"\r\n--X--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=X", "Origin": address}
    headers |= {"Cookie": f"_streamlit_xsrf={token}", "X-Xsrftoken": token}
    for i in range(files):
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("PUT", f"/_stcore/upload_file/{session}/{i}", body, headers)
            connection.getresponse().read()
            continue
        connection.close()
        connection = http.client.HTTPConnection(host_of(address), timeout=60)
    connection.close()


LAGS = "\n".join(f"s{k}[t] = tanh(A{k} @ x[t] + B{k} @ s{k}[t-1] + C{k} @ s{k}[t-2] + b_{k})" for k in range(40))
MATRICES = "h[t] = tanh(W @ x[t] + s0[t])\n" + "\n".join(
    f"s{k}[t] = tanh(" + " + ".join(f"{w}{k} @ h[t-1]" for w in "ABCD") + ")" for k in range(30)
)
EDIT = "x.1.1:0.5"
LONG = "".join(random.Random(0).choices(LETTERS, k=200))

# By what it is called in the table.
ABUSES: dict[str, Callable[[str], Awaitable[None]]] = {
    "a number in 45,000 blanks": link(source="numbers", text="1" + " " * 45_000 + "1"),
    "20,000 letters": typed(letters(20_000)),
    "1.5 million letters": typed(letters(1_500_000)),
    "60,000 flags": typed(lambda: FLAG * 60_000),
    "20,000 brackets": typed(lambda: "(" * 20_000, source="words"),
    "20,000 numbers": typed(lambda: " ".join(f"{random.random():.6f}" for _ in range(20_000)), source="numbers"),
    "3,300 changes that do not fit": link(edit=",".join(f"Q.{k}.1:1" for k in range(3_300))),
    "200 steps of an LSTM, H = 32": typed(letters(200), cell="lstm", hidden="32", weights="random"),
    "a product of 790 factors": link(cell="own", equations=f"y[t] = {'*'.join(['x[t]'] * 790)}", text=LONG),
    "40 equations with two lags": link("compare", cell="own", equations=LAGS, text=LONG, hidden="32", edit=EDIT),
    "120 matrices": link("compare", cell="own", equations=MATRICES, text=LONG, hidden="32", edit=EDIT),
    "frames that are no message": frames,
    "clear the caches": clear_cache,
    "60 uploads of 1.9 MB": uploads,
}
