"""Take a place on a shift, put somebody there, ask somebody, give it back.

A place is claimed by a conditional UPDATE of the shift before anything is judged: of two who take the last one at once, one gets it, on
SQLite and on PostgreSQL, and what is judged afterwards holds the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.candidates import candidates, openings
from linli.duties.models import Shift, Stint, Volunteer
from linli.duties.rules import OVERRIDABLE, Against, against
from linli.duties.telling import PLACE_OPEN, place_opened, settled
from linli.duties.words import AGAINST, RELEASES
from linli.journal.record import record
from linli.kernel.refusal import Refusal

ACT_OF = {
    Stint.How.SIGNUP: acts.SIGNED_UP,
    Stint.How.ASSIGNED: acts.ASSIGNED,
    Stint.How.PROPOSAL: acts.ASSIGNED,
    Stint.How.INVITED: acts.ACCEPTED,
}


@dataclass(frozen=True)
class Going:
    """How somebody comes to a place. ``despite``: what the office puts aside with its name; ``by`` then is who says so."""

    how: Stint.How
    oneself: bool = False
    despite: frozenset[Against] = frozenset()
    leads: bool = False
    fixed: bool = False


def sign_up(*, by: User, shift: Shift, volunteer: Volunteer, now: datetime) -> Stint:
    """Take an open place oneself. Refused with ``duties.<what speaks against it>`` (``rules.Against``), each a sentence."""
    return _take(by, shift, volunteer, now, Going(Stint.How.SIGNUP, oneself=True))


def assign(
    *,
    by: User | None,
    shift: Shift,
    volunteer: Volunteer,
    now: datetime,
    despite: frozenset[Against] = frozenset(),
    leads: bool = False,
    how: Stint.How = Stint.How.ASSIGNED,
    fixed: bool = True,
) -> Stint:
    """Put somebody on a shift. ``despite``: the codes that the office has seen and puts aside; they stay with the stint, by name."""
    return _take(by, shift, volunteer, now, Going(how, despite=despite & OVERRIDABLE, leads=leads, fixed=fixed))


def invite(*, by: User | None, shift: Shift, volunteer: Volunteer, now: datetime) -> Stint:
    """Ask somebody; no place is kept for him until he says yes. Asked twice is asked once."""
    with transaction.atomic():
        shift, volunteer = _held(shift, volunteer)
        there = Stint.objects.filter(shift=shift, volunteer=volunteer, released_at__isnull=True).first()
        if there is not None:
            found: Stint = there
            return found
        said = set(speaks(shift, volunteer, now, oneself=False))
        hard = [code for code in Against if code in said and code not in OVERRIDABLE]
        if hard:
            raise _refusal(hard[0])
        stint = Stint.objects.create(
            neighbourhood_id=volunteer.neighbourhood_id,
            shift=shift,
            volunteer=volunteer,
            how=Stint.How.INVITED,
            invited_at=now,
            by_user=by.pk if by is not None else None,
            changed_at=now,
        )
        _record(acts.INVITED, by, stint)
    return stint


def accept(*, by: User, stint: Stint, now: datetime) -> Stint:
    """Say yes to being asked; refused like :func:`sign_up`, for the place may be gone meanwhile."""
    return _take(by, stint.shift, stint.volunteer, now, Going(Stint.How.INVITED))


def release(*, by: User | None, stint: Stint, reason: str, now: datetime) -> Stint:
    """ "I cannot come": a reason of a closed list, no words. The place opens, and the office hears of it. A second time is the first one.

    Refused once the shift is over, and once somebody said that he came: what was is not given back.
    """
    if reason not in RELEASES and reason != Stint.Release.OFFICE:
        raise Refusal("duties.reason", gettext_noop("Please choose one of the reasons."))
    with transaction.atomic():
        # the shift first, as whoever cancels it does: two who wait for each other would wait for ever
        Shift.objects.select_for_update().get(pk=stint.shift_id)
        rows = Stint.objects.filter(pk=stint.pk, released_at__isnull=True, came_at__isnull=True)
        if stint.shift.ends_at <= now or not rows.update(
            released_at=now, release_reason=reason, revision=F("revision") + 1, changed_at=now
        ):
            stint.refresh_from_db()
            if stint.released_at is None:
                raise Refusal("duties.release_late", gettext_noop("This shift has been; it cannot be given back."))
            return stint
        if stint.taken_at is not None:
            _touch(stint.shift, now, -1)
            if reason != Stint.Release.OFFICE:
                place_opened(by, stint.shift, now)
        _record(acts.RELEASED, by, stint, {"reason": reason})
    stint.refresh_from_db()
    return stint


def speaks(shift: Shift, volunteer: Volunteer, now: datetime, *, oneself: bool) -> list[Against]:
    """Everything that speaks against somebody on a shift at this moment."""
    day = timezone.localdate(shift.starts_at)
    candidate = candidates([volunteer], day, day + timedelta(days=1))[volunteer.pk]
    return against(candidate, openings([shift])[shift.pk], now, oneself=oneself)


def _take(by: User | None, shift: Shift, volunteer: Volunteer, now: datetime, going: Going) -> Stint:
    with transaction.atomic():
        free = Shift.objects.filter(pk=shift.pk, taken__lt=F("wanted"))
        changed = {"taken": F("taken") + 1, "revision": F("revision") + 1, "changed_at": now}
        claimed = bool(free.update(**changed))
        shift, volunteer = _held(shift, volunteer)
        said = set(speaks(shift, volunteer, now, oneself=going.oneself))
        if not claimed:
            said.add(Against.FULL)
        hard = [code for code in Against if code in said - going.despite]
        if hard:
            raise _refusal(hard[0])
        if not claimed:
            Shift.objects.filter(pk=shift.pk).update(**changed)
        stint = _written(by, shift, volunteer, now, going, sorted(said & going.despite))
        _record(ACT_OF[going.how], by, stint, {"despite": stint.overrode} if stint.overrode else None)
        _settle_if_full(shift, now)
    return stint


def _written(
    by: User | None, shift: Shift, volunteer: Volunteer, now: datetime, going: Going, despite: list[Against]
) -> Stint:
    """The stint: the one by which he was asked, if he was, else a new one."""
    columns = {
        "taken_at": now,
        "leads": going.leads,
        "fixed": going.fixed,
        "by_user": by.pk if by is not None else None,
        "overrode": [str(code) for code in despite],
        "overrode_by": by.display_name if by is not None and despite else "",
        "changed_at": now,
    }
    rows = Stint.objects.filter(shift=shift, volunteer=volunteer, released_at__isnull=True, taken_at__isnull=True)
    if not rows.update(revision=F("revision") + 1, **columns):
        Stint.objects.create(
            neighbourhood_id=volunteer.neighbourhood_id, shift=shift, volunteer=volunteer, how=going.how, **columns
        )
    stint: Stint = Stint.objects.get(shift=shift, volunteer=volunteer, released_at__isnull=True)
    return stint


def _settle_if_full(shift: Shift, now: datetime) -> None:
    if Shift.objects.filter(pk=shift.pk, taken__gte=F("wanted")).exists():
        settled(shift, now, PLACE_OPEN)


def _touch(shift: Shift, now: datetime, places: int) -> None:
    """Move the count of a shift, and say to its calendar that it changed."""
    Shift.objects.filter(pk=shift.pk).update(taken=F("taken") + places, revision=F("revision") + 1, changed_at=now)


def _held(shift: Shift, volunteer: Volunteer) -> tuple[Shift, Volunteer]:
    """Both rows as they are now, held: two places at once for one person are judged one after the other.

    On PostgreSQL others wait here; on SQLite they wait at the beginning of their transaction.
    """
    own = Shift.objects.select_for_update(of=("self",)).select_related("post__neighbourhood").get(pk=shift.pk)
    return own, Volunteer.objects.select_for_update().get(pk=volunteer.pk)


def _refusal(code: Against) -> Refusal:
    return Refusal(f"duties.{code}", AGAINST[code])


def _record(act: str, by: User | None, stint: Stint, data: dict[str, object] | None = None) -> None:
    record(
        act,
        by=by,
        subject=("stint", stint.pk),
        neighbourhood=stint.neighbourhood_id,
        data={"shift": str(stint.shift_id), "volunteer": str(stint.volunteer_id), **(data or {})},
    )
