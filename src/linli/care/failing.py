"""What the worker could not do for one case or one neighbourhood: logged, told to the secretary with its number and what to do, and
counted for whoever runs the server, until it works. Whatever fails in one keeps none of the others from it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.care.models import Case, Order, Supervisor
from linli.ground.models import Place
from linli.notices import kinds
from linli.notices.actions import notify, settle
from linli.notices.kinds import Said
from linli.notices.models import Notice
from linli.notices.recipients import To

logger = logging.getLogger("linli.care")
STUCK = "care.stuck"
T = TypeVar("T")


class Turn:
    """One turn of a job. What fails in it is told once until it works; what works again waits for nobody any more."""

    def __init__(self, job: str, now: datetime) -> None:
        self._job, self._now = job, now
        self._stuck: set[tuple[str, str]] = set()

    def tried(self, about: Case | Order | Supervisor | Place, act: Callable[[], T]) -> T | None:
        """What ``act`` returns, which brings its own transaction; None when it failed. ``about``: whom or what it is for."""
        try:
            return act()
        except Exception:
            kind, subject = _subject(about)
            logger.exception("%s failed for %s %s", self._job, kind, subject)
            self._stuck.add((f"{self._job}_{kind}", subject))
            self._tell(about, f"{self._job}_{kind}", subject)
            return None

    def over(self) -> None:
        """The turn is over: what failed before and did not fail now is told no more. In its scope; one statement when nothing had."""
        rows = Notice.objects.filter(kind=STUCK, settled_at__isnull=True, subject_type__startswith=f"{self._job}_")
        for one in set(rows.values_list("subject_type", "subject")) - self._stuck:
            settle(now=self._now, subject=one, kind=STUCK)

    def _tell(self, about: Case | Order | Supervisor | Place, kind: str, subject: str) -> None:
        rows = Notice.objects.filter(kind=STUCK, settled_at__isnull=True, subject_type=kind, subject=subject)
        try:
            if rows.exists():
                return
            neighbourhood = about if isinstance(about, Place) else about.neighbourhood
            notify(
                by=None,
                kind=STUCK,
                subject=(kind, subject),
                neighbourhood=neighbourhood,
                to=To(capacity="secretary", place=neighbourhood),
                key=f"{STUCK}:{kind}:{subject}:{self._now.timestamp():.0f}",
            )
        except Exception:
            logger.exception("nobody could be told of %s %s", kind, subject)  # the database itself may be what fails


def _subject(about: Case | Order | Supervisor | Place) -> tuple[str, str]:
    """The case, else the home or the neighbourhood, that something is about."""
    if isinstance(about, Place):
        return "place", str(about.pk)
    if isinstance(about, Case):
        return "case", str(about.pk)
    if about.case_id is not None:
        return "case", str(about.case_id)
    return "home", str(about.household_id)


def waiting() -> int:
    """How many could not be done and still cannot, everywhere in the scope."""
    return Notice.objects.filter(kind=STUCK, settled_at__isnull=True).count()


def register_all() -> None:
    """From ``apps.py``."""
    title = gettext_lazy("Something in care could not be done by itself")
    kinds.register(kinds.Kind(STUCK, title, describe=_described))


def _described(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    """What to do, with the number and without a name. No statement."""
    return {one.pk: _said(one) for one in notices}


def _said(notice: Notice) -> Said:
    kind, number = notice.subject_type.rpartition("_")[2], {"id": notice.subject}
    if kind == "case":
        look = (
            _("Look at its page, and set right by hand what is not: term, checks, who looks after it. Case %(id)s.")
            % number
        )
        url = reverse("care:case", args=[notice.subject])
    elif kind == "home":
        look = _("Look at the page of the home and name who looks after it. Home %(id)s.") % number
        url = reverse("care:household", args=[notice.subject])
    else:
        look = _("Look at the list: are today's checks asked of everybody? Neighbourhood %(id)s.") % number
        url = reverse("care:board")
    again = _("It is tried again every minute. Whoever runs the server finds the reason in its log under this number.")
    return Said(_("Something in care could not be done by itself"), f"{look} {again}", url)
