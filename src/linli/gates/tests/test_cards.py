"""Permits, batches and cards as the office uses them (SEEDS G02, G03, G04)."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pymupdf
import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from django.utils import timezone

from linli.gates import cards_actions, cards_printing, keys, printed_files
from linli.gates.cards_actions import correct_card, issue_permits, move_cards, order_batch
from linli.gates.cards_figures import campaign
from linli.gates.cards_queries import (
    NONE,
    ORDERED,
    State,
    by_building,
    card_for,
    cards_now,
    deadline,
    holders,
    lines,
)
from linli.gates.models import Card, CardEvent, Permit, PrintBatch
from linli.gates.printing import job
from linli.ground.actions.people import move
from linli.ground.models import Person
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.kernel import permit_code, permit_number
from linli.kernel.refusal import Refusal
from linli.operations.actions import due, purge_everything

pytestmark = pytest.mark.django_db


def until() -> date:
    return timezone.localdate() + timedelta(days=180)


def issued(cast: Cast) -> PrintBatch:
    """Permits for all, and a first batch."""
    secretary = cast.users["secretary"]
    issue_permits(by=secretary, neighbourhood=cast.neighbourhood, until=until())
    return order_batch(by=secretary, neighbourhood=cast.neighbourhood, handout_by=until())


def printed(cast: Cast, tmp_path: Path) -> PrintBatch:
    batch = issued(cast)
    cards_printing.print_to(batch, tmp_path / "cards.pdf", by=None)
    return batch


def read(pdf: Path) -> list[str]:
    found = []
    with pymupdf.open(pdf) as document:
        for page in document:
            pixels = page.get_pixmap(dpi=100, colorspace=pymupdf.csGRAY)
            found += [one.text for one in zxingcpp.read_barcodes(pixels.pil_image())]
    return found


def test_holders_are_those_who_are_here_in_the_order_of_doors(cast: Cast) -> None:
    with cast.scope():
        assert len(holders(cast.neighbourhood)) == 12
        move(by=cast.users["secretary"], person=cast.people[0], presence="away", note="")
        found = holders(cast.neighbourhood)
    assert cast.people[0].pk not in {line.person for line in found}
    assert [line.order for line in found] == sorted(line.order for line in found)
    assert {(line.place, line.room) for line in found} >= {("听松别墅", "1号"), ("泉口花苑 7号", "302室")}


def test_permits_are_issued_once(cast: Cast) -> None:
    with cast.scope():
        assert issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until()) == 12
        assert issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until()) == 0
        numbers = list(Permit.objects.values_list("number", flat=True))
        assert len(set(numbers)) == 12
        assert all(permit_number.is_number(number) for number in numbers)
    acts = Entry.objects.filter(act="gates.permits_issued")
    assert [entry.data["count"] for entry in acts] == [12]


def test_a_permit_that_is_over_is_followed_by_a_new_one(cast: Cast) -> None:
    with cast.scope():
        issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until())
        later = timezone.now() + timedelta(days=200)
        again = timezone.localdate(later) + timedelta(days=30)
        assert issue_permits(by=None, neighbourhood=cast.neighbourhood, until=again, at=later) == 12
        assert Counter(Permit.objects.values_list("reason", flat=True)) == {"": 12, "over": 12}
        assert len(set(Permit.objects.values_list("number", flat=True))) == 24


@pytest.mark.parametrize("days", [-2, -1, 401])
def test_a_permit_ends_on_a_day_to_come(cast: Cast, days: int) -> None:
    with cast.scope(), pytest.raises(Refusal) as caught:
        issue_permits(by=None, neighbourhood=cast.neighbourhood, until=timezone.localdate() + timedelta(days=days))
    assert caught.value.code == "cards.until"


def test_a_second_order_prints_no_doubles(cast: Cast) -> None:
    with cast.scope():
        batch = issued(cast)
        assert batch.cards == 12
        assert sorted(Card.objects.values_list("serial", flat=True)) == list(range(1, 13))
        with pytest.raises(Refusal) as caught:
            order_batch(by=None, neighbourhood=cast.neighbourhood)
        assert caught.value.code == "cards.nothing"
        assert deadline(cast.neighbourhood) == until()


def test_an_order_for_one_building(cast: Cast) -> None:
    with cast.scope():
        issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until())
        batch = order_batch(by=None, neighbourhood=cast.neighbourhood, place=cast.building)
        assert batch.cards == 8
        assert order_batch(by=None, neighbourhood=cast.neighbourhood).cards == 4


def test_every_card_decodes_and_the_same_batch_gives_the_same_codes(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        batch = printed(cast, tmp_path)
        first = read(tmp_path / "cards.pdf")
        cards_printing.print_to(batch, tmp_path / "again.pdf", by=None)
        assert sorted(first) == sorted(read(tmp_path / "again.pdf"))
        assert CardEvent.objects.count() == 12
        public = {kid: keys.load_public(spki) for kid, spki in keys.public_spki(cast.neighbourhood.pk).items()}
        verdicts = [permit_code.decode(text, public, now=int(timezone.now().timestamp())) for text in first]
        assert {verdict.status for verdict in verdicts} == {permit_code.Status.VALID}
        assert {verdict.claims.card for verdict in verdicts if verdict.claims} == set(
            Card.objects.values_list("pk", flat=True)
        )
        assert {verdict.claims.permit for verdict in verdicts if verdict.claims} == set(
            Permit.objects.values_list("pk", flat=True)
        )


def test_a_name_that_cannot_be_printed_is_listed(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        Person.objects.filter(pk=cast.people[0].pk).update(name="\ue001某")
        batch = issued(cast)
        result = cards_printing.print_to(batch, tmp_path / "cards.pdf", by=None)
        assert (len(result.printed), [one.detail for one in result.refused]) == (11, ["\ue001"])
        assert len(PrintBatch.objects.get().data["refused"]) == 1
        assert campaign(cast.neighbourhood, inside=[]).made == {State.PRINTED: 11, ORDERED: 1}
        Person.objects.filter(pk=cast.people[0].pk).update(name="某某")
        cards_printing.print_to(batch, tmp_path / "cards.pdf", by=None)
        assert campaign(cast.neighbourhood, inside=[]).made == {State.PRINTED: 12}


def test_what_of_the_name_a_card_shows(cast: Cast) -> None:
    with cast.scope():
        batch = issued(cast)
        masked = [face.name for face in cards_printing.faces(batch)]
        assert all("*" in name for name in masked)
        batch.data = {"names": "none"}
        assert {face.name for face in cards_printing.faces(batch)} == {""}
        batch.data = {"names": "full"}
        assert "买买提·吐尔逊" in {face.name for face in cards_printing.faces(batch)}


def test_a_card_goes_its_way_and_comes_back_to_stock(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        card = Card.objects.first().pk
        place = cast.neighbourhood

        def go(state: str) -> int:
            return move_cards(by=None, neighbourhood=place, cards=[card], state=state)

        assert [go(state) for state in (State.LAMINATED, State.CUT, State.HANDED_OUT, State.HANDED_OUT)] == [1, 1, 1, 0]
        with pytest.raises(Refusal) as caught:
            go(State.SPOILED)
        assert caught.value.code == "cards.cannot"
        correct_card(by=None, neighbourhood=place, card=card)
        assert campaign(place, inside=[]).made == {State.PRINTED: 11, State.CUT: 1}
        with pytest.raises(Refusal) as caught:
            go("burnt")
        assert caught.value.code == "cards.state"


def test_a_lost_card_is_replaced_without_touching_the_right(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        card = Card.objects.select_related("permit").first()
        for state in (State.HANDED_OUT, State.LOST):
            move_cards(by=None, neighbourhood=cast.neighbourhood, cards=[card.pk], state=state)
        second = order_batch(by=None, neighbourhood=cast.neighbourhood)
        assert second.cards == 1
        assert Card.objects.get(batch=second).permit_id == card.permit_id
        assert Permit.objects.count() == 12
        line = next(line for line in lines(cast.neighbourhood) if line.permit == card.permit_id)
        assert (line.card, line.state) == (Card.objects.get(batch=second).pk, ORDERED)


def test_progress_by_building_and_by_day(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        inside = lines(cast.neighbourhood, inside=[cast.building])
        assert len(inside) == 8
        cards = [line.card for line in inside if line.card]
        assert move_cards(by=None, neighbourhood=cast.neighbourhood, cards=cards, state=State.HANDED_OUT) == 8
        figures = {one.name: one for one in by_building(lines(cast.neighbourhood))}
        assert (figures["泉口花苑 7号"].handed_out, figures["泉口花苑 7号"].open) == (8, 0)
        assert (figures["听松别墅"].handed_out, figures["听松别墅"].in_stock, figures["听松别墅"].open) == (0, 4, 4)
        assert campaign(cast.neighbourhood, inside=[]).per_day == [(timezone.localdate(), 8)]
        assert [entry.data for entry in Entry.objects.filter(act="gates.cards_moved")] == [
            {"state": "handed_out", "count": 8}
        ]


def test_lines_without_permits_say_so(cast: Cast) -> None:
    with cast.scope():
        assert {line.state for line in lines(cast.neighbourhood)} == {NONE}
        issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until())
        assert all(line.permit and line.shown_number[3] == "-" for line in lines(cast.neighbourhood))


def test_a_card_is_found_by_its_number_and_by_its_code(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        batch = printed(cast, tmp_path)
        face = cards_printing.faces(batch)[3]
        for text in (permit_number.shown(face.number), face.number.lower(), f" {face.code}\r\n"):
            found = card_for(cast.neighbourhood, text, at=timezone.now())
            assert found is not None
            assert str(found.pk) == face.id
        for text in ("", "3K7", "CAFUYTY", face.code[:-2], permit_number.shown(permit_number.number_for(9999))):
            assert card_for(cast.neighbourhood, text, at=timezone.now()) is None


def test_statements_do_not_grow_with_people(cast: Cast, django_assert_max_num_queries: Any) -> None:
    with cast.scope():
        issued(cast)
        with django_assert_max_num_queries(6):
            lines(cast.neighbourhood)


def test_the_sum_holds_at_every_moment(cast: Cast, tmp_path: Path) -> None:
    """G04: printed = handed out + in stock + spoiled (+ lost + returned), whatever happens."""
    with cast.scope():
        printed(cast, tmp_path)
        cards = [card.id for card in cards_now(Card.objects.all())]
        for number, state in enumerate([*State.values, *State.values]):
            move_cards(by=None, neighbourhood=cast.neighbourhood, cards=cards[number % 4 :: 2], state=state)
            found = campaign(cast.neighbourhood, inside=[]).made
            assert sum(found.values()) == 12
            assert found[ORDERED] == 0


def test_a_job_beside_the_server(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with cast.scope():
        batch = issued(cast)
        began: list[list[str]] = []
        monkeypatch.setattr(cards_printing.subprocess, "Popen", lambda command, **_more: began.append(command))
        cards_printing.start(batch)
        cards_printing.start(batch)
        assert len(began) == 1
        place = cards_printing.folder(batch)
        assert began[0][-1] == str(place)
        assert place.stat().st_mode & 0o777 == 0o700
        assert (place / job.JOB).stat().st_mode & 0o777 == 0o600
        assert job.progress(place) == job.Progress(0, 12)
        assert cards_printing.settle(batch, by=None) is None
        job.run(place)
        assert job.progress(place) == job.Progress(0, 12, done=True)
        assert not (place / job.JOB).exists()
        result = cards_printing.settle(batch, by=cast.users["clerk"])
        assert result is not None
        assert len(result.printed) == 12
        cards_printing.settle(PrintBatch.objects.get(), by=None)
        assert CardEvent.objects.count() == 12
        assert Entry.objects.filter(act="gates.cards_printed").count() == 1
        pdf = cards_printing.file_of(batch)
        assert pdf is not None
        assert pdf.stat().st_mode & 0o777 == 0o600
        monkeypatch.setattr(printed_files, "KEPT", timedelta(seconds=-5))
        cards_printing.sweep()
        assert cards_printing.file_of(batch) is None


def test_printed_files_go_without_a_visit(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_DATA", str(tmp_path))
    place = printed_files.root() / "batch"
    place.mkdir(parents=True)
    (place / job.PDF).write_bytes(b"%PDF")
    now = timezone.now()
    assert "printed_files" not in due(cast.neighbourhood, now + timedelta(hours=23))
    later = now + timedelta(hours=24, minutes=1)
    assert due(cast.neighbourhood, later)["printed_files"] == 1
    assert sum(one.counts.get("printed_files", 0) for one in purge_everything(by=None, now=later)) == 1
    assert not place.exists()


def test_a_job_that_fails_says_so(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise OSError("disk full")

    with cast.scope():
        batch = issued(cast)
        job.write(tmp_path, cards_printing.faces(batch), cards_printing.sheet(batch))
        monkeypatch.setattr(job, "print_cards", broken)
        with pytest.raises(OSError, match="disk full"):
            job.run(tmp_path)
    assert job.progress(tmp_path) == job.Progress(0, 12, failed=True)
    assert job.result(tmp_path) is None
    assert job.progress(tmp_path / "nowhere") is None


def test_the_command_line(cast: Cast, tmp_path: Path) -> None:
    out, said = tmp_path / "cards.pdf", StringIO()
    call_command("print_permits", out, "--json", "--review", "021-0000 0110", stdout=said)
    first = json.loads(said.getvalue())
    assert (first["issued"], first["printed"], first["pages"], first["refused"]) == (12, 12, 2, [])
    codes = sorted(read(out))
    with pytest.raises(CommandError):
        call_command("print_permits", out)
    said = StringIO()
    call_command("print_permits", tmp_path / "again.pdf", "--batch", first["batch"], stdout=said)
    assert json.loads(said.getvalue())["issued"] == 0
    assert sorted(read(tmp_path / "again.pdf")) == codes
    with pytest.raises(CommandError):
        call_command("print_permits", out, "--batch", str(UUID(int=1)))
    with pytest.raises(CommandError):
        call_command("print_permits", out, "--neighbourhood", "999999")


def test_two_who_issue_at_the_same_moment(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with cast.scope():
        issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until())
        # the other one read before the first had written
        monkeypatch.setattr(cards_actions, "live_permits", lambda *_args: Permit.objects.none())
        with pytest.raises(Refusal) as caught:
            issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until())
        assert caught.value.code == "cards.again"
        assert Permit.objects.count() == 12
