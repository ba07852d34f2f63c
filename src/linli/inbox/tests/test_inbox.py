"""Uploads are kept as they came, once, sealed, and erased in time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from django.utils import timezone

from linli import vault
from linli.ground.testing import Cast
from linli.inbox import actions, retention, store
from linli.inbox.models import RawUpload
from linli.inbox.queries import content_of, name_of, open_content, waiting
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal

LARGE = bytes(range(256)) * 10_000  # 2.5 MB


@pytest.fixture(autouse=True)
def _empty_folder() -> Iterator[None]:
    """No files of an earlier test."""
    yield
    for path in store.folder().iterdir():
        path.unlink()


def keep(cast: Cast, content: bytes, **more: str) -> RawUpload:
    """Keep a payload as the cast's office."""
    return actions.keep(
        by=cast.users["clerk"],
        neighbourhood=cast.neighbourhood,
        kind="register.file",
        source="user:1",
        content=io.BytesIO(content),
        **more,
    )


def test_a_small_payload_is_sealed_in_the_row(cast: Cast) -> None:
    with cast.scope():
        row = keep(cast, "林知夏,101室".encode(), name="名册.csv")
        assert "林知夏".encode() not in bytes(row.sealed)
        assert content_of(RawUpload.objects.get(pk=row.pk)) == "林知夏,101室".encode()
        assert name_of(row) == "名册.csv"
        assert Entry.objects.filter(act="inbox.kept", subject=str(row.pk)).count() == 1


def test_a_large_payload_is_sealed_in_a_file(cast: Cast) -> None:
    with cast.scope():
        row = keep(cast, LARGE)
        assert row.sealed is None
        assert row.size == len(LARGE)
        assert LARGE[:64] not in store.path_of(row.pk).read_bytes()
        with open_content(row) as stream:
            assert stream.read() == LARGE


def test_a_cut_file_is_noticed(cast: Cast) -> None:
    with cast.scope():
        row = keep(cast, LARGE)
        path = store.path_of(row.pk)
        first = int.from_bytes(path.read_bytes()[:4], "big") + 4
        path.write_bytes(path.read_bytes()[:first])
        with pytest.raises(InvalidTag):
            content_of(row)


@pytest.mark.parametrize("content", [b"a,b", LARGE], ids=["small", "large"])
def test_the_same_payload_is_kept_once(cast: Cast, content: bytes) -> None:
    with cast.scope():
        first, second = keep(cast, content), keep(cast, content)
        assert first.pk == second.pk
        assert RawUpload.objects.count() == 1
        assert len(list(store.folder().iterdir())) <= 1
        assert keep(cast, content + b"x").pk != first.pk


def test_waiting_until_a_person_deals_with_it(cast: Cast) -> None:
    with cast.scope():
        row = keep(cast, b"odd", problem="cut_off")
        assert list(waiting(cast.neighbourhood)) == [row]
        actions.handle(by=cast.users["secretary"], upload=row)
        actions.handle(by=cast.users["secretary"], upload=row)
        assert not waiting(cast.neighbourhood).exists()
        assert Entry.objects.filter(act="inbox.handled").count() == 1


@pytest.mark.parametrize("content", [b"x", LARGE])
def test_what_an_old_backup_brings_back_cannot_be_read(cast: Cast, content: bytes) -> None:
    with cast.scope():
        row, other = keep(cast, content, name="n.csv"), keep(cast, b"y")
        assert row.key != other.key, "each payload has a key of its own"
        before = {"sealed": row.sealed, "name": row.name, "state": row.state}
        path = store.path_of(row.pk)
        file = path.read_bytes() if path.exists() else None
        retention.erase_rows(RawUpload.objects.filter(pk=row.pk), timezone.now())
        RawUpload.objects.filter(pk=row.pk).update(**before)
        if file is not None:
            path.write_bytes(file)
        row.refresh_from_db()
        with pytest.raises(Refusal) as caught:
            open_content(row)
        assert caught.value.code == "inbox.erased"
        assert name_of(row) == ""
        assert content_of(other) == b"y"


def test_emptying_and_a_second_copy_leave_no_key_behind(cast: Cast) -> None:
    with cast.scope():
        row = keep(cast, b"x")
        actions.handle(by=None, upload=row, empty=True)
        assert row.key not in vault.keyring().names()
        before = len(vault.keyring().names())
        keep(cast, b"z")
        keep(cast, b"z")
        assert len(vault.keyring().names()) == before + 1


def test_what_ends_with_an_operation_keeps_its_key(cast: Cast) -> None:
    with cast.scope():
        vault.keyring().ensure("operation:shared")
        one = keep(cast, b"x", key="operation:shared")
        other = keep(cast, b"y", key="operation:shared")
        retention.erase_rows(RawUpload.objects.filter(pk=one.pk), timezone.now())
        assert content_of(other) == b"y"


def test_erased_when_its_time_is_over(cast: Cast) -> None:
    with cast.scope():
        row, large = keep(cast, b"x", name="n.csv"), keep(cast, LARGE)
        later = timezone.now() + timedelta(days=29)
        assert retention.due(later) == {"raw_uploads": 0}
        later += timedelta(days=2)
        assert retention.due(later) == {"raw_uploads": 2}
        assert retention.erase(later) == {"raw_uploads": 2}
        assert retention.erase(later) == {"raw_uploads": 0}
        row.refresh_from_db()
        assert (row.sealed, row.name, row.state) == (None, None, "erased")
        assert not store.path_of(large.pk).exists()
        with pytest.raises(Refusal) as caught:
            open_content(row)
        assert caught.value.code == "inbox.erased"
        with pytest.raises(Refusal) as caught:
            actions.handle(by=None, upload=row)
        assert keep(cast, b"x").state == "kept"
