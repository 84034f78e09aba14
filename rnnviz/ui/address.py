"""The address bar: every choice by a name of its own.

What was chosen last stands in one record of the session. The browser's address is read when a session begins and when
someone goes Back or Forward; otherwise it only follows: a component without a face writes it.
"""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.components.v2 import component
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnnviz.ui.settings import NAMES

# Replaced, not pushed: Back leads from page to page. A browser that outlived its server may have sent an older address
# than it shows; the new session is told of it. Streamlit's links to pages push a bare path: it takes the choices along
# at once, or whoever goes Back before the server answers would find it bare on going Forward.
SCRIPT = """const names = new Set(%s);
const mine = (all) => new URLSearchParams([...all].filter(([name]) => names.has(name)));
const same = (a, b) => (a.sort(), b.sort(), String(a) === String(b));
if (!history.takesAlong) {
  const push = history.pushState;
  history.pushState = function (state, unused, url) {
    const to = new URL(url, location.href), along = mine(new URLSearchParams(location.search));
    if (!String(mine(to.searchParams))) for (const pair of along) to.searchParams.append(...pair);
    push.call(history, state, unused, to);
  };
  history.takesAlong = true;
}
export default function ({ data, setTriggerValue }) {
  const here = new URLSearchParams(location.search), said = new URLSearchParams(data.said);
  if (same(mine(here), said)) return;
  if (data.fresh) return setTriggerValue("asked", String(mine(here)));
  const next = new URLSearchParams([...here].filter(([name]) => !names.has(name)).concat(data.said));
  history.replaceState(history.state, "", location.pathname + (String(next) && "?" + next) + location.hash);
}"""

_mount = component("rnnviz.address", js=SCRIPT % json.dumps(NAMES), isolate_styles=False)


def put(**values: object) -> None:
    """Choose something. Only in callbacks, which run before the address is read."""
    kept().update({name: str(value) for name, value in values.items()})


def clear(*names: str) -> None:
    """Choose nothing: the defaults. Only in callbacks."""
    kept().update(dict.fromkeys(names))


def kept() -> dict[str, str | None]:
    """What was chosen last, by name."""
    return st.session_state.setdefault("chosen", {})


def follow(widget: str, value: object) -> str:
    """Let a visible widget show what the address says; returns its key.

    Set only where it differs: a value that is set anew wipes what someone is typing just now.
    """
    if widget not in st.session_state or st.session_state[widget] != value:
        st.session_state[widget] = value
    return widget


def later(**values: object) -> None:
    """Choose something when the address is read already: run again, and begin with it."""
    put(**values)
    st.rerun()


def draw() -> dict[str, str]:
    """What is chosen; the address bar is let know. On every page, and first of all.

    A browser that is told of a choice a moment later still sends the old address with the next click; what was chosen
    last stands against it. A link begins a session, and the Back button is stronger.
    """
    fresh = "chosen" not in st.session_state
    heard = st.query_params.to_dict()
    if fresh or came_back():
        begin(heard)
    said = {name: value for name, value in kept().items() if value is not None}
    if said != {name: heard[name] for name in heard if name in NAMES}:
        st.session_state["told"] = st.session_state.get("told", 0) + 1  # so that the browser writes it once more
    data = {"said": list(said.items()), "fresh": fresh, "n": st.session_state.get("told", 0)}
    _mount(key="address", data=data, on_asked_change=asked)
    return said


def came_back() -> bool:
    """Whether this run answers the browser's Back or Forward button."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def asked() -> None:
    """The browser shows another address than it sent."""
    begin(dict(parse_qsl(st.session_state["address"].get("asked") or "", keep_blank_values=True)))


def begin(said: Mapping[str, str]) -> None:
    """Choose what an address says, and nothing else."""
    kept().clear()
    kept().update({name: said[name] for name in said if name in NAMES})
