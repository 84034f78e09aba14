"""An address -> Settings; what makes no sense is told of, and never raises."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.core import CELLS, InputError
from rnnviz.core.language.functions import ACTIVATIONS
from rnnviz.core.scenario.presets import presets
from rnnviz.scenes.settings import DEFAULT, LIMITS, NAMES, OWN, YES_NO, Settings, read_settings
from rnnviz.text import LANGUAGES

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
    assert (settings.text, settings.t, settings.hidden, settings.weights) == ("abc", 3, 4, "hello")


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
    assert settings.weights in (*presets(), "random")
    assert 1 <= settings.hidden <= LIMITS.hidden
    assert 0 <= settings.t <= LIMITS.steps
    assert 0 <= settings.seed <= LIMITS.seed
    assert read_settings({name: str(value) for name, value in asdict(settings).items() if name not in YES_NO})[1] == []
