"""What walkers send is kept bare, and no longer than it is needed: photos, temperatures, answers about people."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from linli.ground.models import Mandate
from linli.ground.testing import Cast
from linli.inbox.models import RawUpload
from linli.inbox.queries import content_of
from linli.operations.actions import Order, open_operation
from linli.rounds import retention
from linli.rounds.actions.phones import cut_off
from linli.rounds.models import Occurrence, Plan, Question, Sheet, Target, VisitPhoto, VisitValue, WalkerPhone
from linli.rounds.testing_walk import WalkersPhone, make_walker, open_round, sent_photo, visit


@pytest.fixture
def walker(cast: Cast) -> Mandate:
    return make_walker(cast)


@pytest.fixture
def round_(cast: Cast, walker: Mandate) -> Occurrence:
    sheet = Sheet.objects.create(code="morning", title="早晚询问")
    Question.objects.create(sheet=sheet, position=1, field="temperature", label="体温", required=False)
    Question.objects.create(sheet=sheet, position=2, field="yes_no", label="咳嗽吗", required=False)
    return open_round(cast, cast.dwellings[2:5], walker, sheet=sheet)


@pytest.fixture
def phone(cast: Cast, walker: Mandate) -> WalkersPhone:
    found = WalkersPhone()
    found.enrol(cast.users["secretary"], walker, cast.neighbourhood)
    return found


def targets(occurrence: Occurrence) -> list[Target]:
    return list(occurrence.targets.order_by("sort"))


def asked(phone: WalkersPhone, round_: Occurrence) -> None:
    heat, cough = Question.objects.order_by("position")
    phone.send(visit(round_, targets(round_)[:1], values={str(heat.pk): "36.6", str(cough.pk): "no"}))


def test_what_waits_in_the_inbox_holds_no_position_either(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    shot = sent_photo()
    unread, no_picture = targets(round_)[:2]
    phone.send(visit(round_, [unread], values={"x": "y"}, photos=[shot]))
    phone.send(visit(round_, [no_picture], photos=[sent_photo(b"HEIC N31.2E121.3"), shot]))
    cut_off(by=cast.users["secretary"], device=WalkerPhone.objects.get())
    phone.send(visit(round_, [unread], photos=[sent_photo()]))
    with cast.scope():
        kept = [json.loads(content_of(row)) for row in RawUpload.objects.order_by("received_at")]
        photos = [one["photos"] for item in kept for one in (item if isinstance(item, list) else [item])]
        assert [len(one) for one in photos] == [1, 1, 1]
        assert not any(b"N31.2" in base64.b64decode(one["jpeg"]) for found in photos for one in found)


def test_a_photo_without_an_operation_goes_after_half_a_year(
    cast: Cast, round_: Occurrence, phone: WalkersPhone
) -> None:
    phone.send(visit(round_, targets(round_)[:1], photos=[sent_photo()]))
    with cast.scope():
        assert retention.due(timezone.now() + retention.PHOTOS_KEPT - timedelta(hours=1))["visit_photos"] == 0
        assert retention.erase(timezone.now() + retention.PHOTOS_KEPT)["visit_photos"] == 1
        assert VisitPhoto.objects.get().sealed is None


def test_a_temperature_goes_after_the_days_of_its_class(cast: Cast, round_: Occurrence, phone: WalkersPhone) -> None:
    asked(phone, round_)
    with cast.scope():
        assert "visit_values" not in retention.erase(timezone.now() + timedelta(days=13))
        after = timezone.now() + timedelta(days=15)
        assert retention.due(after)["visit_values"] == retention.erase(after)["visit_values"] == 1
        assert [row.question.field for row in VisitValue.objects.all()] == ["yes_no"]


def test_what_people_answered_goes_with_the_operation_of_their_plan(
    cast: Cast, round_: Occurrence, phone: WalkersPhone
) -> None:
    now = timezone.now()
    words = (
        "演练",
        "演练封闭式管理",
        "emergency",
        "传染病防治法 第四十二条",
        "区防控办",
        "居委会",
        "shanghai-2020-02-10",
    )
    operation = open_operation(
        by=None,
        neighbourhood=cast.neighbourhood,
        order=Order(*words),
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(days=2),
    )
    Plan.objects.filter(pk=round_.plan_id).update(operation=operation.pk, subject=Plan.Subject.PERSON)
    asked(phone, round_)
    with cast.scope():
        assert "visit_values" not in retention.erase(now + timedelta(days=1))
        assert retention.erase(now + timedelta(days=3))["visit_values"] == 2
