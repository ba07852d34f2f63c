"""What the register says now of homes and people, as the texts of an exported row; read again when the file comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from uuid import UUID

from linli import vault
from linli.ground.actions.people import DOCUMENT_CONTEXT, PHONE_CONTEXT
from linli.ground.models import Document, Household, Person, Phone, Place, Residence, Tie
from linli.register.sheetwords import ELSEWHERE, READ_BACK, clean, word

_AT_ONCE = 400
_LEVELS = {"estate": "estate", "side_lane": "side", "lane": "side", "building": "building", "unit": "unit"}


@dataclass(slots=True)
class Shown:
    """One row: somebody at a home, or a home with nobody (``person`` None). ``texts`` by column key."""

    dwelling: int
    person: UUID | None
    texts: dict[str, str] = field(default_factory=dict)


class Addresses:
    """The columns of an address, for every home of a neighbourhood; one statement."""

    def __init__(self, neighbourhood: int) -> None:
        rows = Place.objects.filter(neighbourhood_id=neighbourhood)
        columns = ("pk", "parent_id", "kind__code", "name")
        self.places: dict[int, tuple[int | None, str, str]] = {
            pk: (parent, kind, name) for pk, parent, kind, name in rows.values_list(*columns)
        }

    def of(self, dwelling: int) -> dict[str, str]:
        """estate, side, building, unit, room; a home without a building stands in the building's column."""
        found: dict[str, str] = {}
        parent, _, name = self.places[dwelling]
        while parent is not None and parent in self.places:
            above, kind, called = self.places[parent]
            if kind in _LEVELS:
                found.setdefault(_LEVELS[kind], called)
            parent = above
        return {**found, ("room" if "building" in found else "building"): name}


@dataclass(slots=True)
class Showing:
    """Makes the texts. ``clear``: whole numbers instead of masked ones."""

    language: str
    clear: bool = False

    def homes(self, dwellings: Sequence[int]) -> dict[int, list[Shown]]:
        """Who is shown at each home: those who live there and owners who live elsewhere; nine statements for any number up to 400."""
        at: dict[int, list[Shown]] = {pk: [] for pk in dwellings}
        homes = dict(
            Household.objects.filter(dwelling__in=dwellings, until__isnull=True).values_list("pk", "dwelling_id")
        )
        lived = Residence.objects.filter(household__in=homes).values_list("person_id", flat=True)
        owners = Tie.objects.filter(household__in=homes, kind=Tie.Kind.OWNER).values_list("person_id", flat=True)
        people = self.people({*lived, *owners})
        for one in people.values():
            if one.dwelling in at and one.texts["presence"]:
                at[one.dwelling].append(one)
        return at

    def people(self, persons: Iterable[UUID]) -> dict[UUID, Shown]:
        """Everybody's texts; six statements for every 400. Who has left or died has the home he lived in last."""
        wanted = list(dict.fromkeys(persons))
        found: dict[UUID, Shown] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            found |= self._people(wanted[start : start + _AT_ONCE])
        return found

    def _people(self, wanted: Sequence[UUID]) -> dict[UUID, Shown]:
        rows = Residence.objects.filter(person__in=wanted).select_related("household").order_by("since", "pk")
        latest: dict[UUID, Residence] = {}
        homes: dict[UUID, int] = {}
        for row in rows:
            latest[row.person_id] = row
            if row.household is not None:
                homes[row.person_id] = row.household.dwelling_id
        ties = Tie.objects.filter(person__in=wanted, kind=Tie.Kind.OWNER).select_related("household").order_by("since")
        owners = {tie.person_id: tie for tie in ties}
        numbers = self._numbers(Document, DOCUMENT_CONTEXT, wanted, "kind")
        phones = self._numbers(Phone, PHONE_CONTEXT, wanted, "note")
        found = {}
        for person in Person.objects.filter(pk__in=wanted, merged_into__isnull=True):
            pk, residence, tie = person.pk, latest.get(person.pk), owners.get(person.pk)
            if residence is not None and residence.household_id is None and tie is not None:
                residence = None
            home = homes.get(pk) if residence is not None else tie.household.dwelling_id if tie is not None else None
            if home is None:
                continue
            found[pk] = Shown(home, pk, self._texts(person, residence or tie, numbers[pk], phones[pk]))
        return found

    def _numbers(
        self, model: Any, context: str, wanted: Sequence[UUID], word_: str
    ) -> dict[UUID, list[tuple[str, str]]]:
        """Person → (number as it may be shown, kind or note), the oldest first."""
        found: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
        columns = ("person_id", word_, "masked", *(("sealed",) if self.clear else ()))
        for person, kind, masked, *sealed in (
            model.objects.filter(person__in=wanted).order_by("since", "pk").values_list(*columns)
        ):
            number = vault.unseal_text(sealed[0], context=context) if sealed else masked
            found[person].append((number, kind))
        return found

    def _texts(
        self,
        person: Person,
        lives: Residence | Tie | None,
        numbers: list[tuple[str, str]],
        phones: list[tuple[str, str]],
    ) -> dict[str, str]:
        residence = lives if isinstance(lives, Residence) else None
        presence = residence.presence if residence is not None else ELSEWHERE
        number, doc = next((one for one in numbers if one[1] == "id"), numbers[-1] if numbers else ("", ""))
        return {
            "name": person.name,
            "sex": word("sex", person.sex, self.language),
            "born": person.born.isoformat() if person.born else "",
            "nation": person.nation,
            "doc": word("doc", doc, self.language),
            "number": number,
            "phone": "、".join(dict.fromkeys(number for number, _ in phones)),
            "rel": word("rel", residence.relation if residence is not None else "owner_absent", self.language),
            "presence": word("presence", presence, self.language),
            "away_note": residence.away_note if residence is not None else "",
            "remark": lives.remark if lives is not None else "",
        }


class Checker:
    """Keyed marks of the texts of a row: whether a cell still holds what was exported can be told without keeping it."""

    PARTS = ("id", "home", *READ_BACK)
    SIZE = 4

    def __init__(self, neighbourhood: int) -> None:
        self.key = vault.blind_index("export", neighbourhood=neighbourhood, purpose="register.export")

    def _mark(self, *parts: str) -> str:
        return blake2b("\x1f".join(parts).encode(), key=self.key, digest_size=self.SIZE).hexdigest()

    def marks(self, row: Shown) -> dict[str, str]:
        """Part → its mark: whose row it is, at which home, what each cell says."""
        who = str(row.person or "")
        found = {"id": self._mark("id", who or str(row.dwelling)), "home": self._mark("home", who, str(row.dwelling))}
        return found | {key: self.text(row.person, row.dwelling, key, row.texts.get(key, "")) for key in READ_BACK}

    def text(self, person: UUID | None, dwelling: int, key: str, text: str) -> str:
        """The mark of one cell."""
        return self._mark(key, str(person or dwelling), clean(text))

    def line(self, row: Shown, *, clear: bool) -> str:
        """All marks of a row as the check column holds them."""
        return ("c" if clear else "m") + "".join(self.marks(row).values())

    def read(self, line: str) -> tuple[bool, dict[str, str]] | None:
        """(whole numbers were shown, part → mark); None for what is no check."""
        width = self.SIZE * 2
        if line[:1] not in ("c", "m") or len(line) != 1 + width * len(self.PARTS):
            return None
        return line[0] == "c", {part: line[1 + at * width : 1 + (at + 1) * width] for at, part in enumerate(self.PARTS)}

    def seal(self, lines: Sequence[str]) -> str:
        """The mark of the list of what was exported."""
        made = blake2b(key=self.key, digest_size=16)
        for line in lines:
            made.update(line.encode() + b"\n")
        return made.hexdigest()
