"""Who comes back to the fictional neighbourhood, and who rents there: told through the writers that the product uses."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from linli import vault
from linli.ground.actions.people import PHONE_CONTEXT
from linli.ground.models import Person, Phone, Place, Residence
from linli.ground.places import short_address
from linli.ground.scope import scoped
from linli.returnees.actions.cases import Journey, Told, close, register, settle, signal
from linli.returnees.actions.lists import take_list as take_names
from linli.returnees.details import Details, details_of
from linli.returnees.models import Case, Signal
from linli.site.demo.build import SEED, Built
from linli.site.demo.people import Maker
from linli.tenancies.actions.flats import open_from_register, try_contact
from linli.tenancies.actions.lists import take_list as take_tenants
from linli.tenancies.actions.resolve import resolve
from linli.tenancies.models import ContactAttempt, Difference, Tenancy, TenantList
from linli.tenancies.queries import Flat, flats

Say = Callable[[str], None]
SOURCES = ("self", "self", "self", "list", "list", "neighbour", "gate")
FROM = (
    ("32", "南京"),
    ("33", "杭州"),
    ("34", "合肥"),
    ("41", "郑州"),
    ("36", "南昌"),
    ("43", "长沙"),
    ("abroad", "首尔"),
    ("44", "深圳"),
)


def tell(built: Built, say: Say) -> None:
    """Arrivals of four days in every state, a list from above that waits, and two months of the property company's list."""
    rng = random.Random(SEED + 5)
    with scoped(neighbourhood_ids={built.neighbourhood.pk}, reason="cli:demo"):
        say("who comes back")
        with transaction.atomic():  # nobody else writes here: one transaction for hundreds of acts
            _arrivals(built, rng, timezone.now())
        say("let flats")
        with transaction.atomic():
            _let_flats(built, rng)


def _arrivals(built: Built, rng: random.Random, now: datetime) -> None:
    away = list(
        Residence.objects.filter(presence="away", household__isnull=False)
        .select_related("person", "household__dwelling__parent__parent")
        .order_by("pk")[:38]
    )
    clerk = built.users["zhuren"]
    for number, home in enumerate(away):
        hours = rng.choice((1, 2, 3, 5, 8, 20, 26, 40, 60, 75))
        first = now - timedelta(hours=hours, minutes=rng.randrange(50))
        rough = rng.random() < 0.15
        told = Told(first, first + timedelta(hours=2 if rough else 0), rough)
        origin, town = rng.choice(FROM)
        own = Phone.objects.filter(person=home.person).first()
        details = Details(name=home.person.name, phone=_number(own) if own is not None else "", place=town)
        case = signal(
            by=clerk,
            neighbourhood=built.neighbourhood,
            source=rng.choice(SOURCES),
            details=details,
            told=told,
            person=home.person,
            dwelling=home.household.dwelling,
        )
        if number % 6 == 5:
            again = Told(first + timedelta(minutes=20), first + timedelta(minutes=20))
            signal(
                by=clerk,
                neighbourhood=built.neighbourhood,
                source="list",
                details=details,
                told=again,
                person=home.person,
            )
        if number % 13 == 12:
            close(by=clerk, case=case, reason="not_away", text="一直在家，邻居看错了")
        elif hours > 4 and number % 7:
            _registered(built, case, home, origin, rng, now)


def _registered(built: Built, case: Case, home: Residence, origin: str, rng: random.Random, now: datetime) -> None:
    """Registered some time after the first word; half of them are here and settled, the others on their way."""
    clerk, here = built.users["zhuren"], rng.random() < 0.6
    first = Signal.objects.filter(case=case).order_by("told_at").first()
    start = first.told_at if first else now
    took = timedelta(minutes=rng.choice((12, 25, 48, 70, 95, 140, 190, 260, 400, 700)))
    day = timezone.localdate(start) if here else timezone.localdate() + timedelta(days=rng.randrange(1, 9))
    rough = not here and rng.random() < 0.4
    journey = Journey(
        origin=origin,
        transport=rng.choice(("train", "car", "plane", "coach")),
        arrives_from=day - timedelta(days=2 if rough else 0),
        arrives_until=day + timedelta(days=2 if rough else 0),
        arrives_about=rough,
        arrived=here,
    )
    register(by=clerk, case=case, details=details_of(case), journey=journey, dwelling=case.dwelling, person=home.person)
    Case.objects.filter(pk=case.pk).update(registered_at=min(start + took, now))
    if here and rng.random() < 0.8:
        settle(by=clerk, case=case)


def _names_from_above(built: Built, maker: Maker) -> None:
    """A list of which each row waits for a person: one known by phone and door, one by name alone, one bad cell, one elsewhere."""
    row = Phone.objects.filter(person__residences__presence="away").select_related("person").order_by("pk").last()
    known = (
        Residence.objects.filter(person=row.person, household__isnull=False)
        .select_related("household__dwelling")
        .first()
        if row
        else None
    )
    lines = [["姓名", "联系电话", "现住址", "抵达时间"]]
    if row is not None and known is not None:
        lines.append([row.person.name, maker.phone(), short_address(known.household.dwelling), "周五"])
    lines += [
        [maker.person(20, 60).name, maker.phone(), "槐安新村3号201室", f"{timezone.localdate().month}月底"],
        [maker.person(20, 60).name, "19900", "槐安新村5号", "日前"],
        [maker.person(20, 60).name, maker.phone(), "火星路9弄1号", "年初二"],
    ]
    text = "\n".join("\t".join(line) for line in lines)
    take_names(by=built.users["zhuren"], neighbourhood=built.neighbourhood, data=text.encode())


def _let_flats(built: Built, rng: random.Random) -> None:
    """281 tenancies; last month's list and this month's, differences half answered, attempts to reach those who are not here."""
    place, maker = built.neighbourhood, Maker(SEED + 6, timezone.localdate())
    open_from_register(by=built.users["zhuren"], neighbourhood=place)
    _names_from_above(built, maker)
    rows = flats(place, [place])
    lines = [_line(one, rng, maker) for one in rows]
    old = take_tenants(by=built.users["wuye"], neighbourhood=place, place=place, data=_csv(lines))
    TenantList.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(days=29))
    done = ("asked", "company", "both_right")
    for number, one in enumerate(Difference.objects.filter(resolved_at__isnull=True).order_by("pk")):
        if number % 3 == 0:
            resolve(by=built.users["zhuren"], difference=one, done=rng.choice(done))
    for number, line in enumerate(lines):
        if number % 31 == 7:
            line[3] = maker.person(22, 50).name
        if number % 23 == 5:
            line[4] = maker.phone()
    take_tenants(by=built.users["wuye"], neighbourhood=place, place=place, data=_csv(lines))
    _attempts(built, rng)


def _line(one: Flat, rng: random.Random, maker: Maker) -> list[str]:
    """A row as the company would write it: most agree, some have an old phone, another name, or nobody."""
    dwelling: Place = one.row.dwelling
    building = dwelling.parent if dwelling.parent and dwelling.parent.kind.code == "building" else None
    estate = (building.parent if building else dwelling.parent) or dwelling
    ids = [renter.row.person_id for renter in one.renters]
    phone = Phone.objects.filter(person_id__in=ids).order_by("pk").first()
    name = (
        "、".join(Person.objects.filter(pk__in=ids).order_by("pk").values_list("name", flat=True))
        or maker.person(22, 45).name
    )
    year = timezone.localdate().year - rng.randrange(1, 4)
    since = f"{year}-{rng.randrange(1, 13):02}-01" if rng.random() < 0.8 else f"{year}年{rng.randrange(1, 13)}月"
    state = rng.choices(("在沪", "回老家", "在境外", ""), (70, 12, 8, 10))[0]
    if rng.random() < 0.02:
        name = maker.person(22, 45).name
    number = _number(phone) if phone is not None and rng.random() < 0.96 else ""
    return [estate.name, building.name if building else "", dwelling.name, name, number, since, state]


def _number(phone: Phone) -> str:
    """The whole invented number, as a company has it."""
    return vault.unseal_text(phone.sealed, context=PHONE_CONTEXT)


def _csv(lines: list[list[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["小区", "楼号", "室号", "租客姓名", "联系电话", "起租日期", "目前状态"])
    writer.writerows(lines)
    return out.getvalue().encode()


def _attempts(built: Built, rng: random.Random) -> None:
    now = timezone.now()
    for number, row in enumerate(Tenancy.objects.filter(ended_at__isnull=True).order_by("pk")):
        if number % 4 == 3:
            continue
        for _attempt in range(rng.choice((1, 1, 2, 3))):
            at = now - timedelta(hours=rng.randrange(1, 200))
            way = rng.choice(ContactAttempt.Way.values)
            result = rng.choices(ContactAttempt.Result.values, (60, 25, 4, 3, 8))[0]
            try_contact(by=built.users["zhuren"], tenancy=row, way=way, result=result, happened_at=at)
