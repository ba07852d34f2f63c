"""Writers of who is in a body: its head, its contact, its members; and of where a group is sent."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.capacities import IN_BODY
from linli.ground.mandates import active
from linli.ground.models import Body, Mandate, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal


def add_member(
    *,
    by: User | None,
    body: Body,
    capacity: str,
    user: User | None = None,
    name: str = "",
    title: str = "",
    since: date | None = None,
    namesake: bool = False,
) -> Mandate:
    """Give an account, or somebody known by name only, a place in a body. Giving it twice returns the first.

    A name is a name and nothing more: the same name in two bodies is two rows, never one person (X03). ``namesake``: the caller knows
    that whoever has this name in the body already is somebody else.
    """
    if capacity not in IN_BODY:
        raise Refusal(
            "ground.capacity_unknown", gettext_noop("There is no capacity “%(capacity)s”."), capacity=capacity
        )
    shown = user.display_name if user is not None else " ".join(name.split())
    if not shown:
        raise Refusal("bodies.member_missing", gettext_noop("Choose an account or write a name."))
    day = since or timezone.localdate()
    if body.until is not None and body.until <= day:
        raise Refusal("bodies.ended", gettext_noop("%(name)s has ended."), name=body.name)
    with transaction.atomic():
        rows = active(Mandate.objects.filter(of_body=body, capacity=capacity, user=user), day)
        same = rows.first() if user is not None else rows.filter(holder_name=shown).first()
        if same is not None and not (namesake and user is None):
            return same
        mandate = Mandate.objects.create(
            user=user, capacity=capacity, of_body=body, since=day, title=title.strip(), holder_name=shown
        )
        _record(acts.BODY_MEMBER_ADDED, by, body, mandate)
    return mandate


def end_member(*, by: User | None, mandate: Mandate, on: date | None = None) -> Mandate:
    """End somebody's place in a body with the beginning of ``on`` (default: today)."""
    day = on or timezone.localdate()
    if mandate.of_body is None or (mandate.until is not None and mandate.until <= day):
        return mandate
    with transaction.atomic():
        mandate.until = max(day, mandate.since)
        mandate.save(update_fields=["until"])
        _record(acts.BODY_MEMBER_ENDED, by, mandate.of_body, mandate)
    return mandate


def send_group(*, by: User | None, group: Body, places: list[Place], since: date | None = None) -> list[Mandate]:
    """Let a liaison group answer for exactly these places from a day on (R13). Its officers may work there and nowhere else by it."""
    day = since or timezone.localdate()
    if any(place.kind.code not in ("neighbourhood", "subdistrict", "town") for place in places):
        raise Refusal("bodies.group_place", gettext_noop("A liaison group is sent to neighbourhoods."))
    wanted = {place.pk: place for place in places}
    with transaction.atomic():
        now = list(active(Mandate.objects.filter(body=group, capacity="liaison"), day))
        for mandate in now:
            if mandate.place_id not in wanted:
                mandate.until = max(day, mandate.since)
                mandate.save(update_fields=["until"])
        have = {m.place_id: m for m in now}
        new = [
            Mandate(body=group, capacity="liaison", place=place, since=day, holder_name=group.name)
            for pk, place in wanted.items()
            if pk not in have
        ]
        made = Mandate.objects.bulk_create(new)
        record(
            acts.MANDATE_GIVEN,
            by=by,
            subject=("body", group.pk),
            neighbourhood=group.place.neighbourhood_id,
            data={"capacity": "liaison", "places": sorted(wanted)},
        )
    return [have[pk] for pk in wanted if pk in have] + made


def _record(act: str, by: User | None, body: Body, mandate: Mandate) -> None:
    record(
        act,
        by=by,
        subject=("mandate", mandate.pk),
        neighbourhood=body.place.neighbourhood_id,
        data={"body": body.pk, "capacity": mandate.capacity},
    )
