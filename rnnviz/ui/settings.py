"""Every choice of the app with its default and its limits, and how it is read from an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rnnviz.core import CELLS, InputError
from rnnviz.core.functions import ACTIVATIONS
from rnnviz.core.presets import presets
from rnnviz.text import LANGUAGES


@dataclass(frozen=True, slots=True)
class Limits:
    """What the app takes; every message about a limit quotes this table."""

    steps: int = 200
    hidden: int = 32
    symbols: int = 64
    seed: int = 999_999
    inputs: int = 16
    rows: int = 10_000
    columns: int = 64
    file: int = 2 * 1024 * 1024


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Settings:
    """One choice of everything. `weights` is a preset's name or "random"; `t` counts from 1, 0 is before the first."""

    cell: str = "vanilla"
    activation: str = "tanh"
    bias: bool = True
    text: str = "hello"
    hidden: int = 4
    weights: str = "hello"
    seed: int = 0
    t: int = 1
    lang: str = "en"


DEFAULT = Settings()
# What stands in the address, by its name there; an empty value means "not chosen".
NAMES = ("cell", "activation", "bias", "hidden", "weights", "seed", "t", "lang", "text")
# An address that chooses one of these without naming weights means random weights.
MEANS_RANDOM = ("seed", "hidden")


def read(raw: Mapping[str, str]) -> tuple[Settings, list[InputError]]:
    """The settings of an address, and an error for each value that makes no sense and is replaced by its default."""
    problems: list[InputError] = []
    chosen: dict[str, object] = {}
    options = {
        "cell": tuple(CELLS),
        "activation": tuple(ACTIVATIONS),
        "bias": ("1", "0"),
        "weights": (*presets(), "random"),
        "lang": LANGUAGES,
    }
    whole = {"hidden": (1, LIMITS.hidden), "seed": (0, LIMITS.seed), "t": (0, LIMITS.steps)}
    for name in NAMES:
        value = raw.get(name, "")
        if value == "" and (name != "text" or name not in raw):  # an emptied text is told of
            continue
        if name in options and value not in options[name]:
            problems.append(InputError("address_option", name=name, got=brief(value), known=", ".join(options[name])))
        elif name in whole and not in_range(value, *whole[name]):
            first, last = whole[name]
            problems.append(InputError("address_number", name=name, got=brief(value), first=first, last=last))
        else:
            chosen[name] = value == "1" if name == "bias" else int(value) if name in whole else value
    if "weights" not in chosen and any(name in chosen for name in MEANS_RANDOM):
        chosen["weights"] = "random"
    return replace(DEFAULT, **chosen), problems


def in_range(value: str, first: int, last: int) -> bool:
    """Whether a text is a whole number in a range, in plain digits."""
    return value.isascii() and value.isdigit() and len(value) < 10 and first <= int(value) <= last


def brief(value: str) -> str:
    """A value as a message quotes it."""
    return value if len(value) <= 20 else value[:19] + "…"
