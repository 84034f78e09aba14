"""The address bar: every choice by a name of its own.

Each name is a text field bound to the address that nobody sees. Visible controls write into them; so labels may be
words in any language while the address keeps the field's own names, and a value that makes no sense can be told of.
"""

import streamlit as st

from rnnviz.ui.settings import NAMES


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


def later(**values: object) -> None:
    """Choose something when the fields are drawn already: run again, and begin with it."""
    st.session_state["chosen_later"] = values
    st.rerun()


def draw() -> dict[str, str]:
    """The bound fields, and what they say. On every page, or their values would be lost; and first of all, because only
    a field that is drawn knows what a link or the Back button asks for.
    """
    put(**st.session_state.pop("chosen_later", {}))
    with st.container(key="address"):
        said = {
            name: st.text_input(name, None, key=name, bind="query-params", label_visibility="collapsed")
            for name in NAMES
        }
    return {name: value for name, value in said.items() if value is not None}
