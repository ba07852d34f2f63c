"""Lists of the rounds: who should have walked what on a day, and the targets of one round."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from linli.ground.models import Mandate
from linli.kernel.coverage import State
from linli.rounds.boards import Walker
from linli.rounds.models import Occurrence
from linli.rounds.round_pages import Line
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import listed, moment

SOON = timedelta(minutes=5)
"""A visit that is heard of later than this was sent later."""

STATE_WORDS = {
    State.DONE: ("green", _("done")),
    State.LATE: ("amber", _("done late")),
    State.MISSED: ("red", _("missed")),
    State.EXCUSED: ("info", _("excused")),
    State.OPEN: ("amber", _("still open")),
}
OUTCOME_WORDS = {
    "done": _("done"),
    "no_answer": _("nobody answered"),
    "refused": _("said no"),
    "call_back": _("later, by arrangement"),
}


def _round(one: Occurrence) -> Any:
    return format_html('<a href="{}">{}</a>', reverse("rounds:round", args=[one.pk]), one.title)


def holder_word(holder: Mandate | None) -> str:
    """Who should have; nobody for a blind spot."""
    return holder.holder_name if holder is not None else str(_("nobody answers for it"))


def walked_state(row: Walker) -> tuple[str, str]:
    """What came of a patrol, as a signal."""
    count = row.covered
    state = State.MISSED if count.missed else State.OPEN if count.open else State.LATE if count.late else State.DONE
    kind, word = STATE_WORDS[state]
    return kind, str(word)


def _share(row: Walker) -> str:
    return f"{row.covered.visited} / {row.covered.total}"


class Patrols(Table):
    """Who should have walked what on a day: a row each, done or missed by name (P02)."""

    title = _("Rounds of the day")
    empty = _("No round on this day")
    per_page = 200
    columns = (
        Column(
            "at", _("Time"), lambda r: r.bar.one.slot_at, sort=("x",), show=lambda r: moment(r.bar.one.slot_at, "time")
        ),
        Column("round", _("Round"), lambda r: r.bar.one.title, sort=("x",), show=lambda r: _round(r.bar.one)),
        Column("who", _("Who should have"), lambda r: holder_word(r.holder), sort=("x",), head=True),
        Column("state", _("State"), lambda r: walked_state(r)[1], sort=("x",), show=lambda r: signal(*walked_state(r))),
        Column("done", _("Done"), _share, number=True),
        Column("missed", _("Missed"), lambda r: listed(r.missed), sort=("x",)),
    )


def _name(line: Line) -> Any:
    name = f"{line.name} {line.person}".strip()
    return format_html('<a href="{}">{}</a>', reverse("rounds:row", args=[line.id]), name)


def _state(line: Line) -> Any:
    return signal(*STATE_WORDS[line.state])


def seen_words(line: Line) -> str:
    """Who was there, when, and what is odd about it; or who excused it."""
    one = line.last
    if one is None:
        return line.excused
    odd = [
        (OUTCOME_WORDS[one.outcome], one.outcome != "done"),
        (_("former responsible"), one.former),
        (_("sent later"), one.offline and one.heard_at > one.at + SOON),
    ]
    return " · ".join(str(part) for part in (one.who, moment(one.at), *(word for word, so in odd if so)) if part)


class RoundTargets(Table):
    """The targets of a round."""

    title = _("Places of the round")
    empty = _("Nothing matches")
    per_page = 100
    columns = (
        Column("name", _("What"), lambda r: f"{r.name} {r.person}".strip(), sort=("x",), show=_name, head=True),
        Column("zone", _("Zone"), lambda r: r.zone, sort=("x",)),
        Column("state", _("State"), lambda r: str(STATE_WORDS[r.state][1]), sort=("x",), show=_state),
        Column("holder", _("Who should"), lambda r: r.holder or str(_("nobody answers for it")), sort=("x",)),
        Column("seen", _("Who was there"), seen_words),
        Column("joined", _("Joined late"), lambda r: r.joined),
    )

    def __init__(self, request: HttpRequest, rows: Sequence[Line], *, sub: str = "") -> None:
        """Without the columns that say nothing of any row."""
        super().__init__(request, rows, sub=sub)
        empty = {name for name in ("zone", "joined") if not any(getattr(row, name) for row in rows)}
        self.columns = tuple(one for one in RoundTargets.columns if one.key not in empty)  # type: ignore[misc, assignment]
