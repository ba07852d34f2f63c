"""Nothing of the story stands in clear where it may not: no document, telephone or reading in logs, exports, error pages, the journal.

What every test of the repository writes is looked at as well (``tests/support/in_clear.py``, from ``conftest.py``); here the story is told
with a reading that cannot be mistaken, and whoever may not see it asks for every page of it.
"""

from __future__ import annotations

import io
import json
import logging
import zipfile
from decimal import Decimal

import pytest
from django.test import Client

from linli.care.models import Alarm
from linli.care.sealed import Said
from linli.ground.testing import client_as
from linli.journal.models import Entry
from linli.notices.models import Notice
from linli.procedures import arrival
from linli.site.tests.night_samples import OWN
from linli.site.tests.night_world import told
from linli.site.tests.test_story_of_fourteen_days import the_eleventh
from tests.support.in_clear import found_in

pytestmark = pytest.mark.django_db
READING = "38.37"


def test_nothing_of_the_night_stands_in_clear(db: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with told(OWN) as story:
        case = the_eleventh(story)
        (traveller,) = story.travellers
        arrival.check(
            by=story.by,
            traveller=traveller,
            said=Said(Decimal(READING), ("cough",), f"口腔温度 {READING}，电话 19900006011"),
        )
        arrival.run_errand(
            by=story.by,
            household=case.household,
            helper=story.mandates["helper"],
            words="药，电话 19900006011",
            fen=3_837,
        )
        secretary, officer, stranger = client_as(story.users["secretary"]), client_as(story.users["officer"]), Client()
        pages = (f"/journeys/{traveller.pk}/", f"/care/cases/{case.pk}/", f"/care/homes/{case.household_id}/")
        asked = [client.get(page) for client in (officer, stranger) for page in pages]
        assert {answer.status_code for answer in asked} <= {302, 403, 404}
        wrong = secretary.post(f"/care/cases/{case.pk}/reading/", {"temperature": READING, "words": "19900006011"})
        exports = [secretary.get(f"{path}?as=xlsx") for path in ("/journeys/", "/care/", "/operations/")]
        texts = [answer.content.decode("utf-8", "replace") for answer in asked]
        texts += [text for answer in exports for text in _sheets(answer.content)]
        texts += [json.dumps([row.act, row.subject, row.data], default=str) for row in Entry.objects.all()]
        texts += [f"{row.kind} {row.subject} {row.key}" for row in Notice.objects.all()]
        texts += caplog.messages
        assert [one for text in texts for one in found_in(text)] == []
        assert Alarm.objects.count() >= 1
        assert wrong.status_code < 500


def _sheets(content: bytes) -> list[str]:
    """The texts of a workbook; of a page its own."""
    if content[:2] != b"PK":
        return [content.decode("utf-8", "replace")]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
