"""Headings of a passenger list, in Chinese, English or Japanese, in any order → which column is what. Pure.

The words are in ``data/manifest_headings.toml``. What nobody knows stays a column of its own under its heading.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

WORDS: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parent / "data" / "manifest_headings.toml").read_text(encoding="utf-8")
)
"""Field → how offices and airlines call it."""
TWIN = frozenset(("phone", "door"))
"""What may stand in several columns: all of them count."""
NAMES = frozenset(("name", "latin", "chinese", "surname"))
EVIDENCE = frozenset(("document", "seat", "born", "phone", "address", "sex", "nation", "flight"))
NEVER = re.compile(
    r"有效期|签发|到期|expir|valid|issu|证件类|证件种类|doctype|documenttype|typeof|紧急|emergency|联系人|contactperson|contactname|"
    r"邮箱|email|e-?mail|备注|note|remark|户籍|籍贯|工作|单位|company|employ|出生地|placeofbirth|countryof|常驻|体温|temperature|"
    r"签证|visa|行李|baggage|bag|舱位|cabin|票号|ticket|pnr|预订|与.*关系|relation|residencepermit|居留|前往|下一程|connect|health|健康|条形码"
)
"""Headings that hold a known word and mean something else."""
LONGEST = 28
_OWNER = re.compile(r"^(?:passenger(?:'s)?|pax|travell?er(?:'s)?|旅客|乘客|人员|入境人员|本人)\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Columns:
    """``fields``: field → its columns, from the left; ``labels``: heading of every column, known or not."""

    fields: Mapping[str, tuple[int, ...]]
    labels: Mapping[int, str]

    @property
    def unknown(self) -> dict[int, str]:
        """Columns that nobody knows, with their headings."""
        known = {at for columns in self.fields.values() for at in columns}
        return {at: label for at, label in self.labels.items() if at not in known}


def plain(label: str) -> str:
    """A heading as the words are written here."""
    text = unicodedata.normalize("NFKC", label).lower()
    return re.sub(r"[\s_\-.*:：#'’\"/\\|、,，]+", "", text)


def read_columns(labels: Mapping[int, str]) -> Columns | None:
    """What each column of a row of headings is; None if the row is none.

    A row of headings names people and at least one thing more about them, or four things besides a name nobody recognised.
    """
    offers = sorted(
        ((score, -at, field) for at, label in labels.items() for field, score in _offers(label).items()), reverse=True
    )
    fields: dict[str, tuple[int, ...]] = {}
    taken: set[int] = set()
    for _score, left, field in offers:
        at = -left
        if at in taken or (field in fields and field not in TWIN):
            continue
        taken.add(at)
        fields[field] = tuple(sorted((*fields.get(field, ()), at)))
    if "given" in fields and "surname" not in fields:
        given = fields.pop("given")  # 英文名 alone is the whole name
        fields.setdefault("latin" if "name" in fields else "name", given)
    named = not NAMES.isdisjoint(fields)
    evidence = len(EVIDENCE & fields.keys())
    if not (named and evidence) and evidence < 4:
        return None
    return Columns(fields, {at: label.strip() for at, label in labels.items() if label.strip()})


def _offers(label: str) -> dict[str, int]:
    """Fields that a heading may name, each with how well it fits: the whole heading, a part of it, a word in it."""
    whole = plain(label)
    if not whole or len(whole) > LONGEST:
        return {}
    parts = _parts(label)
    offers: dict[str, int] = {}
    for field, words in WORDS.items():
        if whole in words:
            offers[field] = 1000 + len(whole)
        elif field == "number":  # only alone: any number may be called so
            continue
        elif (best := max((len(part) for part in parts if part in words), default=0)) and not NEVER.search(whole):
            offers[field] = 500 + best
        elif not NEVER.search(whole):
            inside = [len(word) for word in words if len(word) > (1 if word >= "\u3400" else 3) and word in whole]
            if inside:
                offers[field] = max(inside)
    return offers


def _parts(label: str) -> Sequence[str]:
    """姓名 Name, 姓名(Name), 姓名/Name → 姓名, name; Home tel → tel; Passenger's given names → given names."""
    text = unicodedata.normalize("NFKC", label).lower()
    bare = re.sub(r"\([^()]*\)", " ", text)
    scripts = re.findall(r"[\u3400-\u9fff]+|[a-zà-ÿ][a-zà-ÿ .'#-]*", text)
    cut = [*re.split(r"[()\n/|]", text), *re.findall(r"[a-z]{3,}$", bare.strip())]
    owned = _OWNER.sub("", bare.strip())
    return tuple(dict.fromkeys(part for one in (bare, owned, *cut, *scripts) if (part := plain(one))))


def merged(above: Mapping[int, str], below: Mapping[int, str]) -> dict[int, str]:
    """Two rows of headings as one: 护照姓名 over 姓 and 名. A cell that stands above several goes with each until the next one."""
    found: dict[int, str] = {}
    last = ""
    for at in range(max((*above, *below), default=-1) + 1):
        last = above[at] if above.get(at) else last
        if below.get(at):
            found[at] = below[at] if _offers(below[at]) else f"{last}{below[at]}"
        elif above.get(at):
            found[at] = above[at]
    return found
