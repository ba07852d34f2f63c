"""Who on a passenger list lives with us, and why; pure, some hundreds of travellers against a hundred thousand residents.

Rules, and why they are so (SEEDS T02: ten of 303 on CA936; each of them has an estate or waits for a person):

- **A name alone joins nobody.** Pinyin has few syllables: 李佳, 黎嘉 and (in the other order) 贾丽 are one name on a ticket.
- **Match** needs the name (in any order, cut, hyphenated, with a title) and besides either the same passport, or the same birth date
  and one tie to the home, or, where the register knows no birth date, two ties. Ties: a telephone of one's own or of the household, the
  door in the address, the last four of a passport or, of a telephone half hidden (199****1174), its last four. A passport that has
  another number since is then a renewed one.
- **A name in characters that is read abroad** (金宇镇 as KIM/WOOJIN) says no more than its surname: it matches with the same passport, or
  with the birth date and two ties.
- **A contradiction is never a match**: another birth date (one year or one day off is another person) or another sex. With a tie besides
  it is asked, for registers have slips too; without one it is a namesake.
- **The same telephone, door or passport under another name** joins nobody: a contact's number, the next tenant, a digit mistyped. Asked
  only if the passport is the same, or the birth date and a tie agree (a married name, another romanisation).
- **Ask** also whoever names an estate of ours and is nobody we know: a new tenant, a door that does not exist, a guest. Nobody is guessed.
- **Two who fit equally well** (twins with a name cut short, one person entered twice), or two travellers who fit one resident: asked.
- Nationality is no ground for anything and is not read here.

Document numbers and telephones come as keyed indexes (``vault.blind_index``): equal or not, nothing else is known of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from linli.kernel.addresses import Door
from linli.kernel.alike import CROWDED_DOORS
from linli.kernel.manifest_names import likeness, written_by_airline, written_in_register
from linli.kernel.manifest_places import Estate, Estates, Named, agreement

Verdict = Literal["match", "ask", "none"]

POINTS: Mapping[str, int] = {
    "passport_equal": 40, "name": 25, "pinyin": 25, "pinyin_any_order": 23, "truncated": 18, "hyphen": 0, "born": 25, "phone": 15,
    "phone_of_household": 12, "phone_tail": 8, "surname_abroad": 8,
    "address": 15, "address_misspelt": 12, "passport_tail": 8, "passport_renewed": 0, "sex": 5,
}  # fmt: skip
"""What each reason adds to the score (at most 100), which only sorts the list a person sees: verdicts come from the rules above."""
AGAINST: Mapping[str, int] = {"born_differs": 30, "sex_differs": 20, "address_differs": 5}
NAMED = frozenset(("name", "pinyin", "pinyin_any_order", "truncated"))
TIES = (("phone", "phone_of_household", "phone_tail"), ("address", "address_misspelt"), ("passport_tail",))
SHOWN = 3
"""So many candidates are worth a look."""


@dataclass(frozen=True, slots=True)
class Traveller:
    """One line of a passenger list. ``passports``: indexes of every spelling its number may have had (zeros that a spreadsheet ate);
    ``tails``: of the last four; ``phone_tails`` only of a telephone half hidden; ``sex``: 男, 女 or empty."""

    id: Hashable
    name: str
    sex: str = ""
    born: date | None = None
    passports: frozenset[Hashable] = frozenset()
    tails: frozenset[Hashable] = frozenset()
    phones: frozenset[Hashable] = frozenset()
    address: str = ""
    phone_tails: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class Resident:
    """A person of the register. ``passports`` and ``tails`` only of documents one travels with; ``homes``: (key of the estate, door)."""

    id: Hashable
    name: str
    sex: str = ""
    born: date | None = None
    passports: frozenset[Hashable] = frozenset()
    tails: frozenset[Hashable] = frozenset()
    phones: frozenset[Hashable] = frozenset()
    household: Hashable = None
    homes: tuple[tuple[Hashable, Door], ...] = ()
    phone_tails: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resident who may be the traveller: ``reasons`` for it, what speaks ``against``, ``score`` 0 to 100."""

    resident: Hashable
    score: int
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one traveller: ``resident`` only for a match; ``estates`` of ours that the address names; ``why`` it is asked:
    ``estate_named``, ``near``, ``several_alike``, ``claimed_twice``."""

    traveller: Hashable
    verdict: Verdict
    resident: Hashable = None
    candidates: tuple[Candidate, ...] = ()
    estates: tuple[Hashable, ...] = ()
    why: tuple[str, ...] = ()


class RegisterIndex:
    """The register, laid out so that a traveller meets only residents who share something besides a name with him."""

    def __init__(self, residents: Iterable[Resident], estates: Iterable[Estate] | Estates) -> None:
        self.estates = estates if isinstance(estates, Estates) else Estates(estates)
        self._by: dict[str, dict[Hashable, list[Resident]]] = defaultdict(lambda: defaultdict(list))
        self._members: dict[Hashable, list[Resident]] = defaultdict(list)
        for one in residents:
            for kind, key in _keys(one):
                self._by[kind][key].append(one)
            if one.household is not None:
                self._members[one.household].append(one)

    def near(self, who: Traveller, named: Sequence[Named]) -> Iterator[Resident]:
        """Every resident who shares a passport or its tail, a birth date, a household's telephone or a house with the traveller."""
        seen: set[Hashable] = set()
        for kind, key in _keys_of_traveller(who, named):
            if kind == "phone" and self._is_crowded(key):
                continue
            for one in self._by[kind].get(key, ()):
                if kind == "house" and not at_door(one.homes, named):
                    continue
                people = [one, *self._members.get(one.household, ())] if kind == "phone" else [one]
                for person in people:
                    if person.id not in seen:
                        seen.add(person.id)
                        yield person

    def phone_reason(self, who: Traveller, resident: Resident) -> tuple[str, ...]:
        """Whether the traveller's telephone is the resident's or the household's; an agent's, in many homes, is nobody's."""
        told = {phone for phone in who.phones if not self._is_crowded(phone)}
        if told & resident.phones:
            return ("phone",)
        household = self._members.get(resident.household, ())
        if any(told & one.phones for one in household):
            return ("phone_of_household",)
        return ("phone_tail",) if any(who.phone_tails & one.phone_tails for one in (resident, *household)) else ()

    def _is_crowded(self, phone: Hashable) -> bool:
        holders = self._by["phone"].get(phone, ())
        return len({one.id if one.household is None else one.household for one in holders}) >= CROWDED_DOORS


def at_door(homes: Iterable[tuple[Hashable, Door]], named: Iterable[Named]) -> bool:
    """Whether one of the homes is a door that an address names; another room of the same house is none."""
    return any(estate == one.estate and agreement(one.door, door) == "door" for one in named for estate, door in homes)


def _keys(one: Resident) -> Iterator[tuple[str, Hashable]]:
    yield from (("passport", index) for index in one.passports)
    yield from (("tail", index) for index in one.tails)
    yield from (("phone", index) for index in one.phones)
    if one.born is not None:
        yield "born", one.born
    for estate, door in one.homes:
        yield "house", (estate, door.building)


def _keys_of_traveller(who: Traveller, named: Sequence[Named]) -> Iterator[tuple[str, Hashable]]:
    as_resident = Resident(
        who.id,
        "",
        "",
        who.born,
        who.passports,
        who.tails,
        who.phones,
        None,
        tuple((one.estate, one.door) for one in named),
    )
    return _keys(as_resident)


def match(travellers: Iterable[Traveller], register: RegisterIndex) -> list[Finding]:
    """A finding for each traveller, in their order; the same whatever order the register is in."""
    everybody = list(travellers)
    found = [_find(who, register) for who in everybody]
    claims: dict[Hashable, list[int]] = defaultdict(list)
    for at, finding in enumerate(found):
        if finding.verdict == "match":
            claims[finding.resident].append(at)
    for places in claims.values():
        if len(places) > 1:
            _settle_claims(places, everybody, found)
    return found


def _settle_claims(places: Sequence[int], everybody: Sequence[Traveller], found: list[Finding]) -> None:
    """Travellers who fit one resident: whoever shows his passport has it; otherwise all are asked. One traveller on two lists is one;

    a child with a parent's number beside his name is not.
    """
    first = everybody[places[0]]
    name = written_by_airline(first.name)
    if first.passports and all(
        first.passports & everybody[at].passports and name.forms & written_by_airline(everybody[at].name).forms
        for at in places
    ):
        return
    holders = [at for at in places if "passport_equal" in found[at].candidates[0].reasons]
    for at in places:
        if holders != [at]:
            found[at] = replace(found[at], verdict="ask", resident=None, why=("claimed_twice",))


def _find(who: Traveller, register: RegisterIndex) -> Finding:
    named = register.estates.named_in(who.address)
    estates = tuple(dict.fromkeys(one.estate for one in named))
    judged = [compare(who, one, named, register) for one in register.near(who, named)]
    kept = sorted(
        (one for one in judged if one.verdict != "none"),
        key=lambda one: (one.verdict != "match", -_rank(one), -one.score, str(one.resident)),
    )
    shown = tuple(kept[:SHOWN])
    sure = [one for one in kept if one.verdict == "match"]
    if sure and (len(sure) == 1 or _rank(sure[0]) > _rank(sure[1])):
        return Finding(who.id, "match", sure[0].resident, shown, estates)
    if sure:
        return Finding(who.id, "ask", None, shown, estates, ("several_alike",))
    why = (("near",) if kept else ()) + (("estate_named",) if estates else ())
    return Finding(who.id, "ask" if why else "none", None, shown, estates, why)


def _rank(candidate: Candidate) -> int:
    """Of several who fit, whose passport it is comes first, then whose whole name it is."""
    whole = not {"truncated", "surname_abroad"} & set(candidate.reasons)
    return 2 * ("passport_equal" in candidate.reasons) + whole


def compare(who: Traveller, resident: Resident, named: Sequence[Named], register: RegisterIndex) -> Candidate:
    """One traveller beside one resident: every reason for and against, and the verdict of the rules above."""
    reasons: list[str] = list(likeness(written_by_airline(who.name), written_in_register(resident.name)))
    against: list[str] = []
    reasons += _passport(who, resident)
    reasons += register.phone_reason(who, resident)
    for code, mine, theirs in (("born", who.born, resident.born), ("sex", who.sex, resident.sex)):
        if mine and theirs:
            (reasons if mine == theirs else against).append(code if mine == theirs else f"{code}_differs")
    reasons += _address(named, resident)
    if named and resident.homes and not {"address", "address_misspelt"} & set(reasons):
        against.append("address_differs")
    verdict = _judge(frozenset(reasons), frozenset(against))
    if (
        verdict == "match"
        and who.passports
        and resident.passports
        and not {"passport_equal", "passport_tail"} & set(reasons)
    ):
        reasons.append("passport_renewed")
    points = sum(POINTS[code] for code in reasons) - sum(AGAINST[code] for code in against)
    return Candidate(resident.id, max(0, min(points, 100)), tuple(reasons), tuple(against), verdict)


def _passport(who: Traveller, resident: Resident) -> tuple[str, ...]:
    if who.passports & resident.passports:
        return ("passport_equal",)
    return ("passport_tail",) if who.tails & resident.tails else ()


def _address(named: Sequence[Named], resident: Resident) -> tuple[str, ...]:
    """``address`` if the traveller names a home of the resident: the house and nothing against it, or the estate alone.

    ``address_misspelt``: the estate's name nearly right, and then only with the house.
    """
    found = set()
    for one in named:
        for estate, door in resident.homes:
            agreed = agreement(one.door, door) if estate == one.estate else "other"
            if agreed == "door" or (agreed == "estate" and not one.misspelt):
                found.add(one.misspelt)
    return () if not found else ("address",) if False in found else ("address_misspelt",)


def _judge(reasons: frozenset[str], against: frozenset[str]) -> Verdict:
    ties = sum(1 for tie in TIES if reasons & set(tie))
    passport, born = "passport_equal" in reasons, "born" in reasons
    if (
        "surname_abroad" in reasons
        and not {"born_differs", "sex_differs"} & against
        and (passport or (born and ties > 1))
    ):
        return "match"
    if not reasons & NAMED:
        return "ask" if passport or (born and ties and "sex_differs" not in against) else "none"
    if {"born_differs", "sex_differs"} & against:
        return "ask" if passport or ties else "none"
    if passport or (born and ties) or ties > 1:
        return "match"
    return "ask" if born or ties else "none"


def same_travellers(one: Sequence[Traveller], other: Sequence[Traveller]) -> list[tuple[int, int]]:
    """Places in two lists of one journey that are the same person: one passport and one name, each at most once.

    Where a line has no passport, the same name, birth date and sex; whoever stays alone is on one list only.
    """
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for at, who in enumerate(other):
        for key in _list_keys(who):
            waiting[key].append(at)
    taken: set[int] = set()
    pairs = []
    for at, who in enumerate(one):
        name = written_by_airline(who.name)
        near = (there for key in _list_keys(who) for there in waiting.get(key, ()))
        for there in near:
            if there not in taken and name.forms & written_by_airline(other[there].name).forms:
                taken.add(there)
                pairs.append((at, there))
                break
    return pairs


def _list_keys(who: Traveller) -> list[Hashable]:
    return [("passport", index) for index in who.passports] or [("born", who.born, who.sex)]
