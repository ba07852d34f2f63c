"""A change as it is found ↔ the stored row: names and values sealed with the import's own key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from linli import vault
from linli.kernel import identity, phones
from linli.register.changes.model import Change
from linli.register.interpret.report import masked_text
from linli.register.models import ImportChange, ImportRun
from linli.register.packing import key_of

CHANGE_CONTEXT = "register.change"
BEFORE_CONTEXT = "register.before"
_TURNS = 3
_WRITTEN = frozenset({"remark", "name", "row", "nation"})
"""What people write freely: a number may stand in it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a change says in the clear."""

    name: str
    was: Any
    to: Any


def change_text(change: Change) -> str:
    """What a change says, as it is sealed."""
    return json.dumps({"name": change.name, "was": change.was, "to": change.to}, ensure_ascii=False)


def change_row(run: ImportRun, change: Change, position: int, row: int | None) -> ImportChange:
    """An unsaved change of a run. Its turn is its row's; without a row it comes after all rows, a renamed place before them."""
    sheet, number = change.was_at or ("", None)
    return ImportChange(
        neighbourhood_id=run.neighbourhood_id,
        run=run,
        position=position,
        turn=_TURNS * 10_000_000 + position,
        kind=change.kind,
        row_id=row,
        was_sheet=sheet[:60],
        was_row=number,
        door=change.door[:160],
        person_id=change.person,
        place_id=change.place,
        field=change.field,
        sealed=vault.seal(change_text(change), key=key_of(run.pk), context=CHANGE_CONTEXT),
        expected=change.expected or None,
        base=change.base,
        conflict=change.conflict,
        taken=change.taken,
    )


def told(change: ImportChange) -> Told | None:
    """Open a change; None once it is erased."""
    try:
        data = json.loads(vault.unseal(change.sealed, context=CHANGE_CONTEXT)) if change.sealed is not None else None
    except vault.KeyMissing:
        return None
    return Told(data["name"], data["was"], data["to"]) if data is not None else None


def reseal(change: ImportChange, said: Told) -> None:
    """Say again what a change says."""
    text = json.dumps({"name": said.name, "was": said.was, "to": said.to}, ensure_ascii=False)
    change.sealed = vault.seal(text, key=key_of(change.run_id), context=CHANGE_CONTEXT)


def keep_before(change: ImportChange, facts: dict[str, Any]) -> None:
    """Seal the facts that a change replaces, so that undoing can put them back."""
    text = json.dumps(facts, ensure_ascii=False, default=str)
    change.before = vault.seal(text, key=key_of(change.run_id), context=BEFORE_CONTEXT)


def facts_before(change: ImportChange) -> dict[str, Any]:
    """The facts a change replaced; empty once they are erased."""
    try:
        data: dict[str, Any] = json.loads(vault.unseal(change.before, context=BEFORE_CONTEXT)) if change.before else {}
    except vault.KeyMissing:
        return {}
    return data


def shown_value(field: str, value: object, *, show: bool) -> object:
    """A value for reading: identity numbers and phones masked unless ``show``."""
    if not isinstance(value, str) or show:
        return _phones(value) if field == "phones" else value
    if field == "number":
        return identity.masked(value)
    if field == "phones":
        many = [phones.masked(number) for number in value.split(",") if number]
        return many[0] if len(many) == 1 else many or None
    return masked_text(value) if field in _WRITTEN else value


def _phones(value: object) -> object:
    if not isinstance(value, str):
        return value
    many = [number for number in value.split(",") if number]
    return many[0] if len(many) == 1 else many or None
