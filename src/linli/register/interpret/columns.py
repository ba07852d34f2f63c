"""Which column is what: the heading first, the content where it contradicts the heading or no heading says anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from linli.kernel.addresses import from_date_text, narrow, read_address
from linli.kernel.names import read_name
from linli.register.interpret import words
from linli.register.interpret.birthdays import read_birthday
from linli.register.interpret.blocks import beside, heads_own
from linli.register.interpret.lost_columns import find_lost
from linli.register.interpret.model import Table
from linli.register.interpret.words import Vocabulary
from linli.register.reading.sheet import Sheet, as_text

_SAMPLE = 120
_MANY = frozenset({"phone", "remark", "tick"})
_HARD = frozenset({"number", "phone", "sex", "name"})
IGNORED = frozenset({"no", "age", "old_phone", "ethnic", "party", "hukou", "work", "count", "group", "other"})
_GUESSED = 0.6
_FEW = 25  # different words that a column of states or relations holds at most


@dataclass(slots=True)
class Profile:
    """What a column holds: how many cells, how many different texts, and which share of them looks like what."""

    filled: int = 0
    different: int = 0
    shares: dict[str, float] = field(default_factory=dict)

    def share(self, name: str) -> float:
        """The share of cells that look like this field."""
        return self.shares.get(name, 0.0)


def assign(sheet: Sheet, table: Table, today: date) -> None:
    """Give each column the field that its heading and its content agree on; hidden columns get none."""
    claims: list[tuple[float, int, str]] = []
    by_heading = {
        column: field for column, text in table.labels.items() if (field := table.vocabulary.heading(text)[0])
    }
    own = heads_own(table.labels, "name" in by_heading.values())
    by_heading |= {column: field for column, text in own.items() if (field := table.vocabulary.heading(text)[0])}
    width = max((len(row) for row in sheet.rows[table.first : table.first + _SAMPLE]), default=0)
    profiles: dict[int, Profile] = {}
    for column in range(width):
        profile = profiles[column] = profile_column(sheet, table, column, today)
        label = own.get(column) or table.labels.get(column, "")
        name, strength = table.vocabulary.heading(label) if label else (None, 0)
        if column in sheet.hidden_columns:
            if label or profile.filled:
                table.hidden[column] = label or name or ""
            continue
        if name == "room" and _has_other_door(by_heading, column) and _counts_up(sheet, table.first, column):
            name, strength = "no", 3  # 户号 1, 2, 3 … beside 门牌 101
        if label and table.vocabulary.state_exactly(ticked_state(label)) and _is_ticked(sheet, table.first, column):
            claims.append((9.0, column, "tick"))
            continue
        against = _contradiction(name, profile) if name and not legend(label) else 0.0
        if name:
            claims.append((strength + profile.share(name) * 2 - against, column, name))
        if name is None or name in ("no", "group") or against > 2:
            claims += [(share, column, guess) for guess, share in _guesses(profile, label, name)]
    members = heads_own(table.labels, False)
    heads = {column: field for column, text in members.items() if (field := table.vocabulary.heading(text)[0])}
    people = [block for block in beside(table, by_heading | heads) if not block.keys() & sheet.hidden_columns]
    if people:
        claims = [(score, at, name) for score, at, name in claims if at not in by_heading]
        claims += [(5.0, at, name) for at, name in people[0].items()]
    _settle(table, claims, profiles)
    find_lost(sheet, table, profiles)
    for number, block in enumerate(people[1:], 1):
        shared = frozenset(block.keys() & people[0].keys())
        columns = {at: name for at, name in sorted(block.items()) if name not in IGNORED}
        table.others.append(replace(table, columns=columns, part=number, shared=shared, others=[], guessed={}))
        for at in block.keys() - shared:
            table.ignored.pop(at, None)


def legend(label: str) -> dict[str, str]:
    """居住情况(1自住 2出租 3空置): what the figures in the cells mean; empty if the heading explains no figures."""
    found = re.findall(r"([1-9])[.、:：=\-]?([\u4e00-\u9fff]{1,6})", label)
    return dict(found) if len(found) > 1 else {}


def ticked_state(label: str) -> str:
    """The state that a column of ticks is about: 是否出租 as 出租."""
    return re.sub(r"^(?:房屋|目前)?是否(?:为|已)?", "", label)


def _guesses(profile: Profile, label: str, name: str | None) -> list[tuple[str, float]]:
    """Fields that the content alone suggests, weaker than any heading that is not contradicted."""
    found = []
    for guess, share in profile.shares.items():
        if share < _GUESSED or guess == name:
            continue
        if guess == "name" and profile.different < profile.filled * 0.5:
            continue
        if guess in ("state", "rel", "nation", "sex") and profile.different > _FEW:
            continue
        if guess == "born" and label:
            continue  # a day under another heading is any day
        found.append((guess, share * (0.9 if guess not in _HARD else 0.95)))
    return found


def _has_other_door(by_heading: dict[int, str], column: int) -> bool:
    """Another column says which room it is, so that this one may count the households."""
    return any(name in ("room", "addr") for at, name in by_heading.items() if at != column)


def _counts_up(sheet: Sheet, first: int, column: int) -> bool:
    """Whether a column counts 1, 2, 3 … down the sheet; a household's lines may repeat its number or leave it out."""
    texts = (sheet.text(row, column) for row in range(first, min(first + _SAMPLE, len(sheet.rows))))
    numbers = [
        int(text) if re.fullmatch(r"\d{1,6}", text) else -1 for text in texts if text and not words.is_ditto(text)
    ]
    steps = {after - before for before, after in pairwise(numbers)}
    return len(set(numbers)) >= 8 and -1 not in numbers and steps <= {0, 1}


def _is_ticked(sheet: Sheet, first: int, column: int) -> bool:
    """A column that holds nothing but ticks."""
    texts = [text for row in range(first, min(first + _SAMPLE, len(sheet.rows))) if (text := sheet.text(row, column))]
    ticks, empty = words.load("words")["ticks"], words.load("words")["unticked"]
    ticked = sum(text in ticks for text in texts)
    return ticked > 0 and ticked + sum(text in empty for text in texts) >= len(texts) * 0.9


def _contradiction(name: str, profile: Profile) -> float:
    """How strongly the content says that the column is something else than its heading."""
    if name == "doc_kind" and profile.share("number") > 0.7:
        return 4.0  # 证件: the numbers themselves
    if name in ("state", "rel") and profile.filled >= 5 and profile.share(name) < 0.1:
        return 2.6  # 房屋性质: 商品房, 售后公房
    if name == "remark" and profile.filled >= 5 and profile.different <= _FEW and profile.share("state") > 0.8:
        return 2.6  # 情况: 自住, 出租, 空关
    if name not in _HARD and name != "no":
        return 0.0  # 号码 may head a running number, or the identity numbers
    others = max((share for guess, share in profile.shares.items() if guess in _HARD and guess != name), default=0.0)
    return 4.0 if others > 0.7 and profile.share(name) < 0.1 else 0.0


def _settle(table: Table, claims: list[tuple[float, int, str]], profiles: dict[int, Profile]) -> None:
    taken: set[str] = set()
    for score, column, name in sorted(claims, key=lambda claim: (-claim[0], claim[1])):
        if column in table.columns or column in table.ignored or score <= 0:
            continue
        guessed = name != "tick" and table.vocabulary.heading(table.labels.get(column, ""))[0] != name
        if name in IGNORED:
            table.ignored[column] = name
        elif name in taken and (name not in _MANY or guessed):
            if not guessed:
                table.ignored[column] = f"second {name}"
        else:
            table.columns[column] = name
            taken.add(name)
            if guessed:
                table.guessed[column] = name
    for column, profile in profiles.items():
        known = column in table.columns or column in table.ignored or column in table.hidden
        if not known and profile.filled:
            table.ignored[column] = "unknown"
    table.columns = dict(sorted(table.columns.items()))


def profile_column(sheet: Sheet, table: Table, column: int, today: date) -> Profile:
    """Which share of the filled cells looks like an identity number, a phone, a sex, a name …"""
    texts = []
    for row in range(table.first, min(table.first + _SAMPLE, len(sheet.rows))):
        text = as_text(sheet.cell(row, column))
        if text and not words.is_ditto(text):
            texts.append(text)
    if len(texts) < 2:
        return Profile(len(texts), len(texts))
    counts = {text: texts.count(text) for text in dict.fromkeys(texts)}
    shares = {}
    for name, test in _TESTS.items():
        share = sum(many for text, many in counts.items() if test(text, today, table.vocabulary)) / len(texts)
        if share > 0.05:
            shares[name] = share
    return Profile(len(texts), len(counts), shares)


def _looks_id(text: str, today: date, vocabulary: Vocabulary) -> bool:
    bare = re.sub(r"[\s'‘’\-]", "", unicodedata.normalize("NFKC", text))
    return (
        re.fullmatch(
            r"\d{17}[\dXx]|[1-8]\d{14}|\d\.\d+[eE]\+17|3?\d{17}\.0|[A-Z]{1,2}\d{7,8}|[0-9]{2}[A-Z]{2}\d{5}", bare
        )
        is not None
    )


def _looks_phone(text: str, today: date, vocabulary: Vocabulary) -> bool:
    return (
        re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))) is not None
    )


def _looks_name(text: str, today: date, vocabulary: Vocabulary) -> bool:
    if vocabulary.relation_of(text) or vocabulary.state_exactly(text) or words.known_nation(text) or words.sex_of(text):
        return False
    name = read_name(text).name or ""
    if re.fullmatch(r"[A-Za-z'\-]+,? [A-Za-z' \-]+", name):
        return True
    if not re.fullmatch(r"[\u3400-\u9fff\U00020000-\U0003ffff·•?]{2,5}", name) or name in words.word_set(
        "words", "no_names"
    ):
        return False
    return name[0] in words.surnames() or len(name) >= 4 and "·" in name


def _looks_date(text: str, today: date, vocabulary: Vocabulary) -> bool:
    if text.isdigit():
        return False
    reading, _ = read_birthday(text, today=today)
    return reading.value is not None and 1900 < reading.value.year <= today.year


def _looks_door(text: str, today: date, vocabulary: Vocabulary) -> bool:
    if from_date_text(text) or not re.search(r"\d", text):
        return False
    door = read_address(text)
    return (
        bool(door.building) and not door.rest and re.search(r"[号幢栋弄室座\-#Vv]|单元|别墅", narrow(text)) is not None
    )


_TESTS: dict[str, Callable[[str, date, Vocabulary], bool]] = {
    "number": _looks_id,
    "phone": _looks_phone,
    "sex": lambda text, today, vocabulary: words.sex_of(text) is not None and not text.isdigit(),
    "name": _looks_name,
    "born": _looks_date,
    "rel": lambda text, today, vocabulary: vocabulary.relation_of(text) is not None and words.sex_of(text) is None,
    "state": lambda text, today, vocabulary: len(text) <= 16 and vocabulary.state_of(text) is not None,
    "nation": lambda text, today, vocabulary: words.known_nation(text),
    "addr": _looks_door,
}
