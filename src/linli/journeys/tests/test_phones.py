"""Hand-overs by phones: what a phone carries, two halves in any order that end as one, and what waits for a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.ground.models import Mandate
from linli.inbox.phones import rooms
from linli.inbox.phones.items import Malformed
from linli.inbox.phones.rooms import Bearer, KnownPhone, Taken
from linli.inbox.phones.signature import from_base64url
from linli.inbox.phones.testing import SigningPhone
from linli.journal.models import Entry
from linli.journeys import hands, phones
from linli.journeys.actions.legs import plan_leg
from linli.journeys.actions.runs import Crew, plan_run
from linli.journeys.models import Handover, HandoverAnnulment, Hands, Traveller
from linli.journeys.phone_taking import take_annulment, take_handover
from linli.journeys.standing import chains_now
from linli.journeys.testing import Night
from linli.kernel.handover_ticket import Ticket, code_for, id_of
from linli.kernel.ids import uuid7
from linli.operations.models import Operation

pytestmark = pytest.mark.django_db
SIGNED = "M10 10L40 40L80 20L120 60L150 30"


@dataclass
class Phone:
    """Somebody with a phone of his own."""

    night: Night
    mandate: Mandate
    device: UUID
    keys: SigningPhone

    def bearer(self, now: datetime | None = None) -> Bearer:
        """Who carries it."""
        return Bearer(
            self.mandate.user, [self.mandate], self.night.cast.neighbourhood, now or timezone.now(), self.device
        )

    @property
    def hands(self) -> Hands:
        """His hands."""
        return hands.of_mandate(self.night.cast.neighbourhood, self.mandate)

    def item(self, side: str, minutes: int, people: list[Traveller], **more: Any) -> dict[str, Any]:
        """A hand-over as the phone sends it."""
        whole = {
            "id": str(uuid7()), "kind": "handover", "handover": str(uuid7()), "side": side, "way": "scan",
            "travellers": [str(one.pk) for one in people], "counted": len(people), "made_offline": True,
            "happened_at": self.night.after(minutes).isoformat(), "other": None, "other_way": None, "code": None,
            "ticket": None, "signature": None,
        }  # fmt: skip
        return whole | more

    def take(self, raw: dict[str, Any]) -> Taken:
        """Upload it."""
        return take_handover(self.bearer(), raw)

    def ticket(self, handover: UUID, minutes: int, people: list[Traveller], keys: SigningPhone | None = None) -> str:
        """The code that it shows."""
        ticket = Ticket(handover, self.device, self.night.after(minutes), len(people), tuple(one.pk for one in people))
        r, s = decode_dss_signature((keys or self.keys).key.sign(ticket.message(), ec.ECDSA(SHA256())))
        return ticket.text(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@pytest.fixture
def pair(arrived: Night, monkeypatch: pytest.MonkeyPatch) -> tuple[Phone, Phone]:
    """The phone of a building leader, who went to the airport, and the clerk's."""
    made = tuple(
        Phone(arrived, arrived.cast.mandates[name], uuid7(), SigningPhone()) for name in ("building_leader", "clerk")
    )

    def known(neighbourhood: int, devices: Collection[UUID] | None, now: datetime) -> Iterator[KnownPhone]:
        for one in made:
            if devices is None or one.device in devices:
                yield KnownPhone(one.device, from_base64url(one.keys.public_key()), one.mandate)

    monkeypatch.setattr(rooms, "_phones", [known])
    return made  # type: ignore[return-value]


def holder(night: Night) -> set[Hands]:
    """Who holds everybody now."""
    chains = chains_now(Traveller.objects.filter(pk__in=[one.pk for one in night.travellers]), timezone.now())
    return set(Hands.objects.filter(pk__in={chain[-1].holder for chain in chains.values()}))


def test_two_phones_end_as_one_hand_over_whichever_is_heard_first(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    escort, clerk = pair
    people = arrived.travellers
    arrived.hand(arrived.desk, escort.hands, 60)
    for number, first in enumerate(("gave", "took")):
        four = f"000{number}"
        code = code_for(four, [one.pk for one in people])
        key = id_of(code, [one.pk for one in people])
        assert key is not None
        gave = escort.item("gave", 100 + 20 * number, people, handover=str(key), code=code)
        took = clerk.item("took", 101 + 20 * number, people, handover=str(key), way="code", code=code)
        order = [(escort, gave), (clerk, took)]
        for phone, item in order if first == "gave" else reversed(order):
            assert phone.take(item) == Taken(True)
            assert phone.take(item) == Taken(False)  # a re-send
        row = Handover.objects.get(pk=key)
        assert (row.giver, row.taker) == (escort.hands, clerk.hands)
        assert (row.gave_way, row.took_way, row.counted) == ("scan", "code", 3)
        assert (row.gave_by, row.took_by) == (escort.mandate.user_id, clerk.mandate.user_id)
        assert row.happened_at == arrived.after(101 + 20 * number)
        assert holder(arrived) == {clerk.hands}
        with pytest.raises(Malformed, match="code_again"):  # the same digits by chance, an hour later
            clerk.take(took | {"id": str(uuid7()), "happened_at": arrived.after(200).isoformat()})
        if first == "gave":
            arrived.hand(clerk.hands, escort.hands, 110)


def test_the_giver_himself_knows_best_who_gave(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    """The taker's phone is heard first, and how they had come into the giver's hands is heard last of all."""
    escort, clerk = pair
    people = arrived.travellers
    code = code_for("7777", [one.pk for one in people])
    key = str(id_of(code, [one.pk for one in people]))
    clerk.take(clerk.item("took", 101, people, handover=key, way="code", code=code))
    assert Handover.objects.get(pk=key).giver == arrived.desk  # as far as anybody had heard
    escort.take(escort.item("gave", 100, people, handover=key, code=code))
    met = escort.item("took", 60, people, way="word", other={"hands": str(arrived.desk.pk)}, other_way="word")
    escort.take(met)
    assert Handover.objects.get(pk=key).giver == escort.hands
    assert holder(arrived) == {clerk.hands}
    (chain, *_) = chains_now(people, timezone.now()).values()
    assert [(span.holder, span.broken) for span in chain] == [
        (arrived.desk.pk, False), (escort.hands.pk, False), (clerk.hands.pk, False),
    ]  # fmt: skip


def test_the_givers_code_is_his_word_though_his_phone_is_never_heard(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    escort, clerk = pair
    people = arrived.travellers
    arrived.hand(arrived.desk, escort.hands, 60)
    key = uuid7()
    text = escort.ticket(key, 100, people)
    took = clerk.item("took", 103, people, handover=str(key), ticket=text)
    assert clerk.take(took) == Taken(True)
    row = Handover.objects.get(pk=key)
    assert (row.giver, row.gave_at, row.gave_by) == (escort.hands, arrived.after(100), escort.mandate.user_id)
    assert holder(arrived) == {clerk.hands}
    gave = escort.item("gave", 100, people, handover=str(key))
    assert escort.take(gave) == Taken(False)  # two days later: known already
    assert Handover.objects.filter(pk=key).count() == 1


def test_a_code_that_no_phone_of_ours_signed_is_half_a_word(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    escort, clerk = pair
    key = uuid7()
    text = escort.ticket(key, 100, arrived.travellers, SigningPhone())
    assert clerk.take(clerk.item("took", 103, arrived.travellers, handover=str(key), ticket=text)) == Taken(
        True, "unsigned"
    )
    assert Handover.objects.get(pk=key).gave_at is None
    assert holder(arrived) == {arrived.desk}  # nobody moves on one side's word


def test_at_the_door_the_traveller_signs_on_the_escorts_phone(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    _, clerk = pair
    arrived.hand(arrived.desk, clerk.hands, 60)
    door = arrived.cast.dwellings[0]
    home = {"way": "word", "other": {"place": door.pk}, "other_way": "signature", "signature": SIGNED}
    item = clerk.item("gave", 90, arrived.travellers, **home)
    assert clerk.take(item) == Taken(True)
    row = Handover.objects.get(pk=item["handover"])
    assert (row.taker, row.took_way, bool(row.taker_signature)) == (arrived.home(), "signature", True)
    assert SIGNED.encode() not in bytes(row.taker_signature or b"")
    back = {"handover": item["handover"], "why": "not_done", "happened_at": arrived.after(95).isoformat()}
    assert take_annulment(clerk.bearer(), back) == Taken(True)
    assert take_annulment(clerk.bearer(), back) == Taken(False)
    assert HandoverAnnulment.objects.count() == 1
    assert holder(arrived) == {clerk.hands}


def test_what_cannot_be_a_row_waits_for_a_person(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    escort, clerk = pair
    arrived.hand(arrived.desk, escort.hands, 60)
    people = arrived.travellers
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("unknown_travellers", {"travellers": [str(uuid7())]}), ("travellers", {"travellers": []}), ("counted", {"counted": -1}),
        ("travellers", {"travellers": ["x"]}), ("side", {"side": "both"}), ("side", {"way": ["scan"]}), ("moment", {"happened_at": 7}),
        ("id", {"handover": 7}), ("ticket", {"ticket": "LINLI-H1:AAA"}), ("ticket", {"ticket": escort.ticket(uuid7(), 1, people)}),
        ("other", {"other_way": "word", "other": {"role": "nobody"}}), ("other", {"other_way": "word", "other": None}),
        ("other", {"other_way": "word", "other": {"place": arrived.cast.gates[0].pk}}), ("other", {"other_way": "word", "other": {}}),
        ("other", {"other_way": "word", "other": {"hands": str(uuid7())}}),
        ("same_hands", {"other_way": "word", "other": {"hands": str(escort.hands.pk)}}),
    ]  # fmt: skip
    for problem, change in wrong:
        with pytest.raises(Malformed) as caught:
            escort.take(escort.item("gave", 90, people) | change)
        assert caught.value.problem == problem, change
    gave = escort.item("gave", 90, people)
    escort.take(gave)
    for problem, bearer, change in (
        ("unknown_handover", escort.bearer(), {"handover": str(uuid7())}),
        ("why", escort.bearer(), {"why": "because"}),
        ("not_own_handover", clerk.bearer(), {}),
    ):
        with pytest.raises(Malformed) as caught:
            take_annulment(
                bearer, {"handover": gave["handover"], "why": "not_done", "happened_at": gave["happened_at"]} | change
            )
        assert caught.value.problem == problem


def test_what_is_odd_is_stored_all_the_same(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    escort, _ = pair
    arrived.hand(arrived.desk, escort.hands, 60)
    item = escort.item(
        "gave", 90, arrived.travellers, way="word", other={"role": "driver", "name": "老周"}, other_way="signature"
    )
    item["travellers"].append(str(uuid7()))
    item |= {"counted": 9, "signature": "<svg>"}
    assert escort.take(item) == Taken(True, "unknown_travellers")
    row = Handover.objects.get(pk=item["handover"])
    assert row.overridden["codes"] == ["head_count"]
    assert row.took_at is not None
    assert row.taker_signature is None


def test_who_of_the_run_was_met_by_nobody_stands_in_the_journal(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    giver, _taker = pair
    two, missed = arrived.travellers[:2], arrived.travellers[2]
    sent = giver.item("gave", 60, two, not_met=[str(missed.pk), str(uuid7())])
    assert giver.take(sent).fresh
    assert Entry.objects.get(act="journeys.handover_heard_of").data["not_met"] == [str(missed.pk)]
    with pytest.raises(Malformed):
        giver.take(giver.item("gave", 61, two, not_met="all"))


def test_a_phone_whose_clock_is_fast_hides_nobody(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    escort, clerk = pair
    arrived.hand(arrived.desk, escort.hands, 60)
    gave = escort.item("gave", 2 * 24 * 60, arrived.travellers)
    assert escort.take(gave) == Taken(True)
    assert escort.take(gave) == Taken(False), "sent again"
    assert clerk.take(clerk.item("took", 100, arrived.travellers, handover=gave["handover"])) == Taken(True)
    row = Handover.objects.get(pk=gave["handover"])
    assert row.happened_at <= timezone.now(), "it is known, so it has happened"
    assert row.overridden["codes"] == ["future"]
    assert row.overridden["said_at"] == arrived.after(2 * 24 * 60).isoformat()
    assert holder(arrived) == {clerk.hands}


def test_who_was_in_nobodys_hands_comes_out_of_somebodys(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    """A taker is heard by six digits before anybody has begun the journey: nobody is lost, a person finds out from whom."""
    _, clerk = pair
    Traveller.objects.update(begun_at=None, begun_hands=None)
    code = code_for("1234", [one.pk for one in arrived.travellers])
    key = str(id_of(code, [one.pk for one in arrived.travellers]))
    assert clerk.take(clerk.item("took", 90, arrived.travellers, handover=key, way="code", code=code)) == Taken(True)
    row = Handover.objects.get(pk=key)
    assert (row.giver.role, row.gave_at, row.overridden["codes"]) == ("other", None, ["not_begun"])


def test_a_pack_holds_own_runs_and_own_hands_and_no_whole_name(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    escort, clerk = pair
    first, second, _ = arrived.travellers
    Traveller.objects.filter(pk=first.pk).update(dwelling=arrived.cast.dwellings[0])
    assert phones.pack(clerk.bearer()) is not None
    assert phones.pack(clerk.bearer())["people"] == []  # type: ignore[index]
    crew = [Crew(escort.hands, "escort", timezone.localdate())]
    run = plan_run(by=arrived.by, neighbourhood=arrived.cast.neighbourhood, vehicle="coach", planned_at=timezone.now(),
                   travellers=[first, second], crew=crew)  # fmt: skip
    arrived.hand(arrived.desk, escort.hands, 60, [first])
    later = timezone.now() + timedelta(hours=1)
    plan_leg(by=arrived.by, travellers=[first], taker=clerk.hands, expected_at=later)
    with CaptureQueriesContext(connection) as seen:
        pack = phones.pack(escort.bearer())
    assert len(seen) <= 11
    assert pack is not None
    assert pack == phones.pack(escort.bearer())  # nothing moved, nothing is fetched anew
    assert [one["id"] for one in pack["runs"]] == [str(run.pk)]
    by_id = {one["id"]: one for one in pack["people"]}
    assert set(by_id) == {str(first.pk), str(second.pk)}
    mine, other = by_id[str(first.pk)], by_id[str(second.pk)]
    assert (mine["place"], mine["home"], mine["next"]["words"]) == (
        "me",
        arrived.cast.dwellings[0].pk,
        clerk.mandate.holder_name,
    )
    assert (other["place"], "浦东机场专班" in other["words"]) == ("other", True)
    assert "TRAVELLER/" not in str(pack)
    assert set(pack["phones"]) == {str(escort.device), str(clerk.device)}
    theirs = phones.pack(clerk.bearer())
    assert theirs is not None
    assert [one["id"] for one in theirs["people"]] == [str(first.pk)]  # he is to take over whom a leg gives him


def test_who_brings_nobody_home_carries_nothing(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    guard = Bearer(None, [arrived.cast.mandates["guard"]], arrived.cast.neighbourhood, timezone.now(), uuid7())
    assert phones.pack(guard) is None
    Traveller.objects.update(closed_at=timezone.now(), closed_as="not_ours")
    assert phones.pack(pair[0].bearer()) is None


def test_after_the_end_of_its_operation_nothing_is_kept(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    escort, _ = pair
    Operation.objects.update(ended_at=timezone.now())
    assert escort.take(escort.item("gave", 90, arrived.travellers)) == Taken(False, "operation_over")
    assert not Handover.objects.exists()
    assert phones.pack(escort.bearer()) is None


def test_people_of_one_door_are_told_apart(arrived: Night, pair: tuple[Phone, Phone]) -> None:
    escort, _ = pair
    arrived.hand(arrived.desk, escort.hands, 60)
    pack = phones.pack(escort.bearer())
    assert pack is not None
    assert sorted(one["name"] for one in pack["people"]) == ["T*A", "T*B", "T*C"]
