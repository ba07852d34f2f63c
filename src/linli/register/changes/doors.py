"""Which place a file calls by another name, and which doors a file would have listed had they still been there. Pure, on paths of parts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

Step = tuple[str, str]
Path = tuple[Step, ...]
_SAME_DOORS = 0.5
_SAME_PEOPLE = 0.5


@dataclass(frozen=True, slots=True)
class Renamed:
    """A place of the register (``was``) that the file calls ``to``; ``doors``: how many of its homes the file lists."""

    was: Path
    to: Path
    doors: int


Witness = tuple[Path, str]
"""Where somebody lives and his name in its spelling for searching."""


def find_renamed(
    known: Iterable[Path], listed: Iterable[Path], known_people: Callable[[Path], set[str]], people: Iterable[Witness]
) -> list[Renamed]:
    """Places that only the file names, each with the one place that only the register names and where the same people live.

    From the estate down; a building is looked for inside its estate, whose own new name is already taken into account. At least
    half of the homes of the smaller of the two and half of the people in the homes they share must agree, and two homes at least.
    """
    homes = [path for path in known if path and path[-1][0] == "dwelling"]
    file_homes = {path for path in listed if path}
    names: dict[Path, set[str]] = defaultdict(set)
    for path, name in people:
        names[path].add(name)
    found: list[Renamed] = []
    for depth in range(1, 5):
        mine, theirs = _below(homes, depth), _below((resolve(path, found) for path in file_homes), depth)
        called = {resolve(path, found): names[path] for path in names}
        fresh = [path for path in theirs if path not in mine]
        gone = [path for path in mine if path not in theirs]
        pairs = []
        for to in fresh:
            for was in gone:
                if was[:-1] == to[:-1] and was[-1][0] == to[-1][0]:
                    weight = _alike(was, mine[was], to, theirs[to], known_people, called)
                    if weight:
                        pairs.append((weight, was, to))
        used: set[Path] = set()
        for _weight, was, to in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
            if was not in used and to not in used:
                used |= {was, to}
                found.append(Renamed(was, to, len(mine[was] & theirs[to])))
    return found


def _below(homes: Iterable[Path], depth: int) -> dict[Path, set[Path]]:
    """Places of a depth that are no home themselves → the paths of their homes below them."""
    below: dict[Path, set[Path]] = defaultdict(set)
    for path in homes:
        if len(path) > depth:
            below[path[:depth]].add(path[depth:])
    return below


def _alike(
    was: Path,
    mine: set[Path],
    to: Path,
    theirs: set[Path],
    known_people: Callable[[Path], set[str]],
    called: Mapping[Path, set[str]],
) -> float:
    shared = mine & theirs
    if len(shared) < 2 or len(shared) < _SAME_DOORS * min(len(mine), len(theirs)):
        return 0.0
    same = total = 0
    for rest in shared:
        then, now = known_people((*was, *rest)), called.get((*to, *rest), set())
        same += len(then & now)
        total += max(len(then), len(now))
    return same + len(shared) / 10_000 if total and same >= _SAME_PEOPLE * total else 0.0


def resolve(path: Path, renamed: Iterable[Renamed]) -> Path:
    """A path of the file as the register calls it."""
    for one in renamed:
        if path[: len(one.to)] == one.to:
            path = (*one.was, *path[len(one.to) :])
    return path


def vanished(known: Mapping[Path, int], listed: set[int]) -> Iterator[int]:
    """Homes that the file should have listed: most of their building (of their estate, where a building has few homes) stands in it.

    A file that covers one estate or one building says nothing of the others.
    """
    all_, here = Counter[Path](), Counter[Path]()
    for path, home in known.items():
        for depth in range(1, len(path)):
            all_[path[:depth]] += 1
            here[path[:depth]] += home in listed
    for path, home in known.items():
        if home in listed or len(path) < 2:
            continue
        around = next((path[:depth] for depth in range(len(path) - 1, 0, -1) if all_[path[:depth]] >= 3), path[:1])
        if here[around] * 2 >= all_[around] - 1 and here[around]:
            yield home
