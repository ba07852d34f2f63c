"""Doors by what people say of them: ``7-302``, ``泉口花苑7号302``, ``八九九弄12号301室``, ``302``.

The buildings of a neighbourhood are few and are read whole (by index); the last number finds the door among a building's doors, by
the index of their natural order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Q

from linli.ground.models import Place, PlaceKind
from linli.ground.models.places import SEGMENT
from linli.ground.places import former_names
from linli.kernel.addresses import narrow, to_digits

_NUMBER = re.compile(r"[A-Z]?\d+[A-Z]?")
_WORD = re.compile(r"[^\W\d_]{2,}")
_COUNTING = re.compile(r"支弄|小弄|号楼|单元|门洞|[弄号幢栋座室房楼层门梯#]")
MOST_BUILDINGS, MOST_DOORS = 5000, 1000
FEW_BUILDINGS = 40
"""In so few buildings a number is looked for inside a door's name too (东301室); everywhere only at its beginning."""


@dataclass(frozen=True)
class Asked:
    """A query: the numbers before the last one, the last one, and words (an estate's name)."""

    before: tuple[str, ...]
    last: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Holder:
    """A place that may hold doors: the numbers and the names on the way to it."""

    id: int
    path: str
    numbers: frozenset[str]
    names: str


def read(text: str) -> Asked | None:
    """What a query says of a door; None when it has no number."""
    plain = to_digits(narrow(re.sub(r"\s+", "-", text.strip()))).upper()
    numbers = [_plain(one) for one in _NUMBER.findall(plain)]
    if not numbers or re.fullmatch(r"0\d{3}|\d{7,}", plain):
        return None  # the tail of a number, or a whole one, is no door
    words = _WORD.findall(_COUNTING.sub(" ", plain))
    return Asked(tuple(numbers[:-1]), numbers[-1], tuple(words))


@lru_cache(maxsize=20_000)
def _compared(name: str) -> str:
    """A place's name as queries are compared with it."""
    return to_digits(narrow(name)).upper()


def _plain(number: str) -> str:
    """A number as it is compared: without leading zeros."""
    return re.sub(r"\d+", lambda m: m.group().lstrip("0") or "0", number)


def _sorted(number: str) -> str:
    """The beginning of the sort key of a name that begins with this number."""
    return re.sub(r"\d+", lambda m: m.group().rjust(6, "0"), number)


def holders(places: Sequence[Place]) -> list[Holder]:
    """Every place of the neighbourhoods that is no door and no gate, by its name and its former ones; three statements."""
    kinds = PlaceKind.objects.exclude(code__in=("dwelling", "gate")).values_list("pk", flat=True)
    rows = Place.objects.filter(neighbourhood__in=list(places), kind__in=list(kinds), until__isnull=True)
    found = list(rows.order_by().values_list("pk", "path", "name")[:MOST_BUILDINGS])
    tops = {place.pk for place in places}
    names = {pk: _compared(name) for pk, _path, name in found if pk not in tops}
    for pk, former in former_names(places, list(kinds)).items():
        if pk in names:
            names[pk] = " ".join([names[pk], *(_compared(name) for name in former)])
    result = []
    for pk, path, _name in found:
        chain = [int(path[i : i + SEGMENT], 36) for i in range(0, len(path), SEGMENT)]
        said = " ".join(names[one] for one in chain if one in names)
        result.append(Holder(pk, path, _numbers(said), said))
    return result


@lru_cache(maxsize=20_000)
def _numbers(said: str) -> frozenset[str]:
    """The numbers in the names on the way to a place; the same few thousand at every search."""
    return frozenset(_plain(number) for number in _NUMBER.findall(said))


def dwelling_hits(places: Sequence[Place], text: str, inside: list[Place], most: int) -> list[Place]:
    """At most ``most`` doors that fit a query, in the order of the tree; at most six statements."""
    asked = read(text)
    if asked is None:
        return []
    roots = [root.path for root in inside]
    every = [h for h in holders(places) if any(h.path.startswith(r) or r.startswith(h.path) for r in roots)]
    fitting = [h.id for h in every if h.numbers.issuperset(asked.before) and _named(h.names, asked)]
    found = _doors(fitting, _starts([asked.last]), inside, most)
    if not found and asked.before:
        found = _units(every, asked, inside, most)
    if not found and len(fitting) <= FEW_BUILDINGS:
        found = _doors(fitting, Q(sort__contains=_sorted(asked.last)), inside, most)
    return found


def _named(names: str, asked: Asked) -> bool:
    return all(word in names for word in asked.words)


def _units(every: Iterable[Holder], asked: Asked, inside: list[Place], most: int) -> list[Place]:
    """Doors whose own name holds two of the numbers: 1单元301室."""
    for number in asked.before:
        others = set(asked.before) - {number}
        fitting = [h.id for h in every if h.numbers.issuperset(others) and _named(h.names, asked)]
        found = _doors(fitting, _starts([number]) & Q(sort__contains=_sorted(asked.last)), inside, most)
        if found:
            return found
    return []


def _starts(numbers: Iterable[str]) -> Q:
    """Names that begin with one of the numbers: 302 finds 302室 and 302A室, never 3021室. Digits compare alike in every collation."""
    condition = Q(pk__in=[])
    for number in numbers:
        for one in {number, number.lower()}:
            first = _sorted(one)
            condition |= Q(sort__gte=first, sort__lt=_next(first))
    return condition


def _next(text: str) -> str:
    """The first text behind everything that begins with ``text``, which ends in a padded number or a letter."""
    number = re.search(r"\d+$", text)
    if number is None:
        return text[:-1] + chr(ord(text[-1]) + 1)
    return text[: number.start()] + str(int(number.group()) + 1).rjust(len(number.group()), "0")


def _doors(parents: list[int], condition: Q, inside: list[Place], most: int) -> list[Place]:
    """Doors of some buildings: which they are first, then the few that are shown.

    Ordered here: asked to order by path, SQLite would walk the whole index of paths instead; and told apart from other places here:
    asked for dwellings it would read every dwelling there is.
    """
    if not parents:
        return []
    rows = Place.objects.filter(condition, parent__in=parents, until__isnull=True).order_by()
    doors = [
        (path, pk) for pk, path, kind in rows.values_list("pk", "path", "kind__code")[:MOST_DOORS] if kind == "dwelling"
    ]
    roots = tuple(root.path for root in inside if root.path)
    few = [pk for path, pk in sorted(doors) if path.startswith(roots)][:most]
    found = Place.objects.filter(pk__in=few).select_related("parent__parent__parent__parent").order_by()
    return sorted(found, key=lambda door: door.path)
