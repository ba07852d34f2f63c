"""What a proposal is made from, and how it stands: people, shifts, what was agreed and fixed, as the kernel's problem. Within a scope."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from linli.duties.candidates import NEAR, as_shift, candidates, lasting
from linli.duties.generating import midnight
from linli.duties.models import (
    Availability,
    Membership,
    Need,
    Pairing,
    Post,
    Proposal,
    ProposedStint,
    Shift,
    Stint,
    Trained,
    Volunteer,
    Wish,
)
from linli.duties.rules import Age
from linli.kernel import roster
from linli.kernel.roster_cost import load_of

SILENT = timedelta(seconds=15)
"""A solver that gave no sign of life for so long is no more: it says something every second."""
LONGEST = timedelta(days=62)


class Standing(StrEnum):
    """How a proposal stands, derived. BROKEN: worked out by nobody any more. CHANGED: something was fixed since it was worked out."""

    RUNNING = "running"
    BROKEN = "broken"
    READY = "ready"
    CHANGED = "changed"
    TAKEN = "taken"
    DROPPED = "dropped"


def standing(proposal: Proposal, now: datetime) -> Standing:
    """How it stands at a moment."""
    state = Proposal.State(proposal.state)
    if state in (Proposal.State.WAITING, Proposal.State.RUNNING):
        alive = proposal.beat_at is not None and now - proposal.beat_at <= SILENT
        return Standing.RUNNING if alive else Standing.BROKEN
    return {
        Proposal.State.DONE: Standing.READY if proposal.basis else Standing.CHANGED,
        Proposal.State.FAILED: Standing.BROKEN,
        Proposal.State.TAKEN: Standing.TAKEN,
        Proposal.State.DROPPED: Standing.DROPPED,
    }[state]


@dataclass(frozen=True)
class Basis:
    """What is there at a moment. ``agreed``: (volunteer, shift) that hold already; ``mark``: a fingerprint of who stands where."""

    proposal: Proposal
    posts: dict[UUID, Post]
    shifts: dict[UUID, Shift]
    people: dict[UUID, Volunteer]
    agreed: frozenset[tuple[UUID, UUID]]
    mark: str

    @cached_property
    def problem(self) -> roster.Problem:
        """All of it, and what the people said, as the kernel's problem."""
        return _problem(self.proposal, list(self.people.values()), self.shifts, self.agreed)


def basis(proposal: Proposal, now: datetime) -> Basis:
    """Read it, in a fixed number of statements: the shifts that are still to come, the people of age on the roster."""
    posts = {one.pk: one for one in Post.objects.filter(pk__in=proposal.posts, neighbourhood=proposal.neighbourhood_id)}
    begins = max(midnight(proposal.since), now)
    rows = Shift.objects.filter(post__in=posts, cancelled_at__isnull=True, starts_at__lt=midnight(proposal.until))
    shifts = {
        one.pk: one for one in rows.filter(starts_at__gte=begins).select_related("post").order_by("starts_at", "pk")
    }
    people = {one.pk: one for one in _listed(proposal)}
    stints = list(
        Stint.objects.filter(
            Q(shift__in=shifts) | Q(volunteer__in=people),
            taken_at__isnull=False,
            released_at__isnull=True,
            shift__cancelled_at__isnull=True,
            shift__ends_at__gt=begins - NEAR,
            shift__starts_at__lt=midnight(proposal.until) + NEAR,
        )
        .order_by("pk")
        .values_list("pk", "volunteer", "shift")
    )
    agreed = frozenset((volunteer, shift) for _, volunteer, shift in stints if shift in shifts)
    for gone in Volunteer.objects.filter(pk__in={one for one, _ in agreed} - people.keys()):
        people[gone.pk] = gone  # no more on the roster, but still on a shift
    return Basis(proposal, posts, shifts, people, agreed, _mark(stints, shifts.values()))


def _mark(stints: Sequence[tuple[UUID, UUID, UUID]], shifts: Iterable[Shift]) -> str:
    """Changes when somebody takes or gives back a place, here or elsewhere, and when a shift changes."""
    rows = [*(map(str, one) for one in stints), *(map(str, (s.pk, s.wanted, s.starts_at, s.ends_at)) for s in shifts)]
    return hashlib.sha256("\n".join(" ".join(one) for one in rows).encode()).hexdigest()


def _listed(proposal: Proposal) -> Iterable[Volunteer]:
    """Who is on the roster on a day of the span."""
    return Volunteer.objects.filter(
        lasting(proposal.since, proposal.until), neighbourhood=proposal.neighbourhood_id
    ).order_by("sort_name", "pk")


def _problem(
    proposal: Proposal, people: list[Volunteer], shifts: dict[UUID, Shift], agreed: frozenset[tuple[UUID, UUID]]
) -> roster.Problem:
    needs: dict[UUID, list[Need]] = defaultdict(list)
    for need in Need.objects.filter(shift__in=shifts):
        needs[need.shift_id].append(need)  # type: ignore[index]
    rows = [as_shift(one, needs[one.pk]) for one in shifts.values()]
    asked = _people(proposal, people, {row.id: row for row in rows}, agreed)
    ids = {UUID(one.id) for one in asked}
    pairs = Pairing.objects.filter(one__in=ids, other__in=ids).order_by("pk")
    return roster.Problem(
        people=asked,
        shifts=tuple(rows),
        pairs=tuple(roster.Pair(str(pair.one_id), str(pair.other_id), pair.together) for pair in pairs),
        fixed=_fixed(proposal, ids, shifts, agreed),
        watches=_watches(rows) if proposal.lead_each_time else (),
    )


def _people(
    proposal: Proposal, people: list[Volunteer], shifts: dict[str, roster.Shift], agreed: frozenset[tuple[UUID, UUID]]
) -> tuple[roster.Person, ...]:
    """Those of age, with what they said; and who stands somewhere already, whatever his age."""
    ids = [one.pk for one in people]
    known = candidates(people, proposal.since, proposal.until + NEAR)
    free: dict[UUID, set[tuple[int, str]]] = defaultdict(set)
    for who, weekday, part in Availability.objects.filter(volunteer__in=ids).values_list(
        "volunteer", "weekday", "part"
    ):
        free[who].add((weekday, part))
    wishes: dict[tuple[UUID, bool], set[date]] = defaultdict(set)
    asked = Wish.objects.filter(volunteer__in=ids, day__gte=proposal.since, day__lt=proposal.until)
    for who, day, off in asked.values_list("volunteer", "day", "off"):
        wishes[who, off].add(day)
    here: dict[UUID, set[tuple[datetime, datetime]]] = defaultdict(set)
    for who, shift in agreed:
        here[who].add((shifts[str(shift)].start, shifts[str(shift)].end))
    trained, members = _throughout(proposal, Trained, "training", ids), _throughout(proposal, Membership, "body", ids)
    found = []
    for one in people:
        candidate = known[one.pk]
        elsewhere = tuple(time for time in candidate.person.taken if time not in here[one.pk])
        if candidate.age is Age.ADULT or here[one.pk]:
            found.append(
                replace(
                    candidate.person,
                    trainings=frozenset(trained[one.pk]),
                    bodies=frozenset(members[one.pk] | ({str(one.home_id)} if one.home_id else set())),
                    away=candidate.person.away | _unlisted(one, proposal),
                    free=frozenset(free[one.pk]) if free[one.pk] or one.said else None,
                    wishes_off=frozenset(wishes[one.pk, True]),
                    wishes_on=frozenset(wishes[one.pk, False]),
                    taken=elsewhere,
                    before=load_of(elsewhere, proposal.since, proposal.until),
                )
            )
    return tuple(found)


def _throughout(
    proposal: Proposal, table: type[Trained] | type[Membership], what: str, ids: list[UUID]
) -> dict[UUID, set[str]]:
    """What somebody has on every day of the span: who learns it, or loses it, on the way is asked for it the next time."""
    rows = table.objects.filter(Q(until__isnull=True) | Q(until__gte=proposal.until), since__lte=proposal.since)
    found: dict[UUID, set[str]] = defaultdict(set)
    for who, code in rows.filter(volunteer__in=ids).values_list("volunteer", what):
        found[who].add(str(code))
    return found


def _unlisted(volunteer: Volunteer, proposal: Proposal) -> frozenset[date]:
    """The days of the span on which somebody is not on the roster yet, or no more."""
    days = (proposal.since + timedelta(days=n) for n in range((proposal.until - proposal.since + NEAR).days))
    until = volunteer.until
    return frozenset(day for day in days if day < volunteer.since or (until is not None and day >= until))


def _fixed(
    proposal: Proposal, people: set[UUID], shifts: dict[UUID, Shift], agreed: frozenset[tuple[UUID, UUID]]
) -> tuple[roster.Fixed, ...]:
    """What was agreed, and what a person decided in the proposal; who is agreed is not ruled out."""
    decided = ProposedStint.objects.filter(proposal=proposal, fixed=True).values_list("volunteer", "shift", "off")
    rows = {(who, shift): not off for who, shift, off in decided if who in people and shift in shifts}
    rows.update(dict.fromkeys(agreed, True))
    return tuple(roster.Fixed(str(who), str(shift), on) for (who, shift), on in sorted(rows.items()))


def _watches(shifts: Iterable[roster.Shift]) -> tuple[roster.Watch, ...]:
    """The shifts that begin together."""
    at: dict[datetime, list[str]] = defaultdict(list)
    for shift in shifts:
        at[shift.start].append(shift.id)
    return tuple(roster.Watch(start.isoformat(), tuple(ids)) for start, ids in sorted(at.items()))
