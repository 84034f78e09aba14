"""Where Chromium is, and how tests start it. As a script it prints the path, or fails."""

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

# Nothing is fetched in the background, and no sandbox, as tests often run as root.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str:
    """The path of Chromium: $CHROMIUM, or the first of the usual names."""
    named = [os.environ[name] for name in ("CHROMIUM",) if os.environ.get(name)]
    for name in (*named, *NAMES):
        if path := shutil.which(name):
            return path
    if MAC.exists():
        return str(MAC)
    raise FileNotFoundError("No Chromium here: run `bash tests/run.sh`, or set CHROMIUM to its path.")


if __name__ == "__main__":
    try:
        print(find())
    except FileNotFoundError as error:
        sys.exit(str(error))
