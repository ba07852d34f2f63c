"""What the own page and errands hold about a person (PIPL art. 13, 17, 19). They go with the case."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.care.errand_sealed import words_of
from linli.care.models import Errand, OwnCode
from linli.care.models.hidden import HIDDEN
from linli.ground.holdings import Fact, Holding, register_holding
from linli.ground.who import last_homes
from linli.kernel.ids import made_at


def errands(people: Sequence[UUID]) -> list[Fact]:
    """Errands of their cases, and those without a case of the home where they live; what was asked for is unsealed for a copy alone."""
    rows = Errand.objects.filter(case__person__in=list(people)).exclude(case__kind=HIDDEN).select_related("case")
    living = {row.household_id: pk for pk, (row, _home) in last_homes(people).items() if row.household_id is not None}
    alone = Errand.objects.filter(case__isnull=True, household__in=list(living))
    return [
        *(_fact(row, row.case.person_id) for row in rows if row.case is not None),
        *(_fact(row, living[row.household_id]) for row in alone),
    ]


def _fact(row: Errand, person: UUID) -> Fact:
    return Fact("errands", str(row.pk), person, _("Errand"), "", timezone.localdate(row.asked_at), "", row.heard_at,
                partial(_words, row))  # fmt: skip


def _words(row: Errand) -> str:
    return words_of(row) or ""


def codes(people: Sequence[UUID]) -> list[Fact]:
    """That a code for the own page was handed over; the code itself is kept nowhere."""
    rows = OwnCode.objects.filter(person__in=list(people)).exclude(case__kind=HIDDEN)
    what = _("Code of the own page")
    return [
        Fact("own_codes", str(row.pk), row.person_id, what, "", timezone.localdate(row.made_at), "", made_at(row.pk))
        for row in rows
    ]


def register_all() -> None:
    """The holdings of errands and codes, from ``apps.py``."""
    asked, service = _("because you or whoever looks after you asked for it"), _("to bring what you need to the door")
    register_holding(
        Holding("errands", _("Errands"), service, asked, _("30 days after it was settled, and no longer than its operation"),
                errands, rank=47, right="care.read")
    )  # fmt: skip
    register_holding(
        Holding("own_codes", _("Own page"), _("so that you can see and correct what is held about you"), asked,
                _("as long as the case"), codes, rank=48, right="care.read")
    )  # fmt: skip
