"""The plan of the fictional neighbourhood: which estates, buildings, doors and states."""

from __future__ import annotations

import random
from dataclasses import dataclass

NAME, NAME_EN, CODE = "槐安居民区", "Huai'an neighbourhood", "310199101"
SUBDISTRICT, SUBDISTRICT_EN = "槐安街道", "Huai'an subdistrict"
PEOPLE = 3500

VILLAS = [
    ("槐荫别墅", "Huaiyin Villas", 60), ("听溪别墅", "Tingxi Villas", 41), ("云岭山庄", "Yunling Manor", 52),
    ("竹径雅墅", "Zhujing Villas", 70),
    ("晴川别墅", "Qingchuan Villas", 58), ("墨园别墅", "Moyuan Villas", 76),
    ("半山别墅", "Banshan Villas", 63), ("芦洲别墅", "Luzhou Villas", 50),
]  # fmt: skip
OTHERS = [
    ("槐安新村", "Huai'an New Village", 9, 6, 4), ("沁和苑", "Qinhe Court", 4, 18, 4), ("长汀公寓", "Changting Apartments", 8, 6, 4),
    ("望春家园", "Wangchun Jiayuan", 6, 10, 3), ("汀兰里", "Tinglan Lane", 13, 4, 2),
]  # fmt: skip
GATES = [("东门", "East gate"), ("西门", "West gate"), ("南门", "South gate")]
STATES = {"owner": 896, "let": 281, "blank": 9, "vacant": 70, "closed": 90, "away": 62, "refused": 14, "unreached": 28}
OCCUPIED = ("owner", "let", "blank")


@dataclass(frozen=True)
class EstatePlan:
    """An estate: its buildings' names, each with the names of its doors. A villa estate has one nameless building."""

    name: str
    name_en: str
    villa: bool
    buildings: tuple[tuple[str, tuple[str, ...]], ...]


def estates() -> list[EstatePlan]:
    """The 13 estates, 8 of them villas (R07), with 1,450 doors."""
    found = [
        EstatePlan(zh, en, True, (("", tuple(f"{n}号" for n in range(1, count + 1))),)) for zh, en, count in VILLAS
    ]
    for zh, en, buildings, floors, doors in OTHERS:
        rooms = tuple(f"{f}{d:02}室" for f in range(1, floors + 1) for d in range(1, doors + 1))
        found.append(EstatePlan(zh, en, False, tuple((f"{n}号", rooms) for n in range(1, buildings + 1))))
    return found


def states(random_: random.Random) -> list[str]:
    """One state for each door, shuffled."""
    found = [state for state, count in STATES.items() for _ in range(count)]
    random_.shuffle(found)
    return found


def sizes(random_: random.Random, occupied: int) -> list[int]:
    """How many live behind each occupied door: between one and six, 3,500 in all."""
    found = [random_.choices((1, 2, 3, 4, 5, 6), (10, 24, 36, 18, 9, 3))[0] for _ in range(occupied)]
    difference = PEOPLE - sum(found)
    while difference:
        at = random_.randrange(occupied)
        step = 1 if difference > 0 else -1
        if 1 <= found[at] + step <= 6:
            found[at] += step
            difference -= step
    return found
