"""Asks a server, and fresh processes."""

from __future__ import annotations

import http.client
import subprocess
import sys
from urllib.parse import urlsplit

from rnnviz.ui.server import static_paths
from tests.conftest import ROOT

PLAYER_URL = next(path for path in static_paths() if path.endswith("/host.js"))


SCRIPTS = sorted(path for path in static_paths() if path.endswith(".js") and path.startswith("/static/"))


def ask(
    server: str, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    """The running server's answer."""
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=30)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def in_fresh_process(code: str) -> str:
    """What `code` prints when it runs alone in the project's folder."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    ).stdout
