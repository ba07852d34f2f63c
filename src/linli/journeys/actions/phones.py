"""What phones tell of hand-overs after the event: stored as it is, never refused (HOUSE.md, two clocks)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import User
from linli.journal.record import record
from linli.journeys import acts
from linli.journeys.actions.arrivals import ids
from linli.journeys.actions.handed import difference, moved, people_of
from linli.journeys.actions.handovers import Side, confirm, link
from linli.journeys.actions.travellers import held
from linli.journeys.models import Handover, HandoverTraveller, Hands, Traveller
from linli.journeys.rules import FUTURE
from linli.journeys.standing import chains_now
from linli.kernel.handover import holder_at


@dataclass(frozen=True, kw_only=True)
class Told:
    """One side's word, or both. ``giver`` None: whoever held them; ``taker`` None: only the giver's phone was heard so far.

    ``travellers``: whom this sender ticked. ``overridden``: what the phone itself knows to be odd, by code or as ids.
    ``not_met``: ids of who of their run was in nobody's hands, as the sender was shown; for the journal.
    """

    id: UUID
    travellers: Sequence[Traveller]
    happened_at: datetime
    giver: Hands | None = None
    taker: Hands | None = None
    gave: Side | None = None
    took: Side | None = None
    counted: int | None = None
    device: UUID | None = None
    made_offline: bool = True
    overridden: Mapping[str, object] | None = None
    not_met: Sequence[str] = ()


@dataclass(frozen=True)
class Recorded:
    """What became of it. ``handover`` None: nothing that could be a row (nobody known, or to himself); the sender's item is kept waiting.
    ``fresh``: something was learned by it."""

    handover: Handover | None
    fresh: bool


def record_handover(*, by: User | None, told: Told) -> Recorded:
    """Store what a phone did. The same id again fills the side that is still empty; a side that confirmed never changes.

    Whoever only one of the two sides ticked stays where he was, for nobody moves on one side's word. Why a server would have refused
    stands in ``overridden``: ``head_count`` with ``missing``, ``extra`` (ids) and ``uncounted``; ``not_with_giver``, ``not_begun``,
    ``closed``, ``future``. A clock that is fast hides nobody: what is said to come happened when it was heard of.
    """
    if not told.travellers or (told.gave is None and told.took is None):
        return Recorded(None, fresh=False)
    with transaction.atomic():
        rows = held(told.travellers)
        now = timezone.now()
        if told.happened_at > now:
            told = _as_heard(told, now)
        before = Handover.objects.select_for_update(of=("self",)).select_related("operation").filter(pk=told.id).first()
        if before is not None:
            return _second_word(by, before, told, rows, now)
        giver = told.giver or _holder(rows, told.happened_at, now)
        if giver is None or (told.taker is not None and told.taker.pk == giver.pk):
            return Recorded(None, fresh=False)
        return Recorded(_first_word(by, told, giver, rows, now), fresh=True)


def _as_heard(told: Told, now: datetime) -> Told:
    """The same, at the moment it was heard of; with a clock too far ahead, ``future`` says so and ``said_at`` what it showed."""
    overridden = dict(told.overridden or {})
    if told.happened_at > now + FUTURE:
        _add(overridden, "future", said_at=told.happened_at.isoformat())
    return replace(told, happened_at=now, overridden=overridden)


def _holder(rows: Sequence[Traveller], at: datetime, now: datetime) -> Hands | None:
    """Who held most of them then."""
    chains = chains_now(rows, now)
    holders = [holder for chain in chains.values() if (holder := holder_at(chain, at)) is not None]
    most = max(set(holders), key=lambda one: (holders.count(one), str(one)), default=None)
    return Hands.objects.filter(pk=most).first() if most is not None else None


def _first_word(by: User | None, told: Told, giver: Hands, rows: Sequence[Traveller], now: datetime) -> Handover:
    overridden = _overridden(told, giver, rows, now)
    fresh = [row.pk for row in rows if row.begun_at is None]
    Traveller.objects.filter(pk__in=fresh).update(begun_at=told.happened_at, begun_hands=giver)
    handover = Handover(
        id=told.id, neighbourhood_id=giver.neighbourhood_id, operation=rows[0].operation, giver=giver, taker=told.taker,
        happened_at=told.happened_at, heard_at=now, counted=told.counted, device=told.device, made_offline=told.made_offline,
        overridden=overridden,
    )  # fmt: skip
    for side, said in (("gave", told.gave), ("took", told.took if told.taker is not None else None)):
        if said is not None:
            confirm(handover, side, said)
    handover.save(force_insert=True)
    link(handover, rows)
    _note(by, handover, rows, told, now)
    return handover


def _second_word(by: User | None, handover: Handover, told: Told, rows: Sequence[Traveller], now: datetime) -> Recorded:
    """The other side's phone is heard: its confirmation is added, and only whom both ticked is handed over."""
    news = [(side, said) for side, said in (("gave", told.gave), ("took", told.took))
            if said is not None and getattr(handover, f"{side}_at") is None]  # fmt: skip
    taker = handover.taker or told.taker
    if taker is None or taker.pk == handover.giver_id:
        news = [(side, said) for side, said in news if side == "gave"]
    if not news:
        return Recorded(handover, fresh=False)
    first = people_of(handover)
    found = difference(first, rows, told.counted)
    both = {row.pk for row in first} & {row.pk for row in rows}
    overridden = dict(handover.overridden)
    for code in (told.overridden or {}).get("codes", ()):  # type: ignore[attr-defined]
        _add(overridden, code)
    if found:
        _add(overridden, "head_count", missing=found.missing, extra=found.extra, uncounted=found.uncounted)
    if not both:
        Handover.objects.filter(pk=handover.pk).update(overridden=overridden)
        return Recorded(handover, fresh=True)
    HandoverTraveller.objects.filter(handover=handover).exclude(traveller__in=both).delete()
    _correct_giver(handover, told, taker)
    handover.taker, handover.overridden, handover.heard_at = taker, overridden, now
    handover.happened_at = max(handover.happened_at, told.happened_at)
    handover.counted = handover.counted if told.counted is None else told.counted
    for side, said in news:
        confirm(handover, side, said)
    handover.save()
    _note(by, handover, list({row.pk: row for row in [*first, *rows]}.values()), told, now)
    return Recorded(handover, fresh=True)


def _correct_giver(handover: Handover, told: Told, taker: Hands | None) -> None:
    """Who gave says so himself; before his phone was heard it was whoever was known to hold them."""
    himself = handover.gave_at is None and told.gave is not None
    if himself and told.giver is not None and (taker is None or told.giver.pk != taker.pk):
        handover.giver = told.giver


def _note(by: User | None, handover: Handover, rows: Sequence[Traveller], told: Told, now: datetime) -> None:
    not_met = {"not_met": list(told.not_met)} if told.not_met else {}
    record(acts.HEARD_OF, by=by, subject=("handover", handover.pk), neighbourhood=handover.neighbourhood_id,
           happened_at=handover.happened_at, data={"travellers": ids(rows), "offline": handover.made_offline} | not_met)  # fmt: skip
    moved(by, handover, rows, now)


def _overridden(told: Told, giver: Hands, rows: Sequence[Traveller], now: datetime) -> dict[str, object]:
    """Why a server would have refused it; empty when it would not."""
    found: dict[str, object] = dict(told.overridden or {})
    heads = difference(rows, rows, told.counted)
    if heads:
        _add(found, "head_count", uncounted=heads.uncounted)
    if any(row.begun_at is None for row in rows):
        _add(found, "not_begun")
    if any(row.closed_at is not None for row in rows):
        _add(found, "closed")
    chains = chains_now(rows, now)
    wrong = [pk for pk, chain in chains.items() if holder_at(chain, told.happened_at) not in (None, giver.pk)]
    if wrong:
        _add(found, "not_with_giver", not_with_giver=wrong)
    return found


def _add(found: dict[str, object], code: str, **more: object) -> None:
    codes = list(found.get("codes") or [])  # type: ignore[call-overload]
    found["codes"] = [*codes, code] if code not in codes else codes
    for name, value in more.items():
        if value:
            found[name] = [str(pk) for pk in value] if isinstance(value, list | tuple) else value
