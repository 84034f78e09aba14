"""How many files are kept: Streamlit keeps every file that a session sends, asked for or not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send
    from streamlit.runtime import Runtime
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

# A page shows one file; the second is the one that replaces it.
A_SESSION: Final = 2
# Of all sessions: sixty files of the greatest size.
ALTOGETHER: Final = 120_000_000

TOO_MANY: Final = "This page is sending other files. Wait until they have arrived.\n"
FULL: Final = "The server keeps as many files as it can. Try again in a few minutes, or paste the numbers.\n"


class Uploads:
    """Middleware that bounds the files kept: the newest two of a session, and a total in bytes over all sessions.

    Where the total is reached, files of sessions whose browser has gone are given up first; then new ones are refused.
    `base` is the path before "/_stcore", `largest` the size of one file in bytes, `runtime` gives what keeps them.
    """

    def __init__(
        self, app: ASGIApp, base: str, largest: int, runtime: Callable[[], Runtime], altogether: int = ALTOGETHER
    ) -> None:
        self.app = app
        self.path = f"{base}/_stcore/upload_file/"
        self.largest = largest
        self.runtime = runtime
        self.altogether = altogether
        self._arriving: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith(self.path):
            return await self.app(scope, receive, send)
        session = scope["path"].removeprefix(self.path).partition("/")[0]
        if self._arriving[session] >= A_SESSION:
            return await PlainTextResponse(TOO_MANY, status_code=429)(scope, receive, send)
        self._arriving[session] += 1
        try:
            if not self._room():
                return await PlainTextResponse(FULL, status_code=507)(scope, receive, send)
            return await self.app(scope, receive, send)
        finally:
            self._arriving -= Counter([session])
            self._keep_newest(session)

    @property
    def files(self) -> MemoryUploadedFileManager:
        """What keeps the files, by session and in the order in which they came."""
        return self.runtime().uploaded_file_mgr  # pyright: ignore[reportReturnType]  # st.App makes no other kind

    def _keep_newest(self, session: str) -> None:
        # `in`, as looking up an unknown session would add it.
        kept = list(self.files.file_storage[session]) if session in self.files.file_storage else []
        for file in kept[:-A_SESSION]:
            self.files.remove_file(session, file)

    def _room(self) -> bool:
        """Whether one more file may come, after giving up files that nobody looks at if need be."""
        arriving = self._arriving.total() * self.largest
        for session in list(self.files.file_storage):
            if self._kept() + arriving <= self.altogether:
                break
            if not self.runtime().is_active_session(session):
                self.files.remove_session_files(session)
        return self._kept() + arriving <= self.altogether

    def _kept(self) -> int:
        return sum(len(file.data) for files in list(self.files.file_storage.values()) for file in list(files.values()))
