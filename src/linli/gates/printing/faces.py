"""What a card shows, and what printing answers."""

import enum
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Face:
    """How a gate group is known: its name, its colour as #rrggbb, its shape (see `gates.models.faces.Shape`)."""

    name: str
    colour: str
    shape: str


@dataclass(frozen=True)
class CardFace:
    """One card. `id` is the caller's own; `number` the seven characters of the permit number without hyphens.

    `place` is estate and building, `room` the door, `name` what the office wants to show ("" or 张*); no document.
    `valid_until` is the last day on which it holds. `group` names the gates that it opens ("" for all), `face` is how that group is
    known. `serial` is the card's place in its batch (0: not shown).
    """

    id: str
    code: str
    number: str
    place: str
    room: str
    name: str
    klass: str
    valid_from: date
    valid_until: date
    group: str = ""
    face: Face | None = None
    serial: int = 0


@dataclass(frozen=True)
class Sheet:
    """What all cards of a batch share: the neighbourhood's names, where a refusal is reviewed, the batch's own name.

    `small`: one or two replacements on A6 instead of ten on A4.
    """

    neighbourhood: str
    neighbourhood_en: str
    review: str
    batch: str = ""
    small: bool = False


class Reason(enum.StrEnum):
    """Why one card is not printed; the others are."""

    GLYPH = "glyph"  # a character that the face has not
    TOO_LARGE = "too_large"  # needs a QR code above version 8
    TWICE = "twice"  # the same id or code a second time in one batch
    NUMBER = "number"  # no permit number
    KLASS = "klass"  # no class of permits


@dataclass(frozen=True)
class RefusedCard:
    """A card that was left out. `detail` holds the characters that are missing, else ""."""

    id: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True)
class PrintResult:
    """What came of a batch: A4 pages, the ids printed in their order, and what was left out."""

    pages: int
    printed: tuple[str, ...]
    refused: tuple[RefusedCard, ...] = field(default=())
