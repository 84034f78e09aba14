"""Widgets of choices: each shows a choice by its row, and writes what is picked into the address."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import streamlit as st

from rnnviz.scenes.settings import CHOICES
from rnnviz.text import label, say
from rnnviz.ui import address
from rnnviz.ui.address import follow
from rnnviz.ui.messages import one_of

Put = Callable[[object], None]


def picked(widget: str, put: Put, options: Iterable[object] | None = None) -> Callable[[], None]:
    """A callback that hands a widget's value on, unless it was merely deselected, or is none of its options."""

    def changed() -> None:
        value = st.session_state[widget]
        if options is not None:
            value = one_of(value, options)
        if value is not None:
            put(value)

    return changed


def putting(name: str) -> Put:
    """What takes a value for a choice."""
    return lambda value: address.put(**{name: value})


def menu(
    name: str,
    lang: str,
    value: object,
    options: Sequence[str] | None = None,
    *,
    title: str = "",
    told: Callable[[str], str] | None = None,
    put: Put | None = None,
    disabled: bool = False,
    hidden: bool = False,
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """One of the options of a choice, or of some of them; each is called by its label, unless `told` says how."""
    choice = CHOICES[name]
    known = choice.options if options is None else options
    st.selectbox(
        say(title or f"sidebar.{name}", lang),
        known,
        format_func=told or (lambda option: label(name, option, lang)),
        disabled=disabled,
        key=follow(choice.controls[0], value),
        on_change=picked(choice.controls[0], put or putting(name), known),
        label_visibility="collapsed" if hidden else "visible",
        width=width,
        placeholder=say("sidebar.choose", lang),
    )


def number(
    name: str,
    lang: str,
    value: int,
    *,
    last: int | None = None,
    put: Put | None = None,
    slider: bool = False,
    least: int | None = None,
    term: str = "",
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """A whole number in the range of a choice, or in a part of it; `term` is the text that explains it."""
    choice = CHOICES[name]
    key, change = follow(choice.controls[0], value), picked(choice.controls[0], put or putting(name))
    first, most = choice.first if least is None else least, choice.last if last is None else last
    if slider:
        st.slider(
            say(f"sidebar.{name}", lang),
            first,
            most,
            key=key,
            on_change=change,
            help=say(f"terms.{term}", lang) if term else None,
        )
    else:
        st.number_input(
            say(f"sidebar.{name}", lang),
            first,
            most,
            step=1,
            key=key,
            on_change=change,
            width=width,
            help=say(f"terms.{term}", lang) if term else None,
        )


def toggle(name: str, lang: str, value: bool, *, disabled: bool = False) -> None:
    """Yes or no."""
    key = CHOICES[name].controls[0]
    change = picked(key, putting(name))
    st.toggle(say(f"sidebar.{name}", lang), disabled=disabled, key=follow(key, value), on_change=change)
