"""Under which number a household reaches whoever looks after it."""

from __future__ import annotations

from datetime import date

from linli.care.calling import call_of
from linli.care.tests.own_stage import operation_of, quarantined
from linli.ground.actions.people import phone_row
from linli.ground.models import Body, BodyKind, Mandate, Phone
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry


def test_the_holders_own_then_where_people_ask_then_the_committees(cast: Cast) -> None:
    leader = cast.mandates["building_leader"]
    with cast.scope():
        assert call_of(leader, None) is None
        committee = BodyKind.objects.get(code="committee")
        Body.objects.create(kind=committee, place=cast.neighbourhood, name="槐安居委会", phone="021-5550 9999")
        found = call_of(leader, None)
        assert found is not None
        assert found.words == "021-5550 9999"
        asked = call_of(leader, operation_of(cast))
        assert asked is not None
        assert asked.words == "居委会 021-5550 1234"
        assert asked.dial.endswith("55501234")
        resident = Mandate(
            person=cast.people[0], place=cast.building, capacity="building_leader", since=date(2020, 1, 1)
        )
        phone_row(person=cast.people[0], number="19900001234", since=date(2020, 1, 1)).save()
        own = call_of(resident, None)
        assert own is not None
        assert own.dial == "19900001234"
        assert [one.source for one in (found, asked, own)] == ["committee", "operation", "holder"]
        assert call_of(None, None) is None


def test_whoever_looks_after_somebody_calls_him_from_the_page_and_that_is_journaled(cast: Cast) -> None:
    with cast.scope():
        operation_of(cast)
        case = quarantined(cast)
        phone_row(person=case.person, number="19900004321", since=date(2020, 1, 1)).save()
    path, sent = f"/care/homes/{case.household_id}/", {"verb": "phone", "case": str(case.pk)}
    helper = client_as(cast.users["building_leader"])
    assert "19900004321" not in helper.get(path).content.decode()
    assert 'href="tel:19900004321"' in helper.post(path, sent).content.decode()
    with cast.scope():
        assert Entry.objects.filter(act="ground.unmasked", by_user=cast.users["building_leader"].pk).count() == 1
        Phone.objects.all().delete()
    assert "敲门" in helper.post(path, sent).content.decode()
    assert client_as(cast.users["guard"]).post(path, sent).status_code in (403, 404)
