"""巡查: has it been done? The board of today, the day behind it by who should have, and all that bodies are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from linli.ground.access import needs
from linli.ground.bodies import roots
from linli.ground.mandates import under
from linli.ground.models import Place
from linli.kernel.cadence import Slot
from linli.rounds import boards, queries, rhythms, zone_pages
from linli.rounds.access import own_bodies, scope_of
from linli.rounds.fenced import seen
from linli.rounds.findings import open_findings
from linli.rounds.groups import load
from linli.rounds.models import Plan
from linli.rounds.plans.running import running
from linli.rounds.plans.timing import following
from linli.rounds.round_tables import Patrols
from linli.rounds.views_groups import day_links, day_of

MOST_ASKED = 5
"""So many requests stand on the board; the page behind has them all."""


@require_GET
@needs("rounds.read")
def board(request: Any) -> HttpResponse:
    """Today's rounds as bars, zone by zone; what is overdue; the blind spots in words; what is asked and found."""
    now, places = timezone.now(), roots(request, "rounds.read")
    with scope_of(request, "rounds.read"):
        bars = boards.bars(seen(boards.of_day(places, timezone.localdate(now)), request.rights), now)
        zones = zone_pages.board(request.neighbourhood)
        held = {line.zone.area.pk: line.zone.holder for line in zones.lines if line.zone.holder is not None}
        plans = list(_plans(places, now))
        overdue = _overdue(plans, now)
        late = {plan.pk: len(found.overdue) for plan, found in overdue}
        asked = _asked(places, now)
        context = {
            "bars": [replace(bar, overdue=late.get(bar.one.plan_id, 0)) for bar in bars],
            "missed": sum(bar.covered.missed for bar in bars),
            "zones": boards.by_zone(bars, held),
            "board": zones,
            "outside": zone_pages.by_kind(zones.outside),
            "unsigned": [bar for bar in bars if bar.unsigned],
            "overdue": overdue,
            "late": sum(late.values()),
            "coming": _coming(plans, now),
            "asked": asked[:MOST_ASKED],
            "missing": sum(line["missing"] for line in asked),
            "found": open_findings(now),
            "speaks": bool(own_bodies(request)),
            "plans": "rounds.plan" in request.rights,
        }
        return render(request, "rounds/board.html", context)


def _plans(places: Sequence[Place], now: datetime) -> Any:
    rows = running(now).filter(under(places, "place__path")).select_related("place__neighbourhood")
    return rows.prefetch_related("rhythms__kind").order_by("created_at")


def _overdue(plans: Sequence[Plan], now: datetime) -> list[tuple[Plan, Any]]:
    """Plans with rhythms, each with how it stands; a few statements for each such plan, whatever its size."""
    with_rhythm = [plan for plan in plans if plan.rhythms.all()]
    return [(plan, found) for plan in with_rhythm if (found := rhythms.of(plan, now)) is not None]


def _coming(plans: Sequence[Plan], now: datetime) -> list[tuple[Plan, Slot]]:
    """The next time of each plan that runs, the soonest first."""
    found = [(plan, slot) for plan in plans if not plan.rhythms.all() and (slot := following(plan, now)) is not None]
    return sorted(found, key=lambda pair: pair[1].at)


def _asked(places: Sequence[Place], now: datetime) -> list[dict[str, Any]]:
    rows = queries.occurrences(places).filter(withdrawn_at__isnull=True)[:20]
    return [{"one": one, "missing": one.asked - one.answered, "over": one.due_at < now} for one in rows]


@require_GET
@needs("rounds.read")
def day(request: Any) -> HttpResponse:
    """Who should have walked what on a day, and what was missed by name (P02: ten patrols a day)."""
    now, places, chosen = timezone.now(), roots(request, "rounds.read"), day_of(request)
    with scope_of(request, "rounds.read"):
        found = boards.by_holder(boards.bars(seen(boards.of_day(places, chosen), request.rights), now))
        table = Patrols(request, found, sub=chosen.isoformat())
        missed = [row for row in found if row.covered.missed]
        context = day_links(chosen) | {"table": table, "found": found, "missed": missed}
        return table.download() or render(request, "rounds/day.html", context)


@require_GET
@needs("rounds.read")
def requests(request: Any) -> HttpResponse:
    """What is asked of bodies and who is missing; what the groups saw today; what is open."""
    now, places = timezone.now(), roots(request, "rounds.read")
    lines = _asked(places, now)
    with scope_of(request, "rounds.read"):
        today = load(places, timezone.localdate(now))
        found = open_findings(now)
    context = {
        "lines": lines,
        "missing": sum(line["missing"] for line in lines),
        "groups": today,
        "visits": sum(len(g.visits) for g in today),
        "open": found.open,
        "late": found.late,
        "speaks": bool(own_bodies(request)),
    }
    return render(request, "rounds/requests.html", context)
