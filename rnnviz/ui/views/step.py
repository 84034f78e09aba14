"""The page "Step": the player with its timeline, its stage and its sentence."""

from rnnviz.ui.player.player import player
from rnnviz.ui.scenes import Shown
from rnnviz.ui.settings import Settings
from rnnviz.ui.stepping import seek


def page(settings: Settings, shown: Shown) -> None:
    """Show a scene."""
    scene, lang = shown.scene, settings.lang
    player("player", scene, seek(settings.t, scene.trace.T), lang)
