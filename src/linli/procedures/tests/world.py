"""The cast with everything that a cut can go through: former homes, flats owned elsewhere, joined entries, let flats, cards, arrivals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db.models import F
from django.utils import timezone

from linli.gates.cards_actions import issue_permits, order_batch
from linli.gates.models import GateException, HourlyCount
from linli.ground.actions.people import document_row, key_rows, phone_row
from linli.ground.actions.places import set_area
from linli.ground.models import (
    AlikeAnswer,
    Consent,
    Document,
    DwellingState,
    Household,
    Merge,
    Person,
    PersonKey,
    Phone,
    Place,
    Residence,
    Responsibility,
    RightsRequest,
    Tie,
)
from linli.ground.scope import Personal, scoped_to_everything
from linli.ground.testing import Cast
from linli.inbox.models import RawUpload
from linli.procedures.parting.sides import homes_of
from linli.register.models import ImportChange, ImportRow, ImportRun
from linli.returnees.actions.cases import Told, signal
from linli.returnees.details import Details
from linli.rounds.models import Finding
from linli.tenancies.models import ContactAttempt, Difference, Tenancy, Tenant, TenantList, TenantRow, Whereabouts

MOMENT = datetime(2026, 3, 1, 8, tzinfo=UTC)
NUMBERS = [f"31010119{50 + n}0101{n:03}X" for n in range(12)]


def fill(cast: Cast) -> None:
    """Everything of the module's sentence; the villas (homes 0 and 1, people 0 to 3) are what a test splits off."""
    with cast.scope():
        for n, person in enumerate(cast.people):
            day = date(2020, 1, 1)
            card = document_row(person=person, kind="id", number=NUMBERS[n], checked=True, since=day)
            Document.objects.create(**_values(card))
            Phone.objects.create(**_values(phone_row(person=person, number=f"1990000{n:04}", since=day)))
            PersonKey.objects.bulk_create(key_rows(person))
        _homes(cast)
        _who(cast)
        _let(cast)
        _rights(cast)
        _arrivals(cast)
        _imports(cast)
        _gates(cast)


def _values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _homes(cast: Cast) -> None:
    place, people, homes = cast.neighbourhood, cast.people, cast.households
    once = {"neighbourhood": place, "since": date(2018, 5, 1), "relation": "tenant"}
    Residence.objects.create(person=people[4], household=homes[0], **once)
    Residence.objects.create(person=people[0], household=homes[3], **once)
    Residence.objects.create(
        neighbourhood=place, person=people[9], household=None, presence="moved", since=date(2025, 1, 1)
    )
    own = {"neighbourhood": place, "kind": "owner", "since": date(2019, 1, 1)}
    Tie.objects.create(person=people[1], household=homes[4], **own)
    Tie.objects.create(person=people[6], household=homes[1], **own)
    absent = Person.objects.create(neighbourhood=place, name="owner elsewhere", sort_name="owner")
    Tie.objects.create(person=absent, household=homes[0], **own)
    Tie.objects.create(person=absent, household=homes[5], **{**own, "since": date(2021, 1, 1)})
    Person.objects.create(neighbourhood=place, name="nowhere", sort_name="nowhere")


def _who(cast: Cast) -> None:
    place, people = cast.neighbourhood, cast.people
    Person.objects.filter(pk=people[3].pk).update(merged_into=people[2])
    Merge.objects.create(neighbourhood=place, person=people[3], into=people[2], at=MOMENT)
    Merge.objects.create(
        neighbourhood=place, person=people[0], into=people[8], at=MOMENT, ended_at=MOMENT, note="twins"
    )
    one, other = sorted((people[1], people[10]), key=lambda person: str(person.pk))
    AlikeAnswer.objects.create(neighbourhood=place, one=one, other=other, at=MOMENT)


def _let(cast: Cast) -> None:
    place, people = cast.neighbourhood, cast.people
    for at, person in ((1, people[2]), (6, people[0]), (0, people[1])):
        let = Tenancy.objects.create(neighbourhood=place, dwelling=cast.dwellings[at], opened_at=MOMENT)
        tenant = Tenant.objects.create(neighbourhood=place, tenancy=let, person=person)
        when = {"happened_at": MOMENT, "neighbourhood": place}
        Whereabouts.objects.create(tenant=tenant, state="here", heard_at=MOMENT, source="page", **when)
        ContactAttempt.objects.create(tenancy=let, way="phone", result="reached", by_name="w", **when)
    taken = TenantList.objects.create(neighbourhood=place, place=place, by_name="w", received_at=MOMENT, digest=b"1")
    for at in (0, 6):
        door = {"neighbourhood": place, "dwelling": cast.dwellings[at]}
        TenantRow.objects.create(list=taken, row=at + 2, key=bytes([at]), verdict="differs", **door)
        Difference.objects.create(
            key=bytes([at]), kind="name", tenancy=Tenancy.objects.get(dwelling=cast.dwellings[at]), person=people[1],
            owner=cast.mandates["clerk"], first_list=taken, last_list=taken, found_at=MOMENT, **door,
        )  # fmt: skip
    TenantRow.objects.create(neighbourhood=place, list=taken, row=9, key=b"9", verdict="unreadable")


def _rights(cast: Cast) -> None:
    place, today = cast.neighbourhood, timezone.localdate()
    for person in (cast.people[0], cast.people[5]):
        about = {"neighbourhood": place, "person": person, "noted_by": None}
        Consent.objects.create(
            purpose="contact", relation="self", given_by="x", way="oral", given_on=today, noted_at=MOMENT, **about
        )
        RightsRequest.objects.create(kind="see", checked="known", asked_on=today, due=today, **about)
    RightsRequest.objects.create(
        neighbourhood=place,
        kind="delete",
        checked="known",
        asked_on=today,
        due=today,
        outcome="done",
        answered_at=MOMENT,
    )
    for at in (cast.villas, cast.dwellings[0], cast.dwellings[6]):
        Finding.objects.create(
            neighbourhood=place, place=at, note="lamp", owner=cast.mandates["secretary"], due_on=today, happened_at=MOMENT, heard_at=MOMENT
        )  # fmt: skip


def _arrivals(cast: Cast) -> None:
    told = Told(MOMENT, MOMENT)
    for n, home in ((0, 0), (5, 6), (1, 7)):
        signal(
            by=cast.users["clerk"], neighbourhood=cast.neighbourhood, source="self", told=told, person=cast.people[n],
            details=Details(name=cast.people[n].name, phone=f"1990000{n:04}"), dwelling=cast.dwellings[home],
        )  # fmt: skip


def _imports(cast: Cast) -> None:
    here = {"neighbourhood": cast.neighbourhood}
    upload = RawUpload.objects.create(
        kind="register.file", source="user:1", digest=b"1", size=1, received_at=MOMENT, **here
    )
    run = ImportRun.objects.create(upload=upload, state="done", started_at=MOMENT, finished_at=MOMENT, **here)
    for n, (person, home) in enumerate(((0, 0), (5, 2))):
        row = ImportRow.objects.create(
            neighbourhood=cast.neighbourhood, run=run, position=n, turn=n, row=n + 2, door=f"d{n}", done=True,
            person=cast.people[person], dwelling=cast.dwellings[home], prints=b"0" * 64,
        )  # fmt: skip
        ImportChange.objects.create(
            neighbourhood=cast.neighbourhood, run=run, position=n, turn=n, kind="phone", row=row, door=f"d{n}",
            person=cast.people[person], outcome="applied",
        )  # fmt: skip


def _gates(cast: Cast) -> None:
    set_area(by=None, neighbourhood=cast.neighbourhood, name="both", places=cast.gates)
    set_area(by=None, neighbourhood=cast.neighbourhood, name="east", places=cast.gates[:1])
    set_area(by=None, neighbourhood=cast.neighbourhood, name="lanes", places=[cast.lanes])
    clerk = cast.users["clerk"]
    issue_permits(by=clerk, neighbourhood=cast.neighbourhood, until=timezone.localdate() + timedelta(days=20))
    order_batch(by=clerk, neighbourhood=cast.neighbourhood, data={"names": "masked"})
    for gate in cast.gates:
        HourlyCount.objects.create(
            neighbourhood=cast.neighbourhood, gate=gate, hour=MOMENT, klass="resident", direction="in", outcome="admitted", count=3
        )  # fmt: skip
    GateException.objects.create(
        neighbourhood=cast.neighbourhood, kind="clock", gate=cast.gates[0], subject="clock:1", happened_at=MOMENT,
        heard_at=MOMENT, due_at=MOMENT,
    )  # fmt: skip


def snapshot() -> dict[str, dict[str, dict[str, Any]]]:
    """Every row of every table with a neighbourhood, in all its columns: model → key → field → value."""
    with scoped_to_everything(reason="test"):
        return {
            model._meta.label: {
                str(row["pk"]): row["fields"] for row in serializers.serialize("python", model._base_manager.all())
            }
            for model in apps.get_models()
            if model.__module__.startswith("linli.") and any(f.name == "neighbourhood" for f in model._meta.fields)
        }


def crossing() -> list[str]:
    """Pointers between personal rows of two neighbourhoods; imports keep bare ids of people."""
    found = []
    with scoped_to_everything(reason="test"):
        for model in personal():
            for field in model._meta.fields:
                target = field.related_model
                bare = model._meta.app_label == "register" and field.name == "person"
                if bare or not (isinstance(target, type) and issubclass(target, Personal)):
                    continue
                rows = model._base_manager.filter(**{f"{field.name}__isnull": False})
                for row, here, there in rows.values_list("pk", "neighbourhood", f"{field.name}__neighbourhood"):
                    if here != there:
                        found.append(f"{model._meta.label} {row} .{field.name}")
    return found


def halves() -> list[str]:
    """Homes of which something lies in another neighbourhood than the door."""
    found = []
    with scoped_to_everything(reason="test"):
        for model, door in HOME.items():
            rows = model._base_manager.filter(**{f"{door}__isnull": False})
            rows = rows.exclude(**{f"{door}__neighbourhood": F("neighbourhood")})
            found += [f"{model._meta.label} {row.pk}" for row in rows if getattr(row, "until", None) is None]
        belongs = homes_of(Person.objects.values_list("pk", flat=True))
        lies = dict(Place.objects.values_list("pk", "neighbourhood"))
        for person in Person.objects.all():
            if person.pk in belongs and lies[belongs[person.pk]] != person.neighbourhood_id:
                found.append(f"person {person.name}")
    return found


HOME = {
    Household: "dwelling", DwellingState: "dwelling", Tie: "household__dwelling", Responsibility: "household__dwelling",
    Tenancy: "dwelling", TenantRow: "dwelling", Difference: "dwelling",
}  # fmt: skip


def personal() -> list[Any]:
    """Every model about people."""
    return [model for model in apps.get_models() if issubclass(model, Personal)]
