"""Files that are kept: the newest of a session, a total over all, and none of whoever has gone when room is short."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from rnnviz.ui.door.uploads import A_SESSION, Uploads
from tests.conftest import run

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

SIZE = 1000
ROOM = 5


class Server:
    """Keeps each file that is put, as Streamlit does, behind a door with room for ROOM files; `here` are connected."""

    def __init__(self) -> None:
        self.files = MemoryUploadedFileManager("/_stcore/upload_file")
        self.here: set[str] = {"a", "b", "c", "d"}
        self.slow: asyncio.Event | None = None
        runtime: Any = SimpleNamespace(uploaded_file_mgr=self.files, is_active_session=self.here.__contains__)
        self.door = Uploads(self.keep, "", SIZE, lambda: runtime, ROOM * SIZE)

    async def keep(self, scope: Scope, _receive: Receive, send: Send) -> None:
        if self.slow:
            await self.slow.wait()
        session, file = scope["path"].split("/")[-2:]
        self.files.add_file(session, UploadedFileRec(file, "a.csv", "text/csv", b"1" * SIZE))
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def put(self, session: str, file: str) -> int:
        """The status that a page gets which sends this file."""
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request"}

        path = f"/_stcore/upload_file/{session}/{file}"
        await self.door({"type": "http", "method": "PUT", "path": path, "headers": []}, receive, send)
        return sent[0]["status"]

    def putting(self, *names: str) -> list[int]:
        """The statuses of files sent one after the other, each named by its session's letter and its number."""

        async def go() -> list[int]:
            return [await self.put(name[0], name[1:]) for name in names]

        return run(go())

    def kept(self) -> dict[str, list[str]]:
        return {session: list(files) for session, files in self.files.file_storage.items()}


def test_a_session_keeps_its_newest() -> None:
    """Of sixty files that a session sends, the newest two stay."""
    server = Server()
    for number in range(60):
        assert server.putting(f"a{number}") == [204]
    assert server.kept() == {"a": ["58", "59"]}
    assert A_SESSION == 2


def test_no_more_than_the_total() -> None:
    """Where all sessions that are there fill the room, the next file is refused, and nothing that is kept goes."""
    server = Server()
    assert server.putting("a1", "a2", "b1", "b2", "c1", "c2", "d1") == [204] * 5 + [507] * 2
    assert server.kept() == {"a": ["1", "2"], "b": ["1", "2"], "c": ["1"]}


def test_who_has_gone_makes_room() -> None:
    """Files of a session whose browser has gone are given up when room is short, not before."""
    server = Server()
    assert server.putting("a1", "b1", "b2", "c1") == [204] * 4
    server.here.discard("b")
    assert server.putting("a2") == [204]
    assert "b" in server.kept()
    assert server.putting("c2") == [204]
    assert server.kept() == {"a": ["1", "2"], "c": ["1", "2"]}


def test_a_session_sends_two_at_a_time() -> None:
    """While two files of a session are on their way, a third is refused and another session's comes through."""
    server = Server()

    async def go() -> list[int]:
        server.slow = asyncio.Event()
        first = [asyncio.create_task(server.put("a", str(number))) for number in range(3)]
        other = asyncio.create_task(server.put("b", "1"))
        refused = await first[2]
        server.slow.set()
        return [refused, await first[0], await first[1], await other]

    assert run(go()) == [429, 204, 204, 204]
    assert not server.door._arriving
    assert server.kept() == {"a": ["0", "1"], "b": ["1"]}
