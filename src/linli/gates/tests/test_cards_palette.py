"""The faces of gate groups are told apart on a grey copy and by who sees colours differently (SEEDS G04, decision 0122)."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest

import linli.gates
from linli.gates.models.faces import HEX, Colour, Shape

Rgb = tuple[float, float, float]
Matrix = tuple[Rgb, Rgb, Rgb]
# Machado, Oliveira and Fernandes 2009, severity 1.0; on linear light.
SEEN: dict[str, Matrix] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
TO_XYZ: Matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
GATES = Path(linli.gates.__file__).parent


def linear(colour: str) -> Rgb:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return red, green, blue


def through(matrix: Matrix, value: Rgb) -> Rgb:
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, value, strict=True)))) for row in matrix)
    return red, green, blue


def lab(value: Rgb) -> Rgb:
    xyz = through(TO_XYZ, value)
    x, y, z = (
        one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116
        for one in (xyz[0] / 0.9505, xyz[1], xyz[2] / 1.089)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eye", SEEN)
def test_colours_are_far_apart_for_every_eye(eye: str) -> None:
    for one, two in itertools.combinations(HEX.values(), 2):
        first, second = (lab(through(SEEN[eye], linear(colour))) for colour in (one, two))
        assert math.dist(first, second) >= 30, (eye, one, two)


def test_on_a_grey_copy_they_are_steps_of_lightness() -> None:
    greys = sorted(lab(linear(colour))[0] for colour in HEX.values())
    assert min(later - before for before, later in itertools.pairwise(greys)) >= 15


def test_page_paper_and_phone_know_the_same() -> None:
    assert set(HEX) == set(Colour.values)
    css = (GATES / "static" / "gates" / "cards.css").read_text("utf-8")
    assert dict(re.findall(r"\.face-(\w+) \{ fill: (#\w{6}); \}", css)) == HEX
    drawn = (GATES / "printing" / "blanks.typ").read_text("utf-8")
    svg = (GATES / "templates" / "gates" / "cards" / "_face.html").read_text("utf-8")
    for shape in Shape.values:
        assert f'kind == "{shape}"' in drawn
    for shape in set(Shape.values) - {Shape.HEXAGON.value}:
        assert f'shape == "{shape}"' in svg
