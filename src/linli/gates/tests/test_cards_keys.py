"""Keys rotate without printing anew; a stolen one is withdrawn with all its cards (SEEDS G04)."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from linli import vault
from linli.gates import keys
from linli.gates.cards_actions import issue_permits, move_cards, order_batch
from linli.gates.cards_books import account
from linli.gates.cards_desk_views import RECEIVERS
from linli.gates.cards_figures import campaign
from linli.gates.cards_keys import figures, rotate_key, withdraw_key
from linli.gates.cards_printing import print_to
from linli.gates.cards_queries import DEAD, State, card_for, lines
from linli.gates.models import Card, Permit, PermitKey
from linli.gates.testing import Phone, refused
from linli.gates.tests.test_cards import printed, read, until
from linli.gates.tests.test_cards_used import card_of, passage
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.kernel import permit_code
from linli.kernel.permit_code import Status
from linli.operations.models import Operation
from linli.vault.keyring import KeyMissing

pytestmark = pytest.mark.django_db


def status(cast: Cast, code: str) -> Status:
    public = {kid: keys.load_public(spki) for kid, spki in keys.public_spki(cast.neighbourhood.pk).items()}
    return permit_code.decode(code, public, now=int(timezone.now().timestamp())).status


def test_a_new_key_signs_new_cards_and_the_old_stay_readable(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        batch = printed(cast, tmp_path)
        old = read(tmp_path / "cards.pdf")
        row = rotate_key(by=cast.users["secretary"], neighbourhood=cast.neighbourhood)
        assert row.kid != batch.kid
        assert {status(cast, code) for code in old} == {Status.VALID}
        with refused("cards.nothing"):
            order_batch(by=None, neighbourhood=cast.neighbourhood)
        card = Card.objects.first()
        assert card is not None
        move_cards(by=None, neighbourhood=cast.neighbourhood, cards=[card.pk], state=State.SPOILED)
        again = order_batch(by=None, neighbourhood=cast.neighbourhood)
        print_to(again, tmp_path / "new.pdf", by=None)
        assert (again.kid, again.cards) == (row.kid, 1)
        assert status(cast, read(tmp_path / "new.pdf")[0]) == Status.VALID
        assert [(one.row.kid, one.signed, one.living, one.signing) for one in figures(cast.neighbourhood)] == [
            (row.kid, 1, 1, True), (batch.kid, 12, 11, False),
        ]  # fmt: skip
    assert Entry.objects.filter(act="gates.permit_key_added", subject=row.kid).count() == 1


def test_a_withdrawn_key_takes_its_cards_along_and_they_are_printed_anew(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        batch = printed(cast, tmp_path)
        old = read(tmp_path / "cards.pdf")
        cards = [card_of(code).pk for code in old]
        move_cards(by=None, neighbourhood=cast.neighbourhood, cards=cards[:5], state=State.HANDED_OUT)
        move_cards(by=None, neighbourhood=cast.neighbourhood, cards=cards[5:6], state=State.SPOILED)
        assert withdraw_key(by=cast.users["secretary"], neighbourhood=cast.neighbourhood, kid=batch.kid) == 11
        assert {status(cast, code) for code in old} == {Status.UNKNOWN_KEY}
        with pytest.raises(KeyMissing):
            vault.keyring().get(f"permit:{batch.kid}")
        with refused("keys.unknown"):
            withdraw_key(by=None, neighbourhood=cast.neighbourhood, kid=batch.kid)
        with refused("keys.unknown"):
            withdraw_key(by=None, neighbourhood=cast.neighbourhood, kid="x-1")
        assert {line.state for line in lines(cast.neighbourhood)} == {DEAD, State.SPOILED}
        assert campaign(cast.neighbourhood, inside=[cast.neighbourhood]).to_print == 12
        print_to(batch, tmp_path / "none.pdf", by=None)
        assert not (tmp_path / "none.pdf").exists(), "no card of a withdrawn key is printed again"
        assert card_for(cast.neighbourhood, old[0], at=timezone.now()) == card_of(old[0])
        again = order_batch(by=None, neighbourhood=cast.neighbourhood)
        print_to(again, tmp_path / "new.pdf", by=None)
        new = read(tmp_path / "new.pdf")
        assert (again.kid != batch.kid, len(new)) == (True, 12)
        assert {status(cast, code) for code in new} == {Status.VALID}
        assert Permit.objects.count() == 12
        assert account(cast.neighbourhood).agrees
    assert Entry.objects.get(act="gates.permit_key_withdrawn").data == {"count": 11}


def test_the_phones_learn_it_with_their_next_pack(cast: Cast, strict: Operation, phone: Phone, tmp_path: Path) -> None:
    with cast.scope():
        batch = printed(cast, tmp_path)
        code = read(tmp_path / "cards.pdf")[0]
        card = card_of(code)
    first = phone.post("beat", {"queued": 0})["pack_version"]
    with cast.scope():
        new = rotate_key(by=None, neighbourhood=cast.neighbourhood)
    second = phone.post("beat", {"queued": 0})["pack_version"]
    (result,) = phone.send(passage(code, card, 1))
    assert result["decision"]["outcome"] == "admitted"
    with cast.scope():
        withdraw_key(by=None, neighbourhood=cast.neighbourhood, kid=batch.kid)
    third = phone.post("beat", {"queued": 0})["pack_version"]
    assert len({first, second, third}) == 3
    (result,) = phone.send(passage(code, card, 3))
    assert result["decision"] == {"outcome": "held", "reason": "card_unknown"}
    assert set(PermitKey.objects.filter(withdrawn_at__isnull=True).values_list("kid", flat=True)) == {new.kid}


def test_the_page(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        batch = printed(cast, tmp_path)
    secretary, address = client_as(cast.users["secretary"]), reverse("gates:permits_keys")
    assert [one.living for one in secretary.get(address).context["keys"]] == [12]
    secretary.post(address)
    withdraw = reverse("gates:permits_withdraw", args=[batch.kid])
    assert secretary.get(withdraw).context["key"].living == 12
    assert secretary.post(withdraw).url == reverse("gates:permits_new")
    assert secretary.get(withdraw).url == address
    assert secretary.post(withdraw).url == address
    assert [(one.living, one.signing) for one in secretary.get(address).context["keys"]] == [(0, True), (0, False)]
    clerk = client_as(cast.users["clerk"])
    assert [clerk.get(one).status_code for one in (address, withdraw)] == [403, 403]
    assert clerk.post(withdraw).status_code == 403


def test_the_desk_hands_no_dead_card_out(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        batch = printed(cast, tmp_path)
        number = lines(cast.neighbourhood)[0].shown_number
        withdraw_key(by=None, neighbourhood=cast.neighbourhood, kid=batch.kid)
    page = client_as(cast.users["clerk"]).post(reverse("gates:permits_hand_out"), {"text": number})
    assert page.context["answer"].kind == "red"
    assert set(RECEIVERS) == {"holder", "household", "helper"}


def test_the_command_line(cast: Cast) -> None:
    def run(*arguments: str) -> dict[str, object]:
        said = StringIO()
        call_command("rotate_permit_key", *arguments, "--json", stdout=said)
        found: dict[str, object] = json.loads(said.getvalue())
        return found

    with cast.scope():
        issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until())
        batch = order_batch(by=None, neighbourhood=cast.neighbourhood)
    new = run()
    assert new["signing"] != batch.kid
    assert new["withdrawn"] is None
    with pytest.raises(CommandError):
        run("--withdraw", batch.kid)
    assert run("--withdraw", batch.kid, "--yes") == {"signing": new["signing"], "withdrawn": batch.kid, "to_print": 12}
    with pytest.raises(CommandError):
        run("--withdraw", batch.kid, "--yes")
    with pytest.raises(CommandError):
        run("--neighbourhood", "999999")
