"""A copy of what is held about a person as a file: a spreadsheet, or JSON for another system (PIPL art. 45)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from linli.ground.copies import Line
from linli.ground.models import Person, Place
from linli.ui.exports import xlsx_response


def copy_file(person: Person, neighbourhood: Place, lines: Sequence[Line], form: str) -> HttpResponse:
    """The file to keep; ``form``: ``json``, anything else is a spreadsheet. The browser keeps no second copy."""
    title = _("What is held about you")
    response = _json(title, neighbourhood, lines) if form == "json" else _sheet(title, person, lines)
    response["Cache-Control"] = "no-store"
    return response


def _json(title: str, neighbourhood: Place, lines: Sequence[Line]) -> HttpResponse:
    body = {
        "neighbourhood": neighbourhood.name,
        "made_at": timezone.localtime().isoformat(timespec="seconds"),
        "facts": [line.as_dict() for line in lines],
    }
    response = HttpResponse(json.dumps(body, ensure_ascii=False, indent=1), content_type="application/json")
    name = content_disposition_header(True, f"{title} {timezone.localdate():%Y-%m-%d}.json")
    response["Content-Disposition"] = name or "attachment"
    return response


def _sheet(title: str, person: Person, lines: Sequence[Line]) -> HttpResponse:
    heads = [_("Kind"), _("What"), _("Value"), _("Since"), _("Source"), _("Purpose"), _("Ground"), _("Kept")]
    return xlsx_response(title, heads, [line.cells() for line in lines], sub=person.name)
