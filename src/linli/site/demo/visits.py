"""Who is expected in the fictional neighbourhood: workers whom households announced, filed decoration, one who did not come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from linli.gates.actions.record import record_checks
from linli.gates.deciding import Source
from linli.gates.models import Visit
from linli.gates.visits.actions.host_codes import make_host_codes
from linli.gates.visits.actions.register import Wish, register_visit, withdraw_visit
from linli.gates.visits.codes import text_of
from linli.gates.visits.sealed import Coming
from linli.ground.models import Household, Place
from linli.ground.scope import scoped
from linli.kernel.ids import uuid7
from linli.site.demo.build import Built

Say = Callable[[str], None]


@dataclass(frozen=True)
class Told:
    """One visit: hours from now, how long, what for, who, how the household agreed, what became of it."""

    begins: float
    hours: float
    purpose: str
    coming: Coming
    consent: str = "host_page"
    became: str = ""


STORY = (
    Told(-26, 3, "repair", Coming("陶师傅", "19900007701"), "host_page", "came"),
    Told(-25, 3, "care", Coming("芦阿姨"), "phone"),
    Told(-3, 4, "repair", Coming("空调安装 荀师傅", "19900007702", "沪Z70213"), "host_page", "came"),
    Told(-2, 5, "care", Coming("护理站 邬护士", "19900007703"), "phone", "came and left"),
    Told(-1, 4, "moving", Coming("", "", "沪Z70588", "两件家具"), "office"),
    Told(-0.5, 4, "repair", Coming("燃气抄表"), "host_page"),
    Told(0, 3, "care", Coming("钟点工 鲁阿姨"), "host_page", "taken back"),
    Told(20, 4, "repair", Coming("水电维修 樊师傅", "19900007704"), "host_page"),
    Told(22, 4, "care", Coming("芦阿姨"), "slip"),
)


def visits(built: Built, say: Say) -> None:
    """Announce them in the order of their days, let some come in, and give a few buildings their households' codes."""
    say("who is expected")
    with scoped(neighbourhood_ids={built.neighbourhood.pk}, reason="cli:demo"):
        homes = [
            row.dwelling for row in Household.objects.select_related("dwelling__kind").order_by("dwelling__path")[::97]
        ]
        gates = list(
            Place.objects.filter(pk__in=[gate.pk for gate in built.gates]).select_related("kind").order_by("pk")
        )
        for number, told in enumerate(STORY):
            _tell(built, told, homes[number % len(homes)], gates[number % len(gates)])
        _filed(built, homes[-1], gates[0])
        near = [row.dwelling for row in Household.objects.select_related("dwelling").order_by("dwelling__path")[:60]]
        make_host_codes(by=built.users["zhuren"], neighbourhood=built.neighbourhood, homes=near)


def _tell(built: Built, told: Told, home: Place, gate: Place) -> None:
    now = timezone.now()
    since = now + timedelta(hours=told.begins)
    at = min(now, since)
    wish = Wish(
        gate, home, "worker", since, since + timedelta(hours=told.hours), purpose=told.purpose, coming=told.coming
    )
    by = None if told.consent == "host_page" else built.users["zhuren"]
    visit = register_visit(by=by, wish=wish, consent=told.consent, at=at)
    if told.became == "taken back":
        withdraw_visit(by=None, visit=visit, at=at)
    if told.became.startswith("came"):
        _passes(built, visit, since + timedelta(minutes=20), "in")
    if told.became == "came and left":
        _passes(built, visit, since + timedelta(minutes=95), "out")


def _filed(built: Built, home: Place, gate: Place) -> None:
    """Decoration of a week, filed with both; the written promise has not been seen yet."""
    now = timezone.now()
    wish = Wish(
        gate, home, "worker", now, now + timedelta(days=7), purpose="decoration", entries=Visit.Entries.MANY, party=3,
        coming=Coming("装修队 窦师傅", "19900007705", "沪Z70916", "瓷砖"),
    )  # fmt: skip
    register_visit(by=built.users["zhuren"], wish=wish, consent=Visit.Consent.FILED, promise=False)


def _passes(built: Built, visit: Visit, at: datetime, direction: str) -> None:
    raw: dict[str, Any] = {
        "id": str(uuid7()), "happened_at": at.isoformat(), "direction": direction, "way": "visitor", "klass": visit.klass,
        "code": text_of(visit, at), "visit": str(visit.pk), "purpose": visit.purpose, "vehicle": False,
        "answers": {"symptoms": False, "contact": False}, "temperature": 364, "rules": "shanghai-2020-02-10@2",
        "decision": {"outcome": "admitted", "reason": "ok" if direction == "in" else "leaving"},
    }  # fmt: skip
    record_checks(source=Source(gate=visit.gate, now=at, by=built.users["bao1"]), raw=[raw])
