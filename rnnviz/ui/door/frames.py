"""What a browser may say on its websocket: the messages of the pages, and nothing that writes a traceback."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Final

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What the pages say. Streamlit knows others (clear everybody's caches, read the repository, ...) that they never do.
SPOKEN: Final = frozenset({"rerun_script", "stop_script", "app_heartbeat", "file_urls_request"})
# Addresses for files that one message may ask for; the page asks for one, each costs the server some work.
FILES: Final = 8

# Reasons to close, RFC 6455, 7.4.1.
NOT_BYTES, NOT_A_MESSAGE, TOO_LONG = 1003, 1002, 1009


class Frames:
    """Middleware that passes on what the pages say, drops what they never say, and hangs up on anything else.

    What is still to be sent to somebody who has gone is dropped, too; each message would leave a traceback.

    `longest` is the length of a message in bytes.
    """

    def __init__(self, app: ASGIApp, longest: int) -> None:
        self.app = app
        self.longest = longest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self.app(scope, receive, send)
        gone = False

        async def receive_spoken() -> Message:
            nonlocal gone
            while True:
                message = await receive()
                gone = gone or message["type"] == "websocket.disconnect"
                if gone or message["type"] != "websocket.receive":
                    return message
                said = self.read(message.get("bytes"))
                if isinstance(said, int):
                    gone = True
                    await send({"type": "websocket.close", "code": said})
                    return {"type": "websocket.disconnect", "code": said}
                if spoken(said):
                    return message

        async def send_while_there(message: Message) -> None:
            if gone:
                return
            try:
                await send(message)
            except RuntimeError as closed:  # so uvicorn says that the browser closed a moment ago
                if message["type"] != "websocket.send":
                    raise
                raise ConnectionResetError from closed  # as ASGI has it

        return await self.app(scope, receive_spoken, send_while_there)

    def read(self, data: bytes | None) -> BackMsg | int:
        """The message in a frame, or the reason to hang up; None is a frame of text."""
        if data is None:
            return NOT_BYTES
        if len(data) > self.longest:
            return TOO_LONG
        said = BackMsg()
        try:
            said.ParseFromString(data)
        except DecodeError:
            return NOT_A_MESSAGE
        return said


def spoken(said: BackMsg) -> bool:
    """Whether this is what a page of the app says: no number that it sends is nan or infinite."""
    numbers = (
        number
        for state in said.rerun_script.widget_states.widgets
        for number in (state.double_value, *state.double_array_value.data)
    )
    files = len(said.file_urls_request.file_names)
    return said.WhichOneof("type") in SPOKEN and files <= FILES and all(map(math.isfinite, numbers))


class NoTraceback(logging.Filter):
    """Lets what a visitor sent take one line of the log: text that is no UTF-8 would write its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record; take the traceback from one that only tells of bad bytes."""
        if record.exc_info and isinstance(record.exc_info[1], UnicodeDecodeError):
            record.exc_info = None
        return True
