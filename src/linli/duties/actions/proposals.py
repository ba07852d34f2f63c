"""Have a roster worked out, fix what a person decides, and take it over into the duties in one act."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.actions.stints import assign, speaks
from linli.duties.generating import generate, midnight
from linli.duties.models import Post, Proposal, ProposedStint, Shift, Stint, Volunteer
from linli.duties.proposals import LONGEST, Basis, Standing, basis, standing
from linli.duties.rules import OVERRIDABLE, Against
from linli.duties.telling import PLACE_OPEN, settled
from linli.duties.words import AGAINST
from linli.ground.models import Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.kernel.roster import REST, Roster, violations

STATES = Proposal.State
ALIVE = (STATES.WAITING, STATES.RUNNING)
OPEN = frozenset({Standing.READY, Standing.CHANGED, Standing.BROKEN})
"""When something can be fixed, and it can be worked out again."""
SECONDS = (5, 600)
BATCH = 500


def open_proposal(
    *,
    by: User | None,
    neighbourhood: Place,
    posts: Sequence[Post],
    since: date,
    until: date,
    now: datetime,
    seconds: int = 20,
    lead_each_time: bool = False,
) -> Proposal:
    """Ask for a roster of these posts for ``since`` ≤ day < ``until``; shifts that are not written yet are written. Nothing runs yet.

    Refused without posts, for a span that is over, is none, or is longer than 62 days.
    """
    if not posts or any(post.neighbourhood_id != neighbourhood.pk for post in posts):
        raise Refusal("duties.proposal_posts", gettext_noop("Choose at least one post."))
    if not since < until or until - since > LONGEST or midnight(until) <= now:
        raise Refusal(
            "duties.proposal_span",
            gettext_noop("Choose a span from today on, at most %(days)s days long."),
            days=LONGEST.days,
        )
    generate(posts, now, midnight(until) - now)
    with transaction.atomic():
        proposal = Proposal.objects.create(
            neighbourhood=neighbourhood,
            since=since,
            until=until,
            posts=[str(post.pk) for post in posts],
            lead_each_time=lead_each_time,
            seconds=min(max(seconds, SECONDS[0]), SECONDS[1]),
            created_at=now,
            by_user=by.pk if by is not None else None,
        )
        _record(acts.PROPOSAL_OPENED, by, proposal, {"posts": len(posts), "days": (until - since).days})
    return proposal


def begin(*, by: User | None, proposal: Proposal, now: datetime) -> Proposal:
    """Let it be worked out, the first time or again around what was fixed; what was best so far stays until there is better.

    Refused while it is being worked out, and once it was taken over or put aside. Of two who begin at once, one does.
    """
    if standing(proposal, now) not in OPEN:
        raise _busy(proposal, now)
    with transaction.atomic():
        rows = Proposal.objects.filter(pk=proposal.pk, run=proposal.run, state=proposal.state)
        if not rows.update(
            run=F("run") + 1, state=STATES.WAITING, beat_at=now, started_at=now, finished_at=None, stop_asked=False
        ):
            raise _busy(proposal, now)
        proposal.refresh_from_db()
        _record(acts.PROPOSAL_BEGUN, by, proposal, {"run": proposal.run})
    return proposal


def _busy(proposal: Proposal, now: datetime) -> Refusal:
    if standing(proposal, now) in (Standing.TAKEN, Standing.DROPPED):
        return Refusal("duties.proposal_closed", gettext_noop("This proposal is closed."))
    return Refusal("duties.proposal_busy", gettext_noop("This proposal is being worked out already."))


def claim(*, proposal: Proposal, run: int, mark: str, now: datetime) -> bool:
    """The solver's process says that it is there; False if another run has begun meanwhile."""
    rows = Proposal.objects.filter(pk=proposal.pk, run=run, state=STATES.WAITING)
    return bool(rows.update(state=STATES.RUNNING, basis=mark, beat_at=now))


def note(*, proposal: Proposal, run: int, now: datetime, facts: Mapping[str, Any], roster: Roster | None) -> bool:
    """Write how far the solver is (columns of Proposal), and the roster if it is a better one. False: this run is not the last any more."""
    rows = Proposal.objects.filter(pk=proposal.pk, run=run, state=STATES.RUNNING)
    with transaction.atomic():
        if not rows.update(beat_at=now, **facts):
            return False
        if roster is not None:
            _write(proposal, roster)
    return True


def _write(proposal: Proposal, roster: Roster) -> None:
    """Put a roster in the place of the last; what a person fixed stays."""
    stints = ProposedStint.objects.filter(proposal=proposal)
    stints.filter(fixed=False).delete()
    fixed = set(stints.values_list("shift", "volunteer"))
    held = set(_agreed(proposal))
    ProposedStint.objects.bulk_create(
        (
            ProposedStint(
                proposal=proposal, neighbourhood_id=proposal.neighbourhood_id, shift_id=shift, volunteer_id=volunteer
            )
            for shift, volunteer in ((UUID(key), UUID(one)) for key, people in roster.items() for one in sorted(people))
            if (shift, volunteer) not in fixed and (shift, volunteer) not in held
        ),
        batch_size=BATCH,
    )


def _agreed(proposal: Proposal) -> list[tuple[UUID, UUID]]:
    """(shift, volunteer) of the span that hold already."""
    rows = Stint.objects.filter(
        shift__post__in=proposal.posts,
        shift__starts_at__gte=midnight(proposal.since),
        shift__starts_at__lt=midnight(proposal.until),
        taken_at__isnull=False,
        released_at__isnull=True,
    )
    return list(rows.values_list("shift", "volunteer"))


def stop(*, by: User | None, proposal: Proposal) -> None:
    """End the search and keep the best; the solver hears of it within a second."""
    Proposal.objects.filter(pk=proposal.pk, state__in=ALIVE).update(stop_asked=True)


def drop(*, by: User | None, proposal: Proposal) -> None:
    """Put a proposal aside; its places are deleted. A second time is the first one. Refused once it was taken over."""
    with transaction.atomic():
        rows = Proposal.objects.filter(pk=proposal.pk).exclude(state__in=(STATES.TAKEN, STATES.DROPPED))
        if not rows.update(state=STATES.DROPPED, run=F("run") + 1):
            if Proposal.objects.filter(pk=proposal.pk, state=STATES.TAKEN).exists():
                raise Refusal("duties.proposal_closed", gettext_noop("This proposal is closed."))
            return
        ProposedStint.objects.filter(proposal=proposal).delete()
        _record(acts.PROPOSAL_DROPPED, by, proposal)


def decide(
    *,
    by: User | None,
    proposal: Proposal,
    volunteer: Volunteer,
    shifts: Sequence[Shift],
    on: Shift | None = None,
    off: bool = False,
    now: datetime,
) -> None:
    """Of these shifts (a day's): he is on this one; on none (``off``); or the search decides. What was decided of them before is replaced.

    What the office may put aside (``rules.OVERRIDABLE``) it may put aside here; what the search had given to him, or to another, and now
    cannot be so, is taken out. Refused: what may not be put aside; while it is being worked out; and where a place is taken already.
    """
    if standing(proposal, now) not in OPEN:
        raise _busy(proposal, now)
    with transaction.atomic():
        mine = ProposedStint.objects.filter(proposal=proposal, volunteer=volunteer)
        mine.filter(shift__in=shifts, off=True).delete()
        mine.filter(shift__in=shifts).update(fixed=False)
        if off:
            mine.filter(shift__in=shifts).delete()
            _fix(proposal, volunteer, shifts, off=True)
        elif on is not None:
            _check_fix(proposal, on, volunteer, now)
            mine.filter(
                fixed=False, shift__starts_at__lt=on.ends_at + REST, shift__ends_at__gt=on.starts_at - REST
            ).delete()
            _make_room(proposal, on)
            _fix(proposal, volunteer, [on], off=False)
        Proposal.objects.filter(pk=proposal.pk).update(basis="")
        said = "off" if off else "free" if on is None else "on"
        decided = [str(shift.pk) for shift in ([on] if on is not None else shifts)]
        data: dict[str, object] = {"volunteer": str(volunteer.pk), "said": said, "shifts": decided}
        _record(acts.PROPOSAL_FIXED, by, proposal, data)


def _fix(proposal: Proposal, volunteer: Volunteer, shifts: Sequence[Shift], *, off: bool) -> None:
    ProposedStint.objects.bulk_create(
        ProposedStint(
            proposal=proposal,
            neighbourhood_id=proposal.neighbourhood_id,
            volunteer=volunteer,
            shift=shift,
            fixed=True,
            off=off,
        )
        for shift in shifts
    )


def _make_room(proposal: Proposal, shift: Shift) -> None:
    """Where every place is given, whom the search gave the last one goes."""
    there = ProposedStint.objects.filter(proposal=proposal, shift=shift, off=False)
    if shift.taken + there.count() >= shift.wanted:
        last = there.filter(fixed=False).order_by("-pk").first()
        if last is not None:
            last.delete()


def _check_fix(proposal: Proposal, shift: Shift, volunteer: Volunteer, now: datetime) -> None:
    said = set(speaks(shift, volunteer, now, oneself=False))
    fixed = ProposedStint.objects.filter(proposal=proposal, volunteer=volunteer, fixed=True, off=False)
    if fixed.filter(shift__starts_at__lt=shift.ends_at, shift__ends_at__gt=shift.starts_at).exists():
        said.add(Against.OVERLAP)
    for code in Against:
        if code in said - OVERRIDABLE:
            raise Refusal(f"duties.{code}", AGAINST[code])


def take_over(*, by: User | None, proposal: Proposal, now: datetime) -> int:
    """Make every place of the proposal a place on its shift, all or none; returns how many.

    Refused (``duties.proposal_overtaken``) when since it was worked out somebody took or gave back a place, a shift changed, or somebody
    cannot any more what he was given (away, exempt, off the roster): nothing is written, and it can be worked out again around that.
    Refused too while something fixed was not worked in.
    """
    with transaction.atomic():
        rows = list(ProposedStint.objects.filter(proposal=proposal, off=False).order_by("pk"))
        # shifts before people, as whoever signs up holds them: two who wait for each other would wait for ever
        list(Shift.objects.select_for_update().filter(pk__in={row.shift_id for row in rows}).order_by("pk"))
        list(Volunteer.objects.select_for_update().filter(pk__in={row.volunteer_id for row in rows}).order_by("pk"))
        proposal.refresh_from_db()
        if standing(proposal, now) is Standing.CHANGED:
            raise Refusal(
                "duties.proposal_changed",
                gettext_noop("Places were decided by hand since. Have it worked out again first."),
            )
        if standing(proposal, now) is not Standing.READY:
            raise _busy(proposal, now)
        there = basis(proposal, proposal.started_at or now)
        done = Proposal.objects.filter(pk=proposal.pk, run=proposal.run, state=STATES.DONE, basis=there.mark)
        if not done.update(state=STATES.TAKEN, finished_at=now) or _breaks_a_rule(there, rows):
            raise _overtaken()
        new = [row for row in rows if (row.volunteer_id, row.shift_id) not in there.agreed and _coming(there, row, now)]
        _stints(by, there, [row for row in new if not row.fixed], now)
        for row in new:
            if row.fixed:
                _by_hand(by, there, row, now)
        ProposedStint.objects.filter(proposal=proposal).delete()
        _record(acts.PROPOSAL_TAKEN, by, proposal, {"places": len(new), "run": proposal.run})
    return len(new)


def _breaks_a_rule(there: Basis, rows: Sequence[ProposedStint]) -> bool:
    """Whether the places, with what is agreed, break a rule by what is known now and was not decided by hand."""
    roster: dict[str, set[str]] = defaultdict(set)
    for volunteer, shift in (*there.agreed, *((row.volunteer_id, row.shift_id) for row in rows)):
        roster[str(shift)].add(str(volunteer))
    return any(not one.by_hand for one in violations(there.problem, roster))


def _coming(there: Basis, row: ProposedStint, now: datetime) -> bool:
    """Whether the shift has not begun."""
    return row.shift_id in there.shifts and there.shifts[row.shift_id].starts_at > now


def _by_hand(by: User | None, there: Basis, row: ProposedStint, now: datetime) -> None:
    """What a person fixed: what speaks against it stays with the stint, by name."""
    shift, volunteer = there.shifts[row.shift_id], there.people[row.volunteer_id]
    assign(by=by, shift=shift, volunteer=volunteer, now=now, despite=OVERRIDABLE, how=Stint.How.PROPOSAL)


def _stints(by: User | None, there: Basis, rows: Sequence[ProposedStint], now: datetime) -> None:
    """Claim the places, as many as were taken when they were read or nothing at all, and write the stints."""
    places = Counter(row.shift_id for row in rows)
    alike: dict[tuple[int, int], list[UUID]] = defaultdict(list)
    for key, many in places.items():
        alike[there.shifts[key].taken, many].append(key)
    for (taken, many), keys in alike.items():
        free = Shift.objects.filter(pk__in=keys, taken=taken, cancelled_at__isnull=True)
        if free.update(taken=F("taken") + many, revision=F("revision") + 1, changed_at=now) != len(keys):
            raise _overtaken()
    asked = Stint.objects.filter(shift__in=places, taken_at__isnull=True, released_at__isnull=True)
    invited = {(stint.shift_id, stint.volunteer_id): stint.pk for stint in asked}
    said_yes = [invited[row.shift_id, row.volunteer_id] for row in rows if (row.shift_id, row.volunteer_id) in invited]
    Stint.objects.filter(pk__in=said_yes).update(taken_at=now, revision=F("revision") + 1, changed_at=now)
    Stint.objects.bulk_create(
        (
            Stint(
                neighbourhood_id=row.neighbourhood_id,
                shift_id=row.shift_id,
                volunteer_id=row.volunteer_id,
                how=Stint.How.PROPOSAL,
                taken_at=now,
                by_user=by.pk if by is not None else None,
                changed_at=now,
            )
            for row in rows
            if (row.shift_id, row.volunteer_id) not in invited
        ),
        batch_size=BATCH,
    )
    given_back = Stint.objects.filter(shift__in=places, released_at__isnull=False).values_list("shift", flat=True)
    for key in set(given_back):
        if there.shifts[key].taken + places[key] >= there.shifts[key].wanted:
            settled(there.shifts[key], now, PLACE_OPEN)


def _overtaken() -> Refusal:
    return Refusal(
        "duties.proposal_overtaken",
        gettext_noop("Meanwhile a place, a shift or what somebody can do has changed. Nothing was taken over."),
    )


def _record(act: str, by: User | None, proposal: Proposal, data: dict[str, object] | None = None) -> None:
    record(act, by=by, subject=("proposal", proposal.pk), neighbourhood=proposal.neighbourhood_id, data=data)
