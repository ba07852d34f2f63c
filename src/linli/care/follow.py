"""Follow-up of journeys (E02): who is on the way back, list by list. Two lists may share people, so they are never added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from linli.accounts.models import User
from linli.care import powers, rules, seeing
from linli.care.models import Case, FollowUp
from linli.care.sealed import words_of
from linli.ground.models import Place
from linli.ground.places import short_address

NO_LIST = "none"


@dataclass(frozen=True)
class Line:
    """One journey: what is known of it, and which of the three is not."""

    case: Case
    name: str
    address: str
    lists: tuple[str, ...]
    health: str
    route: str
    returns: tuple[date, date, bool] | None
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    """One list: how many are on it, and of how many something is not known."""

    code: str
    people: int
    incomplete: int


def load(user: User, neighbourhood: Place) -> list[Line]:
    """Every open follow-up that somebody may see. Four statements beside those of who sees what."""
    rows = seeing.visible(user, neighbourhood).filter(kind=rules.JOURNEY, closed_at__isnull=True)
    related = ("person__merged_into", "dwelling__parent__parent__parent", "follow_up")
    return [
        _line(case) for case in rows.select_related(*related).prefetch_related("follow_up__tags").order_by("opened_at")
    ]


def _line(case: Case) -> Line:
    known: FollowUp = case.follow_up
    person = case.person.merged_into or case.person
    returns = None
    if known.returns_from is not None and known.returns_until is not None:
        returns = (known.returns_from, known.returns_until, known.returns_about)
    return Line(
        case,
        person.name,
        short_address(case.dwelling) if case.dwelling is not None else "",
        tuple(sorted(tag.code for tag in known.tags.all())),
        words_of(known.health) or "",
        words_of(known.route) or "",
        returns,
        rules.incomplete(health=known.health is not None, route=known.route is not None, returns=returns is not None),
    )


def on(lines: Sequence[Line], code: str) -> list[Line]:
    """Those on one list; :data:`NO_LIST`: those on none."""
    return [one for one in lines if (code in one.lists if code != NO_LIST else not one.lists)]


def counted(lines: Sequence[Line]) -> list[Counted]:
    """Each list by itself, in the order of the data; those on no list last, if there are any."""
    codes = [*powers.lists(), *([NO_LIST] if on(lines, NO_LIST) else [])]
    found = []
    for code in codes:
        rows = on(lines, code)
        found.append(Counted(code, len(rows), sum(1 for one in rows if one.missing)))
    return found
