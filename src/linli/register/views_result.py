"""The result file of an import, made while the page shows how far it is."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linli.ground.access import needs
from linli.ground.words import refusal_text
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.register import acts, queries, result
from linli.register.models import ImportRun
from linli.register.views import own
from linli.ui.exports import XLSX

READY = (ImportRun.State.PREVIEW, ImportRun.State.DONE, ImportRun.State.UNDONE)


@require_GET
@needs("register.import")
def result_file(request: Any, pk: UUID) -> HttpResponse:
    """The clerk's own sheets with a verdict for each row."""
    run = own(request, pk)
    if run.state not in READY:
        return redirect("register:run", pk)
    buffer = io.BytesIO()
    try:
        rows = result.build(run, buffer)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("register:run", pk)
    record(
        acts.RESULT_GIVEN,
        by=request.user,
        subject=("import", run.pk),
        neighbourhood=run.neighbourhood_id,
        data={"rows": rows},
    )
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    stem = queries.file_name(run).rsplit(".", 1)[0] or _("Register")
    name = _("%(file)s result.xlsx") % {"file": stem}
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
