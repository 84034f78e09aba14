"""The only home of a colour, a colour scale and a font size."""

from dataclasses import asdict, dataclass

import numpy as np

from rnnviz.figures.records import Colours


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of the light or the dark page.

    `scale` is diverging: dark or bright orange at -1, neutral at 0, blue at +1; orange and blue stay apart for every
    common kind of colour blindness, and lightness alone tells the size of a number.
    """

    scale: tuple[str, ...]
    ink: str  # names and operators
    faint: str  # shapes and numbers of units
    accent: str  # the current step, the chosen cell
    frame: str  # the outline of a tile
    background: str
    box: str  # the inside of a box f_W
    terms: tuple[str, ...]  # the parts of a stacked bar; each has a pattern, too


LIGHT = Theme(
    scale=("#7a3803", "#b45a06", "#e38a1d", "#f8c98c", "#eef0f3", "#b9c8ec", "#7b98da", "#4067ba", "#17337d"),
    ink="#1b2330",
    faint="#566175",
    accent="#c2185b",
    frame="#aab3c2",
    background="#ffffff",
    box="#f4f6fa",
    terms=("#0b7a75", "#7b4fc9", "#9a6a00", "#5b6675", "#3f7d20", "#b0413e"),
)
DARK = Theme(
    scale=("#ffdcae", "#f5a83c", "#bd6f14", "#6e4316", "#222a3a", "#2c4373", "#4673c4", "#80abf5", "#d3e3ff"),
    ink="#e8ecf4",
    faint="#a3aec2",
    accent="#ff7eb6",
    frame="#56627a",
    background="#0f1420",
    box="#1a2130",
    terms=("#4fd1c5", "#b79cf5", "#e0b341", "#a3aec2", "#93c95f", "#f08c84"),
)
THEMES: dict[str, Colours] = {"light": asdict(LIGHT), "dark": asdict(DARK)}
NOTICE = "#f0b400"  # of the ground of a notice, thin, and of half its ink; the other half is the page's own

# Pixels. A number is printed where `smallest_number` has room in its cell; pages are laid out for `readable_number`.
SIZES = {
    "name": 17,
    "shape": 12,
    "operator": 21,
    "symbol": 14,
    "number": 14,
    "smallest_number": 11,
    "readable_number": 14,
    "largest_number": 26,
    "largest_cell": 96,
    "smallest_cell": 12,
}

STATE_RANGE = 1.0
WEIGHT_RANGES = (1.0, 2.0, 5.0, 10.0)
CHANGE_RANGES = (0.1, 0.2, 0.5, 1.0, 2.0)


def weight_range(*arrays: np.ndarray) -> float:
    """The range of weights, sums and scores: the next of 1, 2, 5, 10 above the largest finite |number|, at most 10."""
    largest = max((float(np.abs(a[np.isfinite(a)]).max(initial=0.0)) for a in arrays), default=0.0)
    return next((r for r in WEIGHT_RANGES if largest <= r), WEIGHT_RANGES[-1])


def change_range(largest: float) -> float:
    """The range of differences of states: the next of 0.1, 0.2, 0.5, 1, 2 above the largest."""
    return next((r for r in CHANGE_RANGES if largest <= r), CHANGE_RANGES[-1])


def is_state(a: np.ndarray) -> bool:
    """Whether all numbers of a signal lie from -1 to 1, so that it is coloured as states, gates and inputs are."""
    return bool(np.all(np.abs(a) <= STATE_RANGE))


def shade(scale: tuple[str, ...], at: float) -> str:
    """The colour of a scale at a number from -1 to 1, between two of its colours as the number is between them."""
    at = (min(max(at, -1.0), 1.0) + 1) / 2 * (len(scale) - 1)
    first = min(int(at), len(scale) - 2)
    low, high = (rgb(scale[i]) for i in (first, first + 1))
    return "#" + "".join(f"{round(a + (b - a) * (at - first)):02x}" for a, b in zip(low, high, strict=True))


def rgb(colour: str) -> tuple[int, ...]:
    """#rrggbb as three numbers from 0 to 255."""
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def ink_on(colour: str) -> str:
    """Black or white, whichever is easier to read on a colour: a contrast of 4.5 or more (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb(colour))]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 >= 0.05 * 1.05 else "#ffffff"


def icon() -> str:
    """The page's icon, a small heatmap, as SVG."""
    places = ((0, 5, 7), (6, 8, 3), (2, 6, 1))
    cells = "".join(
        f'<rect x="{10 * c}" y="{10 * r}" width="9" height="9" fill="{LIGHT.scale[place]}"/>'
        for r, row in enumerate(places)
        for c, place in enumerate(row)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29">{cells}</svg>'
