"""Who is to be called before somebody passes: which holds stand at a moment, whom a child's hold calls, what a phone is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from linli import vault
from linli.gates.models import Hold, Permit
from linli.ground.actions.people import PHONE_CONTEXT
from linli.ground.minors import LIVES, is_child
from linli.ground.models import Consent, Person, Phone, Place, Residence, Tie
from linli.ground.people_words import RELATIONS_OF_CONSENT
from linli.ground.who import last_homes, roots

CALL_CONTEXT = "gates.hold"
WITH_AUTHORITY = ("head", "spouse", "parent")
"""Relations in a household whose grown members are asked for a child, the nearest first (Civil Code art. 27)."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when a person is held, and whether it is a guardian who is called."""

    since: datetime
    over: datetime
    guardian: bool


def standing(rows: QuerySet[Hold], moment: datetime) -> QuerySet[Hold]:
    """Those of ``rows`` that hold at a moment; a child's first."""
    found = rows.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=moment), since__lte=moment, until__gt=moment)
    return found.order_by("-guardian", "pk")


def at_moment(holder: str, moment: datetime) -> Subquery:
    """For another query: null without a hold on the person in its field ``holder``, else whether it is a guardian who is called."""
    rows = Hold.objects.filter(Q(person=OuterRef(holder)) | Q(person__merged_into=OuterRef(holder)))
    return Subquery(standing(rows, moment).values("guardian")[:1])


def spans(people: Iterable[UUID], first: datetime, last: datetime) -> Mapping[UUID, list[Span]]:
    """The holds of some people between two moments, by the person who was kept; one statement."""
    found: dict[UUID, list[Span]] = {}
    wanted = list(people)
    rows = (
        Hold.objects.filter(Q(person__in=wanted) | Q(person__merged_into__in=wanted))
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=first), since__lte=last, until__gt=first)
        .annotate(holder=Coalesce("person__merged_into", "person"))
    )
    for row in rows:
        found.setdefault(row.holder, []).append(Span(row.since, row.over_at(), row.guardian))
    return found


def call_of(hold: Hold) -> str:
    """Whom to call; empty when its operation's key was destroyed."""
    try:
        return vault.unseal_text(hold.call, context=CALL_CONTEXT)
    except vault.KeyMissing:
        return ""


def whom_to_call(person: UUID, moment: datetime) -> list[str]:
    """Whom a gate calls about somebody at a moment, each once; two statements."""
    (root,) = roots([person])
    rows = Hold.objects.filter(Q(person=root) | Q(person__merged_into=root))
    return list(dict.fromkeys(call_of(row) for row in standing(rows, moment)))


def open_holds(neighbourhood: Place, now: datetime) -> QuerySet[Hold]:
    """The holds that are not over, those that end first in front."""
    rows: QuerySet[Hold] = Hold.objects.filter(neighbourhood=neighbourhood, until__gt=now, ended_at__isnull=True)
    return rows.select_related("person__merged_into", "operation").order_by("until", "pk")


def for_pack(neighbourhood: int, now: datetime, ahead: timedelta) -> list[list[object]]:
    """The holds that a phone must know: [person, his permit or null, from, until (s), whom to call, 1 for a guardian]; two statements."""
    rows = list(
        Hold.objects.filter(neighbourhood_id=neighbourhood, since__lt=now + ahead, until__gt=now, ended_at__isnull=True)
        .annotate(holder=Coalesce("person__merged_into", "person"))
        .order_by("since", "pk")
    )
    holders = {row.holder for row in rows}
    permits = (
        Permit.objects.filter(Q(person__in=holders) | Q(person__merged_into__in=holders), cancelled_at__isnull=True)
        .annotate(holder=Coalesce("person__merged_into", "person"))
        .order_by("-person__merged_into")
    )
    of = {holder: str(pk) for holder, pk in permits.values_list("holder", "pk")} if holders else {}
    return [
        [
            str(row.holder), of.get(row.holder), int(row.since.timestamp()), int(row.until.timestamp()), call_of(row),
            int(row.guardian),
        ]
        for row in rows
    ]  # fmt: skip


def guardian_of(child: Person) -> str:
    """Whom to call about a child, with the number, as the register knows it; empty when it does not.

    First who gave the guardian's consent (PIPL art. 31), then the grown members of the household by relation, then its contact, then
    a number that stands with the child with a note whose it is. Only who can be called counts.
    """
    home = last_homes([child.pk]).get(child.pk)
    household = home[0].household_id if home is not None else None
    grown = _grown(household, child) if household is not None else []
    contacts = [tie.person for tie in _contacts(household)] if household is not None else []
    own = list(Phone.objects.filter(person=child).order_by("-since", "pk"))
    numbers = _numbers([*grown, *contacts])
    consent = Consent.objects.filter(person=child, withdrawn_on__isnull=True).exclude(relation="self").first()
    if consent is not None:
        said_by = next((one for one in grown if one.name == consent.given_by and one.pk in numbers), None)
        number = numbers[said_by.pk] if said_by is not None else _number(own[0]) if own else ""
        if number:
            name = Person(name=consent.given_by).masked_name
            return f"{RELATIONS_OF_CONSENT[consent.relation]} {name} {number}"
    for one in [*grown, *contacts]:
        if one.pk in numbers:
            return f"{_('guardian')} {one.masked_name} {numbers[one.pk]}"
    noted = next((phone for phone in own if phone.note), None)
    return f"{noted.note} {_number(noted)}" if noted is not None else ""


def _grown(household: UUID, child: Person) -> list[Person]:
    """Who lives with the child, is not a child and may speak for it: the nearest relation first."""
    there = list(
        Residence.objects.filter(household=household, person__merged_into__isnull=True)
        .exclude(person=child)
        .select_related("person")
    )
    now = last_homes([row.person_id for row in there])
    found = {
        row.person: now[row.person_id][0].relation
        for row in there
        if now[row.person_id][0].household_id == household and now[row.person_id][0].presence in LIVES
    }
    today = timezone.localdate()
    speak = [one for one, relation in found.items() if relation in WITH_AUTHORITY and not is_child(one, today)]
    return sorted(speak, key=lambda one: (WITH_AUTHORITY.index(found[one]), one.sort_name, str(one.pk)))


def _contacts(household: UUID) -> list[Tie]:
    rows = Tie.objects.filter(household=household, kind=Tie.Kind.CONTACT).select_related("person")
    return list(rows.order_by("since", "pk"))


def _numbers(people: Iterable[Person]) -> dict[UUID, str]:
    """Person → the number given last."""
    rows = Phone.objects.filter(person__in=[one.pk for one in people]).order_by("since", "pk")
    return {row.person_id: _number(row) for row in rows}


def _number(phone: Phone) -> str:
    return vault.unseal_text(phone.sealed, context=PHONE_CONTEXT)
