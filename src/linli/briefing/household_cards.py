"""Cards of 今日 about who arrives and who rents."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.briefing.context import Card, Context
from linli.ground.mandates import places_with
from linli.returnees.queries import waiting
from linli.tenancies.queries import differences
from linli.ui.words import number


def arrival_cards(context: Context) -> list[Card]:
    """R06: who arrives and is not registered yet, in the reader's own area."""
    roots = places_with(context.request.mandates, "register.state")
    if not roots:
        return []
    count, late = waiting(context.neighbourhood, roots, context.now)
    if not count:
        return []
    title = ngettext(
        "%(n)s person who arrives is not registered yet", "%(n)s people who arrive are not registered yet", count
    ) % {"n": number(count)}
    text = (
        ngettext("%(n)s of them is past its time", "%(n)s of them are past their time", late) % {"n": number(late)}
        if late
        else _("Each has an owner and a time by which it is due.")
    )
    return [Card("red" if late else "amber", title, text, reverse("returnees:index"), _("See them"))]


def tenancy_cards(context: Context) -> list[Card]:
    """R08: where the property company's list and the register differ, in the reader's own area."""
    roots = places_with(context.request.mandates, "register.state")
    if not roots:
        return []
    count = differences(context.neighbourhood, roots).filter(resolved_at__isnull=True).count()
    if not count:
        return []
    title = ngettext(
        "A tenant list and the register differ in %(n)s point",
        "A tenant list and the register differ in %(n)s points",
        count,
    ) % {"n": number(count)}
    text = _("Each has an owner; answer them one by one or by kind.")
    return [Card("amber", title, text, reverse("tenancies:differences"), _("Answer"))]
