"""A process that computes slices of training and keeps nothing: `python -m rnnviz.core.learning.worker`.

It reads (recipe, state, seconds) from its standard input and writes a Slice, or the text of an error, to its standard
output; each as its length in eight bytes and a pickle. It ends when its input does. (A pool of processes would run the
page: Streamlit puts its script in the place of `__main__`, which a child imports.)
"""

import os
import pickle
import struct
import sys
from typing import IO, Any

LENGTH = struct.Struct("<Q")
NICER = 10  # so much less urgent than pages


def send(stream: IO[bytes], what: object) -> None:
    """Write one message."""
    text = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    stream.write(LENGTH.pack(len(text)))
    stream.write(text)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one message. Raises EOFError where there is none any more."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    text = stream.read(length)
    if len(text) < length:
        raise EOFError
    return pickle.loads(text)  # noqa: S301 - between this program and its own child, through a pipe


def main() -> None:
    """Answer until the input ends."""
    if hasattr(os, "nice"):
        os.nice(NICER)
    # What is printed by mistake must not come between the messages.
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    from rnnviz.core.learning.training import advance  # noqa: PLC0415 - takes time, and the parent waits for "ready"

    send(answers, "ready")
    while True:
        try:
            recipe, state, seconds = receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            send(answers, advance(recipe, state, seconds))
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            send(answers, f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
