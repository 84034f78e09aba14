"""The chain beside the tree: the same numbers, how far each word is from the root, and how much it moves the root.

HTML tables with heatmaps and bars in their cells. The colours of both themes travel along as `light-dark(...)`; the
browser chooses by the page's own scheme. `styles()` goes once on a page that shows any of them.
"""

import html
import math
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import numpy as np

from rnnviz.core.answers.correspondence import ChainOf
from rnnviz.core.engine.graph import Graph
from rnnviz.figures import theme, writing
from rnnviz.figures.stage import Scene
from rnnviz.text import say

SHADES = 20  # of each sign
TALL = 16  # more units than that have thin cells without numbers


def styles() -> str:
    """The style of everything here, as an element."""
    light, dark = theme.LIGHT, theme.DARK
    rules = []
    for k in range(-SHADES, SHADES + 1):
        colours = [theme.shade(one.scale, k / SHADES) for one in (light, dark)]
        inks = [theme.ink_on(colour) for colour in colours]
        rules.append(f".bt .{shade_name(k)}{{{both('background', colours)}{both('color', inks)}}}")
    frame = both("--bt-frame", (light.frame, dark.frame))
    bar = both("--bt-bar", (theme.shade(light.scale, 0.75), theme.shade(dark.scale, 0.5)))
    back = both("--bt-back", (light.background, dark.background))
    sizes = theme.SIZES
    return f"""<style>
.bt{{{frame}{bar}{back}overflow:auto;max-width:100%;position:relative}}
.bt:has(.bars){{max-height:34rem}}
.bt table{{border-collapse:collapse;font-variant-numeric:tabular-nums}}
.bt th,.bt td{{border:0;padding:2px 4px;text-align:center;font-size:{sizes["number"]}px;white-space:nowrap}}
.bt th{{font-weight:400}}
.bt th[scope=row]{{text-align:right;position:sticky;left:0;background:var(--bt-back);z-index:1}}
.bt thead th{{vertical-align:bottom}}
.bt div>span{{display:block;font-size:{sizes["shape"]}px;line-height:20px;min-width:44px;height:20px}}
.bt .thin>span{{height:7px}}
.bt .kn{{outline:1px dashed var(--bt-frame);outline-offset:-1px}}
.bt .bars td{{text-align:left;min-width:104px}}
.bt .bars u{{display:inline-block;height:10px;margin-right:5px;background:var(--bt-bar);min-width:1px}}
.bt .bars tfoot th,.bt .bars tfoot td{{border-top:1px solid var(--bt-frame)}}
.bt img{{display:block;margin:2px auto 4px}}
{"".join(rules)}
</style>"""


def both(name: str, colours: Sequence[str]) -> str:
    """A declaration for the light and the dark page; a browser that does not know light-dark() keeps the light."""
    first, second = colours
    plain = "" if name.startswith("--") else f"{name}:{first};"  # a variable takes anything, so there is no fallback
    return f"{plain}{name}:light-dark({first},{second});"


def shade_name(k: int) -> str:
    return f"k{k}" if k >= 0 else f"m{-k}"


def column(values: np.ndarray, reach: float) -> str:
    """A vector as a column of cells, coloured from -reach to reach; many are thin, and told to a screen reader."""
    cells, thin = [], len(values) > TALL
    for value in values.tolist():
        place = shade_name(round(min(max(value / reach, -1), 1) * SHADES)) if math.isfinite(value) else "kn"
        cells.append(f"<span class={place}>{'' if thin else writing.number(value)}</span>")
    if thin:
        told = " ".join(writing.number(value) for value in values.tolist())
        return f"<div class=thin role=img aria-label='{told}'>{''.join(cells)}</div>"
    return f"<div>{''.join(cells)}</div>"


def spanned(words: Sequence[str], glue: str) -> str:
    """What a node covers, short and escaped."""
    return html.escape(glue.join(words) if len(words) <= 3 else f"{words[0]} … {words[-1]}")


def matched(found: ChainOf, words: Sequence[str], state: str, language: str, glue: str = " ") -> str:
    """The inner nodes of the left-branching tree above the steps of its chain, one column a step, from step 0 on.

    `words` are what its words are called, with `glue` between; `state` is the signal drawn. Each column of the tree
    stands above the column of the chain that has the same numbers; under that stands what the chain reads.
    """
    graph, source = found.source.graph, found.source
    if graph is None:
        raise ValueError("no tree")
    first, *others = graph.leaves
    tree = [source[state][node] for node in (first, *found.steps)]
    steps = [*([source[state][first]] if state in found.init else []), *found.trace[state]]
    start = len(tree) - len(steps)
    inputs = {name: [source[old][node] for node in others] for name, old in found.inputs.items()}
    reach = range_of(tree, *inputs.values())

    def row(head: str, cells: Sequence[str], mark: str = "td") -> str:
        scope = " scope=col" if mark == "th" else ""
        body = "".join(f"<{mark}{scope}>{cell}</{mark}>" for cell in cells)
        return f"<tr><th scope=row>{head}</th>{body}</tr>"

    spans = [spanned(words[slice(*graph.span[node])], glue) for node in (first, *found.steps)]
    leaves = [f"{writing.name('u', str(i))}: {html.escape(word)}" for i, word in enumerate(words, 1)]
    name = writing.name(state)
    rows = [
        row(say("chain_tree.state", language, name=name), [column(values, reach) for values in tree]),
        row("", ["", *[""] * (start - 1), *["="] * len(steps)] if start else ["="] * len(steps)),
        row(
            say("chain_tree.step", language, name=name),
            [""] * start + [column(values, reach) for values in steps],
        ),
        row("", [writing.name(state, str(t)) for t in range(len(tree))]),
    ]
    for own, rows_read in inputs.items():
        head = say("chain_tree.is", language, name=writing.name(own, "t"), other=writing.name(found.inputs[own]))
        rows.append(row(head, ["", *(column(values, reach) for values in rows_read)]))
    rows.append(row(say("chain_tree.word", language), leaves))
    head = row(say("chain_tree.node", language), spans, "th")
    return f"<div class=bt tabindex=0><table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table></div>"


def range_of(*columns: Sequence[np.ndarray]) -> float:
    """One range of colours for all: that of states where all lie in it, else that of sums."""
    numbers = np.concatenate([values for column in columns for values in column])
    return theme.STATE_RANGE if theme.is_state(numbers) else theme.weight_range(numbers)


def words(scene: Scene) -> list[str]:
    """The words that are read, in their order."""
    graph = scene.trace.graph
    if graph is None:
        return []
    return [graph.operators[node] or scene.labels[node] for node in graph.readers]


def distances(graph: Graph) -> list[int]:
    """How many steps each word is from the root."""
    return [graph.depth[node] for node in graph.readers]


def outline(graph: Graph) -> str:
    """The shape of a tree as a small picture, with the longest way from a word to the root; told by the numbers.

    Streamlit takes no SVG in its HTML, but a picture; a picture is given the scheme of the element that shows it.
    """
    wide, high, edge = 100, 56, 3
    far = distances(graph)
    across, down = (wide - 2 * edge) / max(len(far) - 1, 1), (high - 2 * edge) / max(*far, 1)
    places = [
        f"{edge + across * (first + stop - 1) / 2:.1f} {edge + down * graph.depth[node]:.1f}"
        for node, (first, stop) in enumerate(graph.span)
    ]
    lines = "".join(f"M{places[node]}L{places[up]}" for node, up in enumerate(graph.parent) if up is not None)
    way = "L".join(places[node] for node in graph.path(far.index(max(far))))
    light, dark = (
        f"path{{stroke:{one.frame}}}.way{{stroke:{one.accent};stroke-width:3}}" for one in (theme.LIGHT, theme.DARK)
    )
    picture = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{wide}' height='{high}' fill='none'>"
        f"<style>{light}@media (prefers-color-scheme:dark){{{dark}}}</style>"
        f"<path d='{lines}'/><path class='way' d='M{way}'/></svg>"
    )
    return f'<img alt="" width={wide} height={high} src="data:image/svg+xml,{quote(picture)}">'


def bars(
    words: Sequence[str],
    columns: Mapping[str, Sequence[float]],
    head: str,
    pictures: Sequence[str] = (),
    longest: str = "",
    largest: float = 0.0,
) -> str:
    """A table with one row a word and a bar with its number in each column, all of one scale.

    `head` says what the rows are; `pictures` stand in the heads of the columns; `longest` is what a row with the
    largest number of each is called; `largest` is the number of the longest bar, 0 for that of all.
    """
    numbers = [value for values in columns.values() for value in values if math.isfinite(value)]
    largest = largest or max([*numbers, 0.0]) or 1.0

    def bar(value: float) -> str:
        width = 60 * min(value / largest, 1) if math.isfinite(value) else 0
        return f"<td><u style='width:{width:.1f}px'></u>{short(value)}</td>"

    def short(value: float) -> str:
        return str(value) if isinstance(value, int) else writing.small(value)

    heads = "".join(
        f"<th scope=col>{pictures[i] if pictures else ''}{html.escape(name)}</th>" for i, name in enumerate(columns)
    )
    body = "".join(
        f"<tr><th scope=row>{html.escape(word)}</th>{''.join(bar(values[i]) for values in columns.values())}</tr>"
        for i, word in enumerate(words)
    )
    foot = ""
    if longest:
        cells = "".join(f"<td>{short(max(values))}</td>" for values in columns.values())
        foot = f"<tfoot><tr><th scope=row>{longest}</th>{cells}</tr></tfoot>"
    first = f"<tr><th scope=row>{head}</th>{heads}</tr>"
    table = f"<table class=bars><thead>{first}</thead><tbody>{body}</tbody>{foot}</table>"
    return f"<div class=bt tabindex=0>{table}</div>"
