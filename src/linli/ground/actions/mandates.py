"""Writers of mandates: give, end, hand over an office."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.capacities import CAPACITIES
from linli.ground.mandates import active, secretary_of
from linli.ground.models import Household, Mandate, Person, Place, Responsibility
from linli.journal.record import record
from linli.kernel.refusal import Refusal


def give_mandate(
    *,
    by: User | None,
    capacity: str,
    place: Place,
    user: User | None = None,
    person: Person | None = None,
    since: date | None = None,
    until: date | None = None,
    title: str = "",
) -> Mandate:
    """Give ``user`` (an account) or ``person`` (of the register) a capacity at a place. Giving it twice returns the first."""
    if capacity not in CAPACITIES:
        raise Refusal(
            "ground.capacity_unknown", gettext_noop("There is no capacity “%(capacity)s”."), capacity=capacity
        )
    if (user is None) == (person is None):
        raise Refusal("ground.holder_missing", gettext_noop("A mandate needs one holder: an account or a person."))
    day = since or timezone.localdate()
    name = user.display_name if user is not None else person.name if person is not None else ""
    with transaction.atomic():
        same = active(Mandate.objects.filter(capacity=capacity, place=place, user=user, person=person), day).first()
        if same is not None:
            return same
        mandate = Mandate.objects.create(
            capacity=capacity,
            place=place,
            user=user,
            person=person,
            since=day,
            until=until,
            title=title,
            holder_name=name,
        )
        record(
            acts.MANDATE_GIVEN,
            by=by,
            subject=("mandate", mandate.pk),
            neighbourhood=place.neighbourhood_id,
            data={"capacity": capacity, "place": place.pk},
        )
    return mandate


def end_mandate(*, by: User | None, mandate: Mandate, on: date | None = None) -> Mandate:
    """End a mandate with the beginning of ``on`` (default: tomorrow's beginning is kept out; today is its last day when omitted).

    Households that its holder answered for go to the secretary the same day, so that none is left without one (R02). The last
    secretary of a neighbourhood cannot be ended: hand the office over instead.
    """
    day = on or timezone.localdate()
    place = mandate.place
    with transaction.atomic():
        if mandate.capacity == "secretary" and place is not None:
            Place.objects.select_for_update().get(pk=place.pk)  # two who leave at once wait for each other
            if not _others(mandate, day).exists():
                raise Refusal(
                    "ground.last_secretary",
                    gettext_noop("This is the only secretary here. Hand the office over to somebody instead."),
                )
        mandate.until = max(day, mandate.since)
        mandate.save(update_fields=["until"])
        neighbourhood = place.neighbourhood if place is not None else None
        heir = secretary_of(neighbourhood, day) if neighbourhood is not None else None
        if heir is not None:
            pass_households(by=by, old=mandate, new=heir, since=day)
        record(
            acts.MANDATE_ENDED,
            by=by,
            subject=("mandate", mandate.pk),
            neighbourhood=place.neighbourhood_id if place is not None else None,
        )
    return mandate


def hand_over_office(*, by: User | None, mandate: Mandate, to: User, since: date | None = None) -> Mandate:
    """One act: the successor's mandate begins, the predecessor's ends the same day, all households pass on."""
    if mandate.place is None:
        raise Refusal("ground.no_place", gettext_noop("This office belongs to no place."))
    day = since or timezone.localdate()
    with transaction.atomic():
        successor = give_mandate(
            by=by, capacity=mandate.capacity, place=mandate.place, user=to, since=day, title=mandate.title
        )
        if successor.pk == mandate.pk:
            raise Refusal("ground.same_holder", gettext_noop("This account already holds the office."))
        mandate.until = max(day, mandate.since)
        mandate.save(update_fields=["until"])
        passed = pass_households(by=by, old=mandate, new=successor, since=day)
        record(
            acts.OFFICE_HANDED_OVER,
            by=by,
            subject=("mandate", successor.pk),
            neighbourhood=mandate.place.neighbourhood_id,
            data={"from": mandate.pk, "households": passed},
        )
    return successor


def pass_households(*, by: User | None, old: Mandate, new: Mandate, since: date) -> int:
    """Give every household for which ``old`` answers at ``since`` to ``new`` from that day. Returns how many. Needs a scope."""
    latest = Responsibility.objects.filter(household=OuterRef("pk"), since__lte=since).order_by("-since")
    rows = list(
        Household.objects.annotate(holder=Subquery(latest.values("mandate")[:1]))
        .filter(holder=old.pk)
        .values_list("pk", "neighbourhood_id")
    )
    return assign(by=by, households=rows, mandate=new, since=since)


def assign(*, by: User | None, households: list[tuple[UUID, int]], mandate: Mandate, since: date) -> int:
    """Write responsibility rows (household id, neighbourhood id) from ``since``; a row of the same day is replaced."""
    ids = [pk for pk, _ in households]
    with transaction.atomic():
        for start in range(0, len(ids), 500):
            Responsibility.objects.filter(household_id__in=ids[start : start + 500], since=since).delete()
        Responsibility.objects.bulk_create(
            [
                Responsibility(
                    household_id=pk, neighbourhood_id=n, mandate=mandate, since=since, by_user=by.pk if by else None
                )
                for pk, n in households
            ],
            batch_size=500,
        )
    return len(ids)


def _others(mandate: Mandate, day: date) -> QuerySet[Mandate]:
    """Who else holds the office with an account that works."""
    rows = Mandate.objects.filter(place=mandate.place, capacity=mandate.capacity, user__is_active=True)
    return active(rows.exclude(pk=mandate.pk), day)
