"""Hours and thanks, from evidence; meals at noon. By name only: nobody is ranked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from linli.duties import standing
from linli.duties.access import own_person
from linli.duties.generating import midnight
from linli.duties.hours import Served, done, of_body, served
from linli.ground.access import needs
from linli.ground.models import Body, Place
from linli.ground.scope import scoped
from linli.ui.tables import Column, Table

DAY = timedelta(days=1)
MEAL_DAYS = 3


class Hours(Table):
    """Hours by person, sorted by name and by nothing else."""

    title = gettext_lazy("Hours on duty")
    empty = gettext_lazy("Nobody stood on duty in these days")
    columns = (
        Column(
            "name",
            gettext_lazy("Name"),
            lambda r: r.volunteer.name,
            url=lambda r: reverse("duties:person", args=[r.volunteer.pk]),
            name=True,
            head=True,
        ),
        Column("duties", gettext_lazy("Duties"), lambda r: r.duties, number=True),
        Column("hours", gettext_lazy("Hours"), lambda r: r.hours, number=True),
    )


class OurHours(Hours):
    """The same for a body, which sees no pages of the office."""

    columns = (Column("name", gettext_lazy("Name"), lambda r: r.volunteer.name, head=True), *Hours.columns[1:])


def span_of(request: Any) -> tuple[date, date]:
    """``since`` ≤ day ≤ ``until`` as the address asks; this month unless it does."""
    today = timezone.localdate()
    return _day(request.GET.get("since"), today.replace(day=1)), _day(request.GET.get("until"), today)


def _day(raw: str | None, otherwise: date) -> date:
    try:
        found = date.fromisoformat(raw or "")
    except ValueError:
        return otherwise
    return found if 2000 <= found.year <= 2100 else otherwise


def _moments(since: date, until: date) -> tuple[datetime, datetime]:
    return midnight(since), midnight(until + DAY)


@require_GET
@needs("duties.read")
def hours(request: Any) -> HttpResponse:
    """Everybody's hours of a span of days; each counts once."""
    since, until = span_of(request)
    rows = served(done(*_moments(since, until)), timezone.now())
    table = Hours(request, rows)
    context = {"table": table, "since": since, "until": until, "total": _total(rows), "people": len(rows)}
    return table.download() or render(request, "duties/hours.html", context)


def _total(rows: list[Served]) -> float:
    return round(sum(one.minutes for one in rows) / 60, 1)


@require_GET
@needs("duties.read")
def thanks(request: Any) -> HttpResponse:
    """A list of thanks to put up: names only of people who agreed; the others are counted."""
    since, until = span_of(request)
    rows = served(done(*_moments(since, until)), timezone.now())
    named = [one for one in rows if one.volunteer.named_on is not None]
    context = {
        "named": named,
        "unnamed": len(rows) - len(named),
        "people": len(rows),
        "total": _total(rows),
        "since": since,
        "until": until,
        "back_url": reverse("duties:hours"),
    }
    return render(request, "duties/thanks.html", context)


@require_GET
@needs("duties.read")
def certificate(request: Any, pk: UUID) -> HttpResponse:
    """A certificate for one person, from evidence."""
    who, (since, until) = own_person(request, pk), span_of(request)
    stints = list(done(*_moments(since, until)).filter(volunteer=who).order_by("shift__starts_at"))
    rows = served(stints, timezone.now())
    if not rows:
        raise Http404("nothing to certify")
    posts = list(dict.fromkeys(one.shift.post.label for one in stints))
    context = {
        "who": who,
        "served": rows[0],
        "posts": "、".join(posts),
        "since": timezone.localdate(stints[0].shift.starts_at),
        "until": timezone.localdate(stints[-1].shift.starts_at),
        "today": timezone.localdate(),
        "back_url": reverse("duties:person", args=[who.pk]),
    }
    return render(request, "duties/certificate.html", context)


@require_GET
def ours(request: Any) -> HttpResponse:
    """The hours that the bodies one speaks for may see, wherever their people stood (C08, C09); for who speaks for none: 404."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    own = {m.of_body_id for m in request.mandates if m.of_body_id and m.user_id == request.user.pk}
    bodies = list(Body.objects.filter(pk__in=own, until__isnull=True))
    if not bodies:
        raise Http404("speaks for no body")
    since, until = span_of(request)
    everywhere = set(Place.objects.filter(kind__code="neighbourhood").values_list("pk", flat=True))
    with scoped(neighbourhood_ids=everywhere, reason=f"request:{request.user.pk}:hours of own bodies"):
        found = [(body, of_body(body, *_moments(since, until), timezone.now())) for body in bodies]
    tables = [(body, OurHours(request, rows), _total(rows)) for body, rows in found]
    asked = request.GET.get("body", "")
    if asked:
        tables = [one for one in tables if str(one[0].pk) == asked] or tables[:1]
    context = {"tables": tables, "since": since, "until": until}
    return (tables[0][1].download() if len(tables) == 1 else None) or render(request, "duties/ours.html", context)


@require_GET
@needs("duties.read")
def meals(request: Any) -> HttpResponse:
    """How many meals at noon, by post, today and the next two days (S18)."""
    now = timezone.now()
    today = timezone.localdate(now)
    posts = standing.posts_of(request.neighbourhood, now)
    every = standing.load(posts, midnight(today), midnight(today + MEAL_DAYS * DAY), now)
    days = []
    for day in (today + n * DAY for n in range(MEAL_DAYS)):
        found = standing.meals(every, day)
        days.append((day, sum(found.values()), [(post, found[post]) for post in posts if post in found]))
    return render(request, "duties/meals.html", {"days": days, "today": days[0][1]})
