"""The page of who is called before a passage: placed, extended, ended; for the office alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.accounts.models import User
from linli.gates.actions.holds import place_hold
from linli.gates.holds import call_of
from linli.gates.models import Hold
from linli.ground.actions.mandates import give_mandate
from linli.ground.models import Person, Residence
from linli.ground.testing import PASSWORD, Cast, client_as
from linli.kernel.ids import uuid7
from linli.operations.models import Operation

CALL = "居委会 199-0000-0001"


def get(cast: Cast, capacity: str, path: str, status: int = 200) -> str:
    client = client_as(cast.users[capacity])
    client.cookies["linli_language"] = "en"
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def post(cast: Cast, path: str, data: dict[str, Any]) -> Any:
    client = client_as(cast.users["secretary"])
    client.cookies["linli_language"] = "en"
    return client.post(path, data, follow=True)


def minute(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def given(person: Person, **changes: Any) -> dict[str, Any]:
    whole = {"q": "林知夏", "person": str(person.pk), "until": minute(timezone.now() + timedelta(days=2)), "call": CALL}
    return whole | changes


def test_placed_extended_and_ended(cast: Cast, strict: Operation) -> None:
    person = cast.people[0]
    assert "For nobody do the gates call first" in get(cast, "secretary", "/gates/holds/")
    assert "林**" in get(cast, "secretary", "/gates/holds/new/?q=林知夏")
    text = post(cast, "/gates/holds/new/", given(person)).content.decode()
    assert "For one person the gates call somebody first" in text
    for expected in ("林**", CALL, cast.users["secretary"].display_name, "听松别墅"):
        assert expected in text
    assert person.name not in text
    with cast.scope():
        hold = Hold.objects.get()
    later = timezone.now() + timedelta(days=5)
    assert "Extended." in post(cast, f"/gates/holds/{hold.pk}/extend", {"until": minute(later)}).content.decode()
    refused = post(cast, f"/gates/holds/{hold.pk}/extend", {"until": minute(timezone.now())})
    assert "not later" in refused.content.decode()
    assert "a day and a time" in post(cast, f"/gates/holds/{hold.pk}/extend", {"until": "x"}).content.decode()
    post(cast, f"/gates/holds/{hold.pk}/end", {})
    assert "For nobody" in get(cast, "secretary", "/gates/holds/")
    assert "No call stands" in get(cast, "secretary", f"/gates/holds/?person={person.pk}")


def test_what_is_wrong_stands_beside_its_field(cast: Cast, strict: Operation) -> None:
    person = cast.people[0]
    for wrong, words in (
        ({"call": ""}, "whom the gate calls"),
        ({"until": minute(timezone.now() - timedelta(days=1))}, "must lie after"),
        ({"until": minute(timezone.now() + timedelta(days=16))}, "At most 14 days"),
        ({"until": "soon"}, "until"),
        ({"person": str(uuid7())}, "person"),
    ):
        response = post(cast, "/gates/holds/new/", given(person) | wrong)
        assert response.status_code == 422
        assert words in response.content.decode()
    with cast.scope():
        assert not Hold.objects.exists()


def test_a_child_needs_no_number_where_the_guardian_is_known(cast: Cast, strict: Operation) -> None:
    with cast.scope():
        Person.objects.filter(pk=cast.people[0].pk).update(born=timezone.localdate() - timedelta(days=2000))
        Residence.objects.filter(person=cast.people[0]).update(relation="child")
    response = post(cast, "/gates/holds/new/", given(cast.people[0], call=""))
    assert "does not know who to call for this child" in response.content.decode()
    text = post(cast, "/gates/holds/new/", given(cast.people[0], call="外婆 199-0000-0012")).content.decode()
    assert "Call the guardian:" in text


def test_without_an_operation_the_page_says_so(cast: Cast) -> None:
    assert "Without an open operation" in get(cast, "secretary", "/gates/holds/")
    assert "Without an open operation" in get(cast, "secretary", "/gates/holds/new/?q=林知夏")


def test_for_the_office_alone(cast: Cast, strict: Operation) -> None:
    with cast.scope():
        hold = place_hold(
            by=None,
            person=cast.people[0],
            since=timezone.now(),
            until=timezone.now() + timedelta(days=1),
            call=CALL,
            source="procedure:arrival:1",
        )
        assert call_of(hold) == CALL
    cast.users["part"] = User.objects.create_user("part", PASSWORD, display_name="part")
    give_mandate(by=None, capacity="secretary", place=cast.gates[0], user=cast.users["part"])
    for page in ("/gates/holds/", "/gates/holds/new/"):
        for capacity in ("clerk", "gate_captain", "guard", "officer", "part"):
            get(cast, capacity, page, 403)
        get(cast, "stranger", page, 404)
    for verb in ("end", "extend"):
        path = f"/gates/holds/{hold.pk}/{verb}"
        for capacity, status in (("clerk", 403), ("part", 403), ("stranger", 404)):
            assert client_as(cast.users[capacity]).post(path).status_code == status
        assert client_as(cast.users["secretary"]).post(f"/gates/holds/{uuid7()}/{verb}").status_code == 404
    assert "a procedure" in get(cast, "secretary", "/gates/holds/")


@pytest.mark.parametrize("many", [2, 10])
def test_statements_of_the_page(cast: Cast, strict: Operation, many: int) -> None:
    now = timezone.now()
    with cast.scope():
        for person in cast.people[:many]:
            place_hold(by=cast.users["secretary"], person=person, since=now, until=now + timedelta(days=1), call=CALL)
    client = client_as(cast.users["secretary"])
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/gates/holds/").status_code == 200
    assert len(asked) <= 16
