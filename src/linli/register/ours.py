"""What the register says now of a few persons, in the same words as a row of a file, to be compared with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from linli import vault
from linli.ground.actions.people import DOCUMENT_CONTEXT, PHONE_CONTEXT
from linli.ground.models import Document, Person, Phone, Residence, Tie
from linli.register.changes.facts import Printer, Values, name_form, remark_form

_AT_ONCE = 400


@dataclass(slots=True)
class Ours:
    """One person as the register has him. ``residence``: the one that holds; None for an owner who lives elsewhere."""

    person: Person
    numbers: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    phone_rows: dict[UUID, str] = field(default_factory=dict)
    residence: Residence | None = None
    tie: Tie | None = None

    @property
    def presence(self) -> str:
        """here, away, moved, died; elsewhere for an owner who does not live here."""
        if self.residence is not None and not (self.tie is not None and self.residence.presence == "moved"):
            return self.residence.presence
        return "elsewhere" if self.tie is not None else ""

    @property
    def dwelling(self) -> int | None:
        """The home he lives in, or stands at."""
        elsewhere = self.tie if self.presence == "elsewhere" else self.residence
        home = elsewhere.household if elsewhere is not None else None
        return home.dwelling_id if home is not None else None

    @property
    def values(self) -> Values:
        """The facts by field as a row would say them; None where the register keeps none (the relation of an owner elsewhere)."""
        lives = self.residence or self.tie
        return {
            "name": name_form(self.person.name),
            "sex": self.person.sex,
            "number": self.numbers[-1] if self.numbers else "",
            "born": self.person.born.isoformat() if self.person.born else "",
            "rel": self.residence.relation if self.residence is not None else None,
            "phones": ",".join(sorted(self.phones)),
            "nation": self.person.nation,
            "remark": remark_form(lives.remark) if lives is not None else None,
            "absence": self.presence,
        }

    @property
    def remark(self) -> str:
        """The remark as it is written."""
        lives = self.residence or self.tie
        return lives.remark if lives is not None else ""

    def expected(self, field_: str, printer: Printer) -> bytes:
        """The fingerprint of what stands now, to see before writing whether it still does."""
        if field_ == "door":
            return printer.one("door", str(self.dwelling))
        if field_ == "number":
            return printer.one("number", ",".join(sorted(self.numbers)))
        return printer.one(field_, self.values.get(field_) or "")


def facts_of(persons: Iterable[UUID]) -> dict[UUID, Ours]:
    """Five statements for every 400 persons."""
    wanted = list(persons)
    found: dict[UUID, Ours] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        found |= _facts(wanted[start : start + _AT_ONCE])
    return found


def _facts(wanted: Sequence[UUID]) -> dict[UUID, Ours]:
    found = {person.pk: Ours(person) for person in Person.objects.filter(pk__in=wanted)}
    numbers: dict[UUID, list[str]] = defaultdict(list)
    for person, sealed in (
        Document.objects.filter(person__in=wanted).order_by("since").values_list("person_id", "sealed")
    ):
        numbers[person].append(vault.unseal_text(sealed, context=DOCUMENT_CONTEXT))
    phones: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    for pk, person, sealed in Phone.objects.filter(person__in=wanted).values_list("pk", "person_id", "sealed"):
        phones[person][pk] = vault.unseal_text(sealed, context=PHONE_CONTEXT)
    homes = Residence.objects.filter(person__in=wanted).select_related("household").order_by("since")
    latest = {row.person_id: row for row in homes}
    ties = Tie.objects.filter(person__in=wanted, kind=Tie.Kind.OWNER).select_related("household").order_by("since")
    owners = {row.person_id: row for row in ties}
    for pk, ours in found.items():
        ours.numbers, ours.phone_rows = numbers.get(pk, []), phones.get(pk, {})
        ours.phones = sorted(set(ours.phone_rows.values()))
        ours.residence, ours.tie = latest.get(pk), owners.get(pk)
    return found


def written_names(persons: Sequence[UUID]) -> dict[UUID, str]:
    """Names as they are written; one statement for every 400 persons."""
    found: dict[UUID, str] = {}
    for start in range(0, len(persons), _AT_ONCE):
        rows = Person.objects.filter(pk__in=persons[start : start + _AT_ONCE])
        found |= dict(rows.values_list("pk", "name"))
    return found


def living_at(dwelling: int) -> list[Ours]:
    """Who lives in a home now, or stands at it as its owner; entries that were joined with another count there alone."""
    counted = {"household__dwelling": dwelling, "person__merged_into__isnull": True}
    people = Residence.objects.filter(**counted).values_list("person_id", flat=True)
    ties = Tie.objects.filter(kind=Tie.Kind.OWNER, **counted).values_list("person_id", flat=True)
    return [one for one in facts_of({*people, *ties}).values() if one.dwelling == dwelling]


def living_in(dwellings: Sequence[int]) -> dict[int, list[UUID]]:
    """Home → the ids of :func:`living_at`, for many homes: two statements for every 400 of them and five for every 400 persons."""
    people: set[UUID] = set()
    for start in range(0, len(dwellings), _AT_ONCE):
        counted = {
            "household__dwelling__in": dwellings[start : start + _AT_ONCE],
            "person__merged_into__isnull": True,
        }
        people.update(Residence.objects.filter(**counted).values_list("person_id", flat=True))
        people.update(Tie.objects.filter(kind=Tie.Kind.OWNER, **counted).values_list("person_id", flat=True))
    found: dict[int, list[UUID]] = {}
    for pk, ours in facts_of(people).items():
        if ours.dwelling is not None:
            found.setdefault(ours.dwelling, []).append(pk)
    return found
