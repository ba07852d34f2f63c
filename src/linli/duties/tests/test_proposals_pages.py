"""The pages of proposed rosters: asked for, watched, decided cell by cell, taken over; for the office alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from linli.duties import proposals_solving, proposals_words, solving
from linli.duties.actions import proposals as actions
from linli.duties.actions.stints import assign
from linli.duties.models import Away, Exemption, Proposal, ProposedStint, Shift, Stint, Training, Wish
from linli.duties.proposals import SILENT, basis
from linli.duties.testing import Watch, body, watch
from linli.ground.testing import Cast, client_as
from linli.kernel.roster import Broken, Need, Violation
from linli.kernel.roster_why import Unmet, Why

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = timedelta(days=1)


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """A Tuesday; the solver runs in this process, and is the simple way."""
    monkeypatch.setattr(solving, "has_solver", lambda: False)
    monkeypatch.setattr(proposals_solving, "start", lambda proposal: proposals_solving.run(proposal, proposal.run))
    with time_machine.travel(NOW):
        with cast.scope():
            made = watch(cast, NOW)
        yield made


@pytest.fixture
def office(cast: Cast) -> Client:
    return client_as(cast.users["clerk"])


def ask(office: Client, world: Watch, **more: object) -> Proposal:
    """By the form, for two days from tomorrow."""
    said = {"posts": [str(world.gate.pk)], "since": "2026-03-11", "last": "2026-03-12", "seconds": "20", **more}
    answer = office.post(reverse("duties:proposal_new"), said)
    assert answer.status_code == 302, answer.content.decode()
    proposal: Proposal = Proposal.objects.latest("created_at")
    assert answer["Location"] == reverse("duties:proposal", args=[proposal.pk])
    return proposal


def page(office: Client, proposal: Proposal, status: int = 200) -> str:
    answer = office.get(reverse("duties:proposal", args=[proposal.pk]))
    assert answer.status_code == status
    return str(answer.content.decode())


def act(office: Client, proposal: Proposal, what: str) -> str:
    answer: Any = office.post(reverse(f"duties:proposal_{what}", args=[proposal.pk]), follow=True)
    return str(answer.content.decode())


def test_from_the_form_to_the_shifts(office: Client, world: Watch) -> None:
    assert "没有等着决定的排班方案" in office.get(reverse("duties:proposals")).content.decode()
    assert 'value="2026-03-16"' in office.get(reverse("duties:proposal_new")).content.decode()  # next Monday
    proposal = ask(office, world)
    shown = page(office, proposal)
    assert "16 个班位全部有人" in shown
    assert "没有安装排班求解器" in shown
    assert "可以采用" in shown
    assert "有 1 个排班方案等着决定" in office.get(reverse("duties:proposals")).content.decode()
    assert "已采用，共 16 个班位" in act(office, proposal, "take")
    with world.cast.scope():
        assert Stint.objects.filter(how=Stint.How.PROPOSAL).count() == 16
    assert "这个方案已采用" in page(office, proposal)


def test_what_the_form_does_not_take_stands_beside_it(office: Client, world: Watch) -> None:
    said = {"posts": [str(world.gate.pk)], "since": "2026-03-01", "last": "2026-03-02", "seconds": "20"}
    answer = office.post(reverse("duties:proposal_new"), said)
    assert "请选从今天起的一段时间" in answer.content.decode()


def test_a_day_is_decided_and_worked_out_again(office: Client, world: Watch) -> None:
    proposal = ask(office, world)
    with world.cast.scope():
        early = Shift.objects.get(starts_at=datetime(2026, 3, 11, 7, tzinfo=NOW.tzinfo))
        there = ProposedStint.objects.filter(shift=early).values_list("volunteer", flat=True)
        guard = next(one for one in world.guards if one.pk not in there)
    cell = reverse("duties:proposal_cell", args=[proposal.pk, guard.pk, "2026-03-11"])
    assert "东门 07:00–19:00" in office.get(cell).content.decode()
    office.post(cell, {"day": "nonsense"})
    assert "可以采用" in page(office, proposal)
    office.post(cell, {"day": str(early.pk)})
    shown = page(office, proposal)
    assert "有人工改动" in shown
    assert "piece-fixed" in shown
    assert "请先重新排一次" in act(office, proposal, "take")
    assert "16 个班位全部有人" in act(office, proposal, "begin")
    with world.cast.scope():
        assert ProposedStint.objects.filter(shift=early, volunteer=guard, fixed=True).exists()
    office.post(cell, {"day": "off"})
    assert "checked" in office.get(cell).content.decode().split('value="off"')[1].split(">")[0]
    with world.cast.scope():
        assert ProposedStint.objects.filter(volunteer=guard, off=True).count() == 2


def test_a_place_that_is_taken_is_shown_and_not_decided_here(office: Client, world: Watch) -> None:
    with world.cast.scope():
        early = world.shifts()[2]
        assign(by=None, shift=early, volunteer=world.guards[0], now=NOW)
        Exemption.objects.create(
            neighbourhood=world.cast.neighbourhood, volunteer=world.guards[1], code="no_nights", since=NOW.date()
        )
    proposal = ask(office, world)
    assert "piece-agreed" in page(office, proposal)
    taken = reverse("duties:proposal_cell", args=[proposal.pk, world.guards[0].pk, "2026-03-11"])
    assert "已经领了" in office.get(taken).content.decode()
    assert office.post(taken, {"day": "off"}).status_code == 200
    cell = reverse("duties:proposal_cell", args=[proposal.pk, world.guards[1].pk, "2026-03-11"])
    with world.cast.scope():
        night = Shift.objects.get(starts_at=datetime(2026, 3, 11, 19, tzinfo=NOW.tzinfo))
    answer: Any = office.post(cell, {"day": str(night.pk)}, follow=True)
    assert "此人不承担这类值班" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == cell
    for day in ("2026-03-20", "x"):
        assert office.get(cell.replace("2026-03-11", day)).status_code == 404


def test_open_places_are_sentences(office: Client, world: Watch) -> None:
    """Seven of eight are away: four places a shift, one guard."""
    with world.cast.scope():
        for one in world.guards[1:]:
            Away.objects.create(
                neighbourhood=world.cast.neighbourhood, volunteer=one, since=NOW.date(), until=None, reason="ill"
            )
        Wish.objects.create(neighbourhood=world.cast.neighbourhood, volunteer=world.guards[0], day=NOW.date() + DAY)
    proposal = ask(office, world, lead_each_time="on")
    shown = page(office, proposal)
    assert "16 个班位里，14 个没有人" in shown
    assert "还差 3 人" in shown
    assert "符合要求的 8 人里：7 人当天不在、1 人已在这个班上。" in shown
    assert "名单上没有能带班的人" in shown
    assert "照顾到的愿望" in shown


def test_it_is_watched_stopped_broken_off_and_put_aside(
    office: Client, world: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposals_solving, "start", lambda proposal: None)
    proposal = ask(office, world)
    address = reverse("duties:proposal_progress", args=[proposal.pk])
    said = office.get(address).json()
    assert (said["value"], said["total"], said["done"]) == (0, 20, False)
    assert "正在排班" in page(office, proposal)
    with world.cast.scope():
        actions.claim(proposal=proposal, run=1, mark="m", now=timezone.now())
        facts = {"cost": 12, "progress": {"seconds": 7.4}, "unmet": [{"missing": 2}]}
        actions.note(proposal=proposal, run=1, now=timezone.now(), facts=facts, roster={})
    said = office.get(address).json()
    assert said["value"] == 7
    assert "空缺 2 个" in said["text"]
    assert "偏差 12" in said["text"]
    act(office, proposal, "stop")
    proposal.refresh_from_db()
    assert proposal.stop_asked
    assert "这个方案正在排" in act(office, proposal, "begin")
    with time_machine.travel(NOW + 2 * SILENT):
        assert office.get(address).json()["done"]
        shown = page(office, proposal)
        assert "排班中断了" in shown
        assert "重新开始" in shown
    assert "已放弃" in act(office, proposal, "drop")
    assert "这个方案已放弃" in page(office, proposal)
    cell = reverse("duties:proposal_cell", args=[proposal.pk, world.guards[0].pk, "2026-03-11"])
    assert office.get(cell).status_code == 404


def test_others_are_told_that_they_were_slower(office: Client, world: Watch) -> None:
    proposal = ask(office, world)
    with world.cast.scope():
        assign(by=None, shift=world.shifts()[2], volunteer=world.guards[0], now=NOW)
    assert "方案一个都没有采用" in act(office, proposal, "take")
    other = ask(office, world)
    act(office, other, "take")
    assert "这个方案已经结束" in act(office, other, "drop")


@pytest.mark.parametrize("who", ["guard", "building_leader", "officer", "gate_captain", "stranger"])
def test_only_the_office_sees_them(cast: Cast, world: Watch, office: Client, who: str) -> None:
    """The head of the guards has his gate's roster, not everybody's; the subdistrict and the walkers none."""
    proposal = ask(office, world)
    client = client_as(cast.users[who])
    expected = 404 if who == "stranger" else 403
    if who == "gate_captain":
        cast.mandates[who].place = cast.gates[0]
        cast.mandates[who].save()
    cell = [proposal.pk, world.guards[0].pk, "2026-03-11"]
    for name, arguments in (("proposals", []), ("proposal_new", []), ("proposal", cell[:1]), ("proposal_cell", cell)):
        assert client.get(reverse(f"duties:{name}", args=arguments)).status_code == expected
    for name in ("begin", "stop", "drop", "take"):
        assert client.post(reverse(f"duties:proposal_{name}", args=cell[:1])).status_code == expected
    assert Client().get(reverse("duties:proposals")).status_code == 302


def test_the_page_asks_the_database_a_fixed_number_of_times(office: Client, world: Watch) -> None:
    counted = []
    for last in ("2026-03-11", "2026-03-17"):
        proposal = ask(office, world, last=last)
        page(office, proposal)
        with CaptureQueriesContext(connection) as asked:
            page(office, proposal)
        counted.append(len(asked))
    assert counted[0] == counted[1]
    assert counted[0] <= 26, counted


def test_every_reason_and_every_broken_rule_is_a_sentence(cast: Cast, world: Watch) -> None:
    """No code of the closed lists reaches a page."""
    with cast.scope():
        proposal = actions.open_proposal(
            by=None,
            neighbourhood=cast.neighbourhood,
            posts=[world.gate],
            since=NOW.date() + DAY,
            until=NOW.date() + 2 * DAY,
            now=NOW,
        )
        there = basis(proposal, NOW)
        learned = Training.objects.create(
            neighbourhood=cast.neighbourhood, code="gate", name="门岗设备", name_en="Gate"
        )
        branch = body(cast, "第一党支部")
        at = str(next(iter(there.shifts)))
        need = Need(1, training=str(learned.pk), body=str(branch.pk), leader=True)
        found = [Unmet(at, need, 1, why, ((why, 2),)) for why in Why]
        found += [Unmet("gone", need, 1, Why.AWAY), replace(found[0], at="2026-03-11T07:00:00+08:00", watch=True)]
        said = proposals_words.open_places(found, there)
        assert len(said) == len(Why) + 1
        assert "门岗设备" in said[0].why
        assert "第一党支部" in said[1].why
        assert "门岗设备" in said[0].what
        assert len({one.why for one in said}) == len(Why)
        guard = str(world.guards[0].pk)
        broken = [Violation(code, guard, at, "away" if code is Broken.BARRED else guard) for code in Broken]
        words = proposals_words.broken_words([*broken, Violation(Broken.REST, guard, "gone")], there)
        assert [one.name for one in words] == ["保安01"] * len(Broken)
        assert all(one.why for one in words)
