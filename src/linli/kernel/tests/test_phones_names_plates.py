"""Phones, names and plates as offices write them."""

from __future__ import annotations

import pytest

from linli.kernel import names, phones, plates
from linli.kernel.phones import PhoneReading, read_phones


def _read(raw: str | float | None) -> PhoneReading:
    return read_phones(raw, is_placeholder=lambda text: text in {"无", "-"})


@pytest.mark.parametrize(
    ("raw", "numbers", "problems"),
    [
        ("19900001234", ("19900001234",), ()),
        (19900001234.0, ("19900001234",), ("phone_number_cell",)),
        ("+86 19900001234", ("19900001234",), ("phone_prefix",)),
        ("0086-19900001234", ("19900001234",), ("phone_prefix",)),
        ("199 0000 1234", ("19900001234",), ("phone_spaced",)),
        ("199-0000-1234", ("19900001234",), ("phone_dashed",)),
        ("１９９００００１２３４", ("19900001234",), ("phone_fullwidth",)),
        ("19900001234/021-00001234", ("19900001234", "02100001234"), ("phone_two",)),
        ("19900001234 19900005678", ("19900001234", "19900005678"), ("phone_two",)),
        ("1990000123419900005678", ("19900001234", "19900005678"), ("phone_two",)),
        ("19900001234（女儿）", ("19900001234",), ("phone_with_note",)),
        ("女儿19900001234", ("19900001234",), ("phone_with_note",)),
        ("021-00001234", ("02100001234",), ()),
        ("(021)00001234", ("02100001234",), ()),
        ("00001234", ("00001234",), ()),
        ("+447700900123", ("+447700900123",), ()),
        ("1990000123", (), ("phone_10_digits",)),
        ("199000012345", (), ("phone_bad_length",)),
        ("199OOOO1234", (), ("phone_letter_in_number",)),
        (2100001234.0, (), ("phone_number_cell", "phone_zero_lost")),
        ("\u202d19900001234\u202c", ("19900001234",), ()),
        ("无", (), ()),
        (None, (), ()),
    ],
)
def test_phones(raw: str | float | None, numbers: tuple[str, ...], problems: tuple[str, ...]) -> None:
    reading = _read(raw)
    assert reading.numbers == numbers
    assert reading.problems == problems


def test_a_note_is_kept_and_a_mask_shows_the_ends() -> None:
    assert _read("19900001234（女儿）").note == "女儿"
    assert phones.masked("19900001234") == "199****1234"


@pytest.mark.parametrize("written", ["买买提·吐尔逊", "买买提•吐尔逊", "买买提．吐尔逊", "买买提・吐尔逊"])
def test_every_dot_is_one_dot_for_searching_and_stays_as_written(written: str) -> None:
    reading = names.read_name(written)
    assert reading.name == written
    assert reading.problems == ("name_with_dot",)
    assert names.search_form(written) == "买买提·吐尔逊"


def test_rare_characters_are_kept_and_lost_ones_flagged() -> None:
    assert names.read_name("陈𬱖").name == "陈𬱖"
    assert names.read_name("陈𬱖").problems == ("rare_character",)
    assert names.read_name("方?").problems == ("character_lost_before_us",)
    assert names.could_be("方?", "方䶮")
    assert not names.could_be("方?", "方小红")


def test_names_padded_and_annotated() -> None:
    assert names.read_name("张　三").name == "张三"
    assert names.read_name("李四（户主）") == names.NameReading("李四", "户主", ())
    assert names.read_name("张*").problems == ("name_masked",)
    assert names.read_name("  ").name is None
    assert names.read_name("\u202d张三\u202c").name == "张三"


def test_latin_names() -> None:
    assert names.same_name("Rossi, Luca", "Luca ROSSI")
    assert names.same_name("d'Aubigny Étienne", "Etienne d'Aubigny")
    assert not names.same_name("Rossi Luca", "Rossi Lucia")
    assert names.masked("张小红") == "张*"


def test_plates() -> None:
    assert plates.read_plate("沪Z·00128") == plates.PlateReading("沪Z00128")
    assert plates.read_plate("Z12345").problem == "plate_without_province"
    assert plates.read_plate("？？").problem == "plate_unclear"
    assert plates.read_plate(" ").plate is None
    assert plates.read_plate("沪ZD00128").plate == "沪ZD00128"
    assert plates.plates_in("德国车沪Z00128") == ("沪Z00128",)
