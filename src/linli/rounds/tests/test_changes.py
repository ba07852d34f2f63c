"""Whoever goes by what a round found hears of each visit once, and when it is taken back, inside its transaction."""

from __future__ import annotations

import pytest
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7
from linli.rounds import changes
from linli.rounds.actions.walked import Walker, take_back
from linli.rounds.models import Target, Visit, VisitAnnulment
from linli.rounds.testing_rounds import walk
from linli.rounds.testing_walk import make_walker, open_round
from linli.rounds.walked_items import TakenBack

pytestmark = pytest.mark.django_db


def test_a_visit_is_told_when_it_is_stored_and_when_it_is_taken_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[User | None, Visit, bool]] = []
    monkeypatch.setattr(changes, "_listeners", [])

    def listener(by: User | None, visit: Visit) -> None:
        heard.append((by, visit, VisitAnnulment.objects.filter(pk=visit.pk).exists()))

    changes.listen(listener)
    changes.listen(listener)
    own, now = make_walker(cast), timezone.now()
    user = own.user
    with cast.scope():
        one = open_round(cast, [cast.villas], own)
        visit = walk(one, list(Target.objects.filter(occurrence=one)), now, user).visit
        walk(one, list(Target.objects.filter(occurrence=one)), now, user, id=visit.pk)
        assert heard == [(user, visit, False)]
        sent = TakenBack(uuid7(), now, visit.pk)
        assert take_back(by=Walker(user, (), now), sent=sent)
        assert take_back(by=Walker(user, (), now), sent=sent)
    assert heard == [(user, visit, False), (user, visit, True)]


def test_a_visit_stays_out_with_what_its_listener_refuses(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_by: User | None, _visit: Visit) -> None:
        raise LookupError

    monkeypatch.setattr(changes, "_listeners", [broken])
    with cast.scope():
        one = open_round(cast, [cast.villas], make_walker(cast))
        with pytest.raises(LookupError):
            walk(one, list(Target.objects.filter(occurrence=one)), timezone.now())
        assert not Visit.objects.exists()
