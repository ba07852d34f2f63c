"""Gate groups and their faces: which gates and parts of the neighbourhood belong together, and how their cards are known (SEEDS G04)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.gates import acts
from linli.gates.models import AreaFace, Permit
from linli.ground.actions.places import set_area
from linli.ground.models import Area, Place
from linli.ground.models.places import AreaPlace
from linli.journal.record import record
from linli.kernel.refusal import Refusal

PURPOSE = "gates"


@dataclass(frozen=True)
class Group:
    """What the office says of a gate group: ``places`` are gates, or estates and buildings with the gates in them."""

    name: str
    places: Sequence[Place]
    colour: str
    shape: str


@dataclass(frozen=True)
class GroupRow:
    """A gate group as the page lists it; ``permits`` are those that hold there and are not over."""

    face: AreaFace
    places: list[Place]
    permits: int


def faces(neighbourhood: int) -> list[AreaFace]:
    """The faces of a neighbourhood's gate groups, by name; one statement."""
    return list(AreaFace.objects.filter(neighbourhood_id=neighbourhood).select_related("area").order_by("area__name"))


def as_pack(neighbourhood: int) -> list[list[str | int]]:
    """What a phone knows of the groups: [area id, name, colour as #rrggbb, shape]; one statement."""
    return [[face.area_id, face.area.name, face.hex, face.shape] for face in faces(neighbourhood)]


def groups(neighbourhood: Place) -> list[GroupRow]:
    """The gate groups with their places and how many live permits are bound to each; three statements."""
    found = faces(neighbourhood.pk)
    places: dict[int, list[Place]] = {}
    for one in (
        AreaPlace.objects.filter(area__face__neighbourhood=neighbourhood)
        .select_related("place")
        .order_by("place__path")
    ):
        places.setdefault(one.area_id, []).append(one.place)
    live = Permit.objects.filter(neighbourhood=neighbourhood, cancelled_at__isnull=True, area__isnull=False)
    counts: dict[int, int] = {}
    for area in live.values_list("area", flat=True):
        counts[area] = counts.get(area, 0) + 1
    return [GroupRow(face, places.get(face.area_id, []), counts.get(face.area_id, 0)) for face in found]


def set_group(*, by: User | None, neighbourhood: Place, area: Area | None, chosen: Group) -> AreaFace:
    """Make a gate group, or give one other places, another name or another face; its permits stay bound to it.

    Refusals: ``cards.group_places`` without a place, ``cards.group_name`` when another area has the name, ``cards.group_face`` when another
    group has the colour or the shape.
    """
    if not chosen.places:
        raise Refusal("cards.group_places", gettext_noop("Please choose at least one gate, or a part that has one."))
    same = Area.objects.filter(neighbourhood=neighbourhood, name=chosen.name)
    if (same if area is None else same.exclude(pk=area.pk)).exists():
        raise Refusal("cards.group_name", gettext_noop("Another area has this name."))
    others = AreaFace.objects.filter(neighbourhood=neighbourhood).exclude(area=area)
    taken = gettext_noop("Another gate group has this colour or shape; two groups must differ in both.")
    if others.filter(colour=chosen.colour).exists() or others.filter(shape=chosen.shape).exists():
        raise Refusal("cards.group_face", taken)
    try:
        with transaction.atomic():
            if area is not None and area.name != chosen.name:
                Area.objects.filter(pk=area.pk).update(name=chosen.name)
            kept = set_area(by=by, neighbourhood=neighbourhood, name=chosen.name, places=chosen.places, purpose=PURPOSE)
            looks = {"neighbourhood": neighbourhood, "colour": chosen.colour, "shape": chosen.shape}
            face, _new = AreaFace.objects.update_or_create(area=kept, defaults=looks)
            data = {"colour": chosen.colour, "shape": chosen.shape}
            record(acts.FACE_CHOSEN, by=by, subject=("area", kept.pk), neighbourhood=neighbourhood.pk, data=data)
    except IntegrityError:  # somebody else chose it at the same moment
        raise Refusal("cards.group_face", taken) from None
    return face
