"""What stays of a visit's one entry when gates hear of it late: it is not given back, it is told to the others, and nothing is odd."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from linli.gates.models import GateException, Visit, VisitUse
from linli.gates.testing import Phone, open_strict
from linli.gates.visits.testing import VISITORS, announced, arrival
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7


@pytest.fixture
def phones(cast: Cast) -> list[Phone]:
    """A phone at each of the two gates, while visitors come in with consent."""
    open_strict(cast.neighbourhood, VISITORS)
    made = [Phone(), Phone()]
    for phone, gate in zip(made, cast.gates, strict=True):
        phone.enrol(cast.users["secretary"], gate)
    return made


@pytest.fixture
def visit(cast: Cast, phones: list[Phone]) -> Visit:
    """A visitor expected at the first gate."""
    with cast.scope():
        return announced(cast)


def test_an_entry_that_a_companion_made_stays_when_the_first_was_held(cast: Cast, phones: list[Phone]) -> None:
    with cast.scope():
        visit = announced(cast, party=2)
    first = arrival(visit, temperature=385, decision={"outcome": "refused", "reason": "fever"})
    phones[0].send(arrival(visit, party=first["id"]))
    phones[0].send(first)  # heard after his companion came in
    with cast.scope():
        assert VisitUse.objects.get().check_id == UUID(first["id"])
    (again,) = phones[1].send(arrival(visit))
    assert again["decision"]["reason"] == "code_used"


def test_an_entry_that_happened_is_not_given_back_by_saying_otherwise_of_it(
    cast: Cast, phones: list[Phone], visit: Visit
) -> None:
    sent = arrival(visit)
    phones[0].send(sent)
    phones[0].send({**sent, "decision": {"outcome": "held", "reason": "incomplete"}})
    with cast.scope():
        assert VisitUse.objects.get().check_id == UUID(sent["id"])


def test_a_refusal_of_a_code_that_is_used_is_nothing_odd(cast: Cast, phones: list[Phone], visit: Visit) -> None:
    now = timezone.now()
    entered = arrival(visit, made_offline=True, happened_at=(now - timedelta(minutes=30)).isoformat())
    refused = arrival(
        visit,
        made_offline=True,
        happened_at=(now - timedelta(minutes=20)).isoformat(),
        decision={"outcome": "refused", "reason": "code_used"},
    )
    answered = {"made_offline": False, "happened_at": (now - timedelta(minutes=5)).isoformat()}
    phones[1].send(arrival(visit, **answered))  # heard first, happened last: this entry stands
    results = phones[0].send(entered, refused)
    assert [r["overridden"] for r in results] == [True, False]
    with cast.scope():
        assert [row.kind for row in GateException.objects.all()] == ["double_use"]


def test_a_beat_tells_the_other_phones_which_codes_let_somebody_in(
    cast: Cast, phones: list[Phone], visit: Visit
) -> None:
    def told(phone: Phone) -> list[list[object]]:
        found: list[list[object]] = phone.post("beat", {"queued": 0})["used"]
        return found

    asked = str(uuid7())
    assert phones[1].post(f"visits/{visit.pk}/use", {"check": asked})["free"]
    assert told(phones[0]) == [], "asked for is not come in: it may be given back"
    sent = arrival(visit, id=asked)
    phones[1].send(sent)
    at = timezone.datetime.fromisoformat(sent["happened_at"])
    ((which, moment, gate),) = told(phones[0])
    assert (which, gate) == (str(visit.pk), cast.gates[1].pk)
    assert abs(int(str(moment)) - at.timestamp() * 1000) < 60_000
    assert told(phones[1]) == [], "the phone that let him in knows"
    with cast.scope():
        many = announced(cast, klass="worker", purpose="repair", consent="office", entries="many")
    phones[1].send(arrival(many))
    assert len(told(phones[0])) == 1, "a code of many entries is never used up"
    with cast.scope():
        Visit.objects.filter(pk=visit.pk).update(until=timezone.now())
    assert told(phones[0]) == [], "what is over needs no telling"


def test_a_clock_that_is_ahead_uses_up_today_and_makes_no_visitor_late(cast: Cast, phones: list[Phone]) -> None:
    now = timezone.now()
    with cast.scope():
        visit = announced(cast, until=now + timedelta(hours=1))
    (result,) = phones[0].send(arrival(visit, happened_at=(now + timedelta(hours=2)).isoformat()))
    assert (result["overridden"], result["decision"]["reason"]) == (False, "ok")
    with cast.scope():
        assert VisitUse.objects.get().happened_at <= timezone.now()
        assert [row.kind for row in GateException.objects.all()] == ["clock"]
