"""Correct what the register says of a person or a dwelling, by compare-and-swap: nothing that changed meanwhile is overwritten.

A form says what it showed (``was``) and what it wants (``to``). A field whose value is still what was shown is written; one that
somebody else has changed meanwhile is not: it comes back as a :class:`Clash` with both values, who changed it and when. The other
fields go through. What is not to be changed is not in ``to``, or is there with the value that was shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.ground import acts
from linli.ground.actions.homes import find_state
from linli.ground.actions.people import DOCUMENT_CONTEXT, document_row, key_rows, move, phone_row
from linli.ground.models import Document, DwellingState, Person, PersonKey, Phone, Place, Residence
from linli.ground.typed_numbers import read_document, read_phone
from linli.journal.models import Entry
from linli.journal.record import pseudonym, record
from linli.kernel.pinyin import sort_key
from linli.kernel.refusal import Refusal

OF_PERSON = ("name", "sex", "born", "nation")
OF_RESIDENCE = ("relation", "away_note", "remark")
FIELDS = (*OF_PERSON, "presence", *OF_RESIDENCE)
_LONGEST = {"name": 80, "nation": 30, "relation": 20, "away_note": 80, "remark": 300}
Facts = Mapping[str, str]


@dataclass(frozen=True)
class NumberChange:
    """A document or phone: ``row`` None adds one, ``number`` "" takes it away. ``was``: the mark that was shown (:func:`mark_of`).

    ``word``: the kind of a document, the note of a phone. ``number`` None: only the word changes.
    """

    kind: str
    row: UUID | None
    was: str
    number: str | None
    word: str = ""


@dataclass(frozen=True)
class Clash:
    """A field that somebody else has changed meanwhile. ``source``: ``page`` or ``import:<run>``."""

    field: str
    yours: str
    now: str
    by: int | None = None
    at: datetime | None = None
    source: str = ""
    change: NumberChange | None = None
    mark: str = ""


@dataclass
class Outcome:
    """What was written and what was not."""

    changed: list[str] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)


def facts_of(person: Person) -> dict[str, str]:
    """Every fact of a person as a form shows it; two statements. ``born`` is an ISO day."""
    latest = Residence.objects.filter(person=person).order_by("-since").first()
    return _facts(person, latest)


def _facts(person: Person, latest: Residence | None) -> dict[str, str]:
    return {
        "name": person.name,
        "sex": person.sex,
        "born": person.born.isoformat() if person.born else "",
        "nation": person.nation,
        **{name: getattr(latest, name) if latest is not None else "" for name in ("presence", *OF_RESIDENCE)},
    }


def mark_of(row: Document | Phone) -> str:
    """A short mark of what a number's row holds now; another number, kind or note has another mark."""
    word = row.kind if isinstance(row, Document) else row.note
    return hashlib.sha256(bytes(row.whole_index) + word.encode()).hexdigest()[:16]


def correct_person(
    *,
    by: User | None,
    person: Person,
    was: Facts,
    to: Facts,
    numbers: Sequence[NumberChange] = (),
    since: date | None = None,
    source: str = "page",
) -> Outcome:
    """Write what ``to`` says where the register still says what ``was`` says. ``since``: the day from which a new presence holds.

    Refused with nothing written: ``ground.name_missing``, ``ground.born_wrong``, ``ground.sex_unknown``, ``ground.document_wrong``,
    ``ground.document_kind``, ``ground.phone_wrong``, ``ground.presence_unknown``, ``ground.household_missing``, ``ground.since_wrong``.
    """
    wanted = {name: _checked(name, text) for name, text in to.items() if name in FIELDS and text != was.get(name, "")}
    outcome = Outcome()
    with transaction.atomic():
        held: Person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        latest = Residence.objects.filter(person=held).order_by("-since").first()
        now = _facts(held, latest)
        fresh = {}
        for name, text in wanted.items():
            if now[name] == text:
                continue  # somebody wrote the same
            if now[name] != was.get(name, ""):
                outcome.clashes.append(_clash(held, latest, name, text, now[name]))
            else:
                fresh[name] = text
        _write_person(held, fresh)
        _write_residence(by, held, latest, fresh, since, source)
        outcome.changed = [*fresh, *_numbers(held, numbers, outcome)]
        if outcome.changed:
            record(
                acts.PERSON_CORRECTED,
                by=by,
                subject=("person", held.pk),
                neighbourhood=held.neighbourhood_id,
                data={"fields": sorted(outcome.changed), "source": source},
            )
    return outcome


def _checked(name: str, text: str) -> str:
    """A typed fact in the form in which it is kept."""
    cleaned = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if name == "name" and not cleaned:
        raise Refusal("ground.name_missing", gettext_noop("Please write the name."))
    if name == "born" and cleaned:
        try:
            born = date.fromisoformat(cleaned)
        except ValueError:
            born = date.max
        if not date(1850, 1, 1) <= born <= timezone.localdate():
            raise Refusal("ground.born_wrong", gettext_noop("Nobody was born on that day."))
        cleaned = born.isoformat()
    if name == "sex" and cleaned not in Person.Sex.values:
        raise Refusal("ground.sex_unknown", gettext_noop("Please choose one of the two, or leave it open."))
    if name == "presence" and cleaned not in Residence.Presence.values:
        raise Refusal("ground.presence_unknown", gettext_noop("There is no presence “%(presence)s”."), presence=cleaned)
    return cleaned[: _LONGEST.get(name, 20)]


def _write_person(person: Person, fresh: Facts) -> None:
    """Name (with its search keys), sex, birth date, nationality."""
    fields = [name for name in OF_PERSON if name in fresh]
    if not fields:
        return
    for name in fields:
        value: Any = fresh[name]
        setattr(person, name, (date.fromisoformat(value) if value else None) if name == "born" else value)
    if "born" in fresh:
        person.born_about = False
    person.sort_name = sort_key(person.name)
    person.save(update_fields=[*fields, "sort_name", "born_about"])
    if "name" in fresh:
        PersonKey.objects.filter(person=person).delete()
        PersonKey.objects.bulk_create(key_rows(person))


def _write_residence(
    by: User | None, person: Person, latest: Residence | None, fresh: Facts, since: date | None, source: str
) -> None:
    """A new presence begins on its day; relation, note and remark are corrected where they stand, or go along with it."""
    fields = [name for name in OF_RESIDENCE if name in fresh]
    row = latest
    if "presence" in fresh:
        day = since or timezone.localdate()
        if latest is not None and day < latest.since:
            raise Refusal(
                "ground.since_wrong",
                gettext_noop("That day lies before the last change, of %(day)s."),
                day=latest.since.isoformat(),
            )
        remark = latest.remark if latest is not None else ""
        relation = latest.relation if latest is not None else ""
        row = move(by=by, person=person, presence=fresh["presence"], since=day, note=fresh.get("away_note", ""))
        row.remark, row.relation, row.source = remark, relation or row.relation, source[:60]
        fields = [*fields, "remark", "relation", "source"]
    if row is None or not fields:
        return
    for name in OF_RESIDENCE:
        if name in fresh:
            setattr(row, name, fresh[name])
    row.save(update_fields=sorted(set(fields)))


def _numbers(person: Person, changes: Sequence[NumberChange], outcome: Outcome) -> list[str]:
    """Write documents and phones; returns the fields that changed."""
    done = []
    for change in changes:
        model: Any = Document if change.kind == "document" else Phone
        row = model.objects.filter(pk=change.row, person=person).first() if change.row is not None else None
        now = mark_of(row) if row is not None else ""
        if change.row is not None and row is None and change.number == "":
            continue  # somebody took it away already
        if now != change.was:
            if row is None or not _same(row, change):
                outcome.clashes.append(_number_clash(person, row, change))
            continue
        done += _write_number(person, row, change)
    return done


def _made(person: Person, change: NumberChange) -> Document | Phone:
    today = timezone.localdate()
    if change.kind == "document":
        number, checked = read_document(change.number or "", change.word, today=today)
        return document_row(person=person, kind=change.word, number=number, checked=checked, since=today)
    return phone_row(person=person, number=read_phone(change.number or ""), note=change.word, since=today)


def _same(row: Document | Phone, change: NumberChange) -> bool:
    """Whether the row says already what the change wants."""
    return bool(change.number) and mark_of(_made(row.person, change)) == mark_of(row)


def _write_word(row: Any, change: NumberChange) -> list[str]:
    """Another kind of document (the number must be one of that kind), another note of a phone."""
    name = "kind" if change.kind == "document" else "note"
    if row is None or getattr(row, name) == change.word:
        return []
    fields = [name]
    if change.kind == "document":
        whole = vault.unseal_text(row.sealed, context=DOCUMENT_CONTEXT)
        row.checked = read_document(whole, change.word, today=timezone.localdate())[1]
        fields.append("checked")
    setattr(row, name, change.word[:40])
    row.save(update_fields=fields)
    return [change.kind]


def _write_number(person: Person, row: Any, change: NumberChange) -> list[str]:
    if change.number is None:
        return _write_word(row, change)
    if change.number == "":
        if row is not None:
            row.delete()
        return [change.kind] if row is not None else []
    made = _made(person, change)
    if row is not None and mark_of(row) == mark_of(made):
        return []
    if row is None:
        if type(made).objects.filter(person=person, whole_index=made.whole_index).exists():
            return []
        made.save(force_insert=True)
        return [change.kind]
    made.pk = row.pk
    made.save(force_update=True)
    return [change.kind]


def _clash(person: Person, latest: Residence | None, name: str, yours: str, now: str) -> Clash:
    by, at, source = last_change(person, name)
    if not at and latest is not None and name not in OF_PERSON and latest.source.startswith("import:"):
        source = latest.source
    return Clash(name, yours, now, by, at, source)


def _number_clash(person: Person, row: Document | Phone | None, change: NumberChange) -> Clash:
    by, at, source = last_change(person, change.kind)
    if row is not None:
        now, mark = row.masked, mark_of(row)
    else:  # its row is gone: an import puts another number in its place
        model: Any = Document if change.kind == "document" else Phone
        now, mark = "、".join(model.objects.filter(person=person).values_list("masked", flat=True)), ""
    return Clash(change.kind, change.number or "", now, by, at, source, change, mark)


def last_change(person: Person, name: str) -> tuple[int | None, datetime | None, str]:
    """(account, when, source) of the last journaled change of a person's field; (None, None, "") if nobody has changed it.

    Whatever act changed it: an entry names the fields under ``fields`` and where they came from under ``source``.
    """
    rows = Entry.objects.filter(subject_kind="person", subject=pseudonym("person", person.pk))
    for entry in rows.order_by("-heard_at", "-id")[:100]:
        fields = entry.data.get("fields", ["presence", "away_note"] if entry.act == acts.MOVED else [])
        if name in fields:
            return entry.by_user, entry.heard_at, str(entry.data.get("source", ""))
    return None, None, ""


def correct_state(*, by: User | None, dwelling: Place, was: str | None, state: str, source: str = "page") -> Outcome:
    """Record what a dwelling is, unless another finding came after the one that was shown.

    ``was``: the state that was shown; None for a finding that stands for itself, whatever was known before.
    """
    if state not in DwellingState.State.values:
        raise Refusal("ground.state_unknown", gettext_noop("There is no state “%(state)s”."), state=state)
    with transaction.atomic():
        Place.objects.select_for_update(no_key=True, of=("self",)).only("pk").get(pk=dwelling.pk)
        latest = DwellingState.objects.filter(dwelling=dwelling).order_by("-happened_at").first()
        now = latest.state if latest is not None else "blank"
        if latest is not None and was is not None and now not in (was, state):
            return Outcome(clashes=[Clash("state", state, now, latest.by_user, latest.heard_at, latest.source)])
        find_state(by=by, dwelling=dwelling, state=state, source=source)
    return Outcome(changed=["state"])
