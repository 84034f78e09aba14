"""The page "Memory": how much each step depends on each earlier one, for two networks, and why it fades."""

import html

import numpy as np
import streamlit as st

from rnnviz.core import InputError
from rnnviz.figures import triangles as figure
from rnnviz.figures import writing
from rnnviz.figures.records import Panel
from rnnviz.figures.sentence import gate
from rnnviz.scenes import memory
from rnnviz.scenes.memory import Remembered
from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import IDENTITY, RADII, Settings
from rnnviz.text import label, say
from rnnviz.ui import address
from rnnviz.ui.controls import series, triangles
from rnnviz.ui.controls.gates import MEMORY, example
from rnnviz.ui.controls.notices import paragraph_set, warn
from rnnviz.ui.controls.picks import picked, putting
from rnnviz.ui.messages import one_of


def page(settings: Settings, shown: Shown) -> None:
    """Show what two networks keep; where that makes no sense, why."""
    lang = settings.lang
    choices(settings, shown)
    try:
        left, right = memory.both(settings, shown, series.file_table())
    except InputError as problem:
        warn(problem.told(lang))
        return
    name = writing.name(left.name, "t")
    paragraph_set(say("memory.carries", lang, name=name, input=writing.name("x", "k"), jacobian=jacobian(left.name)))
    other = memory.chosen(settings, shown)
    titles = (label("cell", settings.cell, lang), called(other, lang))
    panels = [panel(one, title, settings, shown) for one, title in zip((left, right), titles, strict=True)]
    triangles.show("memory", figure.triangles("memory", panels, lang))


def called(other: str, lang: str) -> str:
    """What stands on the right, by name."""
    return say("memory.identity", lang) if other == IDENTITY else label("cell", other, lang)


def jacobian(name: str) -> str:
    """The Jacobian of a signal by an input, as HTML."""
    return f"∂{writing.name(name, 't')}/∂{writing.name('x', 'k')}"


def choices(settings: Settings, shown: Shown) -> None:
    """What stands on the right, which signal is asked, and the radius."""
    lang = settings.lang
    fitting, now = memory.offered(settings, shown), memory.chosen(settings, shown)
    with st.container(horizontal=True, vertical_alignment="center", key="memory_row"):
        cell = html.escape(label("cell", settings.cell, lang))
        st.html(f"<b>{cell}</b> {html.escape(say('memory.beside', lang))}", width="content")
        st.selectbox(
            say("memory.choose", lang),
            fitting,
            index=0 if now in fitting else None,
            format_func=lambda name: called(name, lang),
            key=address.follow("pick_memory", now if now in fitting else None),
            on_change=lambda: address.put(other=one_of(st.session_state["pick_memory"], fitting) or ""),
            label_visibility="collapsed",
            width=220,
            placeholder=say("sidebar.choose", lang),
        )
        st.segmented_control(
            say("memory.asked", lang),
            ("h", "y"),
            format_func=lambda name: label("memory", name, lang),
            required=True,
            key=address.follow("pick_asked", settings.asked),
            on_change=picked("pick_asked", putting("asked"), ("h", "y")),
            label_visibility="collapsed",
        )
        if shown.network.weights.name != MEMORY:
            example(settings)
        if matrices := memory.recurrent(shown.scene.model):
            one = writing.name(matrices[0]) if len(matrices) == 1 else html.escape(say("memory.matrices", lang))
            st.html(say("memory.radius", lang, name=one), width="content")
            st.select_slider(
                say("memory.radius_choose", lang),
                ("", *RADII),
                format_func=lambda value: value or say("memory.unchanged", lang),
                key=address.follow("pick_radius", settings.radius),
                on_change=picked("pick_radius", putting("radius"), ("", *RADII)),
                label_visibility="collapsed",
                width=260,
            )


def panel(one: Remembered, title: str, settings: Settings, shown: Shown) -> Panel:
    """One network's triangle, its causes and its sentences."""
    what = f"‖{jacobian(one.name)}‖".replace("<sub>t</sub>", "<sub>{t}</sub>").replace("<sub>k</sub>", "<sub>{k}</sub>")
    told = figure.apart(one.causes, one.state, one.steps, one.length) if one.causes and one.state else None
    return figure.panel(title, about(one, settings, shown), one.scene.labels, one.norms, what, told)


def about(one: Remembered, settings: Settings, shown: Shown) -> list[str]:
    """What is said of a network, as HTML."""
    lang, T = settings.lang, one.scene.trace.T
    told = []
    if one.radius is not None and one.length is not None:
        name = writing.name(memory.recurrent(one.scene.model)[0])
        told.append(say("memory.radius_is", lang, name=name, radius=f"{one.radius:.2f}", length=f"{one.length:.2f}"))
        told += [say(key, lang, **values) for key, values in verdict(one)]
    if one.state:
        told += gate(one.scene, one.state, lang)
    if one.moved:
        told.append(say("memory.shuffled", lang, moved=one.moved, T=T))
    else:
        told.append(say("memory.alike", lang))
    if shown.scene.trace.T > T:
        told.append(say("memory.window", lang, count=T, T=shown.scene.trace.T))
    return told


def verdict(one: Remembered) -> list[tuple[str, dict[str, object]]]:
    """Whether the derivative vanishes or explodes from the last step to the first, and what the radius has to do."""
    found = one.causes
    if found is None or one.radius is None or one.scene.trace.T < 3:
        return []
    row = found.length[-1]
    with np.errstate(all="ignore"):
        ratio = float(row[0] / row[one.steps[-1]])
    if ratio >= 1.0:
        return [("memory.explodes", {"times": writing.constant(float(f"{ratio:.2g}"))})]
    return [("memory.saturates" if one.radius > 1.0 else "memory.within", {})]
