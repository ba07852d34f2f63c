"""How pages of care say what the tables hold as codes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from linli.care import beside, powers, rules, words
from linli.care.models import Alarm, Case, CaseChange, HomeFit, Need, Order, Supervisor
from linli.care.powers import Power
from linli.care.sealed import Said, words_of
from linli.ground.models import Place
from linli.ground.places import short_address
from linli.kernel.cadence import CONVENTIONS
from linli.ui.words import listed

register = template.Library()


@register.filter
def door_of(place: Place | None) -> str:
    """A home as people say it; nothing for a central place."""
    return short_address(place) if place is not None else ""


@register.filter
def closed_word(case: Case) -> str:
    """How it was closed."""
    return str(words.CLOSED.get(case.closed_as, case.closed_as))


@register.filter
def kind_word(case: Case) -> str:
    """What kind of attention it is."""
    return str(words.KINDS[case.kind])


@register.filter
def ground_word(case: Case) -> str:
    """On what ground."""
    return str(words.GROUNDS.get(case.ground, case.ground))


@register.filter
def cause_word(alarm: Alarm) -> str:
    """What an alarm is about."""
    return str(words.CAUSES[alarm.cause])


@register.filter
def steps(alarm: Alarm) -> list[str]:
    """What comes next after an alarm, in this order."""
    return [str(words.STEPS[code]) for code in rules.STEPS[alarm.cause]]


@register.filter
def way_word(row: Any) -> str:
    """How somebody looks in."""
    return str(words.WAYS.get(row.way, row.way))


@register.filter
def change_word(change: CaseChange) -> str:
    """What happened, and why."""
    what = str(words.CHANGES[change.kind])
    why = words.REASONS.get(change.reason) or words.GROUNDS.get(change.reason)
    return f"{what} · {why}" if why else what


@register.filter
def held_word(row: Supervisor) -> str:
    """How somebody came to look after it."""
    return str(words.SUPERVISED[row.why])


@register.filter
def unfit_words(fit: HomeFit) -> str:
    """What a home lacks."""
    return listed(words.UNFIT.get(code, code) for code in fit.why)


@register.filter
def body_word(order: Order) -> str:
    """The kind of the body that ordered."""
    return words.named(powers.bodies().get(order.body_kind), order.body_kind)


@register.filter
def in_words(power: Power) -> str:
    """By which article a body may order."""
    return power.zh if words.is_chinese() else power.en


@register.filter
def measured(said: Said) -> str:
    """A temperature; words where none was measured."""
    return words.celsius(said.celsius) if said.celsius is not None else ""


@register.filter
def symptom_words(said: Said) -> str:
    """How somebody feels."""
    return listed(words.SYMPTOMS.get(code, code) for code in said.symptoms)


@register.filter
def counted_word(case: Case) -> str:
    """How the days of a term are counted, with its article."""
    return words.counting(CONVENTIONS[case.convention])


@register.filter
def scheme_words(case: Case) -> str:
    """What applied on the day of arrival."""
    return beside.scheme_words(case.scheme)


@register.filter
def short_day(day: date) -> str:
    """3/27: a day in a narrow column."""
    return f"{day.month}/{day.day}"


@register.filter
def part_word(part: str) -> str:
    """Which check of the day."""
    return str(words.PARTS[part])


@register.filter
def need_words(need: Need) -> str:
    """What is needed, in words."""
    return words_of(need.sealed) or ""
