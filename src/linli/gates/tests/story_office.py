"""What an office does in a case of ``vectors/cases.json``: before the first passage, and between passages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from linli.gates.actions.devices import cut_off
from linli.gates.actions.holds import end_hold, place_hold
from linli.gates.actions.settle import annul
from linli.gates.cards_keys import withdraw_key
from linli.gates.models import Check, Device, Hold, Permit, Visit
from linli.gates.queries import cells
from linli.gates.testing import Issued, event, issue, print_card
from linli.gates.visits.actions.register import Wish, register_visit, withdraw_visit
from linli.gates.visits.codes import text_of
from linli.ground.actions.places import set_area
from linli.ground.models import Area, Person, Residence
from linli.operations.actions import Order, end_operation, open_operation, switch_rules
from linli.operations.models import Operation

if TYPE_CHECKING:
    from linli.gates.tests.story import World

Json = dict[str, Any]


def open_for(world: World, rules: str | None, ends: int | None) -> Operation | None:
    """Open the case's operation; None when it has none."""
    if rules is None:
        return None
    order = Order("演练", "演练封闭式管理", "emergency", "传染病防治法 第四十二条", "区防控办", "居委会", rules)
    return open_operation(
        by=None,
        neighbourhood=world.cast.neighbourhood,
        order=order,
        ends_at=world.moment(ends) if ends is not None else world.start + timedelta(days=20),
    )


def people(world: World) -> None:
    """Let everybody be who the cases say: one moved away, one is away, one is a child."""
    moved, away = (world.person(role) for role in ("moved", "away"))
    Residence.objects.filter(person=moved).update(presence=Residence.Presence.MOVED)
    Residence.objects.filter(person=away).update(presence=Residence.Presence.AWAY)
    Person.objects.filter(pk=world.person("child").pk).update(born=timezone.localdate() - timedelta(days=9 * 365))


def card(world: World, number: int, said: Json) -> Issued:
    """A permit with its card; ``only``: the one gate that its area has."""
    area: Area | None = None
    if "only" in said:
        gate = world.gate(said["only"])
        area = set_area(by=None, neighbourhood=world.cast.neighbourhood, name=f"{gate.name}组{number}", places=[gate])
    span = (world.moment(said.get("from", -14400)), world.moment(said.get("until", 129600)))
    holder, klass = world.person(said.get("holder", "resident")), said.get("klass", "resident")
    return issue(holder, number, area=area, klass=klass, span=span)


def hold(world: World, said: Json) -> Hold:
    """Ask the gates to call somebody first."""
    return place_hold(
        by=world.cast.users["secretary"],
        person=Person.objects.get(pk=world.person(said.get("on", "resident")).pk),
        since=world.moment(said.get("from", -60)),
        until=world.moment(said.get("until", 1440)),
        call="社区医生 199-0000-0110",
    )


def visit(world: World, said: Json) -> Visit:
    """Announce a visit; its code is shown to the household at once."""
    filed = said.get("promise")
    wish = Wish(
        gate=world.gate(said.get("gate", "east")),
        host=world.cast.dwellings[0],
        klass=said.get("klass", "visitor"),
        since=world.moment(said.get("from", -30)),
        until=world.moment(said.get("until", 600)),
        purpose=said.get("purpose", ""),
        entries=said.get("entries", "once"),
        party=said.get("party", 1),
    )
    consent = "phone" if filed is None else "filed"
    made = register_visit(by=world.cast.users["secretary"], wish=wish, consent=consent, promise=filed)
    text_of(made, timezone.now())
    return made


def change(world: World, step: Json) -> None:
    """Something happens between passages; the clock stands at its minute."""
    CHANGES[step["do"]](world, step)


def _cancel(world: World, step: Json) -> None:
    permit = world.cards[step["card"]].permit
    Permit.objects.filter(pk=permit.pk).update(cancelled_at=timezone.now(), reason="moved")


def _card(world: World, step: Json) -> None:
    event(world.cards[step["card"]].card, step["state"])


def _new_card(world: World, step: Json) -> None:
    world.cards[step["card"]] = card(world, 90 + len(world.cards), step)


def _replace(world: World, step: Json) -> None:
    lost = world.cards[step["card"]]
    event(lost.card, "lost")
    world.cards[step["by"]] = print_card(lost.permit, 50, timezone.now())


def _withdraw_key(world: World, step: Json) -> None:
    withdraw_key(by=None, neighbourhood=world.cast.neighbourhood, kid=world.cards[step["card"]].card.kid)


def _announce(world: World, step: Json) -> None:
    world.visits[step["visit"]] = visit(world, step)


def _withdraw_visit(world: World, step: Json) -> None:
    row = Visit.objects.get(pk=world.visits[step["visit"]].pk)
    withdraw_visit(by=world.cast.users["secretary"], visit=row)


def _hold(world: World, step: Json) -> None:
    hold(world, step)


def _end_holds(world: World, step: Json) -> None:
    for row in Hold.objects.all():
        end_hold(by=None, hold=row)


def _switch(world: World, step: Json) -> None:
    since = world.moment(step["from"]) if "from" in step else None
    switch_rules(by=None, operation=world.opened(), ruleset=step["rules"], since=since)


def _end_operation(world: World, step: Json) -> None:
    end_operation(by=None, operation=world.opened())


def _cut_off(world: World, step: Json) -> None:
    device = Device.objects.get(pk=world.phones[step["phone_at"]].device)
    cut_off(by=world.cast.users["secretary"], device=device)


def _annul(world: World, step: Json) -> None:
    row = Check.objects.get(pk=world.sent[step["passage"]]["id"])
    annul(by=world.cast.users["secretary"], check=row, reason="double")


def _enrol(world: World, step: Json) -> None:
    world.enrol(step["phone_at"])


def _hear(world: World, step: Json) -> None:
    """A phone's contact with the server: nothing changes in the office."""


def _board(world: World, step: Json) -> None:
    found = cells([gate.pk for gate in world.cast.gates], world.moment(-600), world.moment(3000))
    came = sum(cell.count for cell in found if cell.direction == "in" and cell.outcome in ("admitted", "open"))
    assert came == step["came_in"], f"{world.case['id']}: the board says {came}"


CHANGES: dict[str, Callable[[World, Json], None]] = {
    "announce": _announce, "annul": _annul, "board": _board, "cancel": _cancel, "card": _card, "cut_off": _cut_off,
    "end_holds": _end_holds, "end_operation": _end_operation, "enrol": _enrol, "hear": _hear, "hold": _hold,
    "new_card": _new_card, "replace": _replace, "switch": _switch, "withdraw_key": _withdraw_key,
    "withdraw_visit": _withdraw_visit,
}  # fmt: skip
