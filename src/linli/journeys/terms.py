"""How long afterwards, and by what: day 0, last day, moment of release, how the days are counted and by which article (RULES.md B4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.journeys.beside import Aftercare
from linli.journeys.models import Traveller
from linli.journeys.schemes import Rule, Scheme, rule_on, scheme_called
from linli.kernel.cadence import CONVENTIONS, Convention, day0_of, last_day, said_release
from linli.operations.queries import as_of
from linli.ui.words import is_chinese


@dataclass(frozen=True)
class Term:
    """The days after an arrival. ``rule`` and ``cite``: which scheme of the day of arrival, and where it is written."""

    day0: date
    days: int
    convention: Convention
    rule: str = ""
    cite: str = ""

    @property
    def last_day(self) -> date:
        """Over at 24:00 of this day."""
        return last_day(self.day0, self.days, self.convention)

    @property
    def release(self) -> str:
        """The moment of release in the reader's language."""
        return self.release_in("zh" if is_chinese() else "en")

    @property
    def release_zh(self) -> str:
        """The same in Chinese, for papers."""
        return self.release_in("zh")

    def release_in(self, language: str) -> str:
        """The same in ``zh`` or ``en``."""
        return said_release(self.day0, self.days, self.convention, language)

    @property
    def says(self) -> str:
        """How the days are counted, in the reader's language."""
        return self.convention.zh if is_chinese() else self.convention.en


def term_of(traveller: Traveller, after: Aftercare | None) -> Term | None:
    """The term of somebody's case; before it is open, what the scheme of the day of arrival says, from the day of landing.

    None when no scheme applied, or nobody knows the day or the country.
    """
    landed = _landed(traveller)
    scheme = rule_for(traveller, landed).scheme if landed is not None else None
    cite = _cited(scheme) if scheme is not None else ""
    said = _said(scheme) if scheme is not None else ""
    if after is not None and after.day0 is not None and after.days:
        return Term(after.day0, after.days, CONVENTIONS[after.convention], said, cite)
    if scheme is None or landed is None or not scheme.days:
        return None
    return Term(landed, scheme.days, CONVENTIONS["landing"], said, cite)


def rule_for(traveller: Traveller, day: date) -> Rule:
    """What applied to somebody who arrived on ``day`` (T12), for his case and for his papers alike; see :func:`origin_of`."""
    read = as_of(traveller.operation, day)
    return rule_on(read, origin_of(traveller)) if read is not None else Rule(None, None, listed=False)


def origin_of(traveller: Traveller) -> str:
    """The country in which a journey began: as said of him, else of his flight; empty if nobody said."""
    return traveller.country or (traveller.movement.country if traveller.movement is not None else "")


def _landed(traveller: Traveller) -> date | None:
    """The Shanghai day on which he landed."""
    movement = traveller.movement
    if movement is None:
        return None
    return day0_of(movement.landed_at) if movement.landed_at is not None else movement.day


def scheme_words(code: str) -> str:
    """A scheme by its code, with what it was: its days, and the sentence that ordered them; empty for one that is not on record."""
    scheme = scheme_called(code)
    return " · ".join(part for part in (_said(scheme), _cited(scheme)) if part) if scheme is not None else ""


def _cited(scheme: Scheme) -> str:
    return "；".join(one.text for one in scheme.cites if one.public)


def _said(scheme: Scheme) -> str:
    """14 days, or 14 days and 7 days afterwards."""
    days = ngettext("%(n)s day", "%(n)s days", scheme.days) % {"n": scheme.days}
    if not scheme.then_days:
        return days
    return _("%(days)s, then %(n)s days watched at home") % {"days": days, "n": scheme.then_days}
