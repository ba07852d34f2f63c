"""P01, P02 and P03 as the article of 2020 says them: 一块包干区、两次大巡查、三项做到位; 五个党支部…无盲区、无遗漏; 一二三."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from linli.ground.actions.zones import set_party
from linli.ground.testing import Cast
from linli.ground.zones import gaps, wanted_parties
from linli.kernel.ids import uuid7
from linli.notices.models import Channel
from linli.rounds import boards, zone_pages
from linli.rounds.actions.walking import NewValue
from linli.rounds.jobs import tick
from linli.rounds.models import Occurrence, Question, Sheet, VisitValue
from linli.rounds.testing_rounds import five_zones, patrol, since, targets, walk

pytestmark = pytest.mark.django_db
THREE = ("通道畅通", "门岗有人", "垃圾清运")
"""The article does not name its three items, so a sheet does."""


def at(hour: int, minute: int = 0) -> datetime:
    return timezone.localtime().replace(hour=hour, minute=minute, second=0, microsecond=0) - timedelta(days=2)


def test_p01_one_zone_each_two_patrols_a_day_three_checks_done(cast: Cast) -> None:
    zones = five_zones(cast)
    assert [holder.body for holder in zones.holders] == zones.branches
    sheet = Sheet.objects.create(title="三项做到位", code="three", place=cast.neighbourhood)
    asked = [
        Question.objects.create(sheet=sheet, position=n, field="yes_no", label=label)
        for n, label in enumerate(THREE, 1)
    ]
    plan = since(patrol(zones, sheet=sheet), at(6))
    for moment in (at(8, 31), at(14, 31)):
        tick(moment)
    rounds = list(Occurrence.objects.filter(plan=plan).order_by("slot_at"))
    assert [one.slot_at for one in rounds] == [at(9), at(15)]
    assert {one.sheet_id for one in rounds} == {sheet.pk}
    with cast.scope():
        values = [NewValue(question.pk, {"yes": number != 2}) for number, question in enumerate(asked, 1)]
        walk(rounds[0], targets(rounds[0]), at(9, 5), by=zones.walkers[0], values=values)
        said = VisitValue.objects.order_by("question__position").values_list("question__label", "yes")
        assert list(said) == [("通道畅通", True), ("门岗有人", False), ("垃圾清运", True)]


def test_p02_ten_patrols_a_day_each_done_or_missed_by_name(cast: Cast) -> None:
    zones = five_zones(cast)
    assert not gaps(cast.neighbourhood)
    plan = since(patrol(zones), at(6))
    missed = zones.places[3][2]
    for opens, start in ((at(8, 31), at(9, 5)), (at(14, 31), at(15, 5))):
        tick(opens)
        one = Occurrence.objects.filter(plan=plan).order_by("-slot_at")[0]
        with cast.scope():
            for places, user in zip(zones.places, zones.walkers, strict=True):
                spared = missed.pk if one.slot_at == at(15) else None
                walk(one, [row for row in targets(one, places) if row.place_id != spared], start, by=user)
    tick(at(17, 1))
    with cast.scope():
        rows = boards.by_holder(boards.bars(boards.of_day([cast.neighbourhood], at(9).date()), timezone.now()))
    assert len(rows) == 10
    assert sum(row.covered.total for row in rows) == 2 * 17
    bad = [row for row in rows if row.covered.missed]
    assert [(row.bar.one.slot_at, row.holder.body if row.holder else None) for row in bad] == [
        (at(15), zones.branches[3])
    ]
    assert bad[0].missed == [f"{cast.lanes.name} {missed.name}"]


def test_p03_a_zone_without_its_group_or_one_of_its_parties_is_flagged(cast: Cast) -> None:
    zones = five_zones(cast)
    area = zones.areas[0]
    for party in wanted_parties(cast.neighbourhood):
        set_party(by=None, area=area, party=party.code, mandate=cast.mandates["clerk"])
    Channel.objects.create(
        id=uuid7(), neighbourhood=cast.neighbourhood, area=area, kind="wecom", title="第一片区群", sealed=b"x", created_at=at(9)
    )  # fmt: skip
    board = zone_pages.board(cast.neighbourhood)
    assert [line.zone.area for line in board.flagged] == zones.areas[1:]
    assert [party.code for party in board.lines[1].missing] == ["committee", "property", "residents"]
    assert not board.lines[1].group
    set_party(by=None, area=area, party="residents")
    Channel.objects.filter(area=area).update(ended_at=at(10))
    line = zone_pages.board(cast.neighbourhood).lines[0]
    assert [party.code for party in line.missing] == ["residents"]
    assert not line.group
