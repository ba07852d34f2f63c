"""Words of the rounds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from linli.rounds.models import Finding, Question, QuestionChoice, Sheet
from linli.rounds.models.answers import Field
from linli.rounds.notes import text_of
from linli.ui.words import listed, number

STATES = {
    "answered": ("green", gettext_lazy("has answered")),
    "late": ("amber", gettext_lazy("answered late")),
    "missing": ("red", gettext_lazy("missing")),
    "waiting": ("amber", gettext_lazy("not answered yet")),
}
FINDING_STATES = {
    "open": ("amber", gettext_lazy("open")),
    "late": ("red", gettext_lazy("overdue")),
    "closed": ("green", gettext_lazy("closed")),
}
ASK_KINDS = {
    "yes_no": gettext_lazy("yes or no"),
    "choice": gettext_lazy("one of several"),
    "choices": gettext_lazy("any of several"),
    "number": gettext_lazy("a number"),
    "text": gettext_lazy("a short text"),
    "photo": gettext_lazy("a photo"),
    "time": gettext_lazy("a time of day"),
    "temperature": gettext_lazy("a temperature"),
}
FIELDS = [(kind, ASK_KINDS[kind]) for kind in ("number", "yes_no", "choice", "text")]
"""What bodies are asked for in a request."""
OUTCOMES = [
    ("told", gettext_lazy("reached, will answer")),
    ("no_answer", gettext_lazy("nobody answered")),
    ("later", gettext_lazy("asked to be called later")),
]
VISIT_OUTCOMES = {
    "done": gettext_lazy("done"),
    "no_answer": gettext_lazy("nobody opened"),
    "refused": gettext_lazy("did not want to speak"),
    "call_back": gettext_lazy("come again"),
}
UPLOAD_PROBLEMS = {
    "cut_off": gettext_lazy("the phone was cut off before it sent this"),
    "values": gettext_lazy("an answer could not be read; the visit itself is recorded"),
    "photos": gettext_lazy("a photo could not be read; the visit itself is recorded"),
    "unknown_round": gettext_lazy("it names a round that is not here"),
    "unknown_place": gettext_lazy("it names a place that is not here"),
    "not_own": gettext_lazy("it takes back somebody else's visit"),
}
"""Why an upload of a walker's phone waits; what cannot be read at all is shown by its code."""
FIELD_ERRORS = {
    "required": gettext_lazy("Please answer this."),
    "number": gettext_lazy("Please write a number in digits."),
    "range": gettext_lazy("At most two digits behind the point, and less than a hundred thousand million."),
    "yes_no": gettext_lazy("Please choose yes or no."),
    "choice": gettext_lazy("Please choose one of these."),
    "long": gettext_lazy("At most 200 characters."),
    "limits": gettext_lazy("Please look again: this number cannot be."),
    "time": gettext_lazy("Please write the time like 08:30."),
    "photo": gettext_lazy("This is no photo that can be kept. Please take a JPEG."),
}


def label_of(question: Question) -> str:
    """A question in the reader's language, with its unit."""
    words = question.label_en if _english() and question.label_en else question.label
    return f"{words} ({question.unit})" if question.unit else words


def finding_of(question: Question) -> str:
    """The words to start a finding with, in the language of who writes it."""
    return question.finding_en if _english() and question.finding_en else question.finding


def title_of(sheet: Sheet) -> str:
    """A sheet's title in the reader's language."""
    return sheet.title_en if _english() and sheet.title_en else sheet.title


def _english() -> bool:
    return (get_language() or "").startswith("en")


def finding_text(row: Finding) -> str:
    """A finding's sentence, or that it went with its operation."""
    text = text_of(row)
    return _("(erased with its operation)") if text is None else text


def said(value: Field | None, question: Question | None = None) -> str:
    """What a field says, for a page; what was chosen in the words of its ``question`` (with its choices read)."""
    if value is None:
        return ""
    if value.number is not None:
        plain = value.number.normalize()
        return str(number(int(plain))) if plain == plain.to_integral() else f"{plain:f}"
    if value.yes is not None:
        return _("yes") if value.yes else _("no")
    if value.codes and question is not None:
        return listed(label_of_choice(one) for one in question.choices.all() if one.code in value.codes)
    if value.time is not None:
        return f"{value.time:%H:%M}"
    return value.text


def label_of_choice(choice: QuestionChoice) -> str:
    """A choice in the reader's language."""
    return choice.label_en if _english() and choice.label_en else choice.label


def exported(value: Field | None, question: Question | None = None) -> Any:
    """What a field says, for a spreadsheet: numbers stay numbers."""
    return value.number if value is not None and value.number is not None else said(value, question)


WHEN = {
    "": gettext_lazy("always"),
    "records": gettext_lazy("while passages are recorded"),
    "measures": gettext_lazy("while temperatures are taken"),
    "quiet": gettext_lazy("while nothing may be recorded"),
}
SHEET_FAULTS = {
    "label": gettext_lazy("Please write the question."),
    "kind": gettext_lazy("This is none of the eight kinds of questions."),
    "choices": gettext_lazy("Please give 2 to 12 answers to choose from."),
    "doubled": gettext_lazy("An answer is there twice."),
    "order": gettext_lazy("The smaller number comes first."),
    "finding": gettext_lazy("Please say in words what somebody must do something about."),
}
"""What speaks against a question (``asking.faults``)."""
SHEET_MISTAKES = {
    "type": gettext_lazy(
        "This type is not known. Known are: yes or no, number, text, one of several, any of several, photo, time, temperature."
    ),
    "branching": gettext_lazy("A sheet has no groups, branches and calculations. Make a sheet of its own for them."),
    "yes_no": gettext_lazy("Please write yes or no here."),
    "number": gettext_lazy("Please write a number in digits."),
    "range": gettext_lazy("At most two digits behind the point, and less than a hundred thousand million."),
    "when": gettext_lazy("Please leave this empty, or write: always, records, measures or quiet."),
}
"""What is wrong with a cell of a workbook (``sheet_files.Mistake``)."""
