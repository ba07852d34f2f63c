"""What the roster knows of a night of arrivals: who was on duty, when nobody (T08), and who is trained for a run (T11)."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from linli.duties import rules
from linli.duties.models import Need, Post, Trained
from linli.duties.standing import Held, load, posts_of
from linli.ground.models import Mandate, Place
from linli.journeys.beside import Watch

SUITS = ("防护服", "穿脱防护服", "转运防护", "protective suit")
"""How neighbourhoods call the training that a run asks for: putting on and taking off the protective suit, shown and signed off."""
TRANSFER = reduce(or_, (Q(training__name__iexact=name) for name in SUITS))


def watch(neighbourhood: Place, since: datetime, until: datetime) -> Watch | None:
    """Who stood in ``since`` ≤ t < ``until``, and the minutes without anybody. Of the posts that ask for the training of
    transfers; of every post where none does. None for a neighbourhood without a roster."""
    posts = posts_of(neighbourhood, until)
    if not posts or since >= until:
        return None
    every = load(_for_transfers(posts), since, until, until)
    spans = [span for held in every for span in _spans(held, since, until)]
    minutes: Counter[str] = Counter()
    for name, start, end in spans:
        minutes[name] += (end - start) // rules.MINUTE
    gaps = rules.gaps([(start, end) for _name, start, end in spans], since, until)
    return Watch(tuple(gaps), tuple(sorted(minutes.items(), key=lambda one: (-one[1], one[0]))))


def _for_transfers(posts: list[Post]) -> list[Post]:
    needs = Need.objects.filter(TRANSFER).filter(Q(pattern__post__in=posts) | Q(shift__post__in=posts))
    chosen = {pk for pair in needs.values_list("pattern__post", "shift__post") for pk in pair}
    return [one for one in posts if one.pk in chosen] or posts


def _spans(held: Held, since: datetime, until: datetime) -> list[tuple[str, datetime, datetime]]:
    """Who of a shift was there, from when until when, within the stretch."""
    shift, found = held.shift, []
    for seat in held.people:
        if seat not in held.missing:
            start = max(seat.stint.came_at or shift.starts_at, since)
            end = min(seat.stint.left_at or shift.ends_at, until)
            if start < end:
                found.append((seat.name, start, end))
    return found


def trained(mandate: Mandate, duty: str, day: date) -> date | None:
    """The day of the training for transfers that holds on a day, of whoever holds a mandate and is on the roster; a driver needs none."""
    if mandate.user_id is None:
        return None
    rows = Trained.objects.filter(TRANSFER, volunteer__user=mandate.user_id, since__lte=day)
    held = rows.filter(Q(until__isnull=True) | Q(until__gt=day)).order_by("since").first()
    return held.since if held is not None else None
