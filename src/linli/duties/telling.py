"""The notices of the duties: a place that opened, somebody who is not there, a shift that was cancelled. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.accounts.models import User
from linli.duties.models import Post, Shift
from linli.ground.scope import scoped
from linli.kernel.escalation import Step
from linli.notices import kinds
from linli.notices.actions import notify, settle
from linli.notices.kinds import Said
from linli.notices.models import Notice
from linli.notices.recipients import To
from linli.ui.words import moment

PLACE_OPEN = "duties.place_open"
MISSING = "duties.missing"
CANCELLED = "duties.cancelled"


def place_opened(by: User | None, shift: Shift, now: datetime) -> None:
    """Somebody cannot come: the office hears of it at once."""
    notify(
        by=by,
        kind=PLACE_OPEN,
        subject=("shift", shift.pk),
        neighbourhood=shift.post.neighbourhood,
        to=_office(shift.post),
        key=f"duties.open:{shift.pk}:{now.isoformat()}",
        quantities={"count": 1},
    )


def not_there(shift: Shift, people: int) -> None:
    """A quarter of an hour after the beginning somebody is not there; once a shift."""
    notify(
        by=None,
        kind=MISSING,
        subject=("shift", shift.pk),
        neighbourhood=shift.post.neighbourhood,
        to=_office(shift.post),
        key=f"duties.missing:{shift.pk}",
        quantities={"count": people},
    )


def cancelled(by: User | None, shift: Shift, people: int) -> None:
    """A shift was cancelled on which people were: whoever keeps the roster tells those without an account."""
    notify(
        by=by,
        kind=CANCELLED,
        subject=("shift", shift.pk),
        neighbourhood=shift.post.neighbourhood,
        to=_office(shift.post),
        key=f"duties.cancelled:{shift.pk}",
        quantities={"count": people},
    )


def many_cancelled(by: User | None, post: Post, shifts: int, people: int, now: datetime) -> None:
    """Shifts of a post were cancelled together: one notice for all of them, with how many different people were on one."""
    notify(
        by=by,
        kind=CANCELLED,
        subject=("post", post.pk),
        neighbourhood=post.neighbourhood,
        to=_office(post),
        key=f"duties.cancelled:{post.pk}:{now.isoformat()}",
        quantities={"count": people, "shifts": shifts},
    )


def settled(shift: Shift, now: datetime, kind: str = "") -> None:
    """What was open at a shift no longer is."""
    settle(now=now, subject=("shift", shift.pk), kind=kind, neighbourhood=shift.post.neighbourhood)


def all_settled(post: Post, shifts: Sequence[UUID], now: datetime) -> None:
    """As :func:`settled`, for many shifts of a post in one statement."""
    with scoped(neighbourhood_ids={post.neighbourhood_id}, reason="notice"):
        rows = Notice.objects.filter(
            settled_at__isnull=True, subject_type="shift", subject__in=[str(pk) for pk in shifts]
        )
        rows.update(settled_at=now, next_at=None)


def _office(post: Post) -> To:
    """The head of the guards for a gate, else the office's clerk; where there is none, the secretary."""
    place = post.place or post.neighbourhood
    return To(capacity="gate_captain" if post.kind == "gate" else "clerk", place=place)


def _titles(kind: str, count: int) -> str:
    if kind == MISSING:
        return ngettext("%(n)s person is not there", "%(n)s people are not there", count) % {"n": count}
    if kind == CANCELLED:
        return ngettext(
            "A shift was cancelled: %(n)s person was on it", "A shift was cancelled: %(n)s people were on it", count
        ) % {"n": count}
    return _("Somebody cannot come: a place is open")


def describe(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    """Which post and when, or of a post how many shifts; names stand on the page of the shift."""
    ids = {UUID(one.subject) for one in notices}
    posts = {one.pk: one for one in Post.objects.filter(pk__in=ids)}
    shifts = {one.pk: one for one in Shift.objects.filter(pk__in=ids).select_related("post")}
    found = {}
    for one in notices:
        shift, post = shifts.get(UUID(one.subject)), posts.get(UUID(one.subject))
        if post is not None:
            found[one.pk] = _said_of_post(one, post)
        if shift is not None:
            detail = f"{shift.post.label} · {moment(shift.starts_at)}"
            title = _titles(one.kind, one.quantities.get("count", 1))
            found[one.pk] = Said(title, detail, reverse("duties:shift", args=[shift.pk]))
    return found


def _said_of_post(notice: Notice, post: Post) -> Said:
    shifts = notice.quantities.get("shifts", 1)
    many = ngettext("%(n)s shift was cancelled", "%(n)s shifts were cancelled", shifts) % {"n": shifts}
    people = notice.quantities.get("count", 1)
    told = ngettext(
        "%(n)s person had a place and has to be told", "%(n)s people had a place and have to be told", people
    )
    return Said(many, f"{post.label} · {told % {'n': people}}", reverse("duties:post", args=[post.pk]))


def register_all() -> None:
    """The kinds of notices of this room, from ``apps.py``."""
    soon = timedelta(minutes=30)
    to_secretary = (Step(soon, "secretary"),)
    for code, title, repeats, steps in (
        (PLACE_OPEN, gettext_lazy("A place on a shift is open"), 1, to_secretary),
        (MISSING, gettext_lazy("Somebody is not at a post"), 2, to_secretary),
        (CANCELLED, gettext_lazy("A shift was cancelled"), 0, ()),
    ):
        kinds.register(
            kinds.Kind(
                code,
                title,
                repeat_after=soon if repeats else None,
                repeats=repeats,
                steps=steps,
                sound=code == MISSING,
                describe=describe,
            )
        )
