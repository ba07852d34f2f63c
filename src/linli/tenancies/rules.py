"""Pure reconciliation of a company's list of tenants with the register: which rows agree, which facts differ, who is on one side only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from linli.kernel.names import could_be, same_name
from linli.kernel.said_dates import SaidDay

HERE, ELSEWHERE, ABROAD, UNKNOWN = "here", "elsewhere", "abroad", "unknown"
_ABROAD = ("境外", "国外", "海外", "出境", "离境", "出国", "回国", "在外国", "abroad", "overseas")
_ELSEWHERE = ("外地", "外省", "老家", "不在沪", "离沪", "返乡", "出差", "elsewhere", "away")
_HERE = ("在沪", "在住", "在租", "本市", "本地", "居住中", "正常", "已返沪", "已回", "在家", "here", "in")


@dataclass(frozen=True)
class Listed:
    """One tenant of one row. ``phones``: keyed indexes as hex, so that numbers meet without being read. ``at``: position.

    ``shared``: the number stands for several names of one cell, so it says nothing about each of them.
    """

    at: int
    dwelling: int | None
    name: str
    phones: frozenset[str] = frozenset()
    since: SaidDay | None = None
    until: SaidDay | None = None
    state: str | None = None
    shared: bool = False


@dataclass(frozen=True)
class Known:
    """One tenant of the register."""

    person: UUID
    dwelling: int
    name: str
    phones: frozenset[str] = frozenset()
    since: SaidDay | None = None
    until: SaidDay | None = None
    state: str = UNKNOWN


@dataclass(frozen=True)
class Found:
    """One difference: ``kind`` as in the model; ``at`` the row, None for who is only in the register."""

    kind: str
    at: int | None
    dwelling: int | None
    person: UUID | None = None


@dataclass
class Outcome:
    """``verdicts``: row → agrees, differs, only_list. ``pairs``: rows and persons that met. ``fills``: facts that the register lacks."""

    verdicts: dict[int, str] = field(default_factory=dict)
    differences: list[Found] = field(default_factory=list)
    pairs: list[tuple[int, UUID]] = field(default_factory=list)
    fills: list[tuple[int, UUID, str]] = field(default_factory=list)


def state_of(word: str) -> str | None:
    """here, elsewhere, abroad; None for a word that says nothing. Abroad is looked for first: 未出境 is not abroad."""
    text = word.replace(" ", "").lower()
    if not text:
        return None
    if any(f"未{known}" in text or f"没{known}" in text for known in _ABROAD):
        return HERE
    for words, state in ((_ABROAD, ABROAD), (_ELSEWHERE, ELSEWHERE), (_HERE, HERE)):
        if any(known in text if len(known) > 2 or not known.isascii() else known == text for known in words):
            return state
    return None


def same_day(one: SaidDay | None, other: SaidDay | None) -> bool:
    """Whether two days can be the same: what is not known contradicts nothing, a rough day only what lies outside its window."""
    if one is None or other is None:
        return True
    ends_before = one.latest is not None and one.latest < other.earliest
    begins_after = other.latest is not None and other.latest < one.earliest
    return not (ends_before or begins_after)


def reconcile(rows: Sequence[Listed], known: Iterable[Known]) -> Outcome:
    """Match within each door: the same name first, then the same phone, then a damaged name that could be it. The rest is on one side."""
    outcome = Outcome()
    by_door: dict[int, list[Known]] = defaultdict(list)
    for person in known:
        by_door[person.dwelling].append(person)
    doors: dict[int, list[Listed]] = defaultdict(list)
    for row in rows:
        if row.dwelling is None:
            outcome.differences.append(Found("door", row.at, None))
            outcome.verdicts[row.at] = "only_list"
        else:
            doors[row.dwelling].append(row)
    for dwelling in sorted(doors.keys() | by_door.keys()):
        _door(doors.get(dwelling, []), list(by_door.get(dwelling, [])), dwelling, outcome)
    return outcome


def _door(listed: list[Listed], here: list[Known], dwelling: int, outcome: Outcome) -> None:
    rest = list(listed)
    tests = (
        lambda row, person: same_name(row.name, person.name),
        lambda row, person: not row.shared and bool(row.phones & person.phones),
        lambda row, person: could_be(row.name, person.name),
    )
    for test in tests:
        for row in list(rest):
            person = next((one for one in here if test(row, one)), None)
            if person is not None:
                rest.remove(row)
                here.remove(person)
                _compare(row, person, outcome)
    for row in rest:
        outcome.differences.append(Found("only_list", row.at, dwelling))
        outcome.verdicts[row.at] = _worse(outcome.verdicts.get(row.at), "only_list")
    for person in here:
        outcome.differences.append(Found("only_register", None, dwelling, person.person))


def _compare(row: Listed, person: Known, outcome: Outcome) -> None:
    outcome.pairs.append((row.at, person.person))
    kinds = []
    if not same_name(row.name, person.name):
        kinds.append("name")
    if row.phones and not row.shared and not row.phones & person.phones:
        kinds.append("phone")
    kinds += [name for name in ("since", "until") if not same_day(getattr(row, name), getattr(person, name))]
    if row.state is not None and person.state != UNKNOWN and row.state != person.state:
        kinds.append("state")
    for name in ("since", "until"):
        if getattr(row, name) is not None and getattr(person, name) is None:
            outcome.fills.append((row.at, person.person, name))
    if row.state is not None and person.state == UNKNOWN:
        outcome.fills.append((row.at, person.person, "state"))
    outcome.differences += [Found(kind, row.at, person.dwelling, person.person) for kind in kinds]
    outcome.verdicts[row.at] = _worse(outcome.verdicts.get(row.at), "differs" if kinds else "agrees")


def _worse(one: str | None, other: str) -> str:
    order = ("agrees", "differs", "only_list")
    return other if one is None else max(one, other, key=order.index)
