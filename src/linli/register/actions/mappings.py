"""Save what the columns mean for the next file; rename and retire what was saved; read a file without it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.register import acts
from linli.register.mappings import Corrector, sheets_of
from linli.register.models import ImportRun, Mapping, MappingUse, MappingVersion

LONGEST = 60


def _name(text: str) -> str:
    name = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not name:
        raise Refusal("register.mapping_name", gettext_noop("Please give it a name."))
    return name[:LONGEST]


def save_mapping(*, by: User | None, run: ImportRun, name: str, shared: bool = False) -> MappingVersion:
    """Keep what the run's columns mean under a name; a name that is in use gets a new version. ``shared``: for every neighbourhood.

    Refused: ``register.mapping_name`` without a name, ``register.mapping_empty`` for a file without headings.
    """
    cleaned, sheets, now = _name(name), sheets_of(run.mapping), timezone.now()
    if not sheets:
        raise Refusal(
            "register.mapping_empty",
            gettext_noop("This file has no headings, so nothing would tell the next one like it."),
        )
    place = None if shared else run.neighbourhood_id
    who = by.pk if by else None
    with transaction.atomic():
        known = Mapping.objects.select_for_update()
        mapping = known.filter(neighbourhood=place, name=cleaned, retired_at__isnull=True).first()
        if mapping is None:
            mapping = Mapping.objects.create(neighbourhood_id=place, name=cleaned, made_by=who, made_at=now)
        number = mapping.versions.count() + 1
        version = MappingVersion.objects.create(mapping=mapping, number=number, sheets=sheets, by_user=who, at=now)
        MappingUse.objects.update_or_create(
            run=run,
            defaults={"neighbourhood_id": run.neighbourhood_id, "version": version, "dropped": False, "at": now},
        )
        record(
            acts.MAPPING_SAVED,
            by=by,
            subject=("mapping", mapping.pk),
            neighbourhood=run.neighbourhood_id,
            data={"version": number, "sheets": len(sheets), "shared": shared},
        )
    return version


def rename_mapping(*, by: User | None, mapping: Mapping, name: str, neighbourhood: int) -> Mapping:
    """Give a saved mapping another name. Refused: ``register.mapping_exists``."""
    cleaned = _name(name)
    with transaction.atomic():
        others = Mapping.objects.filter(neighbourhood=mapping.neighbourhood_id, name=cleaned, retired_at__isnull=True)
        if others.exclude(pk=mapping.pk).exists():
            raise Refusal("register.mapping_exists", gettext_noop("There is already one of that name."))
        mapping.name = cleaned
        mapping.save(update_fields=["name"])
        record(acts.MAPPING_RENAMED, by=by, subject=("mapping", mapping.pk), neighbourhood=neighbourhood)
    return mapping


def retire_mapping(*, by: User | None, mapping: Mapping, neighbourhood: int) -> Mapping:
    """Use a saved mapping no more; imports that were read with it keep it."""
    with transaction.atomic():
        mapping.retired_at = timezone.now()
        mapping.save(update_fields=["retired_at"])
        record(acts.MAPPING_RETIRED, by=by, subject=("mapping", mapping.pk), neighbourhood=neighbourhood)
    return mapping


def use_mapping(*, by: User | None, run: ImportRun, use: bool) -> ImportRun:
    """Read the file again without the saved mapping that recognised it, or with it after all."""
    preview = ImportRun.State.PREVIEW
    with transaction.atomic():
        if ImportRun.objects.filter(pk=run.pk, state=preview).update(state=ImportRun.State.READING) != 1:
            raise Refusal("register.not_preview", gettext_noop("This import is no longer waiting for answers."))
        changed = MappingUse.objects.filter(run=run).update(dropped=not use)
        if not changed:
            raise Refusal("register.mapping_unused", gettext_noop("This file was not read with a saved mapping."))
        record(
            acts.CHOSEN, by=by, subject=("import", run.pk), neighbourhood=run.neighbourhood_id, data={"mapping": use}
        )
    run.refresh_from_db()
    return run


def note_use(*, by: User | None, run: ImportRun, corrector: Corrector) -> None:
    """Keep which version a file was read with, in the transaction that ends the reading; a later version does not touch it."""
    if corrector.used is not None:
        MappingUse.objects.get_or_create(
            run=run,
            defaults={
                "neighbourhood_id": run.neighbourhood_id,
                "version": corrector.used,
                "at": timezone.now(),
            },
        )
