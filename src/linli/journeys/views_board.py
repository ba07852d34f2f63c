"""到家: where is everyone on the way? The list, the spreadsheet, the paper, and the wall of the office (T02, T03)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from linli.ground.access import needs
from linli.journeys import stories
from linli.journeys.access import READ, may_manage
from linli.journeys.faces import run_title
from linli.journeys.lines import STATES, Crowd, Line, chosen, crowds, lines_of
from linli.journeys.models import Traveller
from linli.journeys.queries import Board, State, board, undecided
from linli.kernel.handover import night_of
from linli.operations.queries import active_operation
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import moment

NIGHTS_SHOWN = 2
WALL_LINES = 9
"""So many lines are read from four metres; of more, the number."""


def _legs(line: Line) -> Any:
    return render_to_string("journeys/_legs.html", {"steps": line.steps})


class Ways(Table):
    """A line a traveller."""

    title = gettext_lazy("Ways home")
    sort = "late"
    per_page = 100
    columns = (
        Column("name", pgettext_lazy("journey", "Who"), lambda line: line.name, sort=("name",), head=True,
               show=lambda line: format_html('<a class="name" href="{}">{}</a>', line.url, line.name)),
        Column("door", gettext_lazy("Door"), lambda line: line.door, sort=("door",)),
        Column("flight", gettext_lazy("Means of travel"), lambda line: line.flight, sort=("flight",)),
        Column("legs", gettext_lazy("From hand to hand"), lambda line: line.legs, show=_legs),
        Column("holder", gettext_lazy("In whose hands"), lambda line: line.holder, sort=("holder",)),
        Column("minutes", gettext_lazy("How long"), lambda line: line.lasted, sort=("minutes",), nowrap=True),
        Column("next", gettext_lazy("Next due"), lambda line: line.next, sort=("next",)),
        Column("late", gettext_lazy("State"), lambda line: line.pressing, sort=("late",),
               show=lambda line: signal(*line.signal)),
    )  # fmt: skip


def _since(now: datetime) -> datetime:
    """From when on those who have arrived are shown: the beginning of the night before the last."""
    day = night_of(now) - timedelta(days=NIGHTS_SHOWN - 1)
    return datetime.combine(day, time(8), tzinfo=timezone.get_current_timezone())


def _board(request: Any, now: datetime) -> Board:
    everything = request.GET.get("all") == "1"
    return board(request.neighbourhood, now, since=None if everything else _since(now))


@require_GET
@needs(READ)
def ways(request: Any) -> HttpResponse:
    """Everybody on the way and who arrived in the last two nights; filters live in the address."""
    now = timezone.now()
    found = _board(request, now)
    lines = lines_of(found)
    asked = {key: request.GET.get(key, "").strip()[:60] for key in ("q", "state", "run")}
    shown = chosen(lines, words=asked["q"], state=asked["state"], run=_key(asked["run"]))
    table = Ways(request, shown, sub=_sum(found))
    context = {
        "table": table, "board": found, "at": now, "any": bool(lines), **_late(lines),
        "states": _states(),
        "runs": _runs(request, now), "manage": may_manage(request), "operation": active_operation(request.neighbourhood),
        "listed": _listed(request), "undecided": undecided(request.neighbourhood).count(),
        "everything": request.GET.get("all") == "1", **asked,
    }  # fmt: skip
    return table.download() or render(request, "journeys/board.html", context)


def _late(lines: Sequence[Line]) -> dict[str, Any]:
    """Who is late, together with whoever has them: one call is made for all."""
    late = [one for one in lines if one.row.late_by]
    return {"late": crowds(late, apart=False), "late_people": len(late)}


def _states() -> list[tuple[str, Any]]:
    """What can be asked for: everybody on the way, or one state."""
    rest = ((state.value, word) for state, (_kind, word) in STATES.items() if state is not State.WAITING)
    return [("open", pgettext("journey", "on the way")), *rest]


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _sum(found: Board) -> str:
    """In = delivered + open, as it stands on the paper and on the spreadsheet."""
    return _("%(came)s came = %(delivered)s home + %(open)s on the way") % {
        "came": found.came, "delivered": found.delivered, "open": found.open,
    }  # fmt: skip


def _runs(request: Any, now: datetime) -> list[dict[str, str]]:
    rows = stories.runs(request.neighbourhood).filter(night__gte=_since(now).date())
    return [{"key": str(one.pk), "words": f"{moment(one.night, 'day')} · {run_title(one)}"} for one in rows[:30]]


def _listed(request: Any) -> int:
    """Who is announced and lives here, and has not been met yet."""
    rows = Traveller.objects.filter(neighbourhood=request.neighbourhood, closed_at__isnull=True, begun_at__isnull=True)
    return rows.exclude(person__isnull=True, dwelling__isnull=True).count()


@require_GET
@needs(READ)
def wall(request: Any) -> HttpResponse:
    """For an office screen: nothing to press, refreshes itself, read from four metres; family names and doors only."""
    now = timezone.now()
    found = board(request.neighbourhood, now, since=_since(now))
    open_ = [one for one in lines_of(found) if one.row.state is not State.DELIVERED]
    rows = crowds(open_, apart=True) if len(open_) > WALL_LINES else [Crowd([one]) for one in open_]
    context = {"board": found, "at": now, "open": rows[:WALL_LINES], "more": sum(len(one.lines) for one in rows[WALL_LINES:]),
               "listed": _listed(request)}  # fmt: skip
    return render(request, "journeys/wall.html", context)
