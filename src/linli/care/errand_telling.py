"""Whoever looks after a household hears that it asks for something; when nobody takes it, the secretary does (Q03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.care.errand_queries import post_of
from linli.care.models import Errand
from linli.ground.models import Mandate
from linli.ground.places import short_address
from linli.kernel.escalation import Step
from linli.notices import kinds
from linli.notices.actions import notify, settle
from linli.notices.kinds import Kind, Said
from linli.notices.models import Notice
from linli.notices.recipients import To
from linli.ui.words import moment

WAITS = "care.errand"
UNTAKEN = timedelta(hours=4)
"""*(ours)*: nobody has taken it for so long: the secretary hears of it too."""


def asked_for(errand: Errand, to: Mandate | None = None) -> None:
    """An errand waits for somebody, or was given to somebody by another (``to``); in the transaction that made it so."""
    post, place = post_of(errand, timezone.now()), errand.neighbourhood
    helper = to or (post.mandate if post is not None else None)
    notify(
        by=None,
        kind=WAITS,
        subject=("errand", errand.pk),
        neighbourhood=place,
        to=To(mandate=helper) if helper is not None else To(capacity="secretary", place=place),
        key=f"{WAITS}:{errand.pk}:{timezone.now().timestamp():.3f}",
        quantities={"count": 1},
    )


def no_longer_waits(errand: Errand, now: datetime) -> None:
    """It was taken, delivered or called off."""
    settle(now=now, subject=("errand", errand.pk), neighbourhood=errand.neighbourhood)


def describe(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    """From which door, since when. One statement."""
    wanted = {one.pk: UUID(one.subject) for one in notices if one.subject_type == "errand"}
    rows = Errand.objects.select_related("household__dwelling__parent__parent__parent").in_bulk(wanted.values())
    return {
        pk: Said(
            _("%(home)s asks for an errand") % {"home": short_address(rows[errand].household.dwelling)},
            _("Asked %(at)s.") % {"at": moment(rows[errand].asked_at)},
            reverse("care_errands:errand", args=[errand]),
        )
        for pk, errand in wanted.items()
        if errand in rows
    }


def register_all() -> None:
    """Make the kind known, from ``apps.py``."""
    kinds.register(Kind(WAITS, gettext_lazy("An errand waits"), steps=(Step(UNTAKEN, "secretary"),), describe=describe))
