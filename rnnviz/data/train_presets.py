"""Trains the small networks of presets.json: run by hand, `python -m rnnviz.data.train_presets`, some minutes.

Every run gives the same file (with other processors or versions of NumPy, sums are rounded otherwise and other weights
may come out). Weights have one decimal and there is no bias, so that what is printed is what is computed; `hello`,
`latch` and the vanilla network of `negation` are left as they stand in the file.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from rnnviz.core.engine.compiled import Params
from rnnviz.core.language.cells import CELLS
from rnnviz.core.language.functions import Array, softmax
from rnnviz.core.model import Model
from rnnviz.core.scenario.sequences import one_hot
from rnnviz.core.scenario.wiring import START

FILE = Path(__file__).parent / "presets.json"
VOWELS = "aeiou"
LETTERS = "abcdefghijklmnopqrstuvwxyz"

ENOUGH = 0.93  # so probable is every right answer in the end
LARGEST = 5.0  # no weight is larger, so that sums can be followed by hand
UPDATES, ROUNDED = 3000, 6000  # updates with all decimals, then at most so many with one


@dataclass(frozen=True, slots=True)
class Lesson:
    """Sequences of symbols with the right answers: (symbols, answers), None where nothing is asked.

    `own` is the number of steps that an encoder with weights of its own reads, 0 where there is one set of weights.
    """

    alphabet: tuple[str, ...]
    labels: tuple[str, ...]
    pairs: tuple[tuple[Sequence[str], Sequence[str | None]], ...]
    own: int = 0

    def arrays(self) -> tuple[Array, Array]:
        """x (T, B, D) and the right answers (T, B, K), rows of zeros where nothing is asked or read."""
        T = max(len(symbols) for symbols, _ in self.pairs)
        x = np.zeros((T, len(self.pairs), len(self.alphabet)))
        right = np.zeros((T, len(self.pairs), len(self.labels)))
        for b, (symbols, answers) in enumerate(self.pairs):
            x[: len(symbols), b] = one_hot(symbols, self.alphabet)
            for t, answer in enumerate(answers):
                if answer is not None:
                    right[t, b, self.labels.index(answer)] = 1.0
        return x, right


def vowels() -> Lesson:
    """Each letter alone: a vowel or not."""
    pairs = [(letter, ["vowel" if letter in VOWELS else "other"]) for letter in LETTERS]
    return Lesson(tuple(LETTERS), ("vowel", "other"), tuple(pairs))


def phrases() -> Lesson:
    """Words that turn the meaning round, or do not; the answer after the last word."""
    pairs = []
    for turned, very, (word, meaning) in product((False, True), (False, True), (("good", 0), ("bad", 1))):
        words = ["not"] * turned + ["very"] * very + [word]
        pairs.append((words, [None] * (len(words) - 1) + [("positive", "negative")[meaning ^ turned]]))
    return Lesson(("good", "bad", "not", "very"), ("positive", "negative"), tuple(pairs))


def reversals(*, own: bool) -> Lesson:
    """All strings of three letters, then the start symbol; the answers back to front, each the next input."""
    pairs = []
    for string in product("abc", repeat=3):
        back = list(reversed(string))
        pairs.append(([*string, START, *back[:-1]], [None] * 3 + back))
    return Lesson((*"abc", START), (*"abc", START), tuple(pairs), own=3 if own else 0)


# ------------------------------------------------------------------------------------------------------------ training


class Adam:
    """Adam (Kingma and Ba 2015): steps of about `rate`, whatever the size of the gradient."""

    def __init__(self, weights: Params) -> None:
        self.mean = {name: np.zeros_like(weight) for name, weight in weights.items()}
        self.square = {name: np.zeros_like(weight) for name, weight in weights.items()}
        self.updates = 0

    def update(self, weights: Params, gradients: Mapping[str, Array], rate: float) -> None:
        """One step downhill, in place."""
        self.updates += 1
        for name, g in gradients.items():
            self.mean[name] += 0.1 * (g - self.mean[name])
            self.square[name] += 0.001 * (g * g - self.square[name])
            mean, square = self.mean[name] / (1 - 0.9**self.updates), self.square[name] / (1 - 0.999**self.updates)
            weights[name] -= rate * mean / (np.sqrt(square) + 1e-8)
            np.clip(weights[name], -LARGEST, LARGEST, out=weights[name])


class Training:
    """One network that learns a lesson; with an encoder of its own, `encoder.` stands before its weights' names."""

    def __init__(self, lesson: Lesson, cell: str, hidden: int, seed: int) -> None:
        self.model = Model(CELLS[cell].equations, len(lesson.alphabet), hidden, len(lesson.labels), bias=False)
        self.x, self.right = lesson.arrays()
        self.own = lesson.own
        self.weights = self.model.init(seed)
        if self.own:
            drawn = self.model.init(seed + 1_000_000)
            self.weights |= {f"encoder.{name}": weight for name, weight in drawn.items()}

    def parts(self, weights: Params) -> tuple[Params, Params]:
        """The weights of the encoder and of the decoder."""
        encoder = {name.removeprefix("encoder."): w for name, w in weights.items() if name.startswith("encoder.")}
        return encoder, {name: w for name, w in weights.items() if not name.startswith("encoder.")}

    def gradients(self, weights: Params) -> tuple[float, Params]:
        """The smallest probability of a right answer, and the gradients of the loss."""
        encoder, decoder = self.parts(weights)
        if not self.own:
            trace = self.model.run(decoder, self.x)
            smallest, dy = loss(trace["y"], self.right)
            return smallest, self.model.backward(decoder, trace, {"y": dy}).params
        read = self.model.run(encoder, self.x[: self.own])
        states = {name: read[name][-1] for name in self.model.lags if name != "x"}
        written = self.model.run(decoder, self.x[self.own :], init=states)
        smallest, dy = loss(written["y"], self.right[self.own :])
        second = self.model.backward(decoder, written, {"y": dy})
        last = {name: np.zeros_like(read[name]) for name in states}
        for name, d in last.items():
            d[-1] = second.init[name]
        first = self.model.backward(encoder, read, last)
        return smallest, second.params | {f"encoder.{name}": d for name, d in first.params.items()}

    def learn(self) -> Params | None:
        """Weights of one decimal that give every right answer; None if this start leads nowhere.

        First all decimals are learned. Then the numbers are rounded in the forward pass, and the gradients found there
        move the numbers behind them (straight-through: Bengio, Leonard and Courville 2013).
        """
        adam = Adam(self.weights)
        for update in range(UPDATES + ROUNDED):
            used = self.weights if update < UPDATES else rounded(self.weights)
            smallest, gradients = self.gradients(used)
            if update >= UPDATES and smallest >= ENOUGH:
                return used
            if update == UPDATES and smallest < 0.1:
                return None
            # Small weights are easier to read, and what the answers do not need becomes 0.
            decayed = {name: g + 2e-4 * self.weights[name] for name, g in gradients.items()}
            adam.update(self.weights, decayed, 0.02 if update < UPDATES else 0.005)
        return None


def loss(y: Array, right: Array) -> tuple[float, Array]:
    """The smallest probability of a right answer, and the derivative of the mean cross-entropy by y (T, B, K).

    An answer that is sure enough counts no more: so the weights stay small, and the work goes to the others.
    """
    asked = right.any(axis=2)
    p = softmax(y, 2)
    sure = (p * right).sum(axis=2)
    unsure = asked & (sure < ENOUGH + 0.03)
    return float(sure[asked].min()), (p - right) * unsure[:, :, None] / asked.sum()


def rounded(weights: Params) -> Params:
    return {name: weight.round(1) + 0.0 for name, weight in weights.items()}


def learned(lesson: Lesson, cell: str, sizes: Iterable[int], starts: int = 20) -> dict[str, Any]:
    """The weights of a cell as they stand in the file: of the first size and the first start that learn the lesson."""
    for hidden, seed in product(sizes, range(starts)):
        training = Training(lesson, cell, hidden, seed)
        weights = training.learn()
        sys.stderr.write(f"{cell} H={hidden} seed {seed}: {'learned' if weights else 'no'}\n")
        if weights:
            encoder, decoder = training.parts(weights)
            return {"encoder": rows(encoder), "decoder": rows(decoder)} if encoder else rows(decoder)
    raise RuntimeError(f"{cell} did not learn its lesson")


def rows(weights: Params) -> dict[str, list[list[float]]]:
    return {name: weight.tolist() for name, weight in weights.items()}


# ------------------------------------------------------------------------------------------------------------ the file


def entry(lesson: Lesson, cells: dict[str, Any], **rest: object) -> dict[str, Any]:
    """A preset as it stands in the file."""
    told = {"alphabet": list(lesson.alphabet), "labels": list(lesson.labels), **rest}
    return {**told, "cells": cells}


def trained(kept: Mapping[str, Any]) -> dict[str, Any]:
    """All presets; `kept` are those of the file, of which some stay as they are."""
    gated, three = ("lstm", "gru"), ("vanilla", "lstm", "gru")
    vowel, phrase, shared, apart = vowels(), phrases(), reversals(own=False), reversals(own=True)
    reverse = {"wiring": "encoder-decoder", "source": "text", "example": "abc", "steps": 3, "made": "trained"}
    return {
        "hello": kept["hello"],
        "latch": kept["latch"],
        "vowel": entry(
            vowel,
            {**{cell: learned(vowel, cell, [2]) for cell in three}, "feedforward": "vanilla"},
            wiring="one-to-one",
            source="text",
            example="e",
            steps=1,
            made="trained",
        ),
        "negation": entry(
            phrase,
            {"vanilla": kept["negation"]["cells"]["vanilla"], **{c: learned(phrase, c, [2, 3]) for c in gated}},
            wiring="many-to-one",
            source="words",
            example="not good",
            steps=1,
            made="trained",
        ),
        "reverse": entry(
            shared,
            {"vanilla": learned(shared, "vanilla", [6]), **{c: learned(shared, c, [4, 5]) for c in gated}},
            **reverse,
        ),
        "reverse_own": entry(
            apart,
            {cell: learned(apart, cell, [4, 5, 6]) for cell in three},
            **reverse,
        ),
    }


def written(presets: Mapping[str, Any]) -> str:
    """The file: indented, with one matrix a line."""
    return "\n".join(lines(presets, "")) + "\n"


def lines(node: object, indent: str) -> Iterator[str]:
    """A JSON value, the first line without its indent."""
    if not isinstance(node, Mapping):
        yield json.dumps(node, ensure_ascii=False)
        return
    yield "{"
    for i, (name, child) in enumerate(node.items(), start=1):
        first, *rest = lines(child, indent + "  ")
        *below, last = [f"{indent}  {json.dumps(name)}: {first}", *rest]
        yield from below
        yield last if i == len(node) else f"{last},"
    yield f"{indent}}}"


if __name__ == "__main__":
    presets = trained(json.loads(FILE.read_text(encoding="utf-8")))
    FILE.write_text(written(presets), encoding="utf-8")
