"""Who stands at the gate with a phone (G12): chosen by the office, told to the phone, named in the log of every passage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.gates.actions.devices import Holder, make_token
from linli.gates.models import Check, Device, EnrolmentToken, Role
from linli.gates.queries import by_role
from linli.gates.testing import Issued, Phone, check
from linli.gates.tests.test_pages import form_of, get, post
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.models import Body, BodyKind
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.operations.models import Operation

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(cast: Cast) -> Body:
    """A property company of the neighbourhood."""
    return add_body(
        by=None, facts=BodyFacts("安居物业", BodyKind.objects.get(code="property_company"), cast.neighbourhood)
    )


def enrolled(cast: Cast, holder: Holder) -> tuple[Phone, dict[str, Any]]:
    """A phone for a holder, and what the server told it."""
    now, phone = timezone.now(), Phone()
    _, code = make_token(
        by=cast.users["secretary"],
        gate=cast.gates[0],
        shift_start=now,
        shift_end=now + timedelta(hours=8),
        holder=holder,
    )
    answer = phone.post_plain("enrol", {"token": code, "public_key": phone.public_key(), "name": "1号机"})
    phone.device = Device.objects.get(pk=answer["device"]).pk
    return phone, answer


def test_the_phone_hears_who_holds_it(cast: Cast, company: Body) -> None:
    phone, answer = enrolled(cast, Holder(Role.PROPERTY, company))
    assert (answer["role"], answer["body"]) == ("property", "安居物业")
    beat = phone.post("beat", {"queued": 0})
    assert (beat["role"], beat["body"]) == ("property", "安居物业")
    _, plain = enrolled(cast, Holder())
    assert (plain["role"], plain["body"]) == ("guard", None)
    made = Entry.objects.filter(act="gates.device_enrolled").order_by("id").values_list("data__role", flat=True)
    assert list(made) == ["property", "guard"]


def test_volunteers_and_property_staff_are_told_apart_in_the_log(
    cast: Cast, strict: Operation, company: Body, issued: Issued
) -> None:
    """G12: the log of a passage says who recorded it; figures by role add up to all of them."""
    people = [enrolled(cast, holder)[0] for holder in (Holder(Role.PROPERTY, company), Holder(Role.VOLUNTEER))]
    for phone, times in zip(people, (2, 3), strict=True):
        phone.send(
            *[
                check(issued, direction="out", decision={"outcome": "admitted", "reason": "leaving"})
                for _ in range(times)
            ]
        )
    with cast.scope():
        rows = Check.objects.all()
        assert by_role(rows) == [("volunteer", 3), ("property", 2)]
        one = rows.filter(device__role="property").first()
    page = get(cast, "secretary", f"/gates/{cast.gates[0].pk}/?show=all")
    assert "property staff · 安居物业" in page
    assert "volunteer 3 · property staff 2" in " ".join(page.split())
    only = get(cast, "secretary", f"/gates/{cast.gates[0].pk}/?show=all&role=volunteer")
    assert "property staff · 安居物业" not in only
    assert "property staff · 安居物业 · 1号机" in get(cast, "secretary", f"/gates/checks/{one.pk}/")


def test_the_office_chooses_the_role_when_it_makes_the_code(cast: Cast, company: Body) -> None:
    until = f"{timezone.localtime() + timedelta(hours=4):%H:%M}"
    form = {"gate": cast.gates[0].pk, "until": until, "role": "volunteer", "body": company.pk, "name": "西门2号"}
    page = post(cast, "secretary", "/gates/devices/", form).content.decode()
    assert "volunteer · 安居物业" in page
    assert EnrolmentToken.objects.get().role == "volunteer"
    refused_page = post(cast, "secretary", "/gates/devices/", {**form, "role": "staff_of_body", "body": ""})
    assert "Please choose the body whose staff holds the phone." in refused_page.content.decode()
    assert EnrolmentToken.objects.count() == 1
    enrolled(cast, Holder(Role.VOLUNTEER, company))
    assert "volunteer · 安居物业" in get(cast, "gate_captain", "/gates/devices/")


def test_a_role_that_is_none(cast: Cast) -> None:
    with refused("gates.role_unknown"):
        enrolled(cast, Holder("king"))
    with refused("gates.role_body"):
        enrolled(cast, Holder(Role.STAFF))


def test_what_a_person_wrote_down_by_hand_names_that_person(cast: Cast, strict: Operation, issued: Issued) -> None:
    path = f"/gates/{cast.gates[0].pk}/form/"
    assert post(cast, "guard", path, form_of(cast)).status_code == 200
    with cast.scope():
        row = Check.objects.get()
        assert by_role(Check.objects.all()) == [("", 1)]
    assert cast.users["guard"].display_name in get(cast, "secretary", f"/gates/checks/{row.pk}/")
