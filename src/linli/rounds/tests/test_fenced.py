"""Rounds about people of whom only some may know: without the right they are on no page and in no figure; who walks them sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.ground.figures import AsOf
from linli.ground.testing import Cast, client_as
from linli.rounds import fenced
from linli.rounds.figures import over_in
from linli.rounds.models import Occurrence, Plan, Target
from linli.rounds.testing_rounds import walk
from linli.rounds.testing_walk import make_walker, open_round

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("right", "seen"), [("register.read", True), ("nobody.has_it", False)])
def test_only_who_has_the_right_sees_the_plan_its_rounds_and_visits(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, right: str, seen: bool
) -> None:
    monkeypatch.setattr(fenced, "_rights", {})
    own = make_walker(cast)
    one = open_round(cast, [cast.dwellings[0]], own, title="只给少数人看")
    Plan.objects.update(kind="quiet")
    (target,) = Target.objects.filter(occurrence=one)
    with cast.scope():
        visit = walk(one, [target], timezone.now()).visit
    fenced.fence("quiet", right)
    office = client_as(cast.users["secretary"])
    for path in (reverse("rounds:board"), reverse("rounds:plans"), reverse("rounds:day")):
        assert ("只给少数人看" in office.get(path).content.decode()) is seen, path
    for path in (
        reverse("rounds:round", args=[one.pk]),
        reverse("rounds:row", args=[target.pk]),
        reverse("rounds:plan", args=[one.plan_id]),
        reverse("rounds:visit", args=[visit.pk]),
    ):
        assert office.get(path).status_code == (200 if seen else 404), path
    assert own.user is not None
    assert "只给少数人看" in client_as(own.user).get(reverse("rounds:walk")).content.decode()


def test_it_is_in_no_figure_of_the_rounds(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fenced, "_rights", {})
    now = timezone.now()
    one = open_round(cast, [cast.villas], make_walker(cast))
    Occurrence.objects.update(closes_at=now - timedelta(minutes=1))
    as_of = AsOf.of(now)
    assert over_in([cast.neighbourhood], as_of) == [one]
    fenced.fence("patrol", "care.read")
    assert over_in([cast.neighbourhood], as_of) == []
