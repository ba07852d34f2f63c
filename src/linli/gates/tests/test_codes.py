"""A signature that was right is remembered; everything that can change is asked again, and wrong codes fill no memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.gates import codes
from linli.gates.keys import add_key
from linli.gates.models import Check, PermitKey
from linli.gates.parse import parse
from linli.gates.testing import Issued, Phone, check, event, issue, open_strict
from linli.gates.visits.testing import VISITORS, announced, arrival
from linli.ground.testing import Cast
from linli.kernel.permit_code import Status
from linli.operations.models import Operation


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    codes.signed.cache_clear()
    yield
    codes.signed.cache_clear()


def status(cast: Cast, **changes: Any) -> str:
    """What the server makes of a code at its moment."""
    item = parse(check(**changes))
    return codes.verify(cast.neighbourhood.pk, [item])[item.id].status


def test_a_right_signature_is_checked_once(cast: Cast, issued: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    assert status(cast, code=issued.code) == Status.VALID
    monkeypatch.setattr("linli.kernel.permit_code._check_signature", lambda *_: pytest.fail("checked again"))
    with CaptureQueriesContext(connection) as asked:
        assert status(cast, code=issued.code) == Status.VALID
    assert len(asked) == 0


def test_the_moment_is_asked_every_time(cast: Cast, issued: Issued) -> None:
    for at, expected in (
        (timezone.now(), Status.VALID),
        (issued.permit.since - timedelta(days=1), Status.NOT_YET),
        (issued.permit.until + timedelta(seconds=1), Status.EXPIRED),
        (timezone.now(), Status.VALID),
    ):
        assert status(cast, code=issued.code, happened_at=at.isoformat()) == expected


def test_wrong_codes_are_not_remembered(cast: Cast, issued: Issued) -> None:
    forged = issued.code[:-3] + ("000" if issued.code[-3:] != "000" else "001")
    for code in (forged, "LINLI1:ABC", "https://example.org", issued.code.replace("LINLI1", "LINLI9")):
        assert status(cast, code=code) not in (Status.VALID, Status.NOT_YET, Status.EXPIRED)
    assert codes.signed.cache_info().currsize == 0


def test_a_lost_card_and_a_withdrawn_key_are_seen_at_once(
    cast: Cast, strict: Operation, phone: Phone, issued: Issued
) -> None:
    def state() -> str:
        sent = check(issued)
        phone.send(sent)
        with cast.scope():
            return str(Check.objects.get(pk=sent["id"]).card_state)

    assert state() == "valid"
    with cast.scope():
        other = issue(cast.people[1], 2)
        event(issued.card, "lost")
    assert state() == "lost"
    issued = other
    assert state() == "valid"
    PermitKey.objects.filter(kid=other.card.kid).update(withdrawn_at=timezone.now())
    assert state() == "unknown"


def test_a_new_key_is_learned_from_the_first_card_that_names_it(cast: Cast, issued: Issued) -> None:
    assert status(cast, code=issued.code) == Status.VALID
    PermitKey.objects.filter(kid=issued.card.kid).update(since=timezone.now() - timedelta(days=9))
    add_key(cast.neighbourhood.pk, timezone.now())
    with cast.scope():
        newer = issue(cast.people[1], 2)
    assert newer.card.kid != issued.card.kid
    assert status(cast, code=newer.code) == Status.VALID
    assert status(cast, code=issued.code) == Status.VALID


def test_a_visitors_code_of_a_withdrawn_key_is_unknown_at_once(cast: Cast) -> None:
    open_strict(cast.neighbourhood, VISITORS)
    with cast.scope():
        code = arrival(announced(cast))["code"]
        assert status(cast, code=code) == Status.VALID
        PermitKey.objects.filter(neighbourhood=cast.neighbourhood).update(withdrawn_at=timezone.now())
        assert status(cast, code=code) == Status.UNKNOWN_KEY
