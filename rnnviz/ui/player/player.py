"""The component that shows the figures and steps through time: its payload, and how a page mounts it."""

import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from rnnviz.core.functions import FUNCTIONS
from rnnviz.figures import counts, stage, theme, timeline
from rnnviz.figures.curve import curves
from rnnviz.figures.sentence import told_signal
from rnnviz.figures.sources import sources
from rnnviz.figures.stage import Scene
from rnnviz.text import words
from rnnviz.ui.server import PLAYER_URL, PLOTLY_URL

HERE = Path(__file__).parent


# The component's own script travels with every run of a page, so it is only this; the modules are files of the server.
LOADER = """export default function (component) {
  let here = true, close;
  import(new URL(%s, location.href)).then((player) => { if (here) close = player.default(component); });
  return () => { here = false; close?.(); };
}"""


def payload(
    scene: Scene, sentences: list[str], seek: tuple[str, int], language: str, *, unrolled: bool = False
) -> bytes:
    """Everything a figure needs, as one `bytes`: the header's length, a JSON header, float32 numbers, each once.

    A signal is stored as rows in time order, `before` of them ahead of step 1; a weight row by row. `seek` is an id and
    the step to jump to when that id is new; the component keeps its own step otherwise. `unrolled` adds the network.
    """
    numbers: list[np.ndarray] = []
    length = 0

    def put(array: np.ndarray) -> int:
        nonlocal length
        numbers.append(np.asarray(array, dtype="<f4").ravel())
        length += array.size
        return length - array.size

    with np.errstate(over="ignore"):
        signals = {
            name: {"offset": put(rows), "n": rows.shape[1], "rows": len(rows), "before": before}
            for name, (rows, before) in scene.signals().items()
        }
        weights = {
            name: {"offset": put(w), "rows": w.shape[0], "columns": w.shape[1] if w.ndim == 2 else 1}
            for name, w in scene.params.items()
        }
        for name, w in scene.encoder.items():
            weights[name]["encoder"] = put(w)
        told = told_signal(scene)
        shared = [{"label": label, "offset": put(rows)} for label, rows in sources(scene, told)]
    said = words(language)
    header = {
        "T": scene.trace.T,
        "labels": scene.labels,
        "decoder": scene.decoder,
        "chosen": scene.chosen,
        "symbols": scene.outputs or scene.inputs,
        "signals": signals,
        "weights": weights,
        "stage": stage.stage(scene),
        "timeline": timeline.timeline(scene),
        "network": timeline.unrolled(scene) if unrolled else None,
        "counts": counts.counts(scene.model, scene.trace.T) if unrolled else None,
        "ranges": stage.ranges(scene),
        "axes": stage.axes(scene),
        "curves": curves(scene),
        "shares": {told: shared} if shared else {},
        "functions": {name: function.symbol for name, function in FUNCTIONS.items()},
        "sentences": sentences,
        "themes": theme.THEMES,
        "sizes": theme.SIZES,
        "words": {key.removeprefix("player."): text for key, text in said.items() if key.startswith("player.")},
        "plotly": PLOTLY_URL,
        "seek": seek,
    }
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    return struct.pack("<I", len(head)) + head + np.concatenate(numbers).tobytes()


_mount = component(
    "rnnviz.player",
    html=(HERE / "player.html").read_text(encoding="utf-8"),
    css=(HERE / "player.css").read_text(encoding="utf-8"),
    js=LOADER % json.dumps(PLAYER_URL),
    isolate_styles=False,
)


def player(data: bytes, key: str, on_step: Callable[[int], None]) -> None:
    """Show the player; `on_step` is called with the step at which it came to rest.

    The number that the reader chose stands in `st.session_state["pick"]`: (signal, row from 0, step from 1), or None.
    """

    def moved() -> None:
        step = st.session_state[key].get("t")
        if isinstance(step, int | float):
            on_step(int(step))

    def picked() -> None:
        st.session_state["pick"] = told_pick(st.session_state[key].get("pick"))

    _mount(key=key, data=data, on_t_change=moved, on_pick_change=picked)
    picked()


def told_pick(pick: object) -> tuple[str, int, int] | None:
    """What the browser says is chosen: a signal's name, the row from 0, the step from 1; None where it is no number."""
    match pick:
        case [str(name), int(i), int(t)]:
            return name, i, t
        case _:
            return None
