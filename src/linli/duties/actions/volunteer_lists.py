"""A list of volunteers is taken in: each person by himself, so that it can stop anywhere and be gone on with; twice changes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

from django.db import transaction
from django.utils import timezone

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.actions.abilities import join_body, pair, send_away, set_exemptions, set_hours
from linli.duties.actions.people import Facts, add_volunteer, phone_columns
from linli.duties.models import Availability, Away, Exemption, Volunteer
from linli.duties.volunteers.notes import Ruling
from linli.duties.volunteers.reading import Someone, VolunteerList
from linli.ground.models import Body, Place
from linli.journal.record import record
from linli.kernel.names import search_form

SOURCE = "list"
STANDING, BY_DAY = Exemption.Code.NO_STANDING, Exemption.Code.DAY_ONLY


@dataclass(frozen=True)
class Choices:
    """What a person says when taking a list in. ``adults``: he answers for it that all are 18 or older. ``bodies``: role → its body."""

    home: Body | None = None
    adults: bool = False
    bodies: Mapping[str, Body] = field(default_factory=dict)


@dataclass
class Taken:
    """What came of it."""

    new: int = 0
    changed: int = 0
    same: int = 0
    left_out: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Counts."""
        return {"new": self.new, "changed": self.changed, "same": self.same, "left_out": len(self.left_out)}


def take_list(*, by: User | None, neighbourhood: Place, found: VolunteerList, choices: Choices) -> Taken:
    """Take everybody in who has a name and is not under 18; who is known by name **and** telephone (or name and unit) is changed.

    Nobody is joined by name alone (X03). What the list is silent about stays as it is.
    """
    taken, known = Taken(), _Known.load(neighbourhood)
    rows: dict[int, Volunteer] = {}
    start = found.title.since or timezone.localdate()
    for at, one in enumerate(found.people):
        if not one.name or one.minor:
            taken.left_out.append(at)
            continue
        with transaction.atomic():
            rows[at] = _person(by, neighbourhood, one, choices, known, taken)
            _rulings(by, rows[at], at, found, start)
    for pairs, together in ((found.together, True), (found.apart, False)):
        for group in pairs:
            for first, second in combinations([rows[at] for at in group if at in rows], 2):
                pair(by=by, one=first, other=second, together=together)
    record(acts.LIST_TAKEN, by=by, subject=("place", neighbourhood.pk), neighbourhood=neighbourhood.pk,
           data=taken.as_json())  # fmt: skip
    return taken


NEVER = "×"
"""What is kept as somebody's words where nothing at all was ticked: no hours are known then, but he did not keep silent."""


@dataclass
class _Known:
    """Who is on the roster already, by what a list can name him with."""

    by_phone: dict[tuple[str, bytes], Volunteer]
    by_home: dict[tuple[str, int | None], list[Volunteer]]
    used: set[Any] = field(default_factory=set)

    @classmethod
    def load(cls, neighbourhood: Place) -> _Known:
        by_phone: dict[tuple[str, bytes], Volunteer] = {}
        by_home: dict[tuple[str, int | None], list[Volunteer]] = defaultdict(list)
        for row in Volunteer.objects.filter(neighbourhood=neighbourhood, until__isnull=True).order_by("pk"):
            name = search_form(row.name)
            if row.phone_index is not None:
                by_phone.setdefault((name, bytes(row.phone_index)), row)
            else:
                by_home[name, row.home_id].append(row)
        return cls(by_phone, by_home)

    def find(self, one: Someone, home: Body | None, neighbourhood: int) -> Volunteer | None:
        """Name and telephone; without a telephone name and unit, each known row for one row of the list."""
        name = search_form(one.name or "")
        for number in one.phones:
            index = phone_columns(number, neighbourhood)["phone_index"]
            if isinstance(index, bytes) and (name, index) in self.by_phone:
                return self.by_phone[name, index]
        if one.phones:
            return None
        free = [row for row in self.by_home[name, home.pk if home else None] if row.pk not in self.used]
        return free[0] if free else None

    def keep(self, row: Volunteer) -> None:
        """A row of the list has its person."""
        self.used.add(row.pk)
        if row.phone_index is not None:
            self.by_phone[search_form(row.name), bytes(row.phone_index)] = row


def _person(
    by: User | None, neighbourhood: Place, one: Someone, choices: Choices, known: _Known, taken: Taken
) -> Volunteer:
    home = choices.home if one.unit else None
    row = known.find(one, home, neighbourhood.pk)
    fresh = row is None
    if row is None:
        facts = Facts(
            name=one.name or "",
            born_year=one.born_year,
            adult=choices.adults,
            phone=one.phones[0] if one.phones else "",
            home=home,
        )
        row = add_volunteer(by=by, neighbourhood=neighbourhood, facts=facts, now=timezone.now(), source=SOURCE)
    known.keep(row)
    moved = _hours(by, row, one)
    joined = _bodies(by, row, one, choices)
    if fresh:
        taken.new += 1
    elif moved or joined:
        taken.changed += 1
    else:
        taken.same += 1
    return row


def _hours(by: User | None, row: Volunteer, one: Someone) -> bool:
    """When he can, as the list says; silence and what was not understood change nothing that is known."""
    if one.said is None or one.slots is None:
        if one.said and not row.said:
            row.said = one.said[:120]
            row.save(update_fields=["said"])
        return False
    said = (NEVER if not one.slots else "") if one.said == "ticks" else one.said[:120]
    have = {(slot.weekday, slot.part) for slot in Availability.objects.filter(volunteer=row)}
    if have == one.slots and row.said == said:
        return False
    set_hours(by=by, volunteer=row, slots=one.slots, said=said)
    return True


def _bodies(by: User | None, row: Volunteer, one: Someone, choices: Choices) -> bool:
    joined = False
    for role in one.roles:
        body = choices.bodies.get(role)
        if body is not None and not row.memberships.filter(body=body, until__isnull=True).exists():
            join_body(by=by, volunteer=row, body=body)
            joined = True
    return joined


def _rulings(by: User | None, row: Volunteer, at: int, found: VolunteerList, start: date) -> None:
    """What the office wrote about somebody: not standing, by day only, not at all for a month, leads."""
    codes = [code for code in (STANDING, BY_DAY) if at in found.marked(code)]
    if codes:
        set_exemptions(by=by, volunteer=row, codes=codes, since=start, ends=False)
    if at in found.marked("leader") and not row.leads:
        row.leads = True
        row.save(update_fields=["leads"])
    for ruling in found.codes.get("exempt", []):
        if at in ruling.people:
            since, until = _span(ruling, start)
            if not Away.objects.filter(volunteer=row, since__lte=start).exclude(until__lte=start).exists():
                send_away(by=by, volunteer=row, since=since, until=until, reason=Away.Reason.OTHER)


def _span(ruling: Ruling, start: date) -> tuple[date, date | None]:
    """From when until when: a month that is named ends with it; no month has no end yet."""
    if ruling.month is None:
        return start, None
    year = start.year + (1 if ruling.month < start.month else 0)
    after = date(year + ruling.month // 12, ruling.month % 12 + 1, 1)
    return max(date(year, ruling.month, 1), start), after


def roles_of(found: VolunteerList) -> Counter[str]:
    """How many people of the list have each role; for whom it is, only the body shows."""
    return Counter(role for one in found.people for role in one.roles)
