"""The chain of a traveller, or of a run, as a line of knots: who has somebody since when, how both sides confirmed, what was taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli import vault
from linli.accounts.models import User
from linli.journeys.actions.handed import SIGNATURE_CONTEXT
from linli.journeys.faces import holder_in_full, holder_of, long, name_of, when
from linli.journeys.models import Handover, Hands, Leg, Traveller
from linli.journeys.words import WAYS, WHYS
from linli.kernel.handover import Span, minutes_between
from linli.ui.words import listed

NAMED = 6
"""So many people are named in a knot; of more, the number."""


@dataclass(frozen=True)
class Knot:
    """One point of the line. ``notes``: ("muted" or a signal, words); ``signatures``: who, and the path he drew."""

    at: datetime
    title: str
    css: str = ""
    about: bool = False
    minutes: int | None = None
    open: bool = False
    notes: tuple[tuple[str, str], ...] = ()
    id: UUID | None = None
    signatures: tuple[tuple[str, str], ...] = ()
    may_annul: bool = False
    people: int = 0

    @property
    def long(self) -> str:
        """The minutes in words."""
        return long(self.minutes or 0)


def knots_of(handovers: Iterable[Handover], *, manage: bool) -> list[Knot]:
    """Hand-overs by themselves, with the names of who was handed over."""
    rows = list(handovers)
    names = _names(rows)
    return [_knot(one, f"{holder_of(one.giver)} → {holder_of(one.taker)}", names, manage, people=True) for one in rows]


def chain_of(
    traveller: Traveller, spans: Sequence[Span[UUID]], handovers: Sequence[Handover], now: datetime, *, manage: bool
) -> list[Knot]:
    """A traveller's whole line in the order of the clock: spans, what waits for a side, what was taken back."""
    names = _names(handovers)
    by_id = {str(one.pk): one for one in handovers}
    begun = [_beginning(traveller, spans[0], now)] if spans else []
    held = [_span(by_id[span.by], span, names, now, manage) for span in spans[1:] if span.by in by_id]
    standing = {span.by for span in spans}
    rest = [_knot(one, _offered(one), names, manage) for key, one in by_id.items() if key not in standing]
    return sorted([*begun, *held, *rest], key=lambda knot: knot.at)


def next_of(leg: Leg, now: datetime) -> Knot:
    """What is planned next, as the last knot."""
    late = minutes_between(leg.alarm_at, now)
    note = ("amber", _("late: it was due by %(at)s") % {"at": when(leg.alarm_at)})
    title = _("Next: %(who)s") % {"who": holder_of(leg.taker)}
    return Knot(leg.expected_at, title, "is-next", leg.about, notes=(note,) if late > 0 else ())


def _names(handovers: Iterable[Handover]) -> dict[int, str]:
    """Names of the accounts that confirmed or took back; one statement."""
    wanted = {pk for one in handovers for pk in (one.gave_by, one.took_by, _annulled_by(one)) if pk is not None}
    rows: dict[int, str] = dict(User.objects.filter(pk__in=wanted).values_list("pk", "display_name"))
    return rows


def _annulled_by(one: Handover) -> int | None:
    return one.annulment.by_user if hasattr(one, "annulment") else None


def _beginning(traveller: Traveller, span: Span[UUID], now: datetime) -> Knot:
    open_ = span.until is None
    minutes = minutes_between(span.since, span.until or now)
    title = _("Met by %(who)s") % {"who": holder_in_full(traveller.begun_hands)}
    return Knot(span.since, title, "is-now" if open_ else "", minutes=minutes, open=open_)


def _span(one: Handover, span: Span[UUID], names: dict[int, str], now: datetime, manage: bool) -> Knot:
    taker, open_ = one.taker, span.until is None
    final = taker is not None and taker.is_final
    title = _("Home: %(who)s") if taker is not None and taker.is_home else _("To %(who)s")
    knot = _knot(one, title % {"who": holder_in_full(taker)}, names, manage)
    notes = knot.notes
    if span.broken:
        words = _("the hand-over names %(who)s, who did not have them by what we know") % {"who": holder_of(one.giver)}
        notes = (*notes, ("amber", words))
    css = "is-home" if final else "is-now" if open_ else ""
    minutes = None if final and open_ else minutes_between(span.since, span.until or now)
    return Knot(
        span.since,
        knot.title,
        css,
        one.about,
        minutes,
        open_,
        notes,
        one.pk,
        knot.signatures,
        knot.may_annul,
        knot.people,
    )


def _offered(one: Handover) -> str:
    return _("%(giver)s to %(taker)s") % {"giver": holder_of(one.giver), "taker": holder_of(one.taker)}


def _knot(one: Handover, title: str, names: dict[int, str], manage: bool, *, people: bool = False) -> Knot:
    """A hand-over by itself: taken back, waiting for a side, or done."""
    back, half = hasattr(one, "annulment"), one.gave_at is None or one.took_at is None
    who = [link.traveller for link in one.links.all()]
    notes = [("muted", listed(name_of(each) for each in who[:NAMED]))] if people else []
    notes += _confirmed(one, names)
    if back:
        said = {
            "at": when(one.annulment.at),
            "who": names.get(one.annulment.by_user or 0, "—"),
            "why": WHYS[one.annulment.why],
        }
        notes.append(("muted", _("taken back %(at)s by %(who)s: %(why)s") % said))
    css = "is-back" if back else "is-half" if half else ""
    return Knot(
        one.happened_at, title, css, one.about, notes=tuple(notes), id=one.pk,
        signatures=_signatures(one), may_annul=manage and not back, people=len(who),
    )  # fmt: skip


def _confirmed(one: Handover, names: dict[int, str]) -> list[tuple[str, str]]:
    """How each side confirmed, and when we learned of it."""
    found = []
    for hands, at, way, by in (
        (one.giver, one.gave_at, one.gave_way, one.gave_by),
        (one.taker, one.took_at, one.took_way, one.took_by),
    ):
        words = {"who": names.get(by or 0) or holder_of(hands), "way": WAYS.get(way, "")}
        if at is None:
            found.append(("amber", _("%(who)s has not confirmed yet") % words))
        else:
            found.append(("muted", _("%(who)s confirmed %(way)s") % words))
    if one.counted is not None:
        found.append(("muted", ngettext("%(n)s head counted", "%(n)s heads counted", one.counted) % {"n": one.counted}))
    if one.made_offline:
        found.append(("muted", _("made without a network, heard of %(at)s") % {"at": when(one.heard_at)}))
    if one.overridden:
        found.append(("amber", _("does not fit what we know; stored as it was told, somebody should look at it")))
    return found


def _signatures(one: Handover) -> tuple[tuple[str, str], ...]:
    pairs: tuple[tuple[Hands | None, Any], ...] = ((one.giver, one.giver_signature), (one.taker, one.taker_signature))
    found = ((holder_of(hands), _drawn(sealed)) for hands, sealed in pairs if sealed is not None)
    return tuple((who, path) for who, path in found if path)


def _drawn(sealed: Any) -> str:
    """The path of a signature; empty when it was erased with its operation."""
    try:
        return vault.unseal_text(bytes(sealed), context=SIGNATURE_CONTEXT)
    except vault.KeyMissing:
        return ""
