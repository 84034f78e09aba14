"""Colours: neutral at zero, readable in both themes, apart for colour-blind eyes."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from rnnviz.figures.theme import DARK, LIGHT, Theme, ink_on, is_state, shade, weight_range
from tests.conftest import ROOT

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])

# Machado, Oliveira and Fernandes 2009, severity 1.0; for linear RGB.
DEFICIENCIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str | np.ndarray) -> np.ndarray:
    """Linear RGB of #rrggbb, or of three numbers from 0 to 255."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) if isinstance(colour, str) else colour
    v = rgb / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def luminance(colour: str | np.ndarray) -> float:
    """Relative luminance, WCAG 2.2."""
    return float(TO_XYZ[1] @ linear(colour))


def contrast(one: float, other: float) -> float:
    """The contrast ratio of two luminances, WCAG 2.2."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB, for D65."""
    ratio = TO_XYZ @ np.clip(rgb, 0, 1) / TO_XYZ.sum(axis=1)
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def between(theme: Theme, steps: int = 401) -> np.ndarray:
    """The colours from -1 to 1 as Plotly interpolates them, (steps, 3)."""
    stops = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in theme.scale])
    places = np.linspace(0, len(stops) - 1, steps)
    return np.stack([np.interp(places, range(len(stops)), stops[:, channel]) for channel in range(3)], axis=1)


@THEMES
def test_zero_is_neutral(theme: Theme) -> None:
    """The colour of zero stands in the middle and has hardly any hue (chroma below 12 in CIELAB)."""
    assert len(theme.scale) % 2 == 1
    _, a, b = lab(linear(theme.scale[len(theme.scale) // 2]))
    assert np.hypot(a, b) < 12


@THEMES
def test_lightness_tells_the_size(theme: Theme) -> None:
    """From zero outwards luminance only falls on the light page and only rises on the dark one, on both sides."""
    lights = np.array([luminance(colour) for colour in between(theme)])
    away = -1 if theme is LIGHT else 1
    middle = len(lights) // 2
    assert (away * np.diff(lights[middle:]) > 0).all()
    assert (away * np.diff(lights[middle::-1]) > 0).all()


@THEMES
def test_both_sides_are_alike_in_lightness(theme: Theme) -> None:
    """A number and its negative differ by less than 15 in lightness (CIELAB), so neither sign looks larger."""
    lightness = np.array([lab(linear(colour))[0] for colour in between(theme)])
    assert np.abs(lightness - lightness[::-1]).max() < 15


@THEMES
def test_numbers_can_be_read_on_every_colour(theme: Theme) -> None:
    """On each colour of the scale black or white has a contrast of at least 4.5."""
    for colour in between(theme):
        light = luminance(colour)
        assert max(contrast(light, 0.0), contrast(light, 1.0)) >= 4.5


@THEMES
@pytest.mark.parametrize("part", ["ink", "faint", "accent"])
def test_text_can_be_read_on_the_page(theme: Theme, part: str) -> None:
    """Names, shapes and the accent have a contrast of at least 4.5 to the page."""
    assert contrast(luminance(getattr(theme, part)), luminance(theme.background)) >= 4.5


@THEMES
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_signs_stay_apart_for_colour_blind_eyes(theme: Theme, deficiency: str) -> None:
    """-1, 0 and +1 differ by at least 20 (CIE76) for eyes without one kind of cones; so do -1/2 and +1/2."""
    seen = [lab(np.array(DEFICIENCIES[deficiency]) @ linear(theme.scale[k])) for k in (0, 4, 8, 2, 6)]
    for one, other in ((0, 1), (1, 2), (0, 2), (3, 4)):
        assert np.linalg.norm(seen[one] - seen[other]) >= 20


@THEMES
def test_background_is_that_of_the_page(theme: Theme) -> None:
    """Background and text colour are those of .streamlit/config.toml."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    page = config["light" if theme is LIGHT else "dark"]
    assert (page["backgroundColor"], page["textColor"]) == (theme.background, theme.ink)


@pytest.mark.parametrize(
    ("largest", "expected"), [(0, 1), (1, 1), (1.01, 2), (-2, 2), (2.5, 5), (-9, 10), (10, 10), (300, 10)]
)
def test_range_is_the_next_of_1_2_5_10(largest: float, expected: float) -> None:
    """R is the next of 1, 2, 5 and 10 above the largest finite number of all arrays; lost numbers do not count."""
    assert weight_range(np.array([0.5, largest]), np.array([np.inf, np.nan, -0.1])) == expected


def test_states_lie_between_minus_one_and_one() -> None:
    """Only a signal that never leaves -1 to 1, and is never lost, has the range of states."""
    assert is_state(np.array([-1.0, 1.0]))
    assert not is_state(np.array([0.0, 1.001]))
    assert not is_state(np.array([0.0, np.nan]))


@THEMES
def test_the_parts_of_a_bar_stand_out(theme: Theme) -> None:
    """Each colour of a part has a contrast of 3 to the page (WCAG 2.2, 1.4.11), and no two are the same."""
    assert len(set(theme.terms)) == len(theme.terms) >= 6
    for colour in theme.terms:
        assert contrast(luminance(colour), luminance(theme.background)) >= 3


@THEMES
def test_a_shade_lies_between_its_neighbours_and_can_be_read(theme: Theme) -> None:
    """The scale's own colours stand at their places, mixtures between them; the ink on each has a contrast of 4.5."""
    last = len(theme.scale) - 1
    assert [shade(theme.scale, 2 * k / last - 1) for k in range(last + 1)] == list(theme.scale)
    assert (shade(theme.scale, -3), shade(theme.scale, 3)) == (theme.scale[0], theme.scale[-1])
    between = linear(shade(theme.scale, 1 / last))
    low, high = linear(theme.scale[last // 2]), linear(theme.scale[last // 2 + 1])
    assert np.all(between >= np.minimum(low, high))
    assert np.all(between <= np.maximum(low, high))
    for place in np.linspace(-1, 1, 81):
        colour = shade(theme.scale, float(place))
        assert contrast(luminance(colour), luminance(ink_on(colour))) >= 4.5
