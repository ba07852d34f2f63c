"""Taking changes into the register: each by compare-and-swap, each so that it can be taken back.

Inside the caller's transaction the persons are held, what stands now is read again, and only what still is as it was when the file was
compared is replaced. Who comes second loses: the change is kept as ``lost`` and shows both values (docs/decisions/0094).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from linli.accounts.models import User
from linli.ground.actions.people import key_rows
from linli.ground.actions.places import rename_place
from linli.ground.models import DwellingState, Person, PersonKey, Place, Tie
from linli.journal.record import record
from linli.register import acts
from linli.register.base import printer_of
from linli.register.changes.facts import FIELDS, LIVED_IN, absence_of, form, presence, replaced
from linli.register.keeping import Told, facts_before, keep_before, reseal, told
from linli.register.models import ImportChange, ImportRow, ImportRun
from linli.register.ours import Ours, facts_of, living_at
from linli.register.packing import unpack
from linli.register.person_changes import PersonChange
from linli.register.undoable import Trace, take_back

Outcome = ImportChange.Outcome
OF_THE_GROUND = {"rel": "relation", "phones": "phone", "number": "document", "absence": "presence", "door": "presence"}
"""Field of a change → what the page that corrects a person calls it: it says who changed a field last."""


@dataclass
class Changer:
    """Takes a few changes of one run."""

    run: ImportRun
    by: User | None
    filled: dict[str, date]
    ours: dict[UUID, Ours] = field(default_factory=dict)

    def take(self, changes: Sequence[ImportChange]) -> None:
        """Take or leave each, in their order; inside the caller's transaction."""
        self.printer = printer_of(self.run.neighbourhood_id)
        persons = {one.person_id for one in changes if one.person_id and one.taken}
        held = Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=persons).order_by("pk")
        self.ours = facts_of(held.values_list("pk", flat=True)) if persons else {}
        for change in changes:
            did = PersonChange(self.run, change, self.filled)
            change.outcome = self._one(did) if change.taken else Outcome.LEFT
            self._keep(change, did.trace)
        self._ask_again(changes)

    def _keep(self, change: ImportChange, trace: Trace) -> None:
        change.effects = {"made": trace.made} if trace.made else {}
        if trace.steps:
            change.effects["restores"] = True
            keep_before(change, {"steps": trace.steps})
        change.save(update_fields=["outcome", "conflict", "effects", "before", "sealed", "person", "place"])
        if change.outcome == Outcome.APPLIED:
            subject = ("person", change.person_id) if change.person_id else ("place", change.place_id)
            data = {
                "kind": change.kind,
                "import": str(self.run.pk),
                "fields": [OF_THE_GROUND.get(change.field, change.field)],
                "source": f"import:{self.run.pk}",
            }
            record(acts.CHANGED, by=self.by, subject=subject, neighbourhood=self.run.neighbourhood_id, data=data)
            if change.person_id in self.ours:
                self.ours |= facts_of([change.person_id])

    def _ask_again(self, changes: Sequence[ImportChange]) -> None:
        """A change that nobody looked at, or that lost, is no part of the last word: the next file is asked about it again."""
        fields: dict[int, tuple[ImportRow, set[str], bytes | None]] = {}
        for one in changes:
            open_ = one.outcome == Outcome.LOST or (one.outcome == Outcome.LEFT and one.decided_at is None)
            if open_ and one.row is not None and one.row.prints is not None and one.field in FIELDS:
                fields.setdefault(one.row.pk, (one.row, set(), bytes(one.base) if one.base else None))[1].add(one.field)
        for row, names, base in fields.values():
            row.prints = replaced(bytes(row.prints or b""), names, base)
            row.save(update_fields=["prints"])

    def _one(self, did: PersonChange) -> str:
        change, said = did.change, told(did.change)
        if said is None:
            return Outcome.LOST
        if change.kind in ("moved_in", "dwelling_added"):
            row = change.row
            change.person_id, change.place_id = (row.person_id, row.dwelling_id) if row is not None else (None, None)
            return Outcome.APPLIED
        if change.field == "state":
            return self._state(did, said)
        if change.field == "place":
            return self._place(did, said)
        ours = self.ours.get(change.person_id) if change.person_id else None
        if ours is None:
            return Outcome.LOST
        now = ours.expected("rel" if change.kind == "household_split" else change.field, self.printer)
        if change.expected is not None and now != bytes(change.expected):
            return self._lost(change, said, ours)
        return self._person(did, said, ours)

    def _lost(self, change: ImportChange, said: Told, ours: Ours) -> str:
        """Somebody else was faster: his value stands, and the change shows it."""
        now: object = ours.values.get(change.field)
        wanted = form(change.field, said.to) if isinstance(said.to, str) else ""
        if change.field in ours.values and (now or "") == wanted or said.to in ours.numbers:
            return Outcome.ALREADY
        written = {"name": ours.person.name, "absence": ours.presence, "remark": ours.remark}
        now = written.get(change.field, now)
        return self._both(change, said, now)

    def _both(self, change: ImportChange, said: Told, now: object) -> str:
        change.conflict = True
        reseal(change, Told(said.name, now, said.to))
        return Outcome.LOST

    def _person(self, did: PersonChange, said: Told, ours: Ours) -> str:
        row = did.change.row
        packed = unpack(row.sealed) if row is not None and row.sealed is not None else None
        if did.change.kind == "moved_out" and row is None:
            did.leave(ours)
        elif packed is None:
            return Outcome.LOST
        elif did.change.kind == "household_split":
            self._split(did, said)
        elif did.change.kind == "also_listed":
            did.tie(ours.person, Tie.Kind.LISTED, packed.remark)
        else:
            did.fact(did.change.field, ours, packed)
        return Outcome.APPLIED

    def _split(self, did: PersonChange, said: Told) -> None:
        """The second head of household and those listed below him: one door and one responsible, the relations as the file has them."""
        wanted = {(sheet or "", row) for sheet, row in said.to}
        rows = ImportRow.objects.filter(run=self.run, row__in=[row for _, row in wanted]).exclude(sealed=None)
        members = [row for row in rows if (row.sheet, row.row) in wanted and row.person_id is not None]
        ours = facts_of([row.person_id for row in members if row.person_id])
        for row in members:
            relation = unpack(row.sealed).rel[:20] if row.sealed is not None else ""
            mine = ours.get(row.person_id) if row.person_id else None
            if mine is not None and mine.residence is not None and mine.residence.relation != relation:
                did.home(mine, relation=relation)

    def _state(self, did: PersonChange, said: Told) -> str:
        change = did.change
        rows = DwellingState.objects.filter(dwelling_id=change.place_id).order_by("happened_at")
        found = list(rows.values_list("state", "happened_at"))
        now = found[-1][0] if found else ""
        if change.expected is not None and self.printer.one("state", now) != bytes(change.expected):
            return Outcome.ALREADY if now == said.to else self._both(change, said, now)
        at = timezone.make_aware(datetime.combine(did.day, time()))
        if found and at <= found[-1][1]:
            at = max(self.run.started_at, found[-1][1] + timedelta(microseconds=1))
        did.trace.create(
            DwellingState(
                neighbourhood_id=self.run.neighbourhood_id,
                dwelling_id=change.place_id or 0,
                state=said.to,
                happened_at=at,
                heard_at=timezone.now(),
                by_user=self.run.by_user,
                source=f"import:{self.run.pk}",
            )
        )
        if (now in LIVED_IN) != (said.to in LIVED_IN):
            self._with_the_home(did, str(said.to))
        return Outcome.APPLIED

    def _with_the_home(self, did: PersonChange, state: str) -> None:
        """A home that is left or lived in again: whoever is in it goes and comes with it, unless his own row says otherwise."""
        rows = ImportRow.objects.filter(run=self.run, dwelling=did.change.place_id, person__isnull=False)
        found = {row.person_id: unpack(row.sealed) for row in rows.exclude(sealed=None) if row.sealed is not None}
        held = Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[pk for pk in found if pk])
        for pk, ours in facts_of(held.order_by("pk").values_list("pk", flat=True)).items():
            word = presence(absence_of(found[pk]), state)
            movable = ours.dwelling == did.change.place_id and {ours.presence, word} == {"here", "away"}
            if movable and ours.residence is not None and str(ours.residence.source).startswith("import:"):
                did.home(ours, presence=word, away_note=found[pk].away_note)

    def _place(self, did: PersonChange, said: Told) -> str:
        change = did.change
        place = Place.objects.filter(pk=change.place_id or 0).first()
        if place is None:
            return Outcome.LOST
        if change.kind.endswith("_vanished"):
            return self._vanished(did, place)
        if place.name != said.was:
            return Outcome.ALREADY if place.name == said.to else self._both(change, said, place.name)
        rename_place(by=self.by, place=place, name=str(said.to), since=did.day)
        return Outcome.APPLIED

    def _vanished(self, did: PersonChange, place: Place) -> str:
        """The people of a home that is no longer listed have moved away; a home without people ends, it is never deleted."""
        people = living_at(place.pk)
        now = self.printer.one("door", ",".join(sorted(str(one.person.pk) for one in people)))
        if did.change.expected is not None and now != bytes(did.change.expected):
            return Outcome.LOST
        for one in people:
            did.leave(one)
        if not people:
            did.trace.set(place, until=did.day)
        return Outcome.APPLIED


def undo_changes(changes: Sequence[ImportChange], by: User | None) -> None:
    """Take applied changes back, the last first; what somebody has changed since stays as he left it."""
    for change in changes:
        if change.outcome != Outcome.APPLIED:
            continue
        steps = facts_before(change).get("steps", [])
        whole = take_back(change.effects.get("made", {}), steps, change.neighbourhood_id)
        said = told(change)
        if change.kind.endswith("_renamed") and said is not None:
            _name_back(change, said, by)
        if change.field == "name" and change.person is not None:
            _keys_back(change.person)
        change.effects = {} if whole else {"kept": True}
        change.outcome, change.before = Outcome.OPEN, None
        change.save(update_fields=["effects", "outcome", "before"])


def _name_back(change: ImportChange, said: Told, by: User | None) -> None:
    place = Place.objects.filter(pk=change.place_id or 0, name=said.to).first()
    if place is not None:
        rename_place(by=by, place=place, name=str(said.was), since=timezone.localdate())


def _keys_back(person: Person) -> None:
    PersonKey.objects.filter(person=person).delete()
    person.refresh_from_db()
    PersonKey.objects.bulk_create(key_rows(person))
