"""Works that come again (O02): trees every five years before the rains, a crew and helpers, so many nights in a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.actions.posts import PostFacts, Wanted, add_post
from linli.duties.generating import midnight
from linli.duties.models import Need, Post, Shift, Work
from linli.ground.models import Body, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal

MONTHS = 12


@dataclass(frozen=True)
class WorkFacts:
    """What is done, by when, how often (0: once), on how many days, by how many of a crew (``crew_of``) and how many helpers."""

    title: str
    due_on: date
    every_months: int = 0
    days: int = 1
    crew: int = 0
    helpers: int = 0
    place: Place | None = None


def after_months(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is no such day."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    first_after = date(year + (month + 1) // MONTHS, (month + 1) % MONTHS + 1, 1)
    return date(year, month + 1, min(day.day, (first_after - timedelta(days=1)).day))


def plan_work(*, by: User | None, neighbourhood: Place, facts: WorkFacts) -> Work:
    """Write works down with their due day. Refused without a name, without anybody, or of no days."""
    title = " ".join(facts.title.split())[:80]
    if not title:
        raise Refusal("duties.work_title", gettext_noop("Please write what is done."))
    if facts.crew + facts.helpers < 1 or facts.days < 1:
        raise Refusal("duties.work_size", gettext_noop("Works need at least one person on at least one day."))
    with transaction.atomic():
        work: Work = Work.objects.create(
            neighbourhood=neighbourhood,
            place=facts.place,
            title=title,
            due_on=facts.due_on,
            every_months=facts.every_months,
            days=facts.days,
            crew=facts.crew,
            helpers=facts.helpers,
        )
        _record(acts.WORK_SET, by, work)
    return work


def put_on_roster(
    *, by: User | None, work: Work, first: date, starts: time, minutes: int, crew_of: Body | None, now: datetime
) -> Post:
    """A post for the works and a shift on each of its days, the crew's places for the body that sends it. A second time is the first one.

    Refused when the last day lies after the due day, or the first before today.
    """
    last = first + timedelta(days=work.days - 1)
    if work.post is None and last > work.due_on:
        raise Refusal(
            "duties.work_late", gettext_noop("The last day would be %(day)s, after it is due."), day=last.isoformat()
        )
    facts = PostFacts(work.title[:60], Post.Kind.OTHER, place=work.place, host=crew_of)
    with transaction.atomic():
        held = Work.objects.select_for_update(of=("self",)).select_related("post").get(pk=work.pk)
        if held.post is not None:
            there: Post = held.post
            return there
        post = add_post(by=by, neighbourhood=work.neighbourhood, facts=facts, since=first)
        shifts = []
        for number in range(work.days):
            begins = midnight(first + timedelta(days=number)) + timedelta(hours=starts.hour, minutes=starts.minute)
            shifts.append(
                Shift(
                    post=post,
                    starts_at=begins,
                    ends_at=begins + timedelta(minutes=minutes),
                    wanted=work.crew + work.helpers,
                    changed_at=now,
                )
            )
        Shift.objects.bulk_create(shifts)
        if crew_of is not None and work.crew:
            want = Wanted(work.crew, body=crew_of)
            Need.objects.bulk_create(Need(shift=shift, count=want.count, body=want.body) for shift in shifts)
        Work.objects.filter(pk=work.pk).update(post=post)
        _record(acts.WORK_SET, by, work, {"days": work.days})
    work.refresh_from_db()
    return post


def finish_work(*, by: User | None, work: Work, on: date) -> Work | None:
    """The works are done; where they come again, the next stand there with their due day (O02: +5 years), and are returned."""
    with transaction.atomic():
        if not Work.objects.filter(pk=work.pk, done_on__isnull=True).update(done_on=on):
            known: Work | None = work.following.first()
            return known
        _record(acts.WORK_DONE, by, work)
        work.refresh_from_db()
        if not work.every_months:
            return None
        following: Work = Work.objects.create(
            neighbourhood=work.neighbourhood,
            place=work.place,
            before=work,
            title=work.title,
            due_on=after_months(work.due_on, work.every_months),
            every_months=work.every_months,
            days=work.days,
            crew=work.crew,
            helpers=work.helpers,
        )
    return following


def _record(act: str, by: User | None, work: Work, data: dict[str, object] | None = None) -> None:
    record(act, by=by, subject=("work", work.pk), neighbourhood=work.neighbourhood_id, data=data or {})
