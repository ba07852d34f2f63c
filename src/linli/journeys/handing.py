"""From the form of a page to hand-overs: who the two sides are, one hand-over for each door, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.models import Mandate, Place
from linli.journeys import hands as holding
from linli.journeys.actions.arrivals import operation_of
from linli.journeys.actions.handovers import Form, Side, hand_over, offer
from linli.journeys.actions.travellers import begin
from linli.journeys.details import Outsider
from linli.journeys.forms_hand import HOME, LATER, OUTSIDE
from linli.journeys.hand_lists import HandList, Person
from linli.journeys.models import Handover, Hands
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal


@dataclass(frozen=True)
class Handing:
    """A filled form: the list it was filled on, what was said, by whom, when it happened."""

    by: User
    neighbourhood: Place
    chosen: HandList
    said: dict[str, Any]
    at: datetime

    @property
    def present(self) -> list[Person]:
        """Who was ticked."""
        ticked = set(self.said["present"])
        return [one for one in self.chosen.people if str(one.traveller.pk) in ticked]

    def carry_out(self) -> list[Handover]:
        """Write it down, one hand-over for each taker, all or none. Refusals of ``hand_over``, and ``journeys.sign_each_door``."""
        people = self.present
        if not people:
            raise Refusal("journeys.nobody", gettext_noop("Please tick who is there."))
        with transaction.atomic():
            giver = self._hands("giver")
            fresh = [one.traveller for one in people if one.holder is None]
            if fresh:
                begin(by=self.by, travellers=fresh, hands=giver, at=self.at, about=self.said["about"])
            groups = self._groups(people)
            if len(groups) > 1 and self.said["taker_way"] == "signature":
                raise Refusal(
                    "journeys.sign_each_door",
                    gettext_noop(
                        "A signature is for one door. Please hand over at each door by itself, or without a signature."
                    ),
                )
            self._count(people, len(groups))
            whole = len(groups) == 1
            return [self._one(giver, taker, group, n, whole=whole) for n, (taker, group) in enumerate(groups)]

    def _groups(self, people: Sequence[Person]) -> list[tuple[Hands, list[Person]]]:
        """Who goes to whom: everybody to one taker, or each to his own door."""
        if self.said["taker"] != HOME:
            return [(self._hands("taker"), list(people))]
        doors: dict[int, list[Person]] = {}
        for one in people:
            if one.traveller.dwelling is None:
                raise Refusal("journeys.no_door", gettext_noop("The door of %(name)s is not known yet."), name=one.name)
            doors.setdefault(one.traveller.dwelling.pk, []).append(one)
        return [(self._door(group), group) for group in doors.values()]

    def _door(self, group: Sequence[Person]) -> Hands:
        dwelling = group[0].traveller.dwelling
        assert dwelling is not None  # mypy: doors are grouped by it
        return holding.of_dwelling(self.neighbourhood, dwelling)

    def _count(self, people: Sequence[Person], groups: int) -> None:
        """Several doors: the heads of all of them together; of one taker the hand-over itself counts."""
        counted = self.said["counted"]
        if groups > 1 and counted != len(people):
            raise Refusal(
                "journeys.head_count",
                gettext_noop("Heads counted: %(counted)s; names ticked: %(present)s. Nobody was handed over."),
                counted=counted, present=len(people),
            )  # fmt: skip

    def _one(self, giver: Hands, taker: Hands, group: Sequence[Person], number: int, *, whole: bool) -> Handover:
        form = Form(
            travellers=[one.traveller for one in group],
            listed=self._listed(giver, taker, group),
            giver=giver,
            taker=taker,
            happened_at=self.at,
            about=self.said["about"],
            counted=self.said["counted"] if whole else len(group),
            run=self.chosen.run,
            not_met=self._not_met(),
            id=self.said["key"] if number == 0 else uuid7(),
        )
        gave = self._side("giver", giver)
        if self.said["taker_way"] == LATER:
            return offer(by=self.by, form=form, gave=gave)
        return hand_over(by=self.by, form=form, gave=gave, took=self._side("taker", taker))

    def _listed(self, giver: Hands, taker: Hands, group: Sequence[Person]) -> list[Any]:
        """Who should be there: of the list those whom the giver has; at a door those of them who live there."""
        fresh = {one.traveller.pk for one in group if one.holder is None}
        found = [
            one.traveller
            for one in self.chosen.people
            if (one.holder is not None and one.holder.pk == giver.pk) or (one.holder is None and fresh)
        ]
        return [one for one in found if not taker.is_home or one.dwelling_id == taker.place_id]

    def _not_met(self) -> dict[str, object]:
        """Who of the run was not there and is in nobody's hands, and what was said of them."""
        ticked = set(self.said["present"])
        left = [str(one.traveller.pk) for one in self.chosen.unmet if str(one.traveller.pk) not in ticked]
        return {"not_met": left, "not_met_why": self.said["unmet_why"]} if left else {}

    def _side(self, side: str, hands: Hands) -> Side:
        """How a side confirmed; by the user's account when it is his own side."""
        by = self.by.pk if hands.mandate is not None and hands.mandate.user_id == self.by.pk else None
        return Side(self.at, by, self.said[f"{side}_way"], self.said[f"{side}_signature"])

    def _hands(self, side: str) -> Hands:
        kind, _colon, key = self.said[side].partition(":")
        if kind == OUTSIDE:
            operation = operation_of(self.neighbourhood)
            outsider = Outsider(self.said["outside_name"].strip(), self.said["outside_phone"].strip())
            return holding.of_outsider(self.neighbourhood, operation, self.said["outside_role"], outsider)
        if kind == "mandate":
            return holding.of_mandate(self.neighbourhood, Mandate.objects.get(pk=int(key)))
        found: Hands = Hands.objects.select_related("mandate", "place").get(pk=UUID(key))
        return found
