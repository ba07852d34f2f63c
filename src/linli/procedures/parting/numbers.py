"""Numbers made findable in another neighbourhood: unsealed in memory, indexed with its key, shown to nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from linli import vault
from linli.ground.actions.people import DOCUMENT_CONTEXT, PHONE_CONTEXT
from linli.ground.inserting import ready_changes
from linli.ground.models import Document, Place
from linli.returnees.details import details_of, put
from linli.vault import KeyMissing

INDEXES = ("whole_index", "tail_index")


def _again(purpose: str, context: str) -> Callable[[Sequence[Any], Place], int]:
    def anew(rows: Sequence[Any], to: Place) -> int:
        for row in rows:
            number = vault.unseal_text(row.sealed, context=context)
            row.whole_index = vault.blind_index(number, neighbourhood=to.pk, purpose=purpose)
            row.tail_index = vault.blind_index(number[-4:], neighbourhood=to.pk, purpose=f"{purpose}.tail")
        return ready_changes(rows, INDEXES).write()

    return anew


documents = _again("document", DOCUMENT_CONTEXT)
phones = _again("phone", PHONE_CONTEXT)


def arrivals(rows: Sequence[Any], to: Place) -> int:
    """The keyed indexes of arrivals; one whose operation's key is gone has nothing to be found by."""
    for row in rows:
        row.neighbourhood = to
        try:
            put(row, details_of(row))
        except KeyMissing:
            row.name_index = row.phone_index = row.document_index = None
    return ready_changes(rows, ("name_index", "phone_index", "document_index")).write()


def same_documents(source: Place, target: Place) -> int:
    """How many document numbers stand in both neighbourhoods; only the number is told. Inside a scope on both."""
    there = {bytes(i) for i in Document.objects.filter(neighbourhood=target).values_list("whole_index", flat=True)}
    here = set()
    for sealed in Document.objects.filter(neighbourhood=source).values_list("sealed", flat=True).iterator(1000):
        number = vault.unseal_text(sealed, context=DOCUMENT_CONTEXT)
        here.add(vault.blind_index(number, neighbourhood=target.pk, purpose="document"))
    return len(here & there)
