"""The alarms of journeys: told again every ten minutes for a day, then every hour, and further up, until somebody takes them up, what
they are about is done, or the operation ends.

Who is late together is told together: a coach that does not come is one alarm with a count, not ten. ``told_as`` of a leg or a
traveller names the one that stands for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from linli.accounts.models import User
from linli.ground.models import Mandate, Place
from linli.journeys.models import ArrivalNotice, Leg, Traveller
from linli.kernel.escalation import Step
from linli.kernel.ids import uuid7
from linli.notices import kinds
from linli.notices.actions import notify, settle
from linli.notices.actions.telling import New, notify_all
from linli.notices.kinds import Said
from linli.notices.models import Notice
from linli.notices.recipients import To
from linli.ui.words import moment

ARRIVAL = "journeys.arrival"
LATE = "journeys.late"
WITHOUT_NEXT = "journeys.without_next"
UNDECIDED = "journeys.undecided"
UNMET = "journeys.unmet"
KINDS = (ARRIVAL, LATE, WITHOUT_NEXT, UNDECIDED, UNMET)
AGAIN = timedelta(minutes=10)
REPEATS = 24 * 6
LATER = timedelta(hours=1)
"""*(ours)*: for a day, longer than any night, every ten minutes; then more calmly, so that it is somebody and not a limit who ends it."""
CHUNK = 100
"""So many rows are told and marked in one transaction."""


LEG = ("alarm_at", "run", "taker", "traveller__owner")
TRAVELLER = ("alarm_at", "begun_at", "notice", "owner", "person")
"""What the worker reads of each: no words about anybody."""


def word_came(by: User | None, notice: ArrivalNotice) -> None:
    """Word of an arrival: its owner hears of it at once (T02)."""
    notify(by=by, kind=ARRIVAL, subject=("arrival_notice", notice.pk), neighbourhood=notice.neighbourhood,
           to=To(mandate=notice.owner), key=f"{ARRIVAL}:{notice.pk}")  # fmt: skip


def word_answered(notice: ArrivalNotice, now: datetime) -> None:
    """Somebody has seen to it."""
    settle(now=now, subject=("arrival_notice", notice.pk), neighbourhood=notice.neighbourhood)


def raise_due(neighbourhood: Place, now: datetime) -> int:
    """Tell of every leg and every traveller whose moment has passed, each once; returns how many rows. In the caller's scope.

    Stopped anywhere, the next turn goes on: what is told and what is marked as told are one transaction.
    """
    legs = Leg.objects.filter(neighbourhood=neighbourhood, done_by__isnull=True, cancelled_at__isnull=True)
    travellers = Traveller.objects.filter(neighbourhood=neighbourhood)  # who is closed owes nothing: alarm_at is empty
    told = _raise(neighbourhood, legs.select_related("traveller__owner").only(*LEG), now, _of_leg)
    return told + _raise(neighbourhood, travellers.select_related("owner").only(*TRAVELLER), now, _of_traveller)


Group = tuple[Any, ...]


def _raise(neighbourhood: Place, rows: Any, now: datetime, wanted: Callable[[Any], tuple[Group, str, Mandate]]) -> int:
    late = rows.filter(told_at__isnull=True, alarm_at__lt=now).order_by("alarm_at", "pk")
    told = 0
    while late.exists():
        with transaction.atomic():
            due = list(late.select_for_update(of=("self",))[:CHUNK])
            groups: dict[Group, list[Any]] = {}
            kind_of: dict[Group, tuple[str, Mandate]] = {}
            for row in due:
                group, kind, owner = wanted(row)
                groups.setdefault(group, []).append(row)
                kind_of[group] = (kind, owner)
            _tell(neighbourhood, groups, kind_of)
            for together in groups.values():
                which = [row.pk for row in together]
                rows.model.objects.filter(pk__in=which).update(told_at=now, told_as=which[0])
        told += len(due)
    return told


def _tell(
    neighbourhood: Place, groups: Mapping[Group, Sequence[Any]], kind_of: Mapping[Group, tuple[str, Mandate]]
) -> None:
    wanted = []
    for group, rows in groups.items():
        kind, owner = kind_of[group]
        first = rows[0]
        key = f"{kind}:{first.pk}:{uuid7()}"  # what is late again after it was done and taken back is told again
        wanted.append(
            New(kind, (_subject(first), first.pk), To(mandate=owner), key, first.alarm_at, {"count": len(rows)})
        )
    notify_all(by=None, neighbourhood=neighbourhood, wanted=wanted)


def _subject(row: Leg | Traveller) -> str:
    return "leg" if isinstance(row, Leg) else "traveller"


def _of_leg(leg: Leg) -> tuple[Group, str, Mandate]:
    """Together: the same run, or the same taker, at the same time, of the same owner."""
    owner = leg.traveller.owner
    return (leg.run_id or leg.taker_id, leg.alarm_at, owner.pk), LATE, owner


def _of_traveller(traveller: Traveller) -> tuple[Group, str, Mandate]:
    """Together: of one notice, due at the same time, of the same owner."""
    kind = WITHOUT_NEXT
    if traveller.begun_at is None:
        kind = UNDECIDED if traveller.person_id is None else UNMET
    return (kind, traveller.notice_id, traveller.alarm_at, traveller.owner_id), kind, traveller.owner


def legs_answered(legs: Iterable[Leg], now: datetime) -> None:
    """These legs are done or cancelled: an alarm ends with the last of those that were told together."""
    told = {leg.told_as for leg in legs if leg.told_as is not None}
    waiting = Leg.objects.filter(told_as__in=told, done_by__isnull=True, cancelled_at__isnull=True)
    _settle("leg", told, waiting.values_list("told_as", flat=True), now)


def travellers_answered(told: Collection[UUID], now: datetime) -> None:
    """Somebody saw to travellers who were told as these: an alarm ends with the last of those that were told together."""
    _settle("traveller", told, Traveller.objects.filter(told_as__in=told).values_list("told_as", flat=True), now)


def _settle(subject: str, told: Collection[UUID], waiting: Iterable[UUID], now: datetime) -> None:
    if told:
        for one in set(told) - set(waiting):
            settle(now=now, subject=(subject, one))


def forget(subjects: Mapping[str, Collection[UUID]], now: datetime) -> None:
    """Nobody is called any more to what is erased: ids by kind of subject (``leg``, ``traveller``, ``arrival_notice``)."""
    for kind, which in subjects.items():
        if which:
            rows = Notice.objects.filter(
                settled_at__isnull=True, subject_type=kind, subject__in=[str(pk) for pk in which]
            )
            rows.update(settled_at=now, next_at=None)


def end_all(now: datetime) -> int:
    """No operation is on any more in the caller's scope: nobody is called to what is about to be erased. Returns how many it ended."""
    rows = Notice.objects.filter(kind__in=KINDS, settled_at__isnull=True)
    return int(rows.update(settled_at=now, next_at=None)) if rows.exists() else 0


def _title(kind: str, count: int) -> str:
    if kind == LATE:
        return ngettext(
            "%(n)s traveller was not handed over in time", "%(n)s travellers were not handed over in time", count
        ) % {"n": count}
    if kind == WITHOUT_NEXT:
        return ngettext(
            "Nobody is planned to take %(n)s traveller next", "Nobody is planned to take %(n)s travellers next", count
        ) % {"n": count}
    if kind == UNMET:
        return ngettext("Nobody has met %(n)s traveller of ours", "Nobody has met %(n)s travellers of ours", count) % {
            "n": count
        }
    return ngettext(
        "It is not decided whether %(n)s traveller is ours",
        "It is not decided whether %(n)s travellers are ours",
        count,
    ) % {"n": count}


def describe(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    """How many and since when; who they are stands on the page, for those who may read it."""
    board = reverse("journeys:board")
    arrivals = {one.subject for one in notices if one.kind == ARRIVAL}
    words = {str(one.pk): one for one in ArrivalNotice.objects.filter(pk__in=arrivals).select_related("movement")}
    found = {}
    for one in notices:
        if one.kind != ARRIVAL:
            found[one.pk] = Said(_title(one.kind, one.count), moment(one.due_at), board)
        elif (word := words.get(one.subject)) is not None:
            flight = word.movement.number if word.movement is not None else ""
            detail = " · ".join(part for part in (flight, moment(word.received_at)) if part)
            found[one.pk] = Said(gettext_lazy("People are announced to arrive"), detail, reverse("journeys:notices"))
    return found


def register_all() -> None:
    """The kinds of notices of this room, from ``apps.py``: first whose it is, then the secretary, then the subdistrict."""
    up = (Step(timedelta(minutes=10), "secretary"), Step(timedelta(minutes=30), "officer"))
    for code, title in (
        (ARRIVAL, gettext_lazy("People are announced to arrive")),
        (LATE, gettext_lazy("Travellers were not handed over in time")),
        (WITHOUT_NEXT, gettext_lazy("Nobody is planned to take travellers next")),
        (UNMET, gettext_lazy("Nobody has met travellers of ours")),
        (UNDECIDED, gettext_lazy("It is not decided whether travellers are ours")),
    ):
        kinds.register(kinds.Kind(code, title, AGAIN, REPEATS, up, sound=True, describe=describe, then_every=LATER))
