"""Writers of guardians' consents: noted as the ground keeps consents; withdrawn, it ends the child's own page (PIPL art. 15, 31)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import guardian
from linli.care.actions.own_codes import end_own_code
from linli.care.models import OwnCode
from linli.ground.actions.consents import Given, give_consent, withdraw_consent
from linli.ground.models import Consent, Person
from linli.kernel.refusal import Refusal


def note_guardian(*, by: User, child: Person, said: Given) -> Consent:
    """Note that a guardian agrees. Refusals: ``care.guardian_relation`` (the child is none), those of ``ground.give_consent``."""
    if said.relation == Consent.Relation.SELF or said.purpose != guardian.PURPOSE:
        raise Refusal("care.guardian_relation", gettext_noop("Please say which guardian agrees."))
    return give_consent(by=by, person=child, given=said)


def withdraw_guardian(*, by: User, child: Person) -> None:
    """Note that the guardian withdrew; the child's code ends at once. A second time changes nothing."""
    known = guardian.consent_of(child)
    if known is None:
        return
    with transaction.atomic():
        withdraw_consent(by=by, consent=known)
        for code in OwnCode.objects.filter(person=child, revoked_at__isnull=True):
            end_own_code(by=by, code=code)
