"""What was done about a difference: one by one, or every open one of a kind (R08)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.actions.homes import open_household
from linli.ground.actions.people import add_person, move, phone_row, rename_person
from linli.ground.models import Residence
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.kernel.said_dates import read_said_day
from linli.tenancies import acts
from linli.tenancies.actions.flats import find_tenant
from linli.tenancies.actions.lists import words_of
from linli.tenancies.models import Difference, Tenancy, Tenant

BY_HAND = (Difference.Done.REGISTER, Difference.Done.COMPANY, Difference.Done.BOTH_RIGHT, Difference.Done.ASKED)


def resolve(*, by: User, difference: Difference, done: str, text: str = "") -> Difference:
    """Say what was done. ``register``: the list is right and the register follows, through the ground's own writers."""
    if done not in BY_HAND:
        raise Refusal("tenancies.done_unknown", gettext_noop("Please say what was done."))
    if difference.resolved_at is not None:
        return difference
    with transaction.atomic():
        if done == Difference.Done.REGISTER:
            _follow(by, difference)
        difference.resolved_at, difference.resolved_by, difference.done = timezone.now(), by.pk, done
        difference.save(update_fields=["resolved_at", "resolved_by", "done"])
        record(
            acts.RESOLVED,
            by=by,
            subject=("difference", difference.pk),
            neighbourhood=difference.neighbourhood_id,
            data={"kind": difference.kind, "done": done},
            detail=text.strip()[:300],
        )
    return difference


def resolve_kind(*, by: User, rows: Iterable[Difference], done: str, text: str = "") -> int:
    """The same answer for many; each is its own transaction and its own line of the journal. Returns how many were open."""
    count = 0
    for row in rows:
        if row.resolved_at is None:
            resolve(by=by, difference=row, done=done, text=text)
            count += 1
    return count


def _follow(by: User, difference: Difference) -> None:
    said = words_of(difference)
    kind, person = difference.kind, difference.person
    today = timezone.localdate()
    if kind == Difference.Kind.ONLY_LIST and difference.dwelling is not None:
        household = open_household(by=by, dwelling=difference.dwelling)
        new = add_person(by=by, household=household, name=said["list"], relation="tenant")
        if said.get("phone"):
            phone_row(person=new, number=said["phone"], since=today).save(force_insert=True)
        tenancy = Tenancy.objects.filter(dwelling=difference.dwelling, ended_at__isnull=True).first()
        if tenancy is not None:
            Tenant.objects.get_or_create(
                tenancy=tenancy, person=new, defaults={"neighbourhood_id": difference.neighbourhood_id}
            )
    elif kind == Difference.Kind.ONLY_REGISTER and person is not None:
        move(by=by, person=person, presence=Residence.Presence.MOVED)
        Tenant.objects.filter(person=person, tenancy=difference.tenancy).delete()
    elif kind == Difference.Kind.NAME and person is not None:
        rename_person(by=by, person=person, name=said["list"])
    elif kind == Difference.Kind.PHONE and person is not None:
        phone_row(person=person, number=said["list"], since=today).save(force_insert=True)
    elif kind in (Difference.Kind.SINCE, Difference.Kind.UNTIL) and difference.tenancy is not None:
        _follow_day(difference.tenancy, kind, said["list"], today)
    elif kind == Difference.Kind.STATE:
        tenant = Tenant.objects.filter(person=person, tenancy=difference.tenancy).select_related("person").first()
        if tenant is not None:
            find_tenant(by=by, tenant=tenant, state=said["list"], source=f"list:{difference.last_list_id}")
    else:
        raise Refusal(
            "tenancies.cannot_follow",
            gettext_noop(
                "The register has no such door; it cannot follow the list here. Ask the company, or correct the register first."
            ),
        )


def _follow_day(tenancy: Tenancy, kind: str, words: str, today: date) -> None:
    day = read_said_day(words, said_on=today)
    if day is not None:
        setattr(tenancy, kind, day.earliest)
        setattr(tenancy, f"{kind}_about", day.about)
        tenancy.save(update_fields=[kind, f"{kind}_about"])
