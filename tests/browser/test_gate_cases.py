"""Every case of docs/gate-cases.md, decided by the phone's own modules in Chromium; what they made then reaches a real server.

Each phone of a case is a page with its own memory and the pack that the server sealed for it. A page fetches the modules once and asks
for nothing more, so that a case can be told inside a transaction and be taken back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from playwright.sync_api import Page

from linli.gates.tests.story import World, cases, code_of, happened, linked, said_of
from linli.ground.testing import make_cast
from linli.inbox.phones.signature import from_base64url
from tests.support.chromium import Complaints

pytestmark = pytest.mark.django_db(transaction=True)
Json = dict[str, Any]
DRAFT_NAMES = {"host_consent": "hostConsent", "host": "hostPlace"}
"""Where a field of a check has another name in the draft of the page."""

START = """
async (content) => {
  const load = (name) => import(`/static/scanner/${name}.js`);
  const [check, packs, codes, uses, visits] = await Promise.all(
    ["check", "pack", "permit-code", "uses", "visits"].map(load));
  await uses.clear();
  const pack = { ...packs.index(content, { version: "v", expires: Infinity }), keys: await codes.importKeys(content.keys) };
  window.phone = { check, pack, uses, visits, revoked: new Set() };
}
"""
HEAR = "(revoked) => revoked.forEach((card) => window.phone.revoked.add(card))"
SHOW = """
async ({ show, code, visit, person, direction, nowMs, said }) => {
  const { check, pack, visits, revoked } = window.phone;
  const moment = { nowMs, direction };
  const read = { ...moment, isRevoked: (card) => revoked.has(card), isUsed: (id) => visits.isUsed(pack, id, nowMs) };
  let draft;
  if (code) draft = await check.draftOfCode(code, pack, read);
  else if (visit) draft = check.draftOfVisit(pack.visits.get(visit), moment);
  else if (person) draft = check.draftOfPerson(pack.people.findIndex(([id]) => id === person), pack, { ...moment, way: show.way });
  else {
    const { klass, way = "visitor" } = show;
    draft = check.newDraft(nowMs, direction, { klass, way, emergency: klass === "emergency" });
  }
  window.phone.draft = Object.assign(draft, said);
  return { id: draft.id, card: draft.card, visit: draft.visit };
}
"""
DECIDE = """
({ asked, nowMs, madeOffline }) => {
  const { check, pack, uses, draft } = window.phone;
  Object.assign(draft, asked);
  const decision = check.decideDraft(draft, pack, nowMs);
  const passed = draft.visit || draft.permitId;
  if (decision.outcome === "admitted" && passed && check.recording(pack, nowMs)) uses.note(passed, nowMs, draft.direction);
  return { decision, record: check.recordOf(draft, decision, pack, { nowMs, madeOffline }) };
}
"""


class Gates:
    """The phones of the cases: a page each, opened once and begun anew for every case."""

    def __init__(self, page_at: Callable[..., Page]) -> None:
        self._page_at = page_at
        self._pages: dict[str, Page] = {}

    def page(self, name: str) -> Page:
        """The page of a phone."""
        if name not in self._pages:
            self._pages[name] = self._page_at(360)
            self._pages[name].goto("/healthz")
        return self._pages[name]

    def fetch(self, world: World, name: str, minute: float) -> None:
        """The phone fetches its pack."""
        with world.at(minute):
            sealed = world.phones[name].get("pack")
        key, iv, text = (from_base64url(sealed[part]) for part in ("key", "iv", "sealed"))
        self.page(name).evaluate(START, json.loads(AESGCM(key).decrypt(iv, text, None)))

    def hear(self, world: World, step: Json) -> None:
        """The phone's last contact: what was taken back, and a new pack when the step says so."""
        name = step["phone_at"]
        if step.get("pack"):
            self.fetch(world, name, step["at"])
        with world.at(step["at"]):
            revoked = world.phones[name].post("beat", {"queued": 0})["revoked"]
        self.page(name).evaluate(HEAR, revoked)

    def decide(self, world: World, passage: Json) -> Json:
        """What the phone decides and what it would send."""
        page, show = self.page(passage.get("phone_at", "east")), passage["show"]
        with world.at(passage["at"]):
            said = said_of(passage) | linked(world, passage)
            asked: Json = {
                "show": show,
                "code": code_of(world, show),
                "visit": str(world.visits[show["visit"]].pk) if "visit" in show else None,
                "person": str(world.person(show["person"]).pk) if "person" in show else None,
                "direction": passage.get("direction", "in"),
                "nowMs": int(happened(world, passage).timestamp() * 1000),
                "said": {DRAFT_NAMES.get(name, name): value for name, value in said.items()},
            }
        drawn = page.evaluate(SHOW, asked)
        granted = self._ask(world, passage, drawn) if "asked" in passage else {}
        settled = {"asked": granted, "nowMs": asked["nowMs"], "madeOffline": bool(passage.get("offline"))}
        found: Json = page.evaluate(DECIDE, settled)
        return found

    def _ask(self, world: World, passage: Json, drawn: Json) -> Json:
        assert drawn["card"] == "visit_other_gate"
        with world.at(passage["at"]):
            at = happened(world, passage).isoformat()
            state = world.ask(passage, {"id": drawn["id"], "happened_at": at})
        assert state == passage["asked"]
        return {"granted": True} if state == "free" else {"card": state}


def tell(gates: Gates, world: World) -> None:
    """One case from its first minute to its last."""
    world.begin()
    for name in world.phones:
        gates.fetch(world, name, 0)
    for step in world.case["story"]:
        if "do" not in step and "again" not in step:
            found = gates.decide(world, step)
            said = [found["decision"]["outcome"], found["decision"]["reason"]]
            assert said == step["phone"], f"{world.case['id']} at {step['at']}: the phone says {said}"
            counted = step.get("server", {}).get("status") == "counted"
            assert not (counted and kept_of(found["record"])) or world.case["given"].get("ends"), world.case["id"]
            world.send(step, {**found["record"], "seq": len(world.sent) + 1})
            continue
        world.tell(step)
        if step.get("do") == "hear":
            gates.hear(world, step)
        elif step.get("do") == "enrol":
            gates.fetch(world, step["phone_at"], step["at"])


def kept_of(record: Json) -> Json:
    """What a record says about anybody."""
    quiet = {
        "id", "seq", "happened_at", "direction", "way", "klass", "purpose", "vehicle", "companions", "host_consent", "filed",
        "decision", "rules", "made_offline", "gate",
    }  # fmt: skip
    return {name: value for name, value in record.items() if name not in quiet and value not in (None, 0, False)}


def test_on_the_phone_and_on_the_server(page_at: Callable[..., Page], complaints: Complaints) -> None:
    complaints.expect("404")  # the health page names no icon; the browser asks for one
    cast, gates = make_cast(), Gates(page_at)
    for name in ("east", "west", "east2"):
        gates.page(name).evaluate(
            "() => Promise.all(['check', 'visits'].map((name) => import(`/static/scanner/${name}.js`)))"
        )
    wrong = []
    for case in cases():
        with transaction.atomic():
            try:
                tell(gates, World(cast, case))
            except AssertionError as found:
                wrong.append(str(found))
            transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)
