"""How pages of the rounds say sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django import template
from django.utils.safestring import SafeString

from linli.ground.bodies_forms import kind_name
from linli.rounds.findings import state_of
from linli.rounds.models import Finding, Question
from linli.rounds.queries import KindSum
from linli.rounds.words import FINDING_STATES, finding_text
from linli.ui.templatetags.linli_ui import signal
from linli.ui.words import number

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


def _plain(total: Decimal | None) -> str:
    if total is None:
        return ""
    return str(number(int(total))) if total == total.to_integral() else f"{total.normalize():f}"


@register.filter
def kind_word(code: str, rows: Sequence[KindSum]) -> str:
    """The name of a kind by its code."""
    return next((kind_name(row.kind) for row in rows if row.kind and row.kind.code == code), code)
