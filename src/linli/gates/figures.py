"""Figures of the gates: who passed, was held or not let in, who is inside, what was odd and waits for somebody (G05, G06)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from django.db.models import Count as Number
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.gates.models import Annulment, Check, GateException, HourlyCount
from linli.gates.queries import PASSED, day_of, residents_by_home
from linli.ground import figures
from linli.ground.figures import AT_ONCE, NONE, AsOf, Count, Figure, Late, Patch, Patches, period
from linli.ground.models import Place


def _heard(places: Sequence[Place], start: datetime, end: datetime, as_of: AsOf) -> QuerySet[Check]:
    """The passages of a time that count, as they were known at ``as_of``."""
    rows = Check.objects.filter(
        neighbourhood__in=[p.pk for p in places],
        happened_at__gte=start,
        happened_at__lt=end,
        heard_at__lte=as_of.heard_by,
    )
    rows = rows.exclude(pk__in=Annulment.objects.filter(at__lte=as_of.heard_by).values("check_id"))
    later = Check.objects.filter(follows__isnull=False, outcome="admitted", heard_at__lte=as_of.heard_by).values(
        "follows"
    )
    found: QuerySet[Check] = rows.exclude(outcome="open", pk__in=later)
    return found


def _counted(places: Sequence[Place], start: datetime, end: datetime) -> QuerySet[HourlyCount]:
    """What was counted without persons in that time: its hours have no moment at which they were heard."""
    return HourlyCount.objects.filter(neighbourhood__in=[p.pk for p in places], hour__gte=start, hour__lt=end)


def _merge(found: dict[Patch, Count], patches: Patches, rows: Iterable[tuple[str, str, int]]) -> None:
    for path, outcome, number in rows:
        patch = patches.of(path)
        if patch is not None:
            word = "passed" if outcome in PASSED else outcome
            found[patch] = found.get(patch, Count()) + Count(number if word == "passed" else 0, number, {word: number})


def passages(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Who was let in or out, of all who came to a gate in the period; parts: passed, held, not let in. Three statements.

    Where passages are only counted by the hour, nothing says what had been heard by then: made later, such a patch is not traceable.
    """
    start, end = period(as_of)
    patches = Patches(places)
    found: dict[Patch, Count] = {}
    checks = _heard(places, start, end, as_of).values_list("gate__path", "outcome").annotate(n=Number("pk"))
    _merge(found, patches, checks.order_by())
    counts = _counted(places, start, end).values_list("gate__path", "outcome").annotate(n=Sum("count"))
    hours: dict[Patch, Count] = {}
    _merge(hours, patches, counts.order_by())
    later = timezone.now() - as_of.at > AT_ONCE
    for patch, count in hours.items():
        found[patch] = Count(traceable=False) if later else found.get(patch, Count()) + count
    return found


def inside(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Who is inside, of those who live here: the listed, and the gates' net since four in the morning. Four statements.

    Known of a whole neighbourhood only: a gate of the street lets people into every zone behind it. Who lives here is of today.
    """
    start, _end = day_of(as_of.at)
    listed: Counter[int] = Counter()
    patches = Patches(places)
    for path, number in residents_by_home(*places).items():
        patch = patches.of(path)
        if patch is not None:
            listed[patch.place] += number
    signed = Case(When(direction="in", then=Value(1)), default=Value(-1))
    net: Counter[int] = Counter()
    checks = _heard(places, start, as_of.at, as_of).filter(outcome__in=PASSED).exclude(klass="emergency")
    for place, number in checks.values_list("neighbourhood").annotate(n=Sum(signed)).order_by():
        net[place] += number
    counts = _counted(places, start, as_of.at).filter(outcome__in=PASSED).exclude(klass="emergency")
    for place, number in counts.values_list("neighbourhood").annotate(n=Sum(signed * F("count"))).order_by():
        net[place] += number
    return {Patch(pk): Count(max(0, listed[pk] + net[pk]), listed[pk]) for pk in listed.keys() | net.keys()}


def odd(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """What was odd and waits for somebody, of that and what was settled in the period; parts: past its time. Two statements."""
    start, _end = period(as_of)
    rows = GateException.objects.filter(
        Q(settled_at__isnull=True) | Q(settled_at__gte=start),
        neighbourhood__in=[p.pk for p in places],
        heard_at__lte=as_of.heard_by,
        happened_at__lte=as_of.at,
    )
    patches = Patches(places)
    found: dict[Patch, Count] = {}
    for neighbourhood, gate, path, settled, due in rows.values_list(
        "neighbourhood", "gate", "gate__path", "settled_at", "due_at"
    ).order_by("due_at", "pk"):
        waits = settled is None or settled > as_of.at
        late = waits and due < as_of.at
        patch = (patches.of(path) if path else None) or Patch(neighbourhood)
        named = (Late(place=gate or neighbourhood, due_at=due, code="late"),) if late else ()
        found[patch] = found.get(patch, Count()) + Count(int(waits), 1, {"late": 1} if late else {}, named)
    return found


def register_all() -> None:
    """Add them to the sheet."""
    words = {"held": _("called first"), "refused": _("not let in")}
    board, exceptions = _page("gates:board"), _page("gates:exceptions")
    figures.register(
        Figure(
            "gates.passages", _("Passages at the gates"), "gates", _("passages"), passages, board, words, "gates.read"
        )
    )
    figures.register(
        Figure(
            "gates.inside",
            _("Inside now"),
            "gates",
            _("people"),
            inside,
            board,
            right="gates.read",
            zoned=False,
            retraced=False,
        )
    )
    figures.register(
        Figure(
            "gates.odd",
            _("What was odd and waits"),
            "gates",
            _("cases"),
            odd,
            exceptions,
            {"late": _("past its time")},
            right="gates.read",
            wants=NONE,
        )
    )


def _page(name: str) -> figures.Rows:
    return lambda patch, as_of: reverse(name)
