"""Asks one database every kind of query; prints kind → way → milliseconds."""

from __future__ import annotations

import json
import random
import sys
import time
from typing import Any

import django

django.setup()

from django.test.utils import setup_test_environment  # noqa: E402  after setup

from linli.accounts.models import User  # noqa: E402
from linli.gates.models import Permit  # noqa: E402
from linli.ground.mandates import mandates_of, neighbourhoods_of, places_with  # noqa: E402
from linli.ground.models import Person, Place  # noqa: E402
from linli.ground.scope import scoped  # noqa: E402
from linli.ground.search import search  # noqa: E402
from linli.ground.testing import client_as  # noqa: E402
from linli.kernel.pinyin import search_keys  # noqa: E402

EACH = 12
random.seed(7)


def queries(neighbourhood: Place) -> dict[str, list[str]]:
    """Kind → what is typed."""
    people = list(Person.objects.filter(neighbourhood=neighbourhood).order_by("pk")[:4000])
    some = random.sample(people, EACH)
    rare = [p for p in people if any(ord(char) > 0xFFFF or char in "䶮㛃" for char in p.name)][:EACH]
    permits = list(Permit.objects.filter(neighbourhood=neighbourhood).values_list("number", flat=True)[:EACH])
    sounds = [search_keys(p.name) for p in some]
    return {
        "whole name": [p.name for p in some],
        "surname": [p.name[0] for p in some],
        "name with a rare character": [p.name for p in rare],
        "a rare character alone": list(dict.fromkeys(p.name[1] for p in rare)),
        "given name": [p.name[1:] for p in some],
        "pinyin": [max((k for k in keys if k.isascii()), key=len) for keys in sounds],
        "initials": [min((k for k in keys if k.isascii()), key=len) for keys in sounds],
        "mixed pinyin": [mixed(p.sort_name) for p in some],
        "one letter": list("wzlcyxhgdfst"),
        "room": [f"{n % 10 + 1}-{n % 8 + 1}-{n % 6 + 1}02" for n in range(EACH)],
        "room alone": [f"{n % 6 + 1}0{n % 4 + 1}" for n in range(EACH)],
        "estate and room": [f"{n % 10 + 1}号小区{n % 8 + 1}号{n % 6 + 1}01室" for n in range(EACH)],
        "phone tail": [f"{random.randrange(10000):04}" for _ in range(EACH)],
        "permit number": [f"{number[:4]}-{number[4:]}" for number in permits],
        "nobody": ["zzzqqq", "没有这个人", "龘龘龘", "xqxqxq"] * 3,
    }


def mixed(reading: str) -> str:
    """The first syllable in full, the others by initial."""
    first, *rest = reading.split()
    return first + "".join(part[0] for part in rest)


def main() -> None:
    """Ask in turn and print."""
    setup_test_environment()
    secretary, officer = (User.objects.get(username=name) for name in ("secretary", "officer"))
    client = client_as(secretary)
    mandates = mandates_of(officer)
    places = neighbourhoods_of(mandates)
    inside = places_with(mandates, "register.read")
    ids = {place.pk for place in places}
    with scoped(neighbourhood_ids=ids, reason="bench"):
        kinds = queries(places[0])
    found: dict[str, dict[str, list[float]]] = {kind: {"page": [], "cpu": [], "officer": []} for kind in kinds}
    client.get("/homes/", {"q": "wei"})
    for _ in range(int(sys.argv[1])):
        for kind, typed in kinds.items():
            for text in typed:
                used = time.process_time()
                found[kind]["page"].append(timed(lambda text=text: client.get("/homes/", {"q": text})))  # type: ignore[misc]
                found[kind]["cpu"].append((time.process_time() - used) * 1000)
                if len(places) > 1:
                    with scoped(neighbourhood_ids=ids, reason="bench"):
                        found[kind]["officer"].append(
                            timed(lambda text=text: search(places, text, inside=inside))  # type: ignore[misc]
                        )
    print(json.dumps(found))


def timed(act: Any) -> float:
    """Milliseconds of an act."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
