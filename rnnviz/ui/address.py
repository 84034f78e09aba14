"""The address bar: every choice by a name of its own.

What was chosen last stands in one record of the session. The browser's address is read when a session begins and when
someone goes Back or Forward; otherwise it only follows: a component without a face (player/address.js) writes it.
The step t is the browser's own: the players write it there without a run of the page, and do not tell it here. Chosen
here, it is a jump (see stepping.py).
"""

import secrets
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, quote_plus

import streamlit as st
from streamlit.components.v2 import component
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnnviz.core import InputError
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.settings import CHOICES, NAMES, oversize
from rnnviz.ui.server import script

CHARACTER = 8  # bytes that Python keeps of a character at most, half of them for those who want UTF-8

_mount = component("rnnviz.address", js=script("address.js"), isolate_styles=False)


def put(**values: object) -> None:
    """Choose something. Only in callbacks, which run before the address is read.

    Where one of the values is too long nothing is chosen, and `refused` tells why.
    """
    said = {name: CHOICES[name].spelled(value) for name, value in values.items()}
    wrong = {name: problem for name in said if (problem := oversize(name, {**kept(), **said}))}
    choose({} if wrong else said)
    for name, problem in wrong.items():
        refuse(name, problem)


def clear(*names: str) -> None:
    """Choose nothing: the defaults. Only in callbacks."""
    choose(dict.fromkeys(names))


def choose(values: Mapping[str, str | None]) -> None:
    kept().update(values)
    for name in values:
        refusals().pop(name, None)
    if "t" in values:
        st.session_state["jump"] = secrets.token_hex(4)


def refuse(name: str, problem: InputError) -> None:
    """Tell beside its field that what was typed is not chosen, until something else is."""
    refusals()[name] = (problem, kept().get(name))


def refused(name: str) -> InputError | None:
    """What is wrong with what was typed last for a choice, if that was not taken."""
    problem, instead = refusals().get(name, (None, None))
    return problem if kept().get(name) == instead else None


def refusals() -> dict[str, tuple[InputError, str | None]]:
    """What was refused by name, and what was chosen then and still is, unless a link or the Back button came after."""
    return st.session_state.setdefault("refused", {})


def kept() -> dict[str, str | None]:
    """What was chosen last, by name."""
    return st.session_state.setdefault("chosen", {})


def jump() -> str:
    """An id that is new whenever t is chosen here or by the Back button; "" for the one that the session began with."""
    return st.session_state.get("jump", "")


def follow(widget: str, value: object) -> str:
    """Let a visible widget show what the address says; returns its key.

    Set only where it differs: a value that is set anew wipes what someone is typing just now.
    """
    if widget not in st.session_state or st.session_state[widget] != value:
        st.session_state[widget] = value
    return widget


def typed(widget: str, name: str, value: object) -> str:
    """The same for a field, which keeps what is too long to be chosen, so that it can be made shorter."""
    if refused(name) is None or widget not in st.session_state:
        refusals().pop(name, None)
        return follow(widget, value)
    text = st.session_state[widget]
    if isinstance(text, str) and len(text) > (most := LIMITS.field // (1 if text.isascii() else CHARACTER)):
        del st.session_state[widget]  # or the session would keep it beside the shorter one
        st.session_state[widget] = text[:most]
    return widget


def opened() -> bool:
    """Whether this is the first run of a session: someone follows a link, or the server began anew."""
    return st.session_state["opened"]


def opened_with() -> Mapping[str, str]:
    """What the address said when the session began."""
    return st.session_state["opened_with"]


def read() -> dict[str, str]:
    """What is chosen. On every page, and first of all.

    Streamlit's browser part remembers the address that it was opened with, or that Back led to, and sends that one with
    every click: what was chosen last stands against it.
    """
    st.session_state["opened"] = "chosen" not in st.session_state
    if opened():
        start(st.query_params.to_dict())
    elif came_back():
        begin(st.query_params.to_dict())
    return chosen()


def came_back() -> bool:
    """Whether this run answers the browser's Back or Forward button."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def start(said: Mapping[str, str]) -> None:
    """Choose what an address says as the session begins. That is no jump: a page that was open has its step."""
    kept().clear()
    kept().update(ours(said))
    st.session_state["opened_with"] = chosen()


def begin(said: Mapping[str, str]) -> None:
    """Choose what an address says, and nothing else."""
    kept().clear()
    choose({"t": None} | ours(said))


def ours(said: Mapping[str, str]) -> dict[str, str]:
    """The choices of an address, without what others put there."""
    return {name: said[name] for name in said if name in NAMES}


def chosen() -> dict[str, str]:
    """What is chosen, without what was cleared."""
    return {name: value for name, value in kept().items() if value is not None}


def too_long(said: Mapping[str, str]) -> list[str]:
    """The names of the choices that no link could hold, of those that may be chosen at all."""
    most = LIMITS.address
    long = [name for name, value in said.items() if len(value) > most or len(quote_plus(value)) > most]
    return [name for name in long if not oversize(name, said)]


def tell(history: object, take_up: Callable[[object], None], lang: str) -> None:
    """Let the browser write the address, and keep `history`, some JSON, as long as its tab is open.

    It also says in which language the page is: Streamlit's pages are English ones, whatever stands on them.
    Where a session begins anew in an open tab, `take_up` gets what was kept, as the browser sent it.
    """
    session = st.session_state.setdefault("session", secrets.token_hex(4))
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1

    def asked() -> None:
        match st.session_state["address"].get("asked"):
            case {"session": str(known), "address": str(bar), "history": past} if known != session:
                start(dict(parse_qsl(bar.removeprefix("?"), keep_blank_values=True)))
                take_up(past)
                st.session_state["heard"] = True

    said = chosen()
    unsaid = {"t", *too_long(said), *(name for name in said if oversize(name, said))}
    data = {
        "names": NAMES,
        "said": [(name, said[name]) for name in said if name not in unsaid],
        "session": session,
        "heard": st.session_state.get("heard", False),  # of an open tab; else a run that has follows
        "history": history,
        "lang": lang,
        "run": st.session_state["runs"],  # or it would not hear of a run with the same choices, and look at its bar
    }
    _mount(key="address", data=data, on_asked_change=asked)
    if opened() and st.session_state["address"].get("asked"):  # by a page that was open before the server began
        asked()
        st.rerun()
