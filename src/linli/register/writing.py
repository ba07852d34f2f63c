"""One chunk of rows → everything it adds to the register, built before the transaction begins and written inside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID

from django.db import models
from django.utils import timezone

from linli.ground.actions.people import document_row, key_rows, person_row, phone_row
from linli.ground.inserting import Ready, ready, ready_changes
from linli.ground.models import (
    Document,
    DwellingState,
    Household,
    Mandate,
    Person,
    PersonKey,
    Phone,
    Residence,
    Responsibility,
    Tie,
)
from linli.register.doors import DoorMap
from linli.register.models import ImportRow, ImportRun
from linli.register.packing import Packed, unpack
from linli.register.responsible import responsible_from

DOCUMENTS = {
    "id": "id",
    "passport": "passport",
    "hk_macao_permit": "hk_macao",
    "taiwan_permit": "taiwan",
    "permanent_residence": "residence",
}
WRITTEN = (Household, Responsibility, DwellingState, Person, PersonKey, Document, Phone, Residence)
WRITES = tuple(set(ImportRow.Verdict) - {ImportRow.Verdict.SAME, ImportRow.Verdict.DIFFERS})


@dataclass
class Chunk:
    """The unsaved rows of one chunk. ``build`` reads and makes ready, ``write`` only hands the values over."""

    run: ImportRun
    terms: list[Mandate]
    filled: dict[str, date]
    rows: list[ImportRow] = field(default_factory=list)
    made: dict[type[models.Model], list[models.Model]] = field(default_factory=dict)
    ready: list[Ready] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._today = timezone.localdate()
        self._started = timezone.localdate(self.run.started_at)
        self._answering: dict[date, list[tuple[date, Mandate]]] = {}

    def build(self, rows: list[ImportRow], doors: DoorMap) -> None:
        """Decide and build everything for ``rows``."""
        self.rows = rows
        opened = [(row, unpack(row.sealed)) for row in rows if row.sealed is not None]
        for row, packed in opened:
            row.dwelling_id = row.dwelling_id or doors.dwelling(packed.door)
        ids = {row.dwelling_id for row in rows if row.dwelling_id}
        households = dict(
            Household.objects.filter(dwelling_id__in=ids, until__isnull=True).values_list("dwelling_id", "pk")
        )
        states = self._states(ids)
        persons = self._primaries(rows)
        for row, packed in opened:
            if row.dwelling_id is None or row.verdict not in WRITES:
                continue
            household = self._household(row, households)
            self._state(row, packed, states)
            if packed.name is None or row.verdict == ImportRow.Verdict.LEFT:
                continue
            if row.verdict == ImportRow.Verdict.LISTED:
                self._tie(row, persons.get(row.joins or 0), household, Tie.Kind.LISTED, packed)
            elif row.verdict == ImportRow.Verdict.NEW:
                persons[row.position] = self._person(row, packed, household)
        self._make_ready()

    def _make_ready(self) -> None:
        self.ready = [ready(rows) for model in WRITTEN if (rows := self.made.get(model))]
        touched = [row for row in self.rows if row.effects]
        if touched:
            self.ready.append(ready_changes(touched, ["dwelling", "person", "effects"]))

    def _states(self, ids: set[int]) -> dict[int, tuple[str, set[datetime]]]:
        found: dict[int, tuple[str, set[datetime]]] = {}
        rows = DwellingState.objects.filter(dwelling_id__in=ids).order_by("happened_at")
        for dwelling, state, at in rows.values_list("dwelling_id", "state", "happened_at"):
            found[dwelling] = (state, {*found.get(dwelling, ("", set()))[1], at})
        return found

    def _primaries(self, rows: Iterable[ImportRow]) -> dict[int, UUID]:
        """Position → person of the rows that rows of this chunk are joined to."""
        positions = {row.joins for row in rows if row.joins is not None}
        found = ImportRow.objects.filter(run=self.run, position__in=positions, person__isnull=False)
        return dict(found.values_list("position", "person_id"))

    def _add(self, row: models.Model) -> None:
        self.made.setdefault(type(row), []).append(row)

    def _since(self, row: ImportRow) -> date:
        return min(self.filled.get(row.sheet) or self._started, self._started)

    def _answer(self, since: date) -> list[tuple[date, Mandate]]:
        if since not in self._answering:
            self._answering[since] = responsible_from(self.terms, since, self._today)
        return self._answering[since]

    def _household(self, row: ImportRow, households: dict[int, UUID]) -> UUID:
        dwelling = row.dwelling_id or 0
        if dwelling not in households:
            answering = self._answer(self._since(row))
            made = Household(neighbourhood_id=row.neighbourhood_id, dwelling_id=dwelling, since=answering[0][0])
            self._add(made)
            for since, mandate in answering:
                self._add(
                    Responsibility(
                        neighbourhood_id=row.neighbourhood_id,
                        household_id=made.pk,
                        mandate_id=mandate.pk,
                        since=since,
                        by_user=self.run.by_user,
                    )
                )
            households[dwelling] = made.pk
            row.effects["household"] = str(made.pk)
        return households[dwelling]

    def _state(self, row: ImportRow, packed: Packed, states: dict[int, tuple[str, set[datetime]]]) -> None:
        """The first finding about a home, on the day the register was filled in; what follows is a change that somebody takes."""
        state = packed.state or "blank"
        known, _ = states.get(row.dwelling_id or 0, ("", set()))
        if not row.leads or known:
            return
        at = timezone.make_aware(datetime.combine(self._since(row), time()))
        made = DwellingState(
            neighbourhood_id=row.neighbourhood_id,
            dwelling_id=row.dwelling_id or 0,
            state=state,
            happened_at=at,
            heard_at=timezone.now(),
            by_user=self.run.by_user,
            source=self.source,
        )
        self._add(made)
        row.effects["state"] = str(made.pk)

    @property
    def source(self) -> str:
        """Where the facts come from."""
        return f"import:{self.run.pk}"

    def _person(self, row: ImportRow, packed: Packed, household: UUID) -> UUID:
        place, since = row.neighbourhood_id, self._since(row)
        person = person_row(
            neighbourhood=place,
            name=(packed.name or "")[:80],
            sex=packed.sex,
            born=packed.born,
            nation=packed.nation[:30],
        )
        person.born_about = packed.born_about
        self._add(person)
        for key in key_rows(person):
            self._add(key)
        if packed.number:
            kind = DOCUMENTS.get(packed.doc or "", "other")
            self._add(document_row(person=person, kind=kind, number=packed.number, checked=kind == "id", since=since))
        for number in packed.phones:
            self._add(phone_row(person=person, number=number, note=packed.phone_note, since=since))
        row.person_id = person.pk
        row.effects["person"] = str(person.pk)
        if packed.absence == "elsewhere":
            self._tie(row, person.pk, household, Tie.Kind.OWNER, packed)
        else:
            self._add(self._residence(row, packed, person, household))
        return person.pk

    def _residence(self, row: ImportRow, packed: Packed, person: Person, household: UUID) -> Residence:
        gone = packed.absence == "gone"
        died = gone and any(word in packed.remark for word in ("故", "世", "亡", "died", "deceased"))
        presence = Residence.Presence
        return Residence(
            neighbourhood_id=row.neighbourhood_id,
            person_id=person.pk,
            household_id=None if gone else household,
            relation=packed.rel[:20],
            presence=presence.DIED
            if died
            else presence.MOVED
            if gone
            else presence.HERE
            if packed.present
            else presence.AWAY,
            away_note=packed.away_note,
            remark=packed.remark,
            since=self._since(row),
            since_about=True,
            source=self.source,
        )

    def _tie(self, row: ImportRow, person: UUID | None, household: UUID, kind: str, packed: Packed) -> None:
        if person is None:
            return
        row.person_id = person
        made = Tie(
            neighbourhood_id=row.neighbourhood_id,
            person_id=person,
            household_id=household,
            kind=kind,
            remark=packed.remark,
            since=self._since(row),
            source=self.source,
        )
        self._add(made)
        row.effects["tie"] = str(made.pk)

    def write(self) -> None:
        """Insert everything; inside the caller's transaction."""
        for made in self.ready:
            made.write()
        if ties := self.made.get(Tie):  # who is noted at a door twice is noted once
            Tie.objects.bulk_create(ties, batch_size=500, ignore_conflicts=True)
        first, last = self.rows[0].turn, self.rows[-1].turn
        ImportRow.objects.filter(run=self.run, turn__gte=first, turn__lte=last).update(done=True)
