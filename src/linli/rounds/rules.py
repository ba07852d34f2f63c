"""Decisions of the rounds, pure: they never save, and the moment is an argument."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

NUMBER, YES_NO, TEXT = "number", "yes_no", "text"
LONGEST_TEXT = 200
_LARGEST = Decimal(10) ** 11
_YES = frozenset({"yes", "y", "true", "1", "是", "有", "完成", "已完成"})
_NO = frozenset({"no", "n", "false", "0", "否", "无", "没有", "未完成"})


@dataclass(frozen=True)
class Value:
    """What a field holds: exactly one of the three, or nothing (``empty``)."""

    number: Decimal | None = None
    yes: bool | None = None
    text: str = ""

    @property
    def empty(self) -> bool:
        """Nothing was said."""
        return self.number is None and self.yes is None and not self.text


class NotAValue(ValueError):
    """``code``: number, range, yes_no, long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_value(kind: str, raw: str) -> Value:
    """What was typed, as the field's kind understands it. Raises :class:`NotAValue`. A number is exact, never rounded."""
    said = unicodedata.normalize("NFKC", raw).strip()
    if not said:
        return Value()
    if kind == NUMBER:
        return Value(number=_number(said))
    if kind == YES_NO:
        if said.casefold() in _YES:
            return Value(yes=True)
        if said.casefold() in _NO:
            return Value(yes=False)
        raise NotAValue("yes_no")
    words = " ".join(raw.split())
    if len(words) > LONGEST_TEXT:
        raise NotAValue("long")
    return Value(text=words)


def _number(said: str) -> Decimal:
    text = said.replace(" ", "")
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        raise NotAValue("number")
    try:
        number = Decimal(text)
    except InvalidOperation as wrong:  # longer than the context allows
        raise NotAValue("range") from wrong
    exponent = number.as_tuple().exponent
    if abs(number) >= _LARGEST or (isinstance(exponent, int) and exponent < -2):
        raise NotAValue("range")
    return number


def applies(when: str, rules: Mapping[str, Any]) -> bool:
    """Whether a question is asked under a rule set (``operations.rulesets``): nobody is told to measure where nothing may be measured."""
    if when == "records":
        return bool(rules["records"])
    if when == "measures":
        return bool(rules["measures"])
    return not rules["records"] if when == "quiet" else True


def amiss(value: Value, wrong: bool | None, least: Decimal | None) -> bool:
    """Whether an answer is something to put right: the ``wrong`` one of yes and no, or a number below ``least``."""
    if value.yes is not None:
        return value.yes is wrong
    return value.number is not None and least is not None and value.number < least


def state_of(first_answer: datetime | None, due_at: datetime, now: datetime) -> str:
    """A target's state: ``answered``, ``late`` (answered after the time), ``missing`` (the time is over), ``waiting``."""
    if first_answer is not None:
        return "answered" if first_answer <= due_at else "late"
    return "missing" if now > due_at else "waiting"


def overdue(due_on: date, closed_at: datetime | None, today: date) -> bool:
    """A finding is overdue from the day after its due day until it is closed."""
    return closed_at is None and due_on < today
