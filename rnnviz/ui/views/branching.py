"""Under the tree: the chain beside it, how far each word is from the root, and how much it moves the root."""

import hashlib
import html
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from rnnviz.core import CELLS, Model, bracketed
from rnnviz.core.answers.correspondence import ChainOf, alike, as_chain, on_chain
from rnnviz.core.answers.influence import influence
from rnnviz.core.engine.graph import Graph
from rnnviz.core.kept import Kept
from rnnviz.figures import branching, writing
from rnnviz.figures.sentence import told_signal
from rnnviz.figures.stage import Scene
from rnnviz.scenes.scene import Shown
from rnnviz.scenes.settings import Settings
from rnnviz.text import label, say
from rnnviz.ui.controls.notices import caption, heading


@dataclass(frozen=True)
class Measured:
    """What is computed for this part of the page: by each tree's name the tree and the influence of its words.

    Where operators are read there is one tree, and no chain: only these brackets say what each of them joins.
    """

    trees: Mapping[str, Graph]
    influences: Mapping[str, list[float]]
    chain: ChainOf | None
    alone: ChainOf | None
    cell: str | None  # the cell of the menu that `alone` is


MEASURED = Kept[Measured](8)  # of 100 words and H = 32 some 2 MB each


def below(settings: Settings, shown: Shown) -> None:
    """The lower part of the page of a tree; nothing where the scene has none."""
    scene, lang = shown.scene, settings.lang
    graph = scene.trace.graph
    if graph is None or graph.is_chain:
        return
    st.html(branching.styles())
    st.subheader(say("chain_tree.title", lang), anchor=False)
    st.html(
        "<br>".join(say(key, lang) for key in ("chain_tree.recurrent", "chain_tree.recursive", "chain_tree.special"))
    )
    if len(graph.leaves) < 2 or scene.held:
        caption(say("chain_tree.short" if len(graph.leaves) < 2 else "chain_tree.held", lang))
        return
    found = measured(scene, fingerprint(scene))
    words = branching.words(scene)
    names = {name: headed(name, graph, found.trees, lang) for name in found.trees}
    if not graph.has_operators:
        heading(say("chain_tree.same", lang))
        same(shown, found, words, lang)
    left, right = st.columns(2)
    if not graph.has_operators:
        with left:
            far(found, words, names, lang)
    with left if graph.has_operators else right:
        heading(say("chain_tree.move", lang))
        state = told_signal(scene)
        root = writing.name(state, "root")
        told = say("chain_tree.move_told", lang, root=root, word=writing.name("x", "word"), state=writing.name(state))
        st.html(told)
        word = say("chain_tree.word", lang)
        st.html(branching.bars(words, {names[name]: found.influences[name] for name in found.trees}, word))


def headed(name: str, graph: Graph, trees: Mapping[str, Graph], lang: str) -> str:
    """What a column is called; that of the tree shown above says so."""
    if name == "here":
        return say("chain_tree.here", lang)
    plain = label("branching", name, lang)
    plain = say("chain_tree.chain", lang, name=plain) if name == "left" else plain
    return say("chain_tree.also_here", lang, name=plain) if trees[name] == graph else plain


def same(shown: Shown, found: Measured, words: list[str], lang: str) -> None:
    """The inner nodes of the left-branching tree, and the chain that has the same numbers."""
    scene, chain = shown.scene, found.chain
    if chain is None:
        caption(say("chain_tree.same_none", lang))
    else:
        state = told_signal(scene)
        u = [writing.name("u", str(i)) for i in range(1, len(words) + 1)]
        rest = ", ".join(u[1:] if len(u) < 5 else [u[1], "…", u[-1]])
        weights = ", ".join(
            f"{writing.name(new)} = {writing.name(old)}" for new, old in chain.renamed.items() if new != old
        )
        told = [
            say(
                "chain_tree.same_told",
                lang,
                start=writing.name(state, "0"),
                first=u[0],
                rest=rest,
                leaf=writing.name("u", "i"),
                weights=weights,
            )
        ]
        if len(chain.inputs) > 1:
            inputs = ", ".join(writing.name(old) for old in chain.inputs.values())
            told.append(say("chain_tree.same_more", lang, count=len(chain.inputs), inputs=inputs))
        st.html(" ".join(told))
        st.html(branching.matched(chain, words, state, lang, shown.network.glue or ""))
        largest = say("chain_tree.difference", lang, difference=f"{chain.difference:.1e}")
        st.html(f"<b>{largest}</b> {say('chain_tree.rounding', lang)}")
    if found.alone:
        net, cell = found.alone.model, found.cell
        told = (
            say("chain_tree.named", lang, cell=html.escape(label("cell", cell, lang)))
            if cell
            else say("chain_tree.net", lang, equations="; ".join(map(writing.formula, net.equations.values())))
        )
        st.html(say("chain_tree.also", lang, net=told, difference=f"{found.alone.difference:.1e}"))
    if chain:
        with st.expander(say("chain_tree.equations", lang)):
            for head, model in (("chain_tree.same_tree", scene.model), ("chain_tree.same_chain", chain.model)):
                lines = "".join(f"<div>{writing.formula(equation)}</div>" for equation in model.equations.values())
                st.html(f"<div class='formulas'><b>{say(head, lang)}</b>{lines}</div>")


def known(model: Model, net: Model) -> str | None:
    """The cell of the menu that has the same equations, up to names, if there is one."""
    for name, cell in CELLS.items():
        other = Model(cell.equations, model.D, model.H, model.K, model.activation, model.bias)
        if alike(other, net):
            return name
    return None


def far(found: Measured, words: list[str], names: Mapping[str, str], lang: str) -> None:
    """How many steps it is from each word to the root, in each tree."""
    heading(say("chain_tree.far", lang))
    ways = {name: branching.distances(tree) for name, tree in found.trees.items()}
    count = len(words)
    st.html(
        say(
            "chain_tree.far_told",
            lang,
            count=count,
            chain=max(ways["left"]),
            balanced=max(ways["balanced"]),
            log=f"{math.log2(count):.3g}",
        )
    )
    pictures = [branching.outline(tree) for tree in found.trees.values()]
    columns = {names[name]: way for name, way in ways.items()}
    st.html(branching.bars(words, columns, say("chain_tree.word", lang), pictures, say("chain_tree.longest", lang)))


def fingerprint(scene: Scene) -> str:
    """A short text that is another one where anything is that `measured` reads."""
    graph = scene.trace.graph
    found = hashlib.blake2b(repr((scene.model.expressions, graph, told_signal(scene))).encode())
    for name, numbers in [*sorted(scene.params.items()), ("x", scene.trace["x"])]:
        found.update(repr((name, numbers.shape)).encode() + np.ascontiguousarray(numbers).tobytes())
    return found.hexdigest()


def measured(scene: Scene, key: str) -> Measured:
    """What is computed for a scene with this fingerprint; once for all who have the same, as long as it is kept.

    Not one of Streamlit's caches: any browser may have those emptied.
    """
    return MEASURED.get(key, lambda: measure(scene))


def measure(scene: Scene) -> Measured:
    """The tree of a scene, the left-branching and the balanced one of its words: all with the same weights."""
    model, params, trace = scene.model, scene.params, scene.trace
    graph = trace.graph
    if graph is None:
        raise ValueError("no tree")
    u = trace["x"][list(graph.readers)]
    trees = {} if graph.has_operators else {name: bracketed(graph.words, name) for name in ("left", "balanced")}
    if graph not in trees.values():
        trees = {"here": graph, **trees}
    runs = {name: trace if tree == graph else model.run(params, tree.x(u), graph=tree) for name, tree in trees.items()}
    state = told_signal(scene)
    alone = None if graph.has_operators else on_chain(model, params, u)
    return Measured(
        trees,
        {name: influence(model, params, run, state).tolist() for name, run in runs.items()},
        as_chain(model, params, runs["left"]) if "left" in runs else None,
        alone,
        known(model, alone.model) if alone else None,
    )
