"""Who opened a person's data: entries of the journal about the person, his homes while he lived there, and the register as a whole.

PIPL art. 44 and 45 (to know and decide, to see), art. 51 and 54 (records of handling, audit). An opening is journaled once for each
account, home (or person) and day, as ids only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.capacities import CAPACITIES
from linli.ground.holdings import Words
from linli.ground.mandates import active
from linli.ground.models import Household, Mandate, Person, Residence
from linli.ground.who import everyone
from linli.journal import acts as journal_acts
from linli.journal.models import Entry, Pseudonym
from linli.journal.record import details_of, pseudonym, record

ABOUT_EVERYBODY: set[str] = {"register.numbers_shown", "register.exported", "ground.read_by_token"}
"""Acts that saw, printed or gave out the whole register of a neighbourhood. Rooms add theirs with ``register_whole``."""
HOUSEHOLD, PERSON = "household", "person"
OF: dict[str, Words] = {
    HOUSEHOLD: gettext_lazy("the home"),
    PERSON: gettext_lazy("this person"),
    "": gettext_lazy("the whole register"),
}
Subjects = Callable[[Sequence[UUID]], Iterable[object]]
_subjects: dict[str, Subjects] = {}


def register_subjects(kind: str, words: Words, found: Subjects) -> None:
    """Say that the entries about a kind of subject are about a person too: ``found(people)`` names which. From ``apps.py``."""
    _subjects[kind] = found
    OF[kind] = words


def register_whole(act: str) -> str:
    """Say that an act concerns everybody on the register of its neighbourhood (an export, a printed list). From ``apps.py``."""
    ABOUT_EVERYBODY.add(act)
    return act


def note_home_opened(*, by: User, household: Household | None) -> None:
    """Write down that somebody opened the page of a home where people live; once a day. At most two statements."""
    if household is not None:
        _once_a_day(acts.HOME_OPENED, by, (HOUSEHOLD, household.pk), str(household.pk), household.neighbourhood_id)


def note_person_opened(*, by: User, person: Person) -> None:
    """Write down that somebody opened the page of a person; once a day."""
    _once_a_day(acts.PERSON_OPENED, by, (PERSON, person.pk), pseudonym(PERSON, person.pk), person.neighbourhood_id)


def _once_a_day(act: str, by: User, subject: tuple[str, object], name: str, neighbourhood: int) -> None:
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    known = Entry.objects.filter(subject_kind=subject[0], subject=name, act=act, by_user=by.pk, heard_at__gte=today)
    if not known.exists():
        record(act, by=by, subject=subject, neighbourhood=neighbourhood)


def openings(person: Person) -> QuerySet[Entry]:
    """Every entry about a person, newest first: under his pseudonyms, of the homes while he lived there, of the whole register since
    he is on it, and what rooms add (a case of care). Three statements, and the rooms', before the one that reads."""
    ids = everyone(person)
    names = Pseudonym.objects.filter(kind=PERSON, subject__in=[str(pk) for pk in ids]).values_list(
        "pseudonym", flat=True
    )
    condition = Q(subject_kind=PERSON, subject__in=[str(name) for name in names])
    spans = _spans(ids)
    for household, start, end in spans:
        inside = Q(subject_kind=HOUSEHOLD, subject=str(household), heard_at__gte=_midnight(start))
        condition |= inside & Q(heard_at__lt=_midnight(end)) if end is not None else inside
    if spans:
        first = _midnight(min(start for _home, start, _end in spans))
        whole = Q(act__in=ABOUT_EVERYBODY, neighbourhood=person.neighbourhood_id, heard_at__gte=first)
        condition |= whole & ~Q(subject_kind=PERSON)
    for kind, found in _subjects.items():
        condition |= Q(subject_kind=kind, subject__in=[str(one) for one in found(ids)])
    return Entry.objects.filter(condition).order_by("-heard_at", "-id")


def _spans(people: list[UUID]) -> list[tuple[UUID, date, date | None]]:
    """(household, first day, first day after) of every home of these ids."""
    rows: dict[UUID, list[tuple[date, UUID | None]]] = {}
    for person, since, household in (
        Residence.objects.filter(person_id__in=people).order_by("since", "pk").values_list("person_id", "since", "household_id")
    ):  # fmt: skip
        rows.setdefault(person, []).append((since, household))
    found = []
    for lived in rows.values():
        ends: list[date | None] = [since for since, _household in lived[1:]]
        ends.append(None)
        found += [(household, since, end) for (since, household), end in zip(lived, ends, strict=True) if household]
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(max(day, date(1900, 1, 1)), time()))


@dataclass(frozen=True)
class Opening:
    """One line of the page: when, who in which office, what, of what, why if a reason was written down."""

    happened_at: datetime
    who: str
    office: str
    what: str
    of: Any
    reason: str


def lines_of(entries: list[Entry]) -> list[Opening]:
    """Entries in words; three statements."""
    users = {entry.by_user for entry in entries if entry.by_user}
    names = dict(User.objects.filter(pk__in=users).values_list("pk", "display_name"))
    held = active(Mandate.objects.filter(user__in=users)).order_by("since")
    offices = {row.user_id: row.title or _office(row.capacity) for row in held}
    reasons = details_of([entry.pk for entry in entries])
    return [
        Opening(
            entry.happened_at,
            names.get(entry.by_user or 0, _("an account that is gone") if entry.by_user else _("the system")),
            str(offices.get(entry.by_user, "")),
            journal_acts.sentence(entry.act),
            OF.get(entry.subject_kind, OF[""]),
            reasons.get(entry.pk, ""),
        )
        for entry in entries
    ]


def _office(capacity: str) -> str:
    known = CAPACITIES.get(capacity)
    return str(known.name) if known is not None else capacity
