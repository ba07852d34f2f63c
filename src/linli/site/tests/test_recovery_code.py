"""The typed groups of the recovery sheet: what was typed wrong is found, and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.kernel.refusal import Refusal
from linli.site.backup_recovery import ALPHABET, GROUPS, from_groups, to_groups
from linli.site.tests.helpers import refused

keys = st.binary(min_size=32, max_size=32)


@given(keys)
def test_what_was_printed_can_be_typed(master: bytes) -> None:
    groups = to_groups(master)
    assert len(groups) == GROUPS
    assert from_groups(" ".join(groups)) == master
    typed = "\n".join(f"{number}: {group.lower()}" for number, group in enumerate(groups, start=1))
    assert from_groups(typed.replace("0", "o").replace("1", "l")) == master
    assert from_groups("-".join(groups)) == master


@given(keys, st.integers(0, GROUPS * 5 - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_names_its_group(master: bytes, place: int, character: str) -> None:
    typed = list("".join(to_groups(master)))
    if typed[place] == character:
        return
    typed[place] = character
    with pytest.raises(Refusal) as refusal:
        from_groups("".join(typed))
    assert refusal.value.code == "recovery.group"
    assert refusal.value.params["number"] == place // 5 + 1


@given(keys, st.integers(0, GROUPS - 1), st.integers(0, 3))
def test_two_characters_swapped_name_their_group(master: bytes, group: int, place: int) -> None:
    groups = to_groups(master)
    letters = list(groups[group])
    letters[place], letters[place + 1] = letters[place + 1], letters[place]
    if "".join(letters) == groups[group]:
        return
    groups[group] = "".join(letters)
    with pytest.raises(Refusal) as refusal:
        from_groups(" ".join(groups))
    assert refusal.value.params["number"] == group + 1


@given(keys, st.integers(0, GROUPS - 2))
def test_two_groups_swapped_are_noticed(master: bytes, group: int) -> None:
    groups = to_groups(master)
    groups[group], groups[group + 1] = groups[group + 1], groups[group]
    with refused("recovery.group"):
        from_groups(" ".join(groups))


def test_too_few_and_impossible_characters_get_a_sentence() -> None:
    groups = to_groups(bytes(range(32)))
    with pytest.raises(Refusal) as refusal:
        from_groups(" ".join(groups[:-1]))
    assert refusal.value.code == "recovery.length"
    assert str(refusal.value).endswith("65 were typed.")
    with refused("recovery.group"):
        from_groups(" ".join(["????!", *groups[1:]]))


def test_groups_of_another_key_do_not_pass_the_last_check() -> None:
    mixed = [*to_groups(bytes(32))[:7], *to_groups(b"\xff" * 32)[7:]]
    with refused("recovery.whole"):
        from_groups(" ".join(mixed))


def test_a_key_of_another_length_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        to_groups(b"short")
