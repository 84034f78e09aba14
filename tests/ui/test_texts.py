"""Every word on the screen has its text, and every text is used."""

from __future__ import annotations

import ast
import re
import string
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rnnviz.core import CELLS
from rnnviz.core.engine.graph import BRANCHINGS
from rnnviz.core.language.examples import EXAMPLES
from rnnviz.core.learning.optimisers import OPTIMISERS
from rnnviz.core.learning.tasks import ON_TREES, TASKS
from rnnviz.core.scenario.presets import presets
from rnnviz.core.scenario.sequences import SIGNALS
from rnnviz.core.scenario.weights import LEARNS, LEARNT, names
from rnnviz.core.scenario.wiring import WIRINGS
from rnnviz.data.train_nested import NETS
from rnnviz.figures.terms import SIGNS
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import BEFORE, CHOICES, DEFAULT, FILMS, HAND, OWN, RIVALS, SOURCES, SYMBOLIC, VIEWS, on_tree
from rnnviz.scenes.trees import branched
from rnnviz.text import LANGUAGES, say, words
from rnnviz.ui.controls.proof import LIBRARIES
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = sorted((ROOT / "rnnviz").rglob("*.py"))
KEYS = set(words("en"))
PLAYER = ROOT / "rnnviz" / "player"
SCRIPTS = {file.stem: file.read_text(encoding="utf-8") for file in sorted(PLAYER.rglob("*.js"))}
SCRIPT = "".join(SCRIPTS.values())
OTHERS = {
    "triangle": "triangle",
    "gradients": "passport",
    "train": "train",
}  # files whose words are those of another table
RUN, MIX = "a" * 12 + "b", "abcabdabeabfacg"  # which two hidden units cannot tell apart, read or written back
TABLES = {key.partition(".")[0] for key in KEYS}


def constants(node: ast.AST | None) -> Iterator[str]:
    """The texts in an expression."""
    for part in ast.walk(node) if node else ():
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def said_in_python() -> set[str]:
    """Keys that Python files name: dotted texts, and the code of each InputError."""
    found: set[str] = set()
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                table, _, rest = node.value.partition(".")
                if table in TABLES and re.fullmatch(r"(?!html|css|js|npz)[a-z_0-9]+", rest):
                    found.add(node.value)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "InputError":
                code = node.args[0]
                chosen = [code.body, code.orelse] if isinstance(code, ast.IfExp) else [code]
                found |= {f"error.{text}" for choice in chosen for text in constants(choice)}
    return found


def said_in_javascript() -> set[str]:
    """Keys that the player reads from its words, each by its name; it puts none together."""
    return {
        f"{OTHERS.get(stem, 'player')}.{name}"
        for stem, script in SCRIPTS.items()
        for name in re.findall(r"(?<!graph\.)\bwords\.([a-z_]+)\b", script)
    }


def said_by_name() -> set[str]:
    """Keys made from the names of what can be chosen."""
    chosen = {
        "cell": (*CELLS, OWN, BEFORE),
        "language": LANGUAGES,
        "example": EXAMPLES,
        "watch": EXAMPLES,
        "weights": names(),
        "source": SOURCES,
        "signal": SIGNALS,
        "wiring": WIRINGS,
        "wiring_use": WIRINGS,
        "sidebar": {name for name in CHOICES if f"sidebar.{name}" in KEYS},
        "a_cell": (*CELLS, OWN),
        "train_told": set(TASKS) - set(ON_TREES),
        "contest_net": NETS,
        "does": done() | {f"task_{task}" for task in TASKS},
        "train": (
            *(name for name in TASKS if name not in ON_TREES),
            *(f"rival_{name}" for name in ("", *RIVALS)),
            *OPTIMISERS,
            *("learnt", "done", "diverged", "stopped", "lost", "untrained", "trained", "beside"),
        ),
        "terms": SIGNS.values(),
        "proof": LIBRARIES,
        "backward": (*FILMS, *(f"{view}_tab" for view in VIEWS)),
        "memory": CHOICES["asked"].options,
        "branching": (HAND, *BRANCHINGS, *(f"hint_{source}" for source in SYMBOLIC)),
        "player_tree": {key.partition(".")[2] for key in KEYS if key.startswith("player_tree.")},
        "code": ("weights", "inputs", "states", "tree", "encoder", "decoder", "results", "cut"),
    }
    return {f"{table}.{name}" for table, names in chosen.items() for name in names}


def done() -> set[str]:
    """What networks do, by the name of its text: those of every preset and of random weights, on all that is read."""
    settings = [replace(DEFAULT, weights="random"), replace(DEFAULT, weights="random", source="signal")]
    for name, preset in presets().items():
        example = replace(DEFAULT, weights=name, wiring=preset.wiring, source=preset.source, text=preset.example)
        settings.append(example)
    settings += [replace(DEFAULT, wiring="one-to-many", text="h", weights=weights) for weights in ("hello", "random")]
    # Learnt whole, in part with a state that fades, and without any.
    taught = [(text, "vanilla", wiring) for text in ("ab", RUN, MIX) for wiring in LEARNS]
    for text, cell, wiring in (*taught, ("aab", "feedforward", "many-to-many")):
        settings.append(replace(DEFAULT, text=text, cell=cell, wiring=wiring, weights=LEARNT, hidden=2))
    shown = [*map(build, settings), branched(on_tree(DEFAULT, typed=False))]
    return {one.scene.about.does for one in shown if one.scene.about}


def test_every_word_has_its_text() -> None:
    """No file asks for a text that does not exist."""
    assert (said_in_python() | said_in_javascript() | said_by_name()) - KEYS == set()


def test_the_player_reads_its_words_by_name() -> None:
    """No file of the player reads a text by a name that is put together, so that each use of a text is found."""
    assert not re.findall(r"(?<!graph\.)\bwords\[", SCRIPT)


def test_every_text_is_used() -> None:
    """There is no text that nobody asks for."""
    errors = {f"error.{text}" for file in FILES for text in constants(ast.parse(file.read_text(encoding="utf-8")))}
    said = said_in_python() | said_in_javascript() | said_by_name() | errors
    assert KEYS - said == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_keys_and_placeholders(language: str) -> None:
    """Every language has all texts, none empty, each with the placeholders of the English one."""
    assert set(words(language)) == KEYS
    for key, text in words(language).items():
        assert text.strip()
        assert placeholders(text) == placeholders(words("en")[key]), key


def test_a_tree_says_what_a_sequence_says_in_other_words() -> None:
    """Each text of the player on a tree stands for one of the player's own, and fills in nothing that one lacks."""
    for key in KEYS:
        table, _, name = key.partition(".")
        if table == "player_tree":
            more = {"value"} if name == "state_none" else set()
            assert placeholders(words("en")[key]) <= placeholders(words("en")[f"player.{name}"]) | more | {"symbol"}, (
                key
            )


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_placeholders_are_filled_in() -> None:
    """A text comes with its values in place, and values are never read as placeholders themselves."""
    assert (
        say("app.no_weights", weights="{x}", instead="{y}")
        == "There are no weights called {x} for this cell; shown instead: {y}."
    )


# A particle that changes with the sound before it, hung on a value or on a sign that stands alone.
SIGN = r"(?:\}|_[A-Za-z0-9]+|(?<![A-Za-z가-힣 ])[A-Za-z]|(?:^|[.:,] )[A-Za-z])"
HUNG = re.compile(SIGN + "(?:은|는|이|가|을|를|와|과|으로|로)(?![가-힣])")


def test_no_particle_hangs_on_what_changes() -> None:
    """In Korean no particle that depends on a sound stands behind a value, an index, or a sign without a noun."""
    assert [key for key, text in words("ko").items() if HUNG.search(text)] == []
    for wrong in ("{name}을 씁니다", "W_xh는 같습니다", "x는 주어집니다"):
        assert HUNG.search(wrong)
