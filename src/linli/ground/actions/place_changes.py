"""Writers of what becomes of places: another code, another parent, merged, split, ended. Each has its counter-act; the journal has both.

A neighbourhood that runs here is merged or split by ``linli.procedures.parting``: its people's rows carry the neighbourhood and their
numbers are indexed with its key. Here that is refused with a sentence (:func:`linli.ground.place_rules.check_kind`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.gazetteer.codes import read_code
from linli.ground.mandates import under
from linli.ground.models import AreaPlace, Household, Place, PlaceName
from linli.ground.place_history import add_span, check_day, close_span, reopen_span
from linli.ground.place_rules import check_child, check_merge, check_parts, merged_with
from linli.ground.tree import move_subtree
from linli.journal.models import Entry
from linli.journal.record import record
from linli.kernel.refusal import Refusal


def recode_place(*, by: User | None, place: Place, code: str, since: date | None = None) -> Place:
    """Give a place another official code from a day on; the old one still resolves. Counter-act: the old code with the same day.

    Refusals: ``ground.code_wrong``, ``ground.code_taken``, ``ground.day_in_future``.
    """
    wanted, today = read_code(code), timezone.localdate()
    if wanted is None:
        raise Refusal("ground.code_wrong", gettext_noop("“%(code)s” is no code of a division."), code=code.strip())
    day = since or today
    if day > today:
        raise Refusal("ground.day_in_future", gettext_noop("Write it down on the day itself or after it."))
    with transaction.atomic():
        other = Place.objects.filter(code=wanted, until__isnull=True).exclude(pk=place.pk).first()
        if other is not None:
            raise Refusal("ground.code_taken", gettext_noop("%(name)s has this code."), name=other.name)
        if add_span(place, day, code=wanted):
            place.code = wanted
            place.save(update_fields=["code"])
        _note(acts.PLACE_RECODED, by, place, code=wanted, since=day.isoformat())
    return place


def move_place(*, by: User | None, place: Place, parent: Place, since: date | None = None) -> Place:
    """Put a place with all in it under another one from a day on. Counter-act: back under the old one with the same day.

    Refusals: ``ground.place_in_itself``, ``ground.place_elsewhere`` (another neighbourhood), ``ground.place_not_inside`` (a building in
    a dwelling), ``ground.place_exists``, ``ground.tree_too_deep``, ``ground.day_in_future``, ``ground.day_before_change``.
    """
    day = since or timezone.localdate()
    check_day(place, day, timezone.localdate())
    with transaction.atomic():
        place.refresh_from_db()
        parent.refresh_from_db()
        check_child(place, parent)
        _put(place, parent, day)
        _note(acts.PLACE_MOVED, by, place, to=parent.pk, since=day.isoformat())
    return place


def _put(place: Place, parent: Place | None, day: date) -> None:
    add_span(place, day, parent=parent)
    move_subtree(place, parent)


def merge_places(*, by: User | None, place: Place, into: Place, since: date | None = None) -> Place:
    """From a day on ``into`` goes on for ``place``: what lies in it moves over, its name and code lead there. Returns ``into``.

    Parts of the same name on both sides are merged too (a building written twice). A door with an open household on one side keeps it; one
    with households on both sides refuses the merge until a person has settled it. Counter-act: :func:`unmerge_place`.
    Refusals: those of :func:`linli.ground.place_rules.check_merge`, ``ground.two_households``, ``ground.day_in_future``.
    """
    day = since or timezone.localdate()
    check_day(place, day, timezone.localdate())
    with transaction.atomic():
        place.refresh_from_db()
        into.refresh_from_db()
        check_merge(place, into)
        pairs = merged_with(place, into)
        households = _households_over(pairs)
        partner = {one.pk: other for one, other in pairs}
        for one, _other in reversed(pairs):
            for child in Place.objects.filter(parent=one, until__isnull=True).exclude(pk__in=partner):
                _put(child, Place.objects.get(pk=partner[one.pk].pk), day)
        for one, other in reversed(pairs):
            _merged(one, other, day)
        _note(acts.PLACES_MERGED, by, place, into=into.pk, since=day.isoformat(), households=households)
    into.refresh_from_db()
    return into


def _merged(place: Place, into: Place, day: date) -> None:
    close_span(place, day)
    Place.objects.filter(pk=place.pk).update(merged_into=into, until=day)
    here = AreaPlace.objects.filter(place=place)
    present = AreaPlace.objects.filter(place=into).values("area")
    here.filter(area__in=present).delete()
    here.update(place=into)


def _households_over(pairs: Sequence[tuple[Place, Place]]) -> dict[str, int]:
    """Open households of merged doors go to the door that goes on; household id → the door it was at."""
    table = {one.pk: other for one, other in pairs}
    both = [*table, *(other.pk for other in table.values())]
    held = {row.dwelling_id: row for row in Household.objects.filter(dwelling__in=both, until__isnull=True)}
    double = [one for one, other in table.items() if one in held and other.pk in held]
    if double:
        raise Refusal(
            "ground.two_households",
            gettext_noop(
                "%(count)s doors have a household on both sides, %(door)s for one. "
                "Settle first who lives there: no household is merged by itself."
            ),
            count=len(double),
            door=table[double[0]].name,
        )
    moved: dict[str, int] = {}
    for one, other in table.items():
        if one in held:
            Household.objects.filter(pk=held[one].pk).update(dwelling=other)
            moved[str(held[one].pk)] = one
    return moved


def unmerge_place(*, by: User | None, place: Place) -> Place:
    """Take a merge back: the place is there again with the parts and households that came from it. Refusal ``ground.not_merged``."""
    with transaction.atomic():
        place.refresh_from_db()
        into = place.merged_into
        entry = Entry.objects.filter(act=acts.PLACES_MERGED, subject_kind="place", subject=str(place.pk)).last()
        if into is None or place.until is None or entry is None:
            raise Refusal(
                "ground.not_merged", gettext_noop("%(name)s was not merged into another place."), name=place.name
            )
        back = [place, *_parts_merged(place)]
        for one in back:
            reopen_span(one)
            Place.objects.filter(pk=one.pk).update(merged_into=None, until=None)
            for child in _came_from(one, place.until):
                child.names.filter(since=place.until).delete()
                move_subtree(child, Place.objects.get(pk=one.pk))
        for household, dwelling in entry.data.get("households", {}).items():
            Household.objects.filter(pk=household, until__isnull=True).update(dwelling_id=dwelling)
        _note(acts.PLACE_REOPENED, by, place, was_into=into.pk)
    place.refresh_from_db()
    return place


def _parts_merged(place: Place) -> list[Place]:
    """The parts that were merged together with a place, the upper ones first."""
    inside = Place.objects.filter(under([place]), merged_into__isnull=False, until=place.until)
    return list(inside.exclude(pk=place.pk).order_by("path"))


def _came_from(place: Place, day: date) -> list[Place]:
    """The parts that lay in ``place`` until they were moved on ``day``."""
    was = [name.place for name in PlaceName.objects.filter(parent=place).select_related("place")]
    return [one for one in was if one.parent_id != place.pk and one.names.filter(since=day).exists()]


def split_place(
    *, by: User | None, place: Place, name: str, parts: Sequence[Place], since: date | None = None, code: str = ""
) -> Place:
    """From a day on some parts of a place are a place of their own beside it. Returns the new one. Counter-act: merge it back.

    Refusals: ``ground.name_missing``, ``ground.nothing_to_split``, ``ground.not_a_part``, ``ground.place_exists``, those of
    :func:`linli.ground.place_rules.check_parts`, ``ground.day_in_future``.
    """
    day, cleaned = since or timezone.localdate(), name.strip()
    if not cleaned:
        raise Refusal("ground.name_missing", gettext_noop("Please give the place a name."))
    check_day(place, day, timezone.localdate())
    with transaction.atomic():
        place.refresh_from_db()
        check_parts(place, parts, cleaned)
        parent = place.parent
        (new,) = add_places([NewPlace(place.kind.code, parent, cleaned, code=code, estate_type=place.estate_type)])
        Place.objects.filter(pk=new.pk).update(split_from=place, since=day)
        new.refresh_from_db()
        add_span(new, day, name=cleaned)
        for part in parts:
            _put(part, new, day)
        _note(acts.PLACE_SPLIT, by, place, new=new.pk, parts=len(parts), since=day.isoformat())
    return new


def end_place(*, by: User | None, place: Place, until: date | None = None) -> int:
    """The place with all in it is gone from a day on; it stays in the books. Returns how many ended. Counter-act: :func:`reopen_place`.

    Refusals: ``ground.place_ended``, ``ground.place_inhabited``, ``ground.neighbourhood_runs``, ``ground.day_in_future``.
    """
    day = until or timezone.localdate()
    check_day(place, day, timezone.localdate())
    with transaction.atomic():
        place.refresh_from_db()
        if place.until is not None:
            raise Refusal("ground.place_ended", gettext_noop("%(name)s has ended already."), name=place.name)
        if place.kind.code == "neighbourhood":
            raise Refusal(
                "ground.neighbourhood_runs", gettext_noop("A neighbourhood that runs here is not ended like a house.")
            )
        inside = Place.objects.filter(under([place]), until__isnull=True)
        open_ = (
            Household.objects.filter(dwelling__in=inside.values("pk"), until__isnull=True).count()
            if place.neighbourhood_id
            else 0
        )
        if open_:
            raise Refusal(
                "ground.place_inhabited",
                gettext_noop("%(count)s households still live there. Record where they went first."),
                count=open_,
            )
        close_span(place, day)
        count = inside.update(until=day)
        _note(acts.PLACE_CLOSED, by, place, until=day.isoformat(), places=count)
    return count


def reopen_place(*, by: User | None, place: Place) -> int:
    """A place that was ended is there again, with what ended with it. Refusal ``ground.place_not_ended``."""
    with transaction.atomic():
        place.refresh_from_db()
        if place.until is None or place.merged_into_id is not None:
            raise Refusal("ground.place_not_ended", gettext_noop("%(name)s has not ended."), name=place.name)
        inside = Place.objects.filter(under([place]), until=place.until, merged_into__isnull=True)
        reopen_span(place)
        count = inside.update(until=None)
        _note(acts.PLACE_REOPENED, by, place, places=count)
    return count


def _note(act: str, by: User | None, place: Place, **data: Any) -> None:
    record(act, by=by, subject=("place", place.pk), neighbourhood=place.neighbourhood_id, data=data)
