"""What a change does to one person: facts replaced, a new residence, a tie."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone

from linli.ground.actions.people import document_row, key_rows, phone_row
from linli.ground.models import Document, Household, Person, PersonKey, Phone, Residence, Tie
from linli.kernel.pinyin import sort_key
from linli.register.changes.facts import absence_of, presence
from linli.register.models import ImportChange, ImportRun
from linli.register.ours import Ours
from linli.register.packing import Packed
from linli.register.undoable import Trace
from linli.register.writing import DOCUMENTS


@dataclass
class PersonChange:
    """One change of one person; ``trace`` remembers what it did."""

    run: ImportRun
    change: ImportChange
    filled: dict[str, date]
    trace: Trace = field(default_factory=Trace)

    @property
    def day(self) -> date:
        """The day on which the register was filled in, never later than the import began."""
        sheet = self.change.row.sheet if self.change.row is not None else self.change.was_sheet
        today = timezone.localdate(self.run.started_at)
        return min(self.filled.get(sheet) or today, today)

    @property
    def household(self) -> Household:
        """The household at the row's door."""
        row = self.change.row
        dwelling = row.dwelling_id if row is not None else self.change.place_id
        found: Household = Household.objects.get(dwelling_id=dwelling, until__isnull=True)
        return found

    def fact(self, name: str, ours: Ours, row: Packed) -> None:
        """Replace one fact."""
        if name == "name":
            self.rename(ours.person, row.name or ours.person.name)
        elif name == "number":
            self.number(ours.person, row)
        elif name == "phones":
            self.phones(ours, row)
        elif name == "absence":
            self.absence(ours, row)
        elif name == "door":
            self.home(ours, household=self.household, relation=row.rel[:20])
        elif name == "rel":
            self.home(ours, relation=row.rel[:20])
        elif name != "remark":
            self.trace.set(ours.person, **{name: getattr(row, name)})
        elif ours.residence is None and ours.tie is not None:
            self.trace.set(ours.tie, remark=row.remark)
        else:
            self.home(ours, remark=row.remark)

    def rename(self, person: Person, name: str) -> None:
        """A corrected name; the search keys follow."""
        self.trace.set(person, name=name[:80], sort_name=sort_key(name))
        PersonKey.objects.filter(person=person).delete()
        PersonKey.objects.bulk_create(key_rows(person))

    def number(self, person: Person, row: Packed) -> None:
        """The new number takes the place of the one of its kind; the birth date and sex inside it follow."""
        kind = DOCUMENTS.get(row.doc or "", "other")
        for old in Document.objects.filter(person=person, kind=kind):
            self.trace.remove(old)
        self.trace.create(
            document_row(person=person, kind=kind, number=row.number or "", checked=kind == "id", since=self.day)
        )
        inside = {"born": row.born, "sex": row.sex, "nation": row.nation[:30]} if kind == "id" else {}
        follow = {name: value for name, value in inside.items() if value and getattr(person, name) != value}
        if follow:
            self.trace.set(person, **follow)

    def phones(self, ours: Ours, row: Packed) -> None:
        """These phones and no other; one that stays keeps its note."""
        keep = set(ours.phones) & set(row.phones)
        for old in Phone.objects.filter(person=ours.person):
            if ours.phone_rows.get(old.pk) not in keep:
                self.trace.remove(old)
        for number in row.phones:
            if number not in keep:
                note = row.phone_note or ""
                self.trace.create(phone_row(person=ours.person, number=number, note=note, since=self.day))

    def absence(self, ours: Ours, row: Packed) -> None:
        """Went away, came back, died, moved away, moved in; the remark that says so comes with it."""
        word = presence(absence_of(row), row.state)
        if word == "elsewhere":
            self.leave(ours)
            self.tie(ours.person, Tie.Kind.OWNER, row.remark)
            return
        if ours.tie is not None and ours.residence is None:
            self.trace.remove(ours.tie)
        home = None if word in ("moved", "died") else self.household
        relation = ours.residence.relation if ours.residence is not None else row.rel[:20]
        fields = {"remark": row.remark, "away_note": row.away_note, "relation": relation}
        self.home(ours, presence=word, household=home, **fields)

    def leave(self, ours: Ours) -> None:
        """No longer at this door: moved away, or an owner who is no longer listed."""
        if ours.residence is not None:
            self.home(ours, presence=Residence.Presence.MOVED, household=None, away_note="")
        elif ours.tie is not None:
            self.trace.remove(ours.tie)

    def home(self, ours: Ours, **fields: Any) -> None:
        """A new residence from the register's day on; one that began that day or later is corrected in place."""
        now, day = ours.residence, self.day
        if now is not None and now.since >= day:
            self.trace.set(now, **fields)
            return
        made = Residence(
            neighbourhood_id=self.run.neighbourhood_id,
            person=ours.person,
            since=day,
            since_about=True,
            source=f"import:{self.run.pk}",
        )
        if now is not None:
            for name in ("household", "relation", "presence", "away_note", "remark"):
                setattr(made, name, getattr(now, name))
        for name, value in fields.items():
            setattr(made, name, value)
        self.trace.create(made)

    def tie(self, person: Person, kind: str, remark: str) -> None:
        """Noted at the row's door without living there."""
        household = self.household
        if not Tie.objects.filter(person=person, household=household, kind=kind).exists():
            self.trace.create(
                Tie(
                    neighbourhood_id=self.run.neighbourhood_id,
                    person=person,
                    household=household,
                    kind=kind,
                    remark=remark,
                    since=self.day,
                    source=f"import:{self.run.pk}",
                )
            )
