"""The tree of a sentence: where its nodes stand, the words from left to right at the bottom, the root on top."""

from rnnviz.core.engine.graph import Graph
from rnnviz.figures.records import Tree
from rnnviz.figures.sentence import told_signal
from rnnviz.figures.stage import Scene


def positions(graph: Graph) -> list[tuple[float, int]]:
    """Where each node stands: its column, and how many levels above the words.

    A leaf stands in the column of its word, from 0; an inner node in the middle between its children, one level above
    the higher of both. So children stand below their parent, and two nodes of one level at least a column apart.
    """
    columns: list[float] = []
    for node, leaf in enumerate(graph.leaf):
        below = [columns[child] for child in graph.children(node)]
        columns.append(sum(below) / len(below) if leaf is None else float(leaf))
    return list(zip(columns, graph.height, strict=True))


def tree(scene: Scene) -> Tree | None:
    """The children of each node, where it stands and its word; None without tree."""
    graph = scene.trace.graph
    if graph is None or graph.is_chain:
        return None
    placed = positions(graph)
    return {
        "left": [None if child is None else child + 1 for child in graph.left],
        "right": [None if child is None else child + 1 for child in graph.right],
        "x": [x for x, _ in placed],
        "y": [y for _, y in placed],
        "words": [scene.labels[node] if leaf is not None else None for node, leaf in enumerate(graph.leaf)],
        "signal": told_signal(scene),
    }
