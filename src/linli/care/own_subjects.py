"""Which entries of the journal are about a person of a case: the pages "who opened my data" of the office and of the person say them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linli.care.models import Case, Errand
from linli.care.models.hidden import children_too
from linli.ground.openings import register_subjects


def cases(people: Sequence[UUID]) -> list[UUID]:
    """Their cases; one statement."""
    with children_too():
        return list(Case.objects.filter(person__in=list(people)).values_list("pk", flat=True))


def errands(people: Sequence[UUID]) -> list[UUID]:
    """The errands of their cases; one statement."""
    with children_too():
        return list(Errand.objects.filter(case__person__in=list(people)).values_list("pk", flat=True))


def register_all() -> None:
    """Make both known, from ``apps.py``."""
    register_subjects("case", _("the case of care"), cases)
    register_subjects("errand", _("an errand"), errands)
