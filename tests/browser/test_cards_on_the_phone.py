"""What a phone makes of cards whose life went on after its pack: lost, re-issued, of a cancelled right, of a withdrawn key (SEEDS G04).

The packs are the server's own; the codes are read by the scanner's own modules in Chromium, without a network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from linli.gates import cards_pack, pack
from linli.gates.cards_actions import correct_card, issue_permits, move_cards, order_batch
from linli.gates.cards_faces import Group, set_group
from linli.gates.cards_keys import rotate_key, withdraw_key
from linli.gates.cards_life import replace_card
from linli.gates.cards_printing import faces
from linli.gates.cards_queries import State
from linli.gates.keys import signing_key
from linli.gates.models import Card, Device, Permit, PrintBatch
from linli.gates.testing import Phone
from linli.gates.tests.test_cards import until
from linli.gates.timetable import Timetable
from linli.ground.testing import Cast, make_cast
from linli.kernel import permit_code
from linli.kernel.ids import uuid7
from tests.support.chromium import Complaints

pytestmark = pytest.mark.django_db(transaction=True)
READ = """
async ({ content, codes, revoked, now }) => {
  const { index } = await import("/static/scanner/pack.js");
  const { importKeys } = await import("/static/scanner/permit-code.js");
  const { draftOfCode } = await import("/static/scanner/check.js");
  const pack = { ...index(content, { version: "v", expires: now + 1e7 }), keys: await importKeys(content.keys) };
  const gone = new Set(revoked);
  const asked = { nowMs: now, direction: "in", isRevoked: (id) => gone.has(id), isUsed: () => false };
  const found = [];
  for (const code of codes) found.push((await draftOfCode(code, pack, asked)).card);
  return found;
}
"""


@dataclass
class World:
    """A neighbourhood with printed cards, a phone at its first gate, and a page that reads codes with a pack."""

    cast: Cast
    device: Device
    page: Page
    batch: PrintBatch

    def pack(self) -> dict[str, Any]:
        """The pack as the server would seal it now."""
        now: datetime = timezone.now()
        with self.cast.scope():
            held = Timetable.load(self.cast.neighbourhood.pk, self.device.gate_id, now, now).at(now)
            return pack.content(self.device.gate, "槐安", held, now)

    def heard(self) -> list[str]:
        """What a beat would tell the phone now."""
        with self.cast.scope():
            return cards_pack.revoked_since(self.device) + cards_pack.permits_revoked_since(self.device)

    def read(self, content: dict[str, Any], codes: list[str], revoked: list[str] | None = None) -> list[str]:
        """The states of some cards, read offline with this pack and these revocations."""
        now = int(timezone.now().timestamp() * 1000)
        found: list[str] = self.page.evaluate(
            READ, {"content": content, "codes": codes, "revoked": revoked or [], "now": now}
        )
        return found

    def codes(self, batch: PrintBatch | None = None) -> dict[str, str]:
        """Card id → code of a batch."""
        return {face.id: face.code for face in faces(batch or self.batch)}

    def go(self, card: str, *states: str) -> None:
        """Move a card."""
        for state in states:
            move_cards(
                by=None, neighbourhood=self.cast.neighbourhood, cards=[Card.objects.get(pk=card).pk], state=state
            )


@pytest.fixture
def world(page_at: Callable[..., Page], complaints: Complaints) -> World:
    complaints.expect("404")  # the health page names no icon; the browser asks for one
    cast = make_cast()
    device = Phone().enrol(cast.users["secretary"], cast.gates[0])
    with cast.scope():
        issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until())
        batch = order_batch(by=None, neighbourhood=cast.neighbourhood)
        for card in Card.objects.all():
            card.events.create(
                neighbourhood=cast.neighbourhood, state="printed", happened_at=card.made_at, heard_at=card.made_at
            )
    page = page_at()
    page.goto("/healthz")
    return World(cast, device, page, batch)


def test_a_lost_and_a_spoiled_card_by_beat_and_by_pack(world: World) -> None:
    with world.cast.scope():
        codes = world.codes()
        lost, spoiled, kept = list(codes)[:3]
        before = world.pack()
        world.go(lost, State.HANDED_OUT)
        again = replace_card(by=None, card=Card.objects.get(pk=lost))
        assert again is not None
        world.go(spoiled, State.SPOILED)
        (new,) = world.codes(again).values()
    shown = [codes[lost], codes[spoiled], codes[kept], new]
    assert world.read(before, shown) == ["valid"] * 4, "a phone that has heard nothing knows nothing"
    assert world.read(before, shown, world.heard()) == ["cancelled", "cancelled", "valid", "valid"]
    assert world.read(world.pack(), shown) == ["lost", "cancelled", "valid", "valid"]


def test_a_card_put_into_use_again_is_read_again(world: World) -> None:
    with world.cast.scope():
        codes = world.codes()
        card = next(iter(codes))
        world.go(card, State.HANDED_OUT, State.LOST)
        lost = world.pack()
        assert card in world.heard()
        correct_card(by=None, neighbourhood=world.cast.neighbourhood, card=Card.objects.get(pk=card).pk)
    assert card not in world.heard()
    assert world.read(lost, [codes[card]]) == ["lost"]
    assert world.read(world.pack(), [codes[card]], world.heard()) == ["valid"]


def test_a_code_of_a_cancelled_right_is_refused_on_whatever_card(world: World) -> None:
    """The re-issued code of a cancelled right is in no list of cards (pretix issue 2467): the right itself is refused."""
    with world.cast.scope():
        codes = world.codes()
        first = Card.objects.select_related("permit__person").get(pk=next(iter(codes)))
        old = world.pack()
        Permit.objects.filter(pk=first.permit_id).update(cancelled_at=timezone.now(), reason="moved")
        heard, now_packed = world.heard(), world.pack()
        # a second code of the same right, on a card that no phone has heard of
        other = list(codes.values())[1]
        kid, key = signing_key(world.cast.neighbourhood.pk, timezone.now())
        claims = permit_code.PermitClaims(
            uuid7(), first.permit_id, world.cast.neighbourhood.pk, None, "resident",
            int(first.permit.since.timestamp()), int(first.permit.until.timestamp()),
        )  # fmt: skip
        again = permit_code.encode(claims, kid=kid, private_key=key)
    assert str(first.permit_id) in heard
    assert world.read(old, [again]) == ["valid"]
    assert world.read(old, [again, codes[str(first.pk)], other], heard) == ["cancelled", "cancelled", "valid"]
    assert world.read(now_packed, [again, codes[str(first.pk)]]) == ["cancelled", "cancelled"]


def test_keys_turn_without_a_new_card_and_a_withdrawn_one_is_unknown(world: World) -> None:
    with world.cast.scope():
        codes = list(world.codes().values())
        old = world.pack()
        rotate_key(by=None, neighbourhood=world.cast.neighbourhood)
        turned = world.pack()
        withdraw_key(by=None, neighbourhood=world.cast.neighbourhood, kid=world.batch.kid)
        anew = order_batch(by=None, neighbourhood=world.cast.neighbourhood)
        new = list(world.codes(anew).values())
    assert (len(old["keys"]), len(turned["keys"])) == (1, 2)
    assert set(world.read(turned, codes)) == {"valid"}
    assert set(world.read(world.pack(), codes)) == {"unknown"}
    assert set(world.read(world.pack(), new)) == {"valid"}
    assert set(world.read(old, new)) == {"unknown"}, "a pack of before the new key cannot know it: amber, never green"


def test_the_pack_says_how_another_group_is_known(world: World) -> None:
    with world.cast.scope():
        west = set_group(
            by=None, neighbourhood=world.cast.neighbourhood, area=None,
            chosen=Group("西片", [world.cast.gates[1]], "yellow", "hexagon"),
        )  # fmt: skip
        card = Card.objects.select_related("permit").first()
        assert card is not None
        Permit.objects.filter(pk=card.permit_id).update(area=west.area)
        code = world.codes()[str(card.pk)]
    content = world.pack()
    assert content["groups"] == [[west.area_id, "西片", "#f7dc3c", "hexagon"]]
    assert world.read(content, [code]) == ["other_gate"]
