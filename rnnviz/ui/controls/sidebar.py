"""The sidebar: the same controls on every page. They show what the address says, and write into it."""

from dataclasses import replace
from functools import partial

import streamlit as st

from rnnviz.core import InputError
from rnnviz.core.engine.graph import Graph
from rnnviz.core.scenario.presets import presets
from rnnviz.core.scenario.weights import LEARNT, RANDOM
from rnnviz.core.scenario.wiring import SEQUENTIAL, WIRINGS, feeds, fits
from rnnviz.figures import writing
from rnnviz.scenes.scene import Shown, cell_text, chosen_weights, weights_offered
from rnnviz.scenes.settings import CHOICES, HAND, OWN, SYMBOLIC, TREES, TYPED, Settings
from rnnviz.scenes.trees import BRACKETS, branching, graph_of
from rnnviz.text import label, say
from rnnviz.ui import address
from rnnviz.ui.address import follow
from rnnviz.ui.controls import picks, series
from rnnviz.ui.controls.learning import learning
from rnnviz.ui.controls.notices import caption, caption_set, in_label, warn
from rnnviz.ui.controls.picks import picked, putting

FIRST_CELLS = ("vanilla", "lstm", "gru")
MORE = "more"


def sequence(settings: Settings, shown: Shown, problem: InputError | None) -> None:
    """What is read: its source and its field, and what is wrong with it if something is."""
    lang = settings.lang
    picks.menu("source", lang, settings.source, put=lambda source: change_source(settings, str(source)))
    match settings.source:
        case "text" | "words" | "numbers":
            field = st.text_area if settings.source == "numbers" else st.text_input
            field(
                say("sidebar.text", lang),
                key=address.typed("pick_text", "text", settings.text),
                on_change=picked("pick_text", putting("text")),
            )
            too_long("text", lang)
        case "signal":
            signal(settings)
        case "file":
            series.upload(settings)
        case _:
            pass
    # The table of a file stays at hand when the window that was chosen cannot be shown.
    table = series.file_table() if settings.source == "file" else None if problem else shown.table
    if table:
        series.window_controls(settings, table, () if problem else shown.sequence.scaling or ())
        too_long("columns", lang)
    if problem:
        warn(problem.told(lang))
    elif shown.network.weights.name != (name := chosen_weights(settings)) and name in presets():
        if shown.network.unknown:
            warn(shown.network.unknown.told(lang))
        back = {"weights": name, "text": presets()[name].example, "t": 1}
        st.button(
            say("sidebar.back_to", lang, text=in_label(presets()[name].example)), on_click=address.put, kwargs=back
        )
    if not problem and shown.network.waits:
        caption(say("sidebar.waits", lang))
        learning(shown.network.waits, lang)


def too_long(name: str, lang: str) -> None:
    """Beside a field: what was typed is too long to be taken."""
    if problem := address.refused(name):
        warn(problem.told(lang))


def change_source(settings: Settings, source: str) -> None:
    """Another source starts with what was typed for it last, and drops what belongs to the old one."""
    typed = st.session_state.setdefault("typed", {})
    typed[settings.source] = settings.text
    address.clear("columns", "first", "length", "weights", "t", "text")
    wiring = settings.wiring if source in SYMBOLIC or settings.wiring in ("many-to-one", "many-to-many") else ""
    address.put(source=source, wiring=wiring)
    if source in TYPED:
        address.put(text=typed.get(source, TYPED[source]))


def signal(settings: Settings) -> None:
    """A generated signal: its kind, its period and its length."""
    lang = settings.lang
    picks.menu("signal", lang, settings.signal)
    picks.number("period", lang, settings.period)
    picks.number("length", lang, settings.length)


def cell(settings: Settings) -> None:
    """The three best-known cells, and one click away the others; among them one's own, once there is one."""
    lang = settings.lang
    if settings.cell == OWN:
        st.session_state["own_cell"] = cell_text(settings)
    known = settings.cell in FIRST_CELLS
    more = not known or st.session_state.get("pick_cell") == MORE
    st.segmented_control(
        say("sidebar.cell", lang),
        [*FIRST_CELLS, MORE],
        format_func=lambda name: say("sidebar.more_cells", lang) if name == MORE else label("cell", name, lang),
        required=True,
        key=follow("pick_cell", MORE if more else settings.cell),
        on_change=picked(
            "pick_cell", lambda name: None if name == MORE else change_cell(str(name)), (*FIRST_CELLS, MORE)
        ),
    )
    if more:
        others = [*SEQUENTIAL, *([OWN] if "own_cell" in st.session_state else [])]
        st.selectbox(
            say("sidebar.other_cell", lang),
            others,
            format_func=lambda name: label("cell", name, lang),
            key=follow("pick_other", settings.cell),
            on_change=picked("pick_other", lambda name: change_cell(str(name)), others),
            placeholder=say("sidebar.choose", lang),
        )


def change_cell(name: str) -> None:
    """Another cell; what was written last comes back with one's own."""
    address.clear("equations")
    address.put(cell=name)
    if name == OWN:
        address.put(equations=st.session_state["own_cell"])


def unfit(settings: Settings, wiring: str) -> str | None:
    """Why the chosen cell does not go with a wiring; nothing is said of a text that is no cell."""
    try:
        return fits(cell_text(settings), wiring, symbolic=settings.source in SYMBOLIC)
    except InputError:
        return None


def wiring(settings: Settings, shown: Shown) -> None:
    """Which inputs are given and which outputs read; what does not go together with the cell, and why, in grey."""
    lang = settings.lang
    reasons = {name: unfit(settings, name) for name in WIRINGS}
    possible = [name for name in WIRINGS if not reasons[name] or name == settings.wiring]
    picks.menu("wiring", lang, settings.wiring, possible, put=lambda name: change_wiring(settings, str(name)))
    told: dict[str, list[str]] = {}  # each reason once, behind all wirings that it rules out
    for name, reason in reasons.items():
        if reason and name != settings.wiring:
            told.setdefault(InputError(reason).told(lang), []).append(label("wiring", name, lang))
    if told:
        caption(*((", ".join(names), reason) for reason, names in told.items()))
    if feeds(settings.wiring):
        picks.number("steps", lang, sum(shown.scene.reads), least=1)
        options, greedy = ("", *CHOICES["temperature"].options), say("sidebar.greedy", lang)
        picks.menu("temperature", lang, settings.temperature, options, told=lambda value: value or greedy)
    if settings.wiring == "encoder-decoder" and not shown.preset:
        picks.toggle("own", lang, settings.own)


def change_wiring(settings: Settings, name: str) -> None:
    """Each wiring opens on its own example, where the input is symbols."""
    address.put(wiring=name)
    address.clear("t", "steps", "temperature")
    if settings.source in SYMBOLIC:
        address.clear("text", "weights", "source", "hidden", "seed")


def size_and_weights(settings: Settings, shown: Shown) -> None:
    """Hidden size, weights and their seed."""
    lang, model = settings.lang, shown.scene.model
    symbols = shown.sequence.symbols or ()  # callbacks stay as long as the visit, and must not keep what is shown
    now = shown.network.weights.name
    sized = partial(address.put, weights=LEARNT if now == LEARNT or shown.network.waits else RANDOM)
    picks.number("hidden", lang, model.H, slider=True, term="units", put=lambda hidden: sized(hidden=hidden))
    if not model.uses_H:
        caption(say("sidebar.hidden_unused", lang))
    elif shown.preset:
        caption(say("sidebar.hidden_fixed", lang, hidden=model.H))
    put = partial(weights_chosen, symbols=symbols)
    picks.menu("weights", lang, now, weights_offered(settings), put=lambda name: put(str(name)))
    drawn = settings.source == "signal" and settings.signal == "random-walk"
    preset = presets().get(shown.preset or "")
    if preset and (other := preset.owners.get(settings.cell)):
        unused = [name for name in preset.cells[other] if name not in model.shapes]
        names = ", ".join(map(writing.name, unused))
        caption_set(say("sidebar.borrowed", lang, other=label("cell", other, lang), names=names))
    if now in (LEARNT, RANDOM) or settings.temperature or drawn:
        picks.number("seed", lang, settings.seed, term="seed", put=lambda seed: address.put(seed=seed, weights=now))


def weights_chosen(name: str, symbols: tuple[str, ...]) -> None:
    """Take these weights; made for other symbols, they come with their own text."""
    address.put(weights=name)
    preset = presets().get(name)
    if preset and not set(symbols) <= set(preset.alphabet):
        address.put(text=preset.example, t=1)


def more_controls(settings: Settings, shown: Shown) -> None:
    """What is seldom changed, folded away."""
    lang, model = settings.lang, shown.scene.model
    with st.expander(say("sidebar.more", lang)):
        off = not model.uses_tanh
        picks.menu("activation", lang, settings.activation, told=str, disabled=off)
        if not model.uses_tanh:
            caption(say("sidebar.activation_unused", lang))
        fixed = shown.preset is not None
        picks.toggle("bias", lang, settings.bias and not fixed, disabled=fixed or not model.biases)
        without_bias(shown, lang)
        picks.number("digits", lang, settings.digits)


def sidebar(settings: Settings, shown: Shown, problem: InputError | None, refused: InputError | None = None) -> None:
    """Draw all controls. `problem` is what is wrong with what is read, `refused` with the cell."""
    sequence(settings, shown, problem)
    cell(settings)
    if refused:
        warn(refused.told(settings.lang))
    wiring(settings, shown)
    size_and_weights(settings, shown)
    more_controls(settings, shown)


def without_bias(shown: Shown, lang: str) -> None:
    """Which biases of the cell these weights lack, if they lack some."""
    if shown.preset and (lacking := [name for name in shown.scene.model.biases if name not in shown.scene.params]):
        caption_set(say("sidebar.bias_fixed", lang, names=", ".join(map(writing.name, lacking))))


def beside_tree(
    settings: Settings, shown: Shown, problem: InputError | None, refused: InputError | None = None
) -> None:
    """Draw the controls of the page with a tree: a sentence and its brackets, and the cells that read children."""
    lang, graph = settings.lang, shown.network.graph
    picks.menu("source", lang, settings.source, SYMBOLIC, put=lambda source: change_source(settings, str(source)))
    st.text_input(
        say("sidebar.text", lang),
        key=address.typed("pick_text", "text", settings.text),
        on_change=picked("pick_text", lambda text: address.put(text=text, source=settings.source)),
    )
    too_long("text", lang)
    if branching(settings) == HAND:
        caption(label("branching", f"hint_{settings.source}", lang))
    if problem:
        warn(problem.told(lang))
    bracket = partial(change_branching, settings, graph)
    picks.menu("branching", lang, branching(settings), title="branching.choose", put=lambda how: bracket(str(how)))
    st.segmented_control(
        say("sidebar.cell", lang),
        TREES,
        format_func=lambda name: label("cell", name, lang),
        required=True,
        key=follow("pick_tree_cell", settings.cell),
        on_change=picked("pick_tree_cell", lambda name: change_cell(str(name)), TREES),
    )
    if refused:
        warn(refused.told(lang))
    size_and_weights(settings, shown)
    more_controls(settings, shown)


def change_branching(settings: Settings, graph: Graph | None, how: str) -> None:
    """Bracket otherwise; by hand one begins with the brackets that are there."""
    address.put(branching=how, text=settings.text, source=settings.source)
    if how == HAND and graph and not BRACKETS.search(settings.text):
        written = replace(settings, text=graph.write(), branching=HAND)
        try:
            if graph_of(written).words == graph.words:
                address.put(text=written.text)
        except InputError:  # a word that is a blank: its brackets cannot be written
            pass
