"""A neighbourhood in which somebody came home on Monday and stays there: what the tests of what stands beside a case share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from linli.care.actions import cases
from linli.care.actions.orders import Ordered
from linli.care.models import Case
from linli.care.writing import Authority
from linli.ground.models import Mandate, Person
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7
from linli.rounds.actions.walked import Walker, take_visit
from linli.rounds.models import Target, Visit
from linli.rounds.walked_items import SentVisit

MONDAY = datetime.fromisoformat("2026-03-02T12:37:00+08:00")
DISTRICT = Authority("district_government", "长宁区人民政府")


@dataclass
class Home:
    """A neighbourhood with an operation on, a clock, and somebody who came home on Monday."""

    cast: Cast
    to: Callable[[datetime], None]
    helper: Mandate

    @property
    def person(self) -> Person:
        return self.cast.people[0]

    def opens(self, number: int = 0, days: int = 14, **more: Any) -> Case:
        said = {"household": self.cast.households[0], "supervisor": self.helper, **more}
        return cases.open_case(
            by=self.cast.users["clerk"], person=self.cast.people[number], kind="quarantine", ground="journey",
            term=cases.Term(landed_at=MONDAY, door_at=MONDAY, days=days),
            ordered=Ordered(DISTRICT, MONDAY, document="沪防控 2026-1"), **said,
        )  # fmt: skip

    def at(self, day: int, clock: str) -> datetime:
        return datetime.fromisoformat(f"2026-03-{day:02}T{clock}:00+08:00")

    def checks(self) -> list[tuple[int, int]]:
        return list(Target.objects.order_by("occurrence__slot_at", "part").values_list("day", "part"))

    def walks(self, target: Target, temperature: str, symptoms: str = "", **more: Any) -> Visit:
        """The helper is at the door with the sheet."""
        questions = {one.code: one.pk for one in target.occurrence.sheet.questions.all()}
        values = {questions["temperature"]: temperature, questions["symptoms"]: symptoms}
        now = timezone.now()
        sent = SentVisit(uuid7(), now, False, target.occurrence_id, ((target.pk, "done", None),), values, (), "")
        return take_visit(
            by=Walker(self.helper.user, (self.helper,), now), sent=sent, occurrence=target.occurrence
        ).visit

    def of(self, case: Case, part: int = 0) -> Target:
        rows = Target.objects.select_related(
            "occurrence__plan", "occurrence__place", "occurrence__sheet", "place", "subject__household"
        )
        found: Target = rows.filter(part=part, subject__person=case.person_id).latest("occurrence__slot_at")
        return found

    def due(self, part: int = 0) -> Target:
        rows = Target.objects.select_related("occurrence__plan", "occurrence__place", "occurrence__sheet")
        found: Target = rows.filter(part=part).latest("occurrence__slot_at")
        return found
