"""Reading about persons through the API is written down: which token, what, how many; one person under the person's pseudonym."""

from __future__ import annotations

from uuid import UUID

from linli.ground import acts
from linli.ground.rest.access import Caller
from linli.journal.record import record


def note_reading(caller: Caller, what: str, count: int, *, person: UUID | None = None) -> None:
    """One entry for one answer. ``what``: persons, households, responsibilities."""
    record(
        acts.READ_BY_TOKEN if person is None else acts.PERSON_READ_BY_TOKEN,
        by=caller.user,
        subject=("person", person) if person is not None else ("token", caller.token.pk),
        neighbourhood=caller.neighbourhood.pk,
        data={"what": what, "count": count, "token": str(caller.token.pk)},
    )
