"""One's own notices: what waits for me, what is done; the bell asks by itself every half minute."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.ground.doing import tried
from linli.notices import actions, queries
from linli.notices.access import holds_anything
from linli.notices.models import Notice


@require_GET
@holds_anything
def mine(request: Any) -> HttpResponse:
    """What waits for me, the oldest first; below it what was taken up and what is done."""
    open_lines, done = queries.mine(request.user, request.neighbourhood, timezone.now())
    return render(request, "notices/mine.html", {"open": open_lines, "done": done})


@require_GET
@holds_anything
def bell(request: Any) -> HttpResponse:
    """The bell in the head of every page: how many wait, and since when there is something to hear."""
    count, loud_at = queries.bell(request.user, request.neighbourhood, timezone.now())
    return render(request, "ui/_bell.html", {"count": count, "loud_at": loud_at})


@require_POST
@holds_anything
def take(request: Any, pk: UUID) -> HttpResponse:
    """Take a notice up by name."""
    notice = get_object_or_404(Notice, pk=pk, neighbourhood=request.neighbourhood)
    tried(
        request,
        _("Noted under your name. You are not reminded again."),
        actions.acknowledge,
        by=request.user,
        notice=notice,
    )
    return redirect("notices:office" if request.POST.get("from") == "office" else "notices:mine")
