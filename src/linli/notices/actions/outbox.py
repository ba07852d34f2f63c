"""The worker's first half: who is to be told now is found and written down, with what goes out through the groups. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from linli.accounts.models import User
from linli.kernel.escalation import Step
from linli.notices import kinds, rules
from linli.notices.groups import Groups
from linli.notices.models import Addressee, Delivery, Notice, Telling
from linli.notices.recipients import Recipient, office, place_of, resolve, to_of

RELATED = ("neighbourhood", "to_mandate__place", "to_place", "to_area")
TO = ("to_mandate", "to_place", "to_area")
MOST = 500
"""Notices in one pass; the next pass takes the next."""


def tell_due(now: datetime) -> int:
    """Tell what is due, in the order in which it fell due; each notice is one transaction. Returns how many notices were told.

    Two workers may run it at once: a notice is claimed by moving its ``next_at`` on, and only if it still stands where it was read.
    """
    rows = Notice.objects.filter(next_at__lte=now).select_related(*RELATED).order_by("next_at", "pk")[:MOST]
    groups = Groups(timezone.localdate(now))
    return sum(_tell(notice, groups, now) for notice in rows)


def hand_on(now: datetime) -> int:
    """Tell open notices also to who holds the office, the zone or the mandate's place by now and was not told. Returns how many.

    An office is handed over, a zone is given to another body, an account is suspended: what waits does not stay with who left.
    """
    today = timezone.localdate(now)
    rows = Notice.objects.filter(acknowledged_at__isnull=True, settled_at__isnull=True, tellings__isnull=False)
    people: dict[Any, list[Recipient]] = {}
    handed = 0
    for notice in rows.distinct().select_related(*RELATED).prefetch_related("addressees"):
        target = (notice.neighbourhood_id, *(getattr(notice, f"{name}_id") for name in TO), notice.to_capacity)
        if target not in people:
            people[target] = resolve(to_of(notice), notice.neighbourhood, today)
        if _new(people[target], {(one.mandate_id, one.user_id) for one in notice.addressees.all()}):
            handed += _hand_on(notice, now)
    return handed


def _tell(notice: Notice, groups: Groups, now: datetime) -> bool:
    kind = kinds.kind_of(notice.kind)
    rhythm = rules.Rhythm(kind.repeat_after, kind.repeats, kind.steps, kind.then_every)
    told = _told(notice)
    turns = rules.turns(rhythm, notice.due_at, told, now)
    later = rules.next_turn(rhythm, notice.due_at, rules.after(told, turns, now), now)
    with transaction.atomic():
        if not Notice.objects.filter(pk=notice.pk, next_at=notice.next_at).update(next_at=later):
            return False
        sent: set[Any] = set()
        for turn in turns:
            telling = _written(notice, turn, now)
            channels = groups.of(notice, further_up=turn.step is not None)
            Delivery.objects.bulk_create(
                Delivery(
                    neighbourhood=notice.neighbourhood,
                    notice=notice,
                    telling=telling,
                    channel=channel,
                    kind=notice.kind,
                    next_at=now,
                )
                for channel in channels
                if channel.pk not in sent
            )
            sent |= {channel.pk for channel in channels}
    return bool(turns)


def _told(notice: Notice) -> rules.Told:
    rows = list(Telling.objects.filter(notice=notice))
    first = [row.at for row in rows if row.what == rules.FIRST]
    repeats = [row.number for row in rows if row.what == rules.AGAIN]
    steps = {Step(timedelta(seconds=row.seconds), row.capacity) for row in rows if row.what == rules.STEP}
    return rules.Told(min(first, default=None), max(repeats, default=0), steps)


def _written(notice: Notice, turn: rules.Turn, now: datetime) -> Telling:
    """The telling and whom it reaches; somebody told before is not written down again."""
    today = timezone.localdate(now)
    if turn.step is not None:
        people = office(turn.step.to, place_of(notice), today)
    else:
        people = resolve(to_of(notice), notice.neighbourhood, today)
    telling = Telling.objects.create(
        neighbourhood=notice.neighbourhood,
        notice=notice,
        what=turn.what,
        number=turn.number,
        seconds=int(turn.step.after.total_seconds()) if turn.step is not None else 0,
        capacity=turn.step.to if turn.step is not None else "",
        due_at=turn.due_at,
        at=now,
        reached=len({one.user.pk for one in people if one.user is not None}),
    )
    _address(notice, telling, people)
    return telling


def _address(notice: Notice, telling: Telling, people: Iterable[Recipient]) -> None:
    known = set(Addressee.objects.filter(notice=notice).values_list("mandate", "user"))
    new = {(one.mandate.pk, _pk(one.user)): one for one in people}
    Addressee.objects.bulk_create(
        Addressee(
            neighbourhood=notice.neighbourhood, notice=notice, telling=telling, mandate=one.mandate, user=one.user
        )
        for key, one in new.items()
        if key not in known
    )


def _hand_on(notice: Notice, now: datetime) -> bool:
    people = resolve(to_of(notice), notice.neighbourhood, timezone.localdate(now))
    with transaction.atomic():
        open_still = Notice.objects.filter(pk=notice.pk, acknowledged_at__isnull=True, settled_at__isnull=True)
        if not open_still.update(
            due_at=F("due_at")
        ):  # changes nothing but holds the row, so that one of two workers goes on
            return False
        known = set(Addressee.objects.filter(notice=notice).values_list("mandate", "user"))
        if not _new(people, known):
            return False
        number = Telling.objects.filter(notice=notice, what=Telling.What.HANDED).count()
        turn = rules.Turn(Telling.What.HANDED.value, now, number)
        _written(notice, turn, now)
    return True


def _new(people: Sequence[Recipient], known: set[tuple[int, int | None]]) -> bool:
    return any((one.mandate.pk, _pk(one.user)) not in known for one in people)


def _pk(user: User | None) -> int | None:
    return user.pk if user is not None else None
