"""Words of the rounds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from linli.rounds.models import AnswerValue
from linli.ui.words import number

STATES = {
    "answered": ("green", _lazy("has answered")),
    "late": ("amber", _lazy("answered late")),
    "missing": ("red", _lazy("missing")),
    "waiting": ("amber", _lazy("not answered yet")),
}
FIELDS = [("number", _lazy("a number")), ("yes_no", _lazy("yes or no")), ("text", _lazy("a short text"))]
OUTCOMES = [
    ("told", _lazy("reached, will answer")),
    ("no_answer", _lazy("nobody answered")),
    ("later", _lazy("asked to be called later")),
]
FIELD_ERRORS = {
    "required": _lazy("Please answer this."),
    "number": _lazy("Please write a number in digits."),
    "range": _lazy("At most two digits behind the point, and less than a hundred thousand million."),
    "yes_no": _lazy("Please choose yes or no."),
    "long": _lazy("At most 200 characters."),
}


def said(value: AnswerValue | None) -> str:
    """What a field says, for a page."""
    if value is None:
        return ""
    if value.number is not None:
        plain = value.number.normalize()
        return str(number(int(plain))) if plain == plain.to_integral() else f"{plain:f}"
    if value.yes is not None:
        return _("yes") if value.yes else _("no")
    return value.text


def exported(value: AnswerValue | None) -> Any:
    """What a field says, for a spreadsheet: numbers stay numbers."""
    return value.number if value is not None and value.number is not None else said(value)
