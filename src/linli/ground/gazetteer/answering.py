"""What a person's answer to a doubt does at once; later lists follow it by themselves."""

from __future__ import annotations

from datetime import timedelta

from linli.ground.gazetteer.codes import above
from linli.ground.gazetteer.store import FROM_LIST
from linli.ground.models import GazetteerDoubt, Place, PlaceName
from linli.ground.models.places import segment
from linli.ground.place_history import close_span
from linli.ground.places import resolve
from linli.ground.tree import move_subtree


def act_on(doubt: GazetteerDoubt) -> None:
    """Join, part or end as the answer says; inside the caller's transaction."""
    if doubt.kind == "neighbourhood":
        if doubt.answer == "same" and doubt.place is not None:
            _join(doubt, doubt.place)
    elif doubt.kind == "region_absent":
        if doubt.answer == "ended":
            _end_region(doubt)
    elif doubt.kind == "replaced":
        if doubt.answer == "different":
            _part(doubt)
    elif doubt.answer in ("same", "merged", "split"):
        _lead(doubt)


def _lead(doubt: GazetteerDoubt) -> None:
    """The old entry leads to the new one, or the new one came out of the old."""
    was = resolve(doubt.was_code, doubt.list.as_of - timedelta(days=1))
    new = resolve(doubt.now_code, doubt.list.as_of)
    if was is None or new is None or was == new:
        return
    if doubt.answer == "split":
        Place.objects.filter(pk=new.pk, split_from=None).update(split_from=was)
    elif was.until is not None:
        Place.objects.filter(pk=was.pk).update(merged_into=new)


def _join(doubt: GazetteerDoubt, place: Place) -> None:
    """The neighbourhood that runs here is the committee of the row: its code, its street, no second entry."""
    day, source = doubt.list.as_of, f"{FROM_LIST}{doubt.list.as_of.isoformat()}"
    street = resolve(above(doubt.now_code) or "")
    for other in Place.objects.filter(code=doubt.now_code, kind__code="committee", until__isnull=True):
        close_span(other, day + timedelta(days=1))
        Place.objects.filter(pk=other.pk).update(merged_into=place, until=day + timedelta(days=1))
    said = {"name": doubt.now_name, "code": doubt.now_code, "parent": street, "seen": day, "source": source}
    PlaceName.objects.update_or_create(place=place, since=day, defaults=said)
    Place.objects.filter(pk=place.pk).update(code=doubt.now_code)
    if street is not None and place.parent_id is None:
        place.refresh_from_db()
        move_subtree(place, street)


def _part(doubt: GazetteerDoubt) -> None:
    """What was taken as renamed is two: the old one ends where the other name begins, a new one has the code from there on."""
    place = resolve(doubt.was_code)
    if place is None or place.kind.code != "committee":
        return
    spans = list(place.names.order_by("since"))
    days = [span.since for span in spans]
    cut = doubt.list.as_of if days[0] < doubt.list.as_of else next((d for d in days if d > doubt.list.as_of), None)
    later = [span for span in spans if cut is not None and span.since >= cut]
    if cut is None or not later or len(later) == len(spans):
        return
    old, last = spans[len(spans) - len(later) - 1], later[-1]
    new = Place.objects.create(
        kind=place.kind, parent=last.parent, name=last.name, code=last.code, sort=place.sort, since=cut,
        until=last.until, urban_rural=place.urban_rural,
    )  # fmt: skip
    Place.objects.filter(pk=new.pk).update(path=(last.parent.path if last.parent else "") + segment(new.pk))
    PlaceName.objects.filter(pk__in=[span.pk for span in later]).update(place=new)
    PlaceName.objects.filter(pk=old.pk).update(until=cut)
    Place.objects.filter(pk=place.pk).update(name=old.name, code=old.code, until=cut)
    if old.parent is not None and old.parent_id != place.parent_id:
        move_subtree(place, old.parent)


def _end_region(doubt: GazetteerDoubt) -> None:
    """Everything official below the district ends with the list, except what runs here."""
    code, day = doubt.was_code, doubt.list.as_of
    inside = Place.objects.filter(code__gte=code, code__lt=code + ":", until__isnull=True, neighbourhood__isnull=True)
    for place in inside.filter(since__lt=day):
        close_span(place, day)
        Place.objects.filter(pk=place.pk).update(until=day)
