"""A request that comes again: a daily report with a cut-off (E03), a monthly theme (L02). Each time is an occurrence of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import User
from linli.ground.models import Body, Place
from linli.rounds.actions.opening import open_slot
from linli.rounds.actions.plans import About, NewPlan, make_plan, start_plan
from linli.rounds.actions.requests import Request, check_request, make_sheet
from linli.rounds.models import Occurrence, Plan
from linli.rounds.plans.timing import due_to_open, zone

KIND = "report"
REPEATS = [
    ("", _("once")),
    ("daily", _("every day")),
    ("workdays", _("Monday to Friday")),
    ("weekly", _("every week, the same day")),
    ("monthly", _("every month, the same day")),
]
LAST_SAFE_DAY = 28
"""A later day does not come every month: then it is the month's last."""


def rule_of(repeat: str, due_at: datetime) -> str:
    """The rule (RFC 5545) by which the cut-off comes again, counted from the first."""
    day = timezone.localtime(due_at, zone()).day
    return {
        "daily": "FREQ=DAILY",
        "workdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "weekly": "FREQ=WEEKLY",
        "monthly": f"FREQ=MONTHLY;BYMONTHDAY={day if day <= LAST_SAFE_DAY else -1}",
    }[repeat]


def opens_before(repeat: str, due_at: datetime) -> timedelta:
    """How long before its cut-off it opens: a day's report in the morning of that day, a week's six days before, a month's 27."""
    local = timezone.localtime(due_at, zone())
    today = timedelta(hours=local.hour, minutes=local.minute)
    return today + {"weekly": timedelta(days=6), "monthly": timedelta(days=27)}.get(repeat, timedelta())


def open_series(
    *, by: User, place: Place, request: Request, bodies: Sequence[Body], repeat: str
) -> tuple[Plan, Occurrence | None]:
    """Ask ``bodies`` again and again; the first cut-off is the request's. Returns the plan, and its first time where that is open by now.

    Those without anybody to call are asked all the same and stand in the list. Refusals: as ``open_request``.
    """
    now = timezone.now()
    chosen = {body.pk: body for body in bodies}
    check_request(request, chosen, now)
    first = request.due_at.replace(second=0, microsecond=0)
    early = opens_before(repeat, first)
    with transaction.atomic():
        plan = make_plan(
            by=by,
            place=place,
            new=NewPlan(
                kind=KIND,
                title=request.title,
                text=request.text,
                subject=Plan.Subject.BODY,
                about=[About(body=body) for body in chosen.values()],
                holds=Plan.Holds.ITSELF,
                filled_by=Plan.FilledBy.TARGET,
                rule=rule_of(repeat, first),
                starts_at=first,
                early=max(1, int(early.total_seconds() // 60)),
                due=0,
                closes=0,
                wants_one=False,
                sheet=make_sheet(request),
            ),
        )
        plan = start_plan(by=by, plan=plan, name=by.display_name, why=str(_("asked, with or without a contact")))
    opened = [open_slot(plan=plan, slot=slot, now=now) for slot in due_to_open(plan, now)]
    return plan, opened[0] if opened else None
