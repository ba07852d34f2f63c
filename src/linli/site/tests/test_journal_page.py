"""The page of the journal: sentences, filters, masked people, visible unmasking, nobody else's neighbourhood."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from linli.ground.testing import Cast, client_as, make_cast
from linli.journal.models import Entry, Pseudonym
from linli.journal.record import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(cast: Cast) -> Client:
    """A client of the secretary, with the second factor."""
    return client_as(cast.users["secretary"])


def unmasked(cast: Cast, reason: str = "核对电话") -> Entry:
    """The clerk saw a whole number of the first person."""
    return record(
        "ground.unmasked",
        by=cast.users["clerk"],
        subject=("person", cast.people[0].pk),
        neighbourhood=cast.neighbourhood.pk,
        detail=reason,
    )


def cells(cast: Cast, client: Client, query: str = "") -> list[list[str]]:
    """The words of the rows, in English."""
    table = client.get(f"/journal/?{query}").context["table"]
    with cast.scope(), translation.override("en"):
        return [[str(cell["text"]) for cell in line] for line in table.lines()]


def test_an_entry_is_a_sentence_with_who_what_and_on_what(cast: Cast, secretary: Client) -> None:
    record(
        "ground.office_handed_over",
        by=cast.users["secretary"],
        subject=("mandate", cast.mandates["clerk"].pk),
        neighbourhood=cast.neighbourhood.pk,
        data={"households": 12, "from": 1},
    )
    (row,) = cells(cast, secretary, "act=ground.office_handed_over")
    assert row[1] == cast.users["secretary"].display_name
    assert "handed over an office" in row[2]
    assert cast.users["clerk"].display_name in row[3]
    assert cast.neighbourhood.name in row[3]
    assert row[4] == "12 households"


def test_unmasking_is_visible_with_its_reason_and_a_masked_name(cast: Cast, secretary: Client) -> None:
    unmasked(cast)
    response = secretary.get("/journal/")
    page = response.content.decode()
    assert response.context["watched"] == 1
    assert "核对电话" in page
    assert cast.people[0].masked_name in page
    assert cast.people[0].name not in page
    assert "signal-amber" in page
    assert len(cells(cast, secretary, "act=ground.unmasked")) == 1


def test_a_deleted_pseudonym_makes_the_entry_anonymous(cast: Cast, secretary: Client) -> None:
    unmasked(cast)
    Pseudonym.objects.all().delete()
    page = secretary.get("/journal/").content.decode()
    assert cast.people[0].masked_name not in page
    assert "一位居民" in page or "a person" in page


def test_another_neighbourhood_s_entries_and_people_do_not_show(cast: Cast, secretary: Client) -> None:
    other = make_cast("泉口居民区", "other-")
    with other.scope():
        unmasked(other, "另一个居民区的理由")
    page = secretary.get("/journal/").content.decode()
    assert "另一个居民区的理由" not in page
    assert "other-" not in page
    record(
        "ground.unmasked",
        by=cast.users["clerk"],
        subject=("person", other.people[0].pk),
        neighbourhood=cast.neighbourhood.pk,
    )
    other.people[0].name = "欧阳"
    assert other.people[0].masked_name not in secretary.get("/journal/?act=ground.unmasked").content.decode()


def test_filters_by_who_what_and_day(cast: Cast, secretary: Client) -> None:
    unmasked(cast)
    clerk = cast.users["clerk"]
    assert {row[1] for row in cells(cast, secretary, f"who={clerk.pk}")} == {clerk.display_name}
    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    assert len(cells(cast, secretary, f"from={today}&to={today}&act=ground.unmasked")) == 1
    assert cells(cast, secretary, f"from={tomorrow}") == []
    everything = len(cells(cast, secretary))
    for nonsense in ("who=x", "act=no.such.act", "from=2020-13-45", "to=yesterday"):
        assert len(cells(cast, secretary, nonsense)) == everything


def test_what_a_phone_did_earlier_shows_both_clocks(cast: Cast, secretary: Client) -> None:
    record(
        "ground.state_found",
        by=cast.users["clerk"],
        subject=("place", cast.dwellings[0].pk),
        neighbourhood=cast.neighbourhood.pk,
        happened_at=timezone.now() - timedelta(hours=3),
    )
    (row,) = [r for r in cells(cast, secretary, f"who={cast.users['clerk'].pk}") if cast.dwellings[0].name in r[3]]
    assert "(" in row[0]


def test_the_sheet_and_the_paper_have_the_same_rows(cast: Cast, secretary: Client) -> None:
    unmasked(cast)
    assert "spreadsheet" in secretary.get("/journal/?as=xlsx")["Content-Type"]
    paper = secretary.get("/journal/?as=print&act=ground.unmasked").content.decode()
    assert cast.people[0].masked_name in paper


def test_fifty_entries_cost_no_more_than_five(
    cast: Cast, secretary: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(50):
        unmasked(cast, f"理由 {number}")
    with django_assert_max_num_queries(20):
        assert secretary.get("/journal/").status_code == 200


def test_only_who_may_read_the_journal_sees_it(cast: Cast) -> None:
    assert Client().get("/journal/").url.startswith("/accounts/login/")
    assert client_as(cast.users["stranger"]).get("/journal/").status_code == 404
    for name in ("clerk", "guard", "officer", "building_leader", "gate_captain"):
        assert client_as(cast.users[name]).get("/journal/").status_code == 403
    early = client_as(cast.users["secretary"], second_factor=False)
    assert early.get("/journal/").url.startswith("/accounts/second-factor/")
    assert client_as(cast.users["secretary"]).post("/journal/").status_code == 405


def test_acts_on_the_installation_stand_in_every_secretarys_journal(cast: Cast, secretary: Client) -> None:
    record("register.numbers_shown", by=None, data={"rows": 12, "by": "command line"})
    record("backup.made", by=None, data={"bytes": 5})
    rows = cells(cast, secretary)[:2]
    assert [row[3] for row in rows] == ["the whole installation"] * 2
    assert {"12 rows"} <= {row[4] for row in rows}
    assert secretary.get("/journal/").context["watched"] == 1, "numbers shown on the command line were seen too"
    assert len(cells(cast, secretary, "act=watched")) == 1
    assert client_as(cast.users["clerk"]).get("/journal/").status_code == 403


def test_acts_upon_an_account_of_no_neighbourhood_are_seen_where_it_holds_an_office(
    cast: Cast, secretary: Client
) -> None:
    elsewhere = make_cast("别处居民区", "other-")
    for user in (cast.users["guard"], elsewhere.users["guard"]):
        record("accounts.signed_in", by=user, subject=("user", user.pk))
    names = {row[1] for row in cells(cast, secretary, "act=accounts.signed_in")}
    assert names == {cast.users["guard"].display_name}


@pytest.mark.parametrize("query", ["who=²", "to=9999-12-31", "from=0001-01-01", "act=%00"])
def test_garbage_in_the_address_is_no_error(secretary: Client, query: str) -> None:
    assert secretary.get(f"/journal/?{query}").status_code == 200
