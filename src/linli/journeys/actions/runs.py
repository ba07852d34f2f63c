"""Runs of a night: planned, under way, there, called off; and each step back (T04, T07, T11)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.ground.models import Place
from linli.journal.record import record
from linli.journeys import acts, owing
from linli.journeys.actions.arrivals import check_past, hold, ids, not_erased, operation_of
from linli.journeys.actions.handed import check_lets_go
from linli.journeys.actions.travellers import check_open, held
from linli.journeys.details import seal_stop, stop_of
from linli.journeys.models import Hands, Leg, Run, RunCrew, RunStop, RunTraveller, Traveller
from linli.kernel.handover import night_of
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation

PLATE_CONTEXT = "journeys.plate"


@dataclass(frozen=True)
class Crew:
    """Who goes with a run, as what; ``trained_on``: since when he is trained for it, as whoever keeps the roster knows."""

    hands: Hands
    duty: str
    trained_on: date | None = None


@dataclass(frozen=True)
class Stop:
    """A place of the tree, or in words, and when."""

    place: Place | None = None
    words: str = ""
    at: datetime | None = None
    about: bool = False


@dataclass(frozen=True)
class Trip:
    """By what a run goes, from when on, over which places."""

    vehicle: str
    planned_at: datetime
    about: bool = False
    stops: Sequence[Stop] = ()
    plate: str = ""


def plan_run(
    *,
    by: User,
    neighbourhood: Place,
    vehicle: str,
    planned_at: datetime,
    about: bool = False,
    travellers: Sequence[Traveller] = (),
    crew: Sequence[Crew] = (),
    stops: Sequence[Stop] = (),
    plate: str = "",
) -> Run:
    """Plan a run; its number is the next of its night, and 03:37 is of the night that began the evening before (T06).

    Refusals: ``journeys.no_operation``, ``journeys.vehicle``, ``journeys.untrained`` (one of ours without the training, T11),
    ``journeys.closed``, ``journeys.on_another_run``. A run with nobody on it is planned as well: the page asks before.
    """
    operation = operation_of(neighbourhood)
    _check_vehicle(vehicle)
    _check_trained(crew)
    now = timezone.now()
    night = night_of(planned_at)
    with transaction.atomic():
        hold(operation.pk)
        run: Run = Run.objects.create(
            neighbourhood=neighbourhood, operation=operation, night=night, number=_next_number(neighbourhood.pk, night), vehicle=vehicle,
            sealed_plate=_sealed_plate(plate, operation), planned_at=planned_at, planned_about=about, heard_at=now, by_user=by.pk,
        )  # fmt: skip
        _set_crew(run, crew)
        _set_seats(run, travellers)
        _set_stops(run, stops)
        owing.settle_up(travellers, now)
        record(acts.RUN_PLANNED, by=by, subject=("run", run.pk), neighbourhood=neighbourhood.pk, happened_at=planned_at,
               data={"number": run.number, "travellers": ids(travellers)})  # fmt: skip
    return run


def change_run(
    *,
    by: User,
    run: Run,
    travellers: Sequence[Traveller] | None = None,
    crew: Sequence[Crew] | None = None,
    trip: Trip | None = None,
    stops: Sequence[Stop] | None = None,
    plate: str | None = None,
    seen: str = "",
) -> Run:
    """Say anew what a run is, who is on it, who goes with it and where it stops, before it leaves or on the road; what is left out stays.

    ``seen``: :func:`state_of` the run when the page was read; who was slower gets ``journeys.changed``. What was planned with this run
    for somebody who is no longer on it is put aside; what was planned with somebody of the crew goes to whoever takes his place, else
    it is put aside. Refusals: ``journeys.run_over``, ``journeys.erased``, ``journeys.crew_holds`` (he still has travellers of this run),
    and those of planning.
    """
    _check_trained(crew or ())
    now = timezone.now()
    with transaction.atomic():
        hold(run.operation_id)
        fresh = _held(run)
        if fresh.arrived_at is not None or fresh.called_off_at is not None:
            raise Refusal("journeys.run_over", gettext_noop("This run is over. Take its last step back first."))
        if seen and seen != state_of(fresh):
            raise Refusal("journeys.changed", gettext_noop("Somebody else changed this meanwhile. Please look again."))
        before = list(Traveller.objects.filter(seats__run=fresh))
        touched = [*before, *(travellers or ())]
        if trip is not None:
            _set_trip(fresh, trip)
        if stops is not None:
            _set_stops(fresh, stops)
        if plate is not None:
            _set_plate(fresh, plate)
        if crew is not None:
            touched += _change_crew(fresh, crew, now)
        if travellers is not None:
            _change_seats(fresh, before, travellers, now)
        owing.settle_up(touched, now)
        said = {"travellers": travellers, "crew": [one.hands for one in crew] if crew is not None else None}
        data: dict[str, object] = {name: ids(rows) for name, rows in said.items() if rows is not None}
        record(acts.RUN_CHANGED, by=by, subject=("run", run.pk), neighbourhood=run.neighbourhood_id,
               data=data | ({"stops": len(stops)} if stops is not None else {}))  # fmt: skip
    return fresh


def state_of(run: Run) -> str:
    """A word that is another one as soon as anything was changed that a change can change."""
    seats = sorted(run.seats.values_list("traveller", flat=True))
    crew = sorted(run.crew.values_list("hands", "duty"))
    stops = [(one.place_id, stop_of(one), one.at, one.about) for one in run.stops.order_by("position")]
    said = (run.vehicle, plate_of(run), run.planned_at, run.planned_about, seats, crew, stops)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def depart_run(*, by: User, run: Run, at: datetime, about: bool = False, word: UUID | None = None) -> Run:
    """The run left. Said again, the later word holds. ``word``: the message that told it. Refusals: ``journeys.future``,
    ``journeys.run_over``."""
    return _step(by, run, "departed", at, about, word)


def arrive_run(*, by: User, run: Run, at: datetime, about: bool = False, word: UUID | None = None) -> Run:
    """The run is there; a run that nobody saw leave may arrive, too. ``word``: the message that told it. Refusals:
    ``journeys.future``, ``journeys.run_over``, ``journeys.run_order``."""
    return _step(by, run, "arrived", at, about, word)


def _step(by: User, run: Run, name: str, at: datetime, about: bool, word: UUID | None) -> Run:
    check_past(at)
    with transaction.atomic():
        fresh = _held(run)
        if fresh.called_off_at is not None or (name == "departed" and fresh.arrived_at is not None):
            raise Refusal("journeys.run_over", gettext_noop("This run is over. Take its last step back first."))
        if name == "arrived" and fresh.departed_at is not None and at < fresh.departed_at:
            raise Refusal("journeys.run_order", gettext_noop("A run cannot arrive before it left."))
        said = {f"{name}_at": at, f"{name}_about": about} | ({f"{name}_word": word} if word is not None else {})
        for field, value in said.items():
            setattr(fresh, field, value)
        fresh.save(update_fields=list(said))
        act = acts.RUN_DEPARTED if name == "departed" else acts.RUN_ARRIVED
        record(act, by=by, subject=("run", run.pk), neighbourhood=run.neighbourhood_id, happened_at=at)
    return fresh


def call_off_run(*, by: User, run: Run) -> Run:
    """It does not go: what was planned with it is called off, and its people need another way. Refusal: ``journeys.departed``."""
    now = timezone.now()
    with transaction.atomic():
        fresh = _held(run)
        if fresh.departed_at is not None or fresh.arrived_at is not None:
            raise Refusal("journeys.departed", gettext_noop("This run has left already. Write down where it arrived."))
        if fresh.called_off_at is None:
            fresh.called_off_at = now
            fresh.save(update_fields=["called_off_at"])
            ended = owing.cancel_open(Leg.objects.filter(run=fresh), now)
            seated = list(Traveller.objects.filter(seats__run=fresh))
            owing.settle_up([*seated, *(leg.traveller for leg in ended)], now)
            record(acts.RUN_CALLED_OFF, by=by, subject=("run", run.pk), neighbourhood=run.neighbourhood_id)
    return fresh


def take_back_run(*, by: User, run: Run) -> Run:
    """Take the last step of a run back: arrived, departed, or called off (what was planned with it is planned anew by hand).

    Refusal: ``journeys.no_step``.
    """
    with transaction.atomic():
        fresh = _held(run)
        step = next((name for name in ("called_off_at", "arrived_at", "departed_at") if getattr(fresh, name)), None)
        if step is None:
            raise Refusal("journeys.no_step", gettext_noop("This run has not left yet: there is nothing to take back."))
        fields = [step] if step == "called_off_at" else [step, step.replace("_at", "_word")]
        for field in fields:
            setattr(fresh, field, None)
        fresh.save(update_fields=fields)
        record(
            acts.RUN_TAKEN_BACK, by=by, subject=("run", run.pk), neighbourhood=run.neighbourhood_id, data={"step": step}
        )
    return fresh


def plate_of(run: Run) -> str:
    """The plate; empty when none was said, or it was erased with its operation."""
    if run.sealed_plate is None:
        return ""
    try:
        return vault.unseal_text(bytes(run.sealed_plate), context=PLATE_CONTEXT)
    except vault.KeyMissing:
        return ""


def _check_vehicle(vehicle: str) -> None:
    if vehicle not in Run.Vehicle.values:
        raise Refusal("journeys.vehicle", gettext_noop("Please choose a vehicle from the list."))


def _next_number(neighbourhood: int, night: date) -> int:
    last = Run.objects.filter(neighbourhood=neighbourhood, night=night).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _set_trip(run: Run, trip: Trip) -> None:
    _check_vehicle(trip.vehicle)
    night = night_of(trip.planned_at)
    if night != run.night:
        run.number, run.night = _next_number(run.neighbourhood_id, night), night
    run.vehicle, run.planned_at, run.planned_about = trip.vehicle, trip.planned_at, trip.about
    run.save(update_fields=["vehicle", "planned_at", "planned_about", "night", "number"])
    _set_plate(run, trip.plate)
    _set_stops(run, trip.stops)


def _set_plate(run: Run, plate: str) -> None:
    with not_erased():
        run.sealed_plate = _sealed_plate(plate, run.operation)
    run.save(update_fields=["sealed_plate"])


def _set_stops(run: Run, stops: Sequence[Stop]) -> None:
    run.stops.all().delete()
    with not_erased():
        rows = [
            RunStop(neighbourhood_id=run.neighbourhood_id, run=run, position=n, place=one.place,
                    sealed=seal_stop(one.words, run.operation), at=one.at, about=one.about)
            for n, one in enumerate(stops, 1)
        ]  # fmt: skip
    RunStop.objects.bulk_create(rows)


def _sealed_plate(plate: str, operation: Operation) -> bytes | None:
    plain = "".join(plate.split())[:16]
    return vault.seal(plain, key=operation.key_name, context=PLATE_CONTEXT) if plain else None


def _check_trained(crew: Sequence[Crew]) -> None:
    for one in crew:
        if one.duty not in RunCrew.Duty.values:
            raise Refusal(
                "journeys.crew_duty", gettext_noop("Please choose from the list what somebody does on a run.")
            )
        if one.hands.mandate is not None and one.trained_on is None:
            raise Refusal(
                "journeys.untrained",
                gettext_noop("%(name)s has no training for a transfer yet and cannot go along."),
                name=one.hands.mandate.holder_name,
            )


def _set_crew(run: Run, crew: Sequence[Crew]) -> None:
    RunCrew.objects.bulk_create(
        RunCrew(
            neighbourhood_id=run.neighbourhood_id, run=run, hands=one.hands, duty=one.duty, trained_on=one.trained_on
        )
        for one in {(one.hands.pk, one.duty): one for one in crew}.values()
    )


def _change_crew(run: Run, crew: Sequence[Crew], now: datetime) -> list[Traveller]:
    """Another crew; returns whose next step changed with it."""
    before = list(run.crew.select_related("hands__mandate"))
    stay, known = {one.hands.pk for one in crew}, {row.hands_id for row in before}
    gone = [row for row in before if row.hands_id not in stay]
    check_lets_go(run, [row.hands for row in gone], now)
    touched: list[Traveller] = []
    for row in gone:
        heir = next((one.hands for one in crew if one.duty == row.duty and one.hands.pk not in known), None)
        touched += owing.pass_on(Leg.objects.filter(run=run, taker=row.hands), heir, now)
    run.crew.all().delete()
    _set_crew(run, crew)
    return touched


def _set_seats(run: Run, travellers: Sequence[Traveller]) -> None:
    if not travellers:
        return
    rows = held(travellers)
    check_open(rows)
    elsewhere = RunTraveller.objects.filter(
        traveller__in=rows, run__arrived_at__isnull=True, run__called_off_at__isnull=True
    ).exclude(run=run)
    if elsewhere.exists():
        raise Refusal("journeys.on_another_run", gettext_noop("One of these travellers is on another run already."))
    RunTraveller.objects.bulk_create(
        RunTraveller(neighbourhood_id=run.neighbourhood_id, run=run, traveller=row) for row in rows
    )


def _change_seats(run: Run, before: Sequence[Traveller], travellers: Sequence[Traveller], now: datetime) -> None:
    was, wanted = {one.pk for one in before}, {one.pk for one in travellers}
    run.seats.filter(traveller__in=was - wanted).delete()
    owing.cancel_open(Leg.objects.filter(run=run, traveller__in=was - wanted), now)
    _set_seats(run, [one for one in travellers if one.pk not in was])


def _held(run: Run) -> Run:
    found: Run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    return found
