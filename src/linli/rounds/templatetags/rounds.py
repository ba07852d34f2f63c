"""How pages of the rounds say sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.ground.bodies_forms import kind_name
from linli.ground.templatetags.offices import office
from linli.kernel.until_done import State as CallState
from linli.rounds.calls import Call
from linli.rounds.findings import state_of
from linli.rounds.forms import owner_name
from linli.rounds.models import Finding, Plan, Question
from linli.rounds.notices import listed as shortened
from linli.rounds.plan_words import every_words
from linli.rounds.queries import KindSum
from linli.rounds.rhythms import Rhythms
from linli.rounds.round_pages import Line, Seen
from linli.rounds.round_tables import OUTCOME_WORDS, STATE_WORDS, seen_words
from linli.rounds.words import FINDING_STATES, finding_text
from linli.rounds.zone_pages import kind_words
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import listed, moment, number

register = template.Library()

register.filter("finding_text", finding_text)


@register.simple_tag
def finding_state(row: Finding) -> SafeString:
    """A finding's state as shape and word."""
    return signal(*FINDING_STATES[state_of(row)])


@register.filter
def missing(row: KindSum) -> int:
    """How many of a kind have not answered."""
    return row.asked - row.answered


@register.filter
def numbers(row: KindSum, asked: Sequence[Question]) -> list[str]:
    """The sums of a row, one for each question that adds up."""
    return [_plain(total) for total, question in zip(row.sums, asked, strict=True) if question.field != "text"]


def _plain(total: Decimal | str | None) -> str:
    if total is None or isinstance(total, str):
        return total or ""
    return str(number(int(total))) if total == total.to_integral() else f"{total.normalize():f}"


@register.filter
def kind_word(code: str, rows: Sequence[KindSum]) -> str:
    """The name of a kind by its code."""
    return next((kind_name(row.kind) for row in rows if row.kind and row.kind.code == code), code)


register.filter("every_words", every_words)
register.filter("kind_words", kind_words)
register.filter("seen_words", seen_words)
register.filter("who_word", owner_name)


@register.filter
def few(names: Sequence[str]) -> str:
    """The first few names, and how many more."""
    return shortened(names) if names else ""


@register.filter
def counted_words(counts: Sequence[tuple[str, int]]) -> str:
    """支弄 3、门岗 1: how many of each kind."""
    return listed([f"{word} {number(count)}" for word, count in counts])


@register.filter
def at(table: Mapping[Any, Any], key: Any) -> Any:
    """What a table has under a key."""
    return table.get(key, "")


@register.filter
def place_label(rhythm: Rhythms, place: int) -> str:
    """The name of a place of a plan with rhythms."""
    return rhythm.by_place[place].name


@register.filter
def minutes_over(minutes: int) -> str:
    """3 小时 12 分钟: how long something is overdue."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(n)s minute over", "%(n)s minutes over", minutes) % {"n": minutes}
    return _("%(hours)s h %(rest)s min over") % {"hours": hours, "rest": rest}


@register.simple_tag
def line_signal(line: Line) -> SafeString:
    """The state of a target."""
    return signal(*STATE_WORDS[line.state])


@register.filter
def outcome_word(seen: Seen) -> Any:
    """What came of a visit."""
    return OUTCOME_WORDS[seen.outcome]


CALL_STATES = {
    CallState.DUE: ("amber", gettext_lazy("to try now")),
    CallState.WAITING: ("info", gettext_lazy("waits until %(at)s")),
    CallState.CALL_BACK: ("info", gettext_lazy("come or call at %(at)s")),
    CallState.REFUSED: ("red", gettext_lazy("refused: a person decides")),
    CallState.REACHED: ("green", gettext_lazy("reached")),
    CallState.EXCUSED: ("info", gettext_lazy("excused")),
}


@register.filter
def call_kind(call: Call) -> str:
    """The look of where a call stands."""
    return CALL_STATES[call.standing.state][0]


@register.filter
def call_word(call: Call) -> str:
    """Where a call stands, in words."""
    when = moment(call.standing.next_try) if call.standing.next_try is not None else ""
    return str(CALL_STATES[call.standing.state][1]) % {"at": when}


HOLDS = {
    Plan.Holds.ZONE: gettext_lazy("who holds the zone"),
    Plan.Holds.DOOR: gettext_lazy("who answers for the household"),
    Plan.Holds.ITSELF: gettext_lazy("whoever speaks for it"),
}


@register.filter
def holds_words(plan: Plan) -> Any:
    """Who answers for a target of a plan."""
    return office(plan.office) if plan.holds == Plan.Holds.OFFICE else HOLDS[Plan.Holds(plan.holds)]


@register.filter
def office_word(capacity: str) -> str:
    """The name of an office."""
    return str(office(capacity))
