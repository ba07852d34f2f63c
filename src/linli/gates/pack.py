"""The shift's pack: what a phone must know to decide without a network. Masked names only; no document, no phone, no full name."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from linli.gates import cards_pack, holds, keys
from linli.gates.cards_faces import as_pack
from linli.gates.cards_staff import staff_holders
from linli.gates.models import Card, CardEvent, Device, Hold, Permit, PermitKey
from linli.gates.standing import EVENT_STATES, LIVES, latest_residence
from linli.gates.timetable import InForce, Timetable
from linli.gates.visits import packing
from linli.ground.models import Household, Merge, Person, Place, Residence
from linli.ground.models.places import SEGMENT
from linli.inbox.phones.sealing import sealed
from linli.inbox.phones.signature import to_base64url

AHEAD = timedelta(days=2)
BEHIND = timedelta(days=31)
"""Which permits a pack carries: those that hold within two days, and those that ended in the last month (to say why)."""
_cache: OrderedDict[tuple[int, str, str], bytes] = OrderedDict()


def version_of(gate: Place, held: InForce, now: datetime) -> str:
    """A short name that changes when anything in the pack changes (visits: each ten minutes); nine statements, cheap at any size."""
    place = gate.neighbourhood_id or 0
    permits = Permit.objects.filter(neighbourhood_id=place).aggregate(
        n=Count("pk"), issued=Max("issued_at"), cancelled=Max("cancelled_at"), until=Max("until")
    )
    cards = Card.objects.filter(neighbourhood_id=place).aggregate(n=Count("pk"), made=Max("made_at"))
    events = cards_pack.state_of(gate)
    homes = Residence.objects.filter(neighbourhood_id=place).aggregate(
        n=Count("pk"), here=Count("pk", filter=Q(presence__in=LIVES)), since=Max("since")
    )
    signing = PermitKey.objects.filter(neighbourhood_id=place).aggregate(n=Count("pk"), withdrawn=Max("withdrawn_at"))
    operation = held.operation
    parts = [
        f"{now:%F}",
        gate.pk,
        gate.name,
        operation and [str(operation.pk), operation.name, operation.contact],
        held.rules["key"],
        [[since, rules["key"]] for since, rules in held.coming],
    ]
    joins = Merge.objects.filter(neighbourhood_id=place).aggregate(n=Count("pk"), ended=Max("ended_at"))
    called = Hold.objects.filter(neighbourhood_id=place).aggregate(n=Count("pk"), changed=Max("changed_at"))
    visits = packing.state_of(place, packing.settled(now))
    parts += [held.rules.get("ends_ms"), permits, cards, events, homes, signing, joins, called, visits]
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()[:12]


def content(gate: Place, neighbourhood: str, held: InForce, now: datetime) -> dict[str, Any]:
    """The pack of a gate; at most ten statements at any size (the rules came with ``held``)."""
    place = gate.neighbourhood_id or 0
    homes, people, index, gates = _people(place)
    visits = packing.rows(place, homes, now, AHEAD)
    operation = held.operation
    return {
        "gate": {"id": gate.pk, "name": gate.name},
        "gates": gates,
        "area": cards_pack.areas(gate),
        "groups": as_pack(place),
        "neighbourhood": {"id": place, "name": neighbourhood},
        "operation": {
            "id": str(operation.pk),
            "name": operation.name,
            "replay": operation.replay,
            "ends": operation.ends_at.isoformat(),
            "records": held.records,
            "contact": operation.contact,
        }
        if operation
        else None,
        "rules": rules_json(held.rules),
        "rules_next": [
            {"from_ms": int(since.timestamp() * 1000), "rules": rules_json(rules)} for since, rules in held.coming
        ],
        "keys": {kid: to_base64url(spki) for kid, spki in keys.public_spki(place).items()},
        "cards": list(_cards(place, index, now)),
        "cancelled": cards_pack.cancelled_permits(place, now, now - BEHIND),
        "people": people,
        "dwellings": homes,
        "holds": holds.for_pack(place, now, AHEAD),
        "visits": visits,
    }


def rules_json(rules: dict[str, Any]) -> dict[str, Any]:
    """A rule set in the form that the phone keeps; dates as text."""
    kept = (
        "code",
        "version",
        "title",
        "cites",
        "measures",
        "records",
        "fever_tenths",
        "questions",
        "classes",
        "plates",
    )
    return {name: rules[name] for name in kept} | ({"ends_ms": rules["ends_ms"]} if "ends_ms" in rules else {})


def _people(place: int) -> tuple[list[list[Any]], list[list[Any]], dict[UUID, int], dict[int, str]]:
    """Dwellings as [building, room, place], people as [id, masked name, dwelling], the place of each person in that list, gates' names."""
    names: dict[int, tuple[str, str, str]] = {
        pk: (path, name, kind)
        for pk, path, name, kind in Place.objects.filter(neighbourhood_id=place)
        .order_by("path")
        .values_list("pk", "path", "name", "kind__code")
    }
    rows = (
        Person.objects.filter(neighbourhood_id=place, merged_into__isnull=True)
        .annotate(
            presence=Subquery(latest_residence("pk").values("presence")[:1]),
            home=Subquery(latest_residence("pk").values("household")[:1]),
        )
        .filter(presence__in=LIVES, home__isnull=False)
        .annotate(dwelling=Subquery(Household.objects.filter(pk=OuterRef("home")).values("dwelling")[:1]))
        .values_list("pk", "name", "dwelling")
    )
    lived_in: dict[int, list[Person]] = {}
    for pk, name, dwelling in rows:
        lived_in.setdefault(dwelling, []).append(Person(pk=pk, name=name))
    homes: list[list[Any]] = []
    people: list[list[Any]] = []
    index: dict[UUID, int] = {}
    for dwelling in sorted(lived_in, key=lambda pk: _order(names, pk)):
        homes.append([*label(names, dwelling), dwelling])
        for person in lived_in[dwelling]:
            index[person.pk] = len(people)
            people.append([str(person.pk), person.masked_name, len(homes) - 1])
    towers = [pk for pk, (_path, _name, kind) in names.items() if kind == "office_tower"]
    _add_staff(place, towers, (homes, people, index))
    return homes, people, index, {pk: name for pk, (_path, name, kind) in names.items() if kind == "gate"}


def _add_staff(place: int, towers: list[int], lists: tuple[list[Any], list[Any], dict[UUID, int]]) -> None:
    """Who works in the office towers (G12): the firm stands where a resident's door does. No statement without a tower."""
    homes, people, index = lists
    firms: dict[tuple[int, str], int] = {}
    for tower in Place.objects.filter(pk__in=towers, until__isnull=True).order_by("path") if towers else []:
        for line in staff_holders(tower):
            if (tower.pk, line.room) not in firms:
                firms[tower.pk, line.room] = len(homes)
                homes.append([tower.name, line.room, tower.pk])
            if line.person not in index:  # who lives here too is found at the own door
                index[line.person] = len(people)
                people.append([str(line.person), line.masked, firms[tower.pk, line.room]])


def label(names: dict[int, tuple[str, str, str]], dwelling: int) -> list[str]:
    """[building, room] of a dwelling: everything between the neighbourhood and the door, and the door."""
    path, name, _kind = names[dwelling]
    above = [int(path[i : i + SEGMENT], 36) for i in range(0, len(path) - SEGMENT, SEGMENT)]
    inside = [names[pk][1] for pk in above if pk in names and names[pk][2] != "neighbourhood"]
    return [" ".join(inside), name]


def _order(names: dict[int, tuple[str, str, str]], pk: int) -> str:
    return names[pk][0]


def _cards(place: int, index: dict[UUID, int], now: datetime) -> Iterable[list[Any]]:
    latest = CardEvent.objects.filter(card=OuterRef("pk")).order_by("-happened_at", "-id")
    rows = (
        Card.objects.filter(neighbourhood_id=place, permit__since__lt=now + AHEAD, permit__until__gt=now - BEHIND)
        .annotate(event=Subquery(latest.values("state")[:1]))
        .order_by("permit__number", "serial")
        .values_list(
            "pk",
            "permit_id",
            "permit__number",
            "event",
            "permit__since",
            "permit__until",
            "permit__klass",
            Coalesce("permit__person__merged_into", "permit__person"),
            "permit__cancelled_at",
        )
    )
    for card, permit, number, event, since, until, klass, person, cancelled in rows:
        status = "cancelled" if cancelled is not None and cancelled <= now else EVENT_STATES.get(event or "", "active")
        yield [
            str(card), str(permit), number, status, int(since.timestamp()), int(until.timestamp()), klass,
            index.get(person),
        ]  # fmt: skip


def sealed_for(device: Device, now: datetime) -> dict[str, Any]:
    """The answer to a phone: the pack sealed with a key made for this answer, and when both must be gone."""
    gate = device.gate
    held = Timetable.ahead(device.neighbourhood_id, device.gate_id, now, now + AHEAD)
    version = version_of(gate, held, now)
    now_known = json.dumps(packing.state_of(device.neighbourhood_id, now), default=str)
    plain = _cache.get((gate.pk, version, now_known))
    if plain is None:
        plain = json.dumps(
            content(gate, device.neighbourhood.name, held, now), ensure_ascii=False, separators=(",", ":")
        ).encode()
        _cache[(gate.pk, version, now_known)] = plain
        while len(_cache) > 4:
            _cache.popitem(last=False)
    return sealed(plain, version=version, expires=device.pack_dies_at())
