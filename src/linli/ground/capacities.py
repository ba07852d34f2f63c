"""Capacities and their rights: the short table of ``docs/permissions.md``, one test a line.

A capacity says *what*, the mandate's place says *where* (its subtree). ``sensitive`` capacities see unmasked data or change who may:
their accounts need a second factor.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RIGHTS: dict[str, str | Promise] = {
    "register.read": _("read the register of the place"),
    "register.write": _("correct the register"),
    "register.state": _("record what was found at a door"),
    "register.import": _("import a register file"),
    "register.unmask": _("see a whole document or phone number, with a reason"),
    "tenancies.upload": _("hand in a list of tenants and see how it was matched"),
    "permits.print": _("issue and print permits"),
    "permits.handout": _("hand permits out"),
    "gates.read": _("see what happened at the gates"),
    "gates.health": _(
        "see temperatures and health answers of a gate; with a reason a whole plate, and the name and number a visitor left"
    ),
    "gates.work": _("check people in at a gate"),
    "gates.visits": _("announce visits, file work, take them back"),
    "gates.manage": _("set gates, annul passages, answer reviews, say who is called first"),
    "gates.settle": _("settle what was odd at a gate"),
    "devices.manage": _("enrol and cut off phones"),
    "operations.manage": _("open, renew and end an operation"),
    "users.manage": _("add, suspend and replace office holders"),
    "board.read": _("see the board with its doors"),
    "board.totals": _("see totals per building"),
    "backup.manage": _("make and fetch backups"),
    "journal.read": _("see who did what"),
    "persons.answer": _("answer what people ask about their own data, and erase it"),
    "bodies.read": _("see the bodies of the place and who speaks for them"),
    "bodies.write": _("add, rename, move and end bodies, and import a list of them"),
    "rounds.read": _("see what was asked, visited and found"),
    "rounds.write": _("record visits and findings, and close a finding"),
    "rounds.ask": _("ask bodies for an answer, and enter one for a body"),
    "rounds.plan": _("make zones and plans of rounds, start them, excuse and reassign"),
    "rounds.walk": _("walk a round and record what was found"),
    "notices.manage": _("see what nobody took up, and set the groups and mailboxes that hear of it"),
    "duties.read": _("see who is on duty, when and where"),
    "duties.manage": _("set posts and shifts, put people on them, say who came"),
    "duties.take": _("put oneself down for a duty"),
    "volunteers.import": _("take in lists of volunteers, keep the roster and its teams"),
    "journeys.read": _("see who is on the way, in whose hands"),
    "journeys.manage": _("take in word of arrivals, decide who is ours, plan runs, take hand-overs back"),
    "journeys.escort": _("hand travellers over and take them over, on one's own runs"),
    "care.read": _("see who is looked after, and by whom"),
    "care.manage": _("open, change and close cases of care, note orders, name who looks after a household"),
    "care.help": _("look after one's own households"),
    "care.children": _("see children who are alone at home"),
    "sheet.read": _("read the daily sheet"),
    "sheet.send": _("send the daily sheet, correct it, and set its hour"),
    "tokens.manage": _("give other systems a token, and revoke it"),
    "neighbourhood.part": _("split the neighbourhood, or merge it with another"),
}


@dataclass(frozen=True)
class Capacity:
    """A capacity: its names, its rights, whether its account needs a second factor."""

    code: str
    name: str | Promise
    rights: frozenset[str]
    sensitive: bool = False


def _capacity(code: str, name: str | Promise, rights: str, sensitive: bool = False) -> Capacity:
    found = frozenset(rights.split())
    unknown = found - RIGHTS.keys()
    if unknown:
        raise ValueError(f"unknown rights {sorted(unknown)}")
    return Capacity(code, name, found, sensitive)


CAPACITIES: dict[str, Capacity] = {
    c.code: c
    for c in (
        _capacity("secretary", _("secretary"), " ".join(RIGHTS), sensitive=True),
        _capacity(
            "clerk",
            _("clerk"),
            "register.read register.write register.state register.import register.unmask permits.print permits.handout gates.read "
            "gates.visits tenancies.upload devices.manage board.read board.totals bodies.read bodies.write "
            "rounds.read rounds.write rounds.ask rounds.plan rounds.walk duties.read duties.manage duties.take "
            "volunteers.import journeys.read journeys.manage journeys.escort "
            "care.read care.manage sheet.read sheet.send",
            sensitive=True,
        ),
        _capacity(
            "building_leader",
            _("building leader"),
            "register.read register.state permits.handout board.read board.totals rounds.walk duties.take journeys.escort "
            "care.help",
        ),
        _capacity("guard", _("guard"), "gates.work duties.take"),
        _capacity(
            "gate_captain",
            _("head of the guards"),
            "gates.work gates.read gates.visits gates.settle devices.manage duties.read duties.manage duties.take",
        ),
        _capacity("volunteer", _("volunteer"), "gates.work rounds.walk duties.take journeys.escort care.help"),
        _capacity(
            "property",
            _("property manager"),
            "gates.read gates.visits gates.settle board.totals tenancies.upload rounds.walk duties.read duties.take",
        ),
        _capacity(
            "officer",
            _("subdistrict officer"),
            "board.totals bodies.read bodies.write rounds.read rounds.write rounds.ask rounds.plan duties.read "
            "sheet.read sheet.send",
        ),
        _capacity("liaison", _("liaison officer"), "rounds.read rounds.write rounds.walk duties.take care.help"),
        _capacity("patroller", _("patroller"), "rounds.walk duties.take journeys.escort care.help"),
    )
}

# What somebody is inside a body. Whoever holds one with an account speaks for that body and sees no other's (docs/permissions.md).
IN_BODY: dict[str, str | Promise] = {
    "head": _("head"),
    "contact": _("contact"),
    "member": _("member"),
    "liaison": _("liaison officer"),
    "patroller": _("patroller"),
}


def capacities_with(right: str) -> list[Capacity]:
    """The capacities that carry ``right``, in the table's order."""
    return [c for c in CAPACITIES.values() if right in c.rights]
