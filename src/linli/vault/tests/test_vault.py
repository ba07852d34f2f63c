"""The vault: what is sealed stays sealed, what is destroyed stays destroyed, equal values are found."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from linli import vault
from linli.vault.keyring import Keyring, data_folder, keys_folder


@pytest.fixture
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LINLI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LINLI_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


def test_a_sealed_text_comes_back_and_is_never_the_same_twice(own_keys: Path) -> None:
    first = vault.seal("310101199001011234", key="register", context="ground.document")
    second = vault.seal("310101199001011234", key="register", context="ground.document")
    assert first != second
    assert b"310101" not in first
    assert vault.unseal_text(first, context="ground.document") == "310101199001011234"


def test_a_value_moved_to_another_column_does_not_open(own_keys: Path) -> None:
    blob = vault.seal("secret", key="register", context="ground.document")
    with pytest.raises(InvalidTag):
        vault.unseal(blob, context="ground.phone")


def test_a_destroyed_key_is_gone_for_another_process_too(own_keys: Path) -> None:
    vault.keyring().ensure("operation:1")
    blob = vault.seal("after the end", key="operation:1", context="journal.detail")
    other = Keyring(own_keys)
    assert other.get("operation:1")
    assert vault.keyring().destroy("operation:1")
    with pytest.raises(vault.KeyMissing):
        vault.unseal(blob, context="journal.detail")
    with pytest.raises(vault.KeyMissing):
        other.get("operation:1")
    assert not vault.keyring().destroy("operation:1")


def test_two_keyrings_adding_at_once_keep_both_keys(own_keys: Path) -> None:
    one, two = Keyring(own_keys), Keyring(own_keys)
    one.ensure("a")
    two.ensure("b")
    assert one.names() == ["a", "b"]
    assert one.get("b") == two.get("b")


def test_files_are_private_and_outside_the_data_folder(own_keys: Path) -> None:
    vault.keyring().ensure("register")
    for name in ("master.key", "keys.json"):
        assert stat.S_IMODE((own_keys / name).stat().st_mode) == 0o600
    assert data_folder() not in keys_folder().parents


def test_the_default_key_folder_lies_beside_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LINLI_KEYS", raising=False)
    monkeypatch.setenv("LINLI_DATA", str(tmp_path / "linli"))
    assert keys_folder() == tmp_path / "linli.keys"


def test_blind_indexes_match_inside_one_neighbourhood_only(own_keys: Path) -> None:
    one = vault.blind_index("19900001234", neighbourhood=1, purpose="phone")
    assert one == vault.blind_index("19900001234", neighbourhood=1, purpose="phone")
    assert one != vault.blind_index("19900001234", neighbourhood=2, purpose="phone")
    assert one != vault.blind_index("19900001234", neighbourhood=1, purpose="phone.tail")
    assert len(one) == 16


def test_a_signing_key_is_made_once(own_keys: Path) -> None:
    first = vault.keyring().ensure_signing("k1").public_key().public_numbers()
    assert Keyring(own_keys).ensure_signing("k1").public_key().public_numbers() == first


def test_something_else_is_not_a_sealed_value(own_keys: Path) -> None:
    with pytest.raises(ValueError, match="not a sealed value"):
        vault.unseal(b"hello", context="x")


def test_a_lost_key_folder_is_not_replaced_by_a_new_one(own_keys: Path) -> None:
    blob = vault.seal("x", key="register", context="c")
    away = own_keys.with_name("away")
    own_keys.rename(away)
    with pytest.raises(vault.KeyMissing, match="not there"):
        Keyring(own_keys).master()
    away.rename(own_keys)
    assert vault.unseal(blob, context="c") == b"x"


def test_the_keys_of_another_installation_are_refused(own_keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.keyring().master()
    other = own_keys.with_name("other")
    Keyring(other).master()
    monkeypatch.setenv("LINLI_KEYS", str(other))
    with pytest.raises(vault.KeyMissing, match="another installation"):
        Keyring(other).master()


@pytest.mark.parametrize("content", ["", "abcd", "no hex at all"])
def test_a_master_key_that_is_not_whole_is_refused(own_keys: Path, content: str) -> None:
    own_keys.mkdir(parents=True)
    (own_keys / "master.key").write_text(content)
    with pytest.raises(vault.KeyMissing, match="whole"):
        Keyring(own_keys).derive("django-secret")
