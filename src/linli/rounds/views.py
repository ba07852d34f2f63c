"""One request with who has answered and who has not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from linli.ground.access import needs
from linli.ground.bodies import roots, standing
from linli.ground.mandates import under
from linli.ground.models import Body
from linli.rounds import queries
from linli.rounds.forms import JoinForm
from linli.rounds.models import Occurrence
from linli.rounds.rules import state_of
from linli.rounds.tables import Targets

SHOWN = ("open", "answered", "late", "all")


def own_request(request: Any, pk: UUID, right: str) -> Occurrence:
    """The request, if it belongs to a place where the user has ``right``."""
    found: Occurrence | None = queries.occurrences(roots(request, right)).select_related("sheet").filter(pk=pk).first()
    if found is None:
        raise Http404("no such request here")
    return found


@require_GET
@needs("rounds.read")
def request(request: Any, pk: UUID) -> HttpResponse:
    """One request: answered of asked, the missing by kind and by name with whom to call, what the answers add up to."""
    one = own_request(request, pk, "rounds.read")
    now = timezone.now()
    lines, asked = queries.lines(one, now), queries.questions(one)
    left = [line for line in lines if not line.answered]
    shown = request.GET.get("show") if request.GET.get("show") in SHOWN else "open" if left else "all"
    rows = _shown(lines, str(shown))
    if kind := request.GET.get("kind"):
        rows = [r for r in rows if r.target.kind and r.target.kind.code == kind]
    table = Targets(request, rows, asked, missing=shown == "open", sub=one.title)
    context = {
        "one": one,
        "table": table,
        "shown": shown,
        "kind": kind,
        "asked": len(lines),
        "answered": len(lines) - len(left),
        "left": left,
        "late": sum(1 for line in lines if line.state == "late"),
        "joined": sum(1 for line in lines if line.target.joined_at),
        "questions": asked,
        "sums": queries.sums(lines, asked),
        "over": state_of(None, one.due_at, now) == "missing",
        "by": queries.names_of([one.by_user]).get(one.by_user or 0, ""),
        "join": _join_form(request, one, lines),
        "at": now,
    }
    return table.download() or render(request, "rounds/request.html", context)


def _shown(lines: list[queries.Line], shown: str) -> list[queries.Line]:
    if shown == "open":
        return [line for line in lines if not line.answered]
    if shown == "answered":
        return [line for line in lines if line.answered]
    if shown == "late":
        return [line for line in lines if line.state == "late"]
    return lines


def _join_form(request: Any, one: Occurrence, lines: list[queries.Line]) -> JoinForm | None:
    """The form for a late joiner: bodies of the request's place that were not asked."""
    if "rounds.ask" not in request.rights or one.withdrawn_at is not None:
        return None
    asked = {line.target.body_id for line in lines}
    rows = Body.objects.filter(standing(), under([one.place], "place__path")).order_by("name")
    left = [body for body in rows if body.pk not in asked]
    return JoinForm(left) if left else None
