"""Writers of the codes of own pages: made and handed over in person, typed in, locked after five wrong tries, ended."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import guardian, own_codes
from linli.care import own_acts as acts
from linli.care.models import Case, OwnCode
from linli.care.own_until import live, open_until
from linli.ground.locks import hold_neighbourhood
from linli.journal.record import record
from linli.kernel.refusal import Refusal


@dataclass(frozen=True)
class Slip:
    """What is printed once and handed over; the characters are kept nowhere."""

    row: OwnCode
    code: str


def make_own_code(*, by: User, case: Case) -> Slip:
    """A new code for the person of an open case; an earlier one of the same person ends with it.

    Refusals: ``care.own_case_over`` (the case, or its operation, is over), ``care.guardian_consent`` (a child under 14).
    """
    now = timezone.now()
    until = open_until(case, now)
    if until is None:
        raise _case_over()
    child = guardian.is_child(case.person, now)
    if child:
        guardian.require(case.person, now)
    code, typed = _unused()
    with transaction.atomic():
        hold_neighbourhood(case.neighbourhood_id)  # of two slips at the same moment the later one holds
        OwnCode.objects.filter(person=case.person_id, revoked_at__isnull=True).update(revoked_at=now)
        row = OwnCode.objects.create(
            neighbourhood_id=case.neighbourhood_id,
            case=case,
            person_id=case.person_id,
            handle=typed.handle,
            digest=typed.digest,
            made_at=now,
            made_by=by.pk,
            to_guardian=child,
            expires_at=until,
        )
        _journal(acts.CODE_MADE, by, row, guardian=child)
    return Slip(row, code)


def _unused() -> tuple[str, own_codes.Typed]:
    """A code whose first half no other has, and how it is looked up."""
    while True:
        code = own_codes.new_code()
        typed = own_codes.read(code)
        if typed is not None and not OwnCode.objects.filter(handle=typed.handle).exists():
            return code, typed


def end_own_code(*, by: User, code: OwnCode) -> OwnCode:
    """The page is closed from now on, on every phone. Ending it twice changes nothing."""
    with transaction.atomic():
        if OwnCode.objects.filter(pk=code.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
            _journal(acts.CODE_ENDED, by, code)
    code.refresh_from_db()
    return code


def open_own_page(*, by: None, typed: str) -> OwnCode:
    """The code behind what was typed. A wrong one counts against the code whose first half it has; after five that one is locked.

    Refusals: ``care.own_code_wrong`` for any code that does not hold, ``care.own_code_locked``; ``care.own_case_over`` for the right
    code of a case that is over, and for that one alone: strangers hear of no case.
    """
    now = timezone.now()
    said = own_codes.read(typed)
    if said is None:
        raise _wrong()
    code = live(now).filter(handle=said.handle).first()
    if code is None:
        raise _over(said) or _wrong()
    row = OwnCode.objects.filter(pk=code.pk)
    # a try is claimed before it is looked at: of ten at the same moment five are
    if not row.filter(locked_at__isnull=True, tries__lt=own_codes.TRIES).update(tries=F("tries") + 1):
        raise _locked()
    if not hmac.compare_digest(code.digest, said.digest):
        if row.filter(tries__gte=own_codes.TRIES, locked_at__isnull=True).update(locked_at=now):
            _journal(acts.CODE_LOCKED, by, code)
            raise _locked()
        raise _wrong()
    row.update(used_at=now, tries=0)
    _journal(acts.OPENED, by, code)
    code.refresh_from_db()
    return code


def _over(said: own_codes.Typed) -> Refusal | None:
    """What the right code of a closed case is told, within the same five tries; None for every other."""
    rows = OwnCode.objects.filter(handle=said.handle, revoked_at__isnull=True, case__closed_at__isnull=False)
    claimed = rows.filter(locked_at__isnull=True, tries__lt=own_codes.TRIES).update(tries=F("tries") + 1)
    digest = rows.values_list("digest", flat=True).first()
    if not claimed or digest is None or not hmac.compare_digest(digest, said.digest):
        return None
    rows.update(tries=0)
    if rows.filter(case__kind=Case.Kind.QUARANTINE, case__closed_as=Case.Closed.RELEASED).exists():
        return Refusal(
            "care.own_case_over", gettext_noop("Your observation is over. This code is not needed any more.")
        )
    return _case_over()


def _case_over() -> Refusal:
    """There is no page any more, of whatever kind the case was."""
    return Refusal("care.own_case_over", gettext_noop("This is over: there is no page to open any more."))


def _locked() -> Refusal:
    return Refusal(
        "care.own_code_locked",
        gettext_noop(
            "After five wrong tries this code is locked. The office, or whoever looks after you, brings a new one."
        ),
    )


def _wrong() -> Refusal:
    return Refusal(
        "care.own_code_wrong",
        gettext_noop("This code is wrong or holds no longer. Look at the slip again, or ask the office for a new one."),
    )


def _journal(act: str, by: User | None, code: OwnCode, **data: object) -> None:
    record(act, by=by, subject=("person", code.person_id), neighbourhood=code.neighbourhood_id, data=data)
