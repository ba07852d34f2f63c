"""关怀: whom do we look after, what do they need today? A line a household for the office, its own for who helps."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from linli.care import acts, queries, words
from linli.care.access import MANAGE, READ, needs_care
from linli.care.board_page import STATES, Households, Wanted, address_of, areas, gaps, own_of, people
from linli.ground.access import needs
from linli.journal.record import record


@require_GET
@needs(READ)
def board(request: Any) -> HttpResponse:
    """Every household that is looked after: alarms first, today's checks, what nobody sees to, and the list."""
    now = timezone.now()
    today = queries.today(request.user, request.neighbourhood, now)
    wanted = Wanted.read(request.GET)
    table = Households(request, wanted.of(today))
    if request.GET.get("as") == "xlsx":
        data = {"what": "households", "rows": len(table.rows)}
        record(acts.EXPORTED, by=request.user, neighbourhood=request.neighbourhood.pk, data=data)
    done, due = today.checks
    return table.download() or render(
        request,
        "care/board.html",
        {
            "today": today,
            "table": table,
            "wanted": wanted,
            "alarms": [(alarm, one, words.CAUSES[alarm.cause]) for alarm, one in today.alarms],
            "done": done,
            "due": due,
            "open": due - done,
            "of": len(today.households),
            "busy": sum(1 for home in today.households if home.next_act.code != "calm"),
            "gaps": gaps(today),
            "kinds": [
                (code, word) for code, word in words.KINDS.items() if any(one.case.kind == code for one in today.cases)
            ],
            "states": [(code, words.ACTS[code][1]) for code in STATES],
            "people": people(today.households),
            "areas": areas(today.households),
            "lapsing": [one for one in today.blind if one.code == "order"],
            "errands": sum(home.errands_open for home in today.households),
            "manage": MANAGE in request.rights,
        },
    )


@require_GET
@needs_care
def mine(request: Any) -> HttpResponse:
    """The households that somebody looks after himself: what each needs, the most urgent first."""
    now = timezone.now()
    today = queries.today(request.user, request.neighbourhood, now)
    homes = own_of(today, request.mandates)
    lines = [(home, address_of(home), words.ACTS[home.next_act.code]) for home in homes]
    return render(
        request, "care/mine.html", {"lines": lines, "left": sum(1 for one in homes if one.next_act.code != "calm")}
    )
