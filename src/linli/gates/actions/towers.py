"""Writers of office towers (G12): a tower with its gates, its firms' staff by a list, permits and cards for them, who leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.gates import acts
from linli.gates.cards_actions import issue_permits, order_batch
from linli.gates.cards_staff import TOWER
from linli.gates.models import Klass, Permit, PrintBatch
from linli.ground.actions.bodies import BodyFacts, add_body
from linli.ground.actions.members import end_member
from linli.ground.actions.places import NewPlace, add_place, set_area
from linli.ground.actions.staff import add_staff
from linli.ground.bodies import standing, tidy
from linli.ground.mandates import under
from linli.ground.models import Area, Body, BodyKind, Mandate, Place
from linli.inbox.tables import read_table
from linli.journal.record import record
from linli.kernel.refusal import Refusal

HEADINGS = {
    "name": ("姓名", "员工姓名", "人员姓名", "name", "staff"),
    "firm": ("单位", "公司", "企业", "单位名称", "公司名称", "企业名称", "所在单位", "firm", "company", "employer"),
}
MOST_STAFF = 5_000
LEFT = "left"


@dataclass(frozen=True)
class Taken:
    """What came of a list: how many are new, how many were there already, which firms are new, which rows lack something."""

    new: int
    known: int
    firms: list[str]
    problems: list[int]


def open_tower(*, by: User | None, neighbourhood: Place, name: str, gates: Sequence[str]) -> Place:
    """A tower with its gates, and the area of those gates: its staff's cards open these and no others. Refusals: ``towers.gates``,
    and those of places."""
    wanted = list(dict.fromkeys(" ".join(gate.split()) for gate in gates if gate.strip()))
    if not wanted:
        raise Refusal("towers.gates", gettext_noop("Please name at least one gate of the tower, one a line."))
    with transaction.atomic():
        tower = add_place(by=by, new=NewPlace(TOWER, neighbourhood, name))
        for gate in wanted:
            add_place(by=by, new=NewPlace("gate", tower, gate))
        set_area(by=by, neighbourhood=neighbourhood, name=tower.name, places=[tower], purpose="gates")
    return tower


def take_staff(*, by: User | None, tower: Place, data: bytes, filename: str) -> Taken:
    """Take a list of names and firms; firms that are not known become bodies at home in the tower. Handed in again it adds only
    who is new. Refusals: ``list.*``, ``towers.many``, those of bodies and staff."""
    rows = read_table(data, filename, HEADINGS, required=("name", "firm"))
    if len(rows) > MOST_STAFF:
        raise Refusal("towers.many", gettext_noop("At most %(most)s people in one list."), most=MOST_STAFF)
    wanted: dict[str, list[str]] = {}
    problems = []
    for row in rows:
        name, firm = row.text("name"), " ".join(row.text("firm").split())
        if name and firm:
            wanted.setdefault(firm, []).append(name)
        else:
            problems.append(row.number)
    new, founded = 0, []
    with transaction.atomic():
        known = {tidy(body.name): body for body in _firms(tower)}
        for firm, names in wanted.items():
            body = known.get(tidy(firm))
            if body is None:
                kind = BodyKind.objects.get(code="company")
                body = known[tidy(firm)] = add_body(by=by, facts=BodyFacts(firm, kind, tower))
                founded.append(firm)
            new += len(add_staff(by=by, firm=body, names=names))
    total = sum(len(names) for names in wanted.values())
    return Taken(new, total - new, founded, problems)


def _firms(tower: Place) -> list[Body]:
    return list(Body.objects.filter(standing(), under([tower], "place__path")).select_related("place"))


def issue_staff(*, by: User | None, tower: Place, until: date, data: dict[str, Any]) -> PrintBatch:
    """Give all staff of a tower permits for its gates through ``until``, and order the cards that are missing; ``data`` as for
    residents. Refusals: those of permits and cards."""
    place = tower.neighbourhood or tower
    area = Area.objects.filter(neighbourhood=place, name=tower.name).first()
    if area is None:  # a tower from the list of places, opened elsewhere than here
        area = set_area(by=by, neighbourhood=place, name=tower.name, places=[tower], purpose="gates")
    issue_permits(by=by, neighbourhood=place, until=until, area=area, place=tower, klass=Klass.STAFF)
    return order_batch(by=by, neighbourhood=place, place=tower, title=tower.name, data=data, klass=Klass.STAFF)


def leave(*, by: User | None, mandate: Mandate) -> None:
    """Somebody no longer works for a firm: the place there ends, and the permit with it unless another firm here has him too."""
    with transaction.atomic():
        end_member(by=by, mandate=mandate)
        rows = Permit.objects.filter(person=mandate.person_id, klass=Klass.STAFF, cancelled_at__isnull=True)
        others = Mandate.objects.filter(person=mandate.person_id, of_body__isnull=False, until__isnull=True)
        if not others.exists() and rows.update(cancelled_at=timezone.now(), reason=LEFT):
            place = mandate.of_body.place.neighbourhood_id if mandate.of_body else None
            record(acts.STAFF_LEFT, by=by, subject=("mandate", mandate.pk), neighbourhood=place)
