"""What comes to an arrival from outside: the airline's passenger list, and a check that a phone tells of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

LISTED = 303
"""On the passenger list that is taken in whole."""
LISTED_FLIGHT = "ZZ512"


def passenger_list(people: int) -> bytes:
    """So many passengers as csv, each with a name of his own; every fiftieth names an estate of the neighbourhood and is asked about."""
    letters = [chr(65 + n // 676) + chr(65 + n // 26 % 26) + chr(65 + n % 26) for n in range(people)]
    lines = [
        f"TRAVELLER/{word},EY{n:07},{n % 60 + 1}A,{'' if n % 50 else '听松别墅'}" for n, word in enumerate(letters)
    ]
    return "\n".join(["姓名,证件号,座位,地址", *lines]).encode()


def check(identity: UUID, target: Any, at: datetime, temperature: str) -> dict[str, Any]:
    """Somebody was at the door of a target and read a temperature (°C), as a phone sends it."""
    question = target.occurrence.sheet.questions.get(code="temperature")
    return {
        "id": str(identity), "kind": "visit", "happened_at": at.isoformat(), "made_offline": True,
        "occurrence": str(target.occurrence_id), "targets": [[str(target.pk), "done", None]],
        "values": {str(question.pk): temperature},
    }  # fmt: skip


class Heard:
    """The steps of the story that begin outside."""

    cast: Any
    place: Any
    by: Any
    now: datetime
    phone: Any
    ids: list[UUID]

    def listed(self) -> None:
        """The passenger list of another flight, chunk by chunk, each line beside the register."""
        # reason: models can be imported only after Django is set up
        from linli.journeys.actions.manifests import begin_list, take_rows
        from linli.journeys.manifest_reading import read_manifest
        from linli.journeys.matching import match_with_register

        data = passenger_list(LISTED)
        manifest = read_manifest(data, today=self.now.date())
        name = f"{LISTED_FLIGHT}.csv"
        taking = begin_list(by=self.by, neighbourhood=self.place, data=data, name=name, manifest=manifest)
        matched = match_with_register(self.place, manifest.on_board)
        while not taking.done:
            taking = take_rows(by=self.by, taking=taking, matched=matched)

    def phoned(self) -> None:
        """A phone, on the next morning: a check with a fever; who dies before the phone has its answer hears the same item again."""
        # reason: as above
        import time_machine
        from django.utils import timezone

        from linli.rounds.jobs import tick
        from linli.rounds.models import Target

        morning = timezone.localtime(self.now + timedelta(days=1)).replace(hour=8, minute=30)
        with time_machine.travel(morning, tick=False):
            tick(morning)
            target = Target.objects.filter(subject__person=self.cast.people[0], part=0).latest("occurrence__slot_at")
            (answer,) = self.phone.send(check(self.ids[4], target, morning, "38.37"))
        assert answer["status"] in ("stored", "already"), answer
