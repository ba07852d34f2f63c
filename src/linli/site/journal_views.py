"""``/journal/``: who did what, for ``journal.read``. It stands on floor 5 because it names what the rooms' entries speak of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from linli.accounts.models import User
from linli.ground.access import needs
from linli.ground.mandates import under
from linli.ground.models import Mandate, Place
from linli.journal import acts
from linli.journal.models import Entry
from linli.site.journal_lines import WATCHED, Line, lines_of
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import moment

PER_PAGE = 50
KNOWN = _("known")


def _when(line: Line) -> str:
    text = moment(line.happened_at)
    return f"{text} ({KNOWN} {moment(line.heard_at)})" if line.late else text


def _what(line: Line) -> Any:
    return signal("amber", line.what) if line.watched else line.what


class Journal(Table):
    """Entries, newest first. Rows become lines a page at a time, so that names are looked up once a page."""

    title = _("Who did what")
    empty = _("Nothing is written down for this choice")
    per_page = PER_PAGE
    columns = (
        Column("when", _("When"), lambda r: r.happened_at, show=_when, nowrap=True),
        Column("who", pgettext_lazy("journal", "Who"), lambda r: r.who, head=True),
        Column("what", _("Did what"), lambda r: r.what, show=_what),
        Column("subject", _("On what"), lambda r: r.subject),
        Column("more", pgettext_lazy("journal", "More"), lambda r: r.more),
    )

    def lines(self, rows: Any = None) -> Any:
        """Entries to lines, then to cells."""
        return super().lines(lines_of(self.page if rows is None else rows))


@needs("journal.read")
@require_GET
def journal(request: Any) -> HttpResponse:
    """The page, its spreadsheet and its print: what was done in this neighbourhood, and to the installation as a whole."""
    here: Place = request.neighbourhood
    people = _people(here)
    entries = _filtered(Entry.objects.filter(_of(here, people)), request.GET)
    table = Journal(request, entries)
    if request.GET.get("as"):
        table = _Whole(request, lines_of(entries[:5000]))
    context = {
        "table": table,
        "people": people,
        "acts": sorted(acts.all_acts().items(), key=lambda pair: pair[1]),
        "watched": entries.filter(act__in=WATCHED).count(),
        "today": timezone.localdate(),
    }
    return table.download() or render(request, "site/journal.html", context)


class _Whole(Journal):
    """For paper and spreadsheet: the lines are made already."""

    def lines(self, rows: Any = None) -> Any:
        return Table.lines(self, rows)


def _of(here: Place, people: list[User]) -> Q:
    """A condition for the entries of a neighbourhood: its own; acts on the installation as a whole (a backup, numbers shown on the
    command line); and acts upon accounts that belong to no neighbourhood, when they hold an office here.
    """
    everywhere = Q(neighbourhood__isnull=True)
    accounts = Q(subject_kind="user", subject__in=[str(user.pk) for user in people])
    return Q(neighbourhood=here.pk) | (everywhere & (Q(subject_kind="") | accounts))


def _people(here: Place) -> list[User]:
    """The accounts that may stand in this journal: of this neighbourhood, or with an office in it, ever."""
    held = Mandate.objects.filter(under([here], "place__path"), user__isnull=False).values("user")
    return list(User.objects.filter(Q(home=here.pk) | Q(pk__in=held)).order_by("display_name"))


def _filtered(entries: QuerySet[Entry], query: Any) -> QuerySet[Entry]:
    """The entries that the address asks for.

    ``who`` (account), ``act`` (or ``watched``: whole numbers seen), ``from`` and ``to`` (days, both included).
    """
    who, act = query.get("who", ""), query.get("act", "")
    if who.isdecimal():
        entries = entries.filter(by_user=int(who))
    if act == "watched":
        entries = entries.filter(act__in=WATCHED)
    elif acts.known(act):
        entries = entries.filter(act=act)
    start, end = _day(query.get("from", "")), _day(query.get("to", ""))
    if start is not None:
        entries = entries.filter(heard_at__gte=_midnight(start))
    if end is not None:
        entries = entries.filter(heard_at__lt=_midnight(end + dt.timedelta(days=1)))
    return entries.order_by("-heard_at", "-id")


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    # the first and the last days of the calendar have no midnight in every time zone
    return day if day is not None and 1900 <= day.year <= 2999 else None


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
