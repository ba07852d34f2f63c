"""Readings and alarms: a fever by the rule set's limit, or a symptom, asks for the next step until somebody answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import acts, changes, guardian, rules, telling, temperature
from linli.care.models import Alarm, Case, Reading
from linli.care.models.hidden import children_too
from linli.care.sealed import Said, said_of, seal_reading, sealed_words
from linli.care.writing import journal, lock, moment_of, used_before
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.operations.queries import ruleset_for

__all__ = ["Said", "annul_reading", "answer_alarm", "emergency", "record_reading"]


def record_reading(
    *,
    by: User | None,
    case: Case,
    said: Said,
    happened_at: datetime | None = None,
    part: str = "",
    by_self: bool = False,
    source: str = "",
    key: UUID | None = None,
) -> Reading:
    """Note a reading. What comes from a visit (``source``) or late is never refused; the same ``key`` or ``source`` again is the first.

    ``part``: which check it is, by its hour unless said; one of the night, or one more of the same check, is an extra one.
    Refusals of what is typed on a page:
    ``care.temperature`` (nothing was measured or said, or no thermometer says so), ``care.symptom``, ``care.guardian_consent`` (a child's
    reading that nobody ordered); ``care.form_twice`` (the key is that of somebody else's reading).
    """
    now, when = timezone.now(), moment_of(happened_at)
    if not source:
        _check(said)
        # whatever its hour: a child's fever at night is heard
        guardian.require_for_reading(case, part or rules.MORNING, now)
    with transaction.atomic():
        lock(case)
        before = _heard(case, source, key)
        if before is not None:
            return before
        day = _day_of(case, when)
        cause = rules.cause_of(said.celsius, said.symptoms, _limit(case, when))
        reading: Reading = Reading.objects.create(
            id=key or uuid7(),
            neighbourhood_id=case.neighbourhood_id,
            case=case,
            day=day,
            part=_part(case, day, part or rules.part_at(when)),
            happened_at=when,
            heard_at=now,
            by_user=by.pk if by is not None else None,
            by_self=by_self,
            source=source[:60],
            sealed=seal_reading(case, said),
            alarming=bool(cause),
        )
        journal(acts.READ, by, case, {"part": reading.part, "day": day, "self": by_self}, happened_at=when)
        if cause:
            _raise(by, case, cause, reading)
        changes.tell_read(by, reading)
    return reading


def annul_reading(*, by: User | None, reading: Reading) -> Reading:
    """Take a reading back; the alarm that it raised is answered by that, unless a later reading says the same: then it is that one's.

    A second time changes nothing."""
    now = timezone.now()
    with transaction.atomic(), children_too():
        rows = Reading.objects.filter(pk=reading.pk, annulled_at__isnull=True)
        if rows.update(annulled_at=now, annulled_by=by.pk if by is not None else None):
            for alarm in Alarm.objects.filter(reading=reading, answered_at__isnull=True):
                other = _says_the_same(alarm)
                if other is not None:
                    Alarm.objects.filter(pk=alarm.pk).update(reading=other)
                else:
                    _answered(by, alarm, "retaken", "", now)
            journal(acts.UNREAD, by, reading.case, {"reading": str(reading.pk)})
            reading.refresh_from_db()
            changes.tell_read(by, reading)
    return reading


def emergency(*, by: User | None, case: Case, words: str = "") -> Alarm:
    """Somebody in care is in danger now: an ambulance, and every door opens. Never refused; one that is open already is that one."""
    with transaction.atomic():
        lock(case)
        alarm = _raise(by, case, Alarm.Cause.EMERGENCY, None)
        if words.strip() and alarm.sealed is None:
            alarm.sealed = sealed_words(words, case)
            alarm.save(update_fields=["sealed"])
    return alarm


def answer_alarm(*, by: User, alarm: Alarm, answer: str, words: str = "") -> Alarm:
    """Say what was done; nobody is told any more. A second time is the first. Refusal: ``care.answer``."""
    if answer not in rules.ANSWERS:
        raise Refusal("care.answer", gettext_noop("Please say how the alarm was answered."))
    with transaction.atomic(), children_too():
        _answered(by, alarm, answer, words, timezone.now())
    alarm.refresh_from_db()
    return alarm


def _check(said: Said) -> None:
    if said.celsius is None and not said.symptoms and not said.words.strip():
        raise Refusal("care.temperature", gettext_noop("Please write the temperature, or what else was noticed."))
    temperature.check(said.celsius)
    if set(said.symptoms) - set(rules.SYMPTOMS):
        raise Refusal("care.symptom", gettext_noop("This symptom is not on the list."))


def recounted(case: Case) -> None:
    """The days of a term are counted in another way: its readings say their day anew, so that no check is asked for twice."""
    rows = list(Reading.objects.filter(case=case))
    for row in rows:
        row.day = _day_of(case, row.happened_at)
    Reading.objects.bulk_update(rows, ["day"])


def _says_the_same(alarm: Alarm) -> Reading | None:
    """A reading that stands, told since an alarm was raised, that would have raised it as well."""
    rows = Reading.objects.filter(case=alarm.case_id, alarming=True, annulled_at__isnull=True)
    for row in rows.filter(heard_at__gte=alarm.raised_at).select_related("case__operation"):
        said = said_of(row)
        limit = _limit(row.case, row.happened_at)
        if said is not None and rules.cause_of(said.celsius, said.symptoms, limit) == alarm.cause:
            found: Reading = row
            return found
    return None


def _heard(case: Case, source: str, key: UUID | None) -> Reading | None:
    found: Reading | None = Reading.objects.filter(pk=key).first() if key is not None else None
    if found is not None and found.case_id != case.pk:
        raise used_before()
    if found is None and source:
        found = Reading.objects.filter(case=case, source=source[:60], annulled_at__isnull=True).first()
    return found


def _day_of(case: Case, when: datetime) -> int | None:
    if case.day0 is None or case.days is None:
        return None
    return rules.clock(case.day0, case.days, case.convention).day_of(when)


def _part(case: Case, day: int | None, part: str) -> str:
    """The check that this reading is; an extra one when that check was done already."""
    if part not in rules.PARTS:
        return rules.EXTRA
    done = Reading.objects.filter(case=case, day=day, part=part, annulled_at__isnull=True)
    return rules.EXTRA if day is not None and done.exists() else part


def _limit(case: Case, when: datetime) -> int | None:
    limit: int | None = ruleset_for(case.operation, when)["fever_tenths"]
    return limit


def _raise(by: User | None, case: Case, cause: str, reading: Reading | None) -> Alarm:
    """One open alarm of a cause is enough: whoever is on it is not told twice."""
    before = Alarm.objects.filter(case=case, cause=cause, answered_at__isnull=True).first()
    if before is not None:
        known: Alarm = before
        if reading is not None:
            telling.alarmed_again(by, known, reading)
        return known
    alarm: Alarm = Alarm.objects.create(
        neighbourhood_id=case.neighbourhood_id,
        case=case,
        reading=reading,
        cause=cause,
        raised_at=timezone.now(),
        by_user=by.pk if by is not None else None,
    )
    journal(acts.ALARMED, by, case, {"cause": cause})
    telling.alarmed(by, alarm)
    changes.tell_alarmed(by, alarm)
    return alarm


def _answered(by: User | None, alarm: Alarm, answer: str, words: str, now: datetime) -> None:
    rows = Alarm.objects.filter(pk=alarm.pk, answered_at__isnull=True)
    if rows.update(answered_at=now, answered_by=by.pk if by is not None else None, answer=answer):
        if words.strip():
            Alarm.objects.filter(pk=alarm.pk).update(sealed=sealed_words(words, alarm.case))
        journal(acts.ANSWERED, by, alarm.case, {"answer": answer})
        telling.alarm_answered(alarm, now)
