"""The page "Unroll": the same network folded and over time, and its weights counted."""

from rnnviz.text import say
from rnnviz.ui.notices import paragraph
from rnnviz.ui.player.player import player
from rnnviz.ui.scenes import Shown
from rnnviz.ui.settings import Settings
from rnnviz.ui.stepping import seek


def page(settings: Settings, shown: Shown) -> None:
    """Show a scene."""
    scene, lang = shown.scene, settings.lang
    paragraph(say(f"wiring_use.{settings.wiring}", lang))
    where = seek(settings.t, scene.trace.T)
    player("unrolled", scene, where, lang, unrolled=True)
