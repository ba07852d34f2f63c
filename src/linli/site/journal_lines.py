"""Entries of the journal in sentences: who did what, on what, when. Names come from the rows of today, through the scope of the request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.accounts.models import User
from linli.ground.models import Mandate, Person, Place
from linli.ground.templatetags.offices import office, where
from linli.journal import acts
from linli.journal.models import Entry, Pseudonym
from linli.journal.record import details_of
from linli.ui.words import is_chinese

WATCHED = frozenset({"ground.unmasked", "gates.plate_seen", "register.numbers_shown"})
"""Acts that are marked on the page: somebody saw a whole number."""


@dataclass(frozen=True)
class Line:
    """One entry as the page, the spreadsheet and the paper show it."""

    happened_at: datetime
    heard_at: datetime
    late: bool
    who: str
    what: str
    subject: str
    more: str
    watched: bool


def lines_of(entries: Iterable[Entry]) -> list[Line]:
    """The lines of some entries; a handful of statements however many they are. Needs a scope."""
    rows = list(entries)
    names, reasons = _Names(rows), details_of([entry.pk for entry in rows])
    return [_line(entry, names, reasons.get(entry.pk, "")) for entry in rows]


def _line(entry: Entry, names: _Names, reason: str) -> Line:
    return Line(
        happened_at=entry.happened_at,
        heard_at=entry.heard_at,
        late=abs((entry.heard_at - entry.happened_at).total_seconds()) > 300,
        who=names.user(entry.by_user),
        what=acts.sentence(entry.act),
        subject=names.subject(entry),
        more=("；" if is_chinese() else "; ").join(_more(entry, reason)),
        watched=entry.act in WATCHED,
    )


def _more(entry: Entry, reason: str) -> list[str]:
    """Quantities of the entry in words, then its sealed text (a reason) while its key exists."""
    data: dict[str, Any] = entry.data if isinstance(entry.data, dict) else {}
    found = []
    if "capacity" in data and entry.subject_kind != "mandate":
        found.append(office(str(data["capacity"])))
    for key, words in (("households", _households), ("sessions", _devices), ("rows", _rows)):
        if isinstance(data.get(key), int):
            found.append(words(data[key]))
    if reason:
        found.append(_("reason: %(reason)s") % {"reason": reason})
    return found


def _households(count: int) -> str:
    return ngettext("%(count)s household", "%(count)s households", count) % {"count": count}


def _devices(count: int) -> str:
    return ngettext("%(count)s device", "%(count)s devices", count) % {"count": count}


def _rows(count: int) -> str:
    return ngettext("%(count)s row", "%(count)s rows", count) % {"count": count}


class _Names:
    """What ids stand for, looked up once for a page: accounts, places, offices, and persons behind their pseudonyms."""

    def __init__(self, entries: list[Entry]) -> None:
        wanted: dict[str, set[str]] = {}
        for entry in entries:
            wanted.setdefault(entry.subject_kind, set()).add(entry.subject)
        users = {int(s) for s in wanted.get("user", ()) if s.isdigit()} | {e.by_user for e in entries if e.by_user}
        self._users = {u.pk: str(u) for u in User.objects.filter(pk__in=users)}
        places = Place.objects.filter(pk__in=_numbers(wanted, "place")).select_related("parent")
        self._places = {place.pk: where(place) for place in places}
        self._mandates = {
            m.pk: f"{m.holder_name} · {office(m.capacity)} · {where(m.place)}"
            for m in Mandate.objects.filter(pk__in=_numbers(wanted, "mandate")).select_related("place__parent")
        }
        self._people = _people(wanted.get("person", set()))

    def user(self, pk: int | None) -> str:
        """The name of who acted; the system itself when nobody did."""
        if pk is None:
            return _("the system")
        return self._users.get(pk, _("an account that is gone"))

    def subject(self, entry: Entry) -> str:
        """What was acted upon, in words; a person by a masked name, and only inside the scope."""
        kind, value = entry.subject_kind, entry.subject
        number = int(value) if value.isdigit() else 0
        if not kind and entry.neighbourhood is None:
            return _("the whole installation")
        if kind == "user":
            return "" if number == entry.by_user else self._users.get(number, "")
        if kind == "place":
            return self._places.get(number, "")
        if kind == "mandate":
            return self._mandates.get(number, "")
        if kind == "person":
            return self._people.get(value, _("a person"))
        return ""


def _numbers(wanted: dict[str, set[str]], kind: str) -> set[int]:
    return {int(value) for value in wanted.get(kind, ()) if value.isdigit()}


def _people(pseudonyms: set[str]) -> dict[str, str]:
    """Pseudonym → masked name, for persons of the scope whose link still exists."""
    if not pseudonyms:
        return {}
    links = {
        row.subject: str(row.pseudonym)
        for row in Pseudonym.objects.filter(kind="person", pseudonym__in=list(pseudonyms))
    }
    people = Person.objects.filter(pk__in=list(links))
    return {links[str(person.pk)]: person.masked_name for person in people}
