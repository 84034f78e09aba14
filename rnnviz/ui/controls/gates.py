"""What the gates of a cell are for, said beside a picture where the example is one of remembering."""

from collections.abc import Sequence

import streamlit as st

from rnnviz.core.scenario.presets import presets
from rnnviz.core.scenario.weights import TAUGHT
from rnnviz.figures.sentence import gate
from rnnviz.figures.stage import Scene, belt
from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import Settings
from rnnviz.text import say
from rnnviz.ui import address
from rnnviz.ui.controls.notices import paragraph_set

MEMORY = "latch"  # the weights that keep a letter, made by hand
KEEPING = "keep"  # the task to learn the same


def example(settings: Settings) -> None:
    """The example that shows what a gate is for, by one click, whatever was shown before."""
    chosen = {"weights": MEMORY, "text": presets()[MEMORY].example, "cell": "vanilla", "other": "lstm", "t": 1}
    st.button(say("compare.memory", settings.lang), key="memory_example", on_click=remember, kwargs=chosen)


def remember(**chosen: object) -> None:
    """Show the example."""
    address.clear("source", "wiring", "steps", "hidden", "seed")
    address.put(**chosen)


def remembers(settings: Settings, shown: Shown) -> bool:
    """Whether the example is one of remembering."""
    name = shown.network.weights.name
    return name == MEMORY or (name == TAUGHT and settings.task == KEEPING)


def gates(settings: Settings, shown: Shown, scenes: Sequence[Scene]) -> None:
    """A sentence for each network that has gates, where the example is one of remembering."""
    if not remembers(settings, shown):
        return
    for scene in scenes:
        if scene.model.flow.carried:
            for told in gate(scene, belt(scene.model), settings.lang):
                paragraph_set(told)
