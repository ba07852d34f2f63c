"""Writers of zones: make one, give it places, a holder and its parties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.mandates import active
from linli.ground.models import Area, AreaHolder, AreaParty, AreaPlace, Body, Mandate, PartyKind, Place
from linli.ground.zones import CAPACITY, ENDED, PURPOSE, Party, wanted_parties
from linli.journal.record import record
from linli.kernel.refusal import Refusal


def make_zone(*, by: User | None, neighbourhood: Place, name: str) -> Area:
    """A zone without places yet. Refusals: ``zones.name_missing``, ``zones.exists``."""
    cleaned = _free_name(neighbourhood, name, None)
    with transaction.atomic():
        area = Area.objects.create(neighbourhood=neighbourhood, name=cleaned, purpose=PURPOSE)
        _record(acts.ZONE_SET, by, area, {"made": True})
    return area


def rename_zone(*, by: User | None, area: Area, name: str) -> Area:
    """Another name. Refusals as for :func:`make_zone`."""
    cleaned = _free_name(area.neighbourhood, name, area)
    with transaction.atomic():
        area.name = cleaned
        area.save(update_fields=["name"])
        _record(acts.ZONE_SET, by, area, {"renamed": True})
    return area


def _free_name(neighbourhood: Place, name: str, own: Area | None) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise Refusal("zones.name_missing", gettext_noop("Please give the zone a name."))
    taken = Area.objects.filter(neighbourhood=neighbourhood, name=cleaned)
    if own is not None:
        taken = taken.exclude(pk=own.pk)
    if taken.exists():
        raise Refusal("zones.exists", gettext_noop("There is already a %(name)s here."), name=cleaned)
    return cleaned


def end_zone(*, by: User | None, area: Area) -> None:
    """Dissolve a zone: its places are in none from now on. What was walked in it keeps its name."""
    with transaction.atomic():
        AreaPlace.objects.filter(area=area).delete()
        ended = f"{area.name[:50]} · {timezone.localdate().isoformat()} · {area.pk}"
        Area.objects.filter(pk=area.pk).update(purpose=ENDED, name=ended)
        _record(acts.ZONE_SET, by, area, {"ended": True})


def set_zone_places(*, by: User | None, area: Area, places: Iterable[Place]) -> None:
    """Give a zone exactly these places. Of two who put one place into two zones at once, the second is told.

    Refusals: ``zones.elsewhere`` (a place of another neighbourhood), ``zones.taken`` (it lies in another zone already).
    """
    wanted = {place.pk: place for place in places}
    if any(place.neighbourhood_id != area.neighbourhood_id for place in wanted.values()):
        raise Refusal("zones.elsewhere", gettext_noop("A zone has places of its own neighbourhood only."))
    with transaction.atomic():
        Place.objects.select_for_update().get(
            pk=area.neighbourhood_id
        )  # zones of a neighbourhood change one after the other
        others = AreaPlace.objects.filter(area__neighbourhood=area.neighbourhood_id, area__purpose=PURPOSE)
        taken = others.exclude(area=area).filter(place__in=list(wanted)).select_related("area", "place").first()
        if taken is not None:
            raise Refusal(
                "zones.taken",
                gettext_noop("%(place)s is in %(zone)s already; a place is in one zone only."),
                place=taken.place.name,
                zone=taken.area.name,
            )
        present = set(AreaPlace.objects.filter(area=area).values_list("place_id", flat=True))
        AreaPlace.objects.filter(area=area, place__in=present - wanted.keys()).delete()
        AreaPlace.objects.bulk_create(AreaPlace(area=area, place_id=pk) for pk in wanted if pk not in present)
        _record(acts.ZONE_SET, by, area, {"places": sorted(wanted)})


def hold_zone(
    *,
    by: User | None,
    area: Area,
    body: Body | None = None,
    mandate: Mandate | None = None,
    since: date | None = None,
) -> AreaHolder:
    """Who holds a zone from a day on: a body (a branch each, P02), somebody by his office, or nobody.

    A body holds it in the capacity ``patroller``, so that its people of that capacity walk it (``ground.mandates.accounts_of``).
    Refusal: ``zones.one_holder`` for both at once.
    """
    if body is not None and mandate is not None:
        raise Refusal("zones.one_holder", gettext_noop("A zone is held by one: a body, or somebody by his office."))
    day = since or timezone.localdate()
    with transaction.atomic():
        held = _mandate_of(by, body, area, day) if body is not None else mandate
        row, _made = AreaHolder.objects.update_or_create(
            area=area, since=day, defaults={"mandate": held, "by_user": by.pk if by is not None else None}
        )
        _record(acts.ZONE_HELD, by, area, {"mandate": held.pk if held is not None else None})
    return row


def _mandate_of(by: User | None, body: Body, area: Area, day: date) -> Mandate:
    """The mandate by which a body walks in the neighbourhood; one for all of its zones there."""
    rows = Mandate.objects.filter(body=body, capacity=CAPACITY, place=area.neighbourhood)
    found = active(rows, day).order_by("since", "pk").first()
    if found is not None:
        return found
    made = Mandate.objects.create(
        body=body, capacity=CAPACITY, place=area.neighbourhood, since=day, holder_name=body.name[:80]
    )
    record(
        acts.MANDATE_GIVEN,
        by=by,
        subject=("mandate", made.pk),
        neighbourhood=area.neighbourhood_id,
        data={"capacity": CAPACITY, "body": body.pk},
    )
    return made


def set_party(
    *, by: User | None, area: Area, party: str, body: Body | None = None, mandate: Mandate | None = None
) -> AreaParty | None:
    """Who is a party of a zone; neither: nobody yet. Refusals: ``zones.party_unknown``, ``zones.one_party``."""
    if party not in {one.code for one in wanted_parties(area.neighbourhood)}:
        raise Refusal("zones.party_unknown", gettext_noop("This neighbourhood's zones have no such party."))
    if body is not None and mandate is not None:
        raise Refusal("zones.one_party", gettext_noop("A party is one: a body, or somebody by his office."))
    with transaction.atomic():
        AreaParty.objects.filter(area=area, party=party).delete()
        row = None
        if body is not None or mandate is not None:
            row = AreaParty.objects.create(area=area, party=party, body=body, mandate=mandate)
        _record(acts.ZONE_PARTY, by, area, {"party": party, "there": row is not None})
    return row


def set_wanted_parties(*, by: User | None, neighbourhood: Place, parties: Sequence[Party]) -> None:
    """Which parties every zone of the neighbourhood has to have (C03). Refusal: ``zones.no_party`` for none or one without a name."""
    if not parties or not all(party.code and party.name.strip() for party in parties):
        raise Refusal("zones.no_party", gettext_noop("Please name at least one party."))
    with transaction.atomic():
        PartyKind.objects.filter(neighbourhood=neighbourhood).delete()
        PartyKind.objects.bulk_create(
            PartyKind(neighbourhood=neighbourhood, code=party.code, name=" ".join(party.name.split()), rank=rank)
            for rank, party in enumerate(parties)
        )
        record(
            acts.ZONE_PARTIES,
            by=by,
            subject=("place", neighbourhood.pk),
            neighbourhood=neighbourhood.pk,
            data={"parties": [party.code for party in parties]},
        )


def _record(act: str, by: User | None, area: Area, data: dict[str, object]) -> None:
    record(act, by=by, subject=("area", area.pk), neighbourhood=area.neighbourhood_id, data=data)
