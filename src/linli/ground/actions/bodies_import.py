"""The writer of an imported list of bodies: one transaction, few statements for the new ones; a second time changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.actions.bodies import BEGINNING, BodyFacts, change_body, correct_body
from linli.ground.actions.members import add_member, end_member
from linli.ground.bodies_list import Entry, totals
from linli.ground.mandates import active
from linli.ground.models import Body, BodyVersion, Mandate, Place
from linli.journal.record import record


def import_bodies(*, by: User | None, entries: Sequence[Entry], root: Place) -> dict[str, int]:
    """Take the rows with the verdicts new and changed. Returns how many of each. Nothing is ended because a list does not name it."""
    with transaction.atomic():
        _add([e for e in entries if e.verdict == "new"])
        for entry in entries:
            if entry.verdict == "changed":
                _change(by, entry)
        counts = {k: v for k, v in totals(entries).items() if isinstance(v, int)}
        record(acts.BODIES_IMPORTED, by=by, neighbourhood=root.neighbourhood_id, data={**counts, "root": root.pk})
    return counts


def _add(entries: list[Entry]) -> None:
    """Parents first, a level at a time."""
    waiting = list(entries)
    while waiting:
        level = [e for e in waiting if e.above is None or e.above.body is not None]
        if not level:
            break
        for entry in level:
            entry.parent = entry.above.body if entry.above is not None else entry.parent
        _insert(level)
        ready = {id(e) for e in level}
        waiting = [e for e in waiting if id(e) not in ready]


def _insert(level: list[Entry]) -> None:
    today = timezone.localdate()
    bodies = Body.objects.bulk_create(
        Body(
            kind=e.kind,
            parent=e.parent,
            place=e.place,
            name=e.name,
            code=e.line.text("code"),
            phone=e.phone,
        )
        for e in level
    )
    BodyVersion.objects.bulk_create(
        BodyVersion(body=b, since=b.since or BEGINNING, name=b.name, kind=b.kind, parent=b.parent, place=b.place)
        for b in bodies
    )
    people = []
    for entry, body in zip(level, bodies, strict=True):
        entry.body = body
        if name := entry.line.text("contact"):
            title = entry.line.text("title")
            people.append(Mandate(of_body=body, capacity="contact", holder_name=name, title=title, since=today))
    Mandate.objects.bulk_create(people)


def _change(by: User | None, entry: Entry) -> None:
    body, changes = entry.body, entry.changes
    if body is None:
        return
    if changes.keys() & {"name", "kind", "place", "parent"}:
        parent = body.parent
        if "parent" in changes:
            parent = entry.above.body if entry.above is not None else entry.parent
        facts = BodyFacts(entry.name, entry.kind or body.kind, entry.place or body.place, parent)
        body = change_body(by=by, body=body, to=facts)
    if changes.keys() & {"phone", "code"}:
        correct_body(by=by, body=body, code=entry.line.text("code") or body.code, phone=entry.phone or body.phone)
    if "contact" in changes:
        _contact(by, body, entry)


def _contact(by: User | None, body: Body, entry: Entry) -> None:
    """A new contact takes over from those known by name only; an account stays until somebody ends it."""
    for old in active(Mandate.objects.filter(of_body=body, capacity="contact", user__isnull=True)):
        end_member(by=by, mandate=old)
    add_member(by=by, body=body, capacity="contact", name=entry.line.text("contact"), title=entry.line.text("title"))
