"""Writers of places and areas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.inserting import ready_changes
from linli.ground.models import Area, AreaPlace, Place, PlaceKind, PlaceName
from linli.ground.models.places import segment
from linli.ground.place_history import add_span
from linli.journal.record import record
from linli.kernel.addresses import road_and_lane
from linli.kernel.place_names import place_key
from linli.kernel.refusal import Refusal


@dataclass(frozen=True)
class NewPlace:
    """What :func:`add_places` needs for one place; ``parent`` must already be saved."""

    kind: str
    parent: Place | None
    name: str
    name_en: str = ""
    code: str = ""
    estate_type: str = ""


def natural_key(name: str) -> str:
    """A sort key that orders 2 before 10 and 12A before 12B: numbers padded to six digits."""
    return re.sub(r"\d+", lambda m: m.group().rjust(6, "0"), name)[:60]


def kinds() -> dict[str, PlaceKind]:
    """Every place kind by its code; one query."""
    return {k.code: k for k in PlaceKind.objects.all()}


def add_places(new: Sequence[NewPlace], *, known: dict[str, PlaceKind] | None = None) -> list[Place]:
    """Add places of one level in two statements; no journal row (their importer or page writes one). Returns them in order."""
    table = known or kinds()
    rows = [
        Place(
            kind=table[n.kind],
            parent=n.parent,
            neighbourhood_id=n.parent.neighbourhood_id if n.parent else None,
            name=n.name,
            name_en=n.name_en,
            code=n.code,
            estate_type=n.estate_type,
            sort=natural_key(n.name),
            since=timezone.localdate(),
        )
        for n in new
    ]
    with transaction.atomic():
        saved = Place.objects.bulk_create(rows, batch_size=500)
        for row in saved:
            row.path = (row.parent.path if row.parent else "") + segment(row.pk)
            if row.kind.code == "neighbourhood":
                row.neighbourhood_id = row.pk
        if saved:
            ready_changes(saved, ["path", "neighbourhood"]).write()
    return saved


def create_neighbourhood(
    *, by: User | None, name: str, name_en: str = "", code: str = "", parent: Place | None = None
) -> Place:
    """The first act on a new installation: a neighbourhood to which everything else belongs."""
    cleaned = name.strip()
    if not cleaned:
        raise Refusal("ground.name_missing", gettext_noop("Please give the neighbourhood a name."))
    with transaction.atomic():
        listed = _listed(cleaned, code.strip(), parent)
        if listed is not None:
            place = _adopt(listed, cleaned, name_en.strip())
        else:
            (place,) = add_places([NewPlace("neighbourhood", parent, cleaned, name_en.strip(), code.strip())])
            PlaceName.objects.create(place=place, name=cleaned, code=code.strip(), since=timezone.localdate())
        record(acts.NEIGHBOURHOOD_CREATED, by=by, subject=("place", place.pk), neighbourhood=place.pk)
    return place


def _listed(name: str, code: str, parent: Place | None) -> Place | None:
    """The committee of a loaded list that this neighbourhood is: the same code, or alone with the name in its street."""
    live = Place.objects.filter(kind__code="committee", until__isnull=True)
    if code:
        return live.filter(code=code).first()
    if parent is None:
        return None
    key = place_key(name).stem
    same = [one for one in live.filter(parent=parent) if place_key(one.name).stem == key]
    return same[0] if len(same) == 1 else None


def _adopt(place: Place, name: str, name_en: str) -> Place:
    """A committee known from a list begins to run here: the same place, so that nothing is doubled."""
    place.kind = kinds()["neighbourhood"]
    place.neighbourhood = place
    place.name, place.name_en, place.sort = name, name_en, natural_key(name)
    place.save(update_fields=["kind", "neighbourhood", "name", "name_en", "sort"])
    return place


def add_place(*, by: User | None, new: NewPlace) -> Place:
    """Add one place by hand (a gate, an estate, a public spot)."""
    if not new.name.strip():
        raise Refusal("ground.name_missing", gettext_noop("Please give the place a name."))
    if (
        new.parent is not None
        and Place.objects.filter(parent=new.parent, kind__code=new.kind, name=new.name.strip()).exists()
    ):
        raise Refusal("ground.place_exists", gettext_noop("There is already a %(name)s here."), name=new.name.strip())
    with transaction.atomic():
        (place,) = add_places([replace(new, name=new.name.strip())])
        record(
            acts.PLACE_ADDED,
            by=by,
            subject=("place", place.pk),
            neighbourhood=place.neighbourhood_id,
            data={"kind": new.kind},
        )
    return place


def rename_place(*, by: User | None, place: Place, name: str, since: date | None = None) -> Place:
    """Give a place another name from a day on; the old name stays in its history and still finds it.

    A day before a later known change adds to the history and leaves today's name. The counter-act is the old name with the same day.
    Refusals: ``ground.name_missing``, ``ground.day_in_future``, ``ground.place_exists`` (a sibling of the kind has the name).
    """
    cleaned, today = name.strip(), timezone.localdate()
    if not cleaned:
        raise Refusal("ground.name_missing", gettext_noop("Please give the place a name."))
    day = since or today
    if day > today:
        raise Refusal("ground.day_in_future", gettext_noop("Write it down on the day itself or after it."))
    with transaction.atomic():
        siblings = Place.objects.filter(
            parent_id=place.parent_id, kind_id=place.kind_id, name=cleaned, until__isnull=True
        )
        if place.parent_id is not None and siblings.exclude(pk=place.pk).exists():
            raise Refusal("ground.place_exists", gettext_noop("There is already a %(name)s here."), name=cleaned)
        if add_span(place, day, name=cleaned):
            place.name, place.sort = cleaned, natural_key(cleaned)
            place.save(update_fields=["name", "sort"])
        record(acts.PLACE_RENAMED, by=by, subject=("place", place.pk), neighbourhood=place.neighbourhood_id)
    return place


def set_address(*, by: User | None, place: Place, address: str, name_en: str = "") -> Place:
    """Say by which road and lane addresses name an estate (虹古路1597弄; empty: none), and by which English name.

    Refusals: ``ground.not_an_estate``, ``ground.address_unclear`` (no lane of a road in it: no address would be known by it).
    """
    where, english = address.strip(), name_en.strip()
    if place.kind.code != "estate":
        raise Refusal("ground.not_an_estate", gettext_noop("Only an estate has a road and a lane of its own."))
    if where and not all(road_and_lane(where)):
        raise Refusal(
            "ground.address_unclear",
            gettext_noop("Please write a road and a lane, such as 虹古路1597弄. Without a lane, leave it empty."),
        )
    with transaction.atomic():
        if (place.address, place.name_en) == (where, english):
            return place
        place.address, place.name_en = where, english
        place.save(update_fields=["address", "name_en"])
        record(acts.PLACE_ADDRESSED, by=by, subject=("place", place.pk), neighbourhood=place.neighbourhood_id)
    return place


def set_area(*, by: User | None, neighbourhood: Place, name: str, places: Iterable[Place], purpose: str = "") -> Area:
    """Create an area or give it exactly these places."""
    with transaction.atomic():
        area, _ = Area.objects.get_or_create(neighbourhood=neighbourhood, name=name, defaults={"purpose": purpose})
        wanted = {p.pk for p in places}
        AreaPlace.objects.filter(area=area).exclude(place_id__in=wanted).delete()
        present = set(AreaPlace.objects.filter(area=area).values_list("place_id", flat=True))
        AreaPlace.objects.bulk_create(AreaPlace(area=area, place_id=pk) for pk in sorted(wanted - present))
        record(
            acts.PLACE_ADDED,
            by=by,
            subject=("area", area.pk),
            neighbourhood=neighbourhood.pk,
            data={"places": sorted(wanted)},
        )
    return area
