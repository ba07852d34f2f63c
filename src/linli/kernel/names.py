"""Personal names: kept exactly, one spelling for searching, damage named. Names are never corrected."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# The separators that are typed between the parts of Uyghur, Mongolian, Tibetan and foreign names (GB/T 18030 and look-alikes).
_DOTS = "·•・‧∙⋅．｡・●.‥᛫"
_DOT = re.compile(f"(?<=[^\\W\\d_a-zA-Z])\\s*[{_DOTS}]\\s*(?=[^\\W\\d_a-zA-Z])")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇䶮]")
_LOST = re.compile(r"[?？\ufffd□\u25a0＊*\ue000-\uf8ff]|[〓]")
_NOTE = re.compile(r"^(.*?)\s*[（(【\[]([^（）()【】\[\]]+)[）)】\]]\s*$")
_BLANKS = re.compile(r"[\s\u00a0\u3000\u200b\ufeff]+")


@dataclass(frozen=True, slots=True)
class NameReading:
    """``name``: as written, trimmed; ``note``: words in brackets behind it; problems: codes."""

    name: str | None
    note: str | None = None
    problems: tuple[str, ...] = ()


def read_name(raw: str) -> NameReading:
    """Read a name cell. Codes: ``character_lost_before_us``, ``name_with_dot``, ``rare_character``, ``name_masked``."""
    visible = "".join(char for char in raw if unicodedata.category(char) != "Cf")
    text = _BLANKS.sub(" ", visible).strip(" '’‘`")
    if not text:
        return NameReading(None)
    note = None
    found = _NOTE.match(text)
    if found and found.group(1):
        text, note = found.group(1).strip(), found.group(2).strip()
    han = bool(_HAN.search(text))
    if han and not re.search("[A-Za-z]", text):
        text = text.replace(" ", "")
    problems: list[str] = []
    if re.search(r"[*＊某]{1,2}$", text) and len(text) <= 4 and han:
        problems.append("name_masked")
    elif _LOST.search(text):
        problems.append("character_lost_before_us")
    if _DOT.search(text):
        problems.append("name_with_dot")
    if any(is_rare(char) for char in text):
        problems.append("rare_character")
    return NameReading(text, note, tuple(problems))


def is_rare(char: str) -> bool:
    """A Chinese character outside GB 2312, which many typing methods, fonts and old systems cannot write."""
    return _HAN.match(char) is not None and not _encodes(char, "gb2312")


def _encodes(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def search_form(name: str) -> str:
    """One spelling for comparing: NFKC, every separator a middle dot, no blanks around Chinese, Latin upper-cased and unaccented.

    "Rossi, Luca", "ROSSI Luca" and "Rossi Luca" are one spelling; "Luca Rossi" is another (order is not guessed here).
    """
    text = unicodedata.normalize("NFKC", _DOT.sub("·", name)).strip()
    if _HAN.search(text):
        return _BLANKS.sub("", text)
    plain = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return " ".join(re.split(r"[\s,，]+", plain.upper().strip(" ,")))


def same_name(one: str, other: str) -> bool:
    """Same spelling, or the same Latin words in another order."""
    left, right = search_form(one), search_form(other)
    return left == right or (left.isascii() and right.isascii() and sorted(left.split()) == sorted(right.split()))


def could_be(damaged: str, whole: str) -> bool:
    """Whether a name with lost characters could be that other name (one unknown character for each lost one)."""
    pattern = "".join("." if _LOST.match(char) else re.escape(char) for char in search_form(damaged))
    return re.fullmatch(pattern, search_form(whole)) is not None


def masked(name: str) -> str:
    """张* for 张小红, 买** for 买买提·吐尔逊, R* for Rossi: the first character and a star."""
    return name[:1] + "*" if name else name
