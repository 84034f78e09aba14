"""Notices. They quote what was typed, so nothing in them may be read as Markdown: no image, no link, no HTML."""

import re

import streamlit as st


def verbatim(text: str) -> str:
    """Markdown that shows a text as it is: every punctuation mark escaped, on one line."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))


def warn(text: str) -> None:
    """A warning with exactly this text."""
    st.warning(verbatim(text))
