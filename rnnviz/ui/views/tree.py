"""The page "Tree": a recursive net on the tree of a sentence, node by node, children before parents."""

from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import Settings
from rnnviz.ui.controls.player import player
from rnnviz.ui.controls.stepping import seek
from rnnviz.ui.views import branching, contest, what_if


def page(settings: Settings, shown: Shown) -> None:
    """Show a scene; its numbers can be changed where that is asked for."""
    scene, lang = shown.scene, settings.lang
    changing = what_if.controls(settings, shown)
    change = what_if.changed(settings, shown, changing) if changing or shown.edits else None
    where = seek(settings.t, scene.trace.T)
    player("tree", scene, where, lang, change=change, on_act=what_if.acted)
    if changing:
        what_if.tables(settings, shown)
    branching.below(settings, shown)
    contest.below(settings)
