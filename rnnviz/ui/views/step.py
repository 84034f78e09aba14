"""The page "Step": the player with its timeline, its stage and its sentence."""

import secrets

import streamlit as st

from rnnviz.figures.sentence import sentences
from rnnviz.ui import address
from rnnviz.ui.player.player import payload, player
from rnnviz.ui.scenes import Shown
from rnnviz.ui.server import PLOTLY_URL
from rnnviz.ui.settings import Settings


def page(settings: Settings, shown: Shown) -> None:
    """Show a scene."""
    scene = shown.scene
    told = sentences(scene, settings.lang)
    player(payload(scene, told, seek(settings.t, scene.trace.T), settings.lang, PLOTLY_URL), "player", moved)


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
