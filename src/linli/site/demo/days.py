"""Two days at the gates of the fictional neighbourhood, told through the same writers that phones use."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from linli.gates.actions.devices import Phone, enrol, make_token
from linli.gates.actions.record import judge, record_checks
from linli.gates.actions.settle import settle
from linli.gates.cards_actions import issue_permits, move_cards, order_batch, record_printed
from linli.gates.deciding import Source
from linli.gates.models import Card, GateException
from linli.gates.parse import parse
from linli.ground.scope import scoped
from linli.kernel.ids import uuid7
from linli.site.demo.build import SEED, Built

HOURS = (0, 0, 0, 0, 0, 1, 6, 12, 10, 8, 7, 7, 6, 4, 4, 5, 6, 9, 10, 6, 4, 2, 1, 0)
"""How many pass at each hour of the day, as weights."""
A_DAY = 1100
Say = Callable[[str], None]


@dataclass(frozen=True)
class Holder:
    """Who has a card in hand."""

    card: UUID
    permit: UUID
    person: UUID


def replay_days(built: Built, say: Say) -> None:
    """Permits for everybody, most of them handed out; then two days of passages, refusals and emergencies."""
    now = timezone.now()
    with scoped(neighbourhood_ids={built.neighbourhood.pk}, reason="cli:demo"):
        say("permits")
        holders = _permits(built, now)
        say("two days at the gates")
        _phones(built, now)
        maker = _Day(built, holders, random.Random(SEED + 2))
        for gate in built.gates:
            maker.gate(gate, now)
        for exception in GateException.objects.filter(due_at__lt=now).exclude(kind=GateException.Kind.RETURNING):
            settle(by=built.users["shuji"], exception=exception, text="已联系家属，由社区医生跟进")


def _permits(built: Built, now: datetime) -> list[Holder]:
    """3,500 permits, one card each; every card of the villas and seven in eight elsewhere handed out (G03)."""
    by = built.users["zhuren"]
    start = now - timedelta(days=3)
    issue_permits(by=by, neighbourhood=built.neighbourhood, until=timezone.localdate() + timedelta(days=90), at=start)
    batch = order_batch(
        by=by,
        neighbourhood=built.neighbourhood,
        title="春季回家",
        handout_by=timezone.localdate() + timedelta(days=2),
        at=start,
    )
    rows = list(Card.objects.filter(batch=batch).order_by("serial").values_list("pk", "permit_id", "permit__person_id"))
    record_printed(by=by, batch=batch, printed=[card for card, _, _ in rows], refused=[], at=start)
    given = [row for number, row in enumerate(rows) if number % 8 or number < 900]
    for day in range(3):
        part = [card for number, (card, _, _) in enumerate(given) if number % 3 == day]
        when = min(start + timedelta(days=day, hours=20), now)
        move_cards(by=by, neighbourhood=built.neighbourhood, cards=part, state="handed_out", happened_at=when)
    return [Holder(*row) for row in given]


def _phones(built: Built, now: datetime) -> None:
    """One enrolled phone a gate, in the middle of its shift."""
    for number, gate in enumerate(built.gates):
        _, code = make_token(
            by=built.users["duizhang"],
            gate=gate,
            shift_start=now - timedelta(hours=3),
            shift_end=now + timedelta(hours=9),
        )
        public = ec.generate_private_key(ec.SECP256R1()).public_key()
        spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        enrol(by=None, code=code, phone=Phone(public_key=spki, name=f"门岗手机 {number + 1}", user_agent="demo"))


class _Day:
    """Makes what phones would have sent."""

    def __init__(self, built: Built, holders: list[Holder], rng: random.Random) -> None:
        self.built, self.holders, self.random = built, holders, rng

    def gate(self, gate: Any, now: datetime) -> None:
        """Two days of one gate, in batches as a phone uploads them."""
        moments = sorted(self._moments(now))
        for start in range(0, len(moments), 150):
            part = moments[start : start + 150]
            source = Source(gate=gate, now=part[-1], by=self.built.users["bao1"])
            raw = [self._item(moment, number) for number, moment in enumerate(part)]
            for one, judged in zip(raw, judge(source, [parse(r) for r in raw], simulate=True), strict=True):
                one["decision"] = {"outcome": judged.decision.outcome, "reason": judged.decision.reason}
            record_checks(source=source, raw=raw)

    def _moments(self, now: datetime) -> list[datetime]:
        found = []
        for hours in range(48):
            moment = now - timedelta(hours=hours)
            weight = HOURS[timezone.localtime(moment).hour] / sum(HOURS)
            count = round(A_DAY / len(self.built.gates) * weight)
            found += [moment - timedelta(seconds=self.random.randrange(3600)) for _ in range(count)]
        return found

    def _item(self, moment: datetime, number: int) -> dict[str, Any]:
        direction = "out" if self.random.random() < (0.62 if timezone.localtime(moment).hour < 11 else 0.36) else "in"
        one: dict[str, Any] = {
            "id": str(uuid7()),
            "seq": number,
            "happened_at": moment.isoformat(timespec="milliseconds"),
            "direction": direction,
            "way": "card",
            "klass": "resident",
            "code": None,
            "card": None,
            "permit": None,
            "person": None,
            "purpose": None,
            "answers": {"symptoms": self.random.random() < 0.003, "contact": self.random.random() < 0.002},
            "temperature": self._temperature(),
            "plate": None,
            "vehicle": False,
            "companions": self.random.choices((0, 1, 2), (8, 2, 1))[0],
            "decision": {"outcome": "admitted", "reason": "ok"},
            "rules": "shanghai-2020-02-10@2",
            "made_offline": self.random.random() < 0.1,
        }
        dice = self.random.random()
        if dice < 0.94:
            holder = self.random.choice(self.holders)
            one |= {"card": str(holder.card), "permit": str(holder.permit), "person": str(holder.person)}
            if dice < 0.06:
                one |= {"vehicle": True, "plate": f"沪Z{self.random.randrange(10000, 99999)}"}
        elif dice < 0.985:
            one |= {
                "way": "visitor",
                "klass": self.random.choice(("visitor", "courier", "worker")),
                "host_consent": True,
            }
        elif dice < 0.995:
            one |= {"card": str(uuid7())}
        else:
            one |= {"way": "emergency", "klass": "emergency", "answers": None, "temperature": None}
        return one

    def _temperature(self) -> int:
        return self.random.randrange(374, 384) if self.random.random() < 0.004 else round(self.random.gauss(365, 2.4))
