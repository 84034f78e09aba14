"""The step t, which the player keeps and the address tells."""

import secrets

import streamlit as st

from rnnviz.ui import address


def seek(t: int, last: int) -> tuple[str, int]:
    """The step the player must jump to: a new id where the address says another step than the player last told."""
    t = min(t, last)
    known = st.session_state.get("seek")
    if known is None or known[1] != t:
        known = st.session_state["seek"] = (secrets.token_hex(4), t)
    return known


def moved(t: int) -> None:
    """The player came to rest at a step."""
    address.put(t=t)
    st.session_state["seek"] = (st.session_state["seek"][0], t)
