"""What is erased when, what goes with a zone, and that no kind's title can hold a name."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from linli.ground.models import Area
from linli.ground.testing import Cast, make_cast
from linli.notices import kinds, retention
from linli.notices.actions.channels import join_areas, move_with_area
from linli.notices.actions.outbox import tell_due
from linli.notices.models import Addressee, Channel, Notice, Telling
from linli.notices.recipients import To
from linli.notices.tests.bot import Bot
from linli.notices.tests.helpers import group, notice, zone


def test_half_a_year_after_it_was_due_all_of_a_notice_goes(cast: Cast) -> None:
    now = timezone.now()
    old = notice(cast, "old", due_at=now - retention.KEPT - timedelta(days=1))
    kept = notice(cast, "kept", due_at=now - retention.KEPT + timedelta(days=1))
    with cast.scope():
        tell_due(now)
        assert retention.due(now) == {"notices": 1}
        assert retention.erase(now) == {"notices": 1}
        assert retention.erase(now) == retention.due(now) == {}
        assert Notice.objects.get() == kept
        assert not Addressee.objects.filter(notice=old.pk).exists()
        assert not Telling.objects.filter(notice=old.pk).exists()


def test_the_group_of_a_zone_goes_with_it(cast: Cast, group_bot: Bot) -> None:
    other = make_cast("别处居民区", "other_").neighbourhood
    area = zone(cast)
    channel = group(cast, group_bot, area=area)
    move_with_area(area, other)
    channel.refresh_from_db()
    assert channel.neighbourhood == other


def test_of_two_zones_that_become_one_the_groups_are_one(cast: Cast, group_bot: Bot) -> None:
    one, into = zone(cast, "一片"), zone(cast, "二片")
    first, second = group(cast, group_bot, area=one), group(cast, group_bot, "feishu", area=into)
    row = notice(cast, to=To(area=one))
    with cast.scope():
        join_areas(one, into)
        row.refresh_from_db()
        assert row.to_area == into
        Area.objects.get(pk=one.pk).delete()
    assert list(Channel.objects.filter(ended_at__isnull=True)) == [second]
    first.refresh_from_db()
    assert (first.area, bytes(first.sealed)) == (into, b"")


def test_every_title_is_a_plain_sentence() -> None:
    """A group reads it: nothing is filled into it, and it differs from the code."""
    for code, kind in kinds._kinds.items():
        assert "%" not in str(kind.title), code
        assert "{" not in str(kind.title), code
        assert str(kind.title) != code
