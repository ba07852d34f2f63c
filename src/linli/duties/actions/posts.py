"""Set up, change and end a post, and say when it has shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.actions.shifts import drop_shifts
from linli.duties.generating import generate, midnight, slots
from linli.duties.models import Need, Pattern, Post, Training
from linli.ground.models import Area, Body, Place
from linli.journal.record import record
from linli.kernel.recurrence import RuleError
from linli.kernel.refusal import Refusal

CLASH_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class PostFacts:
    """What a post is: its place or area, who has it filled, whether somebody must be there at every minute."""

    title: str
    kind: str
    place: Place | None = None
    area: Area | None = None
    title_en: str = ""
    host: Body | None = None
    gapless: bool = False
    signup: bool = True


@dataclass(frozen=True)
class Wanted:
    """Of the places of a shift, so many for people with a training, of a body, or able to lead."""

    count: int = 1
    training: Training | None = None
    body: Body | None = None
    leader: bool = False


@dataclass(frozen=True)
class PatternFacts:
    """When a post has a shift, for how long, how many people it wants, and which of them for whom."""

    name: str
    starts: time
    minutes: int
    count: int
    rule: str = "FREQ=DAILY"
    name_en: str = ""
    needs: Sequence[Wanted] = field(default_factory=tuple)


SHOWN = frozenset({"title", "title_en", "place", "area"})
"""What of a post stands in the events of a calendar."""


def add_post(*, by: User | None, neighbourhood: Place, facts: PostFacts, since: date | None = None) -> Post:
    """Set up a post. Refused without a name, or with a place outside the neighbourhood."""
    _check(neighbourhood, facts)
    with transaction.atomic():
        post = Post.objects.create(neighbourhood=neighbourhood, since=since or timezone.localdate(), **_columns(facts))
        _record(acts.POST_SET, by, post, {"kind": post.kind})
    return post


def change_post(*, by: User | None, post: Post, facts: PostFacts) -> Post:
    """Change what a post is; its shifts stay as they are, but calendars hear that those to come have another name or place."""
    _check(post.neighbourhood, facts)
    with transaction.atomic():
        changed = [name for name, value in _columns(facts).items() if getattr(post, name) != value]
        Post.objects.filter(pk=post.pk).update(**_columns(facts))
        if SHOWN.intersection(changed):
            now = timezone.now()
            post.shifts.filter(ends_at__gt=now).update(revision=F("revision") + 1, changed_at=now)
        _record(acts.POST_CHANGED, by, post, {"changed": changed})
    post.refresh_from_db()
    return post


def end_post(*, by: User | None, post: Post, on: date, now: datetime) -> Post:
    """From a day on the post is no more: its later shifts go, and who was on one is told."""
    if on < post.since:
        raise Refusal("duties.end_before", gettext_noop("The end lies before the beginning."))
    with transaction.atomic():
        Post.objects.filter(pk=post.pk).update(ended_on=on)
        later = post.shifts.filter(starts_at__gte=midnight(on), ends_at__gt=now)
        _record(acts.POST_ENDED, by, post, drop_shifts(by=by, post=post, shifts=later, now=now))
    post.refresh_from_db()
    return post


def add_pattern(
    *, by: User | None, post: Post, facts: PatternFacts, now: datetime, since: date | None = None
) -> Pattern:
    """Say when a post has shifts; they are written four weeks ahead at once.

    Refused: a rule that cannot be read (its own sentence), more named places than places, a shift that begins when another does.
    """
    pattern = Pattern(
        post=post,
        name=_line(facts.name),
        name_en=_line(facts.name_en),
        starts=facts.starts,
        minutes=facts.minutes,
        rule=facts.rule.strip(),
        count=facts.count,
        since=since or timezone.localdate(now),
    )
    _check_pattern(pattern, facts)
    _check_clash(pattern, now)
    with transaction.atomic():
        pattern.save(force_insert=True)
        Need.objects.bulk_create(
            Need(pattern=pattern, count=one.count, training=one.training, body=one.body, leader=one.leader)
            for one in facts.needs
        )
        data = {"minutes": pattern.minutes, "count": pattern.count, "pattern": str(pattern.pk)}
        _record(acts.PATTERN_SET, by, post, data)
    generate([post], now)
    return pattern


def end_pattern(*, by: User | None, pattern: Pattern, on: date, now: datetime) -> Pattern:
    """From a day on there are no more such shifts: those to come go, and who was on one is told."""
    if on < pattern.since:
        raise Refusal("duties.end_before", gettext_noop("The end lies before the beginning."))
    with transaction.atomic():
        Pattern.objects.filter(pk=pattern.pk).update(ended_on=on)
        later = pattern.shifts.filter(starts_at__gte=midnight(on), ends_at__gt=now)
        gone = drop_shifts(by=by, post=pattern.post, shifts=later, now=now)
        _record(acts.PATTERN_ENDED, by, pattern.post, {"pattern": str(pattern.pk), **gone})
    pattern.refresh_from_db()
    return pattern


def _check(neighbourhood: Place, facts: PostFacts) -> None:
    if not _line(facts.title):
        raise Refusal("duties.title_missing", gettext_noop("A post needs a name."))
    place = facts.place
    outside = place is not None and not neighbourhood.contains(place)
    if outside or (facts.area is not None and facts.area.neighbourhood_id != neighbourhood.pk):
        raise Refusal("duties.place_outside", gettext_noop("This place lies in another neighbourhood."))


def _check_pattern(pattern: Pattern, facts: PatternFacts) -> None:
    if not pattern.name:
        raise Refusal("duties.pattern_name", gettext_noop("Shifts need a name, for example day shift."))
    if not 15 <= pattern.minutes <= 24 * 60 or pattern.count < 1:
        raise Refusal(
            "duties.pattern_span",
            gettext_noop("A shift lasts from a quarter of an hour to 24 hours, with somebody on it."),
        )
    if sum(one.count for one in facts.needs) > pattern.count:
        raise Refusal(
            "duties.needs_too_many", gettext_noop("More places are kept for certain people than the shift has.")
        )


def _check_clash(pattern: Pattern, now: datetime) -> None:
    until = now + CLASH_AHEAD
    try:
        new = {one.starts_at for one in slots(pattern, now, until)}
    except RuleError as wrong:
        said = wrong.said(get_language() or "")
        raise Refusal("duties.rule", gettext_noop("The rule cannot be used: %(why)s"), why=said) from wrong
    others = [one for one in pattern.post.patterns.select_related("post") if one.pk != pattern.pk]
    if any(slot.starts_at in new for one in others for slot in slots(one, now, until)):
        raise Refusal("duties.pattern_clash", gettext_noop("Another shift of this post begins at the same time."))


def _columns(facts: PostFacts) -> dict[str, object]:
    return {
        "title": _line(facts.title),
        "title_en": _line(facts.title_en),
        "kind": facts.kind,
        "place": facts.place,
        "area": facts.area,
        "host": facts.host,
        "gapless": facts.gapless,
        "signup": facts.signup,
    }


def _line(text: str) -> str:
    return " ".join(text.split())


def _record(act: str, by: User | None, post: Post, data: dict[str, object] | None = None) -> None:
    record(act, by=by, subject=("post", post.pk), neighbourhood=post.neighbourhood_id, data=data)
