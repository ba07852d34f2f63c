"""Join two entries of one human being, say that two are two, and take either back. A join is a pointer: nothing is moved or deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts, joining
from linli.ground.alike import pair_of
from linli.ground.holdings import fact_of, hand_over_fact
from linli.ground.locks import hold_neighbourhood
from linli.ground.models import AlikeAnswer, Merge, Person, Residence
from linli.journal.record import record
from linli.kernel.alike import Evidence, Pair
from linli.kernel.refusal import Refusal

REASON = 4
"""Characters of a written reason, at least."""
AGAINST = frozenset({"document", "document_unsure", "born"})
"""What speaks against a join so much that a written reason is asked for."""


def codes(evidence: Evidence) -> dict[str, Any]:
    """Evidence as it is kept: codes, never values."""
    return {"agrees": sorted(evidence.agrees), "differs": sorted(evidence.differs)}


def join_people(*, by: User | None, kept: Person, other: Person, note: str = "", at: datetime | None = None) -> Merge:
    """Say that ``other`` is ``kept``: from now on every reader shows, finds and counts them once, as ``kept``.

    Nothing is moved; ``take_join_back`` removes the pointer. Refusals: ``ground.join_self``, ``ground.join_elsewhere``,
    ``ground.join_chain`` (one of them is joined already, or others are joined with ``other``), ``ground.join_wrong_way`` (the one
    who lives here is kept), ``ground.join_reason`` (numbers or birth dates differ: somebody must write down why).
    """
    if kept.pk == other.pk:
        raise Refusal("ground.join_self", gettext_noop("This is one entry already."))
    if kept.neighbourhood_id != other.neighbourhood_id:
        raise Refusal("ground.join_elsewhere", gettext_noop("They belong to two neighbourhoods."))
    now = at or timezone.now()
    with transaction.atomic():
        hold_neighbourhood(kept.neighbourhood_id)
        _no_chain(kept, other)
        if _lives_here(other) and not _lives_here(kept):
            raise Refusal("ground.join_wrong_way", gettext_noop("Keep the entry that says who lives here now."))
        evidence = pair_of(kept.neighbourhood, kept, other).evidence
        if AGAINST & evidence.differs and len(note.strip()) < REASON:
            raise Refusal(
                "ground.join_reason",
                gettext_noop(
                    "Their numbers or birth dates differ. Please write down why they are one person all the same."
                ),
            )
        Person.objects.filter(pk=other.pk, merged_into__isnull=True).update(merged_into=kept)
        merge: Merge = Merge.objects.create(
            neighbourhood_id=kept.neighbourhood_id,
            person=other,
            into=kept,
            at=now,
            by_user=by.pk if by else None,
            evidence=codes(evidence),
            note=note.strip()[:300],
        )
        _two_entries(acts.JOINED, by, kept, other, {"merge": str(merge.pk)}, note)
        other.merged_into = kept
        joining.tell_joined(by, merge)
    return merge


def _no_chain(kept: Person, other: Person) -> None:
    rows = Person.objects.filter(pk__in=[kept.pk, other.pk], merged_into__isnull=False)
    if rows.exists() or Person.objects.filter(merged_into=other).exists():
        raise Refusal(
            "ground.join_chain",
            gettext_noop(
                "One of them is joined with somebody already. Join with the person who was kept, or take that back first."
            ),
        )


def _lives_here(person: Person) -> bool:
    latest = Residence.objects.filter(person=person).order_by("-since", "-id").first()
    return latest is not None and latest.presence in (Residence.Presence.HERE, Residence.Presence.AWAY)


def _two_entries(act: str, by: User | None, one: Person, other: Person, data: dict[str, Any], note: str) -> None:
    """One entry for each of the two, so that the page of each tells it. No person's id stands in the data."""
    for person in (one, other):
        record(
            act,
            by=by,
            subject=("person", person.pk),
            neighbourhood=person.neighbourhood_id,
            data=data,
            detail=note.strip() or None,
        )


def join_all_sure(*, by: User | None, pairs: list[Pair]) -> int:
    """Join every pair that has one number and one name, each as a join of its own. Returns how many; what is refused stays a
    question."""
    joined = 0
    for pair in pairs:
        if pair.verdict != "same":
            continue
        people = Person.objects.in_bulk([pair.one.id, pair.other.id])
        if len(people) < 2:
            continue
        first, second = sorted(people.values(), key=lambda person: (not _lives_here(person), person.pk))
        try:
            join_people(by=by, kept=first, other=second)
        except Refusal:
            continue
        joined += 1
    return joined


def say_two_people(*, by: User | None, one: Person, other: Person, note: str = "") -> AlikeAnswer:
    """Say that two people are two; they are not asked about again. Saying it twice keeps the first answer.

    Refusals: ``ground.join_self``, ``ground.are_joined``.
    """
    if one.pk == other.pk:
        raise Refusal("ground.join_self", gettext_noop("This is one entry already."))
    if (one.merged_into_id or one.pk) == (other.merged_into_id or other.pk):
        raise Refusal("ground.are_joined", gettext_noop("They are joined. Take that back first."))
    first, second = sorted((one, other), key=lambda person: str(person.pk))
    with transaction.atomic():
        answer, made = AlikeAnswer.objects.get_or_create(
            one=first,
            other=second,
            defaults={
                "neighbourhood_id": one.neighbourhood_id,
                "at": timezone.now(),
                "by_user": by.pk if by else None,
                "evidence": codes(pair_of(one.neighbourhood, first, second).evidence),
                "note": note.strip()[:300],
            },
        )
        if made:
            _two_entries(acts.TWO_PEOPLE, by, first, second, {"answer": str(answer.pk)}, note)
    return answer


def ask_again(*, by: User | None, answer: AlikeAnswer) -> None:
    """Take back that two people are two: the question comes back if they still are alike."""
    with transaction.atomic():
        _two_entries(acts.ASKED_AGAIN, by, answer.one, answer.other, {"answer": str(answer.pk)}, "")
        answer.delete()


def take_join_back(
    *,
    by: User | None,
    merge: Merge,
    belongs: Mapping[str, str] | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Merge:
    """Remove the pointer. ``belongs``: fact (``"<holding>:<id>"``) → ``"kept"`` or ``"other"``, for facts written since the join.

    What is not named stays with the entry under which it was written. Refusals: ``ground.join_over`` (taken back already),
    ``ground.fact_unknown``, ``ground.fact_stays`` (this kind of fact cannot be handed over), and what the holding itself refuses.
    """
    now = at or timezone.now()
    with transaction.atomic():
        hold_neighbourhood(merge.neighbourhood_id)
        changed = Merge.objects.filter(pk=merge.pk, ended_at__isnull=True).update(
            ended_at=now, ended_by=by.pk if by else None, ended_note=note.strip()[:300]
        )
        if not changed:
            raise Refusal("ground.join_over", gettext_noop("This was taken back already."))
        Person.objects.filter(pk=merge.person_id, merged_into_id=merge.into_id).update(merged_into=None)
        people = {"kept": merge.into, "other": merge.person}
        moved = sum(_belongs(fact, people[whose], people) for fact, whose in (belongs or {}).items())
        _two_entries(acts.JOIN_TAKEN_BACK, by, merge.into, merge.person, {"merge": str(merge.pk), "facts": moved}, note)
        merge.person.merged_into = None
        joining.tell_parted(by, merge)
    merge.refresh_from_db()
    return merge


def _belongs(key: str, person: Person, people: Mapping[str, Person]) -> int:
    """Hand one fact over if it stands with the other of the two; 1 if it moved."""
    fact = fact_of(key, [one.pk for one in people.values()])
    if fact is None:
        raise Refusal(
            "ground.fact_unknown", gettext_noop("This fact is no longer there. Please look at the page again.")
        )
    if fact.person == person.pk:
        return 0
    hand_over_fact(fact, person)
    return 1
