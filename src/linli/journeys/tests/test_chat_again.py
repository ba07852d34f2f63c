"""A chat looked at again: what was confirmed stays confirmed, who is on a run already is not asked about, corrections say what they did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linli.ground.testing import Cast, client_as
from linli.journeys import hands
from linli.journeys.actions.handovers import Form, Side, hand_over
from linli.journeys.actions.runs import plan_run, plate_of, take_back_run
from linli.journeys.actions.travellers import begin
from linli.journeys.details import Outsider, details_of
from linli.journeys.models import Run, Traveller
from linli.journeys.testing import open_transfer
from linli.journeys.tests.test_chat_pages import form_of, pasted
from linli.kernel.tests.arrival_samples import NIGHT, moment


@pytest.fixture
def here(cast: Cast) -> Iterator[Cast]:
    """An operation in force."""
    with cast.scope():
        open_transfer(cast.neighbourhood)
        yield cast


def message(client: Client, url: str, number: int) -> Any:
    return next(one for one in client.get(url).context["shown"] if one.piece.message.number == number)


@pytest.fixture
def told(here: Cast) -> tuple[Client, str]:
    """The first word of the night is confirmed: three people come."""
    client = client_as(here.users["clerk"])
    url = pasted(client)
    assert client.post(url, form_of(client, url, 2)).status_code == 302
    return client, url


def keys() -> list[str]:
    return [str(pk) for pk in Traveller.objects.order_by("heard_at", "pk").values_list("pk", flat=True)]


class TestTimesPutRight:
    def test_a_departure_closes_whichever_time_a_person_says(self, told: tuple[Client, str]) -> None:
        client, url = told
        said = form_of(client, url, 8) | {"m8-at": "2020-03-13T16:48", "m8-travellers": keys()[:2]}
        assert client.post(url, said).status_code == 302
        run = Run.objects.get()
        one = message(client, url, 8)
        assert (one.form, one.run) == (None, run)
        assert client.post(url, said).status_code == 302, "a second tap"
        assert Run.objects.count() == 1
        again = pasted(client, f"{NIGHT}槐安小陶 2020-03-14 09:00:00\n收到\n")
        assert again != url
        assert message(client, again, 8).run == run, "and in the chat that was copied an hour later"

    def test_one_departure_more_in_a_chat_costs_no_statement(self, told: tuple[Client, str]) -> None:
        client, _url = told
        text, counts = NIGHT, []
        for plate in ("D0098", "D0099"):
            text += f"柳川小季 2020-03-14 08:10:00\n沪Z·{plate}已从T1出发，槐安1位，跟车小季\n"
            url = pasted(client, text)
            with CaptureQueriesContext(connection) as statements:
                client.get(url)
            counts.append(len(statements))
        assert counts[0] == counts[1]

    def test_so_does_an_arrival(self, told: tuple[Client, str]) -> None:
        client, url = told
        client.post(url, form_of(client, url, 8) | {"m8-travellers": keys()[:2]})
        run = Run.objects.get()
        there = form_of(client, url, 10) | {"m10-run": str(run.pk), "m10-at": "2020-03-13T18:31"}
        assert client.post(url, there).status_code == 302
        assert message(client, url, 10).run == run
        assert client.post(url, there).status_code == 302
        assert Run.objects.count() == 1

    def test_a_step_that_was_taken_back_is_asked_for_again(self, told: tuple[Client, str], here: Cast) -> None:
        client, url = told
        client.post(url, form_of(client, url, 8) | {"m8-travellers": keys()[:2]})
        run = Run.objects.get()
        take_back_run(by=here.users["clerk"], run=run)
        form = message(client, url, 8).form
        assert form is not None
        assert form["run"].value() == str(run.pk), "the run that waits is proposed"
        assert client.post(url, form_of(client, url, 8)).status_code == 302
        assert Run.objects.get().departed_at is not None


class TestWhoIsAsked:
    def test_who_is_on_a_run_is_not_asked_about_and_said_so(self, told: tuple[Client, str]) -> None:
        client, url = told
        text = f"{NIGHT}柳川小季 2020-03-14 08:10:00\n沪Z·D0099已从T1出发，槐安1位，跟车小季\n"
        url = pasted(client, text)
        first, second, third = keys()
        client.post(url, form_of(client, url, 8) | {"m8-travellers": [first, second]})
        form = message(client, url, 16).form
        assert [key for key, _name in form.fields["travellers"].choices] == [third]
        names = [details_of(one).name for one in Traveller.objects.order_by("heard_at", "pk")]
        words = str(form.fields["travellers"].help_text)
        assert names[0] in words
        assert names[2] not in words

    def test_who_is_home_is_not_asked_about_and_who_was_left_behind_comes_last(
        self, told: tuple[Client, str], here: Cast
    ) -> None:
        client, url = told
        text = f"{NIGHT}柳川小季 2020-03-14 08:10:00\n沪Z·D0099已从T1出发，槐安1位，跟车小季\n"
        url = pasted(client, text)
        first, second, third = keys()
        client.post(url, form_of(client, url, 8) | {"m8-travellers": [first, second]})
        run = Run.objects.get()
        client.post(url, form_of(client, url, 10) | {"m10-run": str(run.pk)})
        one, user = Traveller.objects.get(pk=first), here.users["clerk"]
        desk = hands.of_outsider(one.neighbourhood, one.operation, "airport_desk", Outsider("专班"))
        at = moment("2020-03-13T12:00")
        begin(by=user, travellers=[one], hands=desk, at=at)
        door = hands.of_dwelling(one.neighbourhood, here.dwellings[0])
        hand_over(by=user, form=Form(travellers=[one], giver=desk, taker=door, happened_at=moment("2020-03-13T18:20")),
                  gave=Side(timezone.now()), took=Side(timezone.now()))  # fmt: skip
        choices = [key for key, _name in message(client, url, 16).form.fields["travellers"].choices]
        assert choices == [third, second]

    def test_a_run_that_was_planned_is_the_one_that_left(self, told: tuple[Client, str], here: Cast) -> None:
        client, url = told
        people = list(Traveller.objects.order_by("heard_at", "pk"))
        run = plan_run(by=here.users["clerk"], neighbourhood=here.neighbourhood, vehicle="coach",
                       planned_at=moment("2020-03-13T17:00"), travellers=people[:1])  # fmt: skip
        said = form_of(client, url, 8)
        assert said["m8-run"] == str(run.pk)
        assert client.post(url, said | {"m8-travellers": [str(people[1].pk)]}).status_code == 302
        run.refresh_from_db()
        assert run.departed_at == moment("2020-03-13T17:05")
        assert Run.objects.count() == 1
        assert {seat.traveller_id for seat in run.seats.all()} == {people[0].pk, people[1].pk}
        assert plate_of(run) == "沪ZD0088"
        assert run.crew.count() == 1

    def test_a_run_for_nobody_is_asked_about(self, told: tuple[Client, str]) -> None:
        client, url = told
        said = form_of(client, url, 8)
        answer = client.post(url, said)
        assert answer.status_code == 422
        assert "没有勾选" in answer.content.decode()
        assert not Run.objects.exists()
        assert client.post(url, said | {"m8-sure_nobody": "on"}).status_code == 302
        assert Run.objects.get().seats.count() == 0


class TestCorrections:
    def page(self, client: Client, url: str) -> str:
        return client.get(url).content.decode()

    def test_what_was_taken_over_says_where(self, here: Cast) -> None:
        client = client_as(here.users["clerk"])
        url = pasted(client)
        (fix,) = message(client, url, 5).fixes
        assert (fix.who, fix.old, fix.done, fix.url) == ("BIRCH/TOMAS LEE", "3A号", True, "#m2")
        assert message(client, url, 5).applied
        client.post(url, form_of(client, url, 2))
        (fix,) = message(client, url, 5).fixes
        assert fix.done
        assert "/journeys/" in fix.url

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("更正：DOE/JOHN 地址是梅园9号，不是8号", "没有哪条消息"),
            ("更正：第9位地址是桂香里5号", "没有哪条消息"),
            ("更正：人数应为4人", "没有自动改动"),
            ("更正：以下面的为准", "没看懂"),
            ("BIRCH/TOMAS LEE 不用接了，改签明天", "不会因为一句聊天"),
            ("ZZ512 取消了，3位都不来了", "没有自动改动"),
        ],
    )
    def test_what_was_not_taken_over_never_says_it_was(self, here: Cast, words: str, said: str) -> None:
        client = client_as(here.users["clerk"])
        url = pasted(client, f"{NIGHT}专班-老周 2020-03-14 09:00:00\n{words}\n")
        one = client.get(url).context["shown"][-1]
        assert one.piece.reading.kind == "correction"
        assert not one.applied
        text = self.page(client, url)
        assert said in text[text.index('id="m16"') :]
        assert "更正，已采用" not in text[text.index('id="m16"') :]

    @pytest.mark.parametrize(
        "words", ["更正：YY776 梅园第2位地址是竹溪8号，不是3A号", "更正：梅园居民区第1位地址是梅园9号"]
    )
    def test_what_is_about_another_flight_or_neighbourhood_changes_nobody_of_ours(self, here: Cast, words: str) -> None:
        client = client_as(here.users["clerk"])
        url = pasted(client, f"{NIGHT}专班-老周 2020-03-14 09:00:00\n{words}\n")
        (fix,) = client.get(url).context["shown"][-1].fixes
        assert (fix.done, fix.url) == (False, "")
        assert [one.address for one in message(client, url, 2).piece.people] == [
            "松涛苑12号",
            "杏林别墅8号",
            "桂香里5号402室",
        ]

    def test_who_does_not_come_after_all_is_taken_off_by_a_person(self, here: Cast) -> None:
        client = client_as(here.users["clerk"])
        url = pasted(client, f"{NIGHT}专班-老周 2020-03-14 09:00:00\nALDER/MAYLIN 改签了，不来了\n")
        (fix,) = message(client, url, 16).fixes
        assert (fix.done, fix.url) == (False, "#m2")
        client.post(url, form_of(client, url, 2))
        entry = next(one for one in Traveller.objects.all() if details_of(one).name.startswith("ALDER"))
        (fix,) = message(client, url, 16).fixes
        assert (fix.done, fix.url) == (False, f"/journeys/{entry.pk}/")
        client.post(fix.url, {"what": "close", "closed_as": "not_ours"})
        assert message(client, url, 16).applied

    def test_who_was_entered_before_keeps_his_entry_and_the_page_says_so(self, here: Cast) -> None:
        client = client_as(here.users["clerk"])
        lines = NIGHT.split("专班-老周 2020-03-13 15:20:00")
        before = pasted(client, lines[0])
        client.post(before, form_of(client, before, 2))
        entry = next(one for one in Traveller.objects.all() if details_of(one).name.startswith("BIRCH"))
        assert details_of(entry).address == "杏林别墅3A号"
        url = pasted(client)
        (fix,) = message(client, url, 5).fixes
        assert (fix.done, fix.url) == (False, f"/journeys/{entry.pk}/correct/")
        assert "杏林别墅3A号" in fix.words
        assert not message(client, url, 5).applied
        said = {"name": "BIRCH/TOMAS LEE", "address": "杏林别墅8号", "revision": entry.revision}
        assert client.post(fix.url, said).status_code == 302
        assert message(client, url, 5).applied, "set right, it is taken over"
