"""A month's list from a property company: taken in, compared with the register, its differences given an owner (R08)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.ground.actions.people import REGISTER_KEY
from linli.ground.door_words import DoorWords
from linli.ground.mandates import secretary_of, under
from linli.ground.models import Mandate, Person, Phone, Place
from linli.journal.record import record
from linli.kernel.names import search_form
from linli.kernel.refusal import Refusal
from linli.kernel.said_dates import SaidDay
from linli.tenancies import acts, queries, rules
from linli.tenancies.actions.flats import find_tenants, open_from_register
from linli.tenancies.models import Difference, Tenancy, Tenant, TenantList, TenantRow
from linli.tenancies.reading import TenantLine, read_tenants

ROW, SAID = "tenancies.row", "tenancies.difference"
STANDS = (Difference.Done.BOTH_RIGHT, Difference.Done.ASKED)
"""Answers that hold when next month's list says the same again; after the others the difference is open once more."""


@dataclass
class _Work:
    """One list being compared."""

    lines: list[TenantLine]
    doors: list[Place | None]
    listed: list[rules.Listed]
    line_of: list[int]


def take_list(
    *, by: User | None, neighbourhood: Place, place: Place, data: bytes, filename: str = "", by_name: str = ""
) -> TenantList:
    """Read a list about ``place``, compare it with the register, keep rows and differences. The same list again changes nothing."""
    if not neighbourhood.contains(place):
        raise Refusal("tenancies.place_outside", gettext_noop("This place does not belong to the neighbourhood."))
    now = timezone.now()
    lines = read_tenants(data, filename, today=timezone.localdate(now))
    digest = _digest(neighbourhood, lines)
    same = TenantList.objects.filter(neighbourhood=neighbourhood, place=place, digest=digest)
    known: TenantList | None = same.first()
    if known is not None:
        return known
    open_from_register(by=by, neighbourhood=neighbourhood)
    # compared and sealed before the transaction: a gate waits only while the result is written
    work = _prepare(neighbourhood, place, lines)
    outcome = rules.reconcile(work.listed, queries.known_tenants(neighbourhood, place))
    taken = TenantList(
        neighbourhood=neighbourhood,
        place=place,
        by_user=by.pk if by else None,
        by_name=(by.display_name if by else by_name)[:80],
        received_at=now,
        digest=digest,
        rows_total=len(lines),
    )
    rows, told = _rows(taken, work, outcome), _told(taken, work, outcome)
    with transaction.atomic():
        Place.objects.select_for_update().get(pk=neighbourhood.pk)
        known = same.first()
        if known is not None:
            return known
        taken.save(force_insert=True)
        TenantRow.objects.bulk_create(rows, batch_size=500)
        filled = _fill(by, taken, work, outcome)
        counts = _differences(taken, told, now)
        fresh = sum(1 for row in rows if row.fresh)
        taken.counts = {**Counter(row.verdict for row in rows), **counts, "fresh": fresh, "filled": filled}
        taken.save(update_fields=["counts"])
        record(
            acts.LISTED,
            by=by,
            subject=("tenant_list", taken.pk),
            neighbourhood=neighbourhood.pk,
            data={"rows": len(rows), "filled": filled},
        )
    return taken


def _digest(neighbourhood: Place, lines: Sequence[TenantLine]) -> bytes:
    """What the list says, whatever the order of its rows and columns."""
    words = sorted(
        json.dumps(
            [
                one.estate,
                one.door,
                sorted(one.names),
                sorted(one.phones),
                str(one.since),
                str(one.until),
                one.state,
                one.landlord,
            ]
        )
        for one in lines
    )
    return vault.blind_index("\n".join(words), neighbourhood=neighbourhood.pk, purpose="tenancies.list")


def _prepare(neighbourhood: Place, place: Place, lines: list[TenantLine]) -> _Work:
    words = DoorWords.load(neighbourhood)
    work = _Work(lines, [], [], [])
    for at, one in enumerate(lines):
        found = [d for d in words.candidates(one.door, estate=one.estate) if place.contains(d)] if one.door else []
        door = found[0] if len(found) == 1 else None
        work.doors.append(door)
        if not one.names:
            continue
        numbers = [vault.blind_index(n, neighbourhood=neighbourhood.pk, purpose="phone").hex() for n in one.phones]
        each = len(numbers) == len(one.names)
        for at_name, name in enumerate(one.names):
            work.line_of.append(at)
            phones = frozenset(numbers[at_name : at_name + 1] if each else numbers)
            work.listed.append(
                rules.Listed(
                    len(work.listed), door.pk if door else None, name, phones, one.since, one.until, one.state,
                    shared=len(one.names) > 1 and not each,
                )
            )  # fmt: skip
    return work


def _rows(taken: TenantList, work: _Work, outcome: rules.Outcome) -> list[TenantRow]:
    """The rows with their verdicts, not saved; ``fresh``: not in the list before."""
    before = (
        TenantList.objects.filter(neighbourhood=taken.neighbourhood, place=taken.place).exclude(pk=taken.pk).first()
    )
    old = (
        {bytes(key) for key in TenantRow.objects.filter(list=before).values_list("key", flat=True)} if before else None
    )
    verdicts: dict[int, str] = {}
    kinds: dict[int, set[str]] = {}
    order = ("agrees", "differs", "only_list")
    for at, verdict in outcome.verdicts.items():
        line = work.line_of[at]
        verdicts[line] = max(verdicts.get(line, "agrees"), verdict, key=order.index)
    for found in outcome.differences:
        if found.at is not None:
            kinds.setdefault(work.line_of[found.at], set()).add(found.kind)
    rows = []
    for at, one in enumerate(work.lines):
        key = _row_key(taken, one, work.doors[at])
        problems = [list(p) for p in one.problems]
        problems += [[one.cells.get(k, one.cells.get("name", "")), f"differs_{k}"] for k in sorted(kinds.get(at, ()))]
        rows.append(
            TenantRow(
                neighbourhood_id=taken.neighbourhood_id,
                list=taken,
                sheet=one.sheet[:60] if one.sheet else None,
                row=one.row,
                dwelling=work.doors[at],
                key=key,
                sealed=_sealed({"door": f"{one.estate} {one.door}".strip(), "names": "、".join(one.names),
                                "phones": "、".join(one.phones), "state": one.state or ""}, ROW),
                problems=problems,
                verdict=verdicts.get(at, "unreadable"),
                fresh=old is not None and key not in old,
            )
        )  # fmt: skip
    return rows


def _row_key(taken: TenantList, one: TenantLine, door: Place | None) -> bytes:
    words = f"{door.pk if door else one.estate + one.door}|{'|'.join(sorted(search_form(n) for n in one.names))}"
    return vault.blind_index(words, neighbourhood=taken.neighbourhood_id, purpose="tenancies.row")


def _fill(by: User | None, taken: TenantList, work: _Work, outcome: rules.Outcome) -> int:
    """What the register did not know yet and contradicts nothing: contract days and where the tenant is, with the list as source."""
    people = {person for _, person, _ in outcome.fills}
    tenants = {
        one.person_id: one
        for one in Tenant.objects.filter(person__in=people, tenancy__ended_at__isnull=True).select_related(
            "tenancy", "person"
        )
    }
    found: list[tuple[Tenant, str]] = []
    days: dict[UUID, Tenancy] = {}
    for at, person, fact in outcome.fills:
        tenant = tenants.get(person)
        if tenant is None:
            continue
        listed = work.listed[at]
        if fact == "state":
            found.append((tenant, listed.state or rules.UNKNOWN))
            continue
        row = days.setdefault(tenant.tenancy_id, tenant.tenancy)
        day = _stored(listed.since if fact == "since" else listed.until)
        setattr(row, fact, day[0])
        setattr(row, f"{fact}_about", day[1])
    find_tenants(by=by, found=found, source=f"list:{taken.pk}")
    Tenancy.objects.bulk_update(days.values(), ["since", "since_about", "until", "until_about"], batch_size=200)
    return len(outcome.fills)


def _stored(day: SaidDay | None) -> tuple[Any, bool]:
    """A window as a day and a flag: its beginning when it is rough."""
    return (day.earliest, day.about) if day is not None else (None, False)


@dataclass(frozen=True)
class _Told:
    """A difference made ready: its key and its sealed words."""

    found: rules.Found
    key: bytes
    sealed: bytes
    tenancy: UUID | None


def _told(taken: TenantList, work: _Work, outcome: rules.Outcome) -> list[_Told]:
    """Every difference once, ready to be written."""
    words = _Words.load(taken, outcome)
    ready: dict[bytes, _Told] = {}
    for found in outcome.differences:
        said = words.of(found, work)
        key = _difference_key(taken, found, said)
        if key not in ready:
            ready[key] = _Told(found, key, _sealed(said, SAID), words.tenancies.get(found.dwelling or 0))
    return list(ready.values())


def _differences(taken: TenantList, told: list[_Told], now: datetime) -> dict[str, int]:
    """New differences get an owner; known ones stay one row; those of this place that the list no longer shows agree now."""
    known = {bytes(row.key): row for row in Difference.objects.filter(neighbourhood=taken.neighbourhood)}
    owners, secretary = queries.owners_of(taken.neighbourhood), secretary_of(taken.neighbourhood)
    new: list[Difference] = []
    again: list[Difference] = []
    for one in told:
        found = one.found
        old = known.get(one.key)
        if old is not None:
            old.last_list = taken
            if old.resolved_at is not None and old.done not in STANDS:
                old.resolved_at, old.resolved_by, old.done = None, None, ""
            old.sealed = one.sealed
            again.append(old)
            continue
        owner = owners.get(found.dwelling or 0) or secretary
        if owner is None:
            raise Refusal(
                "tenancies.no_secretary",
                gettext_noop("This neighbourhood has no secretary yet. Every difference needs an owner."),
            )
        new.append(_difference(taken, one, owner, now))
    Difference.objects.bulk_create(new, batch_size=500)
    changed = ["last_list", "resolved_at", "resolved_by", "done", "sealed"]
    Difference.objects.bulk_update(again, changed, batch_size=100)
    here = Difference.objects.filter(neighbourhood=taken.neighbourhood, resolved_at__isnull=True).exclude(
        last_list=taken
    )
    here = here.filter(under([taken.place], "dwelling__path")) | here.filter(
        dwelling__isnull=True, last_list__place=taken.place
    )
    gone = here.update(resolved_at=now, done=Difference.Done.AGREES_NOW)
    return {"differences": len(told), "new": len(new), "gone": gone}


def _difference(taken: TenantList, one: _Told, owner: Mandate, now: datetime) -> Difference:
    return Difference(
        neighbourhood=taken.neighbourhood,
        key=one.key,
        kind=one.found.kind,
        dwelling_id=one.found.dwelling,
        tenancy_id=one.tenancy,
        person_id=one.found.person,
        owner=owner,
        sealed=one.sealed,
        first_list=taken,
        last_list=taken,
        found_at=now,
    )


@dataclass
class _Words:
    """What register and list say, for the page of differences."""

    names: dict[UUID, str]
    phones: dict[UUID, str]
    states: dict[UUID, str]
    days: dict[int, Tenancy]
    tenancies: dict[int, UUID]

    @classmethod
    def load(cls, taken: TenantList, outcome: rules.Outcome) -> _Words:
        ids = {one.person for one in outcome.differences if one.person}
        rows = {t.dwelling_id: t for t in queries.open_tenancies(taken.neighbourhood, [taken.place])}
        people = queries.renters(rows.values())
        return cls(
            names=dict(Person.objects.filter(pk__in=ids).values_list("pk", "name")),
            phones=dict(Phone.objects.filter(person_id__in=ids).order_by("since").values_list("person_id", "masked")),
            states={one.row.person_id: one.state for some in people.values() for one in some},
            days=rows,
            tenancies={dwelling: row.pk for dwelling, row in rows.items()},
        )

    def of(self, found: rules.Found, work: _Work) -> dict[str, str]:
        """name, register, list: the two values side by side, words as written; ``phone``: whole, to add it to the register."""
        line = work.lines[work.line_of[found.at]] if found.at is not None else None
        listed = work.listed[found.at] if found.at is not None else None
        tenancy = self.days.get(found.dwelling or 0)
        name = self.names.get(found.person, "") if found.person else ""
        said = {"name": name or (listed.name if listed else ""), "register": "", "list": ""}
        if line is None or listed is None:
            return {**said, "register": name}
        at = line.names.index(listed.name) if listed.name in line.names else 0
        said["phone"] = line.phones[min(at, len(line.phones) - 1)] if line.phones else ""
        values: dict[str, tuple[str, str]] = {
            "name": (name, listed.name),
            "phone": (self.phones.get(found.person, "") if found.person else "", said["phone"]),
            "since": (_day(tenancy.since if tenancy else None), _said(listed.since)),
            "until": (_day(tenancy.until if tenancy else None), _said(listed.until)),
            "state": (self.states.get(found.person, "") if found.person else "", listed.state or ""),
            "only_list": ("", listed.name),
            "door": ("", f"{line.estate} {line.door}".strip()),
        }
        said["register"], said["list"] = values[found.kind]
        return said


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _said(day: SaidDay | None) -> str:
    return "" if day is None else day.said if day.about else day.earliest.isoformat()


def _difference_key(taken: TenantList, found: rules.Found, said: dict[str, str]) -> bytes:
    who = str(found.person) if found.person else search_form(said["name"])
    words = "|".join((found.kind, str(found.dwelling or ""), who, search_form(said["list"]), said["register"]))
    return vault.blind_index(words, neighbourhood=taken.neighbourhood_id, purpose="tenancies.difference")


def _sealed(words: dict[str, str], context: str) -> bytes:
    return vault.seal(json.dumps(words, ensure_ascii=False), key=REGISTER_KEY, context=context)


def words_of(row: TenantRow | Difference) -> dict[str, str]:
    """The sealed words of a row or a difference; empty when they were erased."""
    if row.sealed is None:
        return {}
    found = json.loads(vault.unseal_text(row.sealed, context=ROW if isinstance(row, TenantRow) else SAID))
    return {str(key): str(value) for key, value in found.items()}
