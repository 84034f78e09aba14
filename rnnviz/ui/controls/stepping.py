"""The step t, which the players keep and write into the address themselves."""

import streamlit as st

from rnnviz.ui import address


def seek(t: int, last: int) -> tuple[str, int]:
    """The step the players must jump to when the id is new: what a link asks for, or a choice brings along.

    The id is "" for the step that the session began with. Between two jumps it stays as it is, wherever the reader
    steps; at most `last`.
    """
    if "seek" not in st.session_state or st.session_state["seek"][0] != address.jump():
        st.session_state["seek"] = (address.jump(), t)
    name, t = st.session_state["seek"]
    return name, min(t, last)
