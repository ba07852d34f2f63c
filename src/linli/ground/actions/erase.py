"""Erase a person's data on his request: part of it, or all of it (PIPL art. 47). What must stay is named with its reason and its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.actions.requests import need_reasons
from linli.ground.holdings import Stay, holdings, stays
from linli.ground.locks import hold_neighbourhood
from linli.ground.models import AlikeAnswer, Merge, Person, RightsRequest
from linli.ground.people_words import PARTS
from linli.ground.who import everyone
from linli.journal.record import record
from linli.kernel.refusal import Refusal

WHOLE = "person"
NOBODY = "—"
"""The name of an entry that something else still needs (a permit that was printed) after its person was erased."""


def decide_erasure(
    *, by: User | None, request: RightsRequest, parts: Iterable[str], reasons: str = "", at: datetime | None = None
) -> RightsRequest:
    """Erase what ``parts`` name (``documents``, ``phones``, ``notes``, ``details``, or ``person``: everything) and answer the request.

    Everything: numbers, telephones, search keys, homes, ties, consents, the words of requests; joins and the journal's pseudonym go,
    so that the journal no longer says who; permits are cancelled; an entry that a printed permit needs stays without a name. What
    other rooms keep for a time they name as ``Stay``. Refusals: ``ground.request_answered``, ``ground.not_an_erasure``,
    ``ground.parts_missing``, ``ground.erase_blocked`` (an office, an operation that runs), ``ground.reasons_missing`` (for a part).
    """
    chosen = frozenset(parts)
    if request.kind != RightsRequest.Kind.DELETE or request.person is None:
        raise Refusal("ground.not_an_erasure", gettext_noop("Nobody asked for an erasure here."))
    if not chosen or chosen - PARTS.keys():
        raise Refusal("ground.parts_missing", gettext_noop("Please choose what is to be erased."))
    outcome = RightsRequest.Outcome.DONE if WHOLE in chosen else RightsRequest.Outcome.PARTLY
    need_reasons(outcome, reasons)
    now = at or timezone.now()
    with transaction.atomic():
        hold_neighbourhood(request.neighbourhood_id)
        people = everyone(request.person)
        staying = stays(people, now)
        if WHOLE in chosen:
            _not_blocked(staying)
        counts = _erase_parts(people, chosen, now)
        changed = RightsRequest.objects.filter(pk=request.pk, outcome="").update(
            outcome=outcome,
            reasons=reasons.strip()[:500],
            answered_at=now,
            answered_by=by.pk if by else None,
            erased={"parts": sorted(chosen), "counts": counts, "stays": _kept(staying)},
        )
        if not changed:
            raise Refusal("ground.request_answered", gettext_noop("This request was answered already."))
        if WHOLE in chosen:
            _erase_people(people)
        record(
            acts.ERASED,
            by=by,
            subject=("request", request.pk),
            neighbourhood=request.neighbourhood_id,
            data={"parts": sorted(chosen), "counts": counts},
        )
    request.refresh_from_db()
    return request


def _not_blocked(staying: Sequence[Stay]) -> None:
    reasons = [
        f"{stay.what}: {stay.why}" + (f" ({stay.until:%Y-%m-%d})" if stay.until else "")
        for stay in staying
        if stay.blocks
    ]
    if reasons:
        raise Refusal(
            "ground.erase_blocked",
            gettext_noop("This cannot be erased altogether yet. %(why)s. Parts of it can, or refuse with this reason."),
            why="; ".join(reasons),
        )  # fmt: skip


def _erase_parts(people: list[UUID], chosen: frozenset[str], now: datetime) -> dict[str, int]:
    """How many rows went, by kind of data."""
    counts: dict[str, int] = {}
    for holding in holdings():
        if holding.erase is not None and (WHOLE in chosen or holding.part in chosen):
            number = holding.erase(people, now)
            if number:
                counts[holding.code] = number
    return counts


def _kept(staying: Sequence[Stay]) -> list[dict[str, Any]]:
    return [
        {"what": str(stay.what), "why": str(stay.why), "until": stay.until.isoformat() if stay.until else ""}
        for stay in staying
    ]


def _erase_people(people: list[UUID]) -> None:
    """The entries themselves, joined ones first; what something else needs stays as an empty shell."""
    Merge.objects.filter(Q(person_id__in=people) | Q(into_id__in=people)).delete()
    AlikeAnswer.objects.filter(Q(one_id__in=people) | Q(other_id__in=people)).delete()
    RightsRequest.objects.filter(person_id__in=people).update(person=None, asked_by="", words="")
    for pk in reversed(people):
        try:
            with transaction.atomic():
                Person.objects.filter(pk=pk).delete()
        except ProtectedError:
            Person.objects.filter(pk=pk).update(
                name=NOBODY, sort_name="", sex="", born=None, born_about=False, nation="", merged_into=None
            )
