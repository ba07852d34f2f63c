"""Rosters worked out, decided by hand, worked out again around that, taken over in one act, and what others did meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.duties import proposals_solving, retention, solving
from linli.duties.actions import proposals as actions
from linli.duties.actions.stints import assign, invite, release
from linli.duties.models import (
    Away,
    Exemption,
    Proposal,
    ProposedStint,
    Shift,
    Stint,
    Volunteer,
)
from linli.duties.proposals import SILENT, Standing, basis, standing
from linli.duties.rules import coverage
from linli.duties.testing import Watch
from linli.duties.tests.rosters import DAY, NOW, asked, of_day, places, worked_out
from linli.ground.testing import make_cast
from linli.journal.models import Entry

pytestmark = pytest.mark.django_db


def denied(code: str, act: Callable[..., object], *args: object, **said: object) -> None:
    """The action is refused with this code."""
    with refused(code):
        act(*args, **said)


# ---------------------------------------------------------------- worked out and taken over


def test_a_roster_is_worked_out_and_taken_over_in_one_act(world: Watch) -> None:
    """P05: four guards at every minute of three days, each with eleven hours of rest."""
    proposal = worked_out(asked(world, seconds=5))
    assert standing(proposal, NOW) is Standing.READY
    assert (proposal.unmet, proposal.greedy) == ([], False)
    assert ProposedStint.objects.filter(proposal=proposal).count() == 24
    assert actions.take_over(by=None, proposal=proposal, now=NOW) == 24
    stints = list(Stint.objects.filter(how=Stint.How.PROPOSAL).select_related("shift"))
    first = min(stint.shift.starts_at for stint in stints)
    spans = [(one.shift.starts_at, one.shift.ends_at, 1) for one in stints]
    assert [one.people for one in coverage(spans, first, first + 3 * DAY)] == [4]
    assert set(Shift.objects.filter(stints__in=stints).values_list("taken", flat=True)) == {4}
    assert not ProposedStint.objects.exists()
    proposal.refresh_from_db()
    assert standing(proposal, NOW) is Standing.TAKEN
    told = list(Entry.objects.filter(act__startswith="duties.proposal").order_by("pk").values_list("act", flat=True))
    assert told == ["duties.proposal_opened", "duties.proposal_begun", "duties.proposal_taken"]
    denied("duties.proposal_closed", actions.take_over, by=None, proposal=proposal, now=NOW)
    denied("duties.proposal_closed", actions.begin, by=None, proposal=proposal, now=NOW)
    denied("duties.proposal_closed", actions.drop, by=None, proposal=proposal)


def test_places_that_are_taken_stay_and_who_was_asked_says_yes(world: Watch, greedy: None) -> None:
    early, late = of_day(world, 1)
    assign(by=None, shift=early, volunteer=world.guards[0], now=NOW)
    invite(by=None, shift=late, volunteer=world.guards[7], now=NOW)
    proposal = worked_out(asked(world, 1))
    assert world.guards[0].pk not in places(proposal, early)  # it is his already
    assert len(places(proposal, early)) == 3
    assert world.guards[7].pk in places(proposal, late)
    assert actions.take_over(by=None, proposal=proposal, now=NOW) == 7
    assert set(Stint.objects.filter(released_at=None, taken_at=None)) == set()
    assert Stint.objects.get(volunteer=world.guards[7]).how == Stint.How.INVITED
    assert list(Shift.objects.filter(pk__in=[early.pk, late.pk]).values_list("taken", flat=True)) == [4, 4]


@pytest.mark.parametrize("what", ["given back", "taken", "elsewhere", "cancelled"])
def test_who_was_slower_is_told_and_nothing_is_written(world: Watch, greedy: None, what: str) -> None:
    """Compare and swap: what others did since it was worked out is not overwritten."""
    early, late = of_day(world, 1)
    held = assign(by=None, shift=late, volunteer=world.guards[0], now=NOW)
    proposal = worked_out(asked(world, 1))
    if what == "given back":
        release(by=None, stint=held, reason="ill", now=NOW)
    elif what == "taken":
        assign(by=None, shift=early, volunteer=world.guards[1], now=NOW)
    elif what == "elsewhere":
        assign(by=None, shift=of_day(world, 2)[0], volunteer=world.guards[2], now=NOW)
    else:
        Shift.objects.filter(pk=late.pk).update(cancelled_at=NOW)
    before = Stint.objects.count()
    denied("duties.proposal_overtaken", actions.take_over, by=None, proposal=proposal, now=NOW)
    assert Stint.objects.count() == before
    proposal.refresh_from_db()
    assert standing(proposal, NOW) is Standing.READY
    assert actions.take_over(by=None, proposal=worked_out(proposal), now=NOW) > 0


@pytest.mark.parametrize("what", ["exempt", "away", "off the roster"])
def test_who_cannot_any_more_is_not_put_there_by_an_older_proposal(world: Watch, greedy: None, what: str) -> None:
    proposal = worked_out(asked(world, 1))
    late = of_day(world, 1)[1]
    someone = Volunteer.objects.get(pk=min(places(proposal, late)))
    day = timezone.localdate(late.starts_at)
    columns = {"neighbourhood_id": someone.neighbourhood_id, "volunteer": someone, "since": day}
    if what == "exempt":
        Exemption.objects.create(code="no_nights", **columns)
    elif what == "away":
        Away.objects.create(reason="ill", **columns)
    else:
        Volunteer.objects.filter(pk=someone.pk).update(until=day)
    denied("duties.proposal_overtaken", actions.take_over, by=None, proposal=proposal, now=NOW)
    assert not Stint.objects.exists()
    again = worked_out(proposal)
    assert someone.pk not in places(again, late)
    assert actions.take_over(by=None, proposal=again, now=NOW) > 0


def test_of_two_proposals_for_the_same_days_one_is_taken_over(world: Watch, greedy: None) -> None:
    one, other = worked_out(asked(world, 1)), worked_out(asked(world, 1))
    actions.take_over(by=None, proposal=one, now=NOW)
    denied("duties.proposal_overtaken", actions.take_over, by=None, proposal=other, now=NOW)
    assert Stint.objects.count() == 8


def test_a_place_claimed_in_the_same_moment_is_not_given_twice(world: Watch, greedy: None) -> None:
    """The count of the shift moves between reading and claiming."""
    proposal = worked_out(asked(world, 1))
    there = basis(proposal, proposal.started_at)
    Shift.objects.filter(pk=of_day(world, 1)[0].pk).update(taken=1)
    rows = list(ProposedStint.objects.filter(proposal=proposal))
    denied("duties.proposal_overtaken", actions._stints, None, there, rows, NOW)


def test_who_said_no_hours_that_were_understood_is_not_asked_at_any_hour(world: Watch, greedy: None) -> None:
    """Silence is free at any time; "看情况" is not: until the office knows the hours, no search gives a place."""
    unsure = Volunteer.objects.order_by("pk").first()
    assert unsure is not None
    Volunteer.objects.filter(pk=unsure.pk).update(said="看情况")
    people = {one.id: one.free for one in basis(asked(world), NOW).problem.people}
    assert people.pop(str(unsure.pk)) == frozenset()
    assert set(people.values()) == {None}


def test_what_has_begun_is_left_out(world: Watch, greedy: None) -> None:
    proposal = worked_out(asked(world, 1))
    begun = of_day(world, 1)[1].starts_at - timedelta(hours=1)
    assert actions.take_over(by=None, proposal=proposal, now=begun) == 4


# ---------------------------------------------------------------- by hand


def test_it_is_worked_out_again_around_what_a_person_fixed(world: Watch, greedy: None) -> None:
    proposal = worked_out(asked(world, 2))
    early, late = of_day(world, 1)
    wanted = next(one for one in world.guards if one.pk not in places(proposal, early))
    other = next(one for one in world.guards if one.pk in places(proposal, early))
    actions.decide(by=None, proposal=proposal, volunteer=wanted, shifts=[early, late], on=early, now=NOW)
    actions.decide(by=None, proposal=proposal, volunteer=other, shifts=[early, late], off=True, now=NOW)
    proposal.refresh_from_db()
    assert standing(proposal, NOW) is Standing.CHANGED
    assert len(places(proposal, early)) <= 4  # whom the search gave the last place, or who is ruled out, is off it
    denied("duties.proposal_changed", actions.take_over, by=None, proposal=proposal, now=NOW)
    worked_out(proposal)
    assert wanted.pk in places(proposal, early)
    assert other.pk not in places(proposal, early) | places(proposal, late)
    assert [one["why"] for one in proposal.unmet] == ["not_enough"]  # seven are left for eight places
    actions.take_over(by=None, proposal=proposal, now=NOW)
    assert Stint.objects.get(volunteer=wanted, shift=early).fixed


def test_a_decision_is_replaced_and_taken_back(world: Watch, greedy: None) -> None:
    proposal = worked_out(asked(world, 1))
    early, late = of_day(world, 1)
    guard = world.guards[0]
    said = {"by": None, "proposal": proposal, "volunteer": guard, "shifts": [early, late], "now": NOW}
    mine = ProposedStint.objects.filter(proposal=proposal, volunteer=guard)
    actions.decide(**said, off=True)
    assert set(mine.values_list("fixed", "off")) == {(True, True)}
    actions.decide(**said, on=late)
    assert list(mine.values_list("shift", "fixed", "off")) == [(late.pk, True, False)]
    actions.decide(**said)
    assert list(mine.values_list("shift", "fixed", "off")) == [(late.pk, False, False)]


def test_what_the_office_may_not_put_aside_is_refused_by_hand_too(world: Watch, greedy: None) -> None:
    proposal = worked_out(asked(world, 2))
    early, late = of_day(world, 1)
    guard = world.guards[0]
    said = {"by": None, "proposal": proposal, "volunteer": guard, "now": NOW}
    Exemption.objects.create(
        neighbourhood=world.cast.neighbourhood, volunteer=guard, code="no_nights", since=NOW.date()
    )
    denied("duties.exempt", actions.decide, **said, shifts=[early, late], on=late)
    ProposedStint.objects.filter(proposal=proposal).delete()
    actions._fix(proposal, guard, [early], off=False)
    across = Shift.objects.create(
        post=world.gate,
        starts_at=early.starts_at + timedelta(hours=1),
        ends_at=early.ends_at,
        wanted=1,
        changed_at=NOW,
    )
    denied("duties.overlap", actions.decide, **said, shifts=[across], on=across)


def test_less_rest_by_hand_stays_with_the_place_by_name(world: Watch, greedy: None) -> None:
    """What speaks against a decision by hand is put aside with the name of who takes it over."""
    proposal = worked_out(asked(world, 1))
    early, late = of_day(world, 1)
    guard = world.guards[0]
    said = {"by": None, "proposal": proposal, "volunteer": guard, "now": NOW}
    actions.decide(**said, shifts=[early], on=early)
    ProposedStint.objects.filter(proposal=proposal, shift=late, volunteer=guard).delete()
    actions._make_room(proposal, late)
    actions._fix(proposal, guard, [late], off=False)
    worked_out(proposal)
    actions.take_over(by=world.cast.users["secretary"], proposal=proposal, now=NOW)
    overrode = list(Stint.objects.filter(volunteer=guard).values_list("overrode", "overrode_by"))
    assert sorted(overrode) == [([], ""), (["adjacent"], world.cast.users["secretary"].display_name)]


# ---------------------------------------------------------------- the solver's life


def test_nothing_begins_twice_and_an_old_run_writes_nothing(
    world: Watch, greedy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = asked(world, 1)
    assert standing(proposal, NOW) is Standing.BROKEN  # nobody works on it yet
    actions.begin(by=None, proposal=proposal, now=NOW)
    assert standing(proposal, NOW) is Standing.RUNNING
    denied("duties.proposal_busy", actions.begin, by=None, proposal=proposal, now=NOW)
    denied("duties.proposal_busy", actions.take_over, by=None, proposal=proposal, now=NOW)
    said = {"by": None, "proposal": proposal, "volunteer": world.guards[0], "shifts": []}
    denied("duties.proposal_busy", actions.decide, **said, now=NOW)
    old = Proposal.objects.get(pk=proposal.pk)
    later = NOW + SILENT + timedelta(seconds=1)
    assert standing(proposal, later) is Standing.BROKEN
    actions.begin(by=None, proposal=proposal, now=later)
    denied("duties.proposal_busy", actions.begin, by=None, proposal=old, now=later)
    assert not proposals_solving.run(old, old.run)
    assert actions.claim(proposal=proposal, run=2, mark="m", now=later)
    assert not actions.note(proposal=proposal, run=1, now=later, facts={"cost": 1}, roster={})
    given_way: list[int] = []
    monkeypatch.setattr("os.nice", given_way.append)  # else every later test of this process would give way too
    with pytest.raises(CommandError):
        call_command("solve_proposal", str(proposal.pk), run=1)
    assert given_way == [proposals_solving.NICENESS]
    with pytest.raises(CommandError):
        call_command("solve_proposal", str(world.gate.pk), run=1)


def test_a_killed_solver_leaves_the_best_so_far(world: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    """It dies after its first roster: the proposal says so, keeps it, and can be started again."""

    class Killed(BaseException):
        """Nothing after this runs."""

    def solve(problem: object, *, heard: object, **_: object) -> None:
        heard(solving.Found(solving.greedy(problem), 7, 1.0, 3.0))
        raise Killed

    monkeypatch.setattr(proposals_solving, "solve", solve)
    proposal = asked(world, 1)
    actions.begin(by=None, proposal=proposal, now=timezone.now())
    with pytest.raises(Killed):
        proposals_solving.run(proposal, 1)
    proposal.refresh_from_db()
    assert standing(proposal, timezone.now() + SILENT * 2) is Standing.BROKEN
    assert (proposal.cost, proposal.bound, proposal.state) == (7, 3, Proposal.State.RUNNING)
    assert ProposedStint.objects.filter(proposal=proposal).count() == 8
    monkeypatch.undo()
    monkeypatch.setattr(solving, "has_solver", lambda: False)
    actions.begin(by=None, proposal=proposal, now=timezone.now() + SILENT * 2)
    assert ProposedStint.objects.filter(proposal=proposal).count() == 8  # until there is better
    assert proposals_solving.run(proposal, 2)


def test_what_breaks_off_by_itself_says_so(world: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(problem: object, **_: object) -> None:
        raise RuntimeError("no memory")

    monkeypatch.setattr(proposals_solving, "solve", fails)
    proposal = asked(world, 1)
    actions.begin(by=None, proposal=proposal, now=NOW)
    proposals_solving.run(proposal, 1)
    proposal.refresh_from_db()
    assert (proposal.state, standing(proposal, NOW)) == (Proposal.State.FAILED, Standing.BROKEN)


def test_it_can_be_ended_early_and_put_aside(world: Watch) -> None:
    proposal = asked(world, 7, seconds=600)
    Proposal.objects.filter(pk=proposal.pk).update(seconds=60)
    proposal.refresh_from_db()
    actions.begin(by=None, proposal=proposal, now=timezone.now())
    actions.stop(by=None, proposal=proposal)
    assert proposals_solving.run(proposal, 1)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.DONE
    assert proposal.progress["seconds"] < 50
    actions.drop(by=None, proposal=proposal)
    actions.drop(by=None, proposal=proposal)
    proposal.refresh_from_db()
    assert standing(proposal, NOW) is Standing.DROPPED
    assert not ProposedStint.objects.exists()
    assert Entry.objects.filter(act="duties.proposal_dropped").count() == 1


def test_what_nobody_took_over_is_erased_after_thirty_days(world: Watch, greedy: None) -> None:
    proposal = worked_out(asked(world, 1))
    assert retention.due(NOW + 31 * DAY)["proposed_stints"] == 0
    assert retention.due(NOW + 33 * DAY)["proposed_stints"] == 8
    assert retention.erase(NOW + 33 * DAY)["proposed_stints"] == 8
    assert Proposal.objects.filter(pk=proposal.pk).exists()


def test_what_cannot_be_asked_for(world: Watch) -> None:
    today = NOW.date()
    said = {"by": None, "neighbourhood": world.cast.neighbourhood, "posts": [world.gate], "now": NOW}
    denied("duties.proposal_posts", actions.open_proposal, **said | {"posts": []}, since=today, until=today + DAY)
    other = make_cast("别处", "other_")
    there = said | {"neighbourhood": other.neighbourhood}
    denied("duties.proposal_posts", actions.open_proposal, **there, since=today, until=today + DAY)
    for since, until in ((today, today), (today - 2 * DAY, today - DAY), (today, today + 63 * DAY)):
        denied("duties.proposal_span", actions.open_proposal, **said, since=since, until=until)
    far = asked(world, 60)
    assert world.shifts()[-1].starts_at > NOW + 55 * DAY  # written as far as the roster goes
    assert far.seconds == 20


def test_the_page_begins_a_process_of_its_own(world: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(proposals_solving.subprocess, "Popen", lambda line, **_: begun.append(line))
    proposal = actions.begin(by=None, proposal=asked(world, 1), now=NOW)
    proposals_solving.start(proposal)
    assert begun[0][1:] == ["-m", "django", "solve_proposal", str(proposal.pk), "--run", "1"]
