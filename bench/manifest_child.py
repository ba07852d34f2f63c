"""Compares 303 travellers with the register in `$LINLI_DATA`, from the first statement to the last finding; prints JSON."""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from datetime import timedelta

import django

django.setup()

from django.db import connection  # noqa: E402  after setup
from django.test.utils import CaptureQueriesContext  # noqa: E402

from linli import vault  # noqa: E402
from linli.ground.actions.people import PHONE_CONTEXT  # noqa: E402
from linli.ground.models import Person, Phone, Place, Residence  # noqa: E402
from linli.ground.places import short_address  # noqa: E402
from linli.ground.scope import scoped  # noqa: E402
from linli.journeys.manifest_people import Passenger  # noqa: E402
from linli.journeys.matching import match_with_register  # noqa: E402
from linli.kernel.manifest_names import written_in_register  # noqa: E402

TRAVELLERS, RUNS = 303, 3


def passengers(place: Place, dice: random.Random) -> list[Passenger]:
    """People of the register as a ticket has them; every second one was born on another day, most say where they live."""
    lived = list(Residence.objects.filter(neighbourhood=place, household__isnull=False).values_list("pk", flat=True))
    rows = Residence.objects.filter(pk__in=dice.sample(lived, TRAVELLERS))
    found = []
    for at, row in enumerate(rows.select_related("person", "household__dwelling__parent__parent")):
        phone = Phone.objects.filter(person=row.person).first()
        told = vault.unseal_text(bytes(phone.sealed), context=PHONE_CONTEXT) if phone else ""
        name = "/".join(min(written_in_register(row.person.name).straight, default=("NO", "NAME")))
        born = row.person.born
        address = dice.choice(
            (short_address(row.household.dwelling), f"Rm 220, No.59, Lane {at} Zhangyang Rd, Pudong", "")
        )
        found.append(
            Passenger(
                None, at, name, sex={"m": "男", "f": "女"}.get(row.person.sex, ""),
                born=born + timedelta(days=at % 2) if born else None, document=f"EZ{at:07d}", spellings=(f"EZ{at:07d}",),
                phones=(told,) if told else (), address=address,
            )
        )  # fmt: skip
    return found


def main() -> None:
    place = Place.objects.filter(kind__code="neighbourhood").order_by("pk")[0]
    with scoped(neighbourhood_ids={place.pk}, reason="bench"):
        people = passengers(place, random.Random(303))
        times = []
        for _ in range(RUNS):
            with CaptureQueriesContext(connection) as asked:
                start = time.perf_counter()
                found = match_with_register(place, people)
                times.append(time.perf_counter() - start)
        persons = Person.objects.filter(neighbourhood=place).count()
    json.dump(
        {
            "seconds": statistics.median(times), "statements": len(asked), "persons": persons,
            "matched": sum(one.finding.verdict == "match" for one in found),
        },
        sys.stdout,
    )  # fmt: skip


if __name__ == "__main__":
    main()
