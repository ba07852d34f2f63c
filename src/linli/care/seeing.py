"""Who may see which cases: the office all but children who are alone, a helper his own, the secretary every one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from linli.accounts.models import User
from linli.care import acts
from linli.care.models import Case, Supervisor
from linli.care.models.hidden import HIDDEN, children_too
from linli.care.rules import QUARANTINE
from linli.care.supervising import helpers, supervisors
from linli.ground.mandates import mandates_of, rights_at
from linli.ground.models import Place
from linli.journal.record import record

__all__ = ["case_of", "children_too", "helps", "opened_page", "own", "visible"]

READ, CHILDREN = "care.read", "care.children"


def visible(user: User, neighbourhood: Place, moment: datetime | None = None) -> QuerySet[Case]:
    """The cases that somebody may see in a neighbourhood, open and closed. At most eight statements; the rows come with one more.

    ``care.read`` sees every kind but children who are alone, which ``care.children`` sees; a helper sees what is his at this moment.
    """
    rights = rights_at(mandates_of(user), neighbourhood)
    if READ in rights:
        condition = ~Q(kind=HIDDEN)
        condition |= Q() if CHILDREN not in rights else Q(kind=HIDDEN)
        if CHILDREN not in rights:
            condition |= own(user, moment or timezone.now())
    else:
        condition = own(user, moment or timezone.now())
    with children_too():
        rows: QuerySet[Case] = Case.objects.filter(condition, neighbourhood=neighbourhood)
    return rows


def own(user: User, moment: datetime) -> Q:
    """Of households and people that somebody looks after himself at a moment, in the caller's scope; open cases alone."""
    mine = {mandate.pk for mandate in mandates_of(user)}
    named = Supervisor.objects.filter(mandate__in=mine, annulled_at__isnull=True, since__lte=moment)
    rows = list(named.values_list("household_id", "case_id"))
    homes = supervisors({home for home, case in rows if case is None}, moment)
    cases = helpers({case for _home, case in rows if case is not None}, moment)
    of_home = [pk for pk, post in homes.items() if post.mandate is not None and post.mandate.pk in mine]
    of_case = [pk for pk, post in cases.items() if post.mandate is not None and post.mandate.pk in mine]
    return Q(closed_at__isnull=True) & (Q(household__in=of_home, kind=QUARANTINE) | Q(pk__in=of_case))


def helps(user: User, case: Case, moment: datetime | None = None) -> bool:
    """Whether somebody looks after this case himself at a moment."""
    with children_too():
        return Case.objects.filter(own(user, moment or timezone.now()), pk=case.pk).exists()


def case_of(user: User, neighbourhood: Place, pk: UUID) -> Case:
    """One case for a page. Raises Http404 for who may not see it: for him it does not exist."""
    rows: Any = visible(user, neighbourhood).select_related(
        "person__merged_into", "household", "dwelling__parent", "operation"
    )
    found: Case | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("no such case")
    return found


def opened_page(*, by: User, case: Case) -> None:
    """Somebody opened the page of a case: the person can read on the own page who it was."""
    record(acts.SEEN, by=by, subject=("case", case.pk), neighbourhood=case.neighbourhood_id)
