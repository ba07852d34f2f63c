"""What a change of a case will bring about, said before it is done, in days, moments and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.care import rules
from linli.care.errand_queries import open_of_cases
from linli.care.models import Case
from linli.care.ordering import standing
from linli.care.words import midnight
from linli.ui.words import DASH, listed, moment


def said(case: Case, verb: str, data: Mapping[str, Any], now: datetime) -> list[str]:
    """Sentences for a change that was typed (``data``: its form's cleaned data) and is not done yet. At most two statements."""
    if verb in ("extend", "shorten"):
        return _other_days(case, int(data["days"]), now)
    if verb == "recount":
        return _counted(case, str(data["convention"]), now)
    if verb == "order":
        return _ordered(case, data)
    if verb == "prolong":
        return [_("It is looked at again on %(day)s.") % {"day": moment(data["ends_on"], "day")}]
    if verb == "move" and _term(case) and not data.get("address"):
        return [_("Nobody is asked for readings there, and no gate calls anybody."), _release(case.release_at)]
    if verb == "move":
        return [_("The checks go on. From now on whoever looks in goes to the new place."), _release(case.release_at)]
    if verb == "reopen":
        return (
            [_("Whatever was due is due again from now on."), _release(case.release_at)]
            if _term(case)
            else [_("Whatever was due is due again from now on.")]
        )
    return _closed(case, verb, now)


def _term(case: Case) -> bool:
    return case.day0 is not None and case.days is not None


def checks_left(case: Case, now: datetime, days: int | None = None, convention: str = "") -> int:
    """How many checks are still to come in the term, or in another one."""
    if case.day0 is None or case.days is None:
        return 0
    own = rules.clock(case.day0, days or case.days, convention or case.convention)
    return sum(1 for one in own.slots(None) if one.slot.at > now)


def _release(at: datetime | None) -> str:
    return _("Release stays at %(at)s.") % {"at": midnight(at)} if at is not None else ""


def _other_days(case: Case, days: int, now: datetime) -> list[str]:
    day0: date = case.day0 or now.date()
    after = rules.release_at(day0, days, case.convention)
    more = checks_left(case, now, days) - checks_left(case, now)
    lines = [
        _("Release becomes %(after)s; it was %(before)s.")
        % {"after": midnight(after), "before": midnight(case.release_at)}
    ]
    if more > 0:
        lines.append(ngettext("%(n)s check more is due.", "%(n)s checks more are due.", more) % {"n": more})
    if more < 0:
        lines.append(ngettext("%(n)s check fewer is due.", "%(n)s checks fewer are due.", -more) % {"n": -more})
    lines.append(_("If the new order lapses, the term is again what it is now."))
    return lines


def _ordered(case: Case, data: Mapping[str, Any]) -> list[str]:
    """Another order changes no day; it is what the case rests on when those before it fall away."""
    if any(one.unsure and one.documented_at is None for one in standing(case)):
        first = _("It takes the place of the order of which nobody knew when it was given.")
    else:
        first = _("The case rests on this order as well; when an earlier one lapses or is struck, it stays open.")
    lines = [first, _release(case.release_at)]
    if not data.get("document"):
        lapses = moment(rules.lapses_at(data["given_at"]))
        lines.append(_("It lapses %(at)s unless its document comes before.") % {"at": lapses})
    return lines


def _counted(case: Case, convention: str, now: datetime) -> list[str]:
    found = rules.counted(convention=convention, days=case.days or 0, landed_at=case.landed_at, door_at=case.door_at)
    day0 = found.day0 or case.day0
    if day0 is None:
        return [_("What it counts from is not known, so nothing would change.")]
    after = rules.release_at(day0, case.days or 0, convention)
    return [
        _("Day 0 becomes %(day)s.") % {"day": moment(day0, "day")},
        _("Release becomes %(after)s; it was %(before)s.")
        % {"after": midnight(after), "before": midnight(case.release_at)},
    ]


def _closed(case: Case, verb: str, now: datetime) -> list[str]:
    lines = []
    left = checks_left(case, now)
    if left:
        lines.append(
            ngettext(
                "%(n)s check that was still to come is not asked any more.",
                "%(n)s checks that were still to come are not asked any more.",
                left,
            )
            % {"n": left}
        )
    if _term(case):
        lines.append(_("The gates call nobody any more when the person passes."))
    open_ones = open_of_cases([case.pk], now).get(case.pk, [])
    if open_ones:
        said = ngettext(
            "%(n)s errand is open and stays open: somebody still has to settle it.",
            "%(n)s errands are open and stay open: somebody still has to settle them.",
            len(open_ones),
        ) % {"n": len(open_ones)}
        lines.append(f"{said} {listed(one.words or DASH for one in open_ones)}")
    if verb == "annul":
        lines.append(_("It stays in the books as a mistake and counts in no figure."))
    lines.append(_("It can be taken back by opening it again."))
    return lines
