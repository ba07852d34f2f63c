"""The register beside a passenger list: our estates, and only those residents who share something besides a name with somebody on it.

A bounded number of statements, however large the register is. Document numbers and telephones are compared by their keyed indexes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from linli import vault
from linli.ground.models import Document, Person, Phone, Place, PlaceKind, Residence, Tie
from linli.journeys.manifest_people import Passenger
from linli.kernel.addresses import Door, clean_part, road_and_lane
from linli.kernel.alike import CROWDED_DOORS
from linli.kernel.manifest_cells import passport_tail
from linli.kernel.manifest_match import RegisterIndex, Resident, Traveller, at_door
from linli.kernel.manifest_places import Estate, Estates

TRAVEL_KINDS = (Document.Kind.PASSPORT, Document.Kind.HK_MACAO, Document.Kind.TAIWAN)
"""Documents that one crosses a border with."""
LEVELS = ("estate", "lane", "side_lane", "building", "unit", "dwelling")
DISTRICTS = {
    "310101": "黄浦区", "310104": "徐汇区", "310105": "长宁区", "310106": "静安区", "310107": "普陀区", "310109": "虹口区",
    "310110": "杨浦区", "310112": "闵行区", "310113": "宝山区", "310114": "嘉定区", "310115": "浦东新区", "310116": "金山区",
    "310117": "松江区", "310118": "青浦区", "310120": "奉贤区", "310151": "崇明区",
}  # fmt: skip
"""GB/T 2260: the districts of Shanghai, which begin the code of a neighbourhood."""
_SEXES = {"m": "男", "f": "女"}
_AT_ONCE = 10_000
Keyed = Callable[[str, str], Hashable]
"""(value, purpose: ``document``, ``document.tail``, ``phone``, ``phone.tail``) → what it is compared by."""


def travellers_of(people: Sequence[Passenger], keyed: Keyed) -> list[Traveller]:
    """The lines as ``kernel.manifest_match`` takes them; their ids are their places in ``people``."""
    return [
        Traveller(
            at,
            one.name,
            one.sex,
            one.born,
            frozenset(keyed(number, "document") for number in one.spellings),
            frozenset(keyed(tail, "document.tail") for tail in [one.tail or passport_tail(one.document)] if tail),
            frozenset(keyed(number, "phone") for number in one.phones),
            one.address,
            frozenset(keyed(tail, "phone.tail") for tail in one.phone_tails),
        )
        for at, one in enumerate(people)
    ]


def hidden_tails(travellers: Iterable[Traveller]) -> set[Hashable]:
    """The last four of documents half hidden: they may be of any document, an identity card too."""
    return {tail for who in travellers if not who.passports for tail in who.tails}


def keyed_in(neighbourhood: int) -> Keyed:
    """Keys as the tables of a neighbourhood have them."""
    return lambda value, purpose: vault.blind_index(value, neighbourhood=neighbourhood, purpose=purpose)


def with_district(estates: Sequence[Estate], district: str, addresses: Iterable[str]) -> Estates:
    """Our estates in their district: the one known, else the one that addresses on the list give for roads and lanes of ours."""
    plain = Estates(estates)
    found = district or plain.district_in(addresses)
    return Estates(replace(one, district=found) for one in estates) if found else plain


def district_of(neighbourhood: Place) -> str:
    """The district above, by the tree of places, else by the neighbourhood's code; empty when neither knows."""
    above = Place.objects.filter(pk__in=neighbourhood.ancestor_ids(), kind__code="district").first()
    return above.name if above is not None else DISTRICTS.get(neighbourhood.code[:6], "")


def register_beside(neighbourhood: Place, travellers: Sequence[Traveller]) -> RegisterIndex:
    """Everybody of the register who may be one of the travellers, ready to be compared. Ids are those of persons; needs a scope."""
    doors = _Doors.load(neighbourhood.pk)
    estates = with_district(doors.estates, district_of(neighbourhood), (who.address for who in travellers))
    found = _Residents(neighbourhood.pk, doors)
    return RegisterIndex(found.beside(travellers, estates), estates)


class _Doors:
    """Every dwelling of today with its estate and door; two statements. Doors are worked out when they are asked for."""

    def __init__(self) -> None:
        self.estates: list[Estate] = []
        self.houses: dict[tuple[Hashable, str], list[int]] = defaultdict(list)
        self._inner: dict[int, tuple[int, Door, str]] = {}

    def home(self, dwelling: int) -> tuple[int, Door] | None:
        """Estate and door of a dwelling; None for one that is gone."""
        if dwelling not in self._inner:
            return None
        estate, door, name = self._inner[dwelling]
        return estate, _inside(door, "dwelling", clean_part(name))

    @classmethod
    def load(cls, neighbourhood: int) -> _Doors:
        found = cls()
        kinds = dict(PlaceKind.objects.filter(code__in=LEVELS).values_list("pk", "code"))
        rows = Place.objects.filter(neighbourhood_id=neighbourhood, kind__in=list(kinds), until__isnull=True)
        columns = rows.values_list("pk", "parent_id", "kind_id", "name", "name_en", "address")
        upper = [row for row in columns if kinds[row[2]] != "dwelling"]
        above: dict[int, tuple[int, Door]] = {}
        for pk, parent, kind, name, english, address in sorted(upper, key=lambda row: LEVELS.index(kinds[row[2]])):
            if kinds[kind] == "estate":
                road, lane = road_and_lane(address or name)
                found.estates.append(Estate(pk, name, english, road, lane))
                above[pk] = (pk, Door())
            elif parent in above:
                estate, door = above[parent]
                above[pk] = (estate, _inside(door, kinds[kind], clean_part(name)))
        for pk, parent, kind, name, _english, _address in columns:
            if kinds[kind] == "dwelling" and parent in above:
                estate, door = above[parent]
                found._inner[pk] = (estate, door, name)
                found.houses[estate, door.building or ("" if door.unit else clean_part(name))].append(pk)
        return found


def _inside(door: Door, kind: str, part: str) -> Door:
    """The door one level down. A dwelling without a building above it is the house itself."""
    if kind in ("lane", "side_lane"):
        return replace(door, side=part)
    if kind == "building":
        return replace(door, building=part)
    if kind == "unit":
        return replace(door, unit=part)
    return replace(door, room=part) if door.building or door.unit else replace(door, building=part)


class _Residents:
    """Who may be meant, and what the register knows of them."""

    def __init__(self, neighbourhood: int, doors: _Doors) -> None:
        self.here = {"neighbourhood_id": neighbourhood}
        self.doors = doors
        self.merged: dict[UUID, UUID] = dict(
            Person.objects.filter(merged_into__isnull=False, **self.here).values_list("pk", "merged_into_id")
        )

    def beside(self, travellers: Sequence[Traveller], estates: Estates) -> list[Resident]:
        """Everybody who shares a document or its tail, a telephone of the household, a birth date or a house with a traveller."""
        passports = {index for who in travellers for index in who.passports}
        tails = {index for who in travellers for index in who.tails}
        phones = {index for who in travellers for index in who.phones}
        born = {who.born for who in travellers if who.born}
        named = [one for who in travellers for one in estates.named_in(who.address)]
        dwellings = {
            pk
            for one in named
            for pk in self.doors.houses.get((one.estate, one.door.building), ())
            if (home := self.doors.home(pk)) and at_door([home], [one])
        }
        found = self._people(Phone, "whole_index__in", phones)
        found |= self._people(Document, "whole_index__in", passports)
        found |= self._people(Document, "tail_index__in", tails, kind__in=TRAVEL_KINDS)
        found |= self._born(born)
        found |= self._people(Residence, "household__dwelling_id__in", dwellings)
        found |= self._people(Tie, "household__dwelling_id__in", dwellings)
        families = self._families(phones)
        found |= self._people(Residence, "household_id__in", families)
        return self._residents(found, passports | hidden_tails(travellers))

    def _families(self, phones: set[Hashable]) -> set[UUID]:
        """Households in which one of the telephones is somebody's; a telephone of many homes is nobody's."""
        holders: dict[bytes, set[UUID]] = defaultdict(set)
        for some in _some(phones):
            rows = Phone.objects.filter(whole_index__in=some, **self.here).values_list("whole_index", "person_id")
            for index, pk in rows:
                holders[bytes(index)].add(self._end(pk))
        homes = self._homes({pk for people in holders.values() for pk in people})
        found: set[UUID] = set()
        for people in holders.values():
            households = {homes[pk][0] for pk in people if pk in homes} - {None}
            if len(households) < CROWDED_DOORS:
                found |= {one for one in households if one is not None}
        return found

    def _people(self, model: Any, where: str, values: Iterable[Any], **more: Any) -> set[UUID]:
        """Persons whom rows of a table name."""
        rows = (
            pk
            for some in _some(values)
            for pk in model.objects.filter(**{where: some}, **more, **self.here).values_list("person_id", flat=True)
        )
        return {self._end(pk) for pk in rows}

    def _born(self, days: Iterable[date]) -> set[UUID]:
        rows = (
            pk
            for some in _some(days)
            for pk in Person.objects.filter(born__in=some, **self.here).values_list("pk", flat=True)
        )
        return {self._end(pk) for pk in rows}

    def _end(self, pk: UUID) -> UUID:
        """Whom an entry was joined to."""
        for _step in range(len(self.merged)):
            if pk not in self.merged:
                break
            pk = self.merged[pk]
        return pk

    def _homes(self, people: Iterable[UUID]) -> dict[UUID, tuple[UUID | None, int | None]]:
        """Person → household and dwelling of today; (None, None) for somebody who has left or died."""
        homes: dict[UUID, tuple[UUID | None, int | None]] = {}
        for some in _some(people):
            rows = Residence.objects.filter(person_id__in=some).order_by("since")
            for pk, household, dwelling in rows.values_list("person_id", "household_id", "household__dwelling_id"):
                homes[pk] = (household, dwelling)
        return homes

    def _residents(self, people: set[UUID], told: set[Hashable]) -> list[Resident]:
        homes = self._homes(people)
        staying = [pk for pk in sorted(people, key=str) if homes.get(pk, (None, 0)) != (None, None)]
        ties = self._listed(staying)
        passports, tails = self._documents(staying, told)
        phones, phone_tails = self._phones(staying)
        found = []
        for some in _some(staying):
            for pk, name, sex, born in Person.objects.filter(pk__in=some).values_list("pk", "name", "sex", "born"):
                household, dwelling = homes.get(pk, (None, None))
                places = dict.fromkeys(at for at in (dwelling, *ties.get(pk, ())) if at is not None)
                found.append(
                    Resident(
                        pk, name, _SEXES.get(sex, ""), born, frozenset(passports[pk]), frozenset(tails[pk]),
                        frozenset(phones[pk]), household, tuple(home for at in places if (home := self.doors.home(at))),
                        frozenset(phone_tails[pk]),
                    )
                )  # fmt: skip
        return found

    def _listed(self, people: Sequence[UUID]) -> dict[UUID, list[int]]:
        """Other doors at which somebody is noted."""
        found: dict[UUID, list[int]] = defaultdict(list)
        for some in _some(people):
            for pk, dwelling in Tie.objects.filter(person_id__in=some).values_list(
                "person_id", "household__dwelling_id"
            ):
                found[pk].append(dwelling)
        return found

    def _documents(self, people: Sequence[UUID], told: set[Hashable]) -> tuple[Any, Any]:
        """Indexes of documents one travels with, and of any other that a traveller shows."""
        whole: dict[UUID, set[bytes]] = defaultdict(set)
        tails: dict[UUID, set[bytes]] = defaultdict(set)
        for some in _some(self._with_merged(people)):
            rows = Document.objects.filter(person_id__in=some).values_list(
                "person_id", "kind", "whole_index", "tail_index"
            )
            for pk, kind, index, tail in rows:
                if kind in TRAVEL_KINDS or bytes(index) in told:
                    whole[self._end(pk)].add(bytes(index))
                if kind in TRAVEL_KINDS or not told.isdisjoint((bytes(index), bytes(tail))):
                    tails[self._end(pk)].add(bytes(tail))
        return whole, tails

    def _phones(self, people: Sequence[UUID]) -> tuple[Any, Any]:
        """Indexes of telephones, and of their last four."""
        whole: dict[UUID, set[bytes]] = defaultdict(set)
        tails: dict[UUID, set[bytes]] = defaultdict(set)
        for some in _some(self._with_merged(people)):
            rows = Phone.objects.filter(person_id__in=some).values_list("person_id", "whole_index", "tail_index")
            for pk, index, tail in rows:
                whole[self._end(pk)].add(bytes(index))
                tails[self._end(pk)].add(bytes(tail))
        return whole, tails

    def _with_merged(self, people: Sequence[UUID]) -> list[UUID]:
        wanted = set(people)
        return [*people, *(gone for gone in self.merged if self._end(gone) in wanted)]


def _some(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Lists that every database takes in one statement."""
    whole = list(values)
    for start in range(0, len(whole), _AT_ONCE):
        yield whole[start : start + _AT_ONCE]
