"""The address bar: every choice by a name of its own.

What was chosen last stands in one record of the session. The browser's address is read when a session begins and when
someone goes Back or Forward; otherwise it only follows: a component without a face (player/js/address.js) writes it.
The step t is the browser's own. It is written there by the players, without a run of the page, and heard here with the
next run; chosen here, it is a jump (see stepping.py).
"""

import secrets
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, quote_plus

import streamlit as st
from streamlit.components.v2 import component
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnnviz.ui.server import script
from rnnviz.ui.settings import LIMITS, NAMES

_mount = component("rnnviz.address", js=script("address.js"), isolate_styles=False)


def put(**values: object) -> None:
    """Choose something. Only in callbacks, which run before the address is read."""
    choose({name: str(value) for name, value in values.items()})


def clear(*names: str) -> None:
    """Choose nothing: the defaults. Only in callbacks."""
    choose(dict.fromkeys(names))


def choose(values: Mapping[str, str | None]) -> None:
    kept().update(values)
    if "t" in values:
        st.session_state["jump"] = secrets.token_hex(4)
        st.session_state["jumped"] = True  # what the browser sent with this run is older


def kept() -> dict[str, str | None]:
    """What was chosen last, by name."""
    return st.session_state.setdefault("chosen", {})


def jump() -> str:
    """An id that is new whenever t was chosen here, or in a link."""
    return st.session_state.setdefault("jump", secrets.token_hex(4))


def follow(widget: str, value: object) -> str:
    """Let a visible widget show what the address says; returns its key.

    Set only where it differs: a value that is set anew wipes what someone is typing just now.
    """
    if widget not in st.session_state or st.session_state[widget] != value:
        st.session_state[widget] = value
    return widget


def opened() -> bool:
    """Whether this is the first run of a session: someone follows a link, or the server began anew."""
    return st.session_state["opened"]


def opened_with() -> Mapping[str, str]:
    """What the address said when the session began."""
    return st.session_state["opened_with"]


def read() -> dict[str, str]:
    """What is chosen. On every page, and first of all.

    A browser that is told of a choice a moment later still sends the old address with the next click; what was chosen
    last stands against it. A link begins a session, and the Back button is stronger.
    """
    st.session_state["opened"] = "chosen" not in st.session_state
    heard = st.query_params.to_dict()
    if opened():
        begin(heard)
        st.session_state["opened_with"] = kept().copy()
    elif came_back():
        begin(heard)
        # Streamlit's browser part would send this address from now on, whatever the bar says.
        st.query_params.clear()
    elif not st.session_state.get("jumped") and "t" in heard:
        kept()["t"] = heard["t"]
    st.session_state["jumped"] = False
    said = chosen()
    if without_step(heard) != without_step(said):
        st.session_state["told"] = st.session_state.get("told", 0) + 1  # so that the browser writes it once more
    return said


def came_back() -> bool:
    """Whether this run answers the browser's Back or Forward button."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def begin(said: Mapping[str, str]) -> None:
    """Choose what an address says, and nothing else."""
    kept().clear()
    choose({"t": None} | {name: said[name] for name in said if name in NAMES})


def chosen() -> dict[str, str]:
    """What is chosen, without what was cleared."""
    return {name: value for name, value in kept().items() if value is not None}


def without_step(said: Mapping[str, str]) -> dict[str, str]:
    """The choices that are written here."""
    return {name: value for name, value in said.items() if name in NAMES and name != "t"}


def too_long(said: Mapping[str, str]) -> list[str]:
    """The names of the choices that are not written, as no link could hold them."""
    return [name for name, value in said.items() if len(quote_plus(value)) > LIMITS.address]


def tell(history: object, take_up: Callable[[object], None]) -> None:
    """Let the browser write the address, and keep `history`, some JSON, as long as its tab is open.

    Where a session begins anew in an open tab, `take_up` gets what was kept, as the browser sent it.
    """

    def asked() -> None:
        match st.session_state["address"].get("asked"):
            case {"address": str(bar)} if len(bar) <= LIMITS.address * len(NAMES):
                begin(dict(parse_qsl(bar.removeprefix("?"), keep_blank_values=True)))
        match st.session_state["address"].get("asked"):
            case {"history": past}:
                take_up(past)

    said = without_step(chosen())
    data = {
        "names": NAMES,
        "said": [(name, value) for name, value in said.items() if name not in too_long(said)],
        "session": st.session_state.setdefault("session", secrets.token_hex(4)),
        "n": st.session_state.get("told", 0),
        "history": history,
    }
    _mount(key="address", data=data, on_asked_change=asked)
