"""A text that takes too long to be learnt while a page is made: a button, and a bar while it is learnt, in portions."""

import streamlit as st

from rnnviz.core.learning.memorise import Memoriser
from rnnviz.core.scenario.weights import LEARNT
from rnnviz.scenes.budget import cpu
from rnnviz.scenes.learnt import Lesson
from rnnviz.text import say
from rnnviz.ui import address
from rnnviz.ui.controls.notices import in_label
from rnnviz.ui.gate import gate

PORTION = 0.1  # seconds of the processor; then other readers have their turn
BEGUN = "learning"  # where the session keeps the lesson that it is at, and how far


@st.fragment
def learning(lesson: Lesson, lang: str) -> None:
    """Offer to learn a text; once begun, learn it to the end. Then the page runs again, with the weights."""
    begun: tuple[Lesson, Memoriser] | None = st.session_state.get(BEGUN)
    if begun and begun[0] != lesson:
        begun = None  # of another text
    if st.button(say("sidebar.learn", lang), key="learn", width="stretch"):
        begun = st.session_state[BEGUN] = begun or (lesson, lesson.begun())
        made = begun[1]
        here = st.empty()
        while not made.done:
            portion(made)
            with here:
                progress(made, lang)
        lesson.keep(made)
        del st.session_state[BEGUN]
        address.put(weights=LEARNT)
        st.rerun()
    elif begun:
        progress(begun[1], lang)


@gate
def portion(made: Memoriser) -> None:
    """Learn for a while."""
    made.go_on(cpu(PORTION))


def progress(made: Memoriser, lang: str) -> None:
    """How far it is."""
    updates, best = str(made.updates), made.best
    right, count = str(best.right), str(best.count)
    st.progress(
        made.updates / made.most,
        text=say("sidebar.learning", lang, updates=in_label(updates), right=in_label(right), count=in_label(count)),
    )
