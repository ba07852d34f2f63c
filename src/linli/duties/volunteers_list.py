"""The list of who is on the roster: by name, by estate (C05), by training; sorted, exported, printed. Telephones masked. Within a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.duties.models import Availability, Away, Exemption, Stint, Trained, Training, Volunteer
from linli.duties.rules import Age, age_of
from linli.duties.volunteer_words import week_words
from linli.duties.words import ABSENCES, EXEMPTIONS
from linli.ground.mandates import under
from linli.ground.models import Place
from linli.ui.tables import Column, Table
from linli.ui.words import listed as in_a_row

SEARCHED = 120


@dataclass
class Line:
    """One entry of the roster with what the list says of it."""

    volunteer: Volunteer
    age: Age
    slots: set[tuple[int, str]] = field(default_factory=set)
    trainings: list[str] = field(default_factory=list)
    exempt: list[str] = field(default_factory=list)
    away: Away | None = None

    @property
    def hours(self) -> str:
        """When he can, in words; what he said where it is no weekly pattern."""
        return week_words(self.slots) if self.slots else self.volunteer.said

    @property
    def learned(self) -> str:
        """His trainings in a row."""
        return in_a_row(self.trainings)

    @property
    def limits(self) -> str:
        """What he is not asked for, and whether he is away."""
        words = [str(EXEMPTIONS[code]) for code in self.exempt]
        return in_a_row(words + ([str(ABSENCES[self.away.reason])] if self.away else []))


def listed(neighbourhood: Place, on: date) -> QuerySet[Volunteer]:
    """Who is on the roster on a day, by name."""
    rows: QuerySet[Volunteer] = Volunteer.objects.filter(neighbourhood=neighbourhood, since__lte=on)
    return (
        rows.filter(Q(until__isnull=True) | Q(until__gt=on)).select_related("home").order_by("sort_name", "name", "pk")
    )


def chosen(rows: QuerySet[Volunteer], query: QueryDict, neighbourhood: Place) -> QuerySet[Volunteer]:
    """What the filters of the address leave: ``q`` (name, pinyin), ``estate`` (who stands or stood on a post there), ``training``."""
    words = query.get("q", "").strip()[:SEARCHED]
    if words:
        rows = rows.filter(Q(name__contains=words) | Q(sort_name__startswith=words.lower()))
    if (pk := query.get("estate", "")).isascii() and pk.isdigit() and len(pk) < 12:
        estate = Place.objects.filter(under([neighbourhood]), pk=int(pk)).first()
        posts = under([estate], "shift__post__place__path") if estate is not None else Q(pk__in=[])
        rows = rows.filter(pk__in=Stint.objects.filter(posts, released_at__isnull=True).values("volunteer"))
    if code := query.get("training", ""):
        rows = rows.filter(pk__in=Trained.objects.filter(training__code=code, until__isnull=True).values("volunteer"))
    return rows


def lines(rows: QuerySet[Volunteer], on: date) -> list[Line]:
    """Each with hours, trainings, exemptions and absence; five statements, however many there are."""
    found = {row.pk: Line(row, age_of(row.born_year, row.adult_said_on, on)) for row in rows}
    ids = list(found)
    holds = Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gt=on))
    for pk, day, part in Availability.objects.filter(volunteer__in=ids).values_list("volunteer", "weekday", "part"):
        found[pk].slots.add((day, part))
    for one in Trained.objects.filter(holds, volunteer__in=ids).select_related("training").order_by("training__name"):
        found[one.volunteer_id].trainings.append(training_name(one.training))
    for pk, code in (
        Exemption.objects.filter(holds, volunteer__in=ids).order_by("code").values_list("volunteer", "code")
    ):
        found[pk].exempt.append(code)
    for away in Away.objects.filter(holds, volunteer__in=ids):
        found[away.volunteer_id].away = away
    return list(found.values())


def training_name(training: Training) -> str:
    """In the language of the page."""
    zh = (get_language() or "").startswith("zh")
    return training.name if zh or not training.name_en else training.name_en


def estates(neighbourhood: Place) -> list[Place]:
    """The estates to filter by."""
    return list(Place.objects.filter(under([neighbourhood]), kind__code="estate", until__isnull=True).order_by("path"))


def namesakes(rows: Sequence[Line]) -> set[UUID]:
    """Entries whose name another has too: two people, told apart by the end of the number."""
    by_name: dict[str, list[UUID]] = defaultdict(list)
    for one in rows:
        by_name[one.volunteer.name].append(one.volunteer.pk)
    return {pk for some in by_name.values() if len(some) > 1 for pk in some}


def _name(line: Line) -> Any:
    return format_html(
        '<a class="name" href="{}">{}</a>', reverse("duties:person", args=[line.volunteer.pk]), line.volunteer.name
    )


class Volunteers(Table):
    """The roster's people."""

    title = _("Volunteers")
    empty = _("Nobody matches")
    sort = "name"
    per_page = 50
    columns = (
        Column("name", _("Name"), lambda r: r.volunteer.name, sort=("sort_name", "name"), show=_name, head=True),
        Column("phone", _("Phone number"), lambda r: r.volunteer.phone_masked, nowrap=True),
        Column("hours", _("Can come"), lambda r: r.hours),
        Column("home", _("Sent by"), lambda r: r.volunteer.home.name if r.volunteer.home else "", sort=("home",)),
        Column("trainings", _("Trainings"), lambda r: r.learned),
        Column("limits", _("Not asked for"), lambda r: r.limits),
    )
