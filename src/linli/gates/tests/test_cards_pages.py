"""The pages of permits and cards: who may see what, and the acts behind the buttons (SEEDS G02, G03, G04)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.gates import cards_printing
from linli.gates.cards_figures import campaign
from linli.gates.cards_queries import ORDERED, State, lines
from linli.gates.models import Card, Permit, PrintBatch
from linli.gates.printing import job
from linli.gates.tests.test_cards import issued, printed
from linli.ground.models import Person
from linli.ground.testing import Cast, client_as, make_cast

pytestmark = pytest.mark.django_db
NEW = {"until": (timezone.localdate() + timedelta(days=90)).isoformat(), "names": "masked", "review": "021-0000 0110"}


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The print runs to its end where it is begun."""
    monkeypatch.setattr(cards_printing.subprocess, "Popen", lambda command, **_more: job.run(Path(command[-1])))


@pytest.fixture
def office(cast: Cast) -> Client:
    return client_as(cast.users["secretary"])


def order(office: Client, **more: Any) -> Any:
    return office.post(reverse("gates:permits_new"), NEW | more, follow=True)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_from_the_form_to_the_file(cast: Cast, office: Client, inline: None) -> None:
    before = text(office.get(reverse("gates:permits_new"), headers={"accept-language": "en"}))
    assert "12" in before
    page = order(office, title="春季", handout_by=NEW["until"])
    batch = page.context["batch"]
    assert (page.context["printed"], page.context["pages"], page.context["refused"]) == (12, 2, [])
    assert batch.data["review"] == "021-0000 0110"
    answer = office.get(reverse("gates:permits_pdf", args=[batch.pk]))
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "no-store"
    told = office.get(reverse("gates:permits_progress", args=[batch.pk])).json()
    assert (told["done"], told["value"]) == (True, 12)
    again = order(office)
    assert "form" not in again.context or again.context["form"].errors
    with cast.scope():
        assert (PrintBatch.objects.count(), Card.objects.count(), Permit.objects.count()) == (1, 12, 12)


def test_printing_again_makes_no_doubles(cast: Cast, office: Client, inline: None) -> None:
    batch = order(office).context["batch"]
    page = office.post(reverse("gates:permits_batch", args=[batch.pk]), follow=True)
    assert page.context["printed"] == 12
    with cast.scope():
        assert campaign(cast.neighbourhood, inside=[]).made == {State.PRINTED: 12}


def test_a_wrong_day_is_said_beside_the_form(office: Client) -> None:
    page = order(office, until="2020-01-01")
    assert page.context["form"].errors
    assert not page.redirect_chain


def test_while_it_is_printed_the_page_says_how_far(cast: Cast, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards_printing.subprocess, "Popen", lambda *_args, **_more: None)
    page = order(office)
    batch = page.context["batch"]
    assert page.context["progress"] == job.Progress(0, 12)
    told = office.get(reverse("gates:permits_progress", args=[batch.pk])).json()
    assert (told["value"], told["total"], told["done"]) == (0, 12, False)
    assert office.get(reverse("gates:permits_pdf", args=[batch.pk])).status_code == 404


def test_a_name_that_cannot_be_printed_is_on_the_page(cast: Cast, office: Client, inline: None) -> None:
    with cast.scope():
        Person.objects.filter(pk=cast.people[0].pk).update(name="\ue001某")
    page = order(office)
    assert page.context["printed"] == 11
    assert [one["line"].person for one in page.context["refused"]] == [cast.people[0].pk]


def test_a_building_is_handed_out_in_one_act_or_card_by_card(cast: Cast, office: Client, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        here = [line for line in lines(cast.neighbourhood) if line.building == cast.building.pk]
    address = reverse("gates:permits_building", args=[cast.building.pk])
    office.post(address, {"verb": "spoiled", "card": [str(here[0].card), str(here[1].card)]})
    office.post(address, {"verb": "handed_out"})
    office.post(address, {"verb": "handed_out", "which": "all"})
    with cast.scope():
        assert campaign(cast.neighbourhood, inside=[]).made == {State.PRINTED: 4, State.SPOILED: 2, State.HANDED_OUT: 6}
    page = office.get(address)
    assert (page.context["figures"].handed_out, page.context["figures"].total) == (6, 8)


def test_one_card_by_its_number_and_its_page(cast: Cast, office: Client, tmp_path: Path) -> None:
    with cast.scope():
        printed(cast, tmp_path)
        line = lines(cast.neighbourhood)[0]
    address = reverse("gates:permits_hand_out")
    office.post(address, {"text": line.shown_number.lower()})
    office.post(address, {"text": line.shown_number})
    office.post(address, {"text": "3K7-204-X"})
    page = reverse("gates:permits_card", args=[line.card])
    ways = office.get(page).context
    assert ([verb for verb, _word in ways["verbs"]], ways["may_replace"]) == ([State.RETURNED], True)
    assert office.post(page, {"verb": "spoiled"}, follow=True).context["messages"]
    office.post(page, {"verb": "correction"})
    office.post(page, {"verb": "correction"})
    with cast.scope():
        assert campaign(cast.neighbourhood, inside=[]).made == {State.PRINTED: 12}
    assert len(office.get(page).context["events"]) == 3


def test_the_late_list(cast: Cast, office: Client) -> None:
    with cast.scope():
        issued(cast)
    rows = office.get(reverse("gates:permits_late"))
    assert rows.context["rows"] == 12
    assert office.get(reverse("gates:permits_late"), {"state": ORDERED}).context["rows"] == 12
    assert office.get(reverse("gates:permits_late"), {"state": State.LOST}).context["rows"] == 0
    sheet = office.get(reverse("gates:permits_late"), {"as": "xlsx"})
    assert sheet.content.startswith(b"PK")
    assert "2" in office.get(reverse("gates:permits")).context["heading"]


def test_after_the_deadline_the_heading_counts_the_late(cast: Cast, office: Client) -> None:
    with cast.scope():
        batch = issued(cast)
        PrintBatch.objects.filter(pk=batch.pk).update(deadline=timezone.localdate() - timedelta(days=1))
    heading = office.get(reverse("gates:permits")).context["heading"]
    assert heading.startswith("12")


def test_a_leader_sees_his_building_and_prints_nothing(cast: Cast, tmp_path: Path) -> None:
    leader = client_as(cast.users["building_leader"])
    with cast.scope():
        batch = printed(cast, tmp_path)
        elsewhere = next(line for line in lines(cast.neighbourhood) if line.building == cast.villas.pk)
        number = elsewhere.shown_number
    page = leader.get(reverse("gates:permits"))
    assert (page.context["total"], page.context["may_print"]) == (8, False)
    assert leader.get(reverse("gates:permits_building", args=[cast.building.pk])).status_code == 200
    for name, arguments in (("permits_building", [cast.villas.pk]), ("permits_card", [elsewhere.card])):
        assert leader.get(reverse(f"gates:{name}", args=arguments)).status_code == 404
    assert leader.post(reverse("gates:permits_hand_out"), {"text": number}).status_code == 404
    for name, arguments in (("permits_new", []), ("permits_batch", [batch.pk]), ("permits_pdf", [batch.pk])):
        assert leader.get(reverse(f"gates:{name}", args=arguments)).status_code == 403


def test_a_stranger_sees_nothing(cast: Cast, tmp_path: Path) -> None:
    with cast.scope():
        batch = printed(cast, tmp_path)
        line = lines(cast.neighbourhood)[0]
    other = make_cast("别处居民区", "x-")
    pages = {
        "permits": [],
        "permits_late": [],
        "permits_new": [],
        "permits_building": [cast.building.pk],
        "permits_card": [line.card],
        "permits_batch": [batch.pk],
        "permits_progress": [batch.pk],
        "permits_pdf": [batch.pk],
    }
    stranger, neighbour = client_as(cast.users["stranger"]), client_as(other.users["secretary"])
    seen: Counter[int] = Counter()
    for name, arguments in pages.items():
        address = reverse(f"gates:{name}", args=arguments)
        assert Client().get(address).status_code == 302
        assert stranger.get(address).status_code == 404
        if arguments:
            seen[neighbour.get(address).status_code] += 1
        else:
            assert line.shown_number not in text(neighbour.get(address))
    assert seen == {404: 5}


def test_an_empty_neighbourhood_says_how_it_begins(cast: Cast, office: Client) -> None:
    with cast.scope():
        for person in cast.people:
            person.residences.update(presence="away")
    page = office.get(reverse("gates:permits"))
    assert page.context["total"] == 0
    assert page.status_code == 200


def test_statements_of_the_overview(
    cast: Cast, office: Client, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    with cast.scope():
        printed(cast, tmp_path)
    office.get(reverse("gates:permits"))
    with django_assert_max_num_queries(30):
        office.get(reverse("gates:permits"))
