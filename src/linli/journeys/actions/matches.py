"""Whom of the register a traveller is: proposed with reasons, decided by a person, taken back by a row (T02)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.models import Household, Person, Place, Residence
from linli.journal.record import record
from linli.journeys import acts, changes, owing
from linli.journeys.actions.arrivals import hold
from linli.journeys.actions.travellers import check_open, held
from linli.journeys.models import Match, MatchUndone, Traveller
from linli.journeys.rules import DECIDE_WITHIN
from linli.kernel.refusal import Refusal


@dataclass(frozen=True)
class Proposal:
    """One candidate. ``reasons``, ``against``: codes of ``kernel.manifest_match``; ``person`` None: nobody of the register."""

    person: Person | None
    verdict: str
    score: int = 0
    reasons: Sequence[str] = ()
    against: Sequence[str] = ()


def propose_matches(*, by: User | None, proposals: Sequence[tuple[Traveller, Sequence[Proposal]]]) -> list[Match]:
    """Write down who each traveller may be, instead of what was proposed before and nobody decided. Two statements for many.

    Whoever must be asked is owed a decision half an hour after the word of him came.
    """
    now = timezone.now()
    with transaction.atomic():
        travellers = [traveller for traveller, _candidates in proposals]
        Match.objects.filter(traveller__in=travellers, decision__isnull=True).delete()
        made: list[Match] = Match.objects.bulk_create(
            Match(neighbourhood_id=traveller.neighbourhood_id, traveller=traveller, person=one.person, verdict=one.verdict,
                  score=one.score, reasons=list(one.reasons), against=list(one.against), proposed_at=now)
            for traveller, candidates in proposals
            for one in candidates
        )  # fmt: skip
        for traveller in [
            one for one, candidates in proposals if any(c.verdict != Match.Verdict.NONE for c in candidates)
        ]:
            due = traveller.notice.received_at + DECIDE_WITHIN
            rows = Traveller.objects.filter(
                pk=traveller.pk, person__isnull=True, begun_at__isnull=True, alarm_at__isnull=True
            )
            rows.update(alarm_at=due)
    return made


def propose_match(*, by: User | None, traveller: Traveller, candidates: Sequence[Proposal]) -> list[Match]:
    """Of one traveller; see :func:`propose_matches`."""
    return propose_matches(by=by, proposals=[(traveller, candidates)])


def decide_match(*, by: User, match: Match, yes: bool, dwelling: Place | None = None) -> Traveller:
    """A person says whether it is he. Yes: his home is the traveller's, unless ``dwelling`` says another. Again the same is no change.

    Refusals: ``journeys.decided`` (otherwise, or as somebody else, take that back first), ``journeys.person_taken`` (another open
    traveller is he), ``journeys.nobody_to_match``, ``journeys.closed``.
    """
    now = timezone.now()
    with transaction.atomic():
        hold(match.traveller.operation_id)
        (row,) = held([match.traveller])
        fresh = Match.objects.select_for_update(of=("self",)).select_related("person").get(pk=match.pk)
        if fresh.decision is yes and not hasattr(fresh, "undone"):
            return row
        check_open([row])
        _check_free(row, fresh, yes)
        Match.objects.filter(pk=fresh.pk).update(decision=yes, decided_at=now, decided_by=by.pk)
        if yes:
            _is(row, fresh.person, dwelling)
        owing.settle_up([row], now, anew=yes)
        record(acts.MATCH_DECIDED, by=by, subject=("traveller", row.pk), neighbourhood=row.neighbourhood_id,
               data={"match": str(fresh.pk), "yes": yes})  # fmt: skip
        row.refresh_from_db()
        changes.tell(by, [row])
    return row


def say_who(*, by: User, traveller: Traveller, person: Person) -> Traveller:
    """A person says who he is, whom nothing proposed: somebody who was registered since. Refusals: those of :func:`decide_match`."""
    with transaction.atomic():
        match = Match.objects.filter(traveller=traveller, person=person, decision__isnull=True).first()
        if match is None:
            said = Proposal(person, Match.Verdict.ASK)
            (match,) = propose_match(by=by, traveller=traveller, candidates=[said])
        return decide_match(by=by, match=match, yes=True)


def _check_free(row: Traveller, match: Match, yes: bool) -> None:
    if match.decision is not None or (yes and row.person_id is not None):
        raise Refusal("journeys.decided", gettext_noop("This was decided already. Take the decision back first."))
    if yes and match.person is None:
        raise Refusal("journeys.nobody_to_match", gettext_noop("Nobody of the register was proposed here."))
    others = Traveller.objects.filter(operation=row.operation_id, person=match.person_id, closed_at__isnull=True)
    if yes and others.exclude(pk=row.pk).exists():
        raise Refusal("journeys.person_taken", gettext_noop("Another traveller is this person already."))


def _is(row: Traveller, person: Person, dwelling: Place | None) -> None:
    lives = Residence.objects.filter(person=person).select_related("household__dwelling").order_by("-since").first()
    household: Household | None = lives.household if lives is not None else None
    home = dwelling or row.dwelling or (household.dwelling if household is not None else None)
    Traveller.objects.filter(pk=row.pk).update(person=person, household=household, dwelling=home)


def _is_nobody(row: Traveller, now: datetime) -> None:
    """Nobody of the register again; his home goes with it, an address that a list gave stays."""
    home = row.household.dwelling_id if row.household is not None else None
    dwelling = None if row.dwelling_id == home else row.dwelling_id
    owed = now + DECIDE_WITHIN
    Traveller.objects.filter(pk=row.pk).update(person=None, household=None, dwelling=dwelling, alarm_at=owed)


def undo_match(*, by: User, match: Match) -> Traveller:
    """Take a decision back: a row says so, the traveller is nobody of the register again, and the same proposal is open anew.

    Refusal: ``journeys.not_decided``.
    """
    now = timezone.now()
    with transaction.atomic():
        (row,) = held([match.traveller])
        fresh = Match.objects.select_for_update(of=("self",)).get(pk=match.pk)
        if fresh.decision is None or MatchUndone.objects.filter(match=fresh).exists():
            raise Refusal("journeys.not_decided", gettext_noop("Nothing was decided here that could be taken back."))
        MatchUndone.objects.create(neighbourhood_id=row.neighbourhood_id, match=fresh, at=now, by_user=by.pk)
        again = Match(neighbourhood_id=row.neighbourhood_id, traveller=row, person=fresh.person, verdict=fresh.verdict,
                      score=fresh.score, reasons=fresh.reasons, against=fresh.against, proposed_at=now)  # fmt: skip
        again.save(force_insert=True)
        if fresh.decision:
            _is_nobody(row, now)
        owing.settle_up([row], now, anew=True)
        record(acts.MATCH_UNDONE, by=by, subject=("traveller", row.pk), neighbourhood=row.neighbourhood_id,
               data={"match": str(fresh.pk)})  # fmt: skip
        row.refresh_from_db()
        changes.tell(by, [row])
    return row
