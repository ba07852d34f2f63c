"""A copy of what is held about a person, whole numbers included, for the person's own hands (PIPL art. 45)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli import vault
from linli.accounts.models import User
from linli.ground import acts
from linli.ground.holdings import Fact, held
from linli.ground.models import Person
from linli.journal.record import record


@dataclass(frozen=True)
class Line:
    """One fact of the copy, in words. ``since``: a date as yyyy-mm-dd, empty when it is not known."""

    kind: str
    what: str
    value: str
    since: str
    source: str
    purpose: str
    ground: str
    kept: str

    def cells(self) -> list[str]:
        """For a spreadsheet, in the order of the fields."""
        return list(asdict(self).values())

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def copy_lines(
    people: Sequence[UUID], *, masked: Collection[str] = (), rights: Collection[str] | None = None
) -> list[Line]:
    """Every fact under these ids with whole numbers; those of the kinds ``masked``, or whose key is gone, stay masked.

    ``rights``: of who in the office makes the copy; None for the person himself.
    """
    return [
        Line(
            str(holding.label),
            str(fact.what),
            str(fact.value) if holding.code in masked else _whole(fact),
            fact.since.isoformat() if fact.since else "",
            _source(fact.source),
            str(holding.purpose),
            str(holding.basis),
            str(holding.keep),
        )
        for holding, facts in held(people, rights)
        for fact in facts
    ]


def _whole(fact: Fact) -> str:
    if fact.clear is None:
        return str(fact.value)
    try:
        return fact.clear()
    except vault.KeyMissing:
        return str(fact.value)


def _source(source: str) -> str:
    """Where a fact came from, in words."""
    if source.startswith("import"):
        return _("from an imported file")
    return _("written down in the office") if source == "page" else source


def note_copy(*, by: User | None, person: Person, to: str, form: str, checked: str) -> None:
    """Write down that a copy went out: in which form, how it was made sure to whom; the name of who took it is sealed.

    ``by`` None: the person fetched it on the own page.
    """
    record(
        acts.COPY_GIVEN,
        by=by,
        subject=("person", person.merged_into_id or person.pk),
        neighbourhood=person.neighbourhood_id,
        data={"form": form, "checked": checked},
        detail=_("handed to %(name)s") % {"name": to.strip()},
    )
