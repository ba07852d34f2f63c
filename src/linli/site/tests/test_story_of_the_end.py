"""The end of the operation: its key is destroyed, counts stay, a certificate is printed; last week's backup is restored, and mute."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from unittest import mock

import time_machine
from django.apps import apps
from django.utils import timezone
from django.utils.html import strip_tags

from linli.care.errand_sealed import words_of as asked_of
from linli.care.models import Case, Errand, OnSite, Order, Reading
from linli.care.models.hidden import children_too
from linli.care.sealed import Said, said_of, words_of
from linli.gates.holds import call_of
from linli.gates.models import Hold
from linli.ground.scope import scoped_to_everything
from linli.ground.testing import client_as
from linli.journeys.actions.arrivals import text_of
from linli.journeys.actions.runs import Stop, plan_run
from linli.journeys.details import details_of, stop_of
from linli.journeys.models import ArrivalNotice, RunStop, Traveller
from linli.operations.actions import end_operation, purge
from linli.procedures import arrival
from linli.rounds.models import TargetSubject
from linli.rounds.queries import persons
from linli.site import backup, backup_keys, restore
from linli.site.backup import Source
from linli.site.tests.conftest import Office, sqlite_instead
from linli.site.tests.night_samples import OWN
from linli.site.tests.night_world import at, told
from linli.site.tests.test_story_of_fourteen_days import the_eleventh
from linli.vault import keyring


@contextmanager
def running(office: Office, database: Path, keys: Path) -> Iterator[None]:
    """This process is the installation with this database and these keys."""
    folders = {"LINLI_DATA": str(database.parent), "LINLI_KEYS": str(keys)}
    with mock.patch.dict(os.environ, folders), office.blocker.unblock(), sqlite_instead(database):
        yield


AUTHORITY = "长宁区人民政府"
REGISTER = ("ground", "register")
"""Who lives here stays in the register, whatever ends; no other room may say in clear that he was here in these days."""


def in_clear(needles: set[str]) -> list[tuple[str, str]]:
    """Every table outside the register that holds one of these words in any of its columns, as a text, in a JSON or among bytes."""
    found = set()
    with scoped_to_everything(reason="test"), children_too():
        for model in apps.get_models():
            if model._meta.app_label not in REGISTER:
                for row in model._base_manager.values_list():
                    text = "\n".join(map(_as_text, row))
                    found |= {(model._meta.db_table, needle) for needle in needles if needle in text}
    return sorted(found)


def _as_text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="ignore")
    return json.dumps(value, ensure_ascii=False, default=str)


def said_about_people() -> list[str]:
    """Every word about somebody of the night that can still be read."""
    with scoped_to_everything(reason="test"):
        words = [details_of(one).name for one in Traveller.objects.all()]
        words += [text_of(one) for one in ArrivalNotice.objects.all()]
        words += [words_of(one.oral) or "" for one in Order.objects.all()]
        words += [words_of(one.sealed) or "" for one in OnSite.objects.all()]
        words += [asked_of(one) or "" for one in Errand.objects.all()]
        words += [call_of(one) for one in Hold.objects.all()]
        words += [stop_of(one) for one in RunStop.objects.all()]
        words += [str(said.celsius) for one in Reading.objects.all() if (said := said_of(one)) is not None]
    return [word for word in words if word]


def test_last_weeks_backup_says_nothing_of_anybody_after_the_end(office: Office, tmp_path: Path) -> None:
    place, copies = tmp_path / "backups", tmp_path / "stick"
    with running(office, office.database, office.keys), told(OWN) as story:
        case = the_eleventh(story)
        reading = arrival.check(by=story.by, traveller=story.travellers[0], said=Said(Decimal("38.37")))
        assert reading is not None
        helper = story.mandates["helper"]
        arrival.run_errand(by=story.by, household=case.household, helper=helper, words="退烧药、米", fen=3_200)
        there = [Stop(words="浦东机场"), Stop(words="松涛苑3A号康家门口")]
        plan_run(by=story.by, neighbourhood=story.place, vehicle="car", planned_at=timezone.now(), stops=there)
        story.to(timezone.now() + timedelta(hours=5))
        assert set(persons(target__occurrence__plan__operation=story.operation.pk).values()) == {"康夏"}
        words = said_about_people()
        assert {"KANG/HARU", "38.37", "退烧药、米", "松涛苑3A号康家门口"} <= set(words)
        backup_keys.copy_keys(copies, now=timezone.now(), with_master=True)
        made = backup.make_backup(Source(office.data, sqlite=office.database), place, now=timezone.now())
        story.to(timezone.now() + timedelta(days=7), jobs=False)
        end_operation(by=story.users["secretary"], operation=story.operation)
        certificate = purge(by=story.users["secretary"], neighbourhood=story.place)
        backup_keys.refresh_copies(now=timezone.now())
        assert (certificate.key_destroyed, certificate.operation) == (True, story.operation)
        assert story.operation.key_name not in keyring().names()
        assert not Case.objects.filter(pk=case.pk).exists()
        counts = certificate.counts
        assert (counts["travellers"], counts["handovers"], counts["arrival_notices"]) == (1, 3, 1)
        assert sum(number for name, number in counts.items() if "reading" in name) == counts["care_errands"] == 1
        page = client_as(story.users["secretary"]).get(f"/operations/certificates/{certificate.pk}/")
        assert page.status_code == 200
        printed = strip_tags(page.content.decode())
        assert not [word for word in words if len(word) > 3 and word in printed]
    back = restore.restore(made.path, tmp_path / "new", keys_from=copies)
    with running(office, back.folder / "linli.sqlite3", back.keys), time_machine.travel(at("22 09:00")):
        with scoped_to_everything(reason="test"):
            assert Traveller.objects.count() == Reading.objects.count() == 1, "the rows of last week are there"
            assert TargetSubject.objects.exists()
        assert said_about_people() == []
        assert in_clear({AUTHORITY}), "which authority ordered it is no secret, and shows that every table is read"
        assert in_clear({*words, "康夏", "MZ0006011", "19900006011"} - {AUTHORITY}) == []
