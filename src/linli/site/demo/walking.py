"""What the demo's patroller has before him: a round with a sheet that is open now, doors to knock at, and something seen on the way."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from linli.ground.models import AreaPlace, Mandate, Place, PlaceKind
from linli.ground.scope import scoped
from linli.kernel.ids import uuid7
from linli.rounds.actions.plans import About, NewPlan, make_plan
from linli.rounds.actions.sheets import save_sheet
from linli.rounds.actions.walked import Walker, observe
from linli.rounds.asking import Ask, Choice
from linli.rounds.jobs import open_due
from linli.rounds.models import Plan
from linli.rounds.walked_items import SentObservation
from linli.site.demo.build import Built

HOURS = 6
"""How long the rounds stay open after the demo was built."""
QUESTIONS = (
    Ask("yes_no", "通道是否畅通", "Is the way clear?", wrong=False, finding="通道堵塞", finding_en="The way is blocked", days=0),
    Ask(
        "choice", "垃圾箱房", "The bins", finding="垃圾没有清运", finding_en="The bins are not emptied",
        choices=(Choice("", "干净", "clean"), Choice("", "有散落", "some on the ground", wrong=True)),
    ),
    Ask("photo", "现场照片", "A photo", required=False),
    Ask("text", "其他情况（不写姓名）", "Anything else (no names)", required=False),
)  # fmt: skip


def walking(built: Built) -> None:
    """Two rounds that are open for the first branch, and an issue from a lap of its own."""
    place, by = built.neighbourhood, built.users["shuji"]
    with scoped(neighbourhood_ids={place.pk}, reason="cli:demo"):
        own = Mandate.objects.get(user=built.users["xuncha"], of_body__isnull=False)
        held = Mandate.objects.get(body=own.of_body, capacity=own.capacity)
        members = AreaPlace.objects.filter(area__holders__mandate=held).select_related("area", "place__kind")
        area = members[0].area
        villas = next(one.place for one in members if one.place.kind.code == "estate")
        sheet = save_sheet(by=by, place=place, title="三项检查", asks=QUESTIONS)
        _open(built, NewPlan(
            kind="patrol", title="三项检查", text="看通道、看垃圾、拍一张照片。", subject=Plan.Subject.PLACE,
            about=[About(area=area)], holds=Plan.Holds.ZONE, due=HOURS * 60, closes=HOURS * 60, sheet=sheet,
        ))  # fmt: skip
        doors = PlaceKind.objects.get(code="dwelling")
        _open(built, NewPlan(
            kind="patrol", title="敲门告知", text="送一张告知书，没人应答就约时间再来。", subject=Plan.Subject.PLACE,
            about=[About(place=villas, kind=doors)], holds=Plan.Holds.ZONE, due=HOURS * 60, closes=HOURS * 60,
        ))  # fmt: skip
        _seen(built, [own, held], villas)


def _open(built: Built, new: NewPlan) -> None:
    """A plan that happens once, and has just begun."""
    plan = make_plan(by=built.users["shuji"], place=built.neighbourhood, new=new)
    now = timezone.now()
    Plan.objects.filter(pk=plan.pk).update(started_at=now, starts_at=now, started_by=built.users["shuji"].pk)
    plan.refresh_from_db()
    open_due(plan, now)


def _seen(built: Built, mandates: list[Mandate], where: Place) -> None:
    """A lap in the evening: one street lamp is out (P07)."""
    now = timezone.now()
    sent = SentObservation(
        uuid7(), now - timedelta(hours=14), False, where.pk, "沿围墙走了一圈，北侧路灯不亮",
        timezone.localdate() + timedelta(days=2), (), "",
    )  # fmt: skip
    observe(by=Walker(built.users["xuncha"], mandates, now), sent=sent, place=where)
