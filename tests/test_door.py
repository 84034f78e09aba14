"""The door of the running server: what it answers to whom, what it keeps, and what it writes down."""

from __future__ import annotations

import logging
import math
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from rnnviz.ui.door import headers
from rnnviz.ui.door.entrance import Entrance, own_names, same_site
from rnnviz.ui.door.frames import Frames, NoTraceback, spoken
from rnnviz.ui.door.uploads import A_SESSION
from rnnviz.ui.server import PLOTLY_URL
from tests.conftest import run, serving
from tests.serving import PLAYER_URL, SCRIPTS, ask, in_fresh_process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import Message, Receive, Scope, Send

WAIT = 30  # seconds until a test that hangs fails
UPLOAD = b'--X\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n1,2\n\r\n--X--\r\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where `school` writes its log."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def school(home: Path) -> Iterator[str]:
    """The app as a school runs it: with a name of its own, framed by its teaching platform."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMLIT_SERVER_ALLOWED_HOSTS", "rnn.example.edu")
        patch.setenv(headers.EMBEDDING, "https://moodle.example.edu https://*.example.org")
        with serving(home) as address:
            yield address


@contextmanager
def session(server: str) -> Iterator[tuple[ClientConnection, str]]:
    """A websocket of the page that says hello, and the id of its session."""
    with connect(
        stream(server),
        origin=server,  # pyright: ignore[reportArgumentType]
        subprotocols=["streamlit"],  # pyright: ignore[reportArgumentType]
        max_size=None,
        max_queue=None,  # where unread messages pile up, a closing connection waits for ten seconds
    ) as socket:
        hello = BackMsg()
        hello.rerun_script.query_string = ""
        socket.send(hello.SerializeToString())
        yield socket, answer(socket, "new_session").new_session.initialize.session_id


def stream(server: str) -> str:
    """The address of the websocket."""
    return server.replace("http", "ws", 1) + "/_stcore/stream"


def answer(socket: ClientConnection, kind: str) -> ForwardMsg:
    """The next message of one kind."""
    while True:
        message = ForwardMsg()
        data = socket.recv(WAIT)
        assert isinstance(data, bytes)
        message.ParseFromString(data)
        if message.WhichOneof("type") == kind:
            return message


def put(server: str, session_id: str, file: str) -> tuple[int, bytes]:
    """Send a file to a session as its page does: the status and the body of the answer."""
    hello, _ = ask(server, "/_stcore/health")
    (token,) = re.findall("_streamlit_xsrf=([^;]+)", str(hello.headers))
    got, body = ask(
        server,
        f"/_stcore/upload_file/{session_id}/{file}",
        method="PUT",
        body=UPLOAD,
        content_type="multipart/form-data; boundary=X",
        cookie=f"_streamlit_xsrf={token}",
        x_xsrftoken=token,
    )
    return got.status, body


def handshake(server: str, host: str, origin: str) -> int:
    """The status that a websocket gets which names this host and this origin."""
    return ask(
        server,
        "/_stcore/stream",
        host=host,
        origin=origin,
        upgrade="websocket",
        connection="Upgrade",
        sec_websocket_version="13",
        sec_websocket_key="AAAAAAAAAAAAAAAAAAAAAA==",
    )[0].status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/unroll", 200),
        (SCRIPTS[0], 200),
        (PLOTLY_URL, 200),
        (PLAYER_URL, 200),
        ("/plotly/none.js", 404),
        ("/media/none", 404),
        ("/_stcore/health", 200),
        ("/_stcore/metrics", 404),
        ("//evil.example", 400),
    ],
)
@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_every_answer_has_the_policy(server: str, path: str, status: int, encoding: str) -> None:
    """Pages, files, routes and errors, compressed or not: each answer says what a browser may do, once."""
    got, _ = ask(server, path, accept_encoding=encoding)
    assert got.status == status
    (policy,) = got.headers.get_all("content-security-policy") or []
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self';" in policy
    assert got.headers.get_all("x-content-type-options") == ["nosniff"]
    assert got.headers["referrer-policy"] == "no-referrer"
    assert got.headers["cross-origin-opener-policy"] == "same-origin"
    assert got.headers["cross-origin-resource-policy"] == "same-origin"
    assert got.headers["x-frame-options"] is None


def test_a_route_that_raises_has_the_policy_too() -> None:
    """The answer to an error of our own is plain, tells no more than that, and has the headers of every other."""
    code = (
        "import asyncio; from rnnviz.ui import server;"
        "answer = asyncio.run(server.failed(None, ValueError('/home/secret')));"
        "print(answer.status_code, answer.body, server.HEADERS.items() <= dict(answer.headers).items())"
    )
    assert in_fresh_process(code).strip() == "500 b'Internal Server Error' True"


def test_inline_scripts_are_known_by_their_hash() -> None:
    """Each script in the page gets its hash as a browser computes it, with any line ends; a linked script gets none."""
    page = '<script>alert(1)</script><script src="a.js"></script><p>x</p><script type="module">\r\n a && b\r\n</script>'
    # printf 'alert(1)' | openssl dgst -sha256 -binary | base64
    first = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
    found = headers.hashes(page)
    assert found == [first, *headers.hashes("<script>\n a && b\n</script>")]
    assert len(set(found)) == 2
    assert f"script-src 'self' blob: {' '.join(found)};" in headers.always(page)["content-security-policy"]


def test_a_teaching_platform_may_frame_it(school: str) -> None:
    """The sites named when the server starts stand in the policy, beside the app itself."""
    policy = ask(school, "/")[0].headers["content-security-policy"]
    assert "frame-ancestors 'self' https://moodle.example.edu https://*.example.org;" in policy


@pytest.mark.parametrize("said", ["https://a.example; script-src *", "'unsafe-inline'", "a.example,b.example", "*"])
def test_what_is_no_site_is_refused(said: str) -> None:
    """A list of sites that is none cannot become a part of the policy: the server says so and does not start."""
    with pytest.raises(ValueError, match=headers.EMBEDDING):
        headers.framed_by(said)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:1", 200),
        ("LOCALHOST.", 200),
        ("192.168.0.7:8501", 200),
        ("[::1]:8501", 200),
        (min(own_names()), 200),
        ("rnn.example.edu", 421),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("localhost@evil.example", 421),
        ("1.2.3.4.evil.example", 421),
    ],
)
def test_names_nobody_gave_it_are_refused(server: str, host: str, status: int) -> None:
    """Numbers and the machine's own names are answered; a foreign name that points here gets one plain sentence."""
    got, body = ask(server, "/", host=host)
    assert got.status == status
    assert status == 200 or (body.startswith(b"This server does not answer to this name.") and len(body) < 300)
    assert handshake(server, host, f"http://{host}") == (101 if status == 200 else status)


def test_a_school_gives_it_a_name(school: str) -> None:
    """The name in server.allowedHosts is answered, with any port, and numbers still are."""
    for host in ("rnn.example.edu", "rnn.example.edu:8600", urlsplit(school).netloc):
        assert ask(school, "/", host=host)[0].status == 200
        assert handshake(school, host, f"http://{host}") == 101
    assert ask(school, "/", host="other.example.edu")[0].status == 421


def test_names_with_a_star() -> None:
    """ "*.example.edu" is every name below, not example.edu itself nor one that only ends alike; "*" is any name."""

    async def nothing(*_: object) -> None: ...

    below = Entrance(nothing, names=["*.example.edu"])
    assert [below.knows(host) for host in ("a.example.edu:1", "example.edu", "aexample.edu")] == [True, False, False]
    assert Entrance(nothing, names=["*"]).knows("anything.example")
    assert not Entrance(nothing, names=["*"]).knows("")


def test_other_sites_open_no_session(server: str) -> None:
    """Pages of another site, another port of this host, or a file open no session; our own do, and programs do."""
    host, port = urlsplit(server).netloc.split(":")
    for origin in ("http://evil.example", "null", f"http://{host}:{int(port) - 1}", f"http://{host}", "file://"):
        with pytest.raises(InvalidStatus, match="403"):
            connect(stream(server), origin=origin, subprotocols=["streamlit"])  # pyright: ignore[reportArgumentType]
    for origin in (server, None):
        with connect(stream(server), origin=origin, subprotocols=["streamlit"]):  # pyright: ignore[reportArgumentType]
            pass


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://a.example", "a.example", True),
        ("https://a.example", "a.example:443", True),  # a proxy that speaks https and names its port
        ("https://a.example:8600", "a.example:8600", True),
        ("http://[::1]:1", "[::1]:1", True),
        ("https://a.example", "a.example:80", False),
        ("http://a.example:8600", "a.example", False),
        ("http://user@a.example", "a.example", False),
        ("http://a.example:99999999", "a.example", False),
        ("http://[", "a.example", False),
    ],
)
def test_same_site(origin: str, host: str, *, same: bool) -> None:
    """A page belongs to the server if name and port are the same, a port that goes without saying included."""
    assert same_site(origin, host) is same


def test_no_page_around_it_gives_commands(server: str) -> None:
    """The list of sites whose pages may send messages to the app is empty."""
    assert b'"allowedOrigins":[]' in ask(server, "/_stcore/host-config")[1]


@pytest.mark.parametrize("path", ["metrics", "metrics?families=x", "agent/openapi.json", "agent/interact"])
def test_nothing_is_told_about_others(server: str, path: str) -> None:
    """How many visitors there are and what they ran is not found, neither is a second way in."""
    for method in ("GET", "POST"):
        got, body = ask(server, f"/_stcore/{path}", method=method)
        assert (got.status, body) == (404, b"Not found")


def test_bad_frames_hang_up_quietly(school: str, home: Path) -> None:
    """Text, garbage and too long a frame close the connection, each for its reason; the log has no traceback."""
    for sent, text, code in (
        ("hello", None, 1003),
        (b"\xff\xff", True, 1003),
        (b"\xff" * 50, None, 1002),
        (b"\x00" * 3_000_000, None, 1009),
    ):
        with session(school) as (socket, _):
            socket.send(sent, text=text)
            with pytest.raises(ConnectionClosed) as closed:
                answer(socket, "none")
            # 1007: bytes that are no text at all, which the server below finds out first.
            assert closed.value.rcvd
            assert closed.value.rcvd.code in (code, 1007)
    with session(school):
        assert "Traceback" not in (home / "server.log").read_text(encoding="utf-8")


def test_a_log_line_of_bad_bytes_is_short() -> None:
    """Bytes that are no text leave one line in the log; every other error keeps its traceback."""
    for error, kept in ((UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), False), (ValueError("ours"), True)):
        record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "", (), (type(error), error, None))
        assert NoTraceback().filter(record)
        assert bool(record.exc_info) is kept


def test_who_has_gone_is_told_nothing() -> None:
    """What the app still wants to say to a browser that has closed its connection is dropped."""
    told: list[Message] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.send", "bytes": b"here"})
        assert (await receive())["type"] == "websocket.disconnect"
        await send({"type": "websocket.send", "bytes": b"gone"})

    async def receive() -> Message:
        return {"type": "websocket.disconnect", "code": 1001}

    async def send(message: Message) -> None:
        told.append(message)

    run(Frames(app, 10)({"type": "websocket"}, receive, send))
    assert [message["bytes"] for message in told] == [b"here"]


def test_a_connection_that_closed_is_no_mistake() -> None:
    """A message that comes just after the browser closed is a lost connection, not an error of the app."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        with pytest.raises(ConnectionResetError):
            await send({"type": "websocket.send", "bytes": b"late"})
        with pytest.raises(RuntimeError):
            await send({"type": "websocket.accept"})

    async def receive() -> Message:
        raise AssertionError

    async def send(_message: Message) -> None:
        raise RuntimeError("Unexpected ASGI message")

    run(Frames(app, 10)({"type": "websocket"}, receive, send))


def test_what_no_page_says_is_dropped(server: str) -> None:
    """To empty everybody's caches, or to ask for a thousand addresses, does nothing, and the session goes on."""
    with session(server) as (socket, _):
        for name in ("clear_cache", "load_git_info", "debug_shutdown_runtime", "debug_disconnect_websocket"):
            message = BackMsg()
            setattr(message, name, True)
            socket.send(message.SerializeToString())
        for wanted, names in (("many", ["a"] * 1000), ("one", ["a"])):
            message = BackMsg()
            message.file_urls_request.request_id = wanted
            message.file_urls_request.file_names.extend(names)
            socket.send(message.SerializeToString())
        reply = answer(socket, "file_urls_response").file_urls_response
        assert (reply.response_id, len(reply.file_urls)) == ("one", 1)
    assert ask(server, "/_stcore/health")[0].status == 200


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e300])
def test_what_is_no_number_is_dropped(number: float) -> None:
    """A message with a number that no control can have is none of a page, be it of one that has one or two."""
    finite = math.isfinite(number)
    one, two = BackMsg(), BackMsg()
    one.rerun_script.widget_states.widgets.add(id="a", double_value=number)
    two.rerun_script.widget_states.widgets.add(id="a").double_array_value.data.extend([1.0, number])
    assert spoken(one) is spoken(two) is finite


def test_upload_needs_a_token(server: str) -> None:
    """A file without the token of a session is refused."""
    assert ask(server, "/_stcore/upload_file/a/b", method="PUT")[0].status == 403


def test_uploads_do_not_pile_up(server: str) -> None:
    """A session may send file after file; a file for a session that is not there is refused."""
    with session(server) as (_, session_id):
        for number in range(A_SESSION + 3):
            assert put(server, session_id, f"file{number}") == (204, b"")
    assert put(server, "nobody", "file")[0] == 400
