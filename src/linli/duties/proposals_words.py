"""Why a place stays open, and which rule a decision by hand breaks, as sentences. Within a scope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.duties.models import Shift, Training
from linli.duties.proposals import Basis
from linli.ground.models import Body
from linli.kernel.roster import Bar, Broken, Violation
from linli.kernel.roster_why import Unmet, Why
from linli.ui.words import is_chinese, listed, moment

Counted = Callable[[int], str]

KEPT: dict[str, Counted] = {
    Why.EXEMPT: lambda n: ngettext("%(n)s is excused from such duties", "%(n)s are excused from such duties", n),
    Why.AWAY: lambda n: ngettext("%(n)s is away", "%(n)s are away", n),
    Why.NOT_FREE: lambda n: ngettext("%(n)s is not free at this hour", "%(n)s are not free at this hour", n),
    Why.FIXED_ELSEWHERE: lambda n: ngettext(
        "%(n)s is fixed elsewhere or ruled out", "%(n)s are fixed elsewhere or ruled out", n
    ),
    Why.RESTING: lambda n: ngettext(
        "%(n)s is on another duty or has to rest", "%(n)s are on another duty or have to rest", n
    ),
    Why.KEPT_APART: lambda n: ngettext(
        "%(n)s must not be with, or only with, somebody", "%(n)s must not be with, or only with, somebody", n
    ),
    Why.ON_IT: lambda n: ngettext("%(n)s is on it already", "%(n)s are on it already", n),
    Why.FULL: lambda n: ngettext(
        "%(n)s finds the places given to others by hand", "%(n)s find the places given to others by hand", n
    ),
    Why.COULD: lambda n: ngettext("%(n)s could still take it", "%(n)s could still take it", n),
}
"""How many people are kept by what; each is part of a sentence."""


@dataclass(frozen=True)
class Open:
    """A place that stays open: when and where, what is missing, and why."""

    at: str
    what: str
    why: str
    could: bool


def open_places(unmet: Sequence[Unmet], there: Basis) -> list[Open]:
    """Open places as sentences, in their order."""
    names = _names(unmet)
    shifts = {str(key): shift for key, shift in there.shifts.items()}
    found = []
    for row in unmet:
        if row.watch:
            at = moment(datetime.fromisoformat(row.at))
            what = _("nobody on duty can lead")
        elif row.at in shifts:
            at = _at(shifts[row.at])
            what = ngettext("%(n)s person is missing", "%(n)s people are missing", row.missing) % {"n": row.missing}
            wanted = _wanted(row, names)
            if wanted:
                what = _("%(missing)s (%(wanted)s)") % {"missing": what, "wanted": wanted}
        else:
            continue
        found.append(Open(at, what, why_of(row, names), row.why is Why.COULD))
    return found


def _names(rows: Iterable[Unmet]) -> dict[str, str]:
    trainings = Training.objects.filter(pk__in={row.need.training for row in rows if row.need.training})
    bodies = Body.objects.filter(pk__in={int(row.need.body) for row in rows if row.need.body})
    chinese = is_chinese()
    named = {str(one.pk): one.name if chinese else (one.name_en or one.name) for one in trainings}
    return {**named, **{str(one.pk): one.name for one in bodies}}


def _wanted(row: Unmet, names: dict[str, str]) -> str:
    parts = []
    if row.need.training:
        parts.append(_("trained: %(name)s") % {"name": names.get(row.need.training or "", "")})
    if row.need.body:
        parts.append(_("of %(name)s") % {"name": names.get(row.need.body or "", "")})
    if row.need.leader:
        parts.append(_("able to lead"))
    return listed(parts)


def why_of(row: Unmet, names: dict[str, str]) -> str:
    """The reason as one sentence, with how many people are kept by what."""
    match row.why:
        case Why.NOBODY_TRAINED:
            return _("Nobody is trained for it: %(name)s.") % {"name": names.get(row.need.training or "", "")}
        case Why.NOBODY_OF_BODY:
            return _("Nobody on the roster is of %(name)s.") % {"name": names.get(row.need.body or "", "")}
        case Why.NOBODY_LEADS:
            return _("Nobody on the roster can lead a shift.")
        case Why.NOBODY_FITS:
            return _("Nobody on the roster has everything that is asked for.")
    among = [(why, people) for why, people in row.among if why in KEPT]
    parts = listed(KEPT[why](people) % {"n": people} for why, people in among)
    total = sum(people for _why, people in among)
    if row.why is Why.COULD:
        return _("This roster may not be the best yet: %(parts)s.") % {"parts": parts}
    return ngettext("Of the one who fits: %(parts)s.", "Of the %(total)s who fit: %(parts)s.", total) % {
        "total": total,
        "parts": parts,
    }


@dataclass(frozen=True)
class Against:
    """A rule that is broken by hand: whose, when and where, and which."""

    name: str
    at: str
    why: str


def broken_words(found: Sequence[Violation], there: Basis) -> list[Against]:
    """What was decided by hand against a rule; what the machine proposes breaks none."""
    people = {str(key): one.name for key, one in there.people.items()}
    shifts = {str(key): one for key, one in there.shifts.items()}
    known = [one for one in found if one.shift in shifts]
    return [Against(people.get(one.person, ""), _at(shifts[one.shift]), _broken(one, people)) for one in known]


def _at(shift: Shift) -> str:
    return f"{moment(shift.starts_at)} {shift.post.label}"


def _broken(one: Violation, people: dict[str, str]) -> str:
    bars = {
        Bar.EXEMPT: _("Excused from such duties."),
        Bar.AWAY: _("Away on that day."),
        Bar.NOT_FREE: _("Not free at this hour."),
        Bar.TAKEN: _("Another duty lies too near."),
    }
    match one.code:
        case Broken.BARRED:
            return bars[Bar(one.other)]
        case Broken.REST:
            return _("Less than 11 hours of rest between two duties.")
        case Broken.APART:
            return _("Must not be with %(name)s.") % {"name": people.get(one.other, "")}
        case Broken.TOGETHER:
            return _("Only together with %(name)s.") % {"name": people.get(one.other, "")}
        case Broken.TOO_MANY:
            return _("More people than places, or the place is for somebody else.")
    return _("Decided otherwise by hand.")
