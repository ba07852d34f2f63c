"""An office tower of the fictional neighbourhood: its firms' staff with cards, a morning at its gate by property staff and a volunteer,
and what inspections of the gates have found (G11, G12)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from linli.gates.actions.devices import Holder, Phone, enrol, make_token
from linli.gates.actions.record import judge, record_checks
from linli.gates.actions.towers import issue_staff, open_tower, take_staff
from linli.gates.cards_actions import move_cards, record_printed
from linli.gates.cards_queries import Line
from linli.gates.cards_staff import staff_lines
from linli.gates.deciding import Source
from linli.gates.models import Card, Device, Role
from linli.gates.parse import parse
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.models import BodyKind, Mandate, Place
from linli.ground.scope import scoped
from linli.kernel.ids import uuid7
from linli.rounds.actions.inspections import Inspection, asked_at, record_inspection
from linli.rounds.actions.sheets import take_sheet
from linli.rounds.actions.visits import Found
from linli.rounds.sheets import GATE
from linli.site.demo.build import Built, Say

SEED = 41
NAME, GATE_NAME, PROPERTY = "望江大厦", "大堂", "望江物业服务"
FIRMS = {"云岫会计": 9, "白鹭软件": 14, "长汀印务": 6}
FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈", ("一诺", "见山", "如松", "明远", "子衿", "听澜", "知秋", "若谷")


def tower(built: Built, say: Say) -> None:
    """The tower, its staff and their cards, this morning's passages, two inspections."""
    say("an office tower")
    rng, now = random.Random(SEED), timezone.now()
    with scoped(neighbourhood_ids={built.neighbourhood.pk}, reason="cli:demo"):
        house = open_tower(by=built.users["shuji"], neighbourhood=built.neighbourhood, name=NAME, gates=[GATE_NAME])
        rows = [f"{rng.choice(FAMILY)}{rng.choice(GIVEN)},{firm}" for firm, many in FIRMS.items() for _ in range(many)]
        take_staff(by=built.users["zhuren"], tower=house, data="\n".join(["姓名,单位", *rows]).encode(), filename="")
        _cards(built, house)
        gate = Place.objects.select_related("kind").get(parent=house, name=GATE_NAME)
        phones = _phones(built, house, gate, now)
        _morning(rng, phones, staff_lines(house, now), now)
        _inspect(built, gate, now - timedelta(hours=1), {"disinfectant": "大堂的消毒用品只剩半瓶"})
        _inspect(built, built.gates[1], now - timedelta(days=1), {})


def _cards(built: Built, house: Place) -> None:
    """All on paper; all but the last three handed out."""
    by = built.users["zhuren"]
    batch = issue_staff(by=by, tower=house, until=timezone.localdate() + timedelta(days=90), data={"names": "masked"})
    cards = list(Card.objects.filter(batch=batch).order_by("serial").values_list("pk", flat=True))
    record_printed(by=by, batch=batch, printed=cards, refused=[])
    move_cards(by=by, neighbourhood=built.neighbourhood, cards=cards[:-3], state="handed_out")


def _phones(built: Built, house: Place, gate: Place, now: datetime) -> list[Device]:
    """One held by the property company, one by a volunteer."""
    company = add_body(by=None, facts=BodyFacts(PROPERTY, BodyKind.objects.get(code="property_company"), house))
    found = []
    for holder, name in ((Holder(Role.PROPERTY, company), "大堂手机"), (Holder(Role.VOLUNTEER), "志愿者手机")):
        _, code = make_token(
            by=built.users["duizhang"],
            gate=gate,
            shift_start=now - timedelta(hours=3),
            shift_end=now + timedelta(hours=9),
            holder=holder,
        )
        public = ec.generate_private_key(ec.SECP256R1()).public_key()
        spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        found.append(enrol(by=None, code=code, phone=Phone(public_key=spki, name=name, user_agent="demo")))
    return found


def _morning(rng: random.Random, phones: list[Device], staff: list[Line], now: datetime) -> None:
    """Who has a card came in during the last two hours, past one of the two."""
    inside: dict[Device, list[dict[str, Any]]] = {phone: [] for phone in phones}
    for line in staff:
        if line.handed_out:
            at = now - timedelta(seconds=rng.randrange(7_200))
            inside[rng.choice(phones)].append(_passage(line, at, rng.randrange(362, 369)))
    for phone, raw in inside.items():
        source = Source(gate=phone.gate, now=now, device=phone)
        for one, judged in zip(raw, judge(source, [parse(item) for item in raw], simulate=True), strict=True):
            one["decision"] = judged.decision._asdict()
        record_checks(source=source, raw=raw)


def _passage(line: Line, at: datetime, temperature: int) -> dict[str, Any]:
    return {
        "id": str(uuid7()), "seq": 0, "happened_at": at.isoformat(timespec="milliseconds"), "direction": "in",
        "way": "card", "klass": "staff", "code": None, "card": str(line.card), "permit": str(line.permit),
        "person": str(line.person), "purpose": None, "answers": {"symptoms": False, "contact": False},
        "temperature": temperature, "plate": None, "vehicle": False, "companions": 0, "made_offline": False,
        "decision": {"outcome": "held", "reason": "incomplete"}, "rules": "shanghai-2020-02-10@2",
    }  # fmt: skip


def _inspect(built: Built, gate: Place, at: datetime, amiss: dict[str, str]) -> None:
    """The sheet with everything in order but ``amiss``: code of a question → what was found."""
    owner = Mandate.objects.get(user=built.users["duizhang"], place=built.neighbourhood)
    sheet = take_sheet(by=built.users["jiedao"], code=GATE)
    values, found = {}, {}
    for question in asked_at(gate, sheet, at):
        well = {"yes_no": "yes", "number": "2"}.get(question.field, "")
        values[question.pk] = "no" if question.code in amiss else well
        if question.code in amiss:
            due = timezone.localdate(at) + timedelta(days=question.days)
            found[question.pk] = Found(amiss[question.code], owner, due)
    inspection = Inspection(uuid7(), "孙科长", values, found, happened_at=at)
    record_inspection(by=built.users["jiedao"], gate=gate, sheet=sheet, inspection=inspection)
