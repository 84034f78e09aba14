"""What the dearest inputs cost that anyone may choose: a row for each, on the page where it costs most.

    python -m tests.bench.dearest [--rounds N] [--no-memory] [NAME ...]

Each row is one run of the script in a session of its own, in this process and without a browser, with nothing kept of
what others asked for: CPU seconds of the script's thread (the least of N rounds), MB sent, MB that the session keeps
afterwards (measured with a second session, so without what all share), and how many notices the page has. With names
only the rows whose name has one of them. Lengths are halved until the app takes them, so that every row is legal; the
length is printed. A row above 0.3 s, 2 MB sent or 4 MB kept is marked with an asterisk. Nothing is asserted: machines
differ, and a busy one is slow.
"""

import argparse
import gc
import logging
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import _lru_cache_wrapper
from urllib.parse import urlencode

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner
from streamlit.util import calc_hash

from rnnviz.core import InputError
from rnnviz.core.answers.check import Check
from rnnviz.core.kept import Kept
from rnnviz.core.language.reader import read_once
from rnnviz.core.scenario.wiring import fits_text
from rnnviz.scenes.scene import Shown, build
from rnnviz.scenes.settings import Settings, on_tree, read_settings
from rnnviz.scenes.trees import branched
from rnnviz.text import say
from tests.conftest import ROOT
from tests.ui.pages import warned

MB = 1024 * 1024
ADDRESS = 500_000  # characters of an address that Streamlit still reads
MOST_CPU, MOST_SENT, MOST_KEPT = 0.3, 2.0, 4.0
LETTERS = "".join(chr(0x4E00 + i) for i in range(64))
Address = Mapping[str, str]
Act = Callable[[AppTest], object]


# ------------------------------------------------------------------------------------------------------------- inputs


def long(**choices: str) -> Callable[[int], Address]:
    """As many letters and units as may be, and a number of steps."""
    return lambda T: {"hidden": "32", "text": (LETTERS * 4)[:T]} | choices


def own(equations: str, **choices: str) -> Callable[[int], Address]:
    """The same with a cell of one's own."""
    return long(cell="own", equations=equations, **choices)


def bracketed(cell: str, **choices: str) -> Callable[[int], Address]:
    """A tree of half as many words as there are steps."""
    return lambda T: (
        {
            "hidden": "32",
            "source": "words",
            "cell": cell,
            "text": " ".join(f"w{k % 64}" for k in range(T // 2)),
            "branching": "left",
        }
        | choices
    )


def lines(line: str, count: int) -> str:
    """Equations like one another, as many as a cell may have characters, and an output."""
    made = [line.replace("#", str(k)) for k in range(count)]
    while len("\n".join(made)) > 3950:
        made.pop()
    return "\n".join([*made, "y[t] = W_y @ h0[t]"])


LAGS = lines("h#[t]=tanh(W#@x[t]+U#@h#[t-1]+V#@h#[t-2])", 61)
MATRICES = lines("h#[t]=tanh(A#@x[t]+B#@h#[t-1]+C#@h#[t-2]+D#@h#[t-3])", 61)
FACTORS = "y[t]=" + "*".join(["x[t]"] * 790)
WEIGHTS = "h[t]=" + "*".join(["b"] * 1990)
SUM = "h[t]=" + "+".join(["b"] * 1990)
NESTED = "y[t]=" + "+".join("tanh(" * 49 + "x[t]" + ")" * 49 for _ in range(12))
EDITS = ",".join(f"x.{k + 1}.1:0.5" for k in range(100))
UNFIT = ",".join(f"q{k}.1:0" for k in range(2000))


def csv(rows: int, columns: int, cell: Callable[[int, int], str]) -> bytes:
    """A file of numbers with a header."""
    head = ",".join(f"column {j}" for j in range(columns))
    return "\n".join([head, *(",".join(cell(i, j) for j in range(columns)) for i in range(rows))]).encode()


# --------------------------------------------------------------------------------------------------------------- cases


@dataclass(frozen=True)
class Case:
    """A row: its page, and its address for a length, T as a rule.

    After each of `acts` the script runs; the last run is measured. `dialog` is shown by itself, as a press of its
    button runs nothing else.
    """

    name: str
    page: str
    address: Callable[[int], Address]
    acts: tuple[Act, ...] = ()
    dialog: Callable[[Shown], AppTest] | None = None
    T: int = 200
    wrong: bool = False  # whether what is typed makes no sense: then what is told of it is measured


def fixed(**choices: str) -> Callable[[int], Address]:
    return lambda _: choices


def changing(app: AppTest) -> None:
    app.toggle(key="changing").set_value(True)


def touched(app: AppTest) -> None:
    """A weight, or an input where there is none, is touched."""
    scene = app.session_state["good" if "good_tree" not in app.session_state else "good_tree"]
    one = made(scene).scene
    weight = next(iter(one.params), "")
    matrix = bool(weight) and one.params[weight].ndim == 2
    place = f"{weight}.1.1" if matrix else f"{weight}.1" if weight else "x.1.1"
    app.session_state["sweep"] = (place, scene.edit)


def uploaded(file: bytes) -> Act:
    return lambda app: app.file_uploader[0].set_value(("dear.csv", file, "text/csv"))


def pressed(label: str) -> Act:
    return lambda app: next(button for button in app.button if button.label == label).click()


def check_page(check: object) -> None:
    """The dialog "Check these numbers" by itself; Streamlit runs the text of this function."""
    from rnnviz.ui.controls import proof  # noqa: PLC0415 - Streamlit runs the text of this function alone

    assert isinstance(check, proof.Check)
    proof.checked(check, {}, "en")


def code_page(shown: object) -> None:
    """The dialog "The code" by itself."""
    from rnnviz.scenes.scene import Shown  # noqa: PLC0415
    from rnnviz.ui.controls import proof  # noqa: PLC0415 - Streamlit runs the text of this function alone

    assert isinstance(shown, Shown)
    proof.program(shown, "en")


def checking(shown: Shown) -> AppTest:
    assert shown.scene.wired
    return AppTest.from_function(check_page, args=(Check(shown.scene.wired),), default_timeout=600)


def coding(shown: Shown) -> AppTest:
    return AppTest.from_function(code_page, args=(shown,), default_timeout=600)


def opening(n: int) -> Address:
    """A bracket that is never closed."""
    return {"source": "text", "branching": "hand", "text": "(" + "a" * n}


def numbers(rows: int, columns: int) -> str:
    return "\n".join("\t".join(f"{i % 97},{j}5" for j in range(columns)) for i in range(rows))


CASES = [
    Case("the opening example", "step", fixed()),
    *(Case(f"{cell}", page, long(cell=cell)) for cell in ("lstm", "gru") for page in ("step", "unroll", "compare")),
    *(Case("lstm, 100 edits", page, long(cell="lstm", edit=EDITS)) for page in ("what-if", "compare")),
    Case("lstm, 2,000 edits that do not fit", "what-if", long(cell="lstm", edit=UNFIT)),
    Case("lstm, drag", "what-if", long(cell="lstm"), (changing, touched)),
    Case("lstm with edits, drag", "what-if", long(cell="lstm", edit="W_xi.1.1:0.5"), (changing, touched)),
    Case("bidirectional", "unroll", long(cell="bidirectional")),
    Case("recursive net", "tree", bracketed("recursive")),
    Case("tree lstm", "tree", bracketed("tree_lstm")),
    Case("tree lstm, edit", "tree", bracketed("tree_lstm", edit="h.2.1:0.5")),
    Case("tree lstm, drag", "tree", bracketed("tree_lstm"), (changing, touched)),
    *(
        Case(name, page, own(text))
        for name, text in {
            "61 equations with lags": LAGS,
            "four matrices an equation": MATRICES,
            "x*x*...": FACTORS,
            "b*b*...": WEIGHTS,
            "b+b+...": SUM,
            "tanh(tanh(...": NESTED,
        }.items()
        for page in ("compare", "write")
    ),
    Case("61 equations with lags, edit", "what-if", own(LAGS, edit="W0.1.1:0.5")),
    Case("61 equations with lags, drag", "what-if", own(LAGS), (changing, touched)),
    Case("x*x*..., edit", "compare", own(FACTORS, edit="x.1.1:0.5")),
    Case("x*x*..., drag", "what-if", own(FACTORS), (changing, touched)),
    Case("lstm, check", "dialog", long(cell="lstm"), dialog=checking),
    Case("61 equations with lags, check", "dialog", own(LAGS), dialog=checking),
    Case("four matrices an equation, check", "dialog", own(MATRICES), dialog=checking),
    Case("b*b*..., check", "dialog", own(WEIGHTS), dialog=checking),
    Case("tree lstm, check", "dialog", bracketed("tree_lstm"), dialog=checking),
    Case("lstm, code", "dialog", long(cell="lstm"), dialog=coding),
    Case("x*x*..., code", "dialog", own(FACTORS), dialog=coding),
    Case("four matrices an equation, code", "dialog", own(MATRICES), dialog=coding),
    Case("numbers with decimal commas", "step", lambda n: {"source": "numbers", "text": numbers(n, 16)}, T=1250),
    Case("one number between blanks", "step", lambda n: {"source": "numbers", "text": "1" + " " * n + "1"}, T=45_000),
    Case("lines of blanks", "step", lambda n: {"source": "numbers", "text": f"1{' ' * 900}1\n" * n}, T=2000),
    Case("one long word", "compare", lambda n: {"source": "words", "text": "w" * n}, T=1_800_000),
    Case("words", "compare", lambda n: {"source": "words", "text": " ".join("w" * 90 + str(k % 64) for k in range(n))}),
    Case("flags", "step", lambda n: {"text": "\U0001f1e6" * n, "weights": "random"}, T=60_000),
    Case("an open bracket", "tree", opening, T=20_000, wrong=True),
    *(
        Case(f"file of {name}", "step", fixed(source="file"), (uploaded(file), *more))
        for name, file in {
            "10,000 x 24 numbers": csv(10_000, 24, lambda i, j: f"{i % 89}.{j}"),
            "10,000 x 64, half of them gaps": csv(10_000, 64, lambda i, j: f"{i % 89}" if (i + j) % 2 else ""),
            "one cell of 1.9 MB": b'a,b\n"' + b"1,111," * 316_000 + b'1",2\n',
        }.items()
        for more in ((), (pressed(say("sidebar.take_file", "en")),))
    ),
]


# ----------------------------------------------------------------------------------------------------------- measuring


def forget() -> None:
    """Empty all that the app keeps for whoever asks the same next: each row is somebody who comes first."""
    gc.collect()
    for one in gc.get_objects():
        kind = type(one)  # isinstance would ask a weak proxy, whose object may be gone
        if kind is Kept:
            one.clear()
        elif kind is _lru_cache_wrapper and one.__module__.startswith("rnnviz.ui"):
            one.cache_clear()
    read_once.cache_clear()
    fits_text.cache_clear()


@dataclass
class Run:
    """What one run of the script cost: CPU seconds, and bytes sent."""

    cpu: float = 0.0
    sent: int = 0


LAST = Run()


def watch() -> None:
    """Let every run of a script take down what its thread cost."""
    run = LocalScriptRunner._run_script_thread

    def watched(self: LocalScriptRunner) -> None:
        start = time.thread_time()
        run(self)
        LAST.cpu = time.thread_time() - start
        LAST.sent = sum(message.ByteSize() for message in self.forward_msgs())

    LocalScriptRunner._run_script_thread = watched


def made(settings: Settings) -> Shown:
    """The scene of settings, on a tree or not."""
    return branched(settings) if settings.cell in ("recursive", "tree_lstm") else build(settings)


def settings_of(case: Case, address: Address) -> Settings:
    """The settings that a page makes of an address; raises InputError where it refuses something."""
    settings, problems = read_settings(address)
    for problem in problems:
        raise problem
    return on_tree(settings, typed="text" in address) if case.page == "tree" else settings


def legal(case: Case) -> tuple[int, Address]:
    """The longest address of a case, of 1, 1/2, 1/4, ... of its steps, that is taken as it is."""
    T = case.T
    while T > 1:
        address = case.address(T)
        try:
            settings = settings_of(case, address)
            if not case.wrong and settings.source != "file":
                made(settings)
            if len(urlencode(address)) < ADDRESS:
                return T, address
        except InputError:
            pass
        T //= 2
    return T, case.address(T)


def session(case: Case, address: Address) -> AppTest:
    """A new session that has done all, its last run measured."""
    if case.dialog:
        return case.dialog(made(settings_of(case, address))).run()
    forget()
    app = AppTest.from_file(str(ROOT / "rnnviz" / "ui" / "main.py"), default_timeout=600)
    for name, value in address.items():
        app.query_params[name] = value
    app._page_hash = calc_hash(case.page)
    app.run()
    for act in case.acts:
        act(app)
        forget()
        app.run()
    return app


def kept(case: Case, address: Address) -> float:
    """MB that a session keeps when its last run is over, beside what all sessions share."""
    tracemalloc.start()
    sessions = []
    before = 0
    for _ in range(2):
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        app = session(case, address)
        app._tree = None  # pyright: ignore[reportAttributeAccessIssue] - what a browser has, not the server
        sessions.append(app)
    gc.collect()
    found = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return found / MB


def row(case: Case, rounds: int, *, memory: bool) -> str:
    """A line of the table."""
    T, address = legal(case)
    app, runs = session(case, address), [LAST.cpu]
    for _ in range(rounds - 1):
        session(case, address)
        runs.append(LAST.cpu)
    sent, notices = LAST.sent / MB, len(warned(app))
    if app.exception:
        return f"{case.name:40} {case.page:8} failed: {app.exception[0].value[:60]}"
    held = kept(case, address) if memory else 0.0
    over = min(runs) > MOST_CPU or sent > MOST_SENT or held > MOST_KEPT
    told = f"{case.name:40} {case.page:8} {T:9,} {min(runs):8.3f} {sent:8.2f} {held:8.2f} {notices:7} {'*' * over}"
    return told.rstrip()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--no-memory", action="store_true")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    watch()
    session(CASES[0], {})  # what every process does once
    print(f"{'input':40} {'page':8} {'length':>9} {'CPU s':>8} {'MB sent':>8} {'MB kept':>8} {'notices':>7}")
    for case in CASES:
        if not chosen.names or any(name in case.name for name in chosen.names):
            print(row(case, chosen.rounds, memory=not chosen.no_memory))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
