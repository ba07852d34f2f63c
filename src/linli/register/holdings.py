"""What the imports hold about a person: the sealed rows of files that named him, until the file goes after 30 days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.ground.holdings import Fact, Holding, Stay, register_holding
from linli.kernel.data_classes import RAW_UPLOAD
from linli.register.models import ImportChange, ImportProblem, ImportRow


def _rows(people: Sequence[UUID]) -> QuerySet[ImportRow]:
    rows: QuerySet[ImportRow] = ImportRow.objects.filter(person__in=list(people))
    return rows


def rows(people: Sequence[UUID]) -> list[Fact]:
    """In which imports a row was this person's."""
    found = _rows(people).select_related("run").order_by("run__started_at", "position")
    return [
        Fact("import_rows", str(row.pk), row.person_id or people[0], gettext_lazy("Row of an imported file"),
             _("sheet %(sheet)s, row %(row)s") % {"sheet": row.sheet or "—", "row": row.row},
             timezone.localdate(row.run.started_at))
        for row in found
    ]  # fmt: skip


def stays(people: Sequence[UUID], now: datetime) -> list[Stay]:
    """The uploaded file itself holds everybody; it goes as a whole."""
    last = _rows(people).order_by("-run__started_at").values_list("run__started_at", flat=True).first()
    if last is None or last + timedelta(days=RAW_UPLOAD.days or 0) <= now:
        return []
    until = timezone.localdate(last + timedelta(days=RAW_UPLOAD.days or 0))
    why = gettext_lazy("the sealed file holds many people and goes as a whole, with its key")
    return [Stay(gettext_lazy("Imported file"), why, until)]


def erase(people: Sequence[UUID], now: datetime) -> int:
    """Erase the sealed rows, their fingerprints and the sealed cells of these people; which row of which sheet it was stays."""
    cells = Q(pk__in=[])
    for run, sheet, row in _rows(people).values_list("run_id", "sheet", "row"):
        cells |= Q(run=run, sheet=sheet, row=row)
    gone = ImportProblem.objects.filter(cells, sealed__isnull=False).update(sealed=None)
    homes = _rows(people).exclude(dwelling=None).values("dwelling")
    told = ImportChange.objects.filter(place__in=homes, person=None)
    # what is about a whole home names, or holds the former facts of, everybody who was there
    gone += told.filter(kind="household_vanished", sealed__isnull=False).update(sealed=None)
    gone += told.filter(before__isnull=False).update(before=None)
    gone += ImportChange.objects.filter(Q(person__in=list(people)) | Q(row__in=_rows(people))).delete()[0]
    return int(gone + _rows(people).update(sealed=None, prints=None, person=None))


def register_all() -> None:
    """The register's holding, from ``apps.py``."""
    register_holding(
        Holding("import_rows", gettext_lazy("Rows of imported files"),
                gettext_lazy("to show from which file an entry came, and to take an import back"),
                gettext_lazy("statutory duty of the residents' committee (PIPL art. 13(1)3; organisation law art. 3)"),
                gettext_lazy("sealed, 30 days; then only sheet and row"), rows, stays=stays, erase=erase, rank=45)
    )  # fmt: skip
