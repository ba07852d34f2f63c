"""Lists of people to hand over: a run's, whoever is in somebody's hands, one person; and who sees which. Within a scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.ground.mandates import rights_at
from linli.ground.offices import mandates_in
from linli.journeys import stories
from linli.journeys.access import ESCORT, acting_mandates, may_manage
from linli.journeys.faces import HANDS, TRAVELLER, door_of, holder_in_full, holder_of, name_of, run_title
from linli.journeys.forms_hand import HOME, OUTSIDE, Ticked
from linli.journeys.models import Hands, Run, Traveller
from linli.journeys.standing import chains_now


@dataclass(frozen=True)
class Person:
    """Somebody on the way, and whose hands he is in; ``holder`` None: nobody has met him yet."""

    traveller: Traveller
    holder: Hands | None

    @property
    def name(self) -> str:
        """How he is called."""
        return name_of(self.traveller)

    @property
    def door(self) -> str:
        """Where he lives."""
        return door_of(self.traveller)

    @property
    def held_by(self) -> str:
        """Whose hands he is in, in words."""
        return holder_of(self.holder) if self.holder is not None else _("not met yet")


@dataclass(frozen=True)
class HandList:
    """People who can be handed over together. ``run``: whose list it is, if it is a run's. ``unmet``: who is seated with them and whom
    nobody has met yet, so that no head count leaves him out in silence."""

    title: str
    people: tuple[Person, ...]
    run: Run | None = None
    mine: frozenset[UUID] = field(default_factory=frozenset)
    unmet: tuple[Person, ...] = ()

    def choices(self) -> list[tuple[str, Ticked]]:
        """Rows to tick."""
        return [(str(one.traveller.pk), Ticked(one.name, self._detail(one))) for one in self.people]

    def _detail(self, one: Person) -> str:
        """His door, and whose hands he is in where they are not the reader's own."""
        own = one.holder is not None and one.holder.pk in self.mine
        return " · ".join(part for part in (one.door, "" if own else one.held_by) if part)

    def givers(self) -> list[tuple[str, Any]]:
        """Whose hands they are in; whoever has not begun comes from somebody outside."""
        held = {one.holder.pk: one.holder for one in self.people if one.holder is not None}
        found: list[tuple[str, Any]] = [(f"hands:{pk}", holder_in_full(hands)) for pk, hands in held.items()]
        if any(one.holder is None for one in self.people):
            found.append((OUTSIDE, _("Somebody from outside")))
        return found


def on_the_way(travellers: Iterable[Traveller], now: datetime) -> list[Person]:
    """Those of them who have not arrived, with their holders; two statements."""
    rows = [one for one in travellers if one.closed_at is None]
    chains = chains_now(rows, now)
    last = {pk: spans[-1].holder for pk, spans in chains.items() if spans}
    hands = {one.pk: one for one in Hands.objects.filter(pk__in=set(last.values())).select_related(*HANDS)}
    found = [Person(one, hands.get(last[one.pk]) if one.pk in last else None) for one in rows]
    return [one for one in found if one.holder is None or not one.holder.is_final]


def own_hands(request: Any) -> list[Hands]:
    """The hands that the user is here."""
    return stories.hands_of(acting_mandates(request), request.neighbourhood)


def run_list(request: Any, run: Run, now: datetime) -> HandList | None:
    """Who on a run's list is still on the way; None for a user who neither goes with it nor sees to the arrivals."""
    own = frozenset(one.pk for one in own_hands(request))
    if not may_manage(request) and not any(one.hands_id in own for one in run.crew.all()):
        return None
    people = on_the_way((seat.traveller for seat in run.seats.all()), now)
    unmet = [one for one in people if one.holder is None]
    begun = len(unmet) < len(people)
    return HandList(run_title(run), tuple(people), run, own, tuple(unmet) if begun else ())


def own_list(request: Any, now: datetime) -> HandList:
    """Whoever is in the user's hands."""
    own = frozenset(one.pk for one in own_hands(request))
    rows = Traveller.objects.filter(neighbourhood=request.neighbourhood, closed_at__isnull=True)
    perhaps = rows.filter(begun_hands__in=own) | rows.filter(links__handover__taker__in=own)
    people = on_the_way(perhaps.distinct().select_related(*TRAVELLER).order_by("heard_at", "pk"), now)
    mine = [one for one in people if one.holder is not None and one.holder.pk in own]
    return HandList(_("In your hands now"), tuple(mine), None, own, tuple(_unmet_beside(mine)))


def _unmet_beside(people: Iterable[Person]) -> list[Person]:
    """Who is seated on the runs of these people and in nobody's hands yet."""
    rows = Traveller.objects.filter(
        seats__run__seats__traveller__in=[one.traveller.pk for one in people], seats__run__called_off_at__isnull=True,
        begun_at__isnull=True, closed_at__isnull=True,
    )  # fmt: skip
    return [Person(one, None) for one in rows.distinct().select_related(*TRAVELLER).order_by("heard_at", "pk")]


def list_of_one(request: Any, traveller: Traveller, now: datetime) -> HandList | None:
    """One person, for the office, and for whoever has him or goes with his run; None for anybody else."""
    own = frozenset(one.pk for one in own_hands(request))
    people = on_the_way([traveller], now)
    held = any(one.holder is not None and one.holder.pk in own for one in people)
    goes = traveller.seats.filter(run__crew__hands__in=own, run__called_off_at__isnull=True).exists()
    if not (may_manage(request) or held or goes):
        return None
    return HandList(name_of(traveller), tuple(people), None, own)


def own_runs(request: Any, since: Any) -> list[Run]:
    """Runs of these nights with which the user goes; for the office all of them."""
    rows = stories.runs(request.neighbourhood).filter(night__gte=since, called_off_at__isnull=True)
    if not may_manage(request):
        own = [one.pk for one in own_hands(request)]
        rows = rows.filter(crew__hands__in=own).distinct()
    return list(rows[: stories.MOST])


def takers(request: Any, chosen: HandList) -> list[tuple[str, Any]]:
    """To whom they can go: oneself, their own doors, who goes with the run, other offices, somebody from outside."""
    found: list[tuple[str, Any]] = []
    if any(one.traveller.dwelling is not None for one in chosen.people):
        found.append((HOME, _("Their own door")))
    acting = acting_mandates(request)
    found += [(f"mandate:{one.pk}", _("%(name)s (you)") % {"name": one.holder_name}) for one in acting[:1]]
    crew = [one.hands for one in chosen.run.crew.all()] if chosen.run is not None else []
    found += [(f"hands:{one.pk}", holder_in_full(one)) for one in crew if one.mandate_id is None]
    mine = {one.pk for one in acting}
    found += [(f"mandate:{one.pk}", one.holder_name) for one in escorts(request) if one.pk not in mine]
    found.append((OUTSIDE, _("Somebody from outside")))
    return found


def escorts(request: Any) -> list[Any]:
    """Every office here that may take people over, by name."""
    rows = [
        one
        for one in mandates_in(request.neighbourhood)
        if one.user_id is not None and one.place is not None and ESCORT in rights_at([one], one.place)
    ]
    return sorted(rows, key=lambda one: one.holder_name)
