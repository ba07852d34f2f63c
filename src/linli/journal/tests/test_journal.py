"""The journal only grows, names persons by pseudonyms, and forgets what its key sealed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from linli import vault
from linli.journal import acts, triggers
from linli.journal.models import Detail, Entry, Pseudonym
from linli.journal.record import detail_of, forget_details, record

pytestmark = pytest.mark.django_db
SAID = acts.register("journal.test", "did a test")


@pytest.mark.parametrize("table", triggers.APPEND_ONLY)
def test_the_database_refuses_to_change_or_delete(table: str) -> None:
    record(SAID, by=None, detail="words")
    column = "act" if table == "journal_entry" else "entry"
    statements = [f'UPDATE "{table}" SET "{column}" = "{column}"', f'DELETE FROM "{table}"']
    if connection.vendor == "postgresql":
        statements.append(f'TRUNCATE "{table}"')
    for statement in statements:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Entry.objects.count() == Detail.objects.count() == 1


def test_the_triggers_are_there_after_the_last_migration_and_a_lost_one_is_noticed() -> None:
    assert triggers.missing() == []
    with triggers.lifted():
        assert triggers.missing() == triggers.APPEND_ONLY
        Entry.objects.all().delete()
    assert triggers.missing() == []


def test_a_person_is_named_by_a_pseudonym_that_can_be_cut() -> None:
    one = record(SAID, by=None, subject=("person", "p-1"))
    two = record(SAID, by=None, subject=("person", "p-1"))
    place = record(SAID, by=None, subject=("place", 7))
    assert one.subject == two.subject != "p-1"
    assert place.subject == "7"
    Pseudonym.objects.filter(kind="person", subject="p-1").delete()
    assert record(SAID, by=None, subject=("person", "p-1")).subject != one.subject


def test_free_text_is_sealed_and_goes_with_its_key() -> None:
    vault.keyring().ensure("operation:x")
    entry = record(SAID, by=None, detail="她说家里没人", detail_key="operation:x")
    raw = bytes(Detail.objects.get(pk=entry.pk).sealed)
    assert "家里" not in raw.decode("utf-8", "ignore")
    assert detail_of(entry.pk) == "她说家里没人"
    vault.keyring().destroy("operation:x")
    assert detail_of(entry.pk) is None
    assert detail_of(record(SAID, by=None).pk) is None


def test_an_act_must_be_known_and_has_one_sentence() -> None:
    with pytest.raises(LookupError):
        record("journal.never", by=None)
    with pytest.raises(ValueError, match="twice"):
        acts.register(SAID, "another sentence")
    assert acts.sentence(SAID) == "did a test"
    assert acts.sentence("gone.act") == "gone.act"
    assert SAID in acts.all_acts()


def test_free_text_is_forgotten_after_three_full_years() -> None:
    with time_machine.travel("2021-12-30T12:00:00+08:00", tick=False):
        old = record(SAID, by=None, detail="old words")
    with time_machine.travel("2022-01-02T12:00:00+08:00", tick=False):
        young = record(SAID, by=None, detail="young words")
    assert forget_details(datetime(2024, 12, 31, tzinfo=UTC)) == 0
    assert forget_details(datetime(2025, 1, 2, tzinfo=UTC)) == 1
    assert (detail_of(old.pk), detail_of(young.pk)) == (None, "young words")
