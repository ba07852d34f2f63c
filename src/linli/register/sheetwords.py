"""The columns and words of an exported register, in both languages: what one program writes, either reads back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.utils import translation
from django.utils.functional import Promise

from linli.ground.home_forms import PRESENCES, RELATIONS
from linli.ground.models import Residence
from linli.ground.words import DOCUMENTS
from linli.register.interpret import words as vocabulary
from linli.register.reading.sheet import as_text
from linli.ui.squares import STATES

LANGUAGES = ("zh-hans", "en")
HEADS: dict[str, tuple[str, str]] = {
    "dwelling": ("户编号（请勿改动）", "Home id (do not change)"),
    "person": ("人员编号（请勿改动）", "Person id (do not change)"),
    "estate": ("小区", "Estate"),
    "side": ("支弄", "Side lane"),
    "building": ("楼号", "Building"),
    "unit": ("单元", "Unit"),
    "room": ("室号", "Room"),
    "state": ("房屋状态", "Status"),
    "name": ("姓名", "Name"),
    "rel": ("与户主关系", "Relation"),
    "sex": ("性别", "Sex"),
    "born": ("出生日期", "Date of birth"),
    "nation": ("国籍", "Nationality"),
    "doc": ("证件类型", "Document type"),
    "number": ("证件号码", "Document no"),
    "phone": ("联系电话", "Phone"),
    "presence": ("在住情况", "Living here"),
    "away_note": ("离开到何时、去哪里", "Away until, where"),
    "remark": ("备注", "Remarks"),
    "who": ("责任人", "Who answers"),
    "check": ("校验（请勿改动）", "Check (do not change)"),
}
"""Key → heading in Chinese and English; the headings of facts are among those that every office's file may have."""
READ_BACK = ("state", "name", "rel", "sex", "born", "nation", "number", "phone", "presence", "remark")
SHOWN_ONLY = ("estate", "side", "building", "unit", "room", "doc", "away_note", "who")
ELSEWHERE = "elsewhere"
_SEX = {"m": ("男", "male"), "f": ("女", "female")}
_ELSEWHERE = ("产权人，不住", "owner, lives elsewhere")


def clean(text: str) -> str:
    """A cell's text as two programs agree on it: line ends of one kind, no blanks around it."""
    return as_text(text.replace("\r\n", "\n").replace("\r", "\n"))


def head(key: str, language: str) -> str:
    """The heading of a column."""
    return HEADS[key][0 if language.startswith("zh") else 1]


@lru_cache(maxsize=1)
def keys_of_heads() -> dict[str, str]:
    """Heading in plain form, either language → key."""
    return {vocabulary.plain(text): key for key, both in HEADS.items() for text in both}


def _both(table: Mapping[str, str | Promise]) -> dict[str, tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for code, word in table.items():
                found.setdefault(code, []).append(str(word))
    return {code: (both[0], both[1]) for code, both in found.items()}


@lru_cache(maxsize=1)
def tables() -> dict[str, dict[str, tuple[str, str]]]:
    """Key → code → its words in Chinese and English."""
    return {
        "sex": _SEX,
        "state": _both({code: word for code, word in STATES.items() if code != "blank"}),
        "rel": _both({code: word for code, word in RELATIONS if code}),
        "presence": {**_both(dict(PRESENCES)), ELSEWHERE: _ELSEWHERE},
        "doc": _both(DOCUMENTS),
    }


def word(key: str, code: str, language: str) -> str:
    """A code as the export writes it; a code without a word stands as it is, "blank" as nothing."""
    if code in ("", "blank"):
        return ""
    both = tables()[key].get(code)
    return code if both is None else both[0 if language.startswith("zh") else 1]


@lru_cache(maxsize=4096)
def code(key: str, text: str) -> str | None:
    """The code behind a word of either language, None for a word that the export does not write."""
    plain = vocabulary.plain(text)
    for found, both in tables()[key].items():
        if plain in (vocabulary.plain(both[0]), vocabulary.plain(both[1])):
            return found
    if key == "presence":
        return next((choice.value for choice in Residence.Presence if choice.label == text), None)
    return None
