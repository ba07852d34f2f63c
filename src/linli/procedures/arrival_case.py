"""Whoever came home from where one has to stay at home has a case, and who did not come home has none: brought about after every change.

A hand-over at the door, a name found only next morning, a hand-over taken back, somebody driven on to the hospital: journeys tell of all of
them alike (``journeys.changes``), inside their own transaction, and here everybody's case is set right. The same again changes nothing.
What happened is never refused for the sake of a case: one that cannot be opened is named to the secretary, and tried again by the worker.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import powers
from linli.care.actions.cases import Term, annul, end, move, open_case
from linli.care.actions.orders import Ordered
from linli.care.models import Case, CaseChange
from linli.care.rules import LAPSE_WARNING, lapses_at
from linli.care.writing import Authority
from linli.ground.actions.homes import open_household
from linli.ground.models import Household, Person
from linli.ground.scope import scoped
from linli.journeys.models import Handover, Hands, Match, Traveller
from linli.journeys.schemes import Scheme
from linli.journeys.standing import chains_now
from linli.journeys.terms import origin_of, rule_for
from linli.kernel.cadence import SHANGHAI, day0_of
from linli.kernel.handover import Span
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operations
from linli.procedures import arrival_notices

logger = logging.getLogger("linli.procedures")

ORDERED_BY = "district_government"
"""Who orders those who arrive from abroad to stay at home: the districts bring them and tell the neighbourhoods (RULES.md B4)."""

STAYED = frozenset({Traveller.Closed.OVER.value, ""})
"""How a traveller may be closed and keep his case."""


def case_of(traveller: Traveller) -> Case | None:
    """The open case of a journey."""
    return Case.objects.filter(source=source_of(traveller), closed_at__isnull=True).first()


def source_of(traveller: Traveller) -> str:
    """How a case names the journey that it comes from."""
    return f"traveller:{traveller.pk}"


@dataclass(frozen=True)
class Stand:
    """Where somebody is: the span that he is in, in whose hands, and whether he was at home before."""

    span: Span[UUID]
    hands: Hands
    was_home: bool

    @property
    def at_home(self) -> bool:
        """In his own door."""
        return self.hands.is_home


def followed(by: User | None, travellers: Sequence[Traveller]) -> None:
    """Something about these travellers may have moved (``journeys.changes``)."""
    now = timezone.now()
    for one, stand in _stands(travellers, now):
        _tried(by, one, stand, now)


def tick(now: datetime) -> None:
    """The worker's turn: whoever is at home without a case gets one, if it can be opened by now. What applied to him costs no statement."""
    for operation in active_operations(now).prefetch_related("rules"):
        with scoped(neighbourhood_ids={operation.neighbourhood_id}, reason="job:arrival"):
            rows = Traveller.objects.filter(operation=operation, begun_at__isnull=False, person__isnull=False)
            known = set(Case.objects.filter(operation=operation).values_list("source", flat=True))
            left = [row for row in rows.select_related("movement", "person") if source_of(row) not in known]
            for row in left:
                row.operation = operation
            for one, stand in _stands(left, now):
                if stand is not None and stand.at_home and _may_apply(one, stand):
                    _tried(None, one, stand, now)


def _stands(travellers: Sequence[Traveller], now: datetime) -> list[tuple[Traveller, Stand | None]]:
    """Where each of them is; three statements for all of them."""
    chains = chains_now(travellers, now)
    hands = Hands.objects.in_bulk({span.holder for chain in chains.values() for span in chain})
    found: list[tuple[Traveller, Stand | None]] = []
    for one in travellers:
        chain = chains.get(one.pk) or []
        last = chain[-1] if chain else None
        before = any(hands[span.holder].is_home for span in chain[:-1])
        found.append((one, Stand(last, hands[last.holder], before) if last is not None else None))
    return found


def _tried(by: User | None, traveller: Traveller, stand: Stand | None, now: datetime) -> None:
    try:
        with transaction.atomic():
            _settle(by, traveller, stand)
            tell = arrival_notices.not_opened if _waits_for_a_name(traveller, stand) else arrival_notices.opened
            tell(traveller, now)
    except Refusal:
        arrival_notices.not_opened(traveller, now)
    except Exception:
        logger.exception("the case of %s could not be set right", source_of(traveller))
        arrival_notices.not_opened(traveller, now)


def _settle(by: User | None, traveller: Traveller, stand: Stand | None) -> None:
    """Bring the case of one journey to what is known of it."""
    case = case_of(traveller)
    person = traveller.person if traveller.closed_as in STAYED else None
    same = case is not None and person is not None and _root(case.person) == _root(person)
    if case is not None and (stand is None or not same):
        annul(by=by, case=case, reason="mistyped" if same else "wrong_person")
        case = None
    if stand is None or person is None:
        return
    if stand.at_home:
        if case is None:
            _open(by, traveller, person, stand.span)
        elif case.dwelling_id != stand.hands.place_id and not _moved_since(case, stand.span):
            move(by=by, case=case, dwelling=stand.hands.place, reason="home_again")
    elif case is not None:
        _left(by, case, stand)


def _root(person: Person) -> UUID:
    """Two entries of one human being are one."""
    return person.merged_into_id or person.pk


def _left(by: User | None, case: Case, stand: Stand) -> None:
    """Not at home: he never came, or he was taken on from there."""
    if not stand.was_home:
        annul(by=by, case=case, reason="mistyped")
    elif stand.hands.role in (Hands.Role.CENTRAL, Hands.Role.HOSPITAL):
        if case.dwelling_id is not None:
            move(by=by, case=case, dwelling=None, reason=str(stand.hands.role))
    elif stand.hands.is_final:
        end(by=by, case=case, reason="left")


def _open(by: User | None, traveller: Traveller, person: Person, span: Span[UUID]) -> None:
    """A case from the door on, by what applied on the day of arrival (T12); nothing where nothing applied, or it was closed since.

    He was told at the door that he stays at home. Of a door that is heard of so late that such an order is over, or nearly, nobody knows
    whether and when it was given: it counts from now, and the office is asked.
    """
    if _closed_since(traveller, span):
        return
    scheme, arrived = _scheme(traveller, span), _arrived(traveller, span)
    if scheme is None:
        return
    term = _term(scheme, arrived, span.since)
    if term is None:
        return
    heard_from = traveller.operation.authority
    given = span.since if lapses_at(span.since) - timezone.now() > LAPSE_WARNING else None
    open_case(
        by=by,
        person=person,
        household=_household(by, traveller, span),
        kind=Case.Kind.QUARANTINE,
        ground=Case.Ground.JOURNEY,
        at=span.since,
        term=term,
        ordered=Ordered(Authority(ORDERED_BY, _district(heard_from)), given, said_by=heard_from),
        source=source_of(traveller),
    )


def _district(authority: str) -> str:
    """The name of the district's government where the operation was ordered by it; else what it is called, whoever passed its word on."""
    return authority if authority.endswith(("区人民政府", "区政府")) else powers.bodies()[ORDERED_BY].zh


def _scheme(traveller: Traveller, span: Span[UUID]) -> Scheme | None:
    """What applied to him. Refusal: ``arrival.country_unknown``, for a list of countries held that day and nobody said where he began."""
    rule = rule_for(traveller, day0_of(_arrived(traveller, span)))
    if rule.scheme is None and rule.countries is not None and not origin_of(traveller):
        raise Refusal("arrival.country_unknown", gettext_noop("It is not known where this journey began."))
    return rule.scheme


def _waits_for_a_name(traveller: Traveller, stand: Stand | None) -> bool:
    """Whether he is at home where a rule may apply to him, and nobody has said yet who of the register he is."""
    if stand is None or not stand.at_home or traveller.person is not None or traveller.closed_as not in STAYED:
        return False
    return _may_apply(traveller, stand)


def _may_apply(traveller: Traveller, stand: Stand) -> bool:
    """Whether somebody at home has to stay there, as far as is known: also where nobody knows yet where he began."""
    try:
        return _scheme(traveller, stand.span) is not None
    except Refusal:
        return True


def _arrived(traveller: Traveller, span: Span[UUID]) -> datetime:
    """When he landed; where only the day is known its beginning, and never later than somebody had him."""
    met, movement = traveller.begun_at or span.since, traveller.movement
    if movement is None:
        return met
    return movement.landed_at or min(met, datetime.combine(movement.day, time.min, SHANGHAI))


def _term(scheme: Scheme, landed: datetime, door: datetime) -> Term | None:
    """The days at home. Where the scheme wants a central place first, those that follow it, from the door on; None when there are none."""
    if "home" in scheme.places:
        return Term(landed_at=landed, door_at=door, days=scheme.days, scheme=scheme.code)
    return (
        Term(door_at=door, days=scheme.then_days, convention="door", scheme=scheme.code) if scheme.then_days else None
    )


def _closed_since(traveller: Traveller, span: Span[UUID]) -> bool:
    """Whether somebody has ended the case of this journey, and nothing was learned of it since: it is not opened again by itself."""
    ended = Case.objects.filter(source=source_of(traveller)).order_by("closed_at").last()
    if ended is None or ended.closed_at is None:
        return False
    if ended.closed_as != Case.Closed.ANNULLED:
        return True
    heard = Handover.objects.filter(pk=span.by).values_list("heard_at", flat=True) if span.by else ()
    named = Match.objects.filter(traveller=traveller, decision=True, undone__isnull=True)
    return all(moment < ended.closed_at for moment in (*heard, *named.values_list("decided_at", flat=True)))


def _moved_since(case: Case, span: Span[UUID]) -> bool:
    """Whether the office has moved somebody since his hand-over at the door was heard of: then he is where the office says."""
    moved = case.changes.filter(kind=CaseChange.Kind.MOVED).order_by("heard_at").last()
    heard = Handover.objects.filter(pk=span.by).values_list("heard_at", flat=True).first() if span.by else None
    return moved is not None and (heard is None or heard < moved.heard_at)


def _household(by: User | None, traveller: Traveller, span: Span[UUID]) -> Household:
    """Who lives at the door he came to; opened where the register has nobody there yet."""
    door = Hands.objects.select_related("place").get(pk=span.holder).place
    own = traveller.household
    if own is not None and own.dwelling_id == door.pk:
        return own
    found: Household | None = Household.objects.filter(dwelling=door, until__isnull=True).order_by("since").first()
    return found or open_household(by=by, dwelling=door)
