"""The writers of what somebody on the roster can: when, that he is of age, what he learned, what he is not asked for, with whom, where."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.models import Availability, Away, Exemption, Membership, Pairing, Trained, Training, Volunteer
from linli.ground.actions.members import add_member
from linli.ground.models import Body, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal

Slots = Iterable[tuple[int, str]]
"""Weekday (1 is Monday) and part of the day."""


def set_hours(*, by: User | None, volunteer: Volunteer, slots: Slots, said: str = "") -> None:
    """When somebody can, as he says now."""
    wanted = set(slots)
    with transaction.atomic():
        volunteer.said = said[:120]
        volunteer.save(update_fields=["said"])
        have = {(one.weekday, one.part): one.pk for one in Availability.objects.filter(volunteer=volunteer)}
        Availability.objects.filter(pk__in=[pk for slot, pk in have.items() if slot not in wanted]).delete()
        Availability.objects.bulk_create(
            Availability(neighbourhood_id=volunteer.neighbourhood_id, volunteer=volunteer, weekday=day, part=part)
            for day, part in sorted(wanted - have.keys())
        )
        _changed(by, volunteer, "hours")


def say_of_age(*, by: User, volunteer: Volunteer) -> None:
    """Note that somebody is 18 or older, who says so, and when."""
    with transaction.atomic():
        volunteer.adult_said_by, volunteer.adult_said_on = by.pk, timezone.localdate()
        volunteer.save(update_fields=["adult_said_by", "adult_said_on"])
        _changed(by, volunteer, "of_age")


def add_training(*, by: User | None, neighbourhood: Place, name: str) -> Training:
    """Something that can be learned here. The same name twice is one."""
    said = " ".join(name.split())[:40]
    if not said:
        raise Refusal("duties.training_name", gettext_noop("Please write what is learned."))
    known: Training | None = Training.objects.filter(neighbourhood=neighbourhood, name=said).first()
    if known is not None:
        return known
    with transaction.atomic():
        code = f"t{Training.objects.filter(neighbourhood=neighbourhood).count() + 1}"
        row: Training = Training.objects.create(neighbourhood=neighbourhood, code=code, name=said)
        record(acts.TRAINING_ADDED, by=by, subject=("training", row.pk), neighbourhood=neighbourhood.pk)
    return row


def set_trainings(*, by: User | None, volunteer: Volunteer, trainings: Iterable[Training]) -> None:
    """What somebody has learned, as of today; what is no longer true ends today and stays in the books."""
    today = timezone.localdate()
    wanted = {one.pk: one for one in trainings}
    with transaction.atomic():
        now = {one.training_id: one for one in Trained.objects.filter(volunteer=volunteer, until__isnull=True)}
        for pk, row in now.items():
            if pk not in wanted:
                row.until = today
                row.save(update_fields=["until"])
        for pk, training in wanted.items():
            if pk not in now:
                Trained.objects.update_or_create(
                    volunteer=volunteer,
                    training=training,
                    since=today,
                    defaults={"neighbourhood_id": volunteer.neighbourhood_id, "until": None},
                )
        _changed(by, volunteer, "trainings")


def set_exemptions(
    *, by: User | None, volunteer: Volunteer, codes: Iterable[str], since: date | None = None, ends: bool = True
) -> None:
    """What somebody is not asked for, from a day on. ``ends``: what is not among ``codes`` ends. Why is nobody's business."""
    day = since or timezone.localdate()
    wanted = set(codes)
    unknown = wanted - set(Exemption.Code.values)
    if unknown:
        raise Refusal(
            "duties.exemption_unknown", gettext_noop("There is no exemption “%(code)s”."), code=sorted(unknown)[0]
        )
    with transaction.atomic():
        now = {one.code: one for one in Exemption.objects.filter(volunteer=volunteer, until__isnull=True)}
        for code, row in now.items():
            if ends and code not in wanted:
                row.until = max(day, row.since)
                row.save(update_fields=["until"])
        for code in sorted(wanted - now.keys()):
            Exemption.objects.update_or_create(
                volunteer=volunteer,
                code=code,
                since=day,
                defaults={"neighbourhood_id": volunteer.neighbourhood_id, "until": None},
            )
        if wanted - now.keys() or (ends and now.keys() - wanted):
            _changed(by, volunteer, "exemptions")


def pair(*, by: User | None, one: Volunteer, other: Volunteer, together: bool | None) -> Pairing | None:
    """Two people are put together, or never are; None takes it back. The latest word holds."""
    if one.pk == other.pk:
        raise Refusal("duties.pair_of_one", gettext_noop("Choose two different people."))
    first, second = sorted((one, other), key=lambda row: row.pk)
    with transaction.atomic():
        row = Pairing.objects.filter(one=first, other=second).first()
        if together is None:
            if row is not None:
                row.delete()
                _changed(by, one, "pairing")
            return None
        if row is not None and row.together == together:
            found: Pairing = row
            return found
        found, _made = Pairing.objects.update_or_create(
            one=first, other=second, defaults={"neighbourhood_id": one.neighbourhood_id, "together": together}
        )
        _changed(by, one, "pairing")
    return found


def join_body(*, by: User | None, volunteer: Volunteer, body: Body, since: date | None = None) -> Membership:
    """Somebody of the roster belongs to a body. It is a place in the body, seen there by who may see bodies, and nowhere else.

    By his name only: to speak for a body with an account is given by the body's own page, never by a list.
    """
    day = since or timezone.localdate()
    known: Membership | None = Membership.objects.filter(volunteer=volunteer, body=body, until__isnull=True).first()
    if known is not None:
        return known
    with transaction.atomic():
        namesake = Membership.objects.filter(body=body, until__isnull=True, volunteer__name=volunteer.name).exists()
        row: Membership = Membership.objects.create(
            neighbourhood_id=volunteer.neighbourhood_id, volunteer=volunteer, body=body, since=day
        )
        add_member(
            by=by,
            body=body,
            capacity="member",
            name=volunteer.name,
            since=day,
            namesake=namesake,
        )
    return row


def send_away(
    *,
    by: User | None,
    volunteer: Volunteer,
    since: date,
    until: date | None,
    reason: str,
    place: str = "",
    body: Body | None = None,
) -> Away:
    """Somebody is not here from a day until the day before ``until``: seconded (P09, T10), abroad, ill. The same words twice are one row.

    Refusals: ``duties.away_order``, ``duties.away_reason``, ``duties.away_twice`` (it overlaps what is known of him).
    """
    if reason not in Away.Reason.values:
        raise Refusal("duties.away_reason", gettext_noop("There is no such reason to be away."))
    if until is not None and until <= since:
        raise Refusal("duties.away_order", gettext_noop("The first day back lies after the first day away."))
    with transaction.atomic():
        Volunteer.objects.select_for_update().get(pk=volunteer.pk)
        over = Away.objects.filter(volunteer=volunteer).filter(Q(until__isnull=True) | Q(until__gt=since))
        known = (over if until is None else over.filter(since__lt=until)).first()
        if known is not None and (known.since, known.until, known.reason) == (since, until, reason):
            found: Away = known
            return found
        if known is not None:
            raise Refusal("duties.away_twice", gettext_noop("This person is away on some of these days already."))
        row: Away = Away.objects.create(
            neighbourhood_id=volunteer.neighbourhood_id,
            volunteer=volunteer,
            since=since,
            until=until,
            reason=reason,
            place=place.strip()[:60],
            body=body,
        )
        _changed(by, volunteer, "away")
    return row


def come_back(*, by: User | None, away: Away, on: date) -> Away:
    """Somebody is here again from ``on``."""
    if on <= away.since:
        raise Refusal("duties.away_order", gettext_noop("The first day back lies after the first day away."))
    with transaction.atomic():
        away.until = on
        away.save(update_fields=["until"])
        _changed(by, away.volunteer, "back")
    return away


def _changed(by: User | None, volunteer: Volunteer, what: str) -> None:
    record(
        acts.PERSON_CHANGED,
        by=by,
        subject=("volunteer", volunteer.pk),
        neighbourhood=volunteer.neighbourhood_id,
        data={"what": what},
    )
