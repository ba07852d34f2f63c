"""Works that come again (O02), and a lent team in groups of four (P08)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from linli.accounts.tests.refused import refused
from linli.duties.actions.abilities import (
    pair,
    send_away,
)
from linli.duties.actions.groups import divide, end_division, regroup
from linli.duties.actions.stints import assign
from linli.duties.actions.works import WorkFacts, after_months, finish_work, plan_work, put_on_roster
from linli.duties.groups import divisions
from linli.duties.models import (
    GroupMember,
    Pairing,
    Shift,
    Volunteer,
    Work,
)
from linli.duties.testing import body, person
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry

NOW = timezone.now()
TODAY = timezone.localdate()
DAY = timedelta(days=1)
EVERY = [(day, part) for day in range(1, 8) for part in ("early", "afternoon", "night")]


def test_o02_trees_every_five_years_four_and_two_ten_nights(cast: Cast) -> None:
    due = TODAY + timedelta(days=40)
    with cast.scope():
        committee = body(cast, "业委会", "owners_committee")
        facts = WorkFacts("树木集中整修", due, every_months=60, days=10, crew=4, helpers=2)
        work = plan_work(by=None, neighbourhood=cast.neighbourhood, facts=facts)
        stale = Work.objects.get(pk=work.pk)
        members = [person(cast, NOW, f"委员{n}", home=committee) for n in range(5)]
        send_away(by=None, volunteer=members[4], since=TODAY, until=None, reason="abroad", place="新加坡")
        with refused("duties.work_late"):
            put_on_roster(by=None, work=work, first=due, starts=time(19), minutes=240, crew_of=committee, now=NOW)
        post = put_on_roster(
            by=None, work=work, first=TODAY + DAY, starts=time(19), minutes=240, crew_of=committee, now=NOW
        )
        assert put_on_roster(by=None, work=work, first=TODAY, starts=time(19), minutes=1, crew_of=None, now=NOW) == post
        again = put_on_roster(
            by=None, work=stale, first=TODAY, starts=time(19), minutes=240, crew_of=committee, now=NOW
        )
        assert again == post, "of two who press at once, the second finds the first one's post"
        shifts = list(Shift.objects.filter(post=post).order_by("starts_at"))
        assert [one.wanted for one in shifts] == [6] * 10
        for one in [*members[:4], person(cast, NOW, "志愿者甲"), person(cast, NOW, "志愿者乙")]:
            assign(by=None, shift=shifts[0], volunteer=one, now=NOW)
        with refused("duties.away"):
            assign(by=None, shift=shifts[1], volunteer=members[4], now=NOW)
        shifts[0].refresh_from_db()
        assert shifts[0].taken == 6
        client = client_as(cast.users["clerk"])
        page = client.get(f"/volunteers/works/{work.pk}/").content.decode()
        assert "委员4" in page
        assert "委员3" not in page
        assert "6 / 6" in page
        following = finish_work(by=None, work=work, on=TODAY + timedelta(days=11))
        assert following is not None
        assert following.due_on == after_months(due, 60)
        assert following.due_on.year == due.year + 5
        assert finish_work(by=None, work=work, on=TODAY) == following
        once = plan_work(by=None, neighbourhood=cast.neighbourhood, facts=WorkFacts("一次", due, crew=1))
        assert finish_work(by=None, work=once, on=TODAY) is None
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"duties.work_set", "duties.work_done"} <= acts


def test_works_on_the_page(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    with cast.scope():
        committee = body(cast, "业委会", "owners_committee")
    due = TODAY + timedelta(days=30)
    form = {"title": "修树", "due_on": due.isoformat(), "every": 5, "days": 2, "crew": 1, "helpers": 0}
    page = client.post("/volunteers/works/", form).url
    assert client.post("/volunteers/works/", {**form, "crew": 0}).status_code == 422
    roster = {"first": due.isoformat(), "starts": "19:00", "hours": 4, "body": committee.pk}
    assert client.post(f"{page}roster/", roster).status_code == 422
    assert client.post(f"{page}roster/", {**roster, "first": TODAY.isoformat()}).status_code == 302
    assert client.get(page).status_code == 200
    assert client.post(f"{page}done/").status_code == 302
    with cast.scope():
        assert Work.objects.filter(done_on__isnull=True).get().due_on.year == due.year + 5
    assert client.get("/volunteers/works/").status_code == 200
    with refused("duties.work_title"), cast.scope():
        plan_work(by=None, neighbourhood=cast.neighbourhood, facts=WorkFacts(" ", due, crew=1))
    with refused("duties.work_size"), cast.scope():
        plan_work(by=None, neighbourhood=cast.neighbourhood, facts=WorkFacts("某", due))
    assert after_months(date(2020, 2, 29), 60) == date(2025, 2, 28)
    assert client_as(cast.users["officer"]).get(page).status_code == 403


def test_p08_28_people_in_seven_fours_each_once_and_none_at_home(cast: Cast) -> None:
    with cast.scope():
        home = body(cast, "陕西大厦", "company")
        hosts = [body(cast, f"居委{n}", "committee") for n in range(2)]
        staff = [person(cast, NOW, f"职员{n:02}", home=home) for n in range(28)]
        pair(by=None, one=staff[0], other=staff[1], together=True)
        pair(by=None, one=staff[8], other=staff[20], together=True)
        pair(by=None, one=staff[4], other=staff[5], together=False)
        pair(by=None, one=staff[2], other=staff[12], together=False)
        made = divide(by=None, neighbourhood=cast.neighbourhood, people=staff, hosts=[home, *hosts], size=4, now=NOW)
        (found,) = divisions(cast.neighbourhood)
        assert [len(people) for _group, people in found.groups] == [4] * 7
        assert found.notes == []
        assert {one.pk for _group, people in found.groups for one in people} == {one.pk for one in staff}
        assert home not in {group.host for group, _people in found.groups}
        at = {member.volunteer_id: member.group.number for member in GroupMember.objects.select_related("group")}
        assert at[staff[0].pk] == at[staff[1].pk]
        assert at[staff[8].pk] == at[staff[20].pk]
        assert at[staff[4].pk] != at[staff[5].pk]
        assert at[staff[2].pk] != at[staff[12].pk]
    client = client_as(cast.users["clerk"])
    page = f"/volunteers/groups/{made}/"
    other = at[staff[1].pk] % 7 + 1
    assert client.post(page, {str(staff[1].pk): str(other), "x": "1"}).status_code == 302
    with cast.scope():
        notes = divisions(cast.neighbourhood)[0].notes
        assert len(notes) == 3
    shown = client.get(page).content.decode()
    assert "职员00" in shown
    assert notes[-1] in shown
    form = {"home": home.pk, "size": 5, "hosts": [hosts[0].pk]}
    assert client.post("/volunteers/groups/", form).status_code == 422
    assert client.post("/volunteers/groups/", {**form, "size": 4}).status_code == 302
    assert client.post(f"{page}end/").status_code == 302
    assert client.get(page).status_code == 404
    assert client.get("/volunteers/groups/").status_code == 200
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"duties.divided", "duties.regrouped"} <= acts


def test_why_people_cannot_be_divided(cast: Cast) -> None:
    with cast.scope():
        home, host = body(cast, "陕西大厦", "company"), body(cast, "居委", "committee")
        staff = [person(cast, NOW, f"职员{n}", home=home) for n in range(4)]

        def cannot(code: str, **facts: Any) -> None:
            with refused(code):
                divide(by=None, neighbourhood=cast.neighbourhood, now=NOW,
                       **{"people": staff, "hosts": [host], "size": 2, **facts})  # fmt: skip

        cannot("duties.group_nobody", people=[])
        cannot("duties.group_not_even", size=3)
        cannot("duties.group_no_host", hosts=[home])
        pair(by=None, one=staff[0], other=staff[1], together=True)
        pair(by=None, one=staff[1], other=staff[2], together=True)
        cannot("duties.group_together_too_many")
        pair(by=None, one=staff[0], other=staff[2], together=False)
        cannot("duties.group_together_and_apart", size=4)
        for one, other in ((0, 1), (1, 2), (0, 2)):
            pair(by=None, one=staff[one], other=staff[other], together=False)
        cannot("duties.group_not_found", size=4)
        Pairing.objects.all().delete()
        made = divide(by=None, neighbourhood=cast.neighbourhood, people=staff, hosts=[host], size=2, now=NOW)
        Volunteer.objects.filter(pk=staff[0].pk).update(home=host)
        number = GroupMember.objects.select_related("group").get(volunteer=staff[0]).group.number
        with refused("duties.group_own_host"):
            regroup(by=None, neighbourhood=cast.neighbourhood, division=made, places={staff[0].pk: 3 - number})
        end_division(by=None, neighbourhood=cast.neighbourhood, division=made, now=timezone.now())
        assert divisions(cast.neighbourhood) == []
