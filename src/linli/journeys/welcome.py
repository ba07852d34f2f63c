"""The welcome sheet in the languages of the door (T13): words of ``data/welcome.toml``, filled in. Pure but for reading the file."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from linli.journeys.terms import Term

LANGUAGES = {"zh": "中文", "en": "English", "ko": "한국어", "ja": "日本語"}
"""Code of the sheet → the language's own name."""
TAGS = {"zh": "zh-Hans", "en": "en", "ko": "ko", "ja": "ja"}
DEFAULT = ("zh", "en")
_DATA = Path(__file__).parent / "data" / "welcome.toml"


@dataclass(frozen=True)
class Greeting:
    """The sheet in one language."""

    language: str
    tag: str
    title: str
    hello: str
    who: str
    supervisor: str
    phone: str
    points: tuple[str, ...]
    paper: str


def greetings(languages: Sequence[str], name: str, term: Term | None) -> list[Greeting]:
    """The sheet for somebody, in these languages in this order; unknown ones are left out, none at all is Chinese and English."""
    chosen = [one for one in dict.fromkeys(languages) if one in LANGUAGES] or list(DEFAULT)
    return [_greeting(one, name, term) for one in chosen]


def _greeting(language: str, name: str, term: Term | None) -> Greeting:
    words = _words()[language]
    days = words["days_open"]
    if term is not None:
        days = words["days"].format(day0=_day(term.day0, language), last_day=_day(term.last_day, language))
    points = (days, words["daily"], words["things"], words["ill"])
    hello = words["hello"].format(name=name)
    return Greeting(
        language, TAGS[language], words["title"], hello, words["who"], words["supervisor"], words["phone"], points,
        words["paper"],
    )  # fmt: skip


def _day(day: date, language: str) -> str:
    """A day as it is written there."""
    if language == "en":
        return f"{day.day} {day:%B %Y}"
    form = "{0}년 {1}월 {2}일" if language == "ko" else "{0} 年 {1} 月 {2} 日"
    return form.format(day.year, day.month, day.day)


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    with _DATA.open("rb") as file:
        return tomllib.load(file)
