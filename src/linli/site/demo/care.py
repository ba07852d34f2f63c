"""Whom the fictional neighbourhood looks after: homes in quarantine at different days, an alarm, an order in words, and quieter care."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from linli.care.actions.cases import Term, open_case, set_fit
from linli.care.actions.errands import ask_errand, take_errand
from linli.care.actions.follow_ups import Returns, set_follow_up
from linli.care.actions.orders import Authority, Ordered
from linli.care.actions.practice import set_practice, set_ready
from linli.care.actions.readings import Said, record_reading
from linli.care.actions.staff import Due, ask_staff_visit, done_staff_visit
from linli.care.actions.visits import record_on_site, set_need
from linli.care.models import Case
from linli.care.models.hidden import children_too
from linli.care.staff import Whom
from linli.ground.models import Body, Household, Mandate, Person, Residence
from linli.ground.scope import scoped
from linli.site.demo.build import HELPER, SEED, Built, Say
from linli.site.demo.own_page import hand_over

HOMES = 12
AUTHORITY = Authority("district_government", "槐安区人民政府（虚构）")
BEFORE = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13)
"""How many days ago the twelve landed; who landed before the operation came home from a central place since."""
MORNING, EVENING = 8, 20
HELPED = (3, 4)
"""Which of the twelve the account of the helper looks after; the first of them holds the slip of the own page."""
CALM = ("alone", "disabled", "pregnant", "medicine", "hardship", "child_alone", "alone", "medicine")
NEEDS = {
    "alone": ("visit", 3, "每三天上门看看，顺便带两份报纸。"),
    "disabled": ("bring", 7, "楼里没有电梯，米、油和口罩送到门口。"),
    "pregnant": ("call", 7, "下月产检要用车，提前一天打电话。"),
    "medicine": ("bring", 14, "每两周代配一次药，社保卡在本人手里。"),
    "hardship": ("call", 14, "临时救助的材料还差一份，陪同去窗口。"),
    "child_alone": ("call", 1, "父母在外地隔离，姑姑白天在，晚上打电话。"),
}
WISHES = ("大米 5 公斤、鸡蛋一盒", "快递柜取件码 3-412", "降压药，照上次的牌子，社保卡在门口信封里")
READY = {
    "quarantine": "每户一名包户人，名单贴在办公室东墙。",
    "plan": "应急预案已印发，值班表背面有 120 和发热门诊电话。",
    "stores": "口罩 460 只、额温枪 8 把、消毒液 30 桶，在二楼储藏室。",
    "prevention": "电梯、门把手每四小时消毒一次，记录在巡查页。",
}


def care(built: Built, say: Say) -> None:
    """Everything of the room, through its own writers."""
    say("whom we look after")
    rng, now = random.Random(SEED + 7), timezone.now()
    clerk = built.users["zhuren"]
    with scoped(neighbourhood_ids={built.neighbourhood.pk}, reason="cli:demo"), children_too():
        set_practice(by=clerk, neighbourhood=built.neighbourhood, convention="landing", households_each=2)
        homes = _homes(built)
        cases = [
            _quarantine(built, rng, next(homes), number, now - timedelta(days=days), now)
            for number, days in enumerate(BEFORE)
        ]
        hand_over(by=clerk, case=cases[HELPED[0]])
        _errands(built, cases, now)
        _calm(built, homes, now)
        _journeys(built, now)
        _staff(built, now)
        for item, words in READY.items():
            set_ready(by=clerk, neighbourhood=built.neighbourhood, item=item, ok=True, words=words)


def _homes(built: Built) -> Iterator[tuple[Household, Person, Mandate]]:
    """Homes where somebody lives, of a building each, the account's own building first; nobody of them is looked after yet."""
    leaders = list(
        Mandate.objects.filter(capacity="building_leader", until__isnull=True).select_related("place", "user")
    )
    leaders.sort(key=lambda one: one.user_id is None)
    taken = set(Case.objects.values_list("household_id", flat=True))
    for turn in range(3):
        for leader in leaders:
            if leader.place is None:
                continue
            rows = Residence.objects.filter(
                household__dwelling__path__startswith=leader.place.path,
                presence="here",
                relation__in=["head", "tenant"],
            ).exclude(household__in=taken)
            home = rows.select_related("household__dwelling", "person").order_by("pk")[3 + turn : 4 + turn].first()
            if home is not None and home.household is not None:
                taken.add(home.household.pk)
                yield home.household, home.person, leader


def _quarantine(
    built: Built,
    rng: random.Random,
    home: tuple[Household, Person, Mandate],
    number: int,
    landed: datetime,
    now: datetime,
) -> Case:
    """One home: its order, its readings until now, a visit for most; one has a fever, one an order in words."""
    household, person, leader = home
    if number in HELPED:
        leader = Mandate.objects.get(user=built.users[HELPER])
    clerk = built.users["zhuren"]
    opened = max(landed + timedelta(hours=8), built.operation.starts_at + timedelta(hours=2))
    oral = number == 1
    opened = now - timedelta(hours=20) if oral else opened
    document = "" if oral else f"槐府隔〔{timezone.localdate(opened).year}〕{17 + number}号"
    case = open_case(
        by=clerk, person=person, household=household, kind="quarantine", ground="journey", at=opened,
        term=Term(landed_at=landed, door_at=opened), supervisor=leader,
        ordered=Ordered(AUTHORITY, opened, document, "区防控办周科员（电话）" if oral else ""),
    )  # fmt: skip
    set_fit(by=clerk, case=case, fit=True, at=opened + timedelta(minutes=20))
    checks = list(_checks(opened, now))
    for day, hour in checks:
        fever = number == 4 and (day, hour) == checks[-1]
        if rng.random() < 0.94 or fever:
            at = timezone.make_aware(datetime.combine(day, time(hour, rng.randrange(50))))
            tenths = 379 if fever else 362 + rng.randrange(7)
            record_reading(
                by=None,
                case=case,
                said=Said(Decimal(tenths).scaleb(-1), ("throat",) if fever else ()),
                happened_at=at,
                by_self=rng.random() < 0.7,
            )
    if number not in (2, 7, 9):
        record_on_site(
            by=clerk,
            case=case,
            happened_at=_by_day(opened + timedelta(hours=3), opened, now),
            mandate=leader,
            words="门口看过，缺什么当场记下了。",
        )
    return case


def _by_day(at: datetime, since: datetime, now: datetime) -> datetime:
    """Nobody rings at night, at whatever hour the demo is built: the afternoon before, else the morning after if it has come."""
    local = timezone.localtime(at)
    if MORNING <= local.hour < EVENING:
        return at
    afternoon = local.replace(hour=16, minute=40) - timedelta(days=1 if local.hour < MORNING else 0)
    if afternoon > since:
        return afternoon
    return min(afternoon + timedelta(hours=17), now)


def _checks(since: datetime, now: datetime) -> Iterator[tuple[date, int]]:
    """The mornings and evenings after a moment that are over by now."""
    day = timezone.localdate(since)
    while day <= timezone.localdate(now):
        for hour in (8, 18):
            at = timezone.make_aware(datetime.combine(day, time(hour, 50)))
            if since < at < now:
                yield day, hour
        day += timedelta(days=1)


def _errands(built: Built, cases: Sequence[Case], now: datetime) -> None:
    """What those at home asked for: two wait, one of them since yesterday; one is on its way."""
    own = Mandate.objects.get(user=built.users["zhuren"])
    for case, words, hours in zip(cases[2:], WISHES, (26, 3, 5), strict=False):
        errand = ask_errand(
            by=None, household=case.household, case=case, words=words, happened_at=now - timedelta(hours=hours)
        )
        if hours == 5:
            take_errand(by=built.users["zhuren"], errand=errand, mandate=own)


def _calm(built: Built, homes: Iterator[tuple[Household, Person, Mandate]], now: datetime) -> None:
    """Other attention: each with its need, its helper and an end; two were looked in on lately."""
    secretary = built.users["shuji"]
    for number, kind in enumerate(CALM):
        household, person, leader = next(homes)
        if kind == "child_alone":
            household, person = _child() or (household, person)
        case = open_case(
            by=secretary, person=person, household=household, kind=kind, ground="duty" if number % 2 else "request",
            ends_on=timezone.localdate(now) + timedelta(days=90 + 20 * number), supervisor=leader, at=now - timedelta(days=3),
        )  # fmt: skip
        way, every, words = NEEDS[kind]
        set_need(by=secretary, case=case, way=way, every_days=every, words=words)
        if number % 3 == 1:
            seen = _by_day(now - timedelta(hours=5), now - timedelta(days=3), now)
            record_on_site(by=secretary, case=case, happened_at=seen, way=way, mandate=leader)


def _away() -> Iterator[Residence]:
    """Somebody who is away, of a home each in which nobody is looked after yet."""
    taken = set(Case.objects.values_list("household_id", flat=True))
    rows = Residence.objects.filter(presence="away", household__isnull=False).exclude(household__in=taken)
    for row in rows.select_related("person", "household").order_by("-pk"):
        if row.household_id not in taken:
            taken.add(row.household_id)
            yield row


def _child() -> tuple[Household, Person] | None:
    """A child of seven to thirteen years, of a home in which nobody is looked after yet."""
    today = timezone.localdate()
    rows = Residence.objects.filter(
        presence="here",
        relation="child",
        person__born__gt=today - timedelta(days=13 * 365),
        person__born__lt=today - timedelta(days=7 * 365),
    ).exclude(household__in=Case.objects.values("household"))
    row = rows.select_related("person", "household").order_by("pk").first()
    return (row.household, row.person) if row is not None and row.household is not None else None


def _journeys(built: Built, now: datetime) -> None:
    """E02: some who are away, on one list or on the other, one on both; of some something is not known yet."""
    clerk, today = built.users["zhuren"], timezone.localdate(now)
    lists = (("key_region",), ("key_region",), ("abroad",), ("key_region", "abroad"), ("abroad",), ("key_region",))
    for number, (home, tags) in enumerate(zip(_away(), lists, strict=False)):
        assert home.household is not None  # ``_away`` asks for one
        case = open_case(
            by=clerk, person=home.person, household=home.household, kind="journey", ground="journey",
            ends_on=today + timedelta(days=60), at=now - timedelta(days=2),
        )  # fmt: skip
        set_follow_up(
            by=clerk,
            case=case,
            health="身体好，没有不舒服" if number != 2 else None,
            route="高铁，从武昌经合肥到上海" if number % 2 == 0 else "东航，从首尔到浦东",
            returns=Returns(today + timedelta(days=5), today + timedelta(days=9), True)
            if number not in (1, 4)
            else None,
            tags=tags,
        )


def _staff(built: Built, now: datetime) -> None:
    """L18: one visit past its day, one due, one made."""
    clerk, today = built.users["zhuren"], timezone.localdate(now)
    own = Mandate.objects.get(user=clerk)
    firms = list(Body.objects.filter(place=built.neighbourhood, until__isnull=True).order_by("pk")[:2])
    for number, (days, name, reason) in enumerate(
        (
            (-2, "保洁员小吴", "母亲住院，家里没有人做饭"),
            (3, "夜班老郑", "骨折在家，要有人陪去换药"),
            (-5, "前台小方", "孩子出生"),
        )
    ):
        body = firms[number % len(firms)] if firms else None
        visit = ask_staff_visit(
            by=clerk, neighbourhood=built.neighbourhood, whom=Whom(name, reason),
            due=Due(own, today + timedelta(days=days), body=body),
        )  # fmt: skip
        if number == 2:
            done_staff_visit(by=clerk, visit=visit, found="送了两罐奶粉，母子平安。")
