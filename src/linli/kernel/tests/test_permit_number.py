"""The readable permit number: what the check character notices, and that no serial is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel import permit_number as number

serials = st.integers(0, number.CAPACITY - 1)


@given(serials)
def test_there_and_back(serial: int) -> None:
    made = number.number_for(serial)
    assert number.serial_of(number.shown(made)) == serial
    assert number.parse(number.shown(made).lower()) == made


@given(serials, st.integers(0, 6), st.sampled_from(number.ALPHABET))
def test_every_single_wrong_character_is_noticed(serial: int, position: int, other: str) -> None:
    made = number.number_for(serial)
    changed = made[:position] + other + made[position + 1 :]
    assert number.is_number(changed) == (changed == made)


@given(serials, st.integers(0, 6), st.integers(0, 6))
def test_every_exchange_of_two_characters_is_noticed(serial: int, one: int, two: int) -> None:
    characters = list(made := number.number_for(serial))
    characters[one], characters[two] = characters[two], characters[one]
    changed = "".join(characters)
    assert number.is_number(changed) == (changed == made)


def test_a_campaign_of_numbers_has_no_double_and_no_near_neighbours() -> None:
    made = [number.number_for(serial) for serial in range(10_000)]
    assert len(set(made)) == len(made)
    for one, two in zip(made, made[1:], strict=False):
        assert sum(a != b for a, b in zip(one, two, strict=True)) >= 3


def test_what_is_typed_or_heard() -> None:
    made = number.number_for(204)
    shown = number.shown(made)
    assert len(shown) == 9
    assert shown[3] == shown[7] == "-"
    full_width = "".join(chr(ord(one) + 0xFEE0) for one in shown)
    for text in (shown, f" {shown.lower()} ", full_width, shown.replace("-", "–"), shown.replace("-", "")):
        assert number.parse(text) == made


def test_lookalikes_are_read_as_the_character_that_was_kept() -> None:
    back = {kept: left for left, kept in number.LOOKALIKES.items()}
    made = number.number_for(31)
    assert number.parse("".join(back.get(one, one) for one in made)) == made
    assert not set(number.LOOKALIKES) & set(number.ALPHABET)
    assert not set("01OQDIL") & set(number.ALPHABET)


@pytest.mark.parametrize(
    ("text", "reason"), [("", "length"), ("3K7-2H4", "length"), ("3K7-2H4-0", "character"), ("CAF-UYT-Y", "check")]
)
def test_refused(text: str, reason: str) -> None:
    with pytest.raises(number.PermitNumberError) as caught:
        number.parse(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize("serial", [-1, number.CAPACITY])
def test_serial_out_of_range(serial: int) -> None:
    with pytest.raises(ValueError):
        number.number_for(serial)
