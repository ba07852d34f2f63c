"""今日: what needs me now?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from linli.accounts.models import User
from linli.briefing.cards import cards
from linli.briefing.context import Context
from linli.ground.access import needs
from linli.operations.queries import active_operation
from linli.rounds.access import own_bodies

OWN_PAGES = (
    ("rounds.read", "/rounds/"),
    ("gates.read", "/gates/"),
    ("gates.work", "/scan/"),
    ("rounds.walk", "/rounds/walk/"),
    ("duties.take", "/duties/mine/"),
)
"""Where somebody begins who does not read the board: the first right that he has decides."""


@require_GET
def start(request: Any) -> HttpResponse:
    """The first page: setup when there is no account, the gate for a guard, the round for a patroller, today for everyone else."""
    if not request.user.is_authenticated and settings.DEMO:
        return redirect("/demo/")
    if not request.user.is_authenticated and not User.objects.exists():
        return redirect("/setup/")
    if request.user.is_authenticated and request.rights and "board.totals" not in request.rights:
        return redirect(next((url for right, url in OWN_PAGES if right in request.rights), "/scan/"))
    if request.user.is_authenticated and not request.rights and own_bodies(request):
        return redirect("/rounds/asked/")
    return today(request)


@needs("board.totals")
def today(request: Any) -> HttpResponse:
    """At most seven cards, each one act from done; "all calm" when there is none."""
    now = timezone.now()
    found = cards(Context(request, request.neighbourhood, request.rights, now))
    open_cards = [c for c in found if c.kind != "green"]
    count = len(open_cards)
    head = (
        ngettext("%(n)s thing needs you now", "%(n)s things need you now", count) % {"n": count}
        if count
        else _("All calm")
    )
    return render(
        request,
        "briefing/today.html",
        {"cards": found, "head": head, "calm": not count, "operation": active_operation(request.neighbourhood, now)},
    )
