"""What 关怀 shows: a line a household, filtered by the address, by urgency unless asked otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.care import rules, words
from linli.care.lines import CALM, CaseLine, HouseholdLine, Today
from linli.care.rules import JOURNEY
from linli.ground.models import Mandate, Place
from linli.ground.places import short_address
from linli.kernel.names import search_form
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import listed, moment

BREAK = SafeString("<br>")
STATES = ("alarm", "missed", "check", "need", "errand")
"""What the filter asks for beside the blind spots: households of which one of these is to be done."""


def address_of(home: HouseholdLine) -> str:
    """A home as people say it."""
    return short_address(home.household.dwelling)


def mandate_of(home: HouseholdLine) -> Mandate | None:
    """Who looks after a household; without anybody in quarantine, who helps the first of its cases."""
    posts = [home.supervisor if home.has_quarantine else None, *(one.helper for one in home.cases)]
    return next((post.mandate for post in posts if post is not None and post.mandate is not None), None)


def estate_of(home: HouseholdLine) -> Place:
    """The estate of a home: the place right below the neighbourhood."""
    place = home.household.dwelling
    while place.parent is not None and place.parent_id != place.neighbourhood_id:
        place = place.parent
    return place


def checks_of(home: HouseholdLine) -> tuple[int, int]:
    """(done, due) of today's checks of a household whose time has come."""
    due = [check for one in home.cases for check in one.checks if check.state != "ahead"]
    return sum(check.state == "done" for check in due), len(due)


def kinds_of(home: HouseholdLine) -> list[str]:
    """What a household is looked after for, in words, each once; a term with its day."""
    found = []
    for one in home.cases:
        word = str(words.KINDS[one.case.kind])
        if one.case.days is not None:
            word = f"{word} {words.day_of(one.day, one.case.days)}"
        found.append(word)
    return list(dict.fromkeys(found))


def stages_of(home: HouseholdLine) -> list[str]:
    """How far each case of a household is: day 5 of 14; what has no term, by its kind."""
    found = [
        words.day_of(one.day, one.case.days) if one.case.days is not None else str(words.KINDS[one.case.kind])
        for one in home.cases
    ]
    return list(dict.fromkeys(found))


def coming(home: HouseholdLine) -> tuple[datetime, str] | None:
    """What comes next where nothing is to be done now: when, and in words; None when no day is known."""
    return min((found for one in home.cases for found in _coming(one)), default=None)


def _coming(one: CaseLine) -> Iterator[tuple[datetime, str]]:
    """The next check, the next time somebody looks in, the release or the day of return."""
    case = one.case
    if case.closed_at is not None:
        return
    if case.day0 is not None and case.days is not None and not one.away:
        noted = {check.at for check in one.checks if check.state == "done"}
        slots = (due.slot for due in rules.clock(case.day0, case.days, case.convention).slots())
        check = next((slot.at for slot in slots if slot.at > one.now and slot.at not in noted), None)
        if check is not None:
            yield check, _("temperature %(at)s") % {"at": _clock(check, one.now)}
    for need in one.needs:
        yield _day(need.due_on), f"{words.WAYS[need.need.way]} {moment(need.due_on, 'day')}"
    if case.release_at is not None:
        yield case.release_at, _("Until %(at)s") % {"at": words.midnight(case.release_at)}
    if case.ends_on is not None:
        yield _day(case.ends_on), _("Until %(at)s") % {"at": moment(case.ends_on, "day")}
    if one.follow_up is not None and one.follow_up.returns_from is not None:
        back = one.follow_up.returns_from
        yield _day(back), _("returns %(day)s") % {"day": moment(back, "day")}


def _clock(at: datetime, now: datetime) -> str:
    """Of today the time alone: it keeps the line short."""
    return moment(at, "time" if timezone.localdate(at) == timezone.localdate(now) else "")


def _day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def late_minutes(home: HouseholdLine) -> int | None:
    """Minutes since when the next act is overdue; None when it is not."""
    at = home.next_act.at
    late = int((home.cases[0].now - at).total_seconds() // 60) if at is not None else 0
    days = max((need.late_days for one in home.cases for need in one.needs), default=0)
    return max(late, days * 1440, 0) or None


def said_late(minutes: int | None) -> str:
    """2 h 05 min; days from two days on."""
    if minutes is None:
        return ""
    if minutes >= 2880:
        return _("%(days)s days") % {"days": minutes // 1440}
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": f"{minutes % 60:02}"}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for."""

    q: str = ""
    kind: str = ""
    who: str = ""
    area: str = ""
    show: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for at all."""
        return any((self.q, self.kind, self.who, self.area, self.show))

    @classmethod
    def read(cls, given: Any) -> Wanted:
        """Only what exists is asked for."""
        kind, show = given.get("kind", ""), given.get("show", "")
        return cls(
            q=given.get("q", "").strip(),
            kind=kind if kind in words.KINDS else "",
            who=given.get("who", ""),
            area=given.get("area", ""),
            show=show if show in (*STATES, *words.BLIND) else "",
        )

    def of(self, today: Today) -> list[HouseholdLine]:
        """The households that it means, by urgency."""
        blind = {id(one.household) for one in today.blind if one.code == self.show}
        text = search_form(self.q).lower().replace(" ", "")
        return [one for one in today.households if self._fits(one, blind, text)]

    def _fits(self, home: HouseholdLine, blind: set[int], text: str) -> bool:
        mandate = mandate_of(home)
        return (
            (not self.kind or any(one.case.kind == self.kind for one in home.cases))
            and (not self.who or (mandate is not None and str(mandate.pk) == self.who))
            and (not self.area or str(estate_of(home).pk) == self.area)
            and (not self.show or id(home) in blind or (self.show in STATES and self._to_do(home)))
            and (not text or text in _searched(home, mandate))
        )

    def _to_do(self, home: HouseholdLine) -> bool:
        if self.show == "errand":
            return bool(home.errands_open)
        return any(act.code == self.show for one in home.cases for act in one.acts)


def _searched(home: HouseholdLine, mandate: Mandate | None) -> str:
    parts = [address_of(home), mandate.holder_name if mandate is not None else ""]
    parts += [one.person.name + one.person.sort_name for one in home.cases]
    return "|".join(search_form(part).lower().replace(" ", "") for part in parts)


def areas(homes: Iterable[HouseholdLine]) -> list[tuple[str, str]]:
    """The estates in which somebody is looked after, as choices."""
    found = {estate.pk: estate.name for estate in map(estate_of, homes)}
    return [(str(pk), name) for pk, name in sorted(found.items(), key=lambda pair: pair[1])]


def people(homes: Iterable[HouseholdLine]) -> list[tuple[str, str]]:
    """Who looks after somebody, as choices."""
    found = {one.pk: one.holder_name for one in map(mandate_of, homes) if one is not None}
    return [(str(pk), name) for pk, name in sorted(found.items(), key=lambda pair: pair[1])]


def own_of(today: Today, mandates: Iterable[Mandate]) -> list[HouseholdLine]:
    """The households that one of these mandates looks after, or helps in, by urgency."""
    held = {mandate.pk for mandate in mandates}
    return [home for home in today.households if _held_by(home) & held]


def _held_by(home: HouseholdLine) -> set[int]:
    posts = [home.supervisor if home.has_quarantine else None, *(one.helper for one in home.cases)]
    return {post.mandate.pk for post in posts if post is not None and post.mandate is not None}


def gaps(today: Today) -> list[tuple[str, Any, int]]:
    """What nobody sees to: code, words, in how many households."""
    found = []
    for code, word in words.BLIND.items():
        homes = {id(one.household) for one in today.blind if one.code == code}
        if homes:
            found.append((code, word, len(homes)))
    return found


def next_words(home: HouseholdLine) -> str:
    """What is to be done next, in words, and since or until when."""
    act = home.next_act
    word = str(words.ACTS[act.code][1])
    return f"{word} {moment(act.at)}" if act.at is not None else word


def folded(home: HouseholdLine) -> dict[str, Any]:
    """A household of which nothing is asked now, in one line: door, people, who looks after it, how far it is, what comes next."""
    mandate, next_thing = mandate_of(home), coming(home)
    return {
        "pk": home.household.pk,
        "door": address_of(home),
        "names": _names(home),
        "holder": mandate.holder_name if mandate is not None else "",
        "stages": listed(stages_of(home)),
        "coming": next_thing[1] if next_thing is not None else "",
    }


def _names(home: HouseholdLine) -> str:
    return listed(dict.fromkeys(one.person.name for one in home.cases))


def _door(home: HouseholdLine) -> Any:
    return format_html('<a href="{}">{}</a>', reverse("care:household", args=[home.household.pk]), address_of(home))


def _who(home: HouseholdLine) -> Any:
    links = {one.person.name: reverse("care:case", args=[one.case.pk]) for one in reversed(home.cases)}
    rows = ((url, name) for name, url in reversed(links.items()))
    return format_html_join(BREAK, '<a class="name" href="{}">{}</a>', rows)


def _kinds(home: HouseholdLine) -> Any:
    return format_html_join(BREAK, "{}", ((word,) for word in kinds_of(home)))


def _next(home: HouseholdLine) -> Any:
    act = home.next_act
    kind, word = words.ACTS[act.code]
    if act.at is None:
        return signal(kind, word)
    return format_html('{} <span class="nowrap">{}</span>', signal(kind, word), _clock(act.at, home.cases[0].now))


def _checks(home: HouseholdLine) -> str:
    done, due = checks_of(home)
    return f"{done} / {due}" if due else "—"


def _late(home: HouseholdLine) -> str:
    return said_late(late_minutes(home))


def _holder(home: HouseholdLine) -> str:
    mandate = mandate_of(home)
    return mandate.holder_name if mandate is not None else ""


def _supervisor(home: HouseholdLine) -> Any:
    mandate = mandate_of(home)
    if mandate is None or (home.supervisor is not None and home.supervisor.fell):
        return signal("amber", _("nobody by name yet"))
    stands_in = home.supervisor is not None and home.supervisor.substitute
    return format_html('<span class="name">{}</span> {}', mandate.holder_name, _("(stands in)") if stands_in else "")


def _last(home: HouseholdLine) -> Any:
    return max((one.last_visit for one in home.cases if one.last_visit is not None), default=None)


def _visited(home: HouseholdLine) -> Any:
    last = _last(home)
    if last is not None:
        return moment(last)
    journeys = all(one.case.kind == JOURNEY for one in home.cases)
    return "—" if journeys else signal("amber", _("never yet"))


class Households(Table):
    """A line a household, by urgency unless asked otherwise. What needs nothing now is folded on the screen alone."""

    title = gettext_lazy("Care")
    empty = gettext_lazy("No household is meant by this")
    columns = (
        Column("door", gettext_lazy("Household"), address_of, sort=("door",), show=_door, head=True),
        Column("who", gettext_lazy("Who lives there"), _names, sort=("who",), show=_who),
        Column("kind", gettext_lazy("Kind of care"), lambda one: listed(kinds_of(one)), sort=("kind",), show=_kinds),
        Column("next", gettext_lazy("Next act"), next_words, show=_next),
        Column("late", gettext_lazy("Late by"), late_minutes, sort=("late",), show=_late, number=True),
        Column("checks", gettext_lazy("Checks today"), _checks, sort=("checks",), number=True),
        Column("supervisor", gettext_lazy("Who looks after it"), _holder, sort=("supervisor",), show=_supervisor),
        Column("visited", gettext_lazy("Last looked in"), _last, sort=("visited",), show=_visited),
    )

    @cached_property
    def due(self) -> list[HouseholdLine]:
        """Households that need something now."""
        return [home for home in self.rows if home.next_act.code != CALM]

    @cached_property
    def calm(self) -> list[dict[str, Any]]:
        """Those that need nothing just now, each as one line."""
        return [folded(home) for home in self.rows if home.next_act.code == CALM]

    @cached_property
    def page(self) -> Page[Any]:
        """A page of those that need something."""
        return Paginator(self.due, self.per_page).get_page(self.request.GET.get("page"))
