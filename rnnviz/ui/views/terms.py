"""The page "Terms": every sign of the pictures, with its name and what it does."""

import html

import streamlit as st

from rnnviz.figures import writing
from rnnviz.figures.terms import terms
from rnnviz.text import say


def page(lang: str) -> None:
    """One row a sign."""
    rows = "".join(
        f"<tr><th scope='row'>{writing.sentence(sign)}</th><td>{told}</td></tr>" for sign, told in terms(lang).items()
    )
    st.html(f"<table class='terms'><caption>{html.escape(say('app.terms_about', lang))}</caption>{rows}</table>")
