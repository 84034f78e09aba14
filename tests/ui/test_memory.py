"""What a session keeps in the server's memory while nobody touches the page: little, whatever was typed or uploaded."""

from __future__ import annotations

import gc
import sys
import types
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.figures.stage import Scene
from rnnviz.scenes.choices import LIMITS
from tests.ui.driver import MANY_CHANGES, fine, go, opened, shown
from tests.ui.fillings import SIZES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamlit.testing.v1 import AppTest

KEPT = 4 * 1024 * 1024
SYMBOLS = "".join(chr(0x4E00 + i % LIMITS.symbols) for i in range(LIMITS.steps))
# As many parts as may be computed over so many steps.
EQUATIONS = "\n".join(f"a{i}[t] = tanh(W{i} @ x[t] + a{i}[t-1])" for i in range(15)) + "\ny[t] = V @ a1[t]"
WIDE = "\U0001d7d9"  # a digit of four bytes, which is none here


def reached(app: AppTest) -> Iterator[object]:
    """All objects that the session's state and fragments lead to: what is in them, and what callbacks hold on to."""
    gc.collect()
    seen: set[int] = set()
    waiting: list[object] = [app.session_state, app._fragment_storage]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, types.ModuleType | types.CodeType | types.FrameType | type):
            continue
        seen.add(id(thing))
        if isinstance(thing, types.FunctionType):  # without the module that it stands in
            waiting += [thing.__defaults__, thing.__kwdefaults__]
            waiting += [cell.cell_contents for cell in thing.__closure__ or ()]
            continue
        yield thing
        waiting += [thing.base] if isinstance(thing, np.ndarray) else gc.get_referents(thing)


def kept(app: AppTest) -> int:
    """Their bytes."""
    return sum(map(sys.getsizeof, reached(app)))


def typed(app: AppTest, text: str) -> None:
    kind = "text_area" if app.selectbox(key="pick_source").value == "numbers" else "text_input"
    fine(getattr(app, kind)(key="pick_text").set_value(text).run())


def taken(app: AppTest, data: bytes) -> None:
    """A file is chosen, looked at and taken."""
    fine(app.file_uploader(key="pick_file").set_value([("a.csv", data, "text/csv")]).run())
    assert kept(app) < KEPT
    (button,) = [button for button in app.button if button.label == "Show this table"]
    fine(button.click().run())


def test_a_session_keeps_no_scene() -> None:
    """The largest cells, before and after changes, in a sequence and in a tree, leave nothing but their choices."""
    app = opened(cell="own", equations=EQUATIONS, text=SYMBOLS, hidden=32, weights="random", edit="a1.1.1:0")
    assert len(shown(app).head["labels"]) == LIMITS.steps
    for page in ("what-if", "compare", "unroll", "write", "tree"):
        go(app, page)
        assert not [thing for thing in reached(app) if isinstance(thing, Scene)], page
        assert kept(app) < KEPT / 16


def test_a_session_keeps_little_of_any_input() -> None:
    """Texts at their limits and far beyond, tables as large, as empty and as wordy as can be, one after another.

    Of a text that is ever so long the field keeps the beginning.
    """
    app = opened(source="numbers", weights="random", equations="h[t] = W @ x[t] # " + WIDE * 3_900, cell="own")
    for text in ("1 " * 10_000, "1" * 1_900_000, WIDE * 450_000, WIDE * SIZES["numbers"]):
        typed(app, text)
        assert kept(app) < KEPT
        assert app.text_area(key="pick_text").value == (text[:250_000] if WIDE in text else text)
    for source, text in (("words", "w" * 60 + " "), ("text", WIDE)):
        fine(app.selectbox(key="pick_source").set_value(source).run())
        typed(app, (text * SIZES["text"])[: SIZES["text"]])
        assert kept(app) < KEPT
    fine(app.selectbox(key="pick_source").set_value("file").run())
    random = np.random.default_rng(0)
    for columns, digits, dates, gaps in ((63, 1, 1, 0.5), (28, 6, 0, 0)):
        cells = random.integers(10 ** (digits - 1), 10**digits, (9_990, columns)).astype(str)
        cells[random.random(cells.shape) < gaps] = ""
        start = "2012-01-01 00:00:00.123456," * dates
        taken(app, "\n".join(start + ",".join(row) for row in cells.tolist()).encode()[: LIMITS.file])
        assert kept(app) < KEPT
    for _ in range(LIMITS.undos):
        go(app, "what-if")
        app.session_state["changes"].do(MANY_CHANGES + "," * len(app.session_state["changes"].past))
        assert kept(fine(app.run())) < KEPT
