"""What other rooms know and these pages say: who watched a night, who was trained for a duty, who looks after a household afterwards.

This room imports none of them; whoever stands above both introduces an answer here, from ``apps.py``. Without one the page says that
nothing is known, never that all is well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from linli.ground.models import Mandate, Place
from linli.journeys.models import Traveller


@dataclass(frozen=True)
class Watch:
    """How a stretch of time was covered (T08). ``gaps``: when nobody was there, in order; ``people``: name and minutes on duty."""

    gaps: tuple[tuple[datetime, datetime], ...]
    people: tuple[tuple[str, int], ...]

    @property
    def uncovered(self) -> int:
        """Minutes without anybody."""
        return sum(int((until - since).total_seconds() // 60) for since, until in self.gaps)


@dataclass(frozen=True)
class Aftercare:
    """What follows at home (T13): who looks after the household, from day 0 for so many days.

    ``phone_from``: where the number is from, of :data:`PHONE_FROM`.
    ``page``: address of the case, for who has ``right``.
    ``convention``: code of ``kernel.cadence.CONVENTIONS``, which says how they are counted, and by which article.
    """

    supervisor: str = ""
    phone: str = ""
    day0: date | None = None
    days: int = 0
    convention: str = "landing"
    phone_from: str = ""
    page: str = ""
    right: str = ""


PHONE_FROM = ("holder", "body", "operation", "committee")
"""Whose number it is: the office holder's own in the register, his body's, where people of the operation ask, the committee's."""


class _Beside:
    """The answers that were introduced; none at first."""

    def __init__(self) -> None:
        self.watch: Callable[[Place, datetime, datetime], Watch | None] = lambda place, since, until: None
        self.trained: Callable[[Mandate, str, date], date | None] = lambda mandate, duty, day: None
        self.aftercare: Callable[[Traveller], Aftercare | None] = lambda traveller: None


_beside = _Beside()


def introduce(
    *,
    watch: Callable[[Place, datetime, datetime], Watch | None] | None = None,
    trained: Callable[[Mandate, str, date], date | None] | None = None,
    aftercare: Callable[[Traveller], Aftercare | None] | None = None,
) -> None:
    """Introduce answers; what is left out stays as it was."""
    _beside.watch = watch or _beside.watch
    _beside.trained = trained or _beside.trained
    _beside.aftercare = aftercare or _beside.aftercare


def watch(neighbourhood: Place, since: datetime, until: datetime) -> Watch | None:
    """Who was on duty in ``since`` ≤ t < ``until``, and when nobody; None when no roster is known."""
    return _beside.watch(neighbourhood, since, until)


def trained(mandate: Mandate, duty: str, day: date) -> date | None:
    """Since when somebody is trained for a duty of a run on that day (T11); None when nobody recorded a training."""
    return _beside.trained(mandate, duty, day)


def aftercare(traveller: Traveller) -> Aftercare | None:
    """Who looks after the household afterwards, and until when; None when no case is open yet."""
    return _beside.aftercare(traveller)
