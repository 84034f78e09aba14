"""The page "Unroll": the same network folded and over time, and its weights counted."""

from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import Settings
from rnnviz.text import say
from rnnviz.ui.controls.notices import paragraph
from rnnviz.ui.controls.player import player
from rnnviz.ui.controls.stepping import seek


def page(settings: Settings, shown: Shown) -> None:
    """Show a scene."""
    scene, lang = shown.scene, settings.lang
    paragraph(say(f"wiring_use.{settings.wiring}", lang))
    where = seek(settings.t, scene.trace.T)
    player("unrolled", scene, where, lang, unrolled=True)
