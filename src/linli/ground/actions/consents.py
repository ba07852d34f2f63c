"""Consents: given on paper or before a witness, by a guardian for a child under 14, withdrawn as easily as given (PIPL art. 15, 31)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.minors import is_child
from linli.ground.models import Consent, Person
from linli.journal.record import record
from linli.kernel.refusal import Refusal


@dataclass(frozen=True)
class Given:
    """What was said: for what, by whom, how, before whom, when (None: today)."""

    purpose: str
    relation: str
    given_by: str
    way: str
    witness: str = ""
    on: date | None = None


def give_consent(*, by: User | None, person: Person, given: Given) -> Consent:
    """Note a consent. Refusals: ``ground.consent_incomplete`` (who, how, and for a spoken one before whom), ``ground.consent_guardian``
    (a child under 14 does not consent himself; PIPL art. 31), ``ground.consent_future``, ``ground.consent_twice``.
    """
    known = (
        given.purpose in Consent.Purpose.values
        and given.relation in Consent.Relation.values
        and given.way in Consent.Way.values
    )
    witnessed = given.way != Consent.Way.ORAL or given.witness.strip()
    if not (known and given.given_by.strip() and witnessed):
        raise Refusal(
            "ground.consent_incomplete",
            gettext_noop("Please say who consented, for what and how; for a spoken consent also who heard it."),
        )
    today = timezone.localdate()
    if given.relation == Consent.Relation.SELF and is_child(person, today):
        raise Refusal(
            "ground.consent_guardian", gettext_noop("For a child under 14 a guardian consents. Please write down who.")
        )
    day = given.on or today
    if day > today:
        raise Refusal("ground.consent_future", gettext_noop("This day is still to come."))
    try:
        with transaction.atomic():
            row: Consent = Consent.objects.create(
                neighbourhood_id=person.neighbourhood_id,
                person=person,
                purpose=given.purpose,
                relation=given.relation,
                given_by=given.given_by.strip()[:80],
                way=given.way,
                witness=given.witness.strip()[:80],
                given_on=day,
                noted_at=timezone.now(),
                noted_by=by.pk if by else None,
            )
            _journal(acts.CONSENT_GIVEN, by, row)
    except IntegrityError:
        twice = gettext_noop("There is a consent for this purpose already. Withdraw it first if it changed.")
        raise Refusal("ground.consent_twice", twice) from None
    return row


def withdraw_consent(*, by: User | None, consent: Consent) -> Consent:
    """Note that a consent was withdrawn today: one button, no reason asked, nobody is refused anything for it (PIPL art. 15, 16).

    What was done before stays lawful. Withdrawing twice changes nothing.
    """
    now = timezone.now()
    with transaction.atomic():
        changed = Consent.objects.filter(pk=consent.pk, withdrawn_on__isnull=True).update(
            withdrawn_on=timezone.localdate(now), withdrawn_at=now, withdrawn_noted_by=by.pk if by else None
        )
        if changed:
            _journal(acts.CONSENT_WITHDRAWN, by, consent)
    consent.refresh_from_db()
    return consent


def _journal(act: str, by: User | None, row: Consent) -> None:
    data = {"purpose": row.purpose, "way": row.way, "relation": row.relation}
    record(act, by=by, subject=("person", row.person_id), neighbourhood=row.neighbourhood_id, data=data)
