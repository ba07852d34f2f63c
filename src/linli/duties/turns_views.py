"""``/volunteers/turns/``: a post that goes round; whose turn is it next (O04)?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.duties.access import may_manage, own_post, require
from linli.duties.actions.stints import assign
from linli.duties.models import Post, Stint
from linli.duties.standing import in_order
from linli.duties.turns import plan
from linli.ground.access import needs
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal


@require_GET
@needs("duties.manage")
def index(request: Any) -> HttpResponse:
    """Posts that can go round: those that neighbours put themselves down for."""
    today = timezone.localdate()
    rows = (
        Post.objects.filter(neighbourhood=request.neighbourhood, signup=True)
        .exclude(ended_on__lte=today)
        .select_related("place", "neighbourhood")
    )
    return render(request, "duties/turns.html", {"posts": [one for one in in_order(rows) if may_manage(request, one)]})


@require_http_methods(["GET", "POST"])
@needs("duties.manage")
def post(request: Any, pk: UUID) -> HttpResponse:
    """Whose turn it is on each open place of the next four weeks; put them all there with one tap."""
    row = own_post(request, pk)
    require(may_manage(request, row))
    now = timezone.now()
    found = plan(row, now)
    if request.method == "POST":
        put, refused = 0, ""
        for turn in found.turns:
            if turn.volunteer is None:
                continue
            try:
                assign(by=request.user, shift=turn.shift, volunteer=turn.volunteer, now=now,
                       how=Stint.How.ASSIGNED, fixed=False)  # fmt: skip
                put += 1
            except Refusal as refusal:
                refused = f"{turn.volunteer.name}: {refusal_text(refusal)}"
        messages.success(request, ngettext("%(n)s place filled.", "%(n)s places filled.", put) % {"n": put})
        if refused:
            messages.error(request, refused)
        return redirect("volunteers:turns_post", pk)
    empty = sum(turn.volunteer is None for turn in found.turns)
    context = {"post": row, "plan": found, "empty": empty, "none": _("nobody can")}
    return render(request, "duties/turns_post.html", context)
