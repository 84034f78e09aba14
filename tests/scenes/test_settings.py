"""An address -> Settings; what makes no sense is told of, and never raises."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.core import CELLS, InputError
from rnnviz.core.language.functions import ACTIVATIONS
from rnnviz.core.scenario.presets import presets
from rnnviz.scenes.choices import LIMITS
from rnnviz.scenes.settings import CHOICES, DEFAULT, NAMES, OWN, Settings, read_settings
from rnnviz.text import LANGUAGES
from tests.conftest import ROOT

GOOD = [
    ({}, {}),
    ({"cell": "lstm"}, {"cell": "lstm"}),
    ({"activation": "relu"}, {"activation": "relu"}),
    ({"bias": "0"}, {"bias": False}),
    ({"bias": "1"}, {"bias": True}),
    ({"text": "abba"}, {"text": "abba"}),
    ({"text": " "}, {"text": " "}),
    ({"text": ""}, {"text": ""}),
    ({"cell": "", "t": "", "hidden": "", "weights": ""}, {}),
    ({"t": "0"}, {"t": 0}),
    ({"t": "200"}, {"t": 200}),
    ({"t": "007"}, {"t": 7}),
    ({"weights": "random"}, {"weights": "random"}),
    ({"weights": "latch", "cell": "gru"}, {"weights": "latch", "cell": "gru"}),
    ({"hidden": "32"}, {"hidden": 32, "weights": "random"}),
    ({"seed": "999999"}, {"seed": 999_999, "weights": "random"}),
    ({"seed": "3", "weights": "hello"}, {"seed": 3, "weights": "hello"}),
    ({"lang": "en"}, {"lang": "en"}),
    ({"other": "gru"}, {"other": "gru"}),
    ({"other": ""}, {}),
    ({"cell": "own"}, {"cell": "own"}),
    ({"cell": "own", "equations": "h[t]\n="}, {"cell": "own", "equations": "h[t]\n=", "weights": "random"}),
    ({"utm_source": "mail", "cell": "gru"}, {"cell": "gru"}),
]
NO_NUMBERS = ["-1", "1.5", "1e2", "+1", " 1", "0x1", "٣", "²", "１", "x", "\0", "9" * 5000, "None", "1;2", "😀"]
BAD = [
    *[(name, value) for name in ("hidden", "seed", "t") for value in NO_NUMBERS],
    *[("hidden", "0"), ("hidden", "33"), ("seed", "1000000"), ("t", "201")],
    *[
        (name, value)
        for name in ("cell", "other", "activation", "weights", "lang")
        for value in ("\0", "HELLO", "x" * 5000, "й")
    ],
    *[("bias", value) for value in ("true", "2", "-1", "on", "０", "\0")],
]


@pytest.mark.parametrize(("raw", "changed"), GOOD, ids=lambda value: str(value)[:40])
def test_good_addresses(raw: dict[str, str], changed: dict[str, object]) -> None:
    """What an address names is chosen, all else has its default, and nothing is complained of."""
    settings, problems = read_settings(raw)
    assert asdict(settings) == asdict(DEFAULT) | changed
    assert problems == []


@pytest.mark.parametrize(("name", "value"), BAD, ids=lambda value: ascii(value)[:24])
def test_bad_addresses(name: str, value: str) -> None:
    """A value that makes no sense is told of in one short sentence that names and quotes it; the default stands."""
    settings, problems = read_settings({name: value, "cell": "lstm"} if name != "cell" else {name: value})
    assert getattr(settings, name) == getattr(DEFAULT, name)
    assert settings.cell == ("lstm" if name != "cell" else DEFAULT.cell)
    (problem,) = problems
    sentence = problem.told("en")
    assert f"{name} = {value[:19]}" in sentence
    assert sentence.endswith("The default is shown.")
    assert len(sentence) < 250


def test_every_bad_value_has_its_own_notice() -> None:
    """Three bad values among good ones give three notices, in the order of the address's names."""
    settings, problems = read_settings({"cell": "?", "hidden": "99", "bias": "maybe", "text": "abc", "t": "3"})
    assert [problem.values["name"] for problem in problems] == ["cell", "bias", "hidden"]
    assert (settings.text, settings.t, settings.units, settings.weights) == ("abc", 3, 4, "hello")


def test_limits_are_quoted() -> None:
    """The sentence about a number out of range names the first and the last one."""
    _, (problem,) = read_settings({"hidden": "33"})
    assert f"from 1 to {LIMITS.hidden}" in problem.told("en")


VALUES = st.one_of(
    st.text(max_size=12),
    st.integers().map(str),
    st.sampled_from([*CELLS, *ACTIVATIONS, *presets(), *LANGUAGES, "random", OWN, "0", "1", "4"]),
)


@given(st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), VALUES, max_size=9))
def test_any_address_is_read(raw: dict[str, str]) -> None:
    """Any names and values give valid settings and a list of InputErrors that can be told, never an exception."""
    settings, problems = read_settings(raw)
    assert isinstance(settings, Settings)
    assert all(isinstance(problem, InputError) and problem.told("en") for problem in problems)
    assert settings.cell in (*CELLS, OWN)
    assert settings.activation in ACTIVATIONS
    assert settings.weights in (*presets(), "learnt", "random")
    assert 1 <= settings.units <= LIMITS.hidden
    assert 0 <= settings.t <= LIMITS.steps
    assert 0 <= settings.seed <= LIMITS.seed
    said = {name: CHOICES[name].spelled(value) for name, value in asdict(settings).items() if value}
    assert read_settings(said)[1] == []


SOURCES = [file.read_text(encoding="utf-8") for file in sorted((ROOT / "rnnviz" / "ui").rglob("*.py"))]
# Widgets that show no choice: what is looked at before it is taken, and what an editor begins with.
OTHERS = {"pick_file", "pick_encoding", "pick_start"}


def test_every_control_belongs_to_a_choice() -> None:
    """Each widget that picks something is named in the row of its choice, and each row's widgets are there."""
    named = {key for text in SOURCES for key in re.findall(r'"(pick_\w+)"', text)}
    controls = [key for choice in CHOICES.values() for key in choice.controls]
    by_row = {name for text in SOURCES for name in re.findall(r'picks\.(?:menu|number|toggle)\(\s*"(\w+)"', text)}
    assert len(set(controls)) == len(controls)
    assert named - OTHERS <= set(controls)
    assert {key for name in by_row for key in CHOICES[name].controls[:1]} | named - OTHERS == set(controls)


@pytest.mark.parametrize("name", NAMES)
def test_a_row_spells_what_it_reads(name: str) -> None:
    """The default of each choice is of its row's kind, is spelled, and is read again; nonsense is refused."""
    choice, default = CHOICES[name], getattr(DEFAULT, name)
    assert type(default) is (bool if choice.flag else int if choice.last is not None else str)
    if default != "" and not (default == 0 and choice.first == 1):  # 0 stands for what suits
        assert choice.read(choice.spelled(default)) == default
    if choice.options or choice.flag or choice.last is not None:
        for nonsense in ("nonsense", "-1", "99999999", "1.5", "\u0661"):
            with pytest.raises(InputError):
                choice.read(nonsense)
