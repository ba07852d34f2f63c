"""For the office: what nobody took up yet and who is told next; the list of those who are to be called."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linli.ground.access import forbidden, needs
from linli.ground.templatetags.offices import office
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.notices import calling, queries
from linli.notices.queries import Line
from linli.notices.words import job_word, told_names
from linli.ui.tables import Column, Table
from linli.ui.words import moment

UNMASK = "register.unmask"


class Waiting(Table):
    """What nobody took up."""

    title = gettext_lazy("Notices that wait")
    empty = gettext_lazy("Nothing waits")
    columns = (
        Column("what", gettext_lazy("What"), lambda line: what(line), head=True, show=lambda line: what_shown(line)),
        Column("since", gettext_lazy("Told at"), lambda line: line.notice.due_at, sort=("x",)),
        Column(
            "told",
            gettext_lazy("Who was told"),
            lambda line: "、".join(told_names(line)),
            show=lambda line: format_html_join("、", '<span class="name">{}</span>', ((n,) for n in told_names(line))),
        ),
        Column("next", gettext_lazy("Who is told next"), lambda line: next_words(line)),
    )


def what(line: Line) -> str:
    """What a notice says in one line: its title, and of what or where."""
    return " · ".join(str(one) for one in (line.said.title, line.said.detail) if one)


def what_shown(line: Line) -> SafeString:
    """The same for the page: the title leads to what it is about."""
    title = format_html('<a href="{}">{}</a>', line.said.url, line.said.title) if line.said.url else line.said.title
    return (
        format_html('{}<br><span class="muted">{}</span>', title, line.said.detail)
        if line.said.detail
        else format_html("{}", title)
    )


def next_words(line: Line) -> str:
    """Who is told next and when: an office further up, the same people again, or nobody further."""
    if line.next is not None and line.next_at is not None:
        return _("%(office)s, %(at)s") % {"office": office(line.next.to), "at": moment(line.next_at)}
    if line.notice.next_at is not None:
        return _("the same again, %(at)s") % {"at": moment(line.notice.next_at)}
    return _("nobody further")


@require_GET
@needs("notices.manage")
def waiting(request: Any) -> HttpResponse:
    """What nobody took up yet, the longest due first."""
    rows = queries.lines(queries.waiting(request.neighbourhood))
    words = request.GET.get("q", "").strip().casefold()
    shown = [one for one in rows if words in f"{what(one)} {' '.join(told_names(one))}".casefold()]
    table = Waiting(request, shown)
    now = timezone.now()
    silent, failed = queries.worker(now)
    context = {
        "table": table,
        "count": len(rows),
        "calls": len(calling.people(request.neighbourhood, now)),
        "failing": queries.failing(request.neighbourhood),
        "silent": silent,
        "failed": [(job_word(one.name), one.failed_since) for one in failed],
    }
    return table.download() or render(request, "notices/office.html", context)


@require_http_methods(["GET", "POST"])
@needs("notices.manage")
def calls(request: Any) -> HttpResponse:
    """The printed list of those who have no account: telephone numbers are masked until somebody says what they are needed for."""
    rows = calling.people(request.neighbourhood, timezone.now())
    reason, refused = "", ""
    if request.method == "POST":
        if UNMASK not in request.rights:
            return forbidden(request, UNMASK)
        try:
            rows = calling.with_numbers(by=request.user, rows=rows, reason=request.POST.get("reason", ""))
            reason = request.POST.get("reason", "").strip()
        except Refusal as refusal:
            refused = refusal_text(refusal)
    return render(request, "notices/calls.html", {"rows": rows, "reason": reason, "refused": refused})
