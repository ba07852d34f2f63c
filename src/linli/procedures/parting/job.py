"""The move itself, in pieces that may be interrupted anywhere: what still lies in the old neighbourhood is what is left to do."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.gates.models import HourlyCount
from linli.ground import acts as ground_acts
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.places import create_neighbourhood
from linli.ground.locks import hold_neighbourhood
from linli.ground.mandates import can
from linli.ground.models import Place
from linli.ground.place_history import add_span, reopen_span
from linli.ground.scope import scoped
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.procedures import acts
from linli.procedures.models import Parting
from linli.procedures.parting.blocking import check_nothing_blocks
from linli.procedures.parting.choosing import NOT_WAITING, RIGHT
from linli.procedures.parting.finishing import finish
from linli.procedures.parting.mover import Mover
from linli.procedures.parting.plan import Plan, plan_of

TARGET_MS = 60
BEGIN, SMALLEST, LARGEST = 8, 6, 40
COUNTS = 1500


def busy(neighbourhood: int) -> bool:
    """Whether homes are moving from or to a neighbourhood just now; one statement."""
    running = Parting.objects.filter(state=Parting.State.RUNNING)
    return running.filter(Q(source=neighbourhood) | Q(target=neighbourhood)).exists()


@contextmanager
def scope_of(parting: Parting) -> Iterator[None]:
    """Both neighbourhoods, and no other."""
    both = {pk for pk in (parting.source_id, parting.target_id) if pk is not None}
    with scoped(neighbourhood_ids=both, reason=f"job:parting:{parting.pk}"):
        yield


def begin(*, by: User | None, parting: Parting) -> Parting:
    """Begin to move. Refusals: ``parting.not_waiting``, ``parting.not_agreed``, ``parting.not_yours``, and what stands in the way
    (:func:`linli.procedures.parting.blocking.check_nothing_blocks`).
    """
    _may(by, parting)
    with transaction.atomic(), scope_of(parting):
        for place in sorted(pk for pk in (parting.source_id, parting.target_id) if pk is not None):
            hold_neighbourhood(place)  # no import and no operation begins between the look and the first home
        check_nothing_blocks(parting)
        waiting = Parting.objects.filter(pk=parting.pk, state=Parting.State.WAITING)
        if not waiting.update(state=Parting.State.RUNNING, begun_at=timezone.now()):
            raise Refusal("parting.not_waiting", NOT_WAITING)
        parting.refresh_from_db()
        if parting.target is None:
            parting.target = _new_neighbourhood(by, parting)
        plan = plan_of(parting, make=True)
        parting.homes = _homes(parting, plan).count()
        parting.save(update_fields=["target", "homes"])
        for place in (parting.source_id, parting.target.pk):
            record(
                acts.BEGUN, by=by, subject=("parting", parting.pk), neighbourhood=place, data={"homes": parting.homes}
            )
    return parting


def _may(by: User | None, parting: Parting) -> None:
    if by is None:
        return
    if parting.kind == Parting.Kind.MERGE and parting.agreed_by is None:
        raise Refusal(
            "parting.not_agreed",
            gettext_noop("The other neighbourhood has not agreed yet. Its secretary finds the question there."),
        )
    reached = [place for place in (parting.source, parting.target) if place is not None and can(by, RIGHT, place)]
    if not reached:
        raise Refusal(
            "parting.not_yours",
            gettext_noop("Only who answers for %(name)s can agree to this."),
            name=parting.source.name,
        )


def _new_neighbourhood(by: User | None, parting: Parting) -> Place:
    """The new neighbourhood with its secretary: one that was merged in here once begins again, one of a list is taken up."""
    source = parting.source
    called = Q(name=parting.name) | (Q(code=parting.code) if parting.code else Q(pk__in=[]))
    once = Place.objects.filter(called, merged_into=source, kind__code="neighbourhood").first()
    if once is not None:
        reopen_span(once)
        Place.objects.filter(pk=once.pk).update(merged_into=None, until=None)
        once.refresh_from_db()
        record(ground_acts.PLACE_REOPENED, by=by, subject=("place", once.pk), neighbourhood=once.pk)
        new = once
    else:
        new = create_neighbourhood(by=by, name=parting.name, code=parting.code, parent=source.parent)
        add_span(new, parting.since, name=parting.name, code=parting.code)
        Place.objects.filter(pk=new.pk).update(split_from=source, since=parting.since)
        new.refresh_from_db()
    user = User.objects.get(pk=parting.secretary or 0)
    give_mandate(by=by, capacity="secretary", place=new, user=user, since=parting.since)
    return new


def _homes(parting: Parting, plan: Plan) -> QuerySet[Place]:
    """The homes that are still to go."""
    rows = plan.places().filter(neighbourhood=parting.source, kind__code="dwelling")
    return rows.select_related("kind").order_by("path")


def left(parting: Parting) -> int:
    """How many homes are still to go."""
    return _homes(parting, plan_of(parting)).count()


def step(*, by: User | None, parting: Parting, seconds: float = 0.8) -> Parting:
    """Move for about ``seconds``; returns the parting as it stands. Call again until its state is ``done``."""
    until, size = time.monotonic() + seconds, BEGIN
    plan = plan_of(parting)  # it cannot change while nothing is written by hand
    with scope_of(parting):
        while True:
            began = time.monotonic()
            running = _piece(by, parting, plan, size)
            took = int((time.monotonic() - began) * 1000)
            Parting.objects.filter(pk=parting.pk, slowest_ms__lt=took).update(slowest_ms=took)
            size = max(SMALLEST, min(LARGEST, size * TARGET_MS // max(took, 1), size + size // 2 + 1))
            if not running or time.monotonic() > until:
                parting.refresh_from_db()
                return parting


def _piece(by: User | None, parting: Parting, plan: Plan, size: int) -> bool:
    """One transaction; whether there is more to do. Two drivers wait for each other and find what the other has left."""
    with transaction.atomic():
        now = (
            Parting.objects.select_for_update(of=("self",)).select_related("source__kind", "target").get(pk=parting.pk)
        )
        if now.state != Parting.State.RUNNING or now.target is None:
            return False
        mover = Mover(now.source, now.target, now.since, by=by, inside=plan.inside("place__path"))
        homes = list(_homes(now, plan)[:size])
        if homes:
            mover.homes(homes, plan.paths(homes))
        elif not _counts(now, plan) and not (now.kind == Parting.Kind.MERGE and mover.carry([], [], rest=4 * size)):
            _finish(by, now, plan, mover)
        now.moved = dict(mover.moved + Counter(now.moved))
        now.save(update_fields=["moved", "state", "finished_at"])
        return now.state == Parting.State.RUNNING


def _counts(parting: Parting, plan: Plan) -> int:
    """A bounded piece of the hourly counts of gates that go (a gate of five years has a hundred thousand)."""
    gates = plan.places().filter(kind__code="gate").values("pk")
    rows = HourlyCount.objects.filter(gate__in=gates, neighbourhood=parting.source)
    ids = list(rows.values_list("pk", flat=True)[:COUNTS])
    return HourlyCount.objects.filter(pk__in=ids).update(neighbourhood=parting.target) if ids else 0


def _finish(by: User | None, parting: Parting, plan: Plan, mover: Mover) -> None:
    finish(parting, plan, mover)
    parting.state, parting.finished_at = Parting.State.DONE, timezone.now()
    moved = mover.moved + Counter(parting.moved)
    numbers = {name: moved[label] for name, label in (("documents", "ground.Document"), ("phones", "ground.Phone"))}
    counts = {"homes": parting.homes, "people": moved["ground.Person"], "households": moved["ground.Household"]}
    subject = ("parting", parting.pk)
    for place in (parting.source_id, mover.to.pk):
        record(acts.REINDEXED, by=None, subject=subject, neighbourhood=place, data=numbers)
        record(acts.DONE, by=by, subject=subject, neighbourhood=place, data=counts)


def run(*, by: User | None, parting: Parting) -> Parting:
    """Move until it is done."""
    while parting.state == Parting.State.RUNNING:
        parting = step(by=by, parting=parting, seconds=5)
    return parting


def go_on(*, by: User | None = None) -> int:
    """Finish what was interrupted (the server stopped, a page was closed); how many were finished."""
    running = list(Parting.objects.filter(state=Parting.State.RUNNING))
    for parting in running:
        run(by=by, parting=parting)
    return len(running)
