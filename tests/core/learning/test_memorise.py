"""A network learns a typed text at once."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.core import CELLS, Model
from rnnviz.core.learning.losses import Target
from rnnviz.core.learning.memorise import Memorised, Memoriser, memorise
from rnnviz.core.scenario.sequences import alphabet_of, one_hot

TEXTS = (
    *("hello", "Seoul", "banana", "recurrent", "abracadabra", "mississippi", "the cat sat", "To be or not to be"),
    *("0101101110", "aaaaaaaaaaaaaaab", "abcdefghijklmnopqrst", "short-term memory", "Kim Minji", "qzxwvkjqzzxwvkjy"),
    *("안녕하세요", "반갑습니다 여러분", "김민지", "서울에서 부산까지", "こんにちは世界", "東京から京都まで"),
)


def problem(text: str, cell: str, hidden: int) -> tuple[Model, np.ndarray, Target]:
    """A model, what it reads and what comes next."""
    alphabet = alphabet_of(text)
    right = one_hot(text[1:] + text[0], alphabet)
    model = Model(CELLS[cell].equations, len(alphabet), hidden, len(alphabet))
    return model, one_hot(text, alphabet), Target(right, np.ones(len(text), dtype=bool))


def learnt(text: str, cell: str, hidden: int, seed: int = 0) -> Memorised:
    """What is learnt of a text."""
    return memorise(*problem(text, cell, hidden), seed)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("text", TEXTS)
def test_any_short_text_is_learnt(text: str, cell: str) -> None:
    """Twenty texts in several scripts: weights of two decimals, run by the model anew, get every next symbol right."""
    found = learnt(text, cell, 16)
    model, x, target = problem(text, cell, 16)
    assert all(np.array_equal(weight, np.round(weight, 2)) for weight in found.params.values())
    y = model.run(found.params, x)["y"]
    np.testing.assert_array_equal(y.argmax(-1), target.right.argmax(-1))
    assert found.whole
    assert found.loss < 0.05


@pytest.mark.parametrize("seed", range(10))
def test_hello_from_ten_seeds(seed: int) -> None:
    """Every cell learns "hello" from ten seeds; the loss of the weights is the one that is told."""
    for cell in ("vanilla", "lstm", "gru"):
        assert learnt("hello", cell, 8, seed).whole


def test_what_cannot_be_learnt_is_told() -> None:
    """The vanilla net cannot count sixteen a's, a net without memory cannot tell the l's apart; both say how many."""
    forgets, blind = learnt("a" * 16 + "b", "vanilla", 16), learnt("hello", "feedforward", 16)
    assert (forgets.right, forgets.count, forgets.whole) == (16, 17, False)
    assert (blind.right, blind.count) == (4, 5)
    assert learnt("a" * 16 + "b", "lstm", 16).whole


def test_in_portions_as_in_one_go() -> None:
    """Interrupted after every update, training gives the same weights, bit for bit, after as many updates."""
    whole = learnt("abracadabra", "gru", 8)
    made, calls = Memoriser(*problem("abracadabra", "gru", 8), seed=0), 0
    while not made.done:
        before = made.updates
        made.go_on(lambda before=before: made.updates > before)
        calls += 1
    assert calls == made.updates == whole.updates
    for name, weight in whole.params.items():
        np.testing.assert_array_equal(made.best.params[name], weight)
