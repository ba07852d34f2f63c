"""Words of the rounds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.rounds.models import AnswerValue
from linli.ui.words import number

STATES = {
    "answered": ("green", gettext_lazy("has answered")),
    "late": ("amber", gettext_lazy("answered late")),
    "missing": ("red", gettext_lazy("missing")),
    "waiting": ("amber", gettext_lazy("not answered yet")),
}
FIELDS = [
    ("number", gettext_lazy("a number")),
    ("yes_no", gettext_lazy("yes or no")),
    ("text", gettext_lazy("a short text")),
]
OUTCOMES = [
    ("told", gettext_lazy("reached, will answer")),
    ("no_answer", gettext_lazy("nobody answered")),
    ("later", gettext_lazy("asked to be called later")),
]
FIELD_ERRORS = {
    "required": gettext_lazy("Please answer this."),
    "number": gettext_lazy("Please write a number in digits."),
    "range": gettext_lazy("At most two digits behind the point, and less than a hundred thousand million."),
    "yes_no": gettext_lazy("Please choose yes or no."),
    "long": gettext_lazy("At most 200 characters."),
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
