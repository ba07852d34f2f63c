"""Figures of what bodies were asked: who has reported by the time, and who has not, by name (R14, L02, E03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import F, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.ground import figures
from linli.ground.figures import ALL, AsOf, Count, Figure, Late, Patch, Patches, period
from linli.ground.mandates import under
from linli.ground.models import Place
from linli.rounds.models import Answer, Plan, Target
from linli.rounds.rules import state_of


def reports(places: Sequence[Place], as_of: AsOf) -> Mapping[Patch, Count]:
    """Bodies that had answered, of those whose answer was due in the period; parts: in time, late, missing. Two statements.

    A body is counted where it is at home, whoever asked it. Whether it was in time follows from when it said it, whether it counts at
    all from when that was written here.
    """
    start, end = period(as_of)
    first = Answer.objects.filter(
        target=OuterRef("pk"), heard_at__lte=as_of.heard_by, happened_at__lte=as_of.at
    ).order_by()
    said = first.values("target").annotate(first=Min("happened_at")).values("first")
    rows = (
        Target.objects.filter(
            Q(under(places, "body__place__path")),
            Q(occurrence__withdrawn_at__isnull=True) | Q(occurrence__withdrawn_at__gt=as_of.heard_by),
            Q(joined_at__isnull=True) | Q(joined_at__lte=as_of.at),
            occurrence__plan__filled_by=Plan.FilledBy.TARGET,
        )
        .annotate(due=F("occurrence__due_at"), first=Subquery(said))
        .filter(due__gt=start, due__lte=end)
        .order_by("due", "name", "pk")
    )
    patches = Patches(places)
    found: dict[Patch, Count] = {}
    for path, body, due, answered in rows.values_list("body__place__path", "body", "due", "first"):
        patch = patches.of(path)
        if patch is None:
            continue
        state = state_of(answered, due, as_of.at)
        late = (Late(body=body, due_at=due, code=state),) if answered is None else ()
        found[patch] = found.get(patch, Count()) + Count(int(answered is not None), 1, {state: 1}, late)
    return found


def register_all() -> None:
    """Add them to the sheet."""
    parts = {"answered": _("in time"), "late": _("late"), "missing": _("missing")}
    figures.register(
        Figure(
            "reports.in",
            _("Reports that came in"),
            "reports",
            _("bodies"),
            reports,
            _rows,
            parts,
            right="rounds.read",
            wants=ALL,
        )
    )


def _rows(patch: Patch, as_of: AsOf) -> str:
    return reverse("rounds:board")
