"""People and shifts as the kernel's roster knows them, read in a fixed number of statements. Within a scope.

One reader for who may sign up, who could step in, and what a proposal is made from: what a training, an exemption or an absence
means is decided once (:mod:`linli.kernel.roster`, :mod:`linli.duties.rules`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from linli.duties.models import Away, Exemption, Membership, Pairing, Shift, Stint, Trained, Volunteer
from linli.duties.models import Need as NeedRow
from linli.duties.rules import BARS, Candidate, Opening, age_of
from linli.kernel import roster

DAY = timedelta(days=1)
NEAR = timedelta(days=2)
"""So far beyond a span other duties are read: rest reaches over its ends."""


def lasting(since: date, until: date) -> Q:
    """Rows with ``since`` and ``until`` that hold on a day of ``since`` ≤ day < ``until``."""
    return Q(since__lt=until) & (Q(until__isnull=True) | Q(until__gt=since))


def _by_volunteer(rows: Iterable[tuple[UUID, str]]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for volunteer, code in rows:
        found[volunteer].add(str(code))
    return found


def _absences(ids: Sequence[UUID], since: date, until: date) -> dict[UUID, frozenset[date]]:
    found: dict[UUID, set[date]] = defaultdict(set)
    rows = Away.objects.filter(lasting(since, until), volunteer__in=ids).values_list("volunteer", "since", "until")
    for volunteer, begins, ends in rows:
        day, last = max(begins, since), min(ends or until, until)
        while day < last:
            found[volunteer].add(day)
            day += DAY
    return {volunteer: frozenset(days) for volunteer, days in found.items()}


def _times(ids: Sequence[UUID], since: date, until: date) -> dict[UUID, list[tuple[datetime, datetime]]]:
    found: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    rows = Stint.objects.filter(
        volunteer__in=ids,
        taken_at__isnull=False,
        released_at__isnull=True,
        shift__cancelled_at__isnull=True,
        shift__ends_at__gt=_midnight(since) - NEAR,
        shift__starts_at__lt=_midnight(until) + NEAR,
    ).values_list("volunteer", "shift__starts_at", "shift__ends_at")
    for volunteer, start, end in rows:
        found[volunteer].append((timezone.localtime(start), timezone.localtime(end)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _apart(ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = Pairing.objects.filter(Q(one__in=ids) | Q(other__in=ids), together=False).values_list("one", "other")
    for one, other in rows:
        found[one].add(str(other))
        found[other].add(str(one))
    return found


def candidates(volunteers: Sequence[Volunteer], since: date, until: date) -> dict[UUID, Candidate]:
    """Each of these people as the roster knows him on the days ``since`` ≤ day < ``until``; six statements."""
    ids = [one.pk for one in volunteers]
    on = lasting(since, until)
    trained = _by_volunteer(Trained.objects.filter(on, volunteer__in=ids).values_list("volunteer", "training"))
    bodies = _by_volunteer(Membership.objects.filter(on, volunteer__in=ids).values_list("volunteer", "body"))
    exempt = _by_volunteer(Exemption.objects.filter(on, volunteer__in=ids).values_list("volunteer", "code"))
    away, times, apart = _absences(ids, since, until), _times(ids, since, until), _apart(ids)
    return {
        one.pk: Candidate(
            roster.Person(
                str(one.pk),
                trainings=frozenset(trained[one.pk]),
                bodies=frozenset(bodies[one.pk] | ({str(one.home_id)} if one.home_id else set())),
                leads=one.leads,
                exempt=frozenset(exempt[one.pk]),
                away=away.get(one.pk, frozenset()),
                taken=tuple(times[one.pk]),
            ),
            age=age_of(one.born_year, one.adult_said_on, since),
            listed=one.since < until and (one.until is None or one.until > since),
            apart=frozenset(apart[one.pk]),
        )
        for one in volunteers
    }


def as_shift(shift: Shift, needs: Iterable[NeedRow]) -> roster.Shift:
    """A shift as the kernel knows it, in local time; what no need names is for anybody."""
    named = [
        roster.Need(
            one.count,
            training=str(one.training_id) if one.training_id else None,
            body=str(one.body_id) if one.body_id else None,
            leader=one.leader,
        )
        for one in needs
    ]
    rest = shift.wanted - sum(one.count for one in named)
    if rest > 0:
        named.append(roster.Need(rest))
    return roster.Shift(
        str(shift.pk),
        timezone.localtime(shift.starts_at),
        timezone.localtime(shift.ends_at),
        str(shift.post_id),
        tuple(named),
        BARS.get(shift.post.kind, frozenset()),
    )


def held(shifts: Sequence[Shift]) -> list[Stint]:
    """Every place of these shifts that is taken, with who has it, by name; one statement."""
    rows = Stint.objects.filter(shift__in=shifts, taken_at__isnull=False, released_at__isnull=True)
    return list(rows.select_related("volunteer").order_by("volunteer__sort_name", "pk"))


def openings(shifts: Sequence[Shift], stints: Sequence[Stint] | None = None) -> dict[UUID, Opening]:
    """Each of these shifts (with its post at hand) with who stands on it: by ``stints``, else by all that are :func:`held`.

    Seven statements, eight without ``stints``, however many shifts.
    """
    if not shifts:
        return {}
    stints = held(shifts) if stints is None else stints
    needs: dict[UUID, list[NeedRow]] = defaultdict(list)
    for need in NeedRow.objects.filter(shift__in=shifts):
        needs[need.shift_id].append(need)  # type: ignore[index]
    days = [timezone.localdate(one.starts_at) for one in shifts]
    known = candidates(list({one.volunteer_id: one.volunteer for one in stints}.values()), min(days), max(days) + NEAR)
    here: dict[UUID, list[roster.Person]] = defaultdict(list)
    for stint in stints:
        here[stint.shift_id].append(known[stint.volunteer_id].person)
    return {
        one.pk: Opening(
            as_shift(one, needs[one.pk]), tuple(here[one.pk]), one.cancelled_at is not None, one.post.signup
        )
        for one in shifts
    }
