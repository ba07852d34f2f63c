"""A small world on duty for tests: guards, two gates, a zone. Build it inside the cast's scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

from linli.accounts.models import User
from linli.duties.actions.people import Facts, add_volunteer
from linli.duties.actions.posts import PatternFacts, PostFacts, add_pattern, add_post
from linli.duties.models import Post, Shift, Volunteer
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.models import Body, BodyKind
from linli.ground.testing import Cast

DAY_SHIFT = PatternFacts("白班", time(7), 12 * 60, 4, name_en="Day")
NIGHT_SHIFT = PatternFacts("夜班", time(19), 12 * 60, 4, name_en="Night")


@dataclass
class Watch:
    """The east gate with two shifts of four, from a moment on, and who may stand there."""

    cast: Cast
    now: datetime
    gate: Post
    guards: list[Volunteer] = field(default_factory=list)

    def shifts(self) -> list[Shift]:
        """The shifts of the gate, in order."""
        return list(Shift.objects.filter(post=self.gate).select_related("post__neighbourhood").order_by("starts_at"))


def body(cast: Cast, name: str, kind: str = "branch") -> Body:
    """A body of the neighbourhood."""
    return add_body(by=None, facts=BodyFacts(name, BodyKind.objects.get(code=kind), cast.neighbourhood))


def person(cast: Cast, now: datetime, name: str, user: User | None = None, home: Body | None = None) -> Volunteer:
    """Somebody on the roster who is of age."""
    facts = Facts(name, born_year=now.year - 40, user=user, home=home)
    return add_volunteer(by=None, neighbourhood=cast.neighbourhood, facts=facts, now=now, since=now.date())


def watch(cast: Cast, now: datetime, guards: int = 8) -> Watch:
    """P05: a gate with two shifts of twelve hours, four people each."""
    facts = PostFacts("东门", "gate", place=cast.gates[0], title_en="East gate", gapless=True)
    gate = add_post(by=None, neighbourhood=cast.neighbourhood, facts=facts, since=now.date())
    for pattern in (DAY_SHIFT, NIGHT_SHIFT):
        add_pattern(by=None, post=gate, facts=pattern, now=now, since=now.date())
    return Watch(cast, now, gate, [person(cast, now, f"保安{n:02}") for n in range(1, guards + 1)])
