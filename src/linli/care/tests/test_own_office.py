"""The office's side of own pages: slips made once and handed over, guardians of children under 14 (PIPL art. 28, 31)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli.care.actions.guardians import note_guardian, withdraw_guardian
from linli.care.actions.own_codes import make_own_code
from linli.care.guardian import require, require_for_reading
from linli.care.models import Case, OwnCode, Supervisor
from linli.care.tests.own_stage import attended, operation_of, phone, quarantined, refused
from linli.ground.actions.consents import Given
from linli.ground.models import Consent, Person
from linli.ground.testing import Cast, client_as


@pytest.fixture
def case(cast: Cast) -> Case:
    with cast.scope():
        operation_of(cast)
        return quarantined(cast)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def child(cast: Cast, case: Case) -> Person:
    with cast.scope():
        Person.objects.filter(pk=case.person_id).update(born=date(timezone.localdate().year - 9, 1, 1))
        case.person.refresh_from_db()
    found: Person = case.person
    return found


def given(**changes: Any) -> Given:
    said = {"purpose": "health", "relation": "mother", "given_by": "陆母", "way": "paper", **changes}
    return Given(**said)


def test_under_fourteen_a_guardian_agrees_first(cast: Cast, case: Case, child: Person) -> None:
    now = timezone.now()
    with cast.scope():
        with refused("care.guardian_consent"):
            make_own_code(by=cast.users["clerk"], case=case)
        require_for_reading(case, "morning", now)
        with refused("care.guardian_consent"):
            require_for_reading(case, "extra", now)
        with refused("care.guardian_relation"):
            note_guardian(by=cast.users["clerk"], child=child, said=given(relation="self"))
        note_guardian(by=cast.users["clerk"], child=child, said=given())
        slip = make_own_code(by=cast.users["clerk"], case=case)
        assert slip.row.to_guardian
        require(child, now)
        inside = phone(slip.code)
        withdraw_guardian(by=cast.users["clerk"], child=child)
        withdraw_guardian(by=cast.users["clerk"], child=child)
        assert Consent.objects.get().withdrawn_on is not None
    assert inside.get("/mine/data/").status_code == 403, "the child's page ends with the consent"


def test_the_office_makes_the_slip_and_hands_it_over(cast: Cast, case: Case) -> None:
    clerk = client_as(cast.users["clerk"])
    clerk.cookies["linli_language"] = "en"
    assert "No code yet" in page(clerk, f"/care/own/{case.pk}/")
    answer = clerk.post(f"/care/own/{case.pk}/", HTTP_HOST="linli.test")
    text = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    found = re.search(r"<code>([2-9A-Z]{5}-[2-9A-Z]{5})</code>", text)
    assert found is not None
    assert "24:00 on" in text
    assert "data:image/svg+xml" in text
    assert phone(found[1]).get("/mine/").status_code == 200
    assert "The code holds" in page(clerk, f"/care/own/{case.pk}/")
    assert b"slip-a6.css" in clerk.post(f"/care/own/{case.pk}/", {"a6": "1"}).content
    clerk.post(f"/care/own/codes/{OwnCode.objects.get(revoked_at__isnull=True).pk}/end/")
    assert "No code yet" in page(clerk, f"/care/own/{case.pk}/")
    stranger = client_as(cast.users["guard"])
    assert stranger.get(f"/care/own/{case.pk}/").status_code == 403


def test_the_helper_hands_it_over_for_her_own_household_only(cast: Cast, case: Case) -> None:
    leader = client_as(cast.users["building_leader"])
    assert leader.get(f"/care/own/{case.pk}/").status_code == 200
    with cast.scope():
        other = attended(cast)
        Case.objects.filter(pk=other.pk).update(kind="hardship")
        Supervisor.objects.filter(case=other).update(mandate=cast.mandates["secretary"])
    assert leader.get(f"/care/own/{other.pk}/").status_code == 404


def test_the_page_of_a_guardian(cast: Cast, case: Case, child: Person) -> None:
    clerk = client_as(cast.users["clerk"])
    clerk.cookies["linli_language"] = "en"
    assert "For one child" in page(clerk, "/care/own/children/")
    away = clerk.post(f"/care/own/{case.pk}/")
    assert away["Location"].endswith(f"/care/own/{case.pk}/guardian/")
    path = f"/care/own/{case.pk}/guardian/"
    empty = clerk.post(path, {"relation": "mother", "given_by": "", "way": "paper"})
    assert empty.status_code == 422
    said = {"relation": "mother", "given_by": "陆母", "way": "oral", "witness": "", "given_on": ""}
    assert b"who heard it" in clerk.post(path, said).content
    assert clerk.post(path, {**said, "witness": "周书记"}).status_code == 302
    assert "陆母 agreed" in page(clerk, path)
    assert "A guardian has agreed for every child" in page(clerk, "/care/own/children/")
    assert clerk.post(f"{path}withdraw/").status_code == 302
    assert "Which guardian agrees?" in page(clerk, path)
