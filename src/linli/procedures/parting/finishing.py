"""The last step: what lies above the homes, gates and areas change over at once, and a merged neighbourhood ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from django.db.models import Q
from django.utils import timezone

from linli.accounts.models import User
from linli.gates.models import Permit
from linli.gates.models.faces import AreaFace, Colour, Shape
from linli.ground.actions.bodies import BodyFacts, change_body
from linli.ground.actions.places import natural_key
from linli.ground.mandates import active
from linli.ground.models import Area, AreaPlace, Body, Mandate, Place
from linli.ground.models.places import SEGMENT, segment
from linli.ground.place_history import add_span, close_span
from linli.kernel.refusal import Refusal
from linli.notices.actions.channels import join_areas, move_with_area
from linli.operations.models import Operation
from linli.procedures.models import Parting, Trace
from linli.procedures.parting.ends import model_of
from linli.procedures.parting.mover import Mover
from linli.procedures.parting.plan import Plan, Root
from linli.procedures.parting.table import OF_GATES


def finish(parting: Parting, plan: Plan, mover: Mover) -> None:
    """Everything but the homes, in the caller's transaction."""
    places = list(plan.places().filter(neighbourhood=parting.source).select_related("kind"))
    ids = [place.pk for place in places]
    gates = [place.pk for place in places if place.kind.code == "gate"]
    for root in plan.roots:
        _hang(root, mover)
    mover.places(places, plan.paths(places))
    for root in plan.roots:
        Place.objects.filter(pk=root.place.pk).update(parent=root.parent)
    mover.carry(ids, [])
    for label in OF_GATES:
        mover.moved[label] += model_of(label).objects.filter(gate__in=gates).update(neighbourhood=mover.to)
    mover.moved["ground.Area"] += areas(parting, mover)
    accounts(parting, mover)
    for half, other in plan.halves:
        _join_half(half, other, mover)
    bodies({half.pk: other for half, other in plan.halves}, mover)
    if parting.kind == Parting.Kind.MERGE:
        bodies({parting.source_id: mover.to}, mover)
        close_span(parting.source, mover.day)
        Place.objects.filter(pk=parting.source_id).update(merged_into=mover.to, until=mover.day)


def _hang(root: Root, mover: Mover) -> None:
    """History: from the day on it lies elsewhere, under its name, or with the neighbourhood it came from behind it where that is taken."""
    place = root.place
    add_span(place, mover.day, parent=root.parent)
    same = Place.objects.filter(parent=root.parent, kind_id=place.kind_id, name=place.name, until__isnull=True)
    if place.until is None and same.exists():
        name = f"{place.name}（{mover.source.name}）"[:120]
        add_span(place, mover.day, name=name)
        Place.objects.filter(pk=place.pk).update(name=name, sort=natural_key(name))


def _join_half(half: Place, other: Place, mover: Mover) -> None:
    """The half of a cut estate ends: the other goes on for it, and its name leads there."""
    half.refresh_from_db()
    other.refresh_from_db()
    close_span(half, mover.day)
    path = other.path[:-SEGMENT] + segment(half.pk)
    Place.objects.filter(pk=half.pk).update(
        neighbourhood=mover.to, parent=other.parent_id, path=path, merged_into=other, until=mover.day
    )


def bodies(seats: dict[int, Place], mover: Mover) -> None:
    """Bodies seated at a place that ends go on at the one that goes on for it; one that is known there already stays as it was."""
    for body in Body.objects.filter(place__in=seats, until__isnull=True).select_related("kind", "parent"):
        facts = BodyFacts(body.name, body.kind, seats[body.place_id], body.parent)
        with suppress(Refusal):
            change_body(by=mover.by, body=body, to=facts, since=mover.day)


def areas(parting: Parting, mover: Mover) -> int:
    """Areas follow their places: whole, or divided, each side with its own; halves of one area are one again. How many moved rows."""
    members: dict[int, list[AreaPlace]] = defaultdict(list)
    whole = Area.objects.filter(neighbourhood=parting.source)
    for member in AreaPlace.objects.filter(area__in=whole).select_related("area", "place").order_by("pk"):
        members[member.area_id].append(member)
    merge, count = parting.kind == Parting.Kind.MERGE, 0
    for area in whole:
        own = members[area.pk]
        going = [member for member in own if member.place.neighbourhood_id == mover.to.pk]
        if not going and not merge:
            continue
        half = _half_of(area, mover)
        if half is None and (merge or len(going) == len(own)):
            Area.objects.filter(pk=area.pk).update(neighbourhood=mover.to, name=_free_name(area, mover))
            _show_face(AreaFace.objects.filter(area=area).first(), area, mover)
            move_with_area(area, mover.to)
        else:
            half = half or _new_half(area, mover)
            _to_half(area, half, going, mover)
        count += 1
    return count


def _half_of(area: Area, mover: Mover) -> Area | None:
    traces = Trace.objects.filter(Q(row=str(area.pk)) | Q(points_to=str(area.pk)), kind="standin", model="ground.Area")
    ids = {int(pk) for trace in traces for pk in (trace.row, trace.points_to)} - {area.pk}
    return Area.objects.filter(pk__in=ids, neighbourhood=mover.to).first()


def _new_half(area: Area, mover: Mover) -> Area:
    half = Area.objects.create(neighbourhood=mover.to, name=_free_name(area, mover), purpose=area.purpose)
    _show_face(AreaFace.objects.filter(area=area).first(), half, mover)
    Trace.objects.create(kind="standin", model="ground.Area", row=str(half.pk), points_to=str(area.pk))
    return half


def _to_half(area: Area, half: Area, going: list[AreaPlace], mover: Mover) -> None:
    """Places and permits of the other side; an area that has none left is gone."""
    AreaPlace.objects.filter(pk__in=[member.pk for member in going]).update(area=half)
    Permit.objects.filter(area=area, neighbourhood=mover.to).update(area=half)
    if AreaPlace.objects.filter(area=area).exists():
        return
    Permit.objects.filter(area=area).update(area=half)
    Operation.objects.filter(area=area).update(area=half)
    join_areas(area, half)
    pair = Q(row=str(area.pk), points_to=str(half.pk)) | Q(row=str(half.pk), points_to=str(area.pk))
    Trace.objects.filter(pair, kind="standin", model="ground.Area").delete()
    area.delete()


def _show_face(face: AreaFace | None, area: Area, mover: Mover) -> None:
    """An area looks there as it did, or takes the first colour and shape that are free; where none is it has no face."""
    if face is None:
        return
    others = AreaFace.objects.filter(neighbourhood=mover.to).exclude(area=area)
    colours = [face.colour, *(one for one in Colour.values if one != face.colour)]
    shapes = [face.shape, *(one for one in Shape.values if one != face.shape)]
    colour = _free(colours, others.values_list("colour", flat=True))
    shape = _free(shapes, others.values_list("shape", flat=True))
    if colour and shape:
        values = {"neighbourhood": mover.to, "colour": colour, "shape": shape}
        AreaFace.objects.update_or_create(area=area, defaults=values)
    else:
        AreaFace.objects.filter(area=area).delete()


def _free(wanted: Iterable[str], taken: Iterable[str]) -> str:
    used = set(taken)
    return next((one for one in wanted if one not in used), "")


def _free_name(area: Area, mover: Mover) -> str:
    taken = Area.objects.filter(neighbourhood=mover.to, name=area.name).exists()
    return f"{area.name[:40]}（{mover.source.name[:35]}）" if taken else area.name


def accounts(parting: Parting, mover: Mover) -> None:
    """Accounts whose offices all lie on the other side now are managed there."""
    for user in User.objects.filter(home=parting.source_id):
        held = active(Mandate.objects.filter(user=user), timezone.localdate()).select_related("place")
        at = {office.place.neighbourhood_id for office in held if office.place is not None}
        if at == {mover.to.pk} or (parting.kind == Parting.Kind.MERGE and at <= {mover.to.pk, parting.source_id}):
            User.objects.filter(pk=user.pk).update(home=mover.to.pk)
