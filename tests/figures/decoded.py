"""Reads the player's payload as player.js does, for tests that compare what it would draw with the trace."""

from __future__ import annotations

import json
import math
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnviz.figures.payload import payload
from rnnviz.scenes.scene import build
from rnnviz.scenes.settings import TREES, on_tree, read_settings
from rnnviz.scenes.trees import branched

if TYPE_CHECKING:
    from rnnviz.figures.stage import Scene

FUNCTIONS = {
    "tanh": math.tanh,
    "sigmoid": lambda a: 0.5 * math.tanh(0.5 * a) + 0.5,
    "relu": lambda a: max(a, 0.0),
    "identity": lambda a: a,
}


class Decoded:
    """The header and the numbers of a payload: `signal`, `weight` and `value` as in the player's class Numbers."""

    def __init__(self, data: bytes) -> None:
        (length,) = struct.unpack_from("<I", data)
        self.head = json.loads(data[4 : 4 + length])
        self.numbers = np.frombuffer(data[4 + length :], "<f4")
        if self.head["large"]:
            self.numbers = self.numbers.astype(float)
            for place, value in self.head["large"]:
                self.numbers[place] = value

    def step(self, t: int, shift: int | str) -> int | None:
        """The step that step t reads at a shift."""
        if isinstance(shift, int):
            return t + shift
        return self.head["graph"]["left" if shift == "l" else "right"][t - 1]

    def signal(self, name: str, t: int | None, i: int) -> float:
        """Row i of a signal at step t (from 1); None is a child that there is not."""
        if t is None:
            return 0.0
        entry = self.head["signals"][name]
        row = t - 1 + entry["before"]
        if not 0 <= row < entry["rows"]:
            return 0.0
        return float(self.numbers[entry["offset"] + row * entry["n"] + i])

    def weight(self, name: str, i: int, j: int = 0) -> float:
        """One number of a weight."""
        entry = self.head["weights"][name]
        return float(self.numbers[entry["offset"] + i * entry["columns"] + j])

    def size(self, e: list[Any]) -> int:
        """The rows of an expression's vector, 0 for a number."""
        match e:
            case ["signal", name, _]:
                return self.head["signals"][name]["n"]
            case ["vector", name] | ["product", name, _]:
                return self.head["weights"][name]["rows"]
            case ["number", _]:
                return 0
            case ["call", _, operand]:
                return self.size(operand)
            case [_, *parts]:
                return max(map(self.size, parts))
        raise AssertionError(e)

    def value(self, e: list[Any], i: int, t: int) -> float:
        """Row i of an expression at step t."""
        match e:
            case ["signal", name, shift]:
                return self.signal(name, self.step(t, shift), i)
            case ["vector", name]:
                return self.weight(name, i)
            case ["number", value]:
                return value
            case ["product", name, operand]:
                columns = range(self.head["weights"][name]["columns"])
                return sum(self.weight(name, i, j) * self.value(operand, j, t) for j in columns)
            case ["sum", *parts]:
                return sum(self.value(part, i, t) for part in parts)
            case ["times", *parts]:
                return math.prod(self.value(part, i, t) for part in parts)
            case ["call", "softmax", operand]:
                scores = [math.exp(self.value(operand, k, t)) for k in range(self.size(operand))]
                return scores[i] / sum(scores)
            case ["call", function, operand]:
                return FUNCTIONS[function](self.value(operand, i, t))
        raise AssertionError(e)


def opening(**address: str) -> Scene:
    """The scene of an address, on a tree where its cell needs one."""
    settings = read_settings(address)[0]
    if settings.cell in TREES:
        return branched(on_tree(settings, typed="text" in address)).scene
    return build(settings).scene


def decoded(scene: Scene) -> Decoded:
    """The payload of a scene."""
    return Decoded(payload(scene, ("id", 1), "en"))
