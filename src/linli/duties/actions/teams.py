"""Teams by a rule (R03, C04): start them, put somebody on a role, take him off. The rules are data (``teams.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.models import Membership, Seat, Team, TeamRole, TeamRule, Volunteer
from linli.ground.mandates import under
from linli.ground.models import BodyKind, Mandate, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal

BUILDINGS = "buildings"


@cache
def offered() -> dict[str, dict[str, Any]]:
    """The compositions that can be started, by code: title, title_en, places, role (in order)."""
    table = tomllib.loads(files("linli.duties").joinpath("teams.toml").read_text("utf-8"))
    return {rule["code"]: rule for rule in table["rule"]}


def start_teams(*, by: User | None, neighbourhood: Place, code: str) -> int:
    """A team by this rule at every place that has none: each building, or the neighbourhood. Returns how many were started."""
    facts = offered().get(code)
    if facts is None:
        raise Refusal("duties.team_rule_unknown", gettext_noop("There is no such composition of a team."))
    with transaction.atomic():
        Place.objects.select_for_update().get(pk=neighbourhood.pk)
        rule = _rule(neighbourhood, facts)
        have = set(Team.objects.filter(rule=rule, ended_on__isnull=True).values_list("place", flat=True))
        wanted = _buildings(neighbourhood) if facts["places"] == BUILDINGS else [neighbourhood]
        new = [Team(neighbourhood=neighbourhood, rule=rule, place=place) for place in wanted if place.pk not in have]
        Team.objects.bulk_create(new, batch_size=500)
        if new:
            record(acts.TEAMS_STARTED, by=by, subject=("team_rule", rule.pk), neighbourhood=neighbourhood.pk,
                   data={"teams": len(new)})  # fmt: skip
    return len(new)


def _rule(neighbourhood: Place, facts: dict[str, Any]) -> TeamRule:
    names = {"title": facts["title"], "title_en": facts["title_en"]}
    rule, made = TeamRule.objects.get_or_create(neighbourhood=neighbourhood, code=facts["code"], defaults=names)
    if made:
        kinds = {kind.code: kind for kind in BodyKind.objects.all()}
        TeamRole.objects.bulk_create(
            TeamRole(
                rule=rule,
                code=role["code"],
                title=role["title"],
                title_en=role["title_en"],
                position=position,
                least=role["least"],
                most=role.get("most"),
                body_kind=kinds[role["body"]] if "body" in role else None,
            )
            for position, role in enumerate(facts["role"])
        )
    return rule


def _buildings(neighbourhood: Place) -> list[Place]:
    rows = Place.objects.filter(under([neighbourhood]), kind__code="building", until__isnull=True)
    return list(rows.order_by("path"))


def seat(
    *,
    by: User | None,
    team: Team,
    role: TeamRole,
    volunteer: Volunteer | None = None,
    mandate: Mandate | None = None,
    name: str = "",
) -> Seat:
    """Put somebody on a role of a team: from the roster, by an office, or by name only. Twice is once.

    Refusals ``duties.team_role`` (of another rule), ``duties.team_body`` (the role is for members of a kind of body, and he is none),
    ``duties.team_twice`` (he sits on another role), ``duties.name_missing``.
    """
    if role.rule_id != team.rule_id:
        raise Refusal("duties.team_role", gettext_noop("This role belongs to another kind of team."))
    if role.body_kind_id is not None and not _of_kind(role, volunteer, mandate):
        raise Refusal(
            "duties.team_body", gettext_noop("This role is for members of a body of the kind “%(kind)s”."),
            kind=role.body_kind.name_zh if role.body_kind else "",
        )  # fmt: skip
    shown = volunteer.name if volunteer else mandate.holder_name if mandate else " ".join(name.split())[:80]
    if not shown:
        raise Refusal("duties.name_missing", gettext_noop("Please write the name."))
    open_seats = Seat.objects.filter(team=team, until__isnull=True)
    if volunteer is not None or mandate is not None:
        known = open_seats.filter(volunteer=volunteer) if volunteer else open_seats.filter(mandate=mandate)
        there: Seat | None = known.first()
        if there is not None and there.role_id == role.pk:
            return there
    try:
        with transaction.atomic():
            row: Seat = Seat.objects.create(
                neighbourhood_id=team.neighbourhood_id,
                team=team,
                role=role,
                volunteer=volunteer,
                mandate=None if volunteer else mandate,
                name=shown,
                since=timezone.localdate(),
            )
            _record(acts.SEATED, by, team, role)
    except IntegrityError as twice:
        raise Refusal("duties.team_twice", gettext_noop("This person is on another role of this team.")) from twice
    return row


def _of_kind(role: TeamRole, volunteer: Volunteer | None, mandate: Mandate | None) -> bool:
    if volunteer is not None:
        rows = Membership.objects.filter(volunteer=volunteer, until__isnull=True, body__kind=role.body_kind)
        return bool(rows.exists())
    return mandate is not None and mandate.of_body is not None and mandate.of_body.kind_id == role.body_kind_id


def leave_seat(*, by: User | None, seat: Seat) -> None:
    """Somebody is no longer on a team. A second time changes nothing."""
    with transaction.atomic():
        if Seat.objects.filter(pk=seat.pk, until__isnull=True).update(until=timezone.localdate()):
            _record(acts.UNSEATED, by, seat.team, seat.role)


def _record(act: str, by: User | None, team: Team, role: TeamRole) -> None:
    record(act, by=by, subject=("team", team.pk), neighbourhood=team.neighbourhood_id, data={"role": role.code})
