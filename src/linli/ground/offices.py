"""Offices: who holds which mandate where, and the acts of a secretary upon accounts. Every act is checked for reach and journaled.

Reach: one may act upon an account only if everything it holds lies where one has ``users.manage`` oneself; otherwise a secretary of
one neighbourhood could set the password of somebody who works in another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts import actions as accounts
from linli.accounts import lockout, second_factor
from linli.accounts.models import Authenticator, Slip, User
from linli.ground.actions import mandates as office
from linli.ground.capacities import CAPACITIES
from linli.ground.mandates import active, mandates_of, places_with, under
from linli.ground.models import Household, Mandate, Place, Responsibility
from linli.kernel.refusal import Refusal

RIGHT = "users.manage"
WHOLE = ("neighbourhood",)
ABOVE = ("subdistrict", "district", "city")
GATES = ("gate", "neighbourhood")
HOUSES = ("estate", "lane", "side_lane", "building", "unit")
PLACES_OF: dict[str, tuple[str, ...]] = {
    "secretary": WHOLE,
    "clerk": WHOLE,
    "officer": (*WHOLE, *ABOVE),
    "building_leader": HOUSES,
    "guard": GATES,
    "gate_captain": GATES,
    "volunteer": GATES,
    "property": (*HOUSES, "neighbourhood"),
    "patroller": (*HOUSES, "neighbourhood"),
}
"""Where an office can lie: kinds of place."""


@dataclass
class Holder:
    """One account on the page of offices."""

    user: User
    mandates: list[Mandate] = field(default_factory=list)
    factor: bool = False
    waits_for_slip: bool = False


def current(day: date | None = None) -> Q:
    """A condition for mandates that have not ended on a day (those that begin later too)."""
    return Q(until__isnull=True) | Q(until__gt=day or timezone.localdate())


def here(neighbourhood: Place) -> Q:
    """A condition for mandates that reach into a neighbourhood: in it, or at a place above it."""
    return under([neighbourhood], "place__path") | Q(place__in=neighbourhood.ancestor_ids())


def mandates_in(neighbourhood: Place) -> QuerySet[Mandate]:
    """The mandates that have not ended in a neighbourhood or at a place above it (an officer's), by office and place."""
    return (
        Mandate.objects.filter(current(), here(neighbourhood))
        .select_related("place__kind", "place__parent", "user")
        .order_by("place__path", "since", "pk")
    )


def holders(neighbourhood: Place) -> tuple[list[Holder], list[Mandate]]:
    """The accounts of a neighbourhood with their mandates, and the mandates held by persons or bodies without an account.

    An office at a place above stands among the latter, unless this neighbourhood made its account. Three statements at any size.
    Accounts without a mandate come last.
    """
    table: dict[int, Holder] = {}
    others: list[Mandate] = []
    order = list(CAPACITIES)
    rows = sorted(mandates_in(neighbourhood), key=lambda m: order.index(m.capacity) if m.capacity in order else 99)
    for mandate in rows:
        above = mandate.place is not None and not neighbourhood.contains(mandate.place)
        if mandate.user is None or (above and mandate.user.home != neighbourhood.pk):
            others.append(mandate)
        else:
            table.setdefault(mandate.user.pk, Holder(mandate.user)).mandates.append(mandate)
    for user in User.objects.filter(home=neighbourhood.pk).exclude(pk__in=list(table)).order_by("display_name"):
        table[user.pk] = Holder(user)
    factors = set(Authenticator.objects.filter(user__in=list(table), confirmed=True).values_list("user_id", flat=True))
    for holder in table.values():
        holder.factor = holder.user.pk in factors
        holder.waits_for_slip = not holder.user.has_usable_password()
    return list(table.values()), others


def households_of(mandates: list[Mandate]) -> dict[int, int]:
    """Mandate id → for how many households it answers today. One statement; needs a scope."""
    latest = Responsibility.objects.filter(household=OuterRef("pk"), since__lte=timezone.localdate()).order_by("-since")
    rows = (
        Household.objects.filter(until__isnull=True)
        .annotate(holder=Subquery(latest.values("mandate")[:1]))
        .filter(holder__in=[m.pk for m in mandates])
        .values("holder")
        .annotate(households=Count("pk"))
        .order_by()
    )
    return {row["holder"]: row["households"] for row in rows}


def reach(by: User) -> list[Place]:
    """The places where ``by`` may manage accounts."""
    return places_with(mandates_of(by), RIGHT)


def within(roots: list[Place], place: Place | None) -> bool:
    """Whether a place lies in one of ``roots``."""
    return place is not None and any(root.contains(place) for root in roots)


def covers(roots: list[Place], place: Place | None) -> bool:
    """Whether ``roots`` hold all of a place: it lies in one of them, or it lies above and every neighbourhood in it does.

    What is shared by several neighbourhoods (the subdistrict's name, its officer) belongs to none of their secretaries alone.
    """
    if place is None or within(roots, place):
        return place is not None
    below = list(Place.objects.filter(under([place]), kind__code="neighbourhood", until__isnull=True))
    return place.neighbourhood_id is None and bool(below) and all(within(roots, each) for each in below)


def account_in_reach(by: User, user_id: int) -> User | None:
    """The account if ``by`` may know of it: it holds something in his reach, or his neighbourhood made it."""
    roots = reach(by)
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return None
    held = Mandate.objects.filter(current(), user=user).select_related("place")
    if any(covers(roots, mandate.place) for mandate in held):
        return user
    if user.home is None:
        return None if Mandate.objects.filter(user=user).exists() else user
    home = Place.objects.filter(pk=user.home).first()
    return user if within(roots, home) else None


def check_reach(by: User | None, user: User) -> None:
    """Refuse an act upon an account that also holds something elsewhere."""
    if by is None:
        return
    roots = reach(by)
    held = Mandate.objects.filter(current(), user=user).select_related("place")
    if not all(covers(roots, mandate.place) for mandate in held):
        raise Refusal(
            "offices.user_elsewhere",
            gettext_noop(
                "This account also holds an office elsewhere. Only who manages accounts there too can do this."
            ),
        )


def check_place(by: User | None, capacity: str, place: Place) -> None:
    """Refuse an office at a kind of place where it makes no sense, or outside one's reach."""
    if capacity not in PLACES_OF:
        raise Refusal(
            "ground.capacity_unknown", gettext_noop("There is no capacity “%(capacity)s”."), capacity=capacity
        )
    if by is not None and not covers(reach(by), place):
        raise Refusal("offices.place_outside", gettext_noop("You manage no offices at this place."))
    if place.kind.code not in PLACES_OF[capacity]:
        raise Refusal(
            "offices.place_kind",
            gettext_noop("This office cannot lie at %(place)s. Please choose another place."),
            place=place.name,
        )


def add_holder(
    *, by: User, neighbourhood: Place, username: str, display_name: str, capacity: str, place: Place
) -> tuple[Slip, str]:
    """A new account with its first office and the slip to set its password: one act. Returns the slip and its code."""
    check_place(by, capacity, place)
    with transaction.atomic():
        user = accounts.add_user(by=by, username=username, display_name=display_name, home=neighbourhood.pk)
        office.give_mandate(by=by, capacity=capacity, place=place, user=user)
        return accounts.make_slip(by=by, user=user, purpose=Slip.Purpose.PASSWORD)


def give(*, by: User, user: User, capacity: str, place: Place, title: str = "") -> Mandate:
    """Give an account another office."""
    check_place(by, capacity, place)
    if not user.is_active:
        raise Refusal("accounts.suspended", gettext_noop("This account is suspended. Lift the suspension first."))
    return office.give_mandate(by=by, capacity=capacity, place=place, user=user, title=title)


def end(*, by: User, mandate: Mandate) -> Mandate:
    """End an office today; its households go to the secretary."""
    check_mandate(by, mandate)
    return office.end_mandate(by=by, mandate=mandate)


def hand_over(*, by: User, mandate: Mandate, to: User) -> Mandate:
    """Give an office with all its households to somebody else in one act."""
    check_mandate(by, mandate)
    if not to.is_active:
        raise Refusal("accounts.suspended", gettext_noop("This account is suspended. Lift the suspension first."))
    return office.hand_over_office(by=by, mandate=mandate, to=to)


def check_mandate(by: User, mandate: Mandate) -> None:
    """Refuse to touch an office outside one's reach, or one that has ended."""
    if not covers(reach(by), mandate.place):
        raise Refusal("offices.place_outside", gettext_noop("You manage no offices at this place."))
    if mandate.until is not None and mandate.until <= timezone.localdate():
        raise Refusal("offices.ended", gettext_noop("This office has ended already."))


def suspend(*, by: User, user: User) -> int:
    """Suspend an account: its sessions end now; its mandates stay but give nothing. Returns the number of sessions ended."""
    check_reach(by, user)
    for mandate in active(Mandate.objects.filter(user=user, capacity="secretary")):
        left = active(Mandate.objects.filter(capacity="secretary", place=mandate.place, user__is_active=True))
        if not left.exclude(user=user).exists():
            raise Refusal(
                "offices.last_secretary",
                gettext_noop("Nobody else could manage accounts here. Hand the secretary's office over first."),
            )
    return accounts.suspend(by=by, user=user)


def resume(*, by: User, user: User) -> User:
    """Lift a suspension."""
    check_reach(by, user)
    return accounts.resume(by=by, user=user)


def make_slip(*, by: User, user: User, purpose: str) -> tuple[Slip, str]:
    """A slip for somebody else's password or second factor."""
    check_reach(by, user)
    return accounts.make_slip(by=by, user=user, purpose=purpose)


def unlock(*, by: User, user: User) -> int:
    """End the pause of an account after failed attempts."""
    check_reach(by, user)
    return lockout.unlock(by=by, user=user)


def end_sessions(*, by: User, user: User) -> int:
    """Sign an account out everywhere (a lost phone)."""
    check_reach(by, user)
    return accounts.end_sessions(by=by, user=user, keep=None)


def has_factor(user: User) -> bool:
    """Whether the account has a second factor."""
    return second_factor.of(user) is not None
