"""A register of 100,000 persons in `$LINLI_DATA` and 303 travellers beside it, first statement to last finding; prints JSON."""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from datetime import date

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after setup
from django.db import connection, models, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from linli import vault  # noqa: E402
from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood  # noqa: E402
from linli.ground.models import Household, Person, Phone, Place, Residence  # noqa: E402
from linli.ground.scope import scoped  # noqa: E402
from linli.journeys.manifest_people import Passenger  # noqa: E402
from linli.journeys.matching import match_with_register  # noqa: E402
from linli.kernel.manifest_match import Resident, Traveller  # noqa: E402
from linli.kernel.manifest_places import Estate  # noqa: E402
from manifest import RESIDENTS, RUNS, TRAVELLERS, estates, resident, traveller  # noqa: E402

DAY = date(2020, 1, 1)


def number(phone: object) -> str:
    return f"199{int(str(phone)):08d}"


def store(place: Place, ours: list[Estate], people: list[Resident]) -> None:
    """Estates with road and lane, a house for each household, its people and their telephones; sealed numbers stay empty."""
    made = add_places([NewPlace("estate", place, one.name, one.english, estate_type="villa") for one in ours])
    for row, one in zip(made, ours, strict=True):
        row.address = f"{one.road}{one.lane}弄"
    Place.objects.bulk_update(made, ["address"])
    doors = sorted({one.household for one in people})  # type: ignore[type-var]
    houses = add_places([NewPlace("dwelling", made[estate], f"{house}号") for estate, house in doors])  # type: ignore[misc]
    homes = [Household(neighbourhood=place, dwelling=house, since=DAY) for house in houses]
    by_door = dict(zip(doors, homes, strict=True))
    persons = [
        Person(neighbourhood=place, name=one.name, sex={"男": "m", "女": "f"}.get(one.sex, ""), born=one.born)
        for one in people
    ]
    keep(homes)
    keep(persons)
    pairs = list(zip(people, persons, strict=True))
    keep(
        [Residence(neighbourhood=place, person=row, household=by_door[one.household], since=DAY) for one, row in pairs]
    )
    keep([phone_of(place, row, number(next(iter(one.phones)))) for one, row in pairs])


def phone_of(place: Place, person: Person, told: str) -> Phone:
    index, tail = (
        vault.blind_index(value, neighbourhood=place.pk, purpose=purpose)
        for value, purpose in ((told, "phone"), (told[-4:], "phone.tail"))
    )
    return Phone(
        neighbourhood=place, person=person, sealed=b"", masked="199", whole_index=index, tail_index=tail, since=DAY
    )


def keep(rows: list[models.Model]) -> None:
    with transaction.atomic():
        type(rows[0])._default_manager.bulk_create(rows, batch_size=2000)


def ticket(at: int, one: Traveller) -> Passenger:
    spelled = tuple(str(index) for index in one.passports)
    return Passenger(
        None, at, one.name, sex=one.sex, born=one.born, document=spelled[0], spellings=spelled,
        phones=tuple(number(phone) for phone in one.phones), address=one.address,
    )  # fmt: skip


def main() -> None:
    call_command("migrate", verbosity=0)
    dice = random.Random(303)
    ours = estates(dice)
    people = [resident(dice, at) for at in range(RESIDENTS)]
    chosen = [dice.choice(people) for _ in range(TRAVELLERS)]
    flight = [traveller(dice, at, one, ours[one.household[0]]) for at, one in enumerate(chosen)]  # type: ignore[index]
    place = create_neighbourhood(by=None, name="槐安居民区")
    with scoped(neighbourhood_ids={place.pk}, reason="bench"):
        store(place, ours, people)
        passengers = [ticket(at, one) for at, one in enumerate(flight)]
        times, worked = [], []
        for _ in range(RUNS):
            with CaptureQueriesContext(connection) as asked:
                start, busy = time.perf_counter(), time.process_time()
                match_with_register(place, passengers)
                times.append(time.perf_counter() - start)
                worked.append(time.process_time() - busy)
        persons = Person.objects.filter(neighbourhood=place).count()
    told = {"seconds": statistics.median(times), "processor": statistics.median(worked)}
    json.dump(told | {"statements": len(asked), "persons": persons}, sys.stdout)


if __name__ == "__main__":
    main()
