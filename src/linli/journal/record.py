"""The only writer of the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils import timezone

from linli import vault
from linli.journal import acts
from linli.journal.models import Detail, Entry, Pseudonym

DETAIL_CONTEXT = "journal.detail"
KEEP_YEARS = 3
PSEUDONYMOUS_KINDS = frozenset({"person"})


class Actor(Protocol):
    """Whoever acts: an account."""

    pk: Any


def record(
    act: str,
    *,
    by: Actor | None,
    subject: tuple[str, object] | None = None,
    neighbourhood: int | None = None,
    mandate: int | None = None,
    happened_at: datetime | None = None,
    data: dict[str, Any] | None = None,
    detail: str | None = None,
    detail_key: str = "",
) -> Entry:
    """Write one entry and return it.

    ``act`` must be registered (``linli.journal.acts``). ``subject`` is (kind, id); persons are written under a pseudonym. ``data``
    holds ids, codes and quantities. Text about people goes to ``detail`` and is sealed with the key called ``detail_key``:
    ``operation:<uuid>`` for what must end with an operation, else the key of the year, which :func:`forget_details` destroys.
    """
    if not acts.known(act):
        raise LookupError(f"act {act!r} is not registered")
    now = timezone.now()
    kind, identity = subject or ("", "")
    name = pseudonym(kind, identity) if kind in PSEUDONYMOUS_KINDS else str(identity)
    entry = Entry(
        act=act,
        by_user=by.pk if by is not None else None,
        mandate=mandate,
        neighbourhood=neighbourhood,
        subject_kind=kind,
        subject=name,
        happened_at=happened_at or now,
        heard_at=now,
        data=data or {},
    )
    entry.save(force_insert=True)
    if detail:
        Detail(entry=entry.id, sealed=vault.seal(detail, key=detail_key or year_key(now), context=DETAIL_CONTEXT)).save(
            force_insert=True
        )
    return entry


def year_key(moment: datetime) -> str:
    """The key that seals the free text of a year's entries."""
    return f"journal:{timezone.localtime(moment).year}"


def forget_details(now: datetime) -> int:
    """Destroy the keys of years whose free text is more than three full years old; the entries stay. Returns how many.

    PIPL art. 56 wants records of this kind kept for three years; longer is longer than needed (art. 19).
    """
    last = timezone.localtime(now).year - KEEP_YEARS - 1
    old = [n for n in vault.keyring().names() if n.startswith("journal:") and int(n.split(":")[1]) <= last]
    return sum(vault.keyring().destroy(name) for name in old)


def pseudonym(kind: str, identity: object) -> str:
    """The name under which the journal speaks of a subject; made on first use."""
    row, _ = Pseudonym.objects.get_or_create(kind=kind, subject=str(identity))
    return str(row.pseudonym)


def detail_of(entry: UUID) -> str | None:
    """The sealed text of an entry: None when it has none or when its key was destroyed."""
    row = Detail.objects.filter(pk=entry).first()
    if row is None:
        return None
    try:
        return vault.unseal_text(row.sealed, context=DETAIL_CONTEXT)
    except vault.KeyMissing:
        return None


def details_of(entries: Iterable[UUID]) -> dict[UUID, str]:
    """The sealed texts of many entries in one statement; those without one, or whose key was destroyed, are left out."""
    found = {}
    for row in Detail.objects.filter(pk__in=list(entries)):
        try:
            found[row.entry] = vault.unseal_text(row.sealed, context=DETAIL_CONTEXT)
        except vault.KeyMissing:
            continue
    return found
