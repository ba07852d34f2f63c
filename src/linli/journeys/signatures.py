"""A signature drawn with a finger: path data of whole numbers on a field of 600 × 240, one form on every phone and page.

Only ``M`` and ``L`` with whole numbers pass, so that a page can draw it again and nothing else can ride along.
"""

from __future__ import annotations

import re

from linli.kernel.refusal import Refusal

WIDTH, HEIGHT = 600, 240
LONGEST = 8_000
LEAST = 3
"""A signature has some strokes; a tap is none."""
_PATH = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})*)+")


def read_path(text: str) -> str:
    """The path of a signature, "" for none. Raises ``journeys.signature`` for anything else, or for a mere dot."""
    said = text.strip()
    if not said:
        return ""
    if len(said) > LONGEST or not _PATH.fullmatch(said) or said.count("L") < LEAST:
        raise Refusal("journeys.signature", "The signature could not be read. Please sign again.")
    return said
