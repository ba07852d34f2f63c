"""The pages of a card's life: marks on a batch, the desk, lost and replaced, found by a code, the books (SEEDS G04)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.gates import cards_printing
from linli.gates.cards_actions import issue_permits, move_cards
from linli.gates.cards_faces import Group, groups, set_group
from linli.gates.cards_queries import Line, State, cards_now, lines
from linli.gates.models import AreaFace, Card, CardEvent, Permit, PrintBatch
from linli.gates.printing import job
from linli.gates.testing import refused
from linli.gates.tests.test_cards import printed, until
from linli.ground.models import Area
from linli.ground.testing import Cast, client_as

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The print runs to its end where it is begun."""
    monkeypatch.setattr(cards_printing.subprocess, "Popen", lambda command, **_more: job.run(Path(command[-1])))


@pytest.fixture
def clerk(cast: Cast) -> Client:
    return client_as(cast.users["clerk"])


@pytest.fixture
def batch(cast: Cast, tmp_path: Path) -> PrintBatch:
    with cast.scope():
        return printed(cast, tmp_path)


def states(cast: Cast) -> list[str]:
    """The states of the first batch's cards, by serial."""
    with cast.scope():
        first = PrintBatch.objects.earliest("made_at")
        serials = dict(Card.objects.filter(batch=first).values_list("pk", "serial"))
        rows = cards_now(Card.objects.filter(batch=first))
        return [row.state for row in sorted(rows, key=lambda row: serials[row.id])]


def mark(client: Client, batch: PrintBatch, verb: str, which: str, **more: str) -> Any:
    said = {"unit": "serials", "which": which, "verb": verb, **more}
    return client.post(reverse("gates:permits_mark", args=[batch.pk]), said, follow=True)


def line_of(cast: Cast, building: int | None = None) -> Line:
    with cast.scope():
        return next(line for line in lines(cast.neighbourhood) if building in (None, line.building))


def test_sheets_are_marked_and_taken_back(cast: Cast, clerk: Client, batch: PrintBatch) -> None:
    page = mark(clerk, batch, State.LAMINATED, "1", unit="sheets")
    assert states(cast) == ["laminated"] * 10 + ["printed"] * 2
    assert (page.context["undo"]["state"], page.context["undo"]["which"]) == ("laminated", "1")
    mark(clerk, batch, "undo-laminated", "1", unit="sheets")
    assert states(cast) == ["printed"] * 12
    page = mark(clerk, batch, State.CUT, "2-4, 7")
    assert [run.first for run, _state in page.context["runs"]] == [1, 2, 5, 7, 8]
    assert page.context["books"].agrees
    for which in ("", "0", "13", "5-2"):
        mark(clerk, batch, State.CUT, which)
    mark(clerk, batch, "burnt", "1")
    assert states(cast).count("cut") == 4


def test_spoiled_ones_ask_first_and_are_printed_anew(cast: Cast, clerk: Client, batch: PrintBatch) -> None:
    asked = mark(clerk, batch, "spoil", "3-5", note="lamination")
    assert (asked.context["count"], asked.context["left"], asked.context["print_new"]) == (3, 0, True)
    assert "spoiled" not in states(cast)
    done = mark(clerk, batch, "spoil", "3-5", note="lamination", sure="1")
    again = done.context["batch"]
    assert (again.pk != batch.pk, again.cards, done.context["printed"]) == (True, 3, 3)
    assert states(cast)[2:5] == ["spoiled"] * 3
    with cast.scope():
        assert set(CardEvent.objects.filter(state="spoiled").values_list("note", flat=True)) == {"lamination"}
    page = mark(clerk, batch, "spoil_only", "1", note="missing", sure="1")
    assert page.context["undo"]["state"] == "spoiled"
    mark(clerk, batch, "undo-spoiled", "1")
    assert states(cast)[0] == "printed"
    assert mark(clerk, batch, "spoil", "3-5", sure="1").context["batch"].pk == batch.pk
    assert mark(clerk, batch, "spoil", "3-5").context["count"] == 0


def test_a_pile_at_the_desk(cast: Cast, clerk: Client, batch: PrintBatch) -> None:
    address = reverse("gates:permits_hand_out")
    with cast.scope():
        codes = {face.number: face.code for face in cards_printing.faces(batch)}
        here = [line for line in lines(cast.neighbourhood) if line.building == cast.building.pk]
        there = next(line for line in lines(cast.neighbourhood) if line.building == cast.villas.pk)
    desk = {"building": str(cast.building.pk), "who": "household"}
    assert [place.pk for place in clerk.get(address).context["buildings"]]

    def hand(text: str, **more: str) -> Any:
        return clerk.post(address, {**desk, "text": text, **more}, headers={"hx-request": "true"}).context

    for line in here[:3]:
        assert hand(codes[line.number])["answer"].kind == "green"
    assert hand(f"{codes[here[3].number].lower()}\r\n")["answer"].kind == "green", "an input method may change the case"
    last = hand(here[4].shown_number)
    assert (last["answer"].line.room, last["waiting"], last["total"]) == (here[4].room, len(here) - 5, len(here))
    assert hand(here[4].shown_number)["answer"].kind == "amber"
    wrong = hand(codes[there.number])["answer"]
    assert (wrong.kind, there.place in wrong.said) == ("red", True)
    assert hand("AAA-AAA-A")["answer"].kind == "red"
    assert hand("", undo=str(here[0].card))["answer"].kind == "amber"
    assert hand("", undo=str(here[0].card))["answer"].kind == "red"
    assert clerk.post(address, {**desk, "undo": "x"}).status_code == 404
    with cast.scope():
        assert set(CardEvent.objects.filter(state="handed_out").values_list("note", flat=True)) == {"scan:household"}
        move_cards(by=None, neighbourhood=cast.neighbourhood, cards=[here[1].card], state=State.LOST)  # type: ignore[list-item]
        Permit.objects.filter(pk=here[5].permit).update(cancelled_at=timezone.now())
    assert hand(codes[here[1].number])["answer"].kind == "red"
    assert hand(codes[here[5].number])["answer"].kind == "red"


def test_the_list_to_sign(cast: Cast, clerk: Client, batch: PrintBatch) -> None:
    address = reverse("gates:permits_receipts", args=[cast.building.pk])
    page = clerk.get(address)
    assert len(page.context["rows"]) == 8
    text = page.content.decode()
    assert all(line.masked in text and line.shown_number in text for line in page.context["rows"])
    assert not any(person.name in text for person in cast.people)
    rows = {"verb": "handed_out", "which": "all", "note": "signature:holder"}
    clerk.post(reverse("gates:permits_building", args=[cast.building.pk]), rows)
    with cast.scope():
        assert set(CardEvent.objects.filter(state="handed_out").values_list("note", flat=True)) == {"signature:holder"}
    assert clerk.get(address).context["rows"] == []
    assert client_as(cast.users["building_leader"]).get(address).status_code == 200
    elsewhere = reverse("gates:permits_receipts", args=[cast.villas.pk])
    assert client_as(cast.users["building_leader"]).get(elsewhere).status_code == 404


def test_lost_and_replaced_on_the_page(cast: Cast, clerk: Client, batch: PrintBatch) -> None:
    line = line_of(cast)
    page = reverse("gates:permits_card", args=[line.card])
    clerk.post(page, {"verb": "handed_out"})
    replace = reverse("gates:permits_replace", args=[line.card])
    assert clerk.get(replace).context["stock"] is False
    done = clerk.post(replace, {"note": "copied"}, follow=True)
    assert (done.context["batch"].cards, done.context["batch"].data["small"]) == (1, True)
    context = clerk.get(page).context
    assert (context["is_lost"], context["other"] is not None, context["may_put_back"]) == (True, True, False)
    assert context["events"][0]["note"]
    clerk.post(page, {"verb": "found"})
    assert clerk.post(page, {"verb": "put_back"}, follow=True).context["messages"]
    with cast.scope():
        assert cards_now(Card.objects.filter(pk=line.card))[0].state == State.RETURNED
    clerk.post(page, {"verb": "destroyed"})
    with cast.scope():
        assert cards_now(Card.objects.filter(pk=line.card))[0].state == State.SPOILED
    assert clerk.post(replace, {"note": "lost"}).url == page


def test_returned_and_put_into_use_again(cast: Cast, clerk: Client, batch: PrintBatch) -> None:
    line = line_of(cast)
    page = reverse("gates:permits_card", args=[line.card])
    for verb in ("handed_out", "returned", "put_back", "handed_out"):
        clerk.post(page, {"verb": verb})
    with cast.scope():
        assert cards_now(Card.objects.filter(pk=line.card))[0].state == State.HANDED_OUT


def test_a_leader_reports_a_loss_and_the_office_prints(cast: Cast, clerk: Client, batch: PrintBatch) -> None:
    leader = client_as(cast.users["building_leader"])
    line = line_of(cast, cast.building.pk)
    leader.post(reverse("gates:permits_card", args=[line.card]), {"verb": "handed_out"})
    replace = reverse("gates:permits_replace", args=[line.card])
    assert leader.get(replace).context["may_print"] is False
    assert leader.post(replace, {"note": "lost"}).url == reverse("gates:permits_card", args=[line.card])
    assert clerk.get(reverse("gates:permits_new")).context["to_print"] == 1
    assert leader.post(reverse("gates:permits_mark", args=[batch.pk]), {}).status_code == 403


def test_a_card_of_somebody_who_moved_away_is_still_found(cast: Cast, clerk: Client, batch: PrintBatch) -> None:
    line = line_of(cast, cast.building.pk)
    page = reverse("gates:permits_card", args=[line.card])
    clerk.post(page, {"verb": "handed_out"})
    with cast.scope():
        person = next(one for one in cast.people if one.pk == line.person)
        person.residences.update(presence="away")
    assert clerk.get(page).status_code == 200
    assert client_as(cast.users["building_leader"]).get(page).status_code == 404
    assert clerk.post(reverse("gates:permits_find"), {"text": line.shown_number}).url == page


def test_a_posted_code_leads_to_its_card(cast: Cast, clerk: Client, batch: PrintBatch) -> None:
    with cast.scope():
        face = cards_printing.faces(batch)[3]
    address = reverse("gates:permits_find")
    assert clerk.get(address).status_code == 200
    for text in (face.code, f"  {face.code}\n", face.number):
        assert clerk.post(address, {"text": text}).url == reverse("gates:permits_card", args=[face.id])
    forged = face.code[:-4] + ("AAAA" if face.code[-4:] != "AAAA" else "BBBB")
    for text in ("", "LINLI1:ABC", forged, "AAA-AAA-A"):
        answer = clerk.post(address, {"text": text})
        assert (answer.status_code, answer.context["wrong"]) == (404, True)


def test_the_books_of_any_moment(cast: Cast, clerk: Client, batch: PrintBatch) -> None:
    address = reverse("gates:permits_books")
    assert clerk.get(address).context["books"].printed == 12
    before = clerk.get(address, {"at": "2020-02-10T08:00"}).context
    assert (before["books"].printed, before["batches"], before["now_shown"]) == (0, [], False)
    assert clerk.get(address, {"at": "yesterday"}).context["books"].printed == 12
    assert clerk.get(reverse("gates:permits")).context["books"].agrees


def test_gate_groups(cast: Cast) -> None:
    secretary, address = client_as(cast.users["secretary"]), reverse("gates:permits_groups")
    west = str(cast.gates[1].pk)
    first = {"name": "西片", "places": [west], "colour": "blue", "shape": "square"}
    assert secretary.post(address, first).url == address
    page = secretary.get(address)
    assert [(row.face.colour, [place.pk for place in row.places]) for row in page.context["groups"]] == [
        ("blue", [cast.gates[1].pk])
    ]
    same = secretary.post(address, first | {"name": "东片", "places": [str(cast.gates[0].pk)]})
    assert same.context["form"].errors
    area = AreaFace.objects.get().area
    own = reverse("gates:permits_group", args=[area.pk])
    assert secretary.get(own).context["form"].initial["places"] == [west]
    assert secretary.post(own, first | {"name": "西门片", "shape": "hexagon"}).url == address
    assert (Area.objects.count(), AreaFace.objects.get().shape) == (1, "hexagon")
    clerk = client_as(cast.users["clerk"])
    assert [clerk.get(one).status_code for one in (address, own)] == [403, 403]


def test_two_groups_differ_in_colour_and_in_shape(cast: Cast) -> None:
    def make(name: str, colour: str, shape: str, area: Area | None = None) -> AreaFace:
        chosen = Group(name, [cast.gates[0]], colour, shape)
        return set_group(by=None, neighbourhood=cast.neighbourhood, area=area, chosen=chosen)

    with cast.scope():
        first = make("甲", "blue", "square")
        for colour, shape in (("blue", "circle"), ("red", "square")):
            with refused("cards.group_face"):
                make("乙", colour, shape)
        with refused("cards.group_name"):
            make("甲", "red", "circle")
        with refused("cards.group_places"):
            set_group(by=None, neighbourhood=cast.neighbourhood, area=None, chosen=Group("丙", [], "red", "circle"))
        assert make("甲组", "blue", "circle", first.area).area_id == first.area_id
        assert [row.face.area.name for row in groups(cast.neighbourhood)] == ["甲组"]


def test_permits_for_a_group_are_printed_with_its_face(cast: Cast, clerk: Client) -> None:
    with cast.scope():
        chosen = Group("别墅片", [cast.gates[0], cast.villas], "yellow", "hexagon")
        face = set_group(by=None, neighbourhood=cast.neighbourhood, area=None, chosen=chosen)
    said = {"until": until().isoformat(), "names": "masked", "place": str(cast.villas.pk), "group": str(face.area_id)}
    page = clerk.post(reverse("gates:permits_new"), said, follow=True)
    assert page.context["printed"] == 4
    with cast.scope():
        assert set(Permit.objects.values_list("area", flat=True)) == {face.area_id}
        (look,) = {one.face for one in cards_printing.faces(page.context["batch"])}
        assert look is not None
        assert (look.name, look.colour, look.shape) == ("别墅片", "#f7dc3c", "hexagon")
        assert issue_permits(by=None, neighbourhood=cast.neighbourhood, until=until()) == 8
        assert [row.permits for row in groups(cast.neighbourhood)] == [4]
