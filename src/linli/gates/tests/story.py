"""Tells a case of ``vectors/cases.json`` to a server: who is there, what happens when, what a phone sends (docs/gate-cases.md).

Times are minutes after eight o'clock of the next morning in Shanghai. A phone's passage reaches the server in the order of the story;
one made offline names the minute ``at`` which it happened. What the phone itself decides is tried by ``tests/browser``, which gives
what the phone's own modules made to the same world.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
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
from linli.gates.models import GateException, Visit, VisitUse
from linli.gates.testing import Issued, Phone
from linli.gates.tests import story_office as office
from linli.gates.visits.codes import text_of
from linli.ground.models import Person, Place
from linli.ground.testing import Cast
from linli.kernel import permit_code
from linli.kernel.ids import uuid7
from linli.operations import rulesets
from linli.operations.models import Operation

Json = dict[str, Any]
FILE = Path(__file__).parent / "vectors" / "cases.json"
ROLES = {"resident": 0, "child": 1, "neighbour": 2, "away": 4, "moved": 5, "other": 9}
"""Who is who in the cast; each lives in another dwelling, but the child with the resident."""
GATES = {"east": 0, "west": 1, "east2": 0}
"""The phones: two stand at the east gate."""
WELL: Json = {"answers": {"symptoms": False, "contact": False}, "temperature": 365}
FEBRUARY = "shanghai-2020-02-10"


def cases() -> list[Json]:
    """The cases, in the order of the table."""
    found: list[Json] = json.loads(FILE.read_text("utf-8"))["cases"]
    return found


def said_of(passage: Json) -> Json:
    """What is asked and answered: whoever comes in is well and was measured, unless the passage says otherwise."""
    return {**(WELL if passage.get("direction", "in") == "in" else {}), **passage.get("say", {})}


def expected(passage: Json) -> Json:
    """What the server is to make of it; what is not said is: stored, as the gate decided, nothing odd."""
    decision = passage.get("phone")
    whole = {"decision": decision, "status": "stored", "overridden": False, "exceptions": [], "consumed": False}
    return whole | passage.get("server", {})


def decision_of(said: list[str] | None) -> dict[str, str] | None:
    """["held", "hold"] in the form of the gate API."""
    return dict(zip(("outcome", "reason"), said, strict=True)) if said else None


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

    def person(self, role: str) -> Person:
        """Somebody of the cast."""
        return self.cast.people[ROLES[role]]

    def gate(self, phone: str) -> Place:
        """The gate at which a phone stands."""
        return self.cast.gates[GATES[phone]]

    def opened(self) -> Operation:
        """The case's operation as it is now."""
        if self.operation is None:
            raise LookupError("the case has no operation")
        return Operation.objects.get(pk=self.operation.pk)

    def begin(self) -> None:
        """Open the operation, let everybody be who the case says, issue cards, and enrol the phones."""
        codes.forget()  # each case has keys of its own under the same names
        given = self.case.get("given", {})
        with self.at(-120):
            self.operation = office.open_for(self, given.get("rules", FEBRUARY), given.get("ends"))
            office.people(self)
            for number, (name, card) in enumerate(given.get("cards", {}).items(), start=1):
                self.cards[name] = office.card(self, number, card)
        with self.at(0):
            for hold in given.get("holds", []):
                office.hold(self, hold)
            for name, visit in given.get("visits", {}).items():
                self.visits[name] = office.visit(self, visit)
            for step in given.get("before", []):
                office.change(self, step)
            for phone in {"east", *(step["phone_at"] for step in self.case["story"] if "phone_at" in step)}:
                self.enrol(phone)

    def enrol(self, name: str) -> None:
        """A phone begins its shift of twelve hours."""
        phone = Phone()
        phone.enrol(self.cast.users["secretary"], self.gate(name), hours=13)
        self.phones[name] = phone

    def tell(self, step: Json) -> None:
        """One step of the story, told to the server alone: what a phone would send is made from what the case says."""
        if "do" in step:
            with self.at(step["at"]):
                office.change(self, step)
        elif "again" in step:
            self.send(step, self.sent[step["again"]])
        else:
            with self.at(step["at"]):
                check = check_of(self, step)
                if "asked" in step:
                    assert self.ask(step, check) == step["asked"]
            self.send(step, check)

    def ask(self, passage: Json, check: Json) -> str:
        """The phone asks for the entry of a visit, at a gate that its code does not name; what it is told."""
        visit = self.visits[passage["show"]["code"]]
        body = {"check": check["id"], "happened_at": check["happened_at"]}
        return str(self.phones[passage["phone_at"]].post(f"visits/{visit.pk}/use", body)["state"])

    def send(self, passage: Json, check: Json) -> None:
        """Let the passage reach the server, and compare what it makes of it with what the case says."""
        name = passage.get("again") or passage.get("name", str(len(self.sent) + 1))
        phone = self.phones[passage.get("phone_at", "east")]
        phone.ahead = timedelta(minutes=passage.get("clock", 0))
        with self.at(passage.get("arrives", passage["at"])):
            before = set(GateException.objects.values_list("pk", flat=True))
            (answer,) = phone.send({**check, **passage.get("raw", {})})
            self.sent.setdefault(name, check)
            found = _found(answer, check, before)
        want = expected(passage)
        wanted = {**want, "decision": decision_of(want["decision"])}
        assert found == wanted, f"{self.case['id']}, passage {name}: {found} instead of {wanted}"


def _found(answer: Json, check: Json, before: set[UUID]) -> Json:
    odd = GateException.objects.exclude(pk__in=before)
    return {
        "decision": answer["decision"],
        "status": answer["status"],
        "overridden": answer["overridden"],
        "exceptions": sorted(odd.values_list("kind", flat=True)),
        "consumed": VisitUse.objects.filter(check_id=check["id"]).exists(),
    }


# --- what a phone sends ---


def happened(world: World, passage: Json) -> datetime:
    """When it happened, by the phone's clock."""
    return world.moment(passage["at"] + passage.get("clock", 0))


def check_of(world: World, passage: Json) -> Json:
    """A check as the phone sends it, from what the case says."""
    show, code = passage["show"], code_of(world, passage["show"])
    said = {name: value for name, value in said_of(passage).items() if name not in ("follows", "party")}
    rules = world.case.get("given", {}).get("rules", FEBRUARY) or rulesets.QUIET
    return {
        "id": str(uuid7()),
        "seq": len(world.sent) + 1,
        "happened_at": happened(world, passage).isoformat(timespec="milliseconds"),
        "direction": passage.get("direction", "in"),
        "way": "card" if code is not None else show.get("way", "visitor"),
        "klass": _klass(world, show),
        "code": code,
        "decision": decision_of(passage["phone"]),
        "rules": passage.get("rules", rulesets.load(rules)["key"]),
        "made_offline": bool(passage.get("offline")),
        **_known(world, show),
        **said,
        **linked(world, passage),
    }


def code_of(world: World, show: Json) -> str | None:
    """The text of the code that is shown, if any."""
    if "text" in show:
        return str(show["text"])
    if "card" in show:
        text = world.cards[show["card"]].code
    elif "code" in show:
        text = text_of(world.visits[show["code"]], world.start)
    else:
        return None
    if _is_ours(show):
        return text
    spki = keys.public_spki(world.cast.neighbourhood.pk)
    public = {kid: keys.load_public(one) for kid, one in spki.items()}
    return _signed_anew(text, public, "ANOTHER" if "another_key" in show else None)


def linked(world: World, passage: Json) -> Json:
    """The ids of the earlier passages that this one refers to."""
    said = passage.get("say", {})
    return {name: world.sent[said[name]]["id"] for name in ("follows", "party") if name in said}


def _klass(world: World, show: Json) -> str:
    if "card" in show:
        return str(world.cards[show["card"]].permit.klass)
    name = show.get("code") or show.get("visit")
    return str(world.visits[name].klass if name else show.get("klass", "resident"))


def _known(world: World, show: Json) -> Json:
    if "card" in show and _is_ours(show):
        issued = world.cards[show["card"]]
        return {"card": str(issued.card.pk), "permit": str(issued.permit.pk)}
    if "visit" in show or ("code" in show and _is_ours(show)):
        picked = {"host_consent": True, "filed": True} if "visit" in show else {}
        return {"visit": str(world.visits[show.get("visit") or show["code"]].pk), **picked}
    return {"person": str(world.person(show["person"]).pk)} if "person" in show else {}


def _is_ours(show: Json) -> bool:
    return not {"forged", "another_key"} & show.keys()


def _signed_anew(text: str, public: dict[str, ec.EllipticCurvePublicKey], kid: str | None) -> str:
    """The same claims under another signature: forged under our key's name, or under the name of a key that we do not know."""
    read = permit_code.decode(text, public, now=0)
    if read.claims is None or read.kid is None:
        raise ValueError(f"no code of ours: {read.status}")
    return permit_code.encode(read.claims, kid=kid or read.kid, private_key=ec.generate_private_key(ec.SECP256R1()))
