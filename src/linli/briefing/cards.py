"""The cards of 今日: what needs me now. Each is one act away from done; at most seven are shown."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.briefing.care_cards import care_cards, own_care_cards
from linli.briefing.context import Card, Context
from linli.briefing.duty_cards import duty_cards, own_duty_cards
from linli.briefing.gate_cards import exception_cards, handout_cards, passed_cards
from linli.briefing.household_cards import arrival_cards, tenancy_cards
from linli.briefing.notice_cards import notice_cards, own_notice_cards
from linli.briefing.rights_cards import rights_cards
from linli.briefing.round_cards import finding_cards, own_cards, own_finding_cards, request_cards
from linli.briefing.sheet_cards import sheet_cards
from linli.ground import homes
from linli.ground.mandates import places_with
from linli.operations.queries import active_operation

MOST = 7
RANK = {"red": 0, "amber": 1, "green": 2}


Source = Callable[[Context], list[Card]]


def home_cards(context: Context) -> list[Card]:
    """R01, R02: who is not reached, what has no state, which household has nobody."""
    if "board.read" not in context.rights:
        return []
    own = places_with(context.request.mandates, "board.read")
    board = homes.load(context.neighbourhood, own=own)
    doors = [d for d in board.doors if d.url]
    url = reverse("ground:homes")
    if not doors:
        if "register.import" not in context.rights:
            return []
        return [Card("amber", _("The register is empty"), _("Import the office's file: you see what is wrong in it first."),
                     reverse("register:imports"), _("Import a register"))]  # fmt: skip
    found: list[Card] = []
    unreached = sum(1 for d in doors if d.state == "unreached")
    blank = sum(1 for d in doors if d.state == "blank")
    orphans = sum(1 for d in doors if d.household and d.responsible is None)
    if orphans:
        title = ngettext(
            "%(n)s household has nobody who answers for it",
            "%(n)s households have nobody who answers for them",
            orphans,
        ) % {"n": orphans}
        found.append(Card("red", title, _("Every household needs exactly one."), url, _("Assign")))
    if unreached:
        title = ngettext("%(n)s home is not reached yet", "%(n)s homes are not reached yet", unreached) % {
            "n": unreached
        }
        text = _("Everyone who answers for one is on the list.")
        found.append(
            Card("amber", title, text, url + "?state=unreached", _("See them"), len(doors) - unreached, len(doors))
        )
    if blank:
        title = ngettext("%(n)s home has no state yet", "%(n)s homes have no state yet", blank) % {"n": blank}
        found.append(Card("amber", title, _("The office left the field empty."), url + "?state=blank", _("See them")))
    return found


def operation_cards(context: Context) -> list[Card]:
    """An operation that ends soon. What is due for erasure goes by itself within the hour and needs nobody."""
    if "operations.manage" not in context.rights:
        return []
    found = []
    operation = active_operation(context.neighbourhood, context.now)
    if operation is not None:
        days = (operation.ends_at - context.now).days
        if days < 3:
            title = ngettext("“%(name)s” ends in %(n)s day", "“%(name)s” ends in %(n)s days", days) % {
                "name": operation.name,
                "n": days,
            }
            text = _("Renew it by name, or let it end: its data goes then.")
            found.append(Card("amber", title, text, reverse("operations:detail", args=[operation.pk]), _("Decide")))
    return found


SOURCES: tuple[Source, ...] = (
    notice_cards,
    own_notice_cards,
    care_cards,
    own_care_cards,
    exception_cards,
    duty_cards,
    own_duty_cards,
    home_cards,
    arrival_cards,
    tenancy_cards,
    handout_cards,
    operation_cards,
    finding_cards,
    own_finding_cards,
    request_cards,
    rights_cards,
    own_cards,
    sheet_cards,
    passed_cards,
)


def cards(context: Context) -> list[Card]:
    """All cards, alarms first, at most seven."""
    found = [card for source in SOURCES for card in source(context)]
    return sorted(found, key=lambda c: RANK[c.kind])[:MOST]
