"""Figures of the register: how many homes are known, how many are not reached (R01), which households nobody answers for (R02)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db.models import Count as Number
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground import figures
from linli.ground.figures import ALL, NONE, AsOf, Count, Figure, Patch, Patches
from linli.ground.models import DwellingState, Household, Place, Responsibility
from linli.ui.squares import STATES

UNKNOWN = frozenset({"blank", "unreached"})


def _states(places: Sequence[Place], as_of: AsOf) -> dict[Patch, Counter[str]]:
    """Patch → state → dwellings that existed then, as it had been heard by then. Two statements."""
    day = timezone.localdate(as_of.at)
    heard = DwellingState.objects.filter(heard_at__lte=as_of.heard_by, happened_at__lte=as_of.at)
    known = heard.filter(dwelling=OuterRef("pk")).order_by("-happened_at")
    rows: QuerySet[Place] = Place.objects.filter(neighbourhood__in=[p.pk for p in places], kind__code="dwelling")
    rows = rows.filter(Q(since__isnull=True) | Q(since__lte=day), Q(until__isnull=True) | Q(until__gt=day))
    homes = rows.annotate(state=Coalesce(Subquery(known.values("state")[:1]), Value("blank"))).values_list(
        "path", "state"
    )
    patches = Patches(places)
    found: dict[Patch, Counter[str]] = {}
    for path, state in homes.order_by():
        patch = patches.of(path)
        if patch is not None:
            found.setdefault(patch, Counter())[state] += 1
    return found


def coverage(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Homes whose state is known, of all homes; the parts are the register's eight words (R01)."""
    return {
        patch: Count(sum(n for state, n in states.items() if state not in UNKNOWN), states.total(), dict(states))
        for patch, states in _states(places, as_of).items()
    }


def unreached(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Homes that nobody has reached yet, of all homes (R01)."""
    return {patch: Count(states["unreached"], states.total()) for patch, states in _states(places, as_of).items()}


def unheld(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Households that nobody answers for, of all households (R02): must be none. Two statements."""
    day = timezone.localdate(as_of.at)
    holder = Responsibility.objects.filter(household=OuterRef("pk"), since__lte=day).order_by("-since")
    rows = (
        Household.objects.filter(neighbourhood__in=[p.pk for p in places], since__lte=day)
        .filter(Q(until__isnull=True) | Q(until__gt=day))
        .annotate(held=Subquery(holder.values("mandate")[:1]), path=F("dwelling__path"))
        .values_list("path")
        .annotate(all=Number("pk"), held_by=Number("held"))
        .order_by()
    )
    patches = Patches(places)
    found: dict[Patch, Count] = {}
    for path, every, held in rows:
        patch = patches.of(path)
        if patch is not None:
            found[patch] = found.get(patch, Count()) + Count(every - held, every)
    return found


def _homes(query: str = "") -> figures.Rows:
    return lambda patch, as_of: reverse("ground:homes") + query


def register_all() -> None:
    """Add them to the sheet."""
    unit = _("homes")
    figures.register(
        Figure(
            "register.coverage",
            _("Homes known"),
            "register",
            unit,
            coverage,
            _homes(),
            STATES,
            right="board.totals",
            wants=ALL,
        )
    )
    figures.register(
        Figure(
            "register.unreached",
            _("Homes not reached"),
            "register",
            unit,
            unreached,
            _homes("?state=unreached"),
            right="board.totals",
            wants=NONE,
        )
    )
    figures.register(
        Figure(
            "register.unheld",
            _("Households nobody answers for"),
            "register",
            _("households"),
            unheld,
            _homes(),
            right="board.totals",
            wants=NONE,
            retraced=False,
        )
    )
