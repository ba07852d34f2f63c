"""Who is told when somebody came home and his case could not be opened by itself: the secretary, once, until there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.journeys.models import Traveller
from linli.notices import kinds
from linli.notices.actions import notify, settle
from linli.notices.kinds import Kind, Said
from linli.notices.models import Notice
from linli.notices.recipients import To

NOT_OPENED = "arrival.not_opened"


def register_all() -> None:
    """From ``apps.py``."""
    title = gettext_lazy("Somebody came home, and nobody looks after him yet")
    kinds.register(Kind(NOT_OPENED, title, sound=True, describe=_described))


def not_opened(traveller: Traveller, now: datetime) -> None:
    """Tell the secretary; once, until there is a case, and anew when it is gone again."""
    rows = Notice.objects.filter(subject_type=_subject(traveller)[0], subject=_subject(traveller)[1])
    if rows.filter(settled_at__isnull=True).exists():
        return
    notify(
        by=None,
        kind=NOT_OPENED,
        subject=_subject(traveller),
        neighbourhood=traveller.neighbourhood,
        to=To(capacity="secretary", place=traveller.neighbourhood),
        key=f"{NOT_OPENED}:{traveller.pk}:{rows.count()}",
        due_at=now,
    )


def opened(traveller: Traveller, now: datetime) -> None:
    """There is a case now, or none is needed."""
    settle(subject=_subject(traveller), now=now)


def _subject(traveller: Traveller) -> tuple[str, str]:
    return ("arrival", str(traveller.pk))


def _described(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    """What to do, without a name. No statement."""
    return {
        one.pk: Said(
            _("Somebody came home, and nobody looks after him yet"),
            _("His case could not be opened by itself. Open it by hand, or say on the journey's page that it is over."),
            reverse("journeys:traveller", args=[one.subject]),
        )
        for one in notices
    }
