"""Tenancies from the register, where tenants are, attempts to reach them, the contract's days (R08)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.actions.people import move
from linli.ground.models import Place, Residence, Tie
from linli.ground.queries import states_now
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.tenancies import acts, rules
from linli.tenancies.models import ContactAttempt, Tenancy, Tenant, Whereabouts
from linli.tenancies.queries import let_homes

RENTS = ("tenant", "cotenant")


def open_from_register(*, by: User | None, neighbourhood: Place) -> int:
    """A tenancy for every dwelling that the register calls let, with its tenants; ends those that are let no more. Safe to run again.

    Tenants are those who rent by their relation, else the head of the household. Returns how many tenancies were opened.
    """
    let = {dwelling for dwelling, state in states_now(neighbourhood).items() if state == "let"}
    homes = let_homes(neighbourhood)
    now = timezone.now()
    with transaction.atomic():
        Place.objects.select_for_update().get(pk=neighbourhood.pk)
        held = {
            row.dwelling_id: row for row in Tenancy.objects.filter(neighbourhood=neighbourhood, ended_at__isnull=True)
        }
        gone = [row.pk for dwelling, row in held.items() if dwelling not in let]
        Tenancy.objects.filter(pk__in=gone).update(ended_at=now)
        new = [
            Tenancy(
                neighbourhood=neighbourhood,
                dwelling_id=dwelling,
                opened_at=now,
                source="register",
                **_ties(dwelling, ties),
            )
            for ties in [_ties_by_dwelling(neighbourhood)]
            for dwelling in sorted(let - held.keys())
        ]
        Tenancy.objects.bulk_create(new, batch_size=500)
        open_rows = [*new, *(row for dwelling, row in held.items() if dwelling in let)]
        _tenants(neighbourhood, open_rows, homes)
        if new or gone:
            data = {"opened": len(new), "ended": len(gone)}
            record(acts.OPENED, by=by, subject=("place", neighbourhood.pk), neighbourhood=neighbourhood.pk, data=data)
    return len(new)


def _ties_by_dwelling(neighbourhood: Place) -> dict[int, dict[str, Tie]]:
    found: dict[int, dict[str, Tie]] = {}
    rows = Tie.objects.filter(neighbourhood=neighbourhood, household__until__isnull=True).select_related("household")
    for tie in rows.order_by("since"):
        found.setdefault(tie.household.dwelling_id, {})[tie.kind] = tie
    return found


def _ties(dwelling: int, ties: dict[int, dict[str, Tie]]) -> dict[str, Tie | None]:
    own = ties.get(dwelling, {})
    return {"landlord": own.get(Tie.Kind.OWNER), "agent": own.get(Tie.Kind.CONTACT)}


def _tenants(neighbourhood: Place, rows: list[Tenancy], homes: dict[int, list[UUID]]) -> None:
    """Bring the tenants of each tenancy up to date with the register: who moved out is no tenant any more."""
    people = {person for row in rows for person in homes.get(row.dwelling_id, [])}
    relation = dict(Residence.objects.filter(person__in=people).order_by("since").values_list("person_id", "relation"))
    known: dict[tuple[UUID, UUID], Tenant] = {
        (one.tenancy_id, one.person_id): one for one in Tenant.objects.filter(tenancy__in=[row.pk for row in rows])
    }
    wanted = set()
    for row in rows:
        here = homes.get(row.dwelling_id, [])
        renting = (
            [p for p in here if relation.get(p) in RENTS] or [p for p in here if relation.get(p) == "head"] or here[:1]
        )
        wanted |= {(row.pk, person) for person in renting}
    Tenant.objects.filter(pk__in=[one.pk for pair, one in known.items() if pair not in wanted]).delete()
    new = [Tenant(neighbourhood=neighbourhood, tenancy_id=t, person_id=p) for t, p in sorted(wanted - known.keys())]
    Tenant.objects.bulk_create(new, batch_size=500)


def find_tenant(
    *, by: User | None, tenant: Tenant, state: str, happened_at: datetime | None = None, source: str = "page"
) -> Whereabouts:
    """Where a tenant is. Who is abroad or elsewhere is away on the register too, and at home again when back (R08)."""
    if state not in Whereabouts.State.values:
        raise Refusal("tenancies.state_unknown", gettext_noop("Please choose where the tenant is from the list."))
    now = timezone.now()
    with transaction.atomic():
        row: Whereabouts = Whereabouts.objects.create(
            neighbourhood_id=tenant.neighbourhood_id,
            tenant=tenant,
            state=state,
            happened_at=min(happened_at or now, now),
            heard_at=now,
            source=source,
        )
        latest = Residence.objects.filter(person=tenant.person).order_by("-since").first()
        away = state in (rules.ABROAD, rules.ELSEWHERE)
        if latest is not None and away and latest.presence == Residence.Presence.HERE:
            move(
                by=by, person=tenant.person, presence=Residence.Presence.AWAY, note=str(Whereabouts.State(state).label)
            )
        if latest is not None and state == rules.HERE and latest.presence == Residence.Presence.AWAY:
            move(by=by, person=tenant.person, presence=Residence.Presence.HERE)
        record(
            acts.FOUND,
            by=by,
            subject=("person", tenant.person_id),
            neighbourhood=tenant.neighbourhood_id,
            data={"state": state},
        )
    return row


def find_tenants(*, by: User | None, found: Sequence[tuple[Tenant, str]], source: str) -> None:
    """Where many tenants are by one list, in the caller's transaction: few statements for those of whom the register says the same.

    The list's own line in the journal stands for them; who goes away or comes back by it has a line of his own.
    """
    now = timezone.now()
    people = [tenant.person_id for tenant, _state in found]
    rows = Residence.objects.filter(person__in=people).order_by("since")
    presence = dict(rows.values_list("person_id", "presence"))
    Whereabouts.objects.bulk_create(
        [
            Whereabouts(
                neighbourhood_id=tenant.neighbourhood_id,
                tenant=tenant,
                state=state,
                happened_at=now,
                heard_at=now,
                source=source,
            )
            for tenant, state in found
        ],
        batch_size=500,
    )
    for tenant, state in found:
        was = presence.get(tenant.person_id)
        if state in (rules.ABROAD, rules.ELSEWHERE) and was == Residence.Presence.HERE:
            note = str(Whereabouts.State(state).label)
            move(by=by, person=tenant.person, presence=Residence.Presence.AWAY, note=note)
        if state == rules.HERE and was == Residence.Presence.AWAY:
            move(by=by, person=tenant.person, presence=Residence.Presence.HERE)


def try_contact(
    *, by: User, tenancy: Tenancy, way: str, result: str, happened_at: datetime | None = None
) -> ContactAttempt:
    """One attempt to reach the tenants of a flat."""
    if way not in ContactAttempt.Way.values or result not in ContactAttempt.Result.values:
        raise Refusal("tenancies.result_unknown", gettext_noop("Please say how you tried and what came of it."))
    now = timezone.now()
    with transaction.atomic():
        row: ContactAttempt = ContactAttempt.objects.create(
            neighbourhood_id=tenancy.neighbourhood_id,
            tenancy=tenancy,
            way=way,
            result=result,
            happened_at=min(happened_at or now, now),
            by_user=by.pk,
            by_name=by.display_name[:80],
        )
        record(
            acts.CONTACTED,
            by=by,
            subject=("tenancy", tenancy.pk),
            neighbourhood=tenancy.neighbourhood_id,
            data={"way": way, "result": result},
        )
    return row


def set_days(
    *, by: User | None, tenancy: Tenancy, since: tuple[date, bool] | None, until: tuple[date, bool] | None
) -> Tenancy:
    """The contract's first and last day, each with its about flag."""
    if since and until and until[0] < since[0] and not (since[1] or until[1]):
        raise Refusal("tenancies.days_reversed", gettext_noop("The last day lies before the first."))
    tenancy.since, tenancy.since_about = since or (None, False)
    tenancy.until, tenancy.until_about = until or (None, False)
    with transaction.atomic():
        tenancy.save(update_fields=["since", "since_about", "until", "until_about"])
        record(acts.CORRECTED, by=by, subject=("tenancy", tenancy.pk), neighbourhood=tenancy.neighbourhood_id)
    return tenancy
