"""The page "Step": the player with its timeline, its stage and its sentence."""

from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import Settings
from rnnviz.ui.controls.gates import gates
from rnnviz.ui.controls.player import player
from rnnviz.ui.controls.stepping import seek


def page(settings: Settings, shown: Shown) -> None:
    """Show a scene."""
    scene, lang = shown.scene, settings.lang
    player("player", scene, seek(settings.t, scene.trace.T), lang)
    gates(settings, shown, [scene])
