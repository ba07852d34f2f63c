"""What the own page says: my dates, who looks after me, my readings, my errands. Of this person alone; of nobody else at that door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone, translation

from linli.care import calling, errand_queries, rules, words
from linli.care.errand_rules import ASKED, DELIVERED, SETTLED
from linli.care.errand_shown import state_signal
from linli.care.lines import CaseLine, CheckLine
from linli.care.models import Case, Errand, Reading, Receipt
from linli.care.models.hidden import children_too
from linli.care.own_access import Own
from linli.care.sealed import said_of, words_of
from linli.care.supervising import Post, helpers, supervisors
from linli.ground.models import Person
from linli.ground.who import everyone
from linli.kernel.cadence import CONVENTIONS, said_release
from linli.kernel.money import yuan
from linli.ui.words import moment

READINGS_SHOWN = 40


def said_until(until: datetime) -> str:
    """A moment at which something ends; midnight is 24:00 of the day before, as orders say it."""
    return words.midnight(until) if timezone.localtime(until).time() == time() else moment(until)


@dataclass(frozen=True)
class Term:
    """My dates: which day, of how many, the last one, the release moment as it is said, how it is counted."""

    day: int | None
    days: int
    words: str
    last_day: Any
    release: str
    counting: str


def term_of(case: Case, now: datetime) -> Term | None:
    """The dates of a quarantine; None of other attention."""
    if case.day0 is None or case.days is None:
        return None
    clock = rules.clock(case.day0, case.days, case.convention)
    day = (timezone.localdate(now) - case.day0).days + clock.convention.first_day_counts
    language = translation.get_language() or "zh-hans"
    return Term(
        day,
        case.days,
        words.day_of(day, case.days),
        clock.last_day,
        said_release(case.day0, case.days, CONVENTIONS[case.convention], language),
        words.counting(clock.convention),
    )


@dataclass(frozen=True)
class Helper:
    """Who looks after me and how to call."""

    name: str
    office: str
    call: calling.Call | None
    substitute: bool


def helper_of(case: Case, now: datetime) -> Helper | None:
    """Who looks after this case at a moment."""
    post = post_of(case, now)
    if post is None or post.mandate is None:
        return None
    return Helper(
        post.mandate.holder_name, post.mandate.title, calling.call_of(post.mandate, case.operation), post.substitute
    )


def post_of(case: Case, now: datetime) -> Post | None:
    """Who helps with a case, or looks after its household."""
    return helpers([case.pk], now).get(case.pk) or supervisors([case.household_id], now).get(case.household_id)


@dataclass(frozen=True)
class Measured:
    """One reading in words."""

    row: Reading
    celsius: str
    part: str
    symptoms: list[str]
    alarming: bool


def readings_of(case: Case) -> list[Measured]:
    """My readings, the newest first; those whose key is gone are left out."""
    rows = Reading.objects.filter(case=case, annulled_at__isnull=True).order_by("-happened_at")[:READINGS_SHOWN]
    found = []
    for row in rows:
        said = said_of(row)
        if said is not None:
            symptoms = [str(words.SYMPTOMS[code]) for code in said.symptoms if code in words.SYMPTOMS]
            part = str(words.PARTS.get(row.part, ""))
            found.append(Measured(row, words.celsius(said.celsius), part, symptoms, row.alarming))
    return found


def checks_of(line: CaseLine) -> list[tuple[Any, CheckLine]]:
    """Morning and evening of today in words; none outside of the term."""
    return [(words.PARTS[one.part], one) for one in line.checks]


def order_of(line: CaseLine) -> dict[str, str] | None:
    """Who ordered it, by which document; None without a standing order."""
    row = line.order
    return {"body": row.body_name, "document": words_of(row.document) or ""} if row is not None else None


def needs_of(line: CaseLine) -> list[tuple[Any, date]]:
    """How somebody looks in, and on which day next."""
    return [(words.WAYS[one.need.way], one.due_on) for one in line.needs]


@dataclass(frozen=True)
class Wish:
    """One errand of mine."""

    line: errand_queries.Line
    signal: Any
    owed: str
    mine: bool
    spent: str
    receipts: list[Receipt]
    there: bool
    waits: bool


def errands_of(own: Own, now: datetime) -> list[Wish]:
    """What I asked for, the newest first: of my own cases, never of anybody else's at this door."""
    rows = Errand.objects.filter(case__in=cases_of(own.person))
    found = errand_queries.lines(rows, now)
    pictures: dict[Any, list[Receipt]] = {}
    for one in Receipt.objects.filter(errand__in=[line.errand.pk for line in found]).defer("sealed"):
        pictures.setdefault(one.errand_id, []).append(one)
    return [
        Wish(one, state_signal(one), yuan(abs(one.owed)) if one.owed else "", one.owed > 0, yuan(one.spent) if one.spent else "",
             pictures.get(one.errand.pk, []), one.state in (DELIVERED, SETTLED), one.state == ASKED)
        for one in reversed(found)
    ]  # fmt: skip


def cases_of(person: Person) -> list[Any]:
    """The ids of every case of a person, also of entries that were joined with his; one statement and the joins'."""
    with children_too():
        return list(Case.objects.filter(person__in=everyone(person)).values_list("pk", flat=True))


def others_of(own: Own) -> list[dict[str, Any]]:
    """My other open cases, in words."""
    with children_too():
        rows = Case.objects.filter(person=own.person, closed_at__isnull=True).exclude(pk=own.case.pk)
        return [{"kind": words.KINDS[row.kind], "until": row.ends_on} for row in rows]
