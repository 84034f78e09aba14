"""The address bar: every choice by a name of its own.

Each name is a text field bound to the address that nobody sees. Visible controls write into them; so labels may be
words in any language while the address keeps the field's own names, and a value that makes no sense can be told of.
"""

import streamlit as st

from rnnviz.ui.settings import NAMES


def raw() -> dict[str, str]:
    """What the address says now: the fields' values, or before the first run the address itself; what it names only."""
    said = {name: st.session_state.get(name, st.query_params.get(name)) for name in NAMES}
    return {name: str(value) for name, value in said.items() if value is not None}


def put(**values: object) -> None:
    """Choose something. Only in callbacks, which run before the fields are drawn."""
    for name, value in values.items():
        st.session_state[name] = str(value)


def clear(*names: str) -> None:
    """Choose nothing: the defaults. Only in callbacks."""
    for name in names:
        st.session_state[name] = None


def follow(widget: str, value: object) -> str:
    """Let a visible widget show what the address says; returns its key."""
    st.session_state[widget] = value
    return widget


def draw() -> None:
    """The bound fields. On every page, or their values would be lost."""
    with st.container(key="address"):
        for name in NAMES:
            st.text_input(name, None, key=name, bind="query-params", label_visibility="collapsed")
