"""Who takes a place: sign-up, the office, being asked, "I cannot come"; what speaks against it, and what the office puts aside by name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linli.accounts.models import User
from linli.accounts.tests.refused import refused
from linli.duties.actions.people import Facts, add_volunteer, change_volunteer, end_volunteer
from linli.duties.actions.posts import PostFacts, change_post
from linli.duties.actions.stints import accept, assign, invite, release, sign_up
from linli.duties.candidates import openings
from linli.duties.models import (
    Away,
    Exemption,
    Membership,
    Need,
    Pairing,
    Shift,
    Stint,
    Trained,
    Training,
    Volunteer,
)
from linli.duties.rules import Against, unfilled
from linli.duties.testing import Watch, body, person, watch
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.notices.models import Notice

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2020, 2, 27, 8, 30, tzinfo=SHANGHAI)
DAY = timedelta(days=1)


@pytest.fixture
def gate(cast: Cast) -> Watch:
    with cast.scope():
        return watch(cast, NOW)


@pytest.fixture
def own(gate: Watch, cast: Cast) -> Volunteer:
    """The guard's own entry on the roster."""
    with cast.scope():
        return person(cast, NOW, "林知夏", user=cast.users["guard"])


def taken(shift: Shift) -> int:
    shift.refresh_from_db()
    return shift.taken


def put(gate: Watch, shift: Shift, *numbers: int) -> list[Stint]:
    return [assign(by=None, shift=shift, volunteer=gate.guards[n], now=NOW) for n in numbers]


def test_one_signs_up_and_gives_the_place_back(gate: Watch, own: Volunteer, cast: Cast) -> None:
    with cast.scope():
        shift = gate.shifts()[2]
        stint = sign_up(by=cast.users["guard"], shift=shift, volunteer=own, now=NOW)
        assert (stint.how, taken(shift)) == ("signup", 1)
        with refused("duties.already"):
            sign_up(by=cast.users["guard"], shift=shift, volunteer=own, now=NOW)
        with refused("duties.reason"):
            release(by=cast.users["guard"], stint=stint, reason="the weather", now=NOW)
        released = release(by=cast.users["guard"], stint=stint, reason="ill", now=NOW)
        assert (released.release_reason, taken(shift), shift.revision) == ("ill", 0, 2)
        (notice,) = Notice.objects.filter(kind="duties.place_open")
        assert (notice.subject, notice.to_capacity) == (str(shift.pk), "gate_captain")
        release(by=cast.users["guard"], stint=stint, reason="work", now=NOW)
        assert (taken(shift), Notice.objects.count()) == (0, 1), "a second time is the first one"
        again = sign_up(by=cast.users["guard"], shift=shift, volunteer=own, now=NOW)
        assert (again.pk != stint.pk, taken(shift)) == (True, 1)


def test_the_notice_ends_when_the_place_is_taken_again(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        shift = gate.shifts()[2]
        first, *_ = put(gate, shift, 0, 1, 2, 3)
        release(by=None, stint=first, reason="family", now=NOW)
        assert Notice.objects.filter(settled_at__isnull=True).count() == 1
        put(gate, shift, 4)
        assert not Notice.objects.filter(settled_at__isnull=True).exists()


def test_a_full_shift_is_full_and_the_office_may_put_one_more_by_name(gate: Watch, own: Volunteer, cast: Cast) -> None:
    with cast.scope():
        shift = gate.shifts()[2]
        put(gate, shift, 0, 1, 2, 3)
        with refused("duties.full"):
            sign_up(by=cast.users["guard"], shift=shift, volunteer=own, now=NOW)
        clerk = cast.users["clerk"]
        stint = assign(by=clerk, shift=shift, volunteer=own, now=NOW, despite=frozenset({Against.FULL}))
        assert (stint.overrode, stint.overrode_by, taken(shift)) == (["full"], clerk.display_name, 5)


def test_rest_and_adjacent_shifts_are_refused_with_the_reason_and_can_be_put_aside(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        day, night, next_day = gate.shifts()[2:5]
        put(gate, day, 0)
        with refused("duties.adjacent"):
            put(gate, night, 0)
        nine = Shift.objects.create(
            post=gate.gate, starts_at=day.ends_at + timedelta(hours=2), ends_at=day.ends_at + timedelta(hours=4), wanted=1, changed_at=NOW
        )  # fmt: skip
        with refused("duties.rest"):
            put(gate, nine, 0)
        put(gate, next_day, 0)
        clerk = cast.users["clerk"]
        with refused("duties.adjacent"):
            assign(by=clerk, shift=night, volunteer=gate.guards[0], now=NOW, despite=frozenset({Against.REST}))
        stint = assign(by=clerk, shift=night, volunteer=gate.guards[0], now=NOW, despite=frozenset({Against.ADJACENT}))
        assert stint.overrode == ["adjacent"]
        entry = Entry.objects.filter(act="duties.assigned").latest("heard_at")
        assert (entry.by_user, entry.data["despite"]) == (clerk.pk, ["adjacent"])
        other = Shift.objects.create(
            post=gate.gate, starts_at=day.starts_at + timedelta(hours=1), ends_at=day.ends_at, wanted=1, changed_at=NOW
        )
        with refused("duties.overlap"):
            assign(by=clerk, shift=other, volunteer=gate.guards[0], now=NOW, despite=frozenset(Against))


def test_nobody_under_18_and_nobody_of_whom_it_is_not_known(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        shift = gate.shifts()[2]
        with refused("duties.under_age"):
            facts = Facts("小满", born_year=2003)
            add_volunteer(by=None, neighbourhood=cast.neighbourhood, facts=facts, now=NOW)
        with refused("duties.name_missing"):
            add_volunteer(by=None, neighbourhood=cast.neighbourhood, facts=Facts(" "), now=NOW)
        unsaid = add_volunteer(by=None, neighbourhood=cast.neighbourhood, facts=Facts("听雨"), now=NOW)
        with refused("duties.age_unsaid"):
            assign(by=None, shift=shift, volunteer=unsaid, now=NOW, despite=frozenset(Against))
        clerk = cast.users["clerk"]
        change_volunteer(by=clerk, volunteer=unsaid, facts=Facts("听雨", adult=True), now=NOW)
        assert (unsaid.adult_said_by, unsaid.adult_said_on) == (clerk.pk, date(2020, 2, 27))
        assign(by=None, shift=shift, volunteer=unsaid, now=NOW)
        Volunteer.objects.filter(pk=unsaid.pk).update(born_year=2005)
        with refused("duties.under_age"):
            assign(by=None, shift=gate.shifts()[8], volunteer=Volunteer.objects.get(pk=unsaid.pk), now=NOW)


def test_who_is_excused_away_or_apart_is_not_put_there(gate: Watch, cast: Cast) -> None:
    one, other, third = gate.guards[:3]
    night = gate.shifts()[3]
    with cast.scope():
        place = cast.neighbourhood
        Exemption.objects.create(neighbourhood=place, volunteer=one, code="no_nights", since=NOW.date())
        with refused("duties.exempt"):
            assign(by=None, shift=night, volunteer=one, now=NOW, despite=frozenset(Against))
        Away.objects.create(
            neighbourhood=place, volunteer=other, since=NOW.date(), until=NOW.date() + 3 * DAY, reason="ill"
        )
        with refused("duties.away"):
            put(gate, night, 1)
        put(gate, gate.shifts()[9], 1)
        Pairing.objects.create(neighbourhood=place, one=third, other=gate.guards[3], together=False)
        put(gate, night, 3)
        with refused("duties.apart"):
            put(gate, night, 2)
        with refused("duties.past"):
            assign(by=None, shift=gate.shifts()[0], volunteer=third, now=NOW + DAY)


def test_the_office_fills_some_posts_itself(gate: Watch, own: Volunteer, cast: Cast) -> None:
    with cast.scope():
        closed = PostFacts("东门", "gate", place=cast.gates[0], signup=False)
        change_post(by=None, post=gate.gate, facts=closed)
        shift = gate.shifts()[2]
        with refused("duties.no_signup"):
            sign_up(by=cast.users["guard"], shift=shift, volunteer=own, now=NOW)
        assign(by=None, shift=shift, volunteer=own, now=NOW)


def test_a_place_for_a_trained_one_of_a_unit_or_a_leader(gate: Watch, own: Volunteer, cast: Cast) -> None:
    with cast.scope():
        shift, place = gate.shifts()[2], cast.neighbourhood
        training = Training.objects.create(neighbourhood=place, code="gate", name="门岗设备")
        unit = body(cast, "云帆支部")
        Need.objects.create(shift=shift, training=training)
        Need.objects.create(shift=shift, body=unit)
        Need.objects.create(shift=shift, leader=True)
        put(gate, shift, 0)
        with refused("duties.not_fitting"):
            sign_up(by=cast.users["guard"], shift=shift, volunteer=own, now=NOW)
        for n, row in enumerate(("training", "member", "leader"), 1):
            guard = gate.guards[n]
            if row == "training":
                Trained.objects.create(neighbourhood=place, volunteer=guard, training=training, since=NOW.date())
            elif row == "member":
                Membership.objects.create(neighbourhood=place, volunteer=guard, body=unit, since=NOW.date())
            else:
                Volunteer.objects.filter(pk=guard.pk).update(leads=True)
                guard.refresh_from_db()
            opening = openings([shift])[shift.pk]
            assert unfilled(opening.shift, opening.here) == 4 - n
            put(gate, shift, n)
        opening = openings([shift])[shift.pk]
        assert unfilled(opening.shift, opening.here) == 0


def test_being_asked_keeps_no_place_and_yes_takes_one(gate: Watch, own: Volunteer, cast: Cast) -> None:
    with cast.scope():
        shift = gate.shifts()[2]
        asked = invite(by=cast.users["clerk"], shift=shift, volunteer=own, now=NOW)
        assert invite(by=cast.users["clerk"], shift=shift, volunteer=own, now=NOW).pk == asked.pk
        assert taken(shift) == 0
        said = accept(by=cast.users["guard"], stint=asked, now=NOW)
        assert (said.pk, said.how, said.taken_at, taken(shift)) == (asked.pk, "invited", NOW, 1)
        other = invite(by=None, shift=shift, volunteer=gate.guards[0], now=NOW)
        put(gate, shift, 1, 2, 3)
        with refused("duties.full"):
            accept(by=cast.users["guard"], stint=other, now=NOW)
        release(by=None, stint=other, reason="unsaid", now=NOW)
        assert taken(shift) == 4
        assert not Notice.objects.exists(), "nobody needs to hear that somebody said no"
        young = add_volunteer(by=None, neighbourhood=cast.neighbourhood, facts=Facts("听雨"), now=NOW)
        with refused("duties.age_unsaid"):
            invite(by=None, shift=shift, volunteer=young, now=NOW)


def test_what_has_been_is_not_given_back(gate: Watch, cast: Cast) -> None:
    with cast.scope():
        shift = gate.shifts()[2]
        (stint,) = put(gate, shift, 0)
        with refused("duties.release_late"):
            release(by=None, stint=stint, reason="ill", now=shift.ends_at)


def test_off_the_roster(gate: Watch, own: Volunteer, cast: Cast) -> None:
    with cast.scope():
        stint = sign_up(by=cast.users["guard"], shift=gate.shifts()[2], volunteer=own, now=NOW)
        with refused("duties.duties_ahead"):
            end_volunteer(by=None, volunteer=own, on=NOW.date(), now=NOW)
        with refused("duties.end_before"):
            end_volunteer(by=None, volunteer=own, on=date(2019, 1, 1), now=NOW)
        release(by=None, stint=stint, reason="office", now=NOW)
        end_volunteer(by=None, volunteer=own, on=NOW.date(), now=NOW)
        with refused("duties.not_listed"):
            sign_up(by=cast.users["guard"], shift=gate.shifts()[2], volunteer=own, now=NOW)
        with refused("duties.account_twice"):
            person(cast, NOW, "林知夏", user=User.objects.get(username="guard"))
        facts = Facts("保安01", born_year=1980, user=cast.users["guard"])
        with refused("duties.account_twice"):
            change_volunteer(by=None, volunteer=gate.guards[0], facts=facts, now=NOW)
