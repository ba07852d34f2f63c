"""Who stands on duty in the fictional neighbourhood: guards four by four at two gates, two people in each zone, a few places open."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from linli.duties.actions.attendance import read_note, write_note
from linli.duties.actions.people import Facts, add_volunteer, renew_address
from linli.duties.actions.posts import PatternFacts, PostFacts, Wanted, add_pattern, add_post
from linli.duties.actions.proposals import begin, open_proposal
from linli.duties.actions.stints import release
from linli.duties.generating import generate
from linli.duties.models import Credit, Post, Shift, Stint, Volunteer
from linli.duties.proposals_solving import run
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.models import Area, Body, BodyKind, Place
from linli.ground.scope import scoped
from linli.site.demo.build import Built
from linli.site.demo.people import GIVEN, SURNAMES

Say = Callable[[str], None]
SEED = 20200214
BACK = timedelta(days=7)
FILLED = timedelta(days=13)
DAY = timedelta(days=1)
TEAM = 4
ON_DAY = (0, 2, 1)
ON_NIGHT = (1, 0, 2)
"""Which of a gate's three teams has the day, and which the night, on each day of three: a day, the next night, a day off."""
SAID = "东门快递架已满，请来人时提醒到西门取件。南侧路灯不亮，已报物业。"


def duties(built: Built, say: Say) -> None:
    """Posts, people, two weeks of shifts; somebody is missing now, a place is open tonight, a zone has one person tomorrow."""
    say("who stands on duty")
    now = timezone.now()
    with scoped(neighbourhood_ids={built.neighbourhood.pk}, reason="cli:demo"):
        rng = random.Random(SEED)
        names = _names(rng)
        firm = add_body(
            by=None, facts=BodyFacts("安居物业", BodyKind.objects.get(code="property_company"), built.neighbourhood)
        )
        since = now - BACK
        gates = [_gate(built, gate, firm, since) for gate in built.gates[:2]]
        zones = _zones(built, since)
        generate([*gates, *zones], now)
        for gate in gates:
            _guard(gate, [_person(built, next(names), since, home=firm) for _ in range(3 * TEAM)], now)
        neighbours = [_person(built, next(names), since, named=n % 3 != 2) for n in range(30)]
        own = _own(built, since)
        for number, zone in enumerate(zones):
            _patrol(zone, neighbours, number, own, now)
        _today(built, gates, zones, now)
        _proposed(built, zones, now)


def _names(rng: random.Random) -> Iterator[str]:
    """Names of two or three characters, each once."""
    given = [GIVEN[n : n + 2] for n in range(0, len(GIVEN) - 1, 2)]
    seen: set[str] = set()
    while True:
        name = rng.choice(SURNAMES) + rng.choice(given)
        if name not in seen:
            seen.add(name)
            yield name


def _person(built: Built, name: str, since: datetime, *, home: Body | None = None, named: bool = False) -> Volunteer:
    year = since.year - 25 - len(name) * 7
    facts = Facts(name, born_year=year, home=home, named=named)
    day = timezone.localdate(since)
    return add_volunteer(by=None, neighbourhood=built.neighbourhood, facts=facts, now=since, since=day)


def _own(built: Built, since: datetime) -> Volunteer:
    """A volunteer with an account: the building leader of the demo, with a calendar of her own."""
    user = built.users["louzu"]
    facts = Facts(user.display_name, born_year=since.year - 47, user=user, named=True)
    who = add_volunteer(
        by=None, neighbourhood=built.neighbourhood, facts=facts, now=since, since=timezone.localdate(since)
    )
    renew_address(by=user, of=who)
    return who


def _gate(built: Built, gate: Place, firm: Body, since: datetime) -> Post:
    """P05: two shifts of twelve hours, four people each, the first of them leading."""
    facts = PostFacts(gate.name, "gate", gate, title_en=gate.name_en, host=firm, gapless=True, signup=False)
    day = timezone.localdate(since)
    post = add_post(by=None, neighbourhood=built.neighbourhood, facts=facts, since=day)
    for name, english, start in (("白班", "Day", 7), ("夜班", "Night", 19)):
        pattern = PatternFacts(name, time(start), 720, TEAM, name_en=english, needs=(Wanted(1, leader=True),))
        add_pattern(by=None, post=post, facts=pattern, now=since, since=day)
    return post


def _zones(built: Built, since: datetime) -> list[Post]:
    """P03: two people in each zone, each day."""
    place, day = built.neighbourhood, timezone.localdate(since)
    found = []
    for area in Area.objects.filter(neighbourhood=place, purpose="zone").order_by("pk"):
        post = add_post(by=None, neighbourhood=place, facts=PostFacts(area.name, "zone", area=area), since=day)
        pattern = PatternFacts("值班", time(9), 480, 2, name_en="Duty")
        add_pattern(by=None, post=post, facts=pattern, now=since, since=day)
        found.append(post)
    return found


def _guard(post: Post, guards: Sequence[Volunteer], now: datetime) -> None:
    teams = [guards[n : n + TEAM] for n in range(0, len(guards), TEAM)]
    leaders = {team[0].pk for team in teams}
    Volunteer.objects.filter(pk__in=leaders).update(leads=True)
    for shift in post.shifts.filter(starts_at__lt=now + FILLED).select_related("post"):
        local = timezone.localtime(shift.starts_at)
        order = ON_DAY if local.hour == 7 else ON_NIGHT
        team = teams[order[_number(local.date())]]
        _fill(shift, team, now, leads=team[0])


def _number(day: date) -> int:
    return day.toordinal() % len(ON_DAY)


def _patrol(post: Post, people: Sequence[Volunteer], number: int, own: Volunteer, now: datetime) -> None:
    """Two neighbours a day in turn; the first zone has the account's owner every fourth day, the last stays open next week."""
    for shift in post.shifts.filter(starts_at__lt=now + FILLED).select_related("post"):
        turn = timezone.localdate(shift.starts_at).toordinal() * 2 + number * 11
        two = [people[turn % len(people)], people[(turn + 1) % len(people)]]
        if number == 0 and turn % 8 in (0, 1):
            two = [own, two[1]]
        _fill(shift, two, now)


def _fill(shift: Shift, people: Sequence[Volunteer], now: datetime, leads: Volunteer | None = None) -> None:
    """Put them there in one statement, and for what is over or under way say that they came."""
    over, begun = shift.ends_at <= now, shift.starts_at <= now
    stints = [
        Stint(
            neighbourhood_id=one.neighbourhood_id,
            shift=shift,
            volunteer=one,
            how="assigned" if leads is not None else "signup",
            leads=one == leads,
            taken_at=shift.starts_at - BACK,
            changed_at=shift.starts_at - BACK,
            came_at=shift.starts_at if begun else None,
            left_at=shift.ends_at if over else None,
            said_at=shift.starts_at if begun else None,
        )
        for one in people
    ]
    Stint.objects.bulk_create(stints)
    Shift.objects.filter(pk=shift.pk).update(taken=len(stints))
    Credit.objects.bulk_create(
        Credit(neighbourhood_id=stint.neighbourhood_id, stint=stint, body_id=body)
        for stint in stints
        if begun
        for body in {shift.post.host_id, stint.volunteer.home_id}
        if body is not None
    )


def _today(built: Built, gates: Sequence[Post], zones: Sequence[Post], now: datetime) -> None:
    """One is missing at the first gate, one cannot come tonight at the second, the first zone has one person tomorrow; a note."""
    captain = built.users["duizhang"]
    under_way = _shifts(gates[0], starts_at__lte=now, ends_at__gt=now)
    late = Stint.objects.filter(shift__in=under_way, leads=False).order_by("pk").last()
    Stint.objects.filter(pk=late.pk if late else None).update(came_at=None, said_at=None)
    Credit.objects.filter(stint=late).delete()
    for post, after in ((gates[1], now), (zones[0] if zones else None, now + DAY)):
        coming = _shifts(post, starts_at__gt=after)[:1] if post is not None else []
        for stint in Stint.objects.filter(shift__in=coming, leads=False).select_related("shift__post", "volunteer")[:1]:
            release(by=captain, stint=stint, reason="ill", now=now)
    for shift in _shifts(gates[0], ends_at__lte=now).order_by("-ends_at")[:1]:
        note = write_note(by=captain, shift=shift, text=SAID, now=now)
        read_note(by=captain, note=note, now=now)


def _shifts(post: Post, **when: datetime) -> QuerySet[Shift]:
    return post.shifts.filter(**when).select_related("post__neighbourhood").order_by("starts_at")


def _proposed(built: Built, posts: Sequence[Post], now: datetime) -> None:
    """A roster of the zones for the week that is still open, worked out and waiting for somebody to take it over."""
    if not posts:
        return
    since = timezone.localdate(now + FILLED) + DAY
    proposal = open_proposal(
        by=None, neighbourhood=built.neighbourhood, posts=posts, since=since, until=since + BACK, now=now, seconds=5
    )
    begin(by=None, proposal=proposal, now=now)
    run(proposal, proposal.run)
