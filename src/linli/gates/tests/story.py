"""Tells a case of ``vectors/cases.json`` to a server: who is there, what happens when, what a phone sends (docs/gate-cases.md).

Times are minutes after eight o'clock of the next morning in Shanghai. A phone's passage reaches the server in the order of the story;
one made offline names the minute ``at`` which it happened. What the phone itself decides is tried by ``tests/browser``, which gives
what the phone's own modules made to the same world.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from linli.gates import codes, keys
from linli.gates.actions.devices import cut_off
from linli.gates.actions.holds import end_hold, place_hold
from linli.gates.actions.settle import annul
from linli.gates.cards_keys import withdraw_key
from linli.gates.models import Check, Device, GateException, Hold, Permit, Visit, VisitUse
from linli.gates.queries import cells
from linli.gates.testing import Issued, Phone, event, issue, print_card
from linli.gates.visits.actions.register import Wish, register_visit, withdraw_visit
from linli.gates.visits.codes import text_of
from linli.ground.actions.places import set_area
from linli.ground.models import Area, Person, Residence
from linli.ground.testing import Cast
from linli.kernel import permit_code
from linli.kernel.ids import uuid7
from linli.operations import rulesets
from linli.operations.actions import Order, end_operation, open_operation, switch_rules
from linli.operations.models import Operation

Json = dict[str, Any]
FILE = Path(__file__).parent / "vectors" / "cases.json"
ROLES = {"resident": 0, "child": 1, "neighbour": 2, "away": 4, "moved": 5, "worker": 7, "other": 9}
"""Who is who in the cast; each lives in another dwelling, but the child with the resident."""
GATES = {"east": 0, "west": 1, "east2": 0}
"""The phones: two stand at the east gate."""
WELL: Json = {"answers": {"symptoms": False, "contact": False}, "temperature": 365}


def cases() -> list[Json]:
    """The cases, in the order of the table."""
    found: list[Json] = json.loads(FILE.read_text("utf-8"))["cases"]
    return found


def said_of(passage: Json) -> Json:
    """What is asked and answered: whoever comes in is well and was measured, unless the passage says otherwise."""
    return {**(WELL if passage.get("direction", "in") == "in" else {}), **passage.get("say", {})}


def expected(passage: Json) -> Json:
    """What the server is to make of it; what is not said is: stored, as the gate decided, nothing odd."""
    whole = {
        "decision": passage.get("phone"),
        "status": "stored",
        "overridden": False,
        "exceptions": [],
        "consumed": False,
    }
    return whole | passage.get("server", {})


@dataclass
class World:
    """One case, being told."""

    cast: Cast
    case: Json
    start: datetime = field(init=False)
    operation: Operation | None = None
    cards: dict[str, Issued] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)
    sent: dict[str, Json] = field(default_factory=dict)
    answers: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the morning on which it happens."""
        day = timezone.localdate() + timedelta(days=1)
        self.start = timezone.make_aware(datetime.combine(day, time(8)))

    def moment(self, minutes: float) -> datetime:
        """Minutes after the beginning, as a moment."""
        return self.start + timedelta(minutes=minutes)

    @contextmanager
    def at(self, minutes: float) -> Iterator[None]:
        """The server's clock shows that minute, inside the neighbourhood's scope."""
        with time_machine.travel(self.moment(minutes), tick=False), self.cast.scope():
            yield

    # --- before the first passage ---

    def begin(self) -> None:
        """Open the operation, let everybody be who the case says, issue cards, and enrol the phones."""
        codes._public.clear()  # each case has keys of its own under the same names
        codes.signed.cache_clear()
        given = self.case.get("given", {})
        with self.at(-120):
            self._open(given.get("rules", "shanghai-2020-02-10"), given.get("ends"))
            self._people()
            for number, (name, card) in enumerate(given.get("cards", {}).items(), start=1):
                self.cards[name] = self._card(number, card)
        with self.at(0):
            for hold in given.get("holds", []):
                self._hold(hold)
            for name, visit in given.get("visits", {}).items():
                self.visits[name] = self._visit(visit)
            for change in given.get("before", []):
                self.change(change)
            for phone in {"east", *(step["phone_at"] for step in self.case["story"] if "phone_at" in step)}:
                self.enrol(phone)

    def _open(self, rules: str | None, ends: int | None) -> None:
        if rules is None:
            return
        order = Order("演练", "演练封闭式管理", "emergency", "传染病防治法 第四十二条", "区防控办", "居委会", rules)
        self.operation = open_operation(
            by=None,
            neighbourhood=self.cast.neighbourhood,
            order=order,
            ends_at=self.moment(ends) if ends is not None else self.start + timedelta(days=20),
        )

    def _people(self) -> None:
        moved, away = (self.person(role) for role in ("moved", "away"))
        Residence.objects.filter(person=moved).update(presence=Residence.Presence.MOVED)
        Residence.objects.filter(person=away).update(presence=Residence.Presence.AWAY)
        Person.objects.filter(pk=self.person("child").pk).update(born=timezone.localdate() - timedelta(days=9 * 365))

    def person(self, role: str) -> Person:
        """Somebody of the cast."""
        return self.cast.people[ROLES[role]]

    def home(self, role: str = "resident") -> int:
        """The place of somebody's dwelling."""
        household = Residence.objects.get(person=self.person(role)).household
        if household is None:
            raise LookupError(role)
        return household.dwelling_id

    def _card(self, number: int, card: Json) -> Issued:
        area: Area | None = None
        if "only" in card:
            gate = self.cast.gates[GATES[card["only"]]]
            area = set_area(
                by=None, neighbourhood=self.cast.neighbourhood, name=f"{gate.name}组{number}", places=[gate]
            )
        span = (self.moment(card.get("from", -14400)), self.moment(card.get("until", 129600)))
        return issue(
            self.person(card.get("holder", "resident")),
            number,
            area=area,
            klass=card.get("klass", "resident"),
            span=span,
        )

    def _hold(self, hold: Json) -> None:
        place_hold(
            by=self.cast.users["secretary"],
            person=Person.objects.get(pk=self.person(hold.get("on", "resident")).pk),
            since=self.moment(hold.get("from", -60)),
            until=self.moment(hold.get("until", 1440)),
            call="社区医生 199-0000-0110",
        )

    def _visit(self, visit: Json) -> Visit:
        klass, filed = visit.get("klass", "visitor"), visit.get("promise")
        wish = Wish(
            gate=self.cast.gates[GATES[visit.get("gate", "east")]],
            host=self.cast.dwellings[0],
            klass=klass,
            since=self.moment(visit.get("from", -30)),
            until=self.moment(visit.get("until", 600)),
            purpose=visit.get("purpose", ""),
            entries=visit.get("entries", "once"),
            party=visit.get("party", 1),
        )
        consent = "phone" if filed is None else "filed"
        made = register_visit(by=self.cast.users["secretary"], wish=wish, consent=consent, promise=filed)
        text_of(made, timezone.now())  # shown to the household at once
        return made

    def enrol(self, name: str) -> None:
        """A phone begins its shift of twelve hours."""
        phone = Phone()
        phone.enrol(self.cast.users["secretary"], self.cast.gates[GATES[name]], hours=13)
        self.phones[name] = phone

    # --- what happens ---

    def change(self, step: Json) -> None:
        """Something happens in the office; the clock stands at its minute."""
        changes: dict[str, Callable[[Json], Any]] = {
            "cancel": lambda s: Permit.objects.filter(pk=self.cards[s["card"]].permit.pk).update(
                cancelled_at=timezone.now(), reason="moved"
            ),
            "card": lambda s: event(self.cards[s["card"]].card, s["state"]),
            "withdraw_visit": lambda s: withdraw_visit(
                by=self.cast.users["secretary"], visit=Visit.objects.get(pk=self.visits[s["visit"]].pk)
            ),
            "withdraw_key": lambda s: withdraw_key(
                by=None, neighbourhood=self.cast.neighbourhood, kid=self.cards[s["card"]].card.kid
            ),
            "hold": lambda s: self._hold(s),
            "end_holds": lambda s: [end_hold(by=None, hold=hold) for hold in Hold.objects.all()],
            "switch": lambda s: self._switch(s),
            "end_operation": lambda s: end_operation(by=None, operation=self._opened()),
            "cut_off": lambda s: cut_off(by=self.cast.users["secretary"], device=self.device(s["phone_at"])),
            "annul": lambda s: annul(
                by=self.cast.users["secretary"],
                check=Check.objects.get(pk=self.sent[s["passage"]]["id"]),
                reason="double",
            ),
            "enrol": lambda s: self.enrol(s["phone_at"]),
            "board": lambda s: self._board(s),
            "announce": lambda s: self.visits.update({s["visit"]: self._visit(s)}),
            "new_card": lambda s: self.cards.update({s["card"]: self._card(90 + len(self.cards), s)}),
            "replace": lambda s: self._replace(self.cards[s["card"]], s["by"]),
            "hear": lambda s: None,
        }
        changes[step["do"]](step)

    def _replace(self, lost: Issued, name: str) -> None:
        event(lost.card, "lost")
        self.cards[name] = print_card(lost.permit, 50, timezone.now())

    def _opened(self) -> Operation:
        if self.operation is None:
            raise LookupError("the case has no operation")
        return Operation.objects.get(pk=self.operation.pk)

    def _switch(self, step: Json) -> None:
        since = self.moment(step["from"]) if "from" in step else None
        switch_rules(by=None, operation=self._opened(), ruleset=step["rules"], since=since)

    def _board(self, step: Json) -> None:
        found = cells([gate.pk for gate in self.cast.gates], self.moment(-600), self.moment(3000))
        came = sum(cell.count for cell in found if cell.direction == "in" and cell.outcome in ("admitted", "open"))
        assert came == step["came_in"]

    def device(self, name: str) -> Device:
        """The row of a phone."""
        return Device.objects.get(pk=self.phones[name].device)

    # --- what a phone sends ---

    def code(self, show: Json) -> str | None:
        """The text of the code that is shown, if any."""
        if "text" in show:
            return str(show["text"])
        if "card" in show:
            text = self.cards[show["card"]].code
        elif "code" in show:
            text = text_of(self.visits[show["code"]], self.start)
        else:
            return None
        if "forged" not in show and "another_key" not in show:
            return text
        return _signed_anew(text, self._keys(), "ANOTHER" if "another_key" in show else None)

    def _keys(self) -> dict[str, ec.EllipticCurvePublicKey]:
        spki = keys.public_spki(self.cast.neighbourhood.pk)
        return {kid: keys.load_public(public) for kid, public in spki.items()}

    def check(self, passage: Json) -> Json:
        """A check as the phone sends it, from what the case says."""
        show, happened = passage["show"], self.happened(passage)
        said = {key: value for key, value in said_of(passage).items() if key not in ("follows", "party")}
        code = self.code(show)
        whole: Json = {
            "id": str(uuid7()),
            "seq": len(self.sent) + 1,
            "happened_at": happened.isoformat(timespec="milliseconds"),
            "direction": passage.get("direction", "in"),
            "way": "card" if code is not None else show.get("way", "visitor"),
            "klass": self.klass(show),
            "code": code,
            "decision": dict(zip(("outcome", "reason"), passage["phone"], strict=True)),
            "rules": passage.get("rules", self._rules_key()),
            "made_offline": bool(passage.get("offline")),
            **self._known(show),
            **said,
            **self.linked(passage),
        }
        return whole

    def klass(self, show: Json) -> str:
        """Who the gate takes him for."""
        if "card" in show:
            return str(self.cards[show["card"]].permit.klass)
        name = show.get("code") or show.get("visit")
        return str(self.visits[name].klass if name else show.get("klass", "resident"))

    def _known(self, show: Json) -> Json:
        known = not {"forged", "another_key"} & show.keys()
        if "card" in show and known:
            issued = self.cards[show["card"]]
            return {"card": str(issued.card.pk), "permit": str(issued.permit.pk)}
        if "visit" in show or ("code" in show and known):
            picked = {"host_consent": True, "filed": True} if "visit" in show else {}
            return {"visit": str(self.visits[show.get("visit") or show["code"]].pk), **picked}
        return {"person": str(self.person(show["person"]).pk)} if "person" in show else {}

    def linked(self, passage: Json) -> Json:
        """The ids of the earlier passages that this one refers to."""
        said = passage.get("say", {})
        return {name: self.sent[said[name]]["id"] for name in ("follows", "party") if name in said}

    def _rules_key(self) -> str:
        rules = self.case.get("given", {}).get("rules", "shanghai-2020-02-10")
        return str(rulesets.load(rules or rulesets.QUIET)["key"])

    def happened(self, passage: Json) -> datetime:
        """When it happened, by the phone's clock."""
        return self.moment(passage["at"] + passage.get("clock", 0))

    def arrives(self, passage: Json) -> float:
        """The minute at which it reaches the server: at once, or when the phone has a network again."""
        return float(passage.get("arrives", passage["at"]))

    def ask(self, passage: Json, check: Json) -> Json:
        """The phone asks for the entry of a visit, at a gate that its code does not name."""
        phone = self.phones[passage.get("phone_at", "east")]
        visit = self.visits[passage["show"]["code"]]
        answer: Json = phone.post(f"visits/{visit.pk}/use", {"check": check["id"], "happened_at": check["happened_at"]})
        return answer

    def tell(self, step: Json) -> None:
        """One step of the story, told to the server alone: what a phone would send is made from what the case says."""
        if "do" in step:
            with self.at(step["at"]):
                self.change(step)
        elif "again" in step:
            self.send(step, self.sent[step["again"]])
        else:
            with self.at(step["at"]):
                check = self.check(step)
                if "asked" in step:
                    assert self.ask(step, check)["state"] == step["asked"]
            self.send(step, check)

    def send(self, passage: Json, check: Json) -> None:
        """Let the passage reach the server, and compare what it makes of it with what the case says."""
        name = passage.get("again") or passage.get("name", str(len(self.sent) + 1))
        phone = self.phones[passage.get("phone_at", "east")]
        phone.ahead = timedelta(minutes=passage.get("clock", 0))
        with self.at(self.arrives(passage)):
            before = set(GateException.objects.values_list("pk", flat=True))
            (answer,) = phone.send({**check, **passage.get("raw", {})})
            self.sent.setdefault(name, check)
            found = self._found(answer, check, before)
        want = expected(passage)
        said = dict(zip(("outcome", "reason"), want["decision"], strict=True)) if want["decision"] else None
        wanted = {**want, "decision": said}
        assert found == wanted, f"{self.case['id']}, passage {name}: {found} instead of {wanted}"

    def _found(self, answer: Json, check: Json, before: set[UUID]) -> Json:
        odd = GateException.objects.exclude(pk__in=before)
        return {
            "decision": answer["decision"],
            "status": answer["status"],
            "overridden": answer["overridden"],
            "exceptions": sorted(odd.values_list("kind", flat=True)),
            "consumed": VisitUse.objects.filter(check_id=check["id"]).exists(),
        }


def _signed_anew(text: str, keys: dict[str, ec.EllipticCurvePublicKey], kid: str | None = None) -> str:
    """The same claims under another signature: forged under our key's name, or under the name of a key that we do not know."""
    read = permit_code.decode(text, keys, now=0)
    if read.claims is None or read.kid is None:
        raise ValueError(f"no code of ours: {read.status}")
    return permit_code.encode(read.claims, kid=kid or read.kid, private_key=ec.generate_private_key(ec.SECP256R1()))
