"""Print permit cards, ten on an A4 page with cut marks, or replacements on A6 (SEEDS G02, G04).

A card is used hundreds of times (G01), so it is legible.

The engine (typst) gets plain data: every text is measured and checked for glyphs here first, because the engine sets
a missing glyph without a word. One card that cannot be printed is listed and does not stop the rest.
"""

import json
import math
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import typst

from linli.gates.printing import glyphs, qr
from linli.gates.printing.faces import CardFace, Face, PrintResult, Reason, RefusedCard, Sheet
from linli.kernel import permit_number
from linli.kernel.permit_code import KLASSES, TooLargeToPrint, qr_size

PER_PAGE, PER_SMALL_PAGE = 10, 2
TELL_EVERY = 100
TEMPLATES = Path(__file__).parent
NAME_SMALLEST, GROUP_SMALLEST, HEAD_SMALLEST, GROUP_SHARE, HEAD_SHARE = 5.5, 5.0, 5.0, 0.5, 0.75
COLUMN_POINTS = 39 / 25.4 * 72
"""Width of the card's text column in points; cards.typ has the same 39 mm."""


def print_cards(
    cards: Sequence[CardFace],
    *,
    out: Path,
    sheet: Sheet,
    font_paths: Sequence[Path] = (glyphs.FONTS,),
    tell: Callable[[int], None] | None = None,
) -> PrintResult:
    """Write `cards`, in their order, to the PDF `out` and say what was printed and what was not.

    `font_paths` are folders that hold the two Linli Sans files. With nothing to print no file is written and `pages`
    is 0. The file appears under its name when it is complete, readable by us alone: its codes open gates. `tell` hears
    after each hundred how many cards are drawn. Raises OSError where the file cannot be written.
    """
    regular, bold = (glyphs.face(_font(font_paths, name)) for name in (glyphs.REGULAR, glyphs.BOLD))
    refused: list[RefusedCard] = []
    printed: list[str] = []
    blanks: dict[tuple[str, Face | None], int] = {}
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".print-") as folder:
        work = Path(folder)
        with (work / "cards.json").open("w", encoding="utf-8") as data:
            data.write('{"cards":[')
            for card, problem in _checked(cards, sheet, regular):
                if problem is not None:
                    refused.append(problem)
                    continue
                data.write("," if printed else "")
                blank = blanks.setdefault((card.klass, card.face), len(blanks))
                json.dump({**_texts(card, regular, bold), "blank": blank, "qr": qr.svg(card.code)}, data)
                printed.append(card.id)
                if tell is not None and len(printed) % TELL_EVERY == 0:
                    tell(len(printed))
            shared = {"sheet": _sheet(sheet, regular, bold), "blanks": [_blank(*key) for key in blanks]}
            data.write("]," + json.dumps(shared).removeprefix("{"))
        (work / "blanks.json").write_text(json.dumps(shared), encoding="utf-8")
        if printed:
            for name in ("blanks", "cards"):
                _compile(work, name, font_paths=font_paths)
            (work / "cards.pdf").chmod(0o600)
            (work / "cards.pdf").replace(out)
    per_page = PER_SMALL_PAGE if sheet.small else PER_PAGE
    return PrintResult(-(-len(printed) // per_page), tuple(printed), tuple(refused))


def _font(folders: Sequence[Path], name: str) -> Path:
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"{name} is in none of the font folders")


def _checked(
    cards: Sequence[CardFace], sheet: Sheet, face: glyphs.Face
) -> Iterator[tuple[CardFace, RefusedCard | None]]:
    """Give each card with the reason not to print it, or None."""
    seen: set[str] = set()
    shared = sheet.neighbourhood + sheet.neighbourhood_en + sheet.review
    for card in cards:
        lacking = face.missing(glyphs.clean(card.place + card.room + card.name + card.group + shared))
        if card.id in seen or card.code in seen:
            yield card, RefusedCard(card.id, Reason.TWICE)
        elif card.klass not in KLASSES:
            yield card, RefusedCard(card.id, Reason.KLASS)
        elif not permit_number.is_number(card.number):
            yield card, RefusedCard(card.id, Reason.NUMBER)
        elif lacking:
            yield card, RefusedCard(card.id, Reason.GLYPH, lacking)
        elif not _printable(card.code):
            yield card, RefusedCard(card.id, Reason.TOO_LARGE)
        else:
            yield card, None
        seen |= {card.id, card.code}


def _blank(klass: str, face: Face | None) -> dict[str, Any]:
    """What all cards of one class and gate group share."""
    return {"klass": klass, "face": None if face is None else {"colour": face.colour, "shape": face.shape}}


def _printable(code: str) -> bool:
    try:
        qr_size(code)
    except TooLargeToPrint:
        return False
    return True


def _texts(card: CardFace, regular: glyphs.Face, bold: glyphs.Face) -> dict[str, Any]:
    """Return what the template sets, with the point size at which each line fits its column."""
    place, room = glyphs.clean(card.place), glyphs.clean(card.room)
    name = _cut(regular, glyphs.clean(card.name), smallest=NAME_SMALLEST)
    group = _cut(regular, glyphs.clean(card.group), smallest=GROUP_SMALLEST, share=GROUP_SHARE)
    number = permit_number.shown(card.number)
    heavy = not bold.missing(room)
    return {
        "serial": card.serial,
        "place": place,
        "place_size": _fit(regular, place, largest=9.5, smallest=6.5),
        "room": room,
        "room_bold": heavy,
        "room_size": _fit(bold if heavy else regular, room, largest=22.0, smallest=9.0),
        "name": name,
        "name_size": _fit(regular, name, largest=11.0, smallest=NAME_SMALLEST),
        "number": number,
        "number_size": _fit(bold, number, largest=19.0, smallest=12.0),
        "from": card.valid_from.isoformat(),
        "until": card.valid_until.isoformat(),
        "group": group,
        "group_size": _fit(regular, group, largest=7.0, smallest=GROUP_SMALLEST, share=GROUP_SHARE),
    }


def _fit(face: glyphs.Face, text: str, *, largest: float, smallest: float, share: float = 1) -> float:
    """Return the size in points at which `text` fits a share of the column on one line, between the two bounds."""
    width = face.width(text)
    if width <= 0:
        return largest
    return max(smallest, min(largest, math.floor(COLUMN_POINTS * share / width * 100) / 100))


def _cut(face: glyphs.Face, text: str, *, smallest: float, share: float = 1) -> str:
    """Return `text`, or its beginning and "…" where it would not fit a share of the column at the smallest size."""
    room = COLUMN_POINTS * share / smallest
    if face.width(text) <= room:
        return text
    while text and face.width(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _sheet(sheet: Sheet, regular: glyphs.Face, bold: glyphs.Face) -> dict[str, Any]:
    shown = ("neighbourhood", "neighbourhood_en", "review", "batch")
    texts: dict[str, Any] = {name: glyphs.clean(getattr(sheet, name)) for name in shown} | {"small": sheet.small}
    heavy = not bold.missing(texts["review"])
    size = _fit(bold if heavy else regular, texts["review"], largest=8.0, smallest=4.5)
    head = f"{texts['neighbourhood']}  {texts['neighbourhood_en']}".strip()
    if regular.width(head) * HEAD_SMALLEST > COLUMN_POINTS * HEAD_SHARE:
        head = _cut(regular, texts["neighbourhood"], smallest=HEAD_SMALLEST, share=HEAD_SHARE)
    texts |= {"head": head}
    return {
        **texts,
        "head_size": _fit(regular, head, largest=7.0, smallest=HEAD_SMALLEST, share=HEAD_SHARE),
        "review_bold": heavy,
        "review_size": size,
    }


def _compile(work: Path, name: str, *, font_paths: Sequence[Path]) -> None:
    """Run the engine on the template `name` in `work`, a folder that is readable by us alone."""
    shutil.copyfile(TEMPLATES / f"{name}.typ", work / f"{name}.typ")
    typst.compile(
        str(work / f"{name}.typ"),
        output=str(work / f"{name}.pdf"),
        root=str(work),
        font_paths=[str(path) for path in font_paths],
        ignore_system_fonts=True,
    )
