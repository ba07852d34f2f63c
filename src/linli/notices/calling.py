"""The printed list of calls: who was told of something that waits and has no account, with the telephone by which to reach him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.actions.people import unmask
from linli.ground.models import Mandate, Phone, Place
from linli.notices import kinds
from linli.notices.kinds import Said
from linli.notices.models import Addressee, Notice
from linli.notices.queries import WAITING


@dataclass(frozen=True)
class Call:
    """Somebody to call: what about, by which office, and his telephone (``number`` masked until it is asked for with a reason)."""

    mandate: Mandate
    about: tuple[Said, ...]
    phone: Phone | None
    number: str

    @property
    def name(self) -> str:
        """Who is called, as the mandate says it."""
        return self.mandate.holder_name


def people(neighbourhood: Place, now: datetime) -> list[Call]:
    """Who is to be called, each once with everything that waits for him. A body is called on its duty telephone."""
    today = timezone.localdate(now)
    holds = Q(mandate__until__isnull=True) | Q(mandate__until__gt=today)
    waits = Q(notice__in=Notice.objects.filter(WAITING, neighbourhood=neighbourhood).values("pk"))
    rows = Addressee.objects.filter(holds, waits, user__isnull=True).select_related(
        "notice", "mandate__body", "mandate__place__parent"
    )
    told = list(rows.order_by("mandate__holder_name", "mandate", "notice__due_at"))
    words = kinds.said(list({one.notice.pk: one.notice for one in told}.values()))
    persons = [one.mandate.person_id for one in told if one.mandate.person_id is not None]
    phones = {row.person_id: row for row in Phone.objects.filter(person__in=persons).order_by("since", "pk")}
    about: dict[int, list[Said]] = {}
    mandates: dict[int, Mandate] = {}
    for one in told:
        mandates[one.mandate.pk] = one.mandate
        about.setdefault(one.mandate.pk, []).append(words[one.notice.pk])
    return [_call(mandate, tuple(about[pk]), phones.get(mandate.person_id)) for pk, mandate in mandates.items()]


def _call(mandate: Mandate, about: tuple[Said, ...], phone: Phone | None) -> Call:
    body = mandate.body.phone if mandate.body is not None else ""
    return Call(mandate, about, phone, body or (phone.masked if phone is not None else ""))


def with_numbers(*, by: User, rows: Sequence[Call], reason: str) -> list[Call]:
    """The same with whole numbers, each journaled with the reason (PIPL art. 51). Refusal: ``ground.reason_missing``."""
    with transaction.atomic():
        return [
            replace(one, number=unmask(by=by, row=one.phone, reason=reason)) if one.phone is not None else one
            for one in rows
        ]
