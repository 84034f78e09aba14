"""The tree of a sentence: where its nodes stand, the leaves from left to right at the bottom, the root on top."""

from itertools import count

from rnnviz.core.engine.graph import Graph
from rnnviz.figures.records import Tree
from rnnviz.figures.sentence import told_signal
from rnnviz.figures.stage import Scene


def positions(graph: Graph) -> list[tuple[float, int]]:
    """Where each node stands: its column, and how many levels above the words.

    The leaves stand in columns from left to right, from 0; an inner node in the middle between its children, one
    level above the higher of both. So children stand below their parent, and two nodes of one level at least a column
    apart.
    """
    columns: list[float] = []
    leaves = count()
    for node in range(len(graph)):
        below = [columns[child] for child in graph.children(node)]
        columns.append(sum(below) / len(below) if below else float(next(leaves)))
    return list(zip(columns, graph.height, strict=True))


def tree(scene: Scene) -> Tree | None:
    """The children of each node, where it stands, the word or operator it reads; None without tree."""
    graph = scene.trace.graph
    if graph is None or graph.is_chain:
        return None
    placed = positions(graph)
    return {
        "left": [None if child is None else child + 1 for child in graph.left],
        "right": [None if child is None else child + 1 for child in graph.right],
        "x": [x for x, _ in placed],
        "y": [y for _, y in placed],
        "words": [None if graph.children(node) else scene.labels[node] for node in range(len(graph))],
        "operators": list(graph.operators),
        "signal": told_signal(scene),
    }
