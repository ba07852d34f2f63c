"""The pages of one person: what is held, a copy, who opened it, consents, requests, erasure; and who is who."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from linli.ground.actions.consents import Given, give_consent, withdraw_consent
from linli.ground.actions.erase import decide_erasure
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.merge import join_people
from linli.ground.actions.people import unmask
from linli.ground.actions.requests import Asked, answer_request, note_request, pass_request
from linli.ground.minors import is_child, without_consent
from linli.ground.models import (
    Consent,
    Document,
    Merge,
    Person,
    PersonKey,
    Phone,
    Residence,
    RightsRequest,
)
from linli.ground.openings import openings, register_whole
from linli.ground.testing import Cast, client_as
from linli.ground.tests.test_who import BORN, DAY, ID_A, put, refused
from linli.journal.models import Entry, Pseudonym
from linli.journal.record import record


def english(cast: Cast, capacity: str) -> Client:
    """Somebody who reads the pages in English."""
    user = cast.users[capacity]
    user.language = "en"
    user.save(update_fields=["language"])
    return client_as(user)


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return english(cast, "clerk")


@pytest.fixture
def secretary(cast: Cast) -> Client:
    return english(cast, "secretary")


@pytest.fixture
def person(cast: Cast) -> Iterator[Person]:
    """Somebody with a document and a phone in the first villa."""
    with cast.scope():
        yield put(cast, "章荣茂", 0, BORN, document=ID_A, phone="19900001234")


def url(name: str, *keys: Any) -> str:
    return reverse(f"ground:{name}", args=keys)


def test_the_page_says_for_what_on_what_ground_and_how_long(clerk: Client, person: Person) -> None:
    page = clerk.get(url("person_data", person.pk)).content.decode()
    for text in (
        "章荣茂",
        "PIPL art. 13",
        "as long as you are on the register",
        "to tell people of the same name apart",
    ):
        assert text in page
    assert ID_A not in page
    assert "1234" in page


def test_the_statements_of_the_page_do_not_grow_with_the_register(cast: Cast, clerk: Client, person: Person) -> None:
    clerk.get(url("person_data", person.pk))
    with CaptureQueriesContext(connection) as few:
        clerk.get(url("person_data", person.pk))
    for n in range(20):
        put(cast, f"章荣{n}", n % 8, BORN)
    with CaptureQueriesContext(connection) as many:
        clerk.get(url("person_data", person.pk))
    assert len(many) == len(few) <= 60


@pytest.mark.parametrize("form", ["paper", "xlsx", "json"])
def test_a_copy_has_whole_numbers_and_is_journaled(clerk: Client, person: Person, form: str) -> None:
    assert clerk.get(url("person_copy", person.pk)).status_code == 200
    answer = clerk.post(url("person_copy", person.pk), {"to": "章荣茂", "checked": "document", "form": form})
    assert answer["Cache-Control"] == "no-store"
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
        text = str([[cell.value for cell in row] for row in sheet.iter_rows()])  # type: ignore[union-attr]
    else:
        text = answer.content.decode()
    assert ID_A in text
    assert "19900001234" in text
    if form == "json":
        facts = json.loads(text)["facts"]
        assert {"kind", "what", "value", "since", "source", "purpose", "ground", "kept"} == set(facts[0])
    (entry,) = Entry.objects.filter(act="ground.copy_given")
    assert entry.data == {"form": form, "checked": "document"}


def test_opening_a_home_is_written_down_once_a_day(
    cast: Cast, clerk: Client, secretary: Client, person: Person
) -> None:
    home = url("home", cast.dwellings[0].pk)
    for client in (clerk, clerk, secretary):
        client.get(home)
    rows = Entry.objects.filter(act="ground.home_opened")
    assert [(e.subject_kind, e.subject) for e in rows] == [("household", str(cast.households[0].pk))] * 2
    assert all(e.data == {} for e in rows)
    with CaptureQueriesContext(connection) as again:
        clerk.get(home)
    assert [q for q in again if "INSERT" in q["sql"] and "journal" in q["sql"]] == []


def test_who_opened_it_is_listed_for_the_secretary_and_on_paper(
    cast: Cast, clerk: Client, secretary: Client, person: Person
) -> None:
    with cast.scope():
        unmask(by=cast.users["clerk"], row=Document.objects.get(), reason="核对户口本")
        stranger = put(cast, "过客", 5)
        record(
            "ground.person_corrected",
            by=cast.users["clerk"],
            subject=("person", stranger.pk),
            neighbourhood=cast.neighbourhood.pk,
        )
        home = ("household", cast.households[5].pk)
        record("ground.home_opened", by=cast.users["clerk"], subject=home, neighbourhood=cast.neighbourhood.pk)
        register_whole("register.numbers_shown")
        record("register.numbers_shown", by=None, neighbourhood=cast.neighbourhood.pk)
    clerk.get(url("home", cast.dwellings[0].pk))
    page = secretary.get(url("person_opened", person.pk)).content.decode()
    for text in (
        "saw a whole number",
        "核对户口本",
        "opened the page of a home",
        "the whole register",
        "handled 3 times",
    ):
        assert text in page
    paper = secretary.get(url("person_opened", person.pk) + "?as=print").content.decode()
    assert "Signature" in paper
    assert Entry.objects.filter(act="ground.openings_shown").count() == 1
    assert secretary.get(url("person_opened", person.pk) + "?as=xlsx").status_code == 200
    assert clerk.get(url("person_opened", person.pk)).status_code == 403


def test_a_home_counts_only_while_the_person_lived_there(cast: Cast, person: Person) -> None:
    Residence.objects.create(
        neighbourhood=cast.neighbourhood, person=person, household=cast.households[4], since=timezone.localdate()
    )
    for number in (0, 4):
        subject = ("household", cast.households[number].pk)
        record("ground.home_opened", by=None, subject=subject, neighbourhood=cast.neighbourhood.pk)
    assert [e.subject for e in openings(person)] == [str(cast.households[4].pk)]


def test_consent_is_given_and_withdrawn_with_one_button(cast: Cast, clerk: Client, person: Person) -> None:
    said = {"purpose": "contact", "relation": "self", "given_by": "章荣茂", "way": "paper"}
    clerk.post(url("give_consent", person.pk), said)
    row = Consent.objects.get()
    assert (row.purpose, row.noted_by, row.withdrawn_on) == ("contact", cast.users["clerk"].pk, None)
    assert "Withdraw" in clerk.get(url("person_data", person.pk)).content.decode()
    clerk.post(url("withdraw_consent", row.pk))
    row.refresh_from_db()
    assert row.withdrawn_on == timezone.localdate()
    clerk.post(url("give_consent", person.pk), said)
    assert Consent.objects.count() == 2
    clerk.post(url("give_consent", person.pk), {"purpose": "x"})
    assert [e.act for e in Entry.objects.filter(act__startswith="ground.consent").order_by("id")] == [
        "ground.consent_given", "ground.consent_withdrawn", "ground.consent_given",
    ]  # fmt: skip


def test_what_a_consent_refuses(person: Person) -> None:
    today = timezone.localdate()
    spoken = Given("register", "mother", "李娜", "oral")
    refused("ground.consent_incomplete", lambda: give_consent(by=None, person=person, given=spoken))
    refused(
        "ground.consent_incomplete",
        lambda: give_consent(by=None, person=person, given=Given("x", "self", "a", "paper")),
    )
    late = Given("register", "self", "章荣茂", "paper", on=today + timedelta(days=1))
    refused("ground.consent_future", lambda: give_consent(by=None, person=person, given=late))
    own = Given("register", "self", "章荣茂", "paper")
    row = give_consent(by=None, person=person, given=own)
    refused("ground.consent_twice", lambda: give_consent(by=None, person=person, given=own))
    withdraw_consent(by=None, consent=withdraw_consent(by=None, consent=row))
    person.born = today - timedelta(days=3000)
    refused("ground.consent_guardian", lambda: give_consent(by=None, person=person, given=own))
    assert (
        give_consent(by=None, person=person, given=Given("register", "mother", "李娜", "oral", "王五")).witness
        == "王五"
    )


def test_children_without_a_guardians_consent_are_listed_with_an_owner(
    cast: Cast, clerk: Client, person: Person
) -> None:
    child = put(cast, "章小宝", 0, timezone.localdate() - timedelta(days=3000))
    put(cast, "章中学", 1, date(timezone.localdate().year - 15, 1, 1))
    gone = put(cast, "章离开", 1, timezone.localdate() - timedelta(days=3000))
    Residence.objects.create(neighbourhood=cast.neighbourhood, person=gone, presence="moved", since=date(2021, 1, 1))
    (row,) = without_consent(cast.neighbourhood, timezone.localdate())
    assert (row.person, row.owner.holder_name) == (child, cast.users["secretary"].display_name)  # type: ignore[union-attr]
    page = clerk.get(url("minors")).content.decode()
    assert "章小宝" in page
    assert cast.users["secretary"].display_name in page
    assert "no guardian" in clerk.get(url("person_data", child.pk)).content.decode()
    give_consent(by=None, person=child, given=Given("register", "mother", "李娜", "paper"))
    assert without_consent(cast.neighbourhood, timezone.localdate()) == []
    assert "Under 14: no guardian" not in clerk.get(url("person_data", child.pk)).content.decode()


def test_the_fourteenth_birthday() -> None:
    today = date(2024, 2, 29)
    assert not is_child(Person(born=date(2010, 2, 28)), today)
    assert is_child(Person(born=date(2010, 3, 1)), today)
    assert not is_child(Person(born=date(2010, 5, 1)), date(2024, 5, 1))
    assert is_child(Person(born=date(2010, 5, 1)), date(2024, 4, 30))
    assert is_child(Person(born=date(2010, 1, 1), born_about=True), date(2024, 5, 1))
    assert not is_child(Person(born=date(2009, 12, 31), born_about=True), date(2024, 5, 1))
    assert not is_child(Person(), today)


def test_a_request_has_an_owner_and_a_day_and_an_answer(
    cast: Cast, clerk: Client, secretary: Client, person: Person
) -> None:
    assert clerk.get(url("rights_ask", person.pk)).status_code == 200
    clerk.post(url("rights_ask", person.pk), {"kind": "correct", "checked": "document", "words": "生日写错了"})
    row = RightsRequest.objects.get()
    assert row.due == timezone.localdate() + timedelta(days=30)
    assert row.owner.holder_name == cast.users["secretary"].display_name  # type: ignore[union-attr]
    page = url("rights_request", row.pk)
    assert "生日写错了" in clerk.get(page).content.decode()
    assert "章荣茂" in clerk.get(url("rights_requests")).content.decode()
    assert clerk.post(page, {"verb": "answer", "outcome": "done"}).status_code == 403
    secretary.post(page, {"verb": "pass", "to": str(cast.mandates["clerk"].pk)})
    secretary.post(page, {"verb": "answer", "outcome": "refused"})
    row.refresh_from_db()
    assert (row.owner_id, row.outcome) == (cast.mandates["clerk"].pk, "")
    secretary.post(page, {"verb": "answer", "outcome": "refused", "reasons": "证件上就是这一天"})
    row.refresh_from_db()
    assert (row.outcome, row.reasons) == ("refused", "证件上就是这一天")
    paper = secretary.get(url("request_paper", row.pk)).content.decode()
    assert "证件上就是这一天" in paper
    assert "Signature" in paper
    assert "□" in clerk.get(url("request_blank")).content.decode()
    assert secretary.post(page, {"verb": "x"}).status_code == 404


def test_what_a_request_refuses(cast: Cast, person: Person) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    refused("ground.request_incomplete", lambda: note_request(by=None, person=person, asked=Asked("x", "document")))
    refused(
        "ground.request_future", lambda: note_request(by=None, person=person, asked=Asked("see", "known", on=tomorrow))
    )
    row = note_request(by=None, person=person, asked=Asked("see", "known"))
    refused("ground.outcome_unknown", lambda: answer_request(by=None, request=row, outcome="x"))
    refused("ground.reasons_missing", lambda: answer_request(by=None, request=row, outcome="partly"))
    refused("ground.not_an_erasure", lambda: decide_erasure(by=None, request=row, parts=["person"]))
    answer_request(by=None, request=row, outcome="done")
    refused("ground.request_answered", lambda: answer_request(by=None, request=row, outcome="done"))
    refused("ground.request_answered", lambda: pass_request(by=None, request=row, to=cast.mandates["clerk"]))
    elsewhere = cast.mandates["officer"]
    elsewhere.place = None
    refused("ground.other_neighbourhood", lambda: pass_request(by=None, request=row, to=elsewhere))
    erasure = note_request(by=None, person=person, asked=Asked("delete", "known"))
    refused("ground.erase_by_decision", lambda: answer_request(by=None, request=erasure, outcome="done"))
    refused("ground.parts_missing", lambda: decide_erasure(by=None, request=erasure, parts=[]))
    refused("ground.reasons_missing", lambda: decide_erasure(by=None, request=erasure, parts=["phones"]))
    answer_request(by=None, request=erasure, outcome="refused", reasons="仍住在本居民区")


def test_part_of_it_is_erased_and_the_rest_stays_with_reasons(secretary: Client, person: Person) -> None:
    Residence.objects.filter(person=person).update(remark="独居，有慢性病")
    row = note_request(by=None, person=person, asked=Asked("delete", "known"))
    page = url("rights_request", row.pk)
    assert "What is erased" in secretary.get(page).content.decode()
    secretary.post(
        page,
        {
            "verb": "erase",
            "parts": ["documents", "phones", "notes", "details"],
            "reasons": "仍住在这里，姓名和住址要留",
        },
    )
    row.refresh_from_db()
    assert (row.outcome, row.erased["counts"]["documents"], row.erased["counts"]["phones"]) == ("partly", 1, 1)
    person.refresh_from_db()
    assert (person.name, person.born, person.nation) == ("章荣茂", None, "")
    assert (Document.objects.count(), Phone.objects.count()) == (0, 0)
    assert Residence.objects.get(person=person).remark == ""
    assert "document numbers" in secretary.get(page).content.decode()


def test_everything_is_erased_and_the_journal_no_longer_names(cast: Cast, secretary: Client, person: Person) -> None:
    other = put(cast, "章蓉茂", 4, BORN)
    join_people(by=cast.users["clerk"], kept=person, other=other)
    give_consent(by=None, person=person, given=Given("register", "self", "章荣茂", "paper"))
    first = note_request(by=None, person=person, asked=Asked("see", "known", words="看看"))
    answer_request(by=None, request=first, outcome="done")
    secretary.get(url("person_data", person.pk))
    assert Pseudonym.objects.filter(kind="person").count() == 2
    row = note_request(by=None, person=person, asked=Asked("delete", "known", asked_by="章荣茂", words="都删掉"))
    secretary.post(url("rights_request", row.pk), {"verb": "erase", "parts": ["person"]})
    row.refresh_from_db()
    assert (row.outcome, row.person, row.words, row.asked_by) == ("done", None, "", "")
    for model in (Document, Phone, Consent, Merge):
        assert model.objects.count() == 0, model
    ids = [person.pk, other.pk]
    assert not Person.objects.filter(pk__in=ids).exists()
    assert not PersonKey.objects.filter(person__in=ids).exists()
    assert not Pseudonym.objects.filter(kind="person").exists()
    written = str(list(Entry.objects.values_list("subject", "data")))
    assert not [pk for pk in ids if str(pk) in written]
    first.refresh_from_db()
    assert (first.person, first.words) == (None, "")
    page = secretary.get(url("rights_request", row.pk)).content.decode()
    assert "An erased person" in page
    assert "章荣茂" not in page
    assert secretary.get(url("request_paper", row.pk)).status_code == 200


def test_an_office_holder_is_not_erased_altogether(cast: Cast, person: Person) -> None:
    give_mandate(by=None, capacity="volunteer", place=cast.neighbourhood, person=person)
    row = note_request(by=None, person=person, asked=Asked("delete", "known"))
    refused("ground.erase_blocked", lambda: decide_erasure(by=None, request=row, parts=["person"]))
    decide_erasure(by=None, request=row, parts=["phones"], reasons="任职期间保留姓名")
    assert Phone.objects.count() == 0


def test_who_sees_only_a_building_sees_nobody_outside(cast: Cast, person: Person) -> None:
    leader = client_as(cast.users["building_leader"])
    assert leader.get(url("person_data", person.pk)).status_code == 404
    inside = put(cast, "章内", 3, DAY)
    assert leader.get(url("person_data", inside.pk)).status_code == 200
    assert leader.get(url("alike")).status_code == 403


@pytest.mark.parametrize("name", ["alike", "minors", "rights_requests", "request_blank"])
def test_a_stranger_sees_nothing(cast: Cast, name: str) -> None:
    assert client_as(cast.users["stranger"]).get(url(name)).status_code == 404
    assert Client().get(url(name)).status_code == 302
