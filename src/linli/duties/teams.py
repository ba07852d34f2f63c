"""Readers of teams: what each lacks by its rule, in a fixed number of statements. Within a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from linli.duties.models import Membership, Seat, Team, TeamRole, TeamRule
from linli.duties.team_rules import Role, Sitting, Standing, State, standing
from linli.ground.capacities import CAPACITIES
from linli.ground.mandates import active
from linli.ground.models import Mandate, Place


@dataclass
class Manned:
    """A team with its roles, who sits there, and how it stands. ``where``: the building with its estate."""

    team: Team
    roles: list[TeamRole]
    where: str
    seats: list[tuple[TeamRole, Sitting, Seat | None]] = field(default_factory=list)
    standing: Standing = field(default_factory=Standing)

    @property
    def lacks(self) -> list[str]:
        """What is wanting or too much, a sentence each."""
        named = dict(zip((role.code for role in self.roles), self.roles, strict=True))
        return [words for state in self.standing.states for words in lack_words(named[state.role.code], state)]


def role_title(role: TeamRole) -> str:
    """The role in the language of the page."""
    return role.title_en if role.title_en and not (get_language() or "").startswith("zh") else role.title


def lack_words(role: TeamRole, state: State) -> list[str]:
    """What one role lacks, in words."""
    found = []
    names = {"role": role_title(role)}
    if state.missing:
        found.append(
            ngettext("%(n)s missing: %(role)s", "%(n)s missing: %(role)s", state.missing)
            % {"n": state.missing, **names}
        )
    if state.extra:
        found.append(
            ngettext("%(n)s too many: %(role)s", "%(n)s too many: %(role)s", state.extra) % {"n": state.extra, **names}
        )
    if state.doubts:
        found.append(gettext("one of the role “%(role)s” has the name of another; are they two people?") % names)
    return found


def load(neighbourhood: Place, *, rule: str = "", team: UUID | None = None, on: date | None = None) -> list[Manned]:
    """Every team of a neighbourhood (of one rule) as it stands; five statements, however many there are."""
    day = on or timezone.localdate()
    rows = Team.objects.filter(neighbourhood=neighbourhood, ended_on__isnull=True)
    rows = rows.filter(rule__code=rule) if rule else rows
    rows = rows.filter(pk=team) if team is not None else rows
    teams = list(rows.select_related("rule", "place__parent__kind").order_by("place__path"))
    roles: dict[UUID, list[TeamRole]] = defaultdict(list)
    for role in TeamRole.objects.filter(rule__in={one.rule_id for one in teams}).select_related("body_kind"):
        roles[role.rule_id].append(role)
    manned = {one.pk: Manned(one, roles[one.rule_id], _where(one.place)) for one in teams}
    _seated(manned, day)
    _by_office(manned, day)
    for one in manned.values():
        one.standing = standing(
            [Role(role.code, role.least, role.most) for role in one.roles], [sitting for _r, sitting, _s in one.seats]
        )
    return list(manned.values())


def _where(place: Place) -> str:
    above = place.parent
    return f"{above.name}{place.name}" if above is not None and above.kind.code in ("estate", "lane") else place.name


def _seated(manned: dict[UUID, Manned], day: date) -> None:
    """Who was put on a team and still counts: his office holds, he is on the roster, and of the body that the role wants."""
    rows = Seat.objects.filter(team__in=list(manned)).filter(Q(until__isnull=True) | Q(until__gt=day))
    seats = list(rows.select_related("role__body_kind", "volunteer", "mandate__of_body"))
    kinds = _kinds([seat.volunteer_id for seat in seats if seat.volunteer_id], day)
    for seat in seats:
        if _holds(seat, day) and _fits(seat, kinds):
            manned[seat.team_id].seats.append((seat.role, _sitting(seat), seat))


def _kinds(volunteers: Sequence[UUID], day: date) -> set[tuple[UUID, int]]:
    rows = Membership.objects.filter(volunteer__in=volunteers).filter(Q(until__isnull=True) | Q(until__gt=day))
    return set(rows.values_list("volunteer", "body__kind"))


def _holds(seat: Seat, day: date) -> bool:
    until = [row.until for row in (seat.mandate, seat.volunteer) if row is not None]
    return all(last is None or last > day for last in until)


def _fits(seat: Seat, kinds: set[tuple[UUID, int]]) -> bool:
    wanted = seat.role.body_kind_id
    if wanted is None:
        return True
    if seat.volunteer_id is not None:
        return (seat.volunteer_id, wanted) in kinds
    return seat.mandate is not None and seat.mandate.of_body is not None and seat.mandate.of_body.kind_id == wanted


def _sitting(seat: Seat) -> Sitting:
    who = set()
    if seat.volunteer is not None:
        who.add(f"volunteer:{seat.volunteer_id}")
    for row in (seat.volunteer, seat.mandate):
        if row is not None:
            who |= {f"{kind}:{value}" for kind, value in (("user", row.user_id), ("person", row.person_id)) if value}
    return Sitting(seat.role.code, frozenset(who), seat.name)


def _by_office(manned: dict[UUID, Manned], day: date) -> None:
    """Roles that are an office: whoever holds it at the team's own place."""
    wanted = {role.code for one in manned.values() for role in one.roles} & CAPACITIES.keys()
    places = {one.team.place_id for one in manned.values()}
    rows = active(Mandate.objects.filter(place__in=places, capacity__in=wanted, body__isnull=True), day)
    held: dict[tuple[int | None, str], list[Mandate]] = defaultdict(list)
    for mandate in rows.order_by("since", "pk"):
        held[mandate.place_id, mandate.capacity].append(mandate)
    for one in manned.values():
        for role in one.roles:
            for mandate in held.get((one.team.place_id, role.code), ()):
                ids = (("user", mandate.user_id), ("person", mandate.person_id))
                who = frozenset(f"{kind}:{value}" for kind, value in ids if value)
                one.seats.append((role, Sitting(role.code, who, mandate.holder_name), None))


def rules_of(neighbourhood: Place) -> list[TeamRule]:
    """The rules in use."""
    return list(TeamRule.objects.filter(neighbourhood=neighbourhood).order_by("code"))


def wanting(teams: Iterable[Manned]) -> list[Manned]:
    """Those that are not as their rule wants them."""
    return [one for one in teams if not one.standing.filled]
