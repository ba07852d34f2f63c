"""What a neighbourhood sees of its duties: two per zone per day (P03), who stands where (G13), meals (S18), hours (C08, C09), notes."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.duties import retention, standing
from linli.duties.actions.attendance import (
    read_note,
    say_came,
    say_left,
    say_missed,
    withdraw_attendance,
    write_note,
)
from linli.duties.actions.posts import PatternFacts, PostFacts, add_pattern, add_post
from linli.duties.actions.stints import assign, invite, release
from linli.duties.figures import attendance, filled
from linli.duties.hours import done, of_body, served
from linli.duties.jobs import tick
from linli.duties.models import Credit, HandoverNote, Membership, Post, Shift, Stint
from linli.duties.notes import for_shift, text_of
from linli.duties.rules import Against, Standing
from linli.duties.standing import Held, briefly
from linli.duties.stepping_in import offers, options
from linli.duties.testing import Watch, body, person, watch
from linli.ground.figures import AsOf, Patch, total
from linli.ground.models import Area
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry
from linli.notices.models import Notice
from linli.operations.actions import Order, end_operation, open_operation

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2020, 2, 27, 8, 30, tzinfo=SHANGHAI)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def gate(cast: Cast) -> Watch:
    with cast.scope():
        return watch(cast, NOW)


def staffed(gate: Watch, number: int, *guards: int) -> list[Stint]:
    shift = gate.shifts()[number]
    return [assign(by=None, shift=shift, volunteer=gate.guards[n], now=NOW) for n in guards]


def zone(cast: Cast, name: str, wanted: int = 2) -> Post:
    """A zone with its post: two people a day, from nine to five."""
    area = Area.objects.create(neighbourhood=cast.neighbourhood, name=name, purpose="zone")
    facts = PostFacts(name, "zone", area=area)
    post = add_post(by=None, neighbourhood=cast.neighbourhood, facts=facts, since=NOW.date())
    pattern = PatternFacts("值班", time(9), 480, wanted)
    add_pattern(by=None, post=post, facts=pattern, now=NOW, since=NOW.date())
    return post


def held(shift: Shift, now: datetime = NOW) -> Held:
    (found,) = standing.held([Shift.objects.select_related("post").get(pk=shift.pk)], now)
    return found


def test_p03_a_zones_day_with_one_or_nobody_is_said(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        east, west = zone(cast, "东片"), zone(cast, "西片", wanted=1)
        Area.objects.create(neighbourhood=cast.neighbourhood, name="北片", purpose="zone")
        today, tomorrow = east.shifts.order_by("starts_at")[:2]
        for shift, people in ((today, (0, 1)), (tomorrow, (2,)), (west.shifts.order_by("starts_at")[0], (3,))):
            for n in people:
                assign(by=None, shift=shift, volunteer=gate.guards[n], now=NOW)
        thin = [one for one in standing.board(cast.neighbourhood, NOW).thin if one.zone]
        found = {(one.post, (one.day - NOW.date()).days): one.people for one in thin}
        assert found == {("北片", 0): 0, ("西片", 0): 1, ("东片", 1): 1, ("北片", 1): 0, ("西片", 1): 0}
        assign(by=None, shift=tomorrow, volunteer=gate.guards[4], now=NOW)
        assert not [one for one in standing.board(cast.neighbourhood, NOW).thin if one.post == "东片"]


def test_one_person_on_two_shifts_of_a_zone_is_one_person(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        east = zone(cast, "东片", wanted=1)
        evening = PatternFacts("晚间", time(20), 60, 1)
        add_pattern(by=None, post=east, facts=evening, now=NOW, since=NOW.date())
        for shift in east.shifts.filter(starts_at__lt=NOW + DAY).order_by("starts_at"):
            Stint.objects.create(
                neighbourhood=cast.neighbourhood, shift=shift, volunteer=gate.guards[0], how="assigned", taken_at=NOW, changed_at=NOW
            )  # fmt: skip
        (first, *_) = [one for one in standing.board(cast.neighbourhood, NOW).thin if one.zone]
        assert (first.day, first.people) == (NOW.date(), 1)


def test_g13_who_stood_where(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        stints = staffed(gate, 0, 0, 1, 2, 3)
        for stint in stints[:2]:
            say_came(by=cast.users["gate_captain"], stint=stint, at=NOW - HOUR, now=NOW)
        board = standing.board(cast.neighbourhood, NOW)
        (line,) = board.lines
        assert [seat.name for seat in line.now[0].present] == ["保安01", "保安02"]
        assert [seat.name for _held, seat in board.missing] == ["保安03", "保安04"]
        assert (board.present, board.short) == (2, 2)
        assert line.following is not None
        assert line.following.short == 4
        later = NOW + 12 * HOUR
        after = held(stints[0].shift, later).seats
        assert [one.standing for one in after] == [Standing.LEFT, Standing.LEFT, Standing.UNSAID, Standing.UNSAID]


def test_s18_four_eat_at_noon_and_not_eight(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        staffed(gate, 2, 0, 1, 2, 3)
        staffed(gate, 3, 4, 5, 6, 7)
        every = standing.load([gate.gate], NOW, NOW + 3 * DAY, NOW)
        tomorrow = (NOW + DAY).date()
        assert list(standing.meals(every, tomorrow).values()) == [4]
        missed = gate.shifts()[2]
        (stint, *_) = Stint.objects.filter(shift=missed).select_related("shift__post")
        say_missed(by=None, stint=stint, now=missed.starts_at + HOUR)
        every = standing.load([gate.gate], NOW, NOW + 3 * DAY, NOW)
        assert list(standing.meals(every, tomorrow).values()) == [3]


def test_c08_two_affiliations_and_hours_once(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        unit, branch = body(cast, "云帆公司", "company"), body(cast, "云帆支部")
        Post.objects.filter(pk=gate.gate.pk).update(host=body(cast, "居委会志愿队", "ngo"))
        own = person(cast, NOW, "林知夏", home=unit)
        Membership.objects.create(
            neighbourhood=cast.neighbourhood, volunteer=own, body=branch, since=NOW.date() - 30 * DAY
        )
        shift = gate.shifts()[0]
        stint = assign(by=None, shift=shift, volunteer=own, now=NOW)
        say_came(by=None, stint=stint, at=NOW, now=NOW)
        say_left(by=None, stint=stint, at=NOW + 4 * HOUR, now=NOW + 5 * HOUR)
        span = (NOW - DAY, NOW + DAY)
        (alone,) = served(done(*span), NOW + DAY)
        assert (alone.volunteer, alone.duties, alone.hours) == (own, 1, 4.0)
        assert Credit.objects.filter(stint=stint).count() == 3
        for one in (unit, branch, gate.gate.__class__.objects.get(pk=gate.gate.pk).host):
            (seen,) = of_body(one, *span, NOW + DAY)
            assert seen.hours == 4.0, "host, unit and branch see the same four hours"
        assert of_body(body(cast, "别的支部"), *span, NOW + DAY) == []
        withdraw_attendance(by=None, stint=stint, now=NOW + DAY)
        assert not Credit.objects.exists()
        assert served(done(*span), NOW + DAY) == []


def test_c09_lent_to_a_partner_unit_host_and_home_both_see_the_hours(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        home, host = body(cast, "荣茂突击队"), body(cast, "淮阴居委会", "committee")
        Post.objects.filter(pk=gate.gate.pk).update(host=host)
        two = [person(cast, NOW, f"队员{n}", home=home) for n in (1, 2)]
        for one in two:
            stint = assign(by=None, shift=gate.shifts()[0], volunteer=one, now=NOW)
            say_came(by=None, stint=stint, at=NOW, now=NOW)
        later = NOW + DAY
        seen = [
            [(row.volunteer.name, row.minutes) for row in of_body(one, NOW - DAY, later, later)] for one in (home, host)
        ]
        assert seen[0] == seen[1] == [("队员1", 630), ("队员2", 630)], (
            "from half past eight until the shift ends at seven"
        )


def test_attendance_is_said_by_somebody_and_only_when_it_can_be(gate: Watch, cast: Cast) -> None:
    captain = cast.users["gate_captain"]
    with cast.scope():
        (stint,) = staffed(gate, 2, 0)
        begins = stint.shift.starts_at
        with refused("duties.came_when"):
            say_came(by=captain, stint=stint, at=NOW, now=NOW)
        with refused("duties.missed_when"):
            say_missed(by=captain, stint=stint, now=NOW)
        with refused("duties.left_when"):
            say_left(by=captain, stint=stint, at=begins, now=begins)
        say_missed(by=captain, stint=stint, now=begins + HOUR)
        assert (stint.missed, stint.said_by, stint.said_at) == (True, captain.pk, begins + HOUR)
        say_came(by=cast.users["clerk"], stint=stint, at=begins + HOUR, now=begins + 2 * HOUR)
        assert (stint.missed, stint.said_by) == (False, cast.users["clerk"].pk)
        say_left(by=captain, stint=stint, at=begins + 2 * HOUR, now=begins + 2 * HOUR)
        assert stint.said_by == cast.users["clerk"].pk, "who said that he came stays"
        with refused("duties.left_when"):
            say_left(by=captain, stint=stint, at=begins, now=begins + 2 * HOUR)
        (other,) = staffed(gate, 4, 1)
        release(by=None, stint=other, reason="ill", now=NOW)
        with refused("duties.not_on_shift"):
            say_missed(by=captain, stint=other, now=other.shift.starts_at)


def test_the_next_shift_reads_the_note_by_name_and_it_is_sealed(gate: Watch, cast: Cast) -> None:
    clerk, guard = cast.users["clerk"], cast.users["guard"]
    with cast.scope():
        day, night = gate.shifts()[:2]
        with refused("duties.note_empty"):
            write_note(by=clerk, shift=day, text="  ", now=NOW)
        note = write_note(by=clerk, shift=day, text="三号楼 有人 发热", now=NOW)
        assert "发热".encode() not in bytes(note.sealed)
        (said,) = for_shift(night)
        assert (said.text, said.note.read_at) == ("三号楼 有人 发热", None)
        read_note(by=guard, note=note, now=NOW + HOUR)
        read_note(by=clerk, note=note, now=NOW + 2 * HOUR)
        assert (note.read_name, note.read_at) == (guard.display_name, NOW + HOUR), "the first stands there"
        assert Entry.objects.filter(act="duties.note_read").count() == 1
        assert retention.due(NOW + 31 * DAY)["handover_notes"] == 1
        assert retention.erase(NOW + 31 * DAY)["handover_notes"] == 1
        assert text_of(HandoverNote.objects.get()) is None


def test_a_note_ends_with_its_operation(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        order = Order(
            name="春季", purpose="核验", ground="emergency", ground_text="演练", authority="街道", order_number="1",
            contact="021-0000-0101", ruleset="shanghai-2020-02-10",
        )  # fmt: skip
        now = timezone.now()
        operation = open_operation(
            by=cast.users["secretary"], neighbourhood=cast.neighbourhood, order=order, ends_at=now + 7 * DAY
        )
        note = write_note(by=None, shift=gate.shifts()[0], text="交接", now=timezone.now())
        assert (note.operation, text_of(note)) == (operation.pk, "交接")
        end_operation(by=cast.users["secretary"], operation=operation)
        assert retention.due(now + 20 * DAY)["handover_notes"] == 1


def test_who_could_step_in(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        staffed(gate, 2, 0, 1, 2)
        staffed(gate, 3, 4)
        shift = gate.shifts()[2]
        invite(by=None, shift=shift, volunteer=gate.guards[7], now=NOW)
        found = options(shift, NOW)
        can = [one.volunteer.name for one in found if one.can]
        assert can == ["保安04", "保安06", "保安07", "保安08"]
        tired = next(one for one in found if one.volunteer == gate.guards[4])
        assert (tired.against, tired.despite) == (("adjacent",), True)
        assert held(shift).asked == 1


def test_open_shifts_near_one_come_first(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        facts = PostFacts("7号楼", "building", place=cast.building)
        near = add_post(by=None, neighbourhood=cast.neighbourhood, facts=facts, since=NOW.date())
        add_pattern(by=None, post=near, facts=PatternFacts("晚间", time(20), 60, 1), now=NOW, since=NOW.date())
        own = person(cast, NOW, "林知夏")
        posts = standing.posts_of(cast.neighbourhood, NOW)
        found = offers(own, posts, [cast.building], NOW, 3 * DAY)
        assert [one.shift.post.title for one in found[:3]] == ["7号楼"] * 3
        assert {one.shift.post.title for one in found} == {"7号楼", "东门"}
        assign(by=None, shift=found[0].shift, volunteer=own, now=NOW)
        found = offers(own, posts, [cast.building], NOW, 3 * DAY)
        assert {one.against for one in found if one.shift.post == gate.gate and one.shift.starts_at < NOW + DAY} == {
            ("overlap",),
            ("rest",),
        }


def test_the_job_writes_ahead_and_tells_once_who_is_not_there(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        stints = staffed(gate, 2, 0, 1)
        begins = stints[0].shift.starts_at
        say_came(by=None, stint=stints[0], at=begins, now=begins)
        assert tick(begins + timedelta(minutes=14))["missing"] == 0
    assert tick(begins + timedelta(minutes=15))["missing"] == 1
    assert tick(begins + timedelta(minutes=20)) == {"shifts": 0, "missing": 0}
    with cast.scope():
        notice = Notice.objects.get(kind="duties.missing")
        assert (notice.quantities, notice.to_capacity) == ({"count": 1}, "gate_captain")
        say_missed(by=None, stint=stints[1], now=begins + HOUR)
        notice.refresh_from_db()
        assert notice.settled_at == begins + HOUR


def test_figures_add_up_and_name_where(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        east = zone(cast, "东片")
        stints = staffed(gate, 0, 0, 1, 2)
        (first, *_) = east.shifts.order_by("starts_at")
        assign(by=None, shift=first, volunteer=gate.guards[4], now=NOW)
        say_came(by=None, stint=stints[0], at=NOW, now=NOW)
        say_missed(by=None, stint=stints[1], now=NOW)
        as_of = AsOf.of(NOW + 16 * HOUR)
        found = filled([cast.neighbourhood], as_of)
        assert east.area is not None
        zoned = found[Patch(cast.neighbourhood.pk, east.area.pk)]
        assert (zoned.value, zoned.of, zoned.parts) == (1, 2, {"open": 1})
        everything = total(found.values())
        assert (everything.value, everything.of, everything.parts) == (4, 10, {"open": 6})
        assert {one.place for one in everything.late} == {cast.gates[0].pk, cast.neighbourhood.pk}
        came = total(attendance([cast.neighbourhood], as_of).values())
        assert (came.value, came.of, came.parts) == (1, 4, {"missed": 1, "unsaid": 2})
        before = AsOf(NOW + 16 * HOUR, NOW - HOUR)
        assert total(filled([cast.neighbourhood], before).values()).value == 0, "only what was heard by then"


def test_p03_a_zone_set_to_one_person_wants_two_all_the_same(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        west = zone(cast, "西片", wanted=1)
        (first, *_) = west.shifts.order_by("starts_at")
        as_of = AsOf.of(NOW + 16 * HOUR)
        assert west.area is not None
        patch = Patch(cast.neighbourhood.pk, west.area.pk)
        for guard, said in ((0, (1, 2, {"open": 1})), (1, (2, 2, {"open": 0}))):
            assign(
                by=None,
                shift=first,
                volunteer=gate.guards[guard],
                now=NOW,
                despite=frozenset({Against.FULL, Against.NOT_FITTING}),
            )
            found = filled([cast.neighbourhood], as_of)[patch]
            assert (found.value, found.of, found.parts) == said


def test_who_left_before_noon_eats_elsewhere_and_nobody_leaves_days_later(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        early, late, days_later = staffed(gate, 0, 0, 1, 2)
        noon = NOW.replace(hour=12, minute=0)
        for stint in (early, late, days_later):
            say_came(by=None, stint=stint, at=NOW, now=NOW)
        say_left(by=None, stint=early, at=NOW + HOUR, now=noon + HOUR)
        say_left(by=None, stint=late, at=noon + HOUR, now=noon + HOUR)
        every = standing.load([gate.gate], NOW, NOW + DAY, noon + HOUR)
        assert standing.meals(every, NOW.date()) == {gate.gate: 2}
        with refused("duties.left_late"):
            say_left(by=None, stint=days_later, at=NOW + 3 * DAY, now=NOW + 3 * DAY)
        say_left(by=None, stint=days_later, at=days_later.shift.ends_at + 12 * HOUR, now=NOW + 3 * DAY)


def test_posts_are_listed_as_a_person_counts(cast: Cast) -> None:
    with cast.scope():
        for name in ("第三片", "第十片", "第二片"):
            zone(cast, name)
        assert [one.title for one in standing.posts_of(cast.neighbourhood, NOW)] == ["第二片", "第三片", "第十片"]
        every = standing.load(standing.posts_of(cast.neighbourhood, NOW), NOW, NOW + 12 * HOUR, NOW)
        assert [one.shift.post.title for one in every] == ["第二片", "第三片", "第十片"]
    page = client_as(cast.users["clerk"]).get("/volunteers/turns/").content.decode()
    assert page.index("第二片") < page.index("第三片") < page.index("第十片")


def test_names_on_a_wall_are_brief_and_still_two_people() -> None:
    assert briefly(["林知夏", "许安和"]) == ["林", "许"]
    assert briefly(["林知夏", "林听雨", "周一苇"]) == ["林知夏", "林听雨", "周"]
    assert briefly(["买买提·吐尔逊"]) == ["买买提·吐尔逊"]
