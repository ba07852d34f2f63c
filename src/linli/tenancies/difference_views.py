"""Where list and register differ: each with an owner, answered one by one or by kind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.ground.access import forbidden, needs
from linli.ground.doing import tried
from linli.ground.mandates import places_with
from linli.ground.places import short_address
from linli.ground.words import refusal_text
from linli.kernel.phones import masked
from linli.kernel.refusal import Refusal
from linli.tenancies import queries, words
from linli.tenancies.actions.lists import words_of
from linli.tenancies.actions.resolve import resolve, resolve_kind
from linli.tenancies.models import Difference

PER_PAGE = 40
TOGETHER = 500
"""So many are answered in one press; each is a transaction of its own."""


def _right(done: str) -> str:
    """Changing the register needs the right to write in it; saying what was found needs only that."""
    return "register.write" if done == Difference.Done.REGISTER else "register.state"


@require_http_methods(["GET", "POST"])
@needs("register.read")
def differences(request: Any) -> HttpResponse:
    """The open differences, by kind and owner; POST answers every open one of the kind shown."""
    roots = places_with(request.mandates, "register.read")
    rows = queries.differences(request.neighbourhood, roots)
    kind, owner = request.GET.get("kind", ""), request.GET.get("owner", "")
    shown = "resolved" if request.GET.get("state") == "resolved" else "open"
    open_rows = rows.filter(resolved_at__isnull=True)
    chosen = open_rows if shown == "open" else rows.filter(resolved_at__isnull=False)
    if kind in words.KINDS:
        chosen = chosen.filter(kind=kind)
    if owner.isdecimal() and len(owner) < 18:
        chosen = chosen.filter(owner=int(owner))
    if request.method == "POST":
        return _answer_all(request, shown == "open" and kind in words.KINDS, kind, owner)
    totals = dict(open_rows.order_by().values_list("kind").annotate(n=Count("pk")))
    owners = open_rows.order_by().values_list("owner", "owner__holder_name").annotate(n=Count("pk"))
    page = Paginator(chosen.order_by("kind", "dwelling__path", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "tenancies/differences.html",
        {
            "page": page,
            "lines": [_line(one) for one in page],
            "open": sum(totals.values()),
            "kinds": [(code, word, totals.get(code, 0)) for code, word in words.KINDS.items()],
            "owners": sorted(owners, key=lambda one: -one[2]),
            "kind": kind,
            "kind_word": words.KINDS.get(kind, ""),
            "owner": owner,
            "shown": shown,
            "answers": words.DONE.items(),
            "may": "register.state" in request.rights,
            "any": rows.exists(),
        },
    )


def _line(row: Difference) -> dict[str, Any]:
    said = words_of(row)
    listed = said.get("list", "")
    if row.kind == Difference.Kind.PHONE:
        listed = masked(listed) if len(listed) > 2 else listed
    if row.kind == Difference.Kind.STATE:
        said["register"], listed = str(words.STATES.get(said["register"], "")), str(words.STATES.get(listed, listed))
    return {
        "row": row,
        "word": words.KINDS[row.kind],
        "name": said.get("name", ""),
        "register": said.get("register") or "—",
        "list": listed or "—",
        "address": short_address(row.dwelling) if row.dwelling else "",
        "done": words.DONE_ALL.get(row.done, ""),
        "fresh": row.first_list_id == row.last_list_id,
    }


def _back(request: Any) -> HttpResponse:
    path = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return redirect(path if safe and path.startswith("/tenancies/") else "tenancies:differences")


def _answer_all(request: Any, one_kind: bool, kind: str, owner: str) -> HttpResponse:
    """Answer every open difference of the kind shown, in the places where the user has the right that the answer needs."""
    done, text = request.POST.get("done", ""), request.POST.get("text", "")
    roots = places_with(request.mandates, _right(done))
    if not roots:
        return forbidden(request, _right(done))
    rows = queries.differences(request.neighbourhood, roots).filter(resolved_at__isnull=True, kind=kind)
    if owner.isdecimal() and len(owner) < 18:
        rows = rows.filter(owner=int(owner))
    try:
        count, left = resolve_kind(
            by=request.user, rows=list(rows[:TOGETHER]) if one_kind else [], done=done, text=text
        )
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        messages.success(request, _("%(n)s differences answered.") % {"n": count})
        if left:
            messages.error(request, _("%(n)s stay open: the register cannot follow the list there.") % {"n": left})
    return _back(request)


@require_POST
@needs("register.state")
def answer(request: Any, pk: UUID) -> HttpResponse:
    """What was done about one difference."""
    done = request.POST.get("done", "")
    roots = places_with(request.mandates, _right(done))
    if not roots:
        return forbidden(request, _right(done))
    row = get_object_or_404(queries.differences(request.neighbourhood, roots), pk=pk)
    tried(
        request,
        _("Noted what was done."),
        resolve,
        by=request.user,
        difference=row,
        done=done,
        text=request.POST.get("text", ""),
    )
    return _back(request)
