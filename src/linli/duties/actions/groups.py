"""People of a lent team into groups with a host each (P08: 28 into seven fours, host unit ≠ home unit), and by hand afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.duties import acts
from linli.duties.models import DutyGroup, GroupMember, Pairing, Volunteer
from linli.ground.models import Body, Place
from linli.journal.record import record
from linli.kernel import grouping
from linli.kernel.grouping import Cannot, NoGrouping
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal

WHY = {
    Cannot.NOT_EVEN: gettext_noop(
        "%(people)s people do not make groups of %(size)s. Leave somebody out, or add somebody."
    ),
    Cannot.TOGETHER_TOO_MANY: gettext_noop("More people are to stay together than a group has places."),
    Cannot.TOGETHER_AND_APART: gettext_noop("Two people are to be together and never together."),
    Cannot.NO_HOST: gettext_noop("Every host is the home unit of somebody in a group. Choose another host."),
    Cannot.NOT_FOUND: gettext_noop("With these wishes no division was found. Take one of them back."),
}
"""Why people cannot be divided."""


def divide(
    *,
    by: User | None,
    neighbourhood: Place,
    people: Sequence[Volunteer],
    hosts: Sequence[Body],
    size: int,
    now: datetime,
) -> UUID:
    """Divide people into groups of ``size``, each with a host that is nobody's home in it. Returns the division's id.

    Refusals ``duties.group_<why>`` (``kernel.grouping.Cannot``), ``duties.group_nobody``.
    """
    if not people or not hosts:
        raise Refusal("duties.group_nobody", gettext_noop("Choose the people and at least one host."))
    rows = {str(one.pk): one for one in people}
    pairs = list(Pairing.objects.filter(one__in=people, other__in=people))
    by_host = {str(one.pk): one for one in hosts}
    try:
        found, placed = grouping.hosted(
            list(rows),
            size,
            list(by_host),
            lambda one: str(rows[one].home_id) if rows[one].home_id else None,
            together=[(str(one.one_id), str(one.other_id)) for one in pairs if one.together],
            apart=[(str(one.one_id), str(one.other_id)) for one in pairs if not one.together],
        )
    except NoGrouping as none:
        raise Refusal(f"duties.group_{none.why}", WHY[none.why], people=len(people), size=size) from none
    division = uuid7()
    with transaction.atomic():
        groups = DutyGroup.objects.bulk_create(
            DutyGroup(neighbourhood=neighbourhood, division=division, host=by_host[host], number=number, made_at=now)
            for number, host in enumerate(placed, 1)
        )
        GroupMember.objects.bulk_create(
            GroupMember(neighbourhood=neighbourhood, group=group, division=division, volunteer=rows[one])
            for group, members in zip(groups, found, strict=True)
            for one in members
        )
        record(
            acts.DIVIDED,
            by=by,
            subject=("division", division),
            neighbourhood=neighbourhood.pk,
            data={"people": len(people), "groups": len(groups)},
        )
    return division


def regroup(*, by: User | None, neighbourhood: Place, division: UUID, places: Mapping[UUID, int]) -> int:
    """Put people into other groups by hand: person → number of the group. Each stays in exactly one. Returns how many moved.

    Refused: ``duties.group_own_host`` when somebody would help out at the unit that sends him.
    """
    with transaction.atomic():
        groups = {one.number: one for one in DutyGroup.objects.select_for_update(of=("self",)).filter(
            neighbourhood=neighbourhood, division=division).select_related("host")}  # fmt: skip
        moved = []
        for member in GroupMember.objects.filter(division=division).select_related("volunteer"):
            group = groups.get(places.get(member.volunteer_id, 0))
            if group is None or group.pk == member.group_id:
                continue
            if member.volunteer.home_id == group.host_id:
                raise Refusal(
                    "duties.group_own_host",
                    gettext_noop("%(name)s comes from %(host)s and cannot be lent to it."),
                    name=member.volunteer.name,
                    host=group.host.name,
                )
            member.group = group
            moved.append(member)
        GroupMember.objects.bulk_update(moved, ["group"])
        if moved:
            record(acts.REGROUPED, by=by, subject=("division", division), neighbourhood=neighbourhood.pk,
                   data={"people": len(moved)})  # fmt: skip
    return len(moved)


def end_division(*, by: User | None, neighbourhood: Place, division: UUID, now: datetime) -> None:
    """The groups are no more; who was in which stays in the books."""
    with transaction.atomic():
        rows = DutyGroup.objects.filter(neighbourhood=neighbourhood, division=division, ended_at__isnull=True)
        if rows.update(ended_at=now):
            record(acts.REGROUPED, by=by, subject=("division", division), neighbourhood=neighbourhood.pk)
