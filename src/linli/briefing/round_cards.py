"""Cards of 今日 about rounds: findings past their day, bodies that have not answered, what is asked of one's own bodies."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.briefing.context import Card, Context
from linli.ground.bodies import roots
from linli.rounds.access import own_bodies, own_findings, own_scope, scope_of
from linli.rounds.findings import open_findings
from linli.rounds.models import Answer, Target
from linli.rounds.queries import occurrences
from linli.rounds.rules import overdue
from linli.ui.words import moment, number

SOON = timedelta(hours=24)
PAST = timedelta(days=14)


def finding_cards(context: Context) -> list[Card]:
    """G11, R13: every finding has somebody who sees to it; what is past its day stands here until it is closed."""
    if "rounds.read" not in context.rights:
        return []
    with scope_of(context.request, "rounds.read"):
        found = open_findings(context.now)
    if not found.late:
        return []
    title = ngettext("%(n)s finding is overdue", "%(n)s findings are overdue", found.late) % {"n": number(found.late)}
    text = _("Of %(open)s that are open. Each names who sees to it.") % {"open": number(found.open)}
    return [Card("red", title, text, reverse("rounds:findings") + "?show=late", _("See them"))]


def own_finding_cards(context: Context) -> list[Card]:
    """G11: what somebody sees to himself, for who does not see all findings: the property, the head of the guards."""
    if "rounds.read" in context.rights:
        return []
    with own_scope(context.request):
        today = timezone.localdate(context.now)
        due = list(own_findings(context.request).filter(closed_at__isnull=True).values_list("due_on", flat=True))
    if not due:
        return []
    late = sum(1 for day in due if overdue(day, None, today))
    title = ngettext("%(n)s finding is yours to see to", "%(n)s findings are yours to see to", len(due)) % {
        "n": number(len(due))
    }
    text = (
        ngettext("%(n)s of them is past its time", "%(n)s of them are past their time", late) % {"n": number(late)}
        if late
        else _("The next by %(at)s.") % {"at": moment(min(due), "day")}
    )
    return [Card("red" if late else "amber", title, text, reverse("rounds:findings_mine"), _("See them"))]


def request_cards(context: Context) -> list[Card]:
    """R14: who has not answered, for who may ask; from a day before the time until two weeks after it."""
    if "rounds.ask" not in context.rights:
        return []
    rows = occurrences(roots(context.request, "rounds.ask")).filter(
        withdrawn_at__isnull=True, due_at__lt=context.now + SOON, due_at__gt=context.now - PAST
    )
    found = []
    for one in rows[:3]:
        missing = one.asked - one.answered
        if not missing:
            continue
        title = ngettext("“%(name)s”: %(n)s has not answered", "“%(name)s”: %(n)s have not answered", missing) % {
            "name": one.title,
            "n": number(missing),
        }
        text = _("By %(at)s.") % {"at": moment(one.due_at)}
        kind = "red" if one.due_at < context.now else "amber"
        url = reverse("rounds:request", args=[one.pk])
        found.append(Card(kind, title, text, url, _("Whom to call"), one.answered, one.asked))
    return found


def own_cards(context: Context) -> list[Card]:
    """What is asked of the bodies for which one speaks."""
    bodies = own_bodies(context.request)
    if not bodies:
        return []
    answered = Answer.objects.values("target")
    rows = Target.objects.filter(body__in=bodies, occurrence__withdrawn_at__isnull=True).exclude(pk__in=answered)
    due = sorted(rows.values_list("occurrence__due_at", flat=True))
    if not due:
        return []
    title = ngettext("%(n)s answer is waited for", "%(n)s answers are waited for", len(due)) % {"n": number(len(due))}
    text = _("The next by %(at)s.") % {"at": moment(due[0])}
    kind = "red" if due[0] < context.now else "amber"
    return [Card(kind, title, text, reverse("rounds:asked"), _("Answer"))]
