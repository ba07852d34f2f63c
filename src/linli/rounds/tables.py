"""Lists of the rounds: targets of a request, findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from linli.ground.bodies_forms import kind_name
from linli.ground.bodies_table import contact_name
from linli.rounds.models import Question
from linli.rounds.queries import Line
from linli.rounds.words import OUTCOMES, STATES, exported, label_of, said
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import moment


def _name(line: Line) -> Any:
    late = format_html(' <span class="muted">{}</span>', _("joined late")) if line.target.joined_at else ""
    return format_html('<a href="{}">{}</a>{}', reverse("rounds:target", args=[line.target.pk]), line.target.name, late)


def _state(line: Line) -> Any:
    kind, word = STATES[line.state]
    return signal(kind, word)


def _reminders(line: Line) -> str:
    if not line.attempts:
        return ""
    last = line.attempts[-1]
    return f"{moment(last.happened_at)} {dict(OUTCOMES)[last.outcome]}"


def _corrected(line: Line) -> str:
    return str(_("corrected")) if len(line.answers) > 1 else ""


def _when(line: Line) -> Any:
    first = line.answers[0].happened_at if line.answers else None
    notes = [
        note
        for note in (_corrected(line), _("by telephone") if line.answers and line.answers[-1].entered_for else "")
        if note
    ]
    return format_html("{}{}", moment(first) if first else "", format_html_join("", " · {}", ((n,) for n in notes)))


HEAD = (
    Column("name", _("Body"), lambda r: r.target.name, sort=("name",), show=_name, head=True),
    Column("kind", _("Kind"), lambda r: kind_name(r.target.kind) if r.target.kind else "", sort=("kind",)),
    Column("state", _("State"), lambda r: str(STATES[r.state][1]), sort=("state",), show=_state),
)
CALL = (
    Column("contact", _("Whom to call"), lambda r: contact_name(r.contact), sort=("contact",)),
    Column("phone", _("Telephone"), lambda r: r.target.body.phone if r.target.body else "", nowrap=True),
    Column("reminded", _("Reminded"), _reminders),
)
WHEN = Column("at", _("Answered"), lambda r: r.answers[0].happened_at if r.answers else None, sort=("at",), show=_when)


def _field(question: Question) -> Column:
    return Column(
        f"q{question.position}",
        label_of(question),
        lambda r: exported(r.values.get(question.pk), question),
        sort=("value",),
        show=lambda r: said(r.values.get(question.pk), question),
        number=question.field == "number",
    )


class Targets(Table):
    """The targets of a request. Missing ones show whom to call; answered ones what they said."""

    title = _("Who has answered")
    empty = _("Nobody matches")
    per_page = 200

    def __init__(
        self, request: HttpRequest, rows: Sequence[Line], asked: Sequence[Question], *, missing: bool, sub: str = ""
    ) -> None:
        super().__init__(request, rows, sub=sub)
        fields = tuple(_field(q) for q in asked)
        self.columns = (*HEAD, *CALL) if missing else (*HEAD, WHEN, *fields)  # type: ignore[misc]
