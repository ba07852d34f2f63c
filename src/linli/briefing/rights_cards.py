"""The card of 今日 about what people asked about their own data (PIPL art. 50)."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.briefing.context import Card, Context
from linli.ground.models import RightsRequest
from linli.ui.words import number

SOON = timedelta(days=7)


def rights_cards(context: Context) -> list[Card]:
    """Open requests that are due within a week, for those who answer them."""
    if "persons.answer" not in context.rights:
        return []
    today = timezone.localdate(context.now)
    rows = RightsRequest.objects.filter(neighbourhood=context.neighbourhood, outcome="", due__lte=today + SOON)
    dues = list(rows.values_list("due", flat=True))
    if not dues:
        return []
    late = sum(due < today for due in dues)
    title = ngettext(
        "%(n)s request about personal data is to be answered",
        "%(n)s requests about personal data are to be answered",
        len(dues),
    ) % {"n": number(len(dues))}
    text = _("Within this week; a refusal needs reasons.")
    if late:
        text = ngettext("%(n)s of them is overdue.", "%(n)s of them are overdue.", late) % {"n": number(late)}
    return [Card("red" if late else "amber", title, text, reverse("ground:rights_requests"), _("Answer"))]
