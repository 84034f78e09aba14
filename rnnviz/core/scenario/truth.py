"""What the right answer would have been: of the tasks that presets were made for."""

from collections.abc import Callable, Sequence

from rnnviz.core.scenario.presets import presets
from rnnviz.core.scenario.wiring import START

Answers = list[str | None]
VOWELS = "aeiou"


def following(given: Sequence[str], T: int) -> Answers:
    """The next symbol of what is given; what begins like the example goes on as it does, and then from its start."""
    example = presets()["hello"].example
    begins = list(given) == list(example[: len(given)])
    return padded([*example, example[0]][1:] if begins else given[1:], T)


def latest(given: Sequence[str], T: int) -> Answers:
    """The last a or b so far, None before the first."""
    kept: str | None = None
    found: Answers = []
    for symbol in given:
        kept = symbol if symbol in ("a", "b") else kept
        found.append(kept)
    return padded(found, T)


def vowel(given: Sequence[str], T: int) -> Answers:
    """Whether each letter is a vowel."""
    return padded(["vowel" if letter in VOWELS else "other" for letter in given], T)


def meaning(given: Sequence[str], T: int) -> Answers:
    """At the last word whether the phrase is meant well: [not] [very] good or bad, else not known."""
    *before, last = given
    phrase = [word for word in ("not", "very") if word in before]
    if last not in ("good", "bad") or before != phrase:
        return [None] * T
    return [*[None] * (T - 1), "positive" if (last == "good") != ("not" in before) else "negative"]


def reversed_(given: Sequence[str], T: int) -> Answers:
    """From the start symbol on the symbols before it, back to front."""
    symbols = [symbol for symbol in given if symbol != START]
    return padded([*[None] * len(symbols), *reversed(symbols)], T)


def padded(answers: Sequence[str | None], T: int) -> Answers:
    """T answers, those that are missing not known."""
    return [*answers, *[None] * T][:T]


TASKS: dict[str, Callable[[Sequence[str], int], Answers]] = {
    "hello": following,
    "latch": latest,
    "vowel": vowel,
    "negation": meaning,
    "reverse": reversed_,
    "reverse_own": reversed_,
}


def right(preset: str, given: Sequence[str], T: int) -> Answers:
    """The right output at each of T steps, None where it is not known or nothing is asked.

    preset    the name of the weights
    given     the symbols that are given, in the order in which they are read
    """
    return TASKS[preset](given, T) if given else [None] * T
