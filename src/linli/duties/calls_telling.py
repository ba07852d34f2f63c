"""The notice of a call: somebody moved up from the waiting list, and whoever keeps the roster tells him. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.accounts.models import User
from linli.duties.models import Call
from linli.notices import kinds
from linli.notices.actions import notify
from linli.notices.kinds import Said
from linli.notices.models import Notice
from linli.notices.recipients import To

MOVED_UP = "duties.moved_up"


def moved_up(by: User | None, call: Call, now: datetime) -> None:
    """A place became free and went to whoever had waited longest: the office tells him."""
    notify(
        by=by,
        kind=MOVED_UP,
        subject=("call", call.pk),
        neighbourhood=call.neighbourhood,
        to=To(capacity="clerk", place=call.neighbourhood),
        key=f"duties.moved_up:{call.pk}:{now.isoformat()}",
        quantities={"count": 1},
    )


def describe(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    """Which call; names stand on its page."""
    calls = {one.pk: one for one in Call.objects.filter(pk__in={UUID(one.subject) for one in notices})}
    found = {}
    for one in notices:
        call = calls.get(UUID(one.subject))
        if call is not None:
            title = _("Somebody moved up from the waiting list and has to be told")
            found[one.pk] = Said(title, call.title, reverse("volunteers:call", args=[call.pk]))
    return found


def register_all() -> None:
    """The kind of notice, from ``apps.py``."""
    title = gettext_lazy("Somebody moved up from a waiting list")
    kinds.register(kinds.Kind(MOVED_UP, title, repeat_after=None, repeats=0, steps=(), sound=False, describe=describe))
