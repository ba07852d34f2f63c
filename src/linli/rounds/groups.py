"""Readers of liaison groups: who they are, where they are sent, what they saw and found on a day. Within a scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.ground.bodies import members, standing
from linli.ground.mandates import active, under
from linli.ground.models import Body, Mandate, Place
from linli.rounds.models import Finding, Visit
from linli.rounds.rules import overdue

KIND = "liaison_group"


@dataclass
class Group:
    """A liaison group and its day."""

    body: Body
    places: list[Place] = field(default_factory=list)
    people: list[Mandate] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    open: int = 0
    late: int = 0

    @property
    def unseen(self) -> list[Place]:
        """The neighbourhoods that nobody of the group visited that day."""
        seen = {v.neighbourhood_id for v in self.visits}
        return [p for p in self.places if p.neighbourhood_id not in seen]


def bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day and of the next, in local time."""
    zone = timezone.get_current_timezone()
    start = datetime.combine(day, time(), tzinfo=zone)
    return start, datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


def groups_of(places: list[Place]) -> QuerySet[Body]:
    """The groups at home in ``places`` or sent into them."""
    sent = active(Mandate.objects.filter(under(places, "place__path"), capacity="liaison", body__isnull=False))
    rows = Body.objects.filter(standing(), kind__code=KIND)
    return rows.filter(under(places, "place__path") | Q(pk__in=sent.values("body"))).select_related(
        "parent", "place__kind"
    )


def load(places: list[Place], day: date, *, only: int | None = None) -> list[Group]:
    """Every group that ``places`` may see, with what it did on ``day`` and what is still open. Six statements; needs a scope."""
    rows = groups_of(places).filter(pk=only) if only is not None else groups_of(places)
    table = {body.pk: Group(body) for body in rows.order_by("name")}
    for mandate in active(
        Mandate.objects.filter(body__in=list(table), capacity="liaison", place__isnull=False), day
    ).select_related("place__kind"):
        if mandate.place is not None and mandate.body_id is not None:
            table[mandate.body_id].places.append(mandate.place)
    for pk, people in members(table, day).items():
        table[pk].people = people
    start, end = bounds(day)
    visits = Visit.objects.filter(group__in=list(table), happened_at__gte=start, happened_at__lt=end)
    for visit in visits.select_related("place", "neighbourhood").order_by("happened_at"):
        table[visit.group_id].visits.append(visit)
    today = timezone.localdate()
    findings = Finding.objects.filter(group__in=list(table)).select_related("place", "owner", "neighbourhood")
    for finding in findings.filter(Q(closed_at__isnull=True) | Q(happened_at__gte=start, happened_at__lt=end)):
        group = table[finding.group_id]
        if start <= finding.happened_at < end:
            group.found.append(finding)
        if finding.closed_at is None:
            group.open += 1
            group.late += overdue(finding.due_on, None, today)
    return list(table.values())


def owners(neighbourhoods: Iterable[Place]) -> list[Mandate]:
    """Who can own a finding: whoever holds an office in these neighbourhoods, and who speaks for a body there."""
    places = list(neighbourhoods)
    rows = active(
        Mandate.objects.filter(
            Q(under(places, "place__path"), user__isnull=False)
            | Q(under(places, "of_body__place__path"), capacity__in=("head", "contact"))
        )
    ).exclude(capacity__in=("guard", "volunteer"))
    return list(rows.select_related("place", "of_body", "user").order_by("place__path", "holder_name"))
