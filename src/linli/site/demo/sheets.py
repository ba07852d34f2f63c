"""What the daily sheets tell: a day's report of bodies, a month's theme, who is away; and yesterday's sheet, sent, beside today's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from linli.briefing.actions.making import make_due
from linli.briefing.actions.sending import send
from linli.briefing.models import Sheet
from linli.briefing.streets import HOUR, moment_of
from linli.ground.bodies import TEAMS, visible
from linli.ground.models import Body, Place
from linli.ground.scope import scoped
from linli.returnees.actions.returns import Says, plan_return, try_to_ask
from linli.returnees.returns import absent
from linli.rounds.actions.answers import Said, answer, remind
from linli.rounds.actions.collections import open_series
from linli.rounds.actions.requests import Asked, Request, open_request
from linli.rounds.models import Answer, Finding, Occurrence, Question, Target, Visit
from linli.site.demo.build import Built

Say = Callable[[str], None]
STOOD_BEFORE = timedelta(days=400)
THEME = [
    Asked("yes_no", "是否开展"),
    Asked("choice", "形式", choices=("线下", "线上", "混合"), required=False),
    Asked("number", "参加人数", "人", required=False),
]
DAILY = [Asked("number", "在岗人数", "人"), Asked("number", "返回后还在观察", "人")]


def sheets(built: Built, say: Say) -> None:
    """Reports and plans first; then both sheets as the worker would have made them at their hour, and the first one sent."""
    say("reports, and who is away")
    now, today = timezone.now(), timezone.localdate()
    last = today if moment_of(today, HOUR) <= now else today - timedelta(days=1)
    with scoped(neighbourhood_ids={built.neighbourhood.pk}, reason="cli:demo"):
        _daily(built, last - timedelta(days=1))
        _theme(built, now)
        _away(built, today)
        for model in (Visit, Finding):  # what the demo wrote just now was heard of when it happened
            model.objects.update(heard_at=F("happened_at"))
    say("daily sheets")
    Place.objects.filter(since=today).update(since=today - STOOD_BEFORE)
    for day in (last - timedelta(days=1), last):
        make_due(moment_of(day, HOUR))
    first = Sheet.objects.get(place=built.neighbourhood, day=last - timedelta(days=1))
    send(by=built.users["zhuren"], sheet=first)


def _daily(built: Built, day: date) -> None:
    """The day's report of the bodies here, due at four: some in time, one late, two silent and called."""
    due = moment_of(day, HOUR) + timedelta(hours=8)
    bodies = [body for body in visible([built.neighbourhood]) if body.kind.code not in TEAMS][:16]
    asked = Request("企业日报", timezone.now() + timedelta(hours=1), DAILY)
    one = open_request(by=built.users["zhuren"], place=built.neighbourhood, request=asked, bodies=bodies)
    targets = list(Target.objects.filter(occurrence=one).select_related("occurrence__sheet", "body__place"))
    for number, target in enumerate(targets[:-2]):
        given = _answer(target, str(6 + number % 9), str(number % 3))
        at = due + timedelta(minutes=50) if number == 0 else due - timedelta(minutes=20 + 17 * number)
        Answer.objects.filter(pk=given.pk).update(happened_at=at, heard_at=at)
    for target in targets[-2:]:
        remind(by=built.users["zhuren"], target=target, outcome="told")
    Occurrence.objects.filter(pk=one.pk).update(opens_at=due - timedelta(hours=8), due_at=due)


def _theme(built: Built, now: datetime) -> None:
    """The month's theme of all units, of which more than half have answered by now."""
    street = built.neighbourhood.parent
    bodies: list[Body] = [body for body in visible([street] if street else []) if body.kind.code not in TEAMS]
    asked = Request("本月主题党日", now + timedelta(days=12), THEME)
    _plan, one = open_series(
        by=built.users["jiedao"], place=street or built.neighbourhood, request=asked, bodies=bodies, repeat="monthly"
    )
    if one is None:
        return
    rows = Target.objects.filter(occurrence=one).select_related("occurrence__sheet", "body__place").order_by("pk")
    for number, target in enumerate(rows[:78]):
        if number % 13 == 0:
            _answer(target, "no", "", "")
        else:
            _answer(target, "yes", f"c{1 + number % 3}", str(5 + number % 21))


def _answer(target: Target, *values: str) -> Answer:
    fields = Question.objects.filter(sheet=target.occurrence.sheet).order_by("position")
    return answer(by=None, target=target, values=dict(zip([f.pk for f in fields], values, strict=True)), said=Said())


def _away(built: Built, today: date) -> None:
    """Of those who are away some come on a day, some roughly, some not for now; some have not answered, some were not asked."""
    clerk = built.users["zhuren"]
    for number, one in enumerate(absent(built.neighbourhood, [built.neighbourhood])):
        day = today + timedelta(days=1 + number % 9)
        if number % 5 == 0:
            plan_return(by=clerk, person=one.person, says=Says("comes", day))
        elif number % 5 == 1:
            plan_return(by=clerk, person=one.person, says=Says("comes", day, day + timedelta(days=3), about=True))
        elif number % 5 == 2:
            plan_return(by=clerk, person=one.person, says=Says("stays"))
        elif number % 5 == 3:
            for channel in ("phone", "wechat", "phone")[: 1 + number % 3]:
                try_to_ask(by=clerk, person=one.person, channel=channel, outcome="no_answer")
