"""Cards on paper (SEEDS G02): every code decodes from the page, one bad card does not stop the rest."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import numpy
import pymupdf
import pytest
import segno
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from pypinyin_dict.pinyin_data import ktghz2013

from linli.gates.printing import CardFace, Reason, Sheet, glyphs, print_cards, qr
from linli.kernel import base45, permit_code, permit_number
from linli.kernel.permit_code import KLASSES, PermitClaims, TooLargeToPrint

KEY = ec.derive_private_key(0x5052494E54, ec.SECP256R1())
SHEET = Sheet("槐安居民区", "Huai'an", "021-0000 0110", "第 1 批")


def made(index: int, **changes: str) -> CardFace:
    """Return a fictional card."""
    claims = PermitClaims(UUID(int=index + 1), UUID(int=index + 7001), 24, 7, "resident", 1_780_000_000, 1_790_000_000)
    face = CardFace(
        id=f"card-{index}",
        code=permit_code.encode(claims, kid="26A", private_key=KEY),
        number=permit_number.number_for(index),
        place=f"槐安苑 {index // 10 + 1}号楼",
        room=f"{101 + index}室",
        name="张*",
        klass="resident",
        valid_from=date(2026, 11, 21),
        valid_until=date(2027, 2, 20),
    )
    return replace(face, **changes)


def read(pdf: Path, dpi: int = 100) -> list[str]:
    """Return the QR codes on all pages, rendered at `dpi`."""
    found = []
    with pymupdf.open(pdf) as document:
        for page in document:
            pixels = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
            grey = numpy.frombuffer(pixels.samples, dtype=numpy.uint8).reshape(pixels.h, pixels.stride)[:, : pixels.w]
            found += [one.text for one in zxingcpp.read_barcodes(grey)]
    return found


def test_every_code_of_two_pages_decodes_at_100_dpi(tmp_path: Path) -> None:
    cards = [made(index, klass=KLASSES[index % 5]) for index in range(13)]
    result = print_cards(cards, out=tmp_path / "cards.pdf", sheet=SHEET)
    assert result.pages == 2
    assert result.printed == tuple(card.id for card in cards)
    assert result.refused == ()
    assert sorted(read(tmp_path / "cards.pdf")) == sorted(card.code for card in cards)
    assert [path.name for path in tmp_path.iterdir()] == ["cards.pdf"]


def test_the_page_is_a4_and_says_what_a_card_must_say(tmp_path: Path) -> None:
    print_cards([made(0, group="东区门岗")], out=tmp_path / "cards.pdf", sheet=SHEET)
    with pymupdf.open(tmp_path / "cards.pdf") as document:
        page = document[0]
        assert (round(page.rect.width), round(page.rect.height)) == (595, 842)
        text = "".join(page.get_text().split())
        fonts = {font[3].partition("+")[2].removesuffix("-Identity-H") for font in page.get_fonts(full=True)}
        boxes = [drawing["rect"] for drawing in page.get_drawings()]
    for needed in ("居民出入证", "Residentpermit", "槐安苑1号楼", "101室", "张*", "东区门岗", "021-00000110"):
        assert needed in text
    assert permit_number.shown(made(0).number) in text
    assert "2026-11-21–2027-02-20" in text
    assert fonts == {"LinliSans-Regular", "LinliSans-Bold"}
    assert len(boxes) > 18  # ten cut marks across, twelve along, and the card's own


def test_the_code_is_at_least_36_mm_with_its_quiet_zone(tmp_path: Path) -> None:
    card = made(0)
    print_cards([card], out=tmp_path / "cards.pdf", sheet=SHEET)
    with pymupdf.open(tmp_path / "cards.pdf") as document:
        pixels = document[0].get_pixmap(dpi=254, colorspace=pymupdf.csGRAY)
    grey = numpy.frombuffer(pixels.samples, dtype=numpy.uint8).reshape(pixels.h, pixels.stride)[:, : pixels.w]
    corners = zxingcpp.read_barcodes(grey)[0].position
    modules = len(qr.matrix(card.code))
    side = (corners.top_right.x - corners.top_left.x) / 10 * (modules + 8) / modules
    assert side >= 36


def test_a_name_that_cannot_be_printed_is_listed_and_the_rest_is_printed(tmp_path: Path) -> None:
    cards = [
        made(0),
        made(1, name="\U0001f004*"),
        made(2, room="\ue123室"),
        made(3, name="𬭚*"),
        made(4, name="葛\U000e0100*"),
    ]
    result = print_cards(cards, out=tmp_path / "cards.pdf", sheet=SHEET)
    assert result.printed == ("card-0", "card-3", "card-4")
    assert [(one.id, one.reason, one.detail) for one in result.refused] == [
        ("card-1", Reason.GLYPH, "\U0001f004"),
        ("card-2", Reason.GLYPH, "\ue123"),
    ]


def test_what_else_is_refused(tmp_path: Path) -> None:
    good = made(0)
    other = made(5)
    cards = [
        good,
        replace(good, code=other.code),
        replace(other, code=good.code),
        made(1, number="CAFUYTY"),
        made(2, klass="king"),
        made(3, code=permit_code.PREFIX + "A" * 300),
    ]
    result = print_cards(cards, out=tmp_path / "cards.pdf", sheet=SHEET)
    assert result.printed == ("card-0",)
    reasons = [one.reason for one in result.refused]
    assert reasons == [Reason.TWICE, Reason.TWICE, Reason.NUMBER, Reason.KLASS, Reason.TOO_LARGE]


def test_nothing_to_print_makes_no_file(tmp_path: Path) -> None:
    result = print_cards([], out=tmp_path / "cards.pdf", sheet=SHEET)
    assert (result.pages, result.printed) == (0, ())
    assert list(tmp_path.iterdir()) == []


def test_fonts_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        print_cards([made(0)], out=tmp_path / "cards.pdf", sheet=SHEET, font_paths=[tmp_path])


def test_long_texts_shrink_and_stay_clear_of_the_code(tmp_path: Path) -> None:
    long = made(
        0,
        place="古北国际花园二期高层区 1588弄 12号楼 B单元",
        room="1201室（复式上下两层）",
        name="Alexandra Konstantinopoulou-Smith de la Torre y Montemayor",
        group="东区、西区和滨河步道的全部门岗",
        number="WMWMMW" + permit_number.check_character("WMWMMW"),
    )
    sheet = Sheet(
        "古北路国际居民区第一", "The First International Neighbourhood of Gubei Road", "居委会接待室 021-0000 0110", ""
    )
    print_cards([long], out=tmp_path / "cards.pdf", sheet=sheet)
    top, column = (13.5 + 11) / 25.4 * 72, (20 + 42.3) / 25.4 * 72
    with pymupdf.open(tmp_path / "cards.pdf") as document:
        words = [word for word in document[0].get_text("words") if word[1] > top]
    assert len(words) > 12
    assert [word[4] for word in words if word[2] > column] == []
    assert max(word[3] for word in words) < (13.5 + 54) / 25.4 * 72
    assert len(read(tmp_path / "cards.pdf")) == 1


def test_the_face_covers_the_general_standard_and_gb_2312() -> None:
    face = glyphs.face(glyphs.FONTS / glyphs.REGULAR)
    assert face.missing("".join(map(chr, ktghz2013.pinyin_dict))) == ""
    pairs = [bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    characters = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    assert len(characters) == 6763
    assert face.missing(characters) == ""
    assert face.missing("䶮㛃𬭚犇堃喆龍淵邊さくら김민준ÀéüĀñ·（）：、—" + "".join(map(chr, range(32, 127)))) == ""


def test_widths_are_in_em() -> None:
    face = glyphs.face(glyphs.FONTS / glyphs.REGULAR)
    assert face.width("张王") == 2
    assert 0.4 < face.width("1") < 0.7
    assert face.width("\ue123") == 1


SIZES = [(length, permit_code.qr_size("A" * length)) for length in range(1, 280, 3)]


@pytest.mark.parametrize(("length", "size"), SIZES, ids=lambda value: str(value))
def test_codes_are_those_of_segno(length: int, size: tuple[int, str]) -> None:
    text = (base45.ALPHABET * 7)[length % 7 : length % 7 + length]
    version, level = size
    made_by_segno = segno.make(
        text, version=version, error=level, mode="alphanumeric", mask=qr.MASK, boost_error=False, micro=False
    )
    bits = 13 + length // 2 * 11 + length % 2 * 6 + 4
    if bits % 8:  # on a byte's border segno adds one byte more before the padding; readers do not mind
        assert qr.matrix(text) == ["".join(map(str, row)) for row in made_by_segno.matrix]
    dark = numpy.pad(numpy.array([list(map(int, row)) for row in qr.matrix(text)]), 4)
    picture = ((1 - dark) * 255).astype(numpy.uint8).repeat(4, axis=0).repeat(4, axis=1)
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [text]


def test_no_code_above_version_8() -> None:
    with pytest.raises(TooLargeToPrint):
        qr.svg("A" * 280)
