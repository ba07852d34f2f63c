"""Compare-and-swap: two clerks at one person, an import meanwhile; nothing is overwritten, the loser sees both values."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli import vault
from linli.ground.actions.correct import (
    NumberChange,
    correct_person,
    correct_state,
    facts_of,
    last_change,
    mark_of,
)
from linli.ground.actions.homes import find_state
from linli.ground.actions.people import DOCUMENT_CONTEXT, document_row, phone_row
from linli.ground.models import Document, DwellingState, Person, PersonKey, Phone, Residence
from linli.ground.testing import Cast, cast, client_as, make_cast
from linli.ground.typed_numbers import read_document, read_phone
from linli.journal.models import Entry
from linli.kernel.identity import check_character
from linli.kernel.refusal import Refusal

__all__ = ["cast"]
TODAY = date(2020, 3, 1)


def number(order: int = 701) -> str:
    """A valid identity number."""
    first = f"31010119900101{order}"
    return first + check_character(first)


def url(cast: Cast, who: int = 0, home: int = 0) -> str:
    """The page on which a person is corrected."""
    return reverse("ground:person", args=[cast.dwellings[home].pk, cast.people[who].pk])


def form_of(client: Client, path: str) -> dict[str, str]:
    """What the page's form would send as it stands."""
    page = client.get(path).content.decode()
    body = page[page.index("<form", page.index("<main")) :]
    data: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", body):
        values = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if values.get("type") not in ("checkbox", "radio") and "name" in values:
            data[values["name"]] = values.get("value", "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', options)
        data[name] = chosen.group(1) if chosen else re.findall(r'value="([^"]*)"', options)[0]
    data.pop("csrfmiddlewaretoken", None)
    return data


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page with both values."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def test_only_what_was_changed_is_written_and_the_search_keys_follow(cast: Cast) -> None:
    with cast.scope():
        person = cast.people[0]
        shown = facts_of(person)
        outcome = correct_person(
            by=cast.users["clerk"], person=person, was=shown, to={**shown, "name": "林 知秋", "born": "1990-01-02"}
        )
        assert (sorted(outcome.changed), outcome.clashes) == (["born", "name"], [])
        person.refresh_from_db()
        assert (person.name, person.born) == ("林 知秋", date(1990, 1, 2))
        assert PersonKey.objects.filter(person=person, key__startswith="lin").exists()
        entry = Entry.objects.filter(act="ground.person_corrected").latest("heard_at")
        assert entry.data == {"fields": ["born", "name"], "source": "page"}
        assert correct_person(by=None, person=person, was=shown, to=shown).changed == []


def test_two_clerks_at_one_person_the_second_sees_both_and_the_rest_goes_through(cast: Cast) -> None:
    clerk, secretary = client_as(cast.users["clerk"]), client_as(cast.users["secretary"])
    one, other = form_of(clerk, url(cast)), form_of(secretary, url(cast))
    assert clerk.post(url(cast), {**one, "name": "林知秋"}).status_code == 302
    answer = secretary.post(url(cast), {**other, "name": "林之夏", "remark": "养猫"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "林之夏" in page
    assert "林知秋" in page
    assert "clerk 槐安" in page
    with cast.scope():
        person = Person.objects.get(pk=cast.people[0].pk)
        assert person.name == "林知秋"
        assert facts_of(person)["remark"] == "养猫"
    chosen = {**hidden(page), "take_name": "yours"}
    assert secretary.post(url(cast), chosen).status_code == 302
    with cast.scope():
        assert Person.objects.get(pk=cast.people[0].pk).name == "林之夏"


def test_a_third_change_while_choosing_asks_again(cast: Cast) -> None:
    clerk = client_as(cast.users["clerk"])
    form = form_of(clerk, url(cast))
    with cast.scope():
        correct_person(by=None, person=cast.people[0], was={"name": "林知夏"}, to={"name": "甲"}, source="import:x")
    page = clerk.post(url(cast), {**form, "name": "乙"}).content.decode()
    assert "由一次导入" in page
    with cast.scope():
        correct_person(by=None, person=cast.people[0], was={"name": "甲"}, to={"name": "丙"})
    again = clerk.post(url(cast), {**hidden(page), "take_name": "yours"})
    assert again.status_code == 409
    assert "丙" in again.content.decode()
    left = clerk.post(url(cast), {**hidden(page), "take_name": "now"}, follow=True)
    assert "丙" in left.content.decode()


def test_numbers_are_swapped_by_their_mark_and_sealed(cast: Cast) -> None:
    with cast.scope():
        person = cast.people[0]
        row = document_row(person=person, kind="id", number=number(), checked=True, since=TODAY)
        row.save(force_insert=True)
    clerk, secretary = client_as(cast.users["clerk"]), client_as(cast.users["secretary"])
    one, other = form_of(clerk, url(cast)), form_of(secretary, url(cast))
    key = f"document_{row.pk}"
    assert one[key] == row.masked
    assert clerk.post(url(cast), {**one, key: number(703)}).status_code == 302
    answer = secretary.post(url(cast), {**other, key: number(705), "phone_new": "199-0000-0001"})
    assert answer.status_code == 409
    with cast.scope():
        row.refresh_from_db()
        assert vault.unseal_text(row.sealed, context=DOCUMENT_CONTEXT) == number(703)
        assert Phone.objects.get(person=person).masked == "199****0001"
    page = answer.content.decode()
    assert number(703) not in page
    secretary.post(url(cast), {**hidden(page), f"take_{key}": "yours"})
    with cast.scope():
        row.refresh_from_db()
        assert vault.unseal_text(row.sealed, context=DOCUMENT_CONTEXT) == number(705)
        assert row.checked
        assert not Entry.objects.filter(data__icontains=number(705)).exists()


def test_a_wrong_number_is_refused_and_what_was_typed_stays(cast: Cast) -> None:
    clerk = client_as(cast.users["clerk"])
    wrong = number()[:-1] + ("0" if number()[-1] != "0" else "1")
    answer = clerk.post(url(cast), {**form_of(clerk, url(cast)), "document_new": wrong, "name": "林知秋"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert wrong in page
    assert "林知秋" in page
    with cast.scope():
        assert not Document.objects.exists()
        assert Person.objects.get(pk=cast.people[0].pk).name == "林知夏"


def test_numbers_are_added_noted_and_taken_away(cast: Cast) -> None:
    with cast.scope():
        person = cast.people[0]
        row = phone_row(person=person, number="19900000001", since=TODAY)
        row.save(force_insert=True)
        noted = NumberChange("phone", row.pk, mark_of(row), None, "女儿")
        assert correct_person(by=None, person=person, was={}, to={}, numbers=[noted]).changed == ["phone"]
        row.refresh_from_db()
        assert row.note == "女儿"
        gone = NumberChange("phone", row.pk, mark_of(row), "")
        twice = [gone, gone]
        assert correct_person(by=None, person=person, was={}, to={}, numbers=twice).changed == ["phone"]
        stale = correct_person(
            by=None, person=person, was={}, to={}, numbers=[NumberChange("phone", row.pk, "x", "19900000002")]
        )
        assert [clash.now for clash in stale.clashes] == [""]
        added = NumberChange("document", None, "", "E12345678", "passport")
        assert correct_person(by=None, person=person, was={}, to={}, numbers=[added, added]).changed == ["document"]
        passport = Document.objects.get(person=person)
        with pytest.raises(Refusal) as wrong:
            correct_person(
                by=None,
                person=person,
                was={},
                to={},
                numbers=[NumberChange("document", passport.pk, mark_of(passport), None, "id")],
            )
        assert wrong.value.code == "ground.document_wrong"


def test_presence_begins_on_its_day_and_takes_relation_and_remark_along(cast: Cast) -> None:
    with cast.scope():
        person = cast.people[0]
        correct_person(by=None, person=person, was=facts_of(person), to={"remark": "养猫"})
        since = timezone.localdate() - timedelta(days=3)
        to = {"presence": "away", "away_note": "武汉 到3月"}
        assert correct_person(by=None, person=person, was=facts_of(person), to=to, since=since).changed
        row = Residence.objects.filter(person=person).latest("since")
        assert (row.presence, row.since, row.relation, row.remark, row.away_note) == (
            "away",
            since,
            "head",
            "养猫",
            "武汉 到3月",
        )
        assert Residence.objects.filter(person=person).count() == 2
        with pytest.raises(Refusal) as early:
            correct_person(
                by=None, person=person, was=facts_of(person), to={"presence": "here"}, since=date(2019, 1, 1)
            )
        assert early.value.code == "ground.since_wrong"
        assert last_change(person, "presence")[1] is not None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", " \x00 ", "ground.name_missing"),
        ("born", "2190-01-01", "ground.born_wrong"),
        ("born", "1990-02-30", "ground.born_wrong"),
        ("sex", "x", "ground.sex_unknown"),
        ("presence", "x", "ground.presence_unknown"),
    ],
)
def test_a_wrong_fact_is_refused_by_name(cast: Cast, field: str, value: str, code: str) -> None:
    with cast.scope(), pytest.raises(Refusal) as refused:
        correct_person(by=None, person=cast.people[0], was={}, to={field: value})
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "kind", "kept"),
    [
        (f" {number()} ", "id", number()),
        ("310101900101701", "id", None),
        ("E12345678", "passport", "E12345678"),
        ("H12345678", "hk_macao", "H12345678"),
        ("12345678", "taiwan", "12345678"),
        ("AB-1234", "other", "AB-1234"),
        ("1", "other", ""),
        (number()[:-1], "id", ""),
        ("E12345678", "id", ""),
        (number(), "passport", ""),
    ],
)
def test_documents_pass_the_kernels_checks(text: str, kind: str, kept: str | None) -> None:
    if kept == "":
        with pytest.raises(Refusal) as wrong:
            read_document(text, kind, today=TODAY)
        assert wrong.value.code == "ground.document_wrong"
        return
    found, checked = read_document(text, kind, today=TODAY)
    assert found == (kept or found)
    assert checked == (kind == "id")


def test_an_unknown_kind_and_a_wrong_phone_are_refused() -> None:
    with pytest.raises(Refusal) as kind:
        read_document(number(), "x", today=TODAY)
    assert kind.value.code == "ground.document_kind"
    for text in ("1990000", "19900000001/19900000002", "x"):
        with pytest.raises(Refusal) as phone:
            read_phone(text)
        assert phone.value.code == "ground.phone_wrong"


def test_a_state_found_meanwhile_is_shown_beside_ones_own(cast: Cast) -> None:
    clerk, home = client_as(cast.users["clerk"]), cast.dwellings[0]
    with cast.scope():
        find_state(by=cast.users["secretary"], dwelling=home, state="let")
    path = reverse("ground:home", args=[home.pk])
    answer = clerk.post(path, {"verb": "state", "was": "owner", "state": "vacant"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "出租" in page
    assert "secretary 槐安" in page
    with cast.scope():
        assert DwellingState.objects.filter(dwelling=home).latest("happened_at").state == "let"
    assert (
        clerk.post(
            path, {"verb": "state", **{k: v for k, v in hidden(page).items() if k in ("was", "state")}}
        ).status_code
        == 302
    )
    with cast.scope():
        assert DwellingState.objects.filter(dwelling=home).latest("happened_at").state == "vacant"
        assert correct_state(by=None, dwelling=home, was="owner", state="vacant").changed == ["state"]
        with pytest.raises(Refusal) as unknown:
            correct_state(by=None, dwelling=home, was="vacant", state="x")
        assert unknown.value.code == "ground.state_unknown"


def test_where_a_person_is_is_swapped_too(cast: Cast) -> None:
    clerk, home = client_as(cast.users["clerk"]), cast.dwellings[0]
    move: dict[str, Any] = {"verb": "move", "person": cast.people[0].pk, "was": "here", "was_note": "", "note": ""}
    path = reverse("ground:home", args=[home.pk])
    assert clerk.post(path, {**move, "presence": "away"}).status_code == 302
    assert clerk.post(path, {**move, "presence": "moved"}).status_code == 409
    with cast.scope():
        assert facts_of(cast.people[0])["presence"] == "away"


def test_only_who_may_correct_the_register_reaches_the_page(cast: Cast) -> None:
    leader = client_as(cast.users["building_leader"])
    assert leader.get(url(cast, 4, 2)).status_code == 403
    clerk = client_as(cast.users["clerk"])
    assert clerk.get(url(cast, 0, 2)).status_code == 404
    other = make_cast("别的居民区", "b_")
    assert clerk.get(url(other)).status_code == 404
    assert client_as(cast.users["stranger"]).get(url(cast)).status_code == 404
