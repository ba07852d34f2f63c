"""The card of 今日 about the daily sheet: it is made and waits to be sent."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.briefing.context import Card, Context
from linli.briefing.sheets import reported
from linli.briefing.streets import street_of
from linli.ui.words import moment


def sheet_cards(context: Context) -> list[Card]:
    """Today's sheet is made and nobody has sent it, or the one that was sent was corrected; where somebody above reads it."""
    if "sheet.send" not in context.rights:
        return []
    (one,) = reported([context.neighbourhood], timezone.localdate(context.now))
    state = one.state(context.now)
    if one.sheet is None or state == "sent" or street_of(context.neighbourhood) is None:
        return []
    title = (
        _("Today's sheet was corrected and is not sent again")
        if state == "corrected"
        else _("Today's sheet is not sent yet")
    )
    text = _("It speaks of %(at)s. Look at it, then send it in your name.") % {"at": moment(one.sheet.as_of, "time")}
    return [Card("amber", title, text, reverse("sheet:sheet", args=[context.neighbourhood.pk]), _("To the sheet"))]
