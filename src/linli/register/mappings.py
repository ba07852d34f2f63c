"""Saved mappings: which of them knows a sheet by its headings, and what it says about the columns.

A sheet is known by the set of its headings, whatever their order, their width or the blanks in them. A heading that stands
twice is told apart by its turn. A sheet without headings is never known again: nothing says that it is the same.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from linli.accounts.models import User
from linli.register import models
from linli.register.interpret import words
from linli.register.interpret.model import Table
from linli.register.roundtrip import fields_of


def headings(labels: Iterable[tuple[int, str]]) -> dict[int, str]:
    """Column → its heading in plain form with its turn (``电话#1``, ``电话#2``); columns without a heading are left out."""
    seen: Counter[str] = Counter()
    found = {}
    for at, label in sorted(labels):
        plain = words.plain(label)
        if plain:
            seen[plain] += 1
            found[at] = f"{plain}#{seen[plain]}"
    return found


def print_of(names: Iterable[str]) -> str:
    """The fingerprint of a set of headings; empty for none."""
    known = sorted(set(names))
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:32] if known else ""


def sheets_of(mapping: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What to save of a run's columns: ``[{"print": str, "fields": {heading: field}}]``, one entry for each set of headings."""
    found: dict[str, dict[str, Any]] = {}
    for sheet in mapping:
        names = headings((column["at"], column["label"]) for column in sheet["columns"])
        key = print_of(names.values())
        if key:
            fields = {names[column["at"]]: column["field"] for column in sheet["columns"] if column["at"] in names}
            found.setdefault(key, {"print": key, "fields": fields})
    return list(found.values())


def offered(neighbourhood: int) -> QuerySet[models.MappingVersion]:
    """The latest version of each mapping in force for a neighbourhood: its own before those of all, the newest first."""
    latest = models.MappingVersion.objects.filter(mapping=OuterRef("mapping")).order_by("-number")
    rows = models.MappingVersion.objects.filter(
        Q(mapping__neighbourhood=neighbourhood) | Q(mapping__neighbourhood__isnull=True),
        mapping__retired_at__isnull=True,
        number=Subquery(latest.values("number")[:1]),
    )
    own_first = F("mapping__neighbourhood").desc(nulls_last=True)
    return rows.select_related("mapping").order_by(own_first, "-at", "-pk")


@dataclass
class Corrector:
    """What is said about each sheet's columns: by the saved mapping that knows it, then by the person who looks at this file."""

    manual: Mapping[str, Mapping[str, str]]
    candidates: list[models.MappingVersion] = field(default_factory=list)
    used: models.MappingVersion | None = None

    @classmethod
    def of(cls, run: models.ImportRun) -> Corrector:
        """For a run: the version it was read with before, none if a person dropped it, else every mapping in force."""
        use = models.MappingUse.objects.filter(run=run).select_related("version__mapping").first()
        if use is not None:
            return cls(run.overrides, [] if use.dropped else [use.version])
        return cls(run.overrides, list(offered(run.neighbourhood_id)))

    def __call__(self, sheet: str, table: Table) -> dict[int, str]:
        """Column → field ("" for not imported) where it differs from what the file says of itself."""
        exported = fields_of(table)
        if exported is not None:
            return {at: field for at, field in exported.items() if field != table.columns.get(at, "")}
        names = headings((at, label) for at, label in table.labels.items() if at not in table.hidden)
        said = self._fields(print_of(names.values()))
        found = {}
        for at, name in names.items():
            own = table.columns.get(at, "")
            if name in said and (said[name] != own or at in table.guessed):
                found[at] = said[name]
        return {**found, **{int(at): field for at, field in self.manual.get(sheet, {}).items()}}

    def _fields(self, key: str) -> dict[str, str]:
        """The saved fields of a set of headings. The first mapping that knows a sheet of the file reads all of it."""
        for version in [self.used] if self.used else self.candidates:
            for sheet in version.sheets:
                if key and sheet["print"] == key:
                    self.used = version
                    return dict(sheet["fields"])
        return {}


def saved_of(run: models.ImportRun) -> dict[str, Any] | None:
    """What the pages of a run say about its saved mapping: name, version, who and when, whether it is in use."""
    use = models.MappingUse.objects.filter(run=run).select_related("version__mapping").first()
    if use is None:
        return None
    who = User.objects.filter(pk=use.version.by_user).values_list("display_name", flat=True).first()
    return {"use": use, "version": use.version, "name": use.version.mapping.name, "by": who or ""}
