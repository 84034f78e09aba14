"""The sidebar: the same controls on every page. They show what the address says, and write into it."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import streamlit as st

from rnnviz.core import InputError
from rnnviz.core.engine.graph import BRANCHINGS, Graph
from rnnviz.core.language.functions import ACTIVATIONS
from rnnviz.core.scenario.presets import presets
from rnnviz.core.scenario.sequences import SIGNALS
from rnnviz.core.scenario.wiring import SEQUENTIAL, WIRINGS, feeds, fits
from rnnviz.scenes.scene import Shown, cell_text, chosen_weights, offered
from rnnviz.scenes.settings import HAND, LIMITS, OWN, SOURCES, SYMBOLIC, TEMPERATURES, TREES, TYPED, Settings
from rnnviz.scenes.trees import BRACKETS, branching, graph_of
from rnnviz.text import label, say
from rnnviz.ui import address
from rnnviz.ui.address import follow
from rnnviz.ui.controls import series
from rnnviz.ui.controls.notices import caption, warn
from rnnviz.ui.messages import one_of

FIRST_CELLS = ("vanilla", "lstm", "gru")
MORE = "more"


def chooser(widget: str, put: Callable[[object], None], options: Iterable[object] | None = None) -> Callable[[], None]:
    """A callback that hands a widget's value on, unless it was merely deselected, or is none of its options."""

    def changed() -> None:
        value = st.session_state[widget]
        if options is not None:
            value = one_of(value, options)
        if value is not None:
            put(value)

    return changed


def sequence(settings: Settings, shown: Shown, problem: InputError | None) -> None:
    """What is read: its source and its field, and what is wrong with it if something is."""
    lang = settings.lang
    st.selectbox(
        say("sidebar.source", lang),
        SOURCES,
        format_func=lambda source: label("source", source, lang),
        key=follow("pick_source", settings.source),
        on_change=chooser("pick_source", lambda source: change_source(settings, str(source)), SOURCES),
    )
    match settings.source:
        case "text" | "words" | "numbers":
            field = st.text_area if settings.source == "numbers" else st.text_input
            field(
                say("sidebar.text", lang),
                key=address.typed("pick_text", "text", settings.text),
                on_change=chooser("pick_text", lambda text: address.put(text=text)),
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
        if problem.code == "text_alphabet":
            st.button(say("sidebar.use_random", lang), on_click=address.put, kwargs={"weights": "random"})


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
    st.selectbox(
        say("sidebar.signal", lang),
        SIGNALS,
        format_func=lambda kind: label("signal", kind, lang),
        key=follow("pick_signal", settings.signal),
        on_change=chooser("pick_signal", lambda kind: address.put(signal=kind), SIGNALS),
    )
    for name in ("period", "length"):
        st.number_input(
            say(f"sidebar.{name}", lang),
            1,
            LIMITS.steps,
            step=1,
            key=follow(f"pick_{name}", getattr(settings, name)),
            on_change=chooser(f"pick_{name}", lambda value, name=name: address.put(**{name: value})),
        )


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
        on_change=chooser(
            "pick_cell", lambda name: None if name == MORE else change_cell(str(name)), (*FIRST_CELLS, MORE)
        ),
    )
    if more:
        others = [name for name in SEQUENTIAL if name not in FIRST_CELLS]
        others += [OWN] if "own_cell" in st.session_state else []
        st.selectbox(
            say("sidebar.other_cell", lang),
            others,
            index=None,
            format_func=lambda name: label("cell", name, lang),
            key=follow("pick_other", settings.cell if settings.cell in others else None),
            on_change=chooser("pick_other", lambda name: change_cell(str(name)), others),
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
    st.selectbox(
        say("sidebar.wiring", lang),
        possible,
        format_func=lambda name: label("wiring", name, lang),
        key=follow("pick_wiring", settings.wiring),
        on_change=chooser("pick_wiring", lambda name: change_wiring(settings, str(name)), possible),
    )
    told = [
        (label("wiring", name, lang), InputError(reason).told(lang))
        for name, reason in reasons.items()
        if reason and name != settings.wiring
    ]
    if told:
        caption(*told)
    if feeds(settings.wiring):
        st.number_input(
            say("sidebar.steps", lang),
            1,
            LIMITS.steps // 2,
            step=1,
            key=follow("pick_steps", sum(shown.scene.reads)),
            on_change=chooser("pick_steps", lambda steps: address.put(steps=steps)),
        )
        st.selectbox(
            say("sidebar.temperature", lang),
            ["", *TEMPERATURES],
            format_func=lambda value: value or say("sidebar.greedy", lang),
            key=follow("pick_temperature", settings.temperature),
            on_change=chooser("pick_temperature", lambda value: address.put(temperature=value), ("", *TEMPERATURES)),
        )
    if settings.wiring == "encoder-decoder" and not shown.preset:
        st.toggle(
            say("sidebar.own", lang),
            key=follow("pick_own", settings.own),
            on_change=chooser("pick_own", lambda own: address.put(own=int(bool(own)))),
        )


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
    st.slider(
        say("sidebar.hidden", lang),
        1,
        LIMITS.hidden,
        key=follow("pick_hidden", model.H),
        on_change=chooser("pick_hidden", lambda hidden: address.put(hidden=hidden, weights="random")),
    )
    if not model.uses_H:
        caption(say("sidebar.hidden_unused", lang))
    elif shown.preset:
        caption(say("sidebar.hidden_fixed", lang, hidden=model.H))
    st.selectbox(
        say("sidebar.weights", lang),
        offered(settings),
        format_func=lambda name: label("weights", name, lang),
        key=follow("pick_weights", chosen_weights(settings)),
        on_change=chooser("pick_weights", lambda name: weights_chosen(str(name), symbols), offered(settings)),
    )
    drawn = settings.source == "signal" and settings.signal == "random-walk"
    if chosen_weights(settings) == "random" or settings.temperature or drawn:
        st.number_input(
            say("sidebar.seed", lang),
            0,
            LIMITS.seed,
            step=1,
            key=follow("pick_seed", settings.seed),
            on_change=chooser("pick_seed", lambda seed: address.put(seed=seed, weights=chosen_weights(settings))),
        )


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
        st.selectbox(
            say("sidebar.activation", lang),
            ACTIVATIONS,
            disabled=not model.uses_tanh,
            key=follow("pick_activation", settings.activation),
            on_change=chooser("pick_activation", lambda name: address.put(activation=name), ACTIVATIONS),
        )
        if not model.uses_tanh:
            caption(say("sidebar.activation_unused", lang))
        st.toggle(
            say("sidebar.bias", lang),
            disabled=shown.preset is not None or not model.uses_bias,
            key=follow("pick_bias", settings.bias and shown.preset is None),
            on_change=chooser("pick_bias", lambda bias: address.put(bias=int(bool(bias)))),
        )
        if shown.preset:
            caption(say("sidebar.bias_fixed", lang))


def sidebar(settings: Settings, shown: Shown, problem: InputError | None, refused: InputError | None = None) -> None:
    """Draw all controls. `problem` is what is wrong with what is read, `refused` with the cell."""
    sequence(settings, shown, problem)
    cell(settings)
    if refused:
        warn(refused.told(settings.lang))
    wiring(settings, shown)
    size_and_weights(settings, shown)
    more_controls(settings, shown)


def beside_tree(
    settings: Settings, shown: Shown, problem: InputError | None, refused: InputError | None = None
) -> None:
    """Draw the controls of the page with a tree: a sentence and its brackets, and the cells that read children."""
    lang, graph = settings.lang, shown.network.graph
    st.selectbox(
        say("sidebar.source", lang),
        SYMBOLIC,
        format_func=lambda source: label("source", source, lang),
        key=follow("pick_source", settings.source),
        on_change=chooser("pick_source", lambda source: change_source(settings, str(source)), SYMBOLIC),
    )
    st.text_input(
        say("sidebar.text", lang),
        key=address.typed("pick_text", "text", settings.text),
        on_change=chooser("pick_text", lambda text: address.put(text=text, source=settings.source)),
    )
    too_long("text", lang)
    if branching(settings) == HAND:
        caption(label("branching", f"hint_{settings.source}", lang))
    if problem:
        warn(problem.told(lang))
    hows = (HAND, *BRANCHINGS)
    st.selectbox(
        say("branching.choose", lang),
        hows,
        format_func=lambda how: label("branching", how, lang),
        key=follow("pick_branching", branching(settings)),
        on_change=chooser("pick_branching", lambda how: change_branching(settings, graph, str(how)), hows),
    )
    st.segmented_control(
        say("sidebar.cell", lang),
        TREES,
        format_func=lambda name: label("cell", name, lang),
        required=True,
        key=follow("pick_tree_cell", settings.cell),
        on_change=chooser("pick_tree_cell", lambda name: change_cell(str(name)), TREES),
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
