"""The visits of a shift's pack: who is expected today and tomorrow, by number and door; no name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from linli.gates.models import Check, Device, Visit, VisitUse
from linli.gates.queries import PASSED
from linli.gates.visits.codes import slot_of
from linli.ground.models import Place
from linli.ground.models.places import SEGMENT

EVERY = timedelta(minutes=10)
"""A phone fetches its pack anew for visits at most this often: a code is taken without being on its list, and one that was taken
back, or has let somebody in elsewhere, is told with the next beat."""
FIELDS = ("pk", "number", "klass", "gate", "host", "purpose", "since", "until", "party", "entries", "uses__slot")


def settled(now: datetime) -> datetime:
    """The last moment whose visits a phone is told to fetch its pack anew for."""
    return now - timedelta(seconds=now.timestamp() % EVERY.total_seconds())


def state_of(place: int, at: datetime) -> list[Any]:
    """What of the visits known at a moment makes a pack another one; two statements."""
    visits = Visit.objects.filter(neighbourhood_id=place, until__gt=at, made_at__lte=at)
    uses = VisitUse.objects.filter(neighbourhood_id=place, heard_at__lte=at)
    back, promised = Max("annulled_at", filter=Q(annulled_at__lte=at)), Count("pk", filter=Q(promise=True))
    known = visits.aggregate(n=Count("pk"), made=Max("made_at"), back=back, promised=promised)
    return [known, uses.aggregate(n=Count("pk"), heard=Max("heard_at"))]


def rows(place: int, homes: list[list[Any]], now: datetime, ahead: timedelta) -> list[list[Any]]:
    """The visits that may come until ``now + ahead``: [id, number, class, gate, dwelling, purpose, from, until, party, used, entries].

    ``homes``: the pack's dwellings as [building, room, place]; a home in which nobody lives is added to it. At most four statements.
    """
    found: dict[UUID, dict[str, Any]] = {}
    for row in expected(place, now, ahead).order_by("since", "number").values(*FIELDS):
        one = found.setdefault(row["pk"], {**row, "slots": set()})
        one["slots"].add(row["uses__slot"])
    index = {home[2]: number for number, home in enumerate(homes)}
    for home in _labelled(place, {one["host"] for one in found.values()} - index.keys()):
        index[home[2]] = len(homes)
        homes.append(home)
    return [_row(one, index, now) for one in found.values()]


def expected(place: int, now: datetime, ahead: timedelta) -> QuerySet[Visit]:
    """Visits that hold now or soon, neither taken back nor without the promise that they need."""
    rows: QuerySet[Visit] = Visit.objects.filter(
        neighbourhood_id=place, until__gt=now, since__lt=now + ahead, annulled_at__isnull=True
    )
    return rows.exclude(promise=False)


def withdrawn_since(place: int, moment: datetime) -> list[str]:
    """Visits taken back since a moment: their codes are refused without the list."""
    rows = Visit.objects.filter(neighbourhood_id=place, annulled_at__gte=moment).order_by("pk")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def entered_elsewhere(device: Device, now: datetime) -> list[list[Any]]:
    """Codes that let somebody in at other phones since this one was enrolled, while they hold: [visit, ms, gate]; one statement.

    Told with every beat, so that a code is not taken twice while the pack's list is older. An entry that was only asked for is left
    out, for it may be given back; so are codes of many entries, which are never used up.
    """
    happened = Check.objects.filter(pk=OuterRef("check_id"), outcome__in=PASSED)
    rows = VisitUse.objects.filter(Exists(happened), visit__neighbourhood=device.neighbourhood_id, visit__until__gt=now)
    rows = (
        rows.filter(heard_at__gte=device.enrolled_at).exclude(visit__entries=Visit.Entries.MANY).exclude(device=device)
    )
    found = rows.order_by("happened_at").values_list("visit", "happened_at", "gate")
    return [[str(visit), int(at.timestamp() * 1000), gate] for visit, at, gate in found]


def _row(one: dict[str, Any], index: dict[int, int], now: datetime) -> list[Any]:
    used = one["entries"] != Visit.Entries.MANY and slot_of(one["entries"], one["pk"], now) in one["slots"]
    return [
        str(one["pk"]), one["number"], one["klass"], one["gate"], index[one["host"]], one["purpose"],
        int(one["since"].timestamp()), int(one["until"].timestamp()), one["party"], int(used), one["entries"],
    ]  # fmt: skip


def _labelled(place: int, homes: Iterable[int]) -> list[list[Any]]:
    """[building, room, place] of homes that the pack does not have; two statements, none when there are none."""
    wanted = list(homes)
    paths = dict(Place.objects.filter(pk__in=wanted).values_list("pk", "path")) if wanted else {}
    if not paths:
        return []
    above = {int(path[i : i + SEGMENT], 36) for path in paths.values() for i in range(0, len(path), SEGMENT)}
    known = Place.objects.filter(pk__in=above, neighbourhood_id=place).exclude(pk=place)
    names = dict(known.values_list("pk", "name"))
    return [[*_label(path, names), pk] for pk, path in sorted(paths.items(), key=lambda pair: pair[1])]


def _label(path: str, names: dict[int, str]) -> list[str]:
    parts = [names[pk] for i in range(0, len(path), SEGMENT) if (pk := int(path[i : i + SEGMENT], 36)) in names]
    return [" ".join(parts[:-1]), parts[-1]]
