"""A split or merge is prepared, agreed to, put aside: nothing moves yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.gazetteer.codes import read_code
from linli.ground.mandates import can
from linli.ground.models import Place
from linli.ground.place_history import check_day
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.procedures import acts
from linli.procedures.models import Parting
from linli.procedures.parting.plan import uppermost

RIGHT = "neighbourhood.part"


@dataclass(frozen=True)
class NewNeighbourhood:
    """What a split says of the neighbourhood that comes into being. ``secretary``: the account that answers for it."""

    name: str
    parts: Sequence[int]
    secretary: User
    code: str = ""
    since: date | None = None


def propose_split(*, by: User | None, source: Place, new: NewNeighbourhood) -> Parting:
    """Prepare a split; the preview shows what goes. Refusals: ``ground.name_missing``, ``ground.code_wrong``, ``ground.code_taken``,
    ``ground.place_exists``, ``ground.nothing_to_split``, ``ground.not_a_part``, ``ground.day_in_future``, ``ground.day_before_change``,
    ``parting.not_running``.
    """
    day, name, code = new.since or timezone.localdate(), new.name.strip(), new.code.strip()
    _running(source)
    if not name:
        raise Refusal("ground.name_missing", gettext_noop("Please give the neighbourhood a name."))
    _check_code(code)
    same = Place.objects.filter(parent=source.parent, kind=source.kind, name=name, until__isnull=True)
    if same.exists():
        raise Refusal("ground.place_exists", gettext_noop("There is already a %(name)s here."), name=name)
    parts = uppermost(new.parts)
    _check_parts(source, parts, day)
    with transaction.atomic():
        parting = Parting.objects.create(
            kind=Parting.Kind.SPLIT,
            source=source,
            name=name,
            code=read_code(code) or "",
            since=day,
            parts=[part.pk for part in parts],
            secretary=new.secretary.pk,
            by_user=by.pk if by else None,
        )
        record(
            acts.PROPOSED, by=by, subject=("parting", parting.pk), neighbourhood=source.pk, data={"parts": len(parts)}
        )
    return parting


def propose_merge(*, by: User | None, source: Place, target: Place, since: date | None = None) -> Parting:
    """Prepare that ``source`` is merged into ``target``. Who answers for both (or the command line) need not ask the other side.

    Refusals: ``parting.not_running``, ``parting.into_itself``, ``ground.day_in_future``, ``ground.day_before_change``.
    """
    day = since or timezone.localdate()
    for place in (source, target):
        _running(place)
        check_day(place, day, timezone.localdate())
    if source.pk == target.pk:
        raise Refusal("parting.into_itself", gettext_noop("A neighbourhood cannot be merged into itself."))
    sure = by is None or can(by, RIGHT, target)
    with transaction.atomic():
        parting = Parting.objects.create(
            kind=Parting.Kind.MERGE,
            source=source,
            target=target,
            since=day,
            by_user=by.pk if by else None,
            agreed_by=by.pk if by is not None and sure else None,
        )
        for place in (source, target):
            record(
                acts.PROPOSED, by=by, subject=("parting", parting.pk), neighbourhood=place.pk, data={"into": target.pk}
            )
    return parting


def agree(*, by: User, parting: Parting) -> Parting:
    """The neighbourhood that would go on agrees. Refusals: ``parting.not_waiting``, ``parting.not_yours``."""
    target = parting.target
    if parting.state != Parting.State.WAITING or target is None:
        raise Refusal("parting.not_waiting", NOT_WAITING)
    if not can(by, RIGHT, target):
        raise Refusal(
            "parting.not_yours", gettext_noop("Only who answers for %(name)s can agree to this."), name=target.name
        )
    with transaction.atomic():
        parting.agreed_by = by.pk
        parting.save(update_fields=["agreed_by"])
        record(acts.AGREED, by=by, subject=("parting", parting.pk), neighbourhood=target.pk)
    return parting


def put_aside(*, by: User | None, parting: Parting) -> None:
    """It is not wanted; nothing was changed. Refusal ``parting.not_waiting``: it has begun."""
    with transaction.atomic():
        waiting = Parting.objects.filter(pk=parting.pk, state=Parting.State.WAITING)
        if not waiting.update(state=Parting.State.ASIDE, finished_at=timezone.now()):
            raise Refusal("parting.not_waiting", NOT_WAITING)
        record(acts.PUT_ASIDE, by=by, subject=("parting", parting.pk), neighbourhood=parting.source_id)


NOT_WAITING = gettext_noop("This has begun or was put aside meanwhile.")


def _running(place: Place) -> None:
    if place.kind.code != "neighbourhood" or place.until is not None:
        raise Refusal(
            "parting.not_running", gettext_noop("%(name)s is no neighbourhood that runs here."), name=place.name
        )


def _check_code(code: str) -> None:
    if not code:
        return
    wanted = read_code(code)
    if wanted is None:
        raise Refusal("ground.code_wrong", gettext_noop("“%(code)s” is no code of a division."), code=code)
    holder = Place.objects.filter(code=wanted, until__isnull=True).exclude(kind__code="committee").first()
    if holder is not None:
        raise Refusal("ground.code_taken", gettext_noop("%(name)s has this code."), name=holder.name)


def _check_parts(source: Place, parts: Sequence[Place], day: date) -> None:
    live = Place.objects.filter(parent=source, until__isnull=True)
    going = {part.pk for part in parts}
    if not parts or not live.exclude(pk__in=going).exists():
        raise Refusal("ground.nothing_to_split", gettext_noop("Choose some of its parts, and leave some."))
    for part in parts:
        wrong = part.neighbourhood_id != source.pk or part.pk == source.pk or part.until is not None
        if wrong or part.kind.code == "dwelling":
            raise Refusal(
                "ground.not_a_part",
                gettext_noop("One of the chosen places is not a part of %(name)s."),
                name=source.name,
            )
        check_day(part, day, timezone.localdate())
