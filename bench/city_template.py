"""One neighbourhood of a given size in `$LINLI_DATA`, and how its rows are told apart from a copy's (`bench/city.py` copies them).

    python bench/city_template.py --households 5000 --persons 2

Prints JSON: ids of what is measured, and for every table its columns with what a copy does to each.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after setup
from django.db import models, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from linli.accounts.models import User  # noqa: E402
from linli.gates.models import Card, CardEvent, Check, GateException, Permit  # noqa: E402
from linli.gates.testing import open_strict  # noqa: E402
from linli.ground.actions.mandates import give_mandate  # noqa: E402
from linli.ground.actions.people import document_row, key_rows, person_row, phone_row  # noqa: E402
from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood  # noqa: E402
from linli.ground.models import (  # noqa: E402
    Document,
    DwellingState,
    Household,
    Mandate,
    Person,
    PersonKey,
    Phone,
    Place,
    Residence,
    Responsibility,
)
from linli.ground.scope import scoped  # noqa: E402
from linli.kernel import permit_number  # noqa: E402
from linli.kernel.ids import uuid7  # noqa: E402

TABLES: tuple[Any, ...] = (
    Place, Mandate, Household, Person, PersonKey, Document, Phone, Residence, DwellingState, Responsibility, Permit, Card, CardEvent,
    Check, GateException,
)  # fmt: skip
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
)
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华红玉萍飞鹏辉玲浩宇轩梓涵子欣怡然博文思雨嘉晨晓春生国庆建志远安若水听松"
RARE = "䶮𠮷𪚥𬱖𫖯㛃𬀩龘"
STATES = ("owner", "owner", "owner", "let", "let", "vacant", "closed", "away", "refused", "unreached", "blank")
ESTATES, FLOOR_DOORS, BUILDING_DOORS = 10, 4, 24
BATCH = 500
random.seed(20200210)


def name(number: int) -> str:
    """A fictional name; one in two hundred has a rare character."""
    rare = random.choice(RARE) if number % 200 == 0 else random.choice(GIVEN)
    return random.choice(SURNAMES) + rare + (random.choice(GIVEN) if random.random() < 0.7 else "")


def homes(place: Place, count: int) -> list[Place]:
    """Estates, buildings and so many doors."""
    estates = add_places([NewPlace("estate", place, f"{n + 1}号小区", code=f"E{n:03}") for n in range(ESTATES)])
    per_estate = -(-count // ESTATES)
    buildings = add_places(
        [NewPlace("building", e, f"{n + 1}号") for e in estates for n in range(-(-per_estate // BUILDING_DOORS))]
    )
    doors = [
        NewPlace("dwelling", building, f"{n // FLOOR_DOORS + 1}0{n % FLOOR_DOORS + 1}室")
        for building in buildings
        for n in range(BUILDING_DOORS)
    ]
    return add_places(doors[:count])


def people(place: Place, doors: list[Place], each: int, answers: Mandate) -> list[Person]:
    """Households with persons, numbers, states and who answers for them."""
    now, day = timezone.now(), date(2020, 1, 1)
    households = [Household(neighbourhood=place, dwelling=d, since=day) for d in doors]
    store(Household, households)
    store(
        Responsibility,
        [Responsibility(neighbourhood=place, household=h, mandate=answers, since=day) for h in households],
    )
    found = [
        DwellingState(neighbourhood=place, dwelling=d, state=random.choice(STATES), happened_at=now, heard_at=now)
        for d in doors
        for _ in range(2)
    ]
    for n, row in enumerate(found):
        row.happened_at -= timedelta(days=1 + n % 2 * 30)
    store(DwellingState, found)
    everybody = [person_row(neighbourhood=place.pk, name=name(n), sex="f") for n in range(len(doors) * each)]
    store(Person, everybody)
    store(PersonKey, [key for person in everybody for key in key_rows(person)])
    kinds = ("head", "spouse", "child", "other")
    store(Residence, [
        Residence(neighbourhood=place, person=p, household=households[n // each], relation=kinds[n % each % 4], since=day)
        for n, p in enumerate(everybody)
    ])  # fmt: skip
    store(Phone, [phone_row(person=p, number=f"1990000{n % 10000:04}", since=day) for n, p in enumerate(everybody)])
    store(Document, [
        document_row(person=p, kind="other", number=f"X{n:08}", checked=False, since=day) for n, p in enumerate(everybody)
    ])  # fmt: skip
    return everybody


def store(model: Any, rows: list[Any]) -> None:
    """Insert, a few hundred a statement."""
    model.objects.bulk_create(rows, batch_size=BATCH)


def permits(place: Place, everybody: list[Person]) -> None:
    """A permit and a handed-out card for each."""
    now = timezone.now() - timedelta(days=3)
    until = now + timedelta(days=90)
    rows = [
        Permit(neighbourhood=place, number=permit_number.number_for(n), person=p, klass="resident", since=now, until=until)
        for n, p in enumerate(everybody, 1)
    ]  # fmt: skip
    store(Permit, rows)
    cards = [Card(neighbourhood=place, permit=p, kid="0badc0de", serial=n, made_at=now) for n, p in enumerate(rows, 1)]
    store(Card, cards)
    store(CardEvent, [
        CardEvent(neighbourhood=place, card=c, state=state, happened_at=now + timedelta(minutes=m), heard_at=now)
        for c in cards
        for m, state in enumerate(("printed", "handed_out"))
    ])  # fmt: skip


def passages(place: Place, gates: list[Place], count: int) -> None:
    """Passages of today and a few exceptions, under an operation that holds."""
    operation = open_strict(place)
    now = timezone.now()
    checks = [
        Check(
            id=uuid7(), neighbourhood=place, gate=gates[n % len(gates)], operation=operation, klass="resident",
            direction="in" if n % 2 else "out", way="card", outcome="admitted", reason="ok", rules="x@1",
            happened_at=now - timedelta(seconds=n), heard_at=now, **needed(Check),
        )
        for n in range(count)
    ]  # fmt: skip
    store(Check, checks)
    store(GateException, [
        GateException(
            neighbourhood=place, kind="clock", gate=gates[0], subject=f"clock:{place.pk}:{n}", happened_at=now, heard_at=now, due_at=now
        )
        for n in range(5)
    ])  # fmt: skip


def needed(model: Any) -> dict[str, Any]:
    """Values for numbers that a row must have and that this measurement does not care about."""
    numbers = (models.IntegerField, models.BigIntegerField, models.SmallIntegerField)
    return {
        f.name: 0
        for f in model._meta.fields
        if isinstance(f, numbers) and not f.null and not f.has_default() and not f.primary_key
    }


def shifts() -> Iterator[dict[str, Any]]:
    """Each table with its columns: what a copy does to the value (``uuid``, ``place``, ``path``, ``subject``, ``own``, ``keep``)."""
    for model in TABLES:
        columns = {}
        for field in model._meta.concrete_fields:
            target = field.remote_field.model if field.remote_field else None
            columns[field.column] = _shift(field, target, model)
        yield {"table": model._meta.db_table, "columns": columns}


def _shift(field: Any, target: Any, model: Any) -> str:
    if model is Mandate and field.name == "user":
        return "user"
    if target is not None and target not in TABLES:
        return "keep"
    key = target._meta.pk if target is not None else field
    if field.name == "path" and model is Place:
        return "path"
    if field.name == "subject":
        return "subject"
    if isinstance(key, models.UUIDField):
        return "uuid"
    if target is Place or (model is Place and field.primary_key):
        return "place"
    if target is Mandate or field.primary_key:
        return "own"
    return "keep"


def main() -> None:
    """Build it and say what it is."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=5000)
    parser.add_argument("--persons", type=int, default=2)
    parser.add_argument("--passages", type=int, default=500)
    chosen = parser.parse_args()
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        root = add_places([NewPlace("subdistrict", None, "云杉街道", code="310199")])[0]
        place = create_neighbourhood(by=None, name="槐安居民区", code="310199001", parent=root)
        users = {
            c: User.objects.create_user(c, "correct horse 1", display_name=c)
            for c in ("secretary", "officer", "elsewhere")
        }
        since = date(2020, 1, 1)
        secretary = give_mandate(by=None, capacity="secretary", place=place, user=users["secretary"], since=since)
        give_mandate(by=None, capacity="secretary", place=root, user=users["officer"], since=since)
        with scoped(neighbourhood_ids={place.pk}, reason="bench"):
            gates = add_places([NewPlace("gate", place, name) for name in ("东门", "西门")])
            doors = homes(place, chosen.households)
            everybody = people(place, doors, chosen.persons, secretary)
            permits(place, everybody)
            passages(place, gates, chosen.passages)
    made = {
        "root": root.pk, "place": place.pk, "dwelling": doors[0].pk, "building": doors[0].parent_id,
        "estate": doors[0].parent.parent_id if doors[0].parent else None, "gate": gates[0].pk,
        "last": Place.objects.order_by("-pk").values_list("pk", flat=True)[0],
        "persons": len(everybody), "elsewhere": users["elsewhere"].pk, "tables": list(shifts()),
    }  # fmt: skip
    print(json.dumps(made))


if __name__ == "__main__":
    main()
