"""A person's own page ``/mine/``: whoever holds a cookie for which that person's code was typed in.

It ends on every phone at once with the case, with its operation, with a newer code, or when the office ends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db.models import QuerySet

from linli.care.actions.own_codes import open_own_page
from linli.care.models import Case, OwnCode
from linli.care.models.hidden import children_too
from linli.care.own_forms import CodeForm
from linli.care.own_until import live, open_until
from linli.ground.code_page import CodePage
from linli.ground.models import Household, Person, Place


class Own:
    """What a view of the own page gets: the code, its case and person, inside their neighbourhood's scope."""

    def __init__(self, code: OwnCode, case: Case) -> None:
        self.code, self.case = code, case
        self.person: Person = case.person
        self.household: Household = case.household
        self.neighbourhood: Place = code.neighbourhood


def _live(now: datetime) -> QuerySet[OwnCode]:
    return live(now).select_related("neighbourhood")


@contextmanager
def _own(code: OwnCode) -> Iterator[Own]:
    """The case of a code, with what its page says; a child who is alone sees the own case too."""
    with children_too():
        rows = Case.objects.select_related(
            "person", "household__dwelling__parent__parent__parent", "dwelling", "operation"
        )
        yield Own(code, rows.get(pk=code.case_id))


def _until(own: Own, now: datetime) -> datetime | None:
    return open_until(own.case, now)


PAGE: CodePage[OwnCode, Own] = CodePage(
    "mine", CodeForm, "care/own/enter.html", opens=open_own_page, live=_live, behind=_own, until=_until
)
"""An address pauses after five wrong codes; the five tries of one code are counted with the code itself."""
