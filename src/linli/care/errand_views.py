"""``/care/errands/``: what the households at home asked for, how far each is, since when, what money is open (Q03)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.care import seeing
from linli.care.access import MANAGE, needs_care
from linli.care.actions.errands import ask_errand
from linli.care.errand_access import errand_for
from linli.care.errand_forms import OTHER, AskForm, BuyForm, CancelForm, DeliverForm, MoneyForm
from linli.care.errand_homes import homes_of
from linli.care.errand_queries import STATE_ROWS, Line, line, lines, visible
from linli.care.errand_rules import ASKED, CANCELLED, DELIVERED, SETTLED
from linli.care.errand_sealed import picture_of
from linli.care.errand_shown import age, amounts, money, state_signal, steps
from linli.care.errand_words import NO_RECEIPT, STATES
from linli.care.models import Case, Errand, Receipt
from linli.care.pages import attempt, helpers_of
from linli.ground.models import Household
from linli.ground.places import short_address
from linli.kernel.money import yuan
from linli.ui.tables import Column, Table

SHOWN = 60
"""Characters of what is asked for in a list."""
MOST_DIGITS = 17
"""Of the number of a place in an address."""
FILTERS = (
    ("open", gettext_lazy("open")),
    ("asked", STATES["asked"]),
    ("taken", gettext_lazy("on the way")),
    ("delivered", STATES["delivered"]),
    ("settled", STATES["settled"]),
    ("cancelled", STATES["cancelled"]),
    ("all", gettext_lazy("all")),
)


def _what(one: Line) -> str:
    if one.erased:
        return _("erased with its operation")
    return one.words if len(one.words) <= SHOWN else f"{one.words[: SHOWN - 1]}…"


def _link(one: Line) -> Any:
    return format_html(
        '<a class="nowrap" href="{}">{}</a>', reverse("care_errands:errand", args=[one.errand.pk]), one.home
    )


class Errands(Table):
    """Errands, the oldest first. What is asked for stays out of the spreadsheet: it is sealed, and a file is not."""

    title = gettext_lazy("Errands")
    empty = gettext_lazy("No errand matches")
    sort = "asked"
    columns = (
        Column("home", gettext_lazy("Home"), lambda r: r.home, sort=("v",), show=_link, head=True),
        Column("what", gettext_lazy("What"), _what, exported=False),
        Column("state", gettext_lazy("State"), lambda r: STATES[r.state], sort=("v",), show=state_signal),
        Column("asked", gettext_lazy("Asked for at"), lambda r: r.errand.asked_at, sort=("v",)),
        Column("age", gettext_lazy("Open for"), lambda r: age(r.age), nowrap=True),
        Column("taker", gettext_lazy("Who fetches it"), lambda r: r.taker, sort=("v",)),
        Column("spent", gettext_lazy("Spent, yuan"), lambda r: r.spent / 100, show=lambda r: money(r.spent), number=True),
        Column("owed", gettext_lazy("Open, yuan"), lambda r: r.owed / 100, show=lambda r: money(r.owed), number=True),
    )  # fmt: skip


@require_GET
@needs_care
def index(request: Any) -> HttpResponse:
    """Every errand the reader may see: filtered by state, by who goes and by words of the door; as a spreadsheet and on paper."""
    now, rows = timezone.now(), visible(request.user, request.rights, request.neighbourhood)
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in STATE_ROWS else "open"
    found = lines(rows.filter(STATE_ROWS[chosen]), now)
    takers = sorted({one.taker for one in found if one.taker})
    taker, asked = request.GET.get("taker", ""), "".join(request.GET.get("q", "").split())
    shown = [
        one
        for one in found
        if (not taker or one.taker == taker) and asked.casefold() in "".join(one.home.split()).casefold()
    ]
    waiting = [one for one in lines(rows.filter(STATE_ROWS["open"]), now) if one.open] if chosen != "open" else found
    words = dict(FILTERS)
    table = Errands(request, shown, sub=" · ".join(str(part) for part in (words[chosen], taker, asked) if part))
    context = {
        "table": table,
        "filters": FILTERS,
        "state": chosen,
        "takers": takers,
        "taker": taker,
        "q": request.GET.get("q", "").strip(),
        "waiting": len(waiting),
        "late": sum(one.late for one in waiting),
        "oldest": age(max((one.age for one in waiting), default=now - now)),
        "owed": yuan(sum(one.owed for one in waiting)),
    }
    return table.download() or render(request, "care/errands/list.html", context)


@require_GET
@needs_care
def mine(request: Any) -> HttpResponse:
    """What is mine to fetch now, for a phone: of my households what nobody has taken, and what I have taken."""
    now, rows = timezone.now(), visible(request.user, request.rights, request.neighbourhood)
    own = {one.pk for one in request.mandates}
    found = lines(rows.filter(STATE_ROWS["open"]), now)
    taken = [one for one in found if one.errand.taken_by_id in own]
    waits = [one for one in found if one.errand.taken_at is None]
    return render(request, "care/errands/mine.html", {"taken": taken, "waits": waits})


@require_http_methods(["GET", "POST"])
@needs_care
def new(request: Any) -> HttpResponse:
    """Ask for something for a home, looked after or not: the helper, whoever leads the building or the office writes down what was said."""
    cases = {str(one.pk): one for one in _cases(request)}
    allowed = homes_of(request.mandates, request.rights, request.neighbourhood)
    form = AskForm(
        [(one.pk, _home_words(one)) for one in cases.values()],
        request.POST or None,
        neighbourhood=request.neighbourhood,
        allowed=allowed,
        initial={"home": request.GET.get("case") or OTHER, "address": _door_asked(request, allowed)},
    )
    if request.method == "POST" and form.is_valid():
        said, made = form.cleaned_data, []
        case = cases.get(said.get("home", ""))
        household = case.household if case is not None else form.household
        assert household is not None  # the form says which
        if attempt(form, lambda: made.append(ask_errand(
            by=request.user, household=household, case=case, words=said["words"], limit_fen=said["limit"], id=said["key"],
        ))):  # fmt: skip
            messages.success(request, _("Noted. Whoever looks after the household hears of it."))
            return redirect("care_errands:errand", made[0].pk)
    return render(request, "care/errands/new.html", {"form": form}, status=422 if form.errors else 200)


def _door_asked(request: Any, allowed: QuerySet[Household]) -> str:
    """The door of the page from which somebody came (``?place=``), as it would be typed."""
    place = request.GET.get("place", "")
    if not place.isdecimal() or len(place) > MOST_DIGITS:
        return ""
    found = allowed.filter(dwelling=int(place)).select_related("dwelling__parent__parent__parent").first()
    return short_address(found.dwelling) if found is not None else ""


def _cases(request: Any) -> list[Case]:
    rows = seeing.visible(request.user, request.neighbourhood).filter(closed_at__isnull=True)
    related = rows.select_related("person", "household__dwelling__parent__parent__parent", "operation")
    return sorted(related, key=lambda one: (one.household.dwelling.path, str(one.pk)))


def _home_words(case: Case) -> str:
    return f"{short_address(case.household.dwelling)} · {case.person.name}"


@require_GET
@needs_care
def errand(request: Any, pk: UUID) -> HttpResponse:
    """One errand: what is asked for, how far it is, its money row by row, and the next step."""
    return page(request, errand_for(request, pk))


def page(request: Any, row: Errand, forms: dict[str, Any] | None = None) -> HttpResponse:
    """The page of an errand; ``forms``: those that were filled in and have an error."""
    now = timezone.now()
    one, rows = line(row, now), amounts(row)
    given = {
        "buy": BuyForm(),
        "deliver": DeliverForm(),
        "money": MoneyForm(one.owed, MANAGE in request.rights),
        "cancel": CancelForm(),
    } | (forms or {})
    own = {mandate.pk for mandate in request.mandates}
    context = {
        "line": one,
        "row": row,
        "signal": state_signal(one),
        "age": age(one.age),
        "steps": steps(row),
        "amounts": rows,
        "owed": one.owed,
        "owed_words": yuan(abs(one.owed)),
        "spent": yuan(one.spent),
        "limit": yuan(row.limit_fen) if row.limit_fen else "",
        "no_receipt": NO_RECEIPT.get(row.receipt_none, ""),
        "pictures": list(row.receipts.order_by("happened_at")),
        "helpers": helpers_of(request.neighbourhood) if one.state == ASKED and MANAGE in request.rights else [],
        "may_work": row.taken_by_id in own or MANAGE in request.rights,
        "bad": next(iter(forms), "") if forms else "",
        "there": one.state in (DELIVERED, SETTLED),
        "cancelled": one.state == CANCELLED,
        **given,
    }
    return render(request, "care/errands/errand.html", context, status=422 if forms else 200)


@require_GET
@needs_care
def picture(request: Any, pk: UUID) -> HttpResponse:
    """A receipt, or what stands at the door, as a JPEG; gone with its operation."""
    found = Receipt.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("no such picture")
    errand_for(request, found.errand_id)
    return picture_response(found)


def picture_response(receipt: Receipt) -> HttpResponse:
    """The JPEG, never kept by the browser."""
    data = picture_of(receipt)
    if data is None:
        raise Http404("erased")
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@require_GET
@needs_care
def slip(request: Any, pk: UUID) -> HttpResponse:
    """What was bought and paid, on a slip for the household."""
    row = errand_for(request, pk)
    one = line(row, timezone.now())
    context = {
        "line": one,
        "row": row,
        "steps": steps(row),
        "amounts": [each for each in amounts(row) if each.standing],
        "owed_words": yuan(abs(one.owed)),
        "back_url": reverse("care_errands:errand", args=[row.pk]),
    }
    return render(request, "care/errands/slip.html", context)
