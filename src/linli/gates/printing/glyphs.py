"""Which characters the print faces hold, and how wide they run: the engine sets a missing glyph without a word."""

import functools
import unicodedata
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parents[2] / "ui" / "fonts"
REGULAR = "LinliSans-Regular.otf"
BOLD = "LinliSans-Bold.otf"


class Face:
    """One font file: coverage and advance widths."""

    def __init__(self, path: Path) -> None:
        with TTFont(path, lazy=True) as font:
            self._cmap: dict[int, str] = dict(font.getBestCmap())
            self._widths: dict[str, tuple[int, int]] = dict(font["hmtx"].metrics)
            self._unit: int = font["head"].unitsPerEm

    def missing(self, text: str) -> str:
        """Return the characters of `text` that this face has not, each once, in order. Invisible ones do not count."""
        found = [one for one in dict.fromkeys(text) if ord(one) not in self._cmap and not _invisible(one)]
        return "".join(found)

    def width(self, text: str) -> float:
        """Return the width of `text` in em; a character that is missing counts as one em."""
        total = 0
        for one in text:
            name = self._cmap.get(ord(one))
            total += self._widths[name][0] if name is not None else self._unit
        return total / self._unit


def _invisible(character: str) -> bool:
    """Variation selectors and joiners choose a form; without them the character is still itself."""
    point = ord(character)
    selector = 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF
    return selector or unicodedata.category(character) == "Cf"


@functools.lru_cache(maxsize=8)
def face(path: Path) -> Face:
    """Return the (cached) face of a font file."""
    return Face(path)


def clean(text: str) -> str:
    """Return `text` in NFC without invisible characters and with single spaces, as it is printed."""
    kept = "".join(one for one in unicodedata.normalize("NFC", text) if not _invisible(one))
    return " ".join(kept.split())
