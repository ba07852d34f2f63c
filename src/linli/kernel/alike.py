"""Who may be who: two entries of a register that may be one human being, and why; pure, over any number of people.

Nothing is decided here. A number of one's own says "the same"; a birth date or a number that contradicts says "two people"; all
between is a question for a person (SEEDS X02: two spellings of one name are flagged; X03: the same name alone joins nobody).
Never asked: twins (same day of birth at one door, another name), namesakes (another birth date or number), the telephone of an
agent who let many flats, one name in two offices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import Literal

from linli.kernel.names import could_be, search_form

Verdict = Literal["same", "number", "alike", "spelling", "apart"]
"""``same``: one number, one name. ``number``: one number under two names. ``alike``: one name and something besides. ``spelling``:
two spellings of one name and something besides. ``apart``: nothing to ask."""

FOR_LIFE = frozenset({"id"})
"""Kinds of documents whose number never changes; a renewed passport or travel permit has another (GB 11643: for life)."""
CROWDED_DOORS = 3
"""A telephone known in so many homes says nothing about who is who: an agent's, a neighbour's, the office's."""
CROWDED_PEOPLE = 7
BUCKET = 40
"""More people than this who agree in the same two things are not told apart by them (a default birth date of a whole file)."""
RANK: Mapping[Verdict, int] = {"same": 0, "number": 1, "alike": 2, "spelling": 3, "apart": 4}


@dataclass(frozen=True, slots=True)
class Number:
    """A document: its kind, an index that is equal for equal numbers, whether its check digit is right."""

    kind: str
    index: bytes
    checked: bool = True


@dataclass(frozen=True, slots=True)
class Face:
    """What the register says of one person. ``sound``: pinyin with blanks. ``doors``: where he is or was at home. ``roles``: offices."""

    id: str
    name: str
    sound: str = ""
    sex: str = ""
    born: date | None = None
    born_about: bool = False
    numbers: frozenset[Number] = frozenset()
    phones: frozenset[bytes] = frozenset()
    doors: frozenset[int] = frozenset()
    roles: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What agrees and what differs, as codes: document, name, sound, lost, letter, born, about, sex, phone, door, near, role."""

    agrees: frozenset[str]
    differs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people to look at; ``one`` has the smaller id."""

    one: Face
    other: Face
    verdict: Verdict
    evidence: Evidence


@dataclass(frozen=True)
class Around:
    """What is known of the whole: doors next to each door, and telephones that too many have."""

    near: Mapping[int, frozenset[int]]
    crowded: frozenset[bytes] = frozenset()


NOWHERE = Around({})


@lru_cache(maxsize=65536)
def plain(name: str) -> str:
    """A name for comparing: no dots, no blanks; Latin words in one order, so that ROSSI Luca is Luca Rossi."""
    form = search_form(name).replace("·", "")
    return " ".join(sorted(form.split())) if form.isascii() else form.replace(" ", "")


def spelling(one: Face, other: Face) -> str:
    """How two names differ: ``name`` (not at all), ``sound`` (read alike), ``lost`` (a character is missing in one), ``letter`` (one
    character was written otherwise or left out), or ``""``.
    """
    left, right = plain(one.name), plain(other.name)
    if left == right:
        return "name"
    heard = one.sound.replace(" ", "").replace("·", "")
    if heard and heard == other.sound.replace(" ", "").replace("·", ""):
        return "sound"
    if not _one_letter(left, right):
        return ""
    return "lost" if could_be(left, right) or could_be(right, left) else "letter"


def _one_letter(left: str, right: str) -> bool:
    """Whether one character was written otherwise or left out."""
    if len(left) == len(right):
        return len(left) > 1 and sum(a != b for a, b in zip(left, right, strict=True)) == 1
    short, long = sorted((left, right), key=len)
    if len(long) != len(short) + 1 or len(short) < 2:
        return False
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


def compare(one: Face, other: Face, around: Around = NOWHERE) -> Evidence:
    """Field by field; a field that one of them lacks is neither."""
    agrees, differs = set(), set()
    spelled = spelling(one, other)
    agrees.update({spelled} - {""})
    if spelled != "name":
        differs.add("name")
    if one.sex and other.sex:
        (agrees if one.sex == other.sex else differs).add("sex")
    _born(one, other, agrees, differs)
    _numbers(one, other, agrees, differs)
    if (one.phones & other.phones) - around.crowded:
        agrees.add("phone")
    if one.doors & other.doors:
        agrees.add("door")
    elif one.doors and other.doors:
        beside = any(around.near.get(door, frozenset()) & other.doors for door in one.doors)
        (agrees if beside else differs).add("near" if beside else "door")
    if one.roles & other.roles:
        agrees.add("role")
    elif one.roles and other.roles:
        differs.add("role")
    return Evidence(frozenset(agrees), frozenset(differs))


def _born(one: Face, other: Face, agrees: set[str], differs: set[str]) -> None:
    if one.born is None or other.born is None:
        return
    if one.born_about or other.born_about:
        years = abs(one.born.year - other.born.year)
        if years <= 1:
            agrees.add("about")
        elif years > 10:
            differs.add("born")
    else:
        (agrees if one.born == other.born else differs).add("born")


def _numbers(one: Face, other: Face, agrees: set[str], differs: set[str]) -> None:
    """The same number agrees; two numbers for life differ, surely when both have right check digits, else perhaps (a typing error)."""
    if {(n.kind, n.index) for n in one.numbers} & {(n.kind, n.index) for n in other.numbers}:
        agrees.add("document")
        return
    for left in one.numbers:
        for right in other.numbers:
            if left.kind == right.kind:
                sure = left.kind in FOR_LIFE and left.checked and right.checked
                differs.add("document" if sure else "document_unsure")


def judge(evidence: Evidence) -> Verdict:
    """What the evidence comes to."""
    agrees, differs = evidence.agrees, evidence.differs
    if "document" in agrees:
        return "same" if "name" in agrees and "born" not in differs else "number"
    if {"document", "born"} & differs:
        return "apart"
    if "name" in agrees:
        grounds = {"born"} if "sex" in differs else {"born", "door", "near", "phone", "role"}
        return "alike" if grounds & agrees else "apart"
    if "sex" in differs or not {"sound", "lost", "letter"} & agrees:
        return "apart"
    return "spelling" if _spelled_otherwise(agrees, differs) else "apart"


def _spelled_otherwise(agrees: frozenset[str], differs: frozenset[str]) -> bool:
    """Whether two spellings have something else in common that brothers, sisters and twins at one door have not."""
    if "door" in agrees:
        if "letter" in agrees:
            return "born" not in agrees and "short" not in agrees
        return not ("born" in agrees and "document_unsure" in differs)
    return bool({"born", "phone", "role"} & agrees)


def look(one: Face, other: Face, around: Around = NOWHERE) -> Pair:
    """The pair with its evidence and verdict, in the order of ids."""
    first, second = sorted((one, other), key=lambda face: face.id)
    evidence = compare(first, second, around)
    short = "letter" in evidence.agrees and max(len(plain(first.name)), len(plain(second.name))) < 3
    judged = Evidence(evidence.agrees | {"short"}, evidence.differs) if short else evidence
    return Pair(first, second, judge(judged), evidence)


def crowded_phones(people: Iterable[Face]) -> frozenset[bytes]:
    """Telephones that stand with too many people, or in too many homes, to say who is who. Two homes of one person count once."""
    holders: dict[bytes, int] = defaultdict(int)
    homes: dict[bytes, set[frozenset[int]]] = defaultdict(set)
    for face in people:
        for phone in face.phones:
            holders[phone] += 1
            homes[phone].add(face.doors)
    return frozenset(p for p, n in holders.items() if n >= CROWDED_PEOPLE or len(homes[p]) >= CROWDED_DOORS)


def candidates(people: Sequence[Face], near: Mapping[int, frozenset[int]] | None = None) -> list[Pair]:
    """Every pair that is not ``apart``, the surest first; about linear in the number of people.

    ``near``: the doors next to each door, symmetric.
    """
    around = Around(near or {}, crowded_phones(people))
    buckets: dict[Hashable, list[Face]] = defaultdict(list)
    for face in people:
        for key in set(_keys(face, around)):
            buckets[key].append(face)
    seen: set[tuple[str, str]] = set()
    found = []
    for members in buckets.values():
        if 1 < len(members) <= BUCKET:
            for one, other in combinations(members, 2):
                ids = (one.id, other.id) if one.id < other.id else (other.id, one.id)
                if ids not in seen:
                    seen.add(ids)
                    found.append(look(one, other, around))
    asked = [pair for pair in found if pair.verdict != "apart"]
    return sorted(asked, key=lambda p: (RANK[p.verdict], -len(p.evidence.agrees), p.one.id, p.other.id))


def _keys(face: Face, around: Around) -> Iterator[Hashable]:
    """Under which keys a face is laid down: two people who could be asked about share at least one."""
    for number in face.numbers:
        yield "number", number.kind, number.index
    contexts: list[Hashable] = [("door", door) for door in face.doors]
    contexts += [("phone", phone) for phone in face.phones - around.crowded]
    contexts += [("role", role) for role in face.roles]
    if face.born is not None and not face.born_about:
        contexts.append(("born", face.born))
    name = plain(face.name)
    edges = {(min(d, e), max(d, e)) for d in face.doors for e in around.near.get(d, frozenset())}
    yield from ((("near", edge), name) for edge in edges)
    signatures = list(_signatures(name, face.sound))
    yield from ((context, signature) for context in contexts for signature in signatures)


def _signatures(name: str, sound: str) -> Iterator[Hashable]:
    """A name, its sound, and what is left of it when one character is written otherwise or left out."""
    yield "name", name
    heard = sound.replace(" ", "").replace("·", "")
    if heard:
        yield "sound", heard
    for i in range(len(name)):
        yield "letter", name[:i], name[i + 1 :]
    yield "left out", name
    for i in range(len(name)):
        if len(name) > 2:
            yield "left out", name[:i] + name[i + 1 :]
