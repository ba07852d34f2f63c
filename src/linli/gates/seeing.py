"""What is masked on every page of the gates and was seen whole, with a reason."""

from __future__ import annotations

from django.db import transaction

from linli.accounts.models import User
from linli.gates.models import Check
from linli.journal.record import record


def seen_whole(act: str, *, by: User, check: Check, reason: str) -> None:
    """Journal that something of a passage was seen whole: who asked, and the reason, sealed with the operation's key."""
    with transaction.atomic():
        record(
            act,
            by=by,
            subject=("check", check.pk),
            neighbourhood=check.neighbourhood_id,
            detail=reason.strip()[:200],
            detail_key=check.operation.key_name,
        )
