"""The bodies of the fictional subdistrict: 13 neighbourhoods + 112 two-new organisations + 9 offices = 134 units (R14)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.actions.members import add_member, send_group
from linli.ground.models import Body, BodyKind, BodyVersion, Mandate, Place
from linli.ground.scope import scoped
from linli.rounds.actions.answers import Said, answer, remind
from linli.rounds.actions.requests import Asked, Request, open_request
from linli.rounds.actions.visits import Found, record_finding, record_visit
from linli.rounds.models import Answer, Finding, Occurrence, Question, Target

SEED = 134
OTHERS = ["望春", "听溪", "长汀", "沁和", "芦洲", "墨园", "云岭", "晴川", "竹径", "汀兰", "半山", "泉口"]
OFFICES = [
    "党政办公室",
    "党建办公室",
    "平安办公室",
    "服务办公室",
    "管理办公室",
    "发展办公室",
    "自治办公室",
    "司法所",
    "城运中心",
]
FIRST = [
    "云帆",
    "星河",
    "远岫",
    "青禾",
    "知行",
    "百川",
    "明德",
    "栖霞",
    "松涛",
    "镜湖",
    "白鹭",
    "晨曦",
    "山月",
    "南风",
    "长亭",
    "金穗",
]
TRADES = ["设计", "餐饮", "物流", "口腔门诊", "图书", "会计师事务所", "软件"]
CALLED = ["韩一鸣", "叶知秋", "宋清扬", "江听澜", "罗予安", "白若溪", "方时雨", "唐见山", "温如言", "陆行舟"]
MISSING = 19


def bodies(*, place: Place, subdistrict: Place, users: dict[str, User]) -> None:
    """Bodies, groups with yesterday's and today's visits, and a report that 115 of 134 have answered."""
    rng = random.Random(SEED)
    kinds = {k.code: k for k in BodyKind.objects.all()}
    units, offices = _units(rng, kinds, place, subdistrict)
    add_member(by=None, body=units[0], capacity="head", user=users["shuji"], title="书记")
    add_member(by=None, body=offices[2], capacity="contact", user=users["jiedao"], title="科长")
    groups = _groups(kinds, subdistrict, offices, place, users)
    with scoped(neighbourhood_ids={place.pk}, reason="cli:demo"):
        _days(groups, place, users)
    _report(rng, subdistrict, [*units, *offices], users)


def _units(
    rng: random.Random, kinds: dict[str, BodyKind], place: Place, subdistrict: Place
) -> tuple[list[Body], list[Body]]:
    homes = [place, *[subdistrict] * len(OTHERS)]
    names = [place.name, *(f"{name}居民区" for name in OTHERS)]
    heads = _insert(kinds["committee"], names, homes, [None] * len(names), rng)
    firms = [f"{first}{trade}" for trade in TRADES for first in FIRST][:112]
    parents = [heads[n % len(heads)] for n in range(len(firms))]
    two_new = _insert(kinds["two_new"], firms, [p.place for p in parents], parents, rng)
    offices = _insert(kinds["office"], OFFICES, [subdistrict] * 9, [None] * 9, rng)
    return [*heads, *two_new], offices


def _insert(
    kind: BodyKind, names: Sequence[str], homes: Sequence[Place], parents: Sequence[Body | None], rng: random.Random
) -> list[Body]:
    since = timezone.localdate() - timedelta(days=900)
    rows = Body.objects.bulk_create(
        Body(
            kind=kind,
            name=name,
            place=home,
            parent=parent,
            since=since,
            phone=f"021-0000-{rng.randrange(2000, 9999)}",
        )
        for name, home, parent in zip(names, homes, parents, strict=True)
    )
    BodyVersion.objects.bulk_create(
        BodyVersion(body=b, since=since, name=b.name, kind=kind, parent=b.parent, place=b.place) for b in rows
    )
    Mandate.objects.bulk_create(
        Mandate(of_body=b, capacity="contact", since=since, holder_name=rng.choice(CALLED), title="联络员")
        for b in rows[1:]
    )
    return rows


def _groups(
    kinds: dict[str, BodyKind], subdistrict: Place, offices: list[Body], place: Place, users: dict[str, User]
) -> list[Body]:
    found = []
    for name, office in (("一号联络组", offices[1]), ("二号联络组", offices[4])):
        group = add_body(by=None, facts=BodyFacts(name, kinds["liaison_group"], subdistrict, office))
        send_group(by=None, group=group, places=[place])
        found.append(group)
    since = timezone.localdate() - timedelta(days=30)
    add_member(by=None, body=found[0], capacity="liaison", user=users["jiedao"], title="组长", since=since)
    add_member(by=None, body=found[1], capacity="liaison", name="叶知秋", title="组长", since=since)
    Mandate.objects.filter(body__in=found).update(since=since)
    return found


def _days(groups: list[Body], place: Place, users: dict[str, User]) -> None:
    """A visit yesterday with a finding that is overdue today, and one today with a finding in time."""
    now = timezone.now()
    today = timezone.localdate()
    gates = list(Place.objects.filter(neighbourhood=place, kind__code="gate").order_by("pk"))
    captain = Mandate.objects.get(user=users["duizhang"], place=place)
    clerk = Mandate.objects.get(user=users["zhuren"], place=place)
    rows = [
        (groups[0], gates[0], "孙科长", "登记台前有人排队", "东门测温枪电量低，没有备用", captain, -2, 1),
        (groups[0], gates[1], "孙科长", "登记和测温有序", "", None, 0, 0),
        (groups[1], place, "叶知秋", "看了三处公告栏", "南门公告栏的告知书已过期", clerk, 0, 2),
    ]
    for group, where, who, note, found, owner, ago, days in rows:
        at = now - timedelta(minutes=40) + timedelta(days=ago)
        visit = record_visit(by=users["jiedao"], group=group, place=where, visitor=who, note=note, happened_at=at)
        if owner is not None:
            due = today + timedelta(days=ago + days)
            _finding(users["jiedao"], where, Found(found, owner, due), f"visit:{visit.pk}", group, at)


def _finding(by: User, place: Place, found: Found, source: str, group: Body, at: datetime) -> Finding:
    return record_finding(by=by, place=place, found=found, source=source, group=group, happened_at=at)


def _report(rng: random.Random, subdistrict: Place, asked: list[Body], users: dict[str, User]) -> None:
    """Opened yesterday, due today at five; the missing are of all three kinds, the demo's own neighbourhood among them."""
    due = timezone.localtime().replace(hour=17, minute=0, second=0, microsecond=0)
    if due <= timezone.now() + timedelta(hours=1):
        due += timedelta(days=1)
    one = open_request(
        by=users["jiedao"],
        place=subdistrict,
        request=Request(
            "返岗人数日报",
            due,
            [
                Asked("number", "今日在岗人数", "人"),
                Asked("yes_no", "口罩够用三天"),
                Asked("text", "需要街道协调的事", required=False),
            ],
            "每天17:00前填报；只报人数，不写姓名。",
        ),
        bodies=asked,
    )
    Occurrence.objects.filter(pk=one.pk).update(opens_at=F("opens_at") - timedelta(hours=20))
    fields = list(Question.objects.filter(sheet=one.sheet).order_by("position"))
    targets = list(
        Target.objects.filter(occurrence=one).select_related("occurrence__sheet", "occurrence__place", "body")
    )
    silent = {asked[0].pk, asked[-1].pk, *(b.pk for b in rng.sample(asked[13:125], MISSING - 2))}
    for number, target in enumerate(t for t in targets if t.body_id not in silent):
        values = {fields[0].pk: str(rng.randrange(2, 60)), fields[1].pk: rng.choice(("yes", "yes", "no"))}
        said = Said(entered_for=number % 9 == 0, said_by="值班员" if number % 9 == 0 else "")
        answer(by=users["jiedao"], target=target, values=values, said=said)
    moment = timezone.now() - timedelta(hours=3)
    for pk, at in Answer.objects.filter(target__occurrence=one).values_list("pk", "happened_at"):
        earlier = min(at, moment - timedelta(minutes=rng.randrange(600)))
        Answer.objects.filter(pk=pk).update(happened_at=earlier, heard_at=earlier)
    for target in [t for t in targets if t.body_id in silent][:3]:
        remind(by=users["jiedao"], target=target, outcome="no_answer")
