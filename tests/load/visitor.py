"""One visitor of the app, in the protocol of its pages: what a browser sends, what it waits for."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

if TYPE_CHECKING:
    from streamlit.proto.WidgetStates_pb2 import WidgetState
    from websockets.asyncio.client import ClientConnection

# How a run ended: 0 and 3 are a page's and a fragment's good end; 2 is a run that a newer one has overtaken.
ENDED = (0, 3)
PATIENCE = 60  # seconds until an answer counts as none


class Visitor:
    """A visit that begins at a path with a query string such as `cell=lstm&text=hello`; `async with` opens and ends it.

    `took` are the seconds of each finished run, from sending to its end, the first one apart in `first`; `bad` counts
    exceptions on the page, by their text.
    """

    def __init__(self, address: str, query: str = "", path: str = "") -> None:
        self.address, self.query, self.path = address, query, path
        self.widgets: dict[str, tuple[str, str]] = {}
        self.pages: dict[str, str] = {}
        self.page, self.session = "", ""
        self.states: dict[str, object] = {}
        self.known: set[str] = set()
        self.bad: Counter[str] = Counter()
        self.first = 0.0
        self.took: list[float] = []
        self.bytes = 0

    async def __aenter__(self) -> Self:
        self.socket = await opened(self.address)
        try:
            self.first = await self.run()
        except BaseException:
            await self.socket.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    async def choose(self, **values: object) -> None:
        """Set widgets by their label, blanks as underscores, and wait for the run. Raises KeyError if there is none."""
        for label, value in values.items():
            name = label.replace("_", " ")
            if name not in self.widgets:
                raise KeyError(f"no widget {name!r}, only {', '.join(self.widgets)}")
            self.states[name] = value
        self.took.append(await self.run())

    async def follow(self, path: str) -> None:
        """Follow the link to a page, such as `unroll`, and wait for its run."""
        self.page = self.pages[path]
        self.took.append(await self.run())

    async def run(self) -> float:
        """Ask for a run; the seconds until it has ended."""
        began = time.perf_counter()
        await self.send()
        await self.ended()
        return time.perf_counter() - began

    async def send(self) -> None:
        """Ask for a run and do not wait."""
        message = BackMsg()
        run = message.rerun_script
        run.query_string, run.page_script_hash = self.query, self.page
        run.page_name = "" if self.page else self.path
        run.cached_message_hashes.extend(self.known)
        for label, value in self.states.items():
            if label in self.widgets:
                kind, run_id = self.widgets[label]
                state = run.widget_states.widgets.add(id=run_id)
                fill(state, kind, value)
        await self.socket.send(message.SerializeToString())

    async def ended(self) -> None:
        """Read until a run has ended that none has overtaken."""
        while True:
            async with asyncio.timeout(PATIENCE):  # wait_for may lose a cancellation before Python 3.12
                raw = await self.socket.recv()
            self.bytes += len(raw)
            message = ForwardMsg()
            message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
            if self.heard(message):
                return

    def heard(self, message: ForwardMsg) -> bool:
        """Remember what a message says; whether it is the end of a run."""
        if message.hash and message.metadata.cacheable:
            self.known.add(message.hash)
        match message.WhichOneof("type"):
            case "new_session":
                self.session = message.new_session.initialize.session_id
            case "navigation":
                self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            case "delta" if message.delta.WhichOneof("type") == "new_element":
                kind = message.delta.new_element.WhichOneof("type")
                element: Any = getattr(message.delta.new_element, kind or "empty")
                if kind == "exception":
                    self.bad[f"{element.type}: {element.message}"[:200]] += 1
                elif kind and hasattr(element, "id") and hasattr(element, "label"):
                    self.widgets[element.label] = (kind, element.id)
            case "script_finished":
                return message.script_finished in ENDED
            case _:
                pass
        return False


def fill(state: WidgetState, kind: str, value: object) -> None:
    """Put a value where a widget of this kind has it."""
    match kind, value:
        case "slider" | "number_input", int() | float():
            state.double_array_value.data.append(value)
        case "button", bool():
            state.trigger_value = value
        case _, str():
            state.string_value = value
        case _:
            raise TypeError(f"a {kind} takes no {value!r} here")


async def opened(address: str) -> ClientConnection:
    """A websocket to the app, as one of its pages opens it."""
    return await connect(
        address.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=[websockets.Subprotocol("streamlit")],
        origin=websockets.Origin(address),
        max_size=None,
        max_queue=None,  # where unread messages pile up, a closing connection waits for ten seconds
        compression=None,
        open_timeout=PATIENCE,
    )


def host_of(address: str) -> str:
    """`127.0.0.1:8501` of `http://127.0.0.1:8501`."""
    return urlsplit(address).netloc
