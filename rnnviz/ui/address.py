"""The address bar: every choice by a name of its own.

Each name is a text field bound to the address that nobody sees. Visible controls write into them; so labels may be
words in any language while the address keeps the field's own names, and a value that makes no sense can be told of.
"""

import streamlit as st

from rnnviz.ui.settings import NAMES


def put(**values: object) -> None:
    """Choose something. Only in callbacks, which run before the fields are drawn."""
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
    """Choose something when the fields are drawn already: run again, and begin with it."""
    put(**values)
    st.rerun()


def draw() -> dict[str, str]:
    """The bound fields, and what they say. On every page, or their values would be lost; and first of all, because only
    a field that is drawn knows what a link or the Back button asks for.

    A browser that is told of a choice a moment later still sends the old value with the next click; what was chosen
    last stands against it. A link and the Back button are stronger: Streamlit lets them replace what is set here.
    """
    said: dict[str, str | None] = {}
    with st.container(key="address"):
        for name in NAMES:
            if name in kept():
                follow(name, kept()[name])
            field = st.text_area if name == "equations" else st.text_input  # a field of one line has no line ends
            said[name] = field(name, None, key=name, bind="query-params", label_visibility="collapsed")
    kept().update(said)
    return {name: value for name, value in said.items() if value is not None}
