"""Import a list of bodies: drop a file, see a verdict for each row, take it in. Nothing is stored before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from linli.ground.access import needs
from linli.ground.actions.bodies_import import import_bodies
from linli.ground.bodies import roots, widest
from linli.ground.bodies_list import LEFT_OUT, Entry, totals
from linli.ground.bodies_read import MOST_BYTES, Line, lines
from linli.ground.bodies_source import reader
from linli.ground.models import BodyVersion, Place
from linli.ground.words import BODY_TROUBLES, refusal_text
from linli.kernel.refusal import Refusal

HOUR = 3600


@needs("bodies.write")
@require_http_methods(["GET", "POST"])
def bodies_import(request: Any) -> HttpResponse:
    """The three steps on one address: file, preview, done. The rows travel signed in the page, not in a table."""
    root = widest(roots(request, "bodies.write"))
    wrong = ""
    if request.method == "POST":
        try:
            rows, read_at = _rows(request), _newest()
            entries = reader(root).read(rows)
            if "rows" in request.POST:
                return _take(request, root, rows, entries, read_at)
            return _preview(request, root, rows, entries)
        except Refusal as refusal:
            wrong = refusal_text(refusal)
    context = {"wrong": wrong, "root": root, "limit": MOST_BYTES >> 20}
    return render(request, "ground/bodies/import.html", context, status=422 if wrong else 200)


def _rows(request: Any) -> list[Line]:
    """The rows of the file, or those of the preview that comes back; a preview of another person or of yesterday is refused."""
    if "rows" in request.POST:
        try:
            packed = signing.loads(request.POST["rows"], salt=_salt(request), max_age=HOUR)
        except signing.BadSignature as stale:
            raise Refusal(
                "bodies.preview_stale", gettext_noop("This preview is too old. Please choose the file again.")
            ) from stale
        return [Line(sheet, row, {k: (c, t) for k, c, t in cells}) for sheet, row, cells in packed]
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("bodies.no_file", gettext_noop("Please choose a file first."))
    return lines(file.read(MOST_BYTES + 1), file.name)


def _salt(request: Any) -> str:
    return f"linli.ground.bodies_import:{request.user.pk}"


def _preview(request: Any, root: Place, rows: list[Line], entries: list[Entry]) -> HttpResponse:
    packed = [(r.sheet, r.row, [(k, c, t) for k, (c, t) in r.cells.items()]) for r in rows]
    troubles = [
        {"cell": t.line.cell(t.column), "sheet": t.line.sheet, "value": t.value, "other": t.other,
         "word": BODY_TROUBLES.get(t.kind, t.kind), "left_out": t.kind in LEFT_OUT, "name": e.name}
        for e in entries for t in e.troubles
    ]  # fmt: skip
    context = {
        "root": root,
        "entries": entries,
        "changed": [e for e in entries if e.verdict == "changed"],
        "new": [e for e in entries if e.verdict == "new"],
        "troubles": sorted(troubles, key=lambda t: not t["left_out"]),
        "totals": totals(entries),
        "rows": signing.dumps(packed, salt=_salt(request), compress=True),
    }
    return render(request, "ground/bodies/import_preview.html", context)


def _newest() -> int:
    """The newest version of a body: when it is another one, somebody has written meanwhile."""
    found: int | None = BodyVersion.objects.aggregate(newest=Max("pk"))["newest"]
    return found or 0


def _take(request: Any, root: Place, rows: list[Line], entries: list[Entry], read_at: int) -> HttpResponse:
    """Take it in. Pressed twice, or by two at once, the second is read again against what the first has written."""
    with transaction.atomic():
        Place.objects.select_for_update().get(pk=root.pk)
        if _newest() != read_at:
            entries = reader(root).read(rows)
        counts = import_bodies(by=request.user, entries=entries, root=root)
    said = _("%(new)s new, %(changed)s changed, %(same)s the same, %(left_out)s left out, of %(rows)s rows.")
    messages.success(request, said % counts)
    return redirect("ground:bodies")
