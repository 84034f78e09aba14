"""Random initial weights, each number drawn by itself.

A number depends on the seed, the weight's name, its row and its column, and on nothing else: so editing one equation
leaves the other weights as they were, and a new symbol (another column of W_xh, another row of W_hy) leaves the old
ones. A generator that hands out numbers in turn cannot do that; a hash of a counter can.
"""

import hashlib
import math

import numpy as np

from rnnviz.core.language.functions import Array

# SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014; constants of Vigna's
# splitmix64.c.
GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def splitmix(counter: np.ndarray) -> np.ndarray:
    """64 well-mixed bits for every counter (uint64)."""
    z = counter * np.uint64(GOLDEN)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(FIRST)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(SECOND)
    return z ^ (z >> np.uint64(31))


def uniform(bits: np.ndarray) -> Array:
    """The upper 53 bits as a number in (0, 1]."""
    return ((bits >> np.uint64(11)).astype(np.float64) + 1.0) / 2.0**53


def normal(seed: int, name: str, shape: tuple[int, ...]) -> Array:
    """Standard normal numbers of a shape (rows, columns) or (n,), by Box and Muller (1958)."""
    first = counters(seed, name, shape)
    radius = np.sqrt(-2.0 * np.log(uniform(splitmix(first))))
    angle = 2.0 * math.pi * uniform(splitmix(first + np.uint64(1)))
    return (radius * np.cos(angle)).reshape(shape)


def gumbel(seed: int, name: str, shape: tuple[int, int]) -> Array:
    """Standard Gumbel numbers of a shape (rows, columns), by inversion.

    The largest of scores with such noise added is a sample of their softmax (Gumbel 1954; Maddison, Tarlow and Minka
    2014).
    """
    bits = splitmix(counters(seed, name, shape))
    # Strictly between 0 and 1, so that both logarithms are finite.
    u = ((bits >> np.uint64(12)).astype(np.float64) + 0.5) / 2.0**52
    return -np.log(-np.log(u))


def counters(seed: int, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """A number (uint64) for every row and column, (rows, columns), the next one free; it depends on nothing else."""
    key = hashlib.blake2b(f"{seed} {name}".encode(), digest_size=8).digest()
    rows = np.arange(shape[0], dtype=np.uint64)
    columns = np.arange(shape[1] if len(shape) > 1 else 1, dtype=np.uint64)
    row_keys = splitmix(int.from_bytes(key, "little") ^ splitmix(rows + np.uint64(1)))
    return row_keys[:, None] + (np.uint64(2) * columns + np.uint64(1))
