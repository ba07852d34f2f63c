"""A question of a sheet, pure: eight kinds, how an answer is read, which answer is something to put right. The phone runs the same
rules (``scanner/sheet.js``); shared cases: ``tests/vectors/sheet.json``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from linli.kernel.celsius import HIGHEST, LOWEST, NotCelsius, read_celsius

NUMBER, YES_NO, TEXT, CHOICE = "number", "yes_no", "text", "choice"
CHOICES, PHOTO, TIME, TEMPERATURE = "choices", "photo", "time", "temperature"
KINDS = (YES_NO, CHOICE, CHOICES, NUMBER, TEXT, PHOTO, TIME, TEMPERATURE)
WITH_CHOICES = frozenset({CHOICE, CHOICES})
WITH_LIMITS = frozenset({NUMBER, TEMPERATURE})

LONGEST_TEXT = 200
MOST_CHOICES = 12
MOST_QUESTIONS = 40
BODY = (LOWEST, HIGHEST)
"""°C: a body's temperature outside is a slip of the pen, unless the sheet says other limits (*(ours)*)."""
_LARGEST = Decimal(10) ** 11
_YES = frozenset({"yes", "y", "true", "1", "是", "有", "完成", "已完成"})
_NO = frozenset({"no", "n", "false", "0", "否", "无", "没有", "未完成"})


@dataclass(frozen=True)
class Choice:
    """One of the answers between which a choice is made; ``wrong``: it makes a finding."""

    code: str
    label: str = ""
    label_en: str = ""
    wrong: bool = False


@dataclass(frozen=True)
class Ask:
    """A question as data. ``lowest``/``highest``: outside is a slip of the pen; ``least``/``most``: outside makes a finding."""

    kind: str
    label: str = ""
    label_en: str = ""
    code: str = ""
    unit: str = ""
    required: bool = True
    when: str = ""
    wrong: bool | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    finding: str = ""
    finding_en: str = ""
    days: int = 1
    choices: tuple[Choice, ...] = ()

    @property
    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """What can be said at all."""
        if self.kind == TEMPERATURE and self.lowest is None and self.highest is None:
            return BODY
        return self.lowest, self.highest


@dataclass(frozen=True)
class Value:
    """What a field holds: exactly one of the six, or nothing (``empty``). ``codes``: what was chosen, in the order of the sheet."""

    number: Decimal | None = None
    yes: bool | None = None
    text: str = ""
    codes: tuple[str, ...] = ()
    time: time | None = None
    photo: UUID | None = None

    @property
    def empty(self) -> bool:
        """Nothing was said."""
        said = (self.number, self.yes, self.time, self.photo)
        return all(one is None for one in said) and not self.text and not self.codes


class NotAValue(ValueError):
    """``code``: required, number, range, limits, yes_no, long, choice, time, photo."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_answer(ask: Ask, raw: str) -> Value:
    """What was said, as the question understands it. Raises :class:`NotAValue`; also for nothing, where something is required.

    A number is exact, never rounded. Choices are codes with blanks between them; a photo is its id.
    """
    value = _READERS[ask.kind](ask, unicodedata.normalize("NFKC", raw).strip(), raw)
    if value.empty and ask.required:
        raise NotAValue("required")
    return value


def _number(ask: Ask, said: str, _raw: str) -> Value:
    if not said:
        return Value()
    number = number_of(said)
    lowest, highest = ask.bounds
    if (lowest is not None and number < lowest) or (highest is not None and number > highest):
        raise NotAValue("limits")
    return Value(number=number)


def _temperature(ask: Ask, said: str, _raw: str) -> Value:
    try:
        return Value(number=read_celsius(said, *ask.bounds))
    except NotCelsius as wrong:
        raise NotAValue(wrong.code) from wrong


def number_of(said: str) -> Decimal:
    """An exact number with at most two digits behind the point. Raises :class:`NotAValue`."""
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


def yes_of(said: str) -> bool | None:
    """Yes or no in the words that people use; None for nothing. Raises :class:`NotAValue`."""
    word = said.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    if word:
        raise NotAValue("yes_no")
    return None


def _yes_no(_ask: Ask, said: str, _raw: str) -> Value:
    return Value(yes=yes_of(said))


def _text(_ask: Ask, said: str, raw: str) -> Value:
    words = " ".join(raw.split()) if said else ""
    if len(words) > LONGEST_TEXT:
        raise NotAValue("long")
    return Value(text=words)


def _codes(ask: Ask, said: str, _raw: str) -> Value:
    chosen = frozenset(said.split())
    known = tuple(one.code for one in ask.choices if one.code in chosen)
    if len(known) != len(chosen) or (ask.kind == CHOICE and len(known) > 1):
        raise NotAValue("choice")
    return Value(codes=known)


def _time(_ask: Ask, said: str, _raw: str) -> Value:
    if not said:
        return Value()
    found = re.fullmatch(r"(\d{1,2}):?(\d{2})", said)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise NotAValue("time")
    return Value(time=time(int(found[1]), int(found[2])))


def _photo(_ask: Ask, said: str, _raw: str) -> Value:
    try:
        return Value(photo=UUID(said)) if said else Value()
    except ValueError as wrong:
        raise NotAValue("photo") from wrong


_READERS = {
    NUMBER: _number,
    TEMPERATURE: _temperature,
    YES_NO: _yes_no,
    TEXT: _text,
    CHOICE: _codes,
    CHOICES: _codes,
    TIME: _time,
    PHOTO: _photo,
}


def amiss(ask: Ask, value: Value) -> bool:
    """Whether an answer is something to put right: the ``wrong`` one of yes and no, a choice that is, a number outside its limits."""
    if value.yes is not None:
        return value.yes is ask.wrong
    if value.number is not None:
        low, high = ask.least, ask.most
        return (low is not None and value.number < low) or (high is not None and value.number > high)
    return any(one.wrong for one in ask.choices if one.code in value.codes)


def can_be_amiss(ask: Ask) -> bool:
    """Whether any answer makes a finding at all."""
    limited = ask.least is not None or ask.most is not None
    return ask.wrong is not None or limited or any(one.wrong for one in ask.choices)


def faults(ask: Ask) -> list[tuple[str, str]]:
    """What is wrong with a question itself, each as (field, code); empty: it can be asked."""
    found = [] if ask.label.strip() else [("label", "label")]
    if ask.kind not in KINDS:
        return [*found, ("kind", "kind")]
    if ask.kind in WITH_CHOICES:
        found += _faulty_choices(ask)
    for name, low, high in (("highest", *ask.bounds), ("most", ask.least, ask.most)):
        if low is not None and high is not None and low > high:
            found.append((name, "order"))
    if can_be_amiss(ask) and not ask.finding.strip():
        found.append(("finding", "finding"))
    return found


def _faulty_choices(ask: Ask) -> list[tuple[str, str]]:
    codes = [one.code for one in ask.choices]
    labels = [one.label.strip() for one in ask.choices]
    if len(ask.choices) < 2 or len(ask.choices) > MOST_CHOICES or not all(labels):
        return [("choices", "choices")]
    doubled = len(set(codes)) < len(codes) or len(set(labels)) < len(labels)
    return [("choices", "doubled")] if doubled else []


def as_json(ask: Ask) -> dict[str, Any]:
    """A question in the form that the phone keeps; numbers as text, so that they stay exact."""
    plain = {one.name: getattr(ask, one.name) for one in fields(ask) if one.name not in ("when", "days", "choices")}
    plain |= {name: None if plain[name] is None else f"{plain[name]:f}" for name in ("least", "most")}
    plain |= {
        name: None if bound is None else f"{bound:f}"
        for name, bound in zip(("lowest", "highest"), ask.bounds, strict=True)
    }
    return plain | {"choices": [asdict(one) for one in ask.choices]}
