"""Phrases that mean well or badly, made by a grammar: seven plain templates to three negated ones, in two languages.

A list in which every adjective is negated as often as not would be unfair to whoever counts words: the phrases that are
held back would have the opposite meaning of their words' majority. Here counting words is honestly better than a coin,
and fails on the negated phrases.
"""

from dataclasses import dataclass

import numpy as np

GOOD, BAD = "positive", "negative"


@dataclass(frozen=True, slots=True)
class Grammar:
    """Words of one language: adjectives of both meanings, and templates with a _ for the adjective."""

    good: tuple[str, ...]
    bad: tuple[str, ...]
    plain: tuple[str, ...]
    negated: tuple[str, ...]


GRAMMARS = {
    "en": Grammar(
        good=("good", "great", "lovely", "funny", "clever", "warm", "bright", "fresh"),
        bad=("bad", "awful", "boring", "sad", "dull", "cold", "dark", "stale"),
        plain=("_", "very _", "so _", "really _", "a _ film", "it was _", "the film is _"),
        negated=("not _", "not very _", "it was not _"),
    ),
    "ko": Grammar(
        good=("좋은", "훌륭한", "멋진", "재미있는", "똑똑한", "따뜻한", "밝은", "새로운"),
        bad=("나쁜", "끔찍한", "지루한", "슬픈", "답답한", "차가운", "어두운", "낡은"),
        plain=("_", "아주 _", "정말 _", "참 _", "_ 영화", "매우 _ 영화", "이건 _ 영화"),
        negated=("안 _", "별로 안 _", "안 _ 영화"),
    ),
}


def phrases(language: str) -> list[tuple[tuple[str, ...], str]]:
    """All 160 phrases as words, each with what it means."""
    grammar = GRAMMARS[language]
    found = []
    for words, meaning, other in ((grammar.good, GOOD, BAD), (grammar.bad, BAD, GOOD)):
        for word in words:
            found += [(tuple(one.replace("_", word).split()), meaning) for one in grammar.plain]
            found += [(tuple(one.replace("_", word).split()), other) for one in grammar.negated]
    return found


def split(language: str, seed: int) -> tuple[list[int], list[int]]:
    """Which phrases are trained on, and the quarter that never is; a bare adjective always is, else it is unknown."""
    everything = phrases(language)
    longer = [i for i, (words, _) in enumerate(everything) if len(words) > 1]
    order = np.random.default_rng([seed, 40]).permutation(len(longer))
    held = sorted(longer[i] for i in order[: len(everything) // 4])
    return [i for i in range(len(everything)) if i not in held], held


def by_words(language: str, seed: int, updates: int = 1500) -> tuple[float, float]:
    """How often counting words is right, of the phrases trained on and of those held back: logistic regression."""
    everything = phrases(language)
    train, held = split(language, seed)
    words = sorted({word for phrase, _ in everything for word in phrase})
    counts = np.array([[float(phrase.count(word)) for word in words] + [1.0] for phrase, _ in everything])
    right = np.array([float(meaning == GOOD) for _, meaning in everything])
    weights = np.zeros(counts.shape[1])
    for _ in range(updates):
        p = 1.0 / (1.0 + np.exp(-counts[train] @ weights))
        weights -= 0.5 * (counts[train].T @ (p - right[train]) / len(train) + 1e-3 * weights)
    said = (counts @ weights > 0) == (right > 0)
    return float(said[train].mean()), float(said[held].mean())
