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
from linli.ground.models import Household, Person, Phone, Place, Residence
from linli.journal.record import record
from linli.kernel.names import read_name, same_name
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
    with transaction.atomic():
        # of two who answer at once the first is heard: a tenant is not added twice
        Place.objects.select_for_update().get(pk=difference.neighbourhood_id)
        difference.refresh_from_db(from_queryset=Difference.objects.select_for_update())
        if difference.resolved_at is not None:
            return difference
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


def resolve_kind(*, by: User, rows: Iterable[Difference], done: str, text: str = "") -> tuple[int, int]:
    """The same answer for many; each is its own transaction and its own line of the journal.

    Returns (answered, refused): one that the register cannot follow stays open and stops none of the others.
    """
    answered = left = 0
    for row in rows:
        if row.resolved_at is None:
            try:
                resolve(by=by, difference=row, done=done, text=text)
            except Refusal as refusal:
                if refusal.code == "tenancies.done_unknown":
                    raise
                left += 1
            else:
                answered += 1
    return answered, left


def _follow(by: User, difference: Difference) -> None:
    said = words_of(difference)
    kind, person = difference.kind, difference.person
    today = timezone.localdate()
    if kind in (Difference.Kind.ONLY_LIST, Difference.Kind.NAME) and not read_whole(said["list"]):
        raise Refusal(
            "tenancies.name_damaged",
            gettext_noop(
                "The name in the list is masked or damaged; the register keeps whole names. Ask the company for it."
            ),
        )
    if kind == Difference.Kind.ONLY_LIST and difference.dwelling is not None:
        household = open_household(by=by, dwelling=difference.dwelling)
        new = _lives_there(household, said["list"])
        if new is None:
            new = add_person(by=by, household=household, name=said["list"], relation="tenant")
        if said.get("phone") and not Phone.objects.filter(person=new).exists():
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


def _lives_there(household: Household, name: str) -> Person | None:
    """Somebody of this name whom the register has in this home by now: he is not added a second time."""
    rows = Residence.objects.filter(household=household, person__merged_into__isnull=True).exclude(
        presence=Residence.Presence.MOVED
    )
    return next((row.person for row in rows.select_related("person") if same_name(row.person.name, name)), None)


def read_whole(name: str) -> bool:
    """Whether a name is whole: no star, no question mark in it."""
    return not {"name_masked", "character_lost_before_us"} & set(read_name(name).problems)


def _follow_day(tenancy: Tenancy, kind: str, words: str, today: date) -> None:
    day = read_said_day(words, said_on=today)
    if day is not None:
        setattr(tenancy, kind, day.earliest)
        setattr(tenancy, f"{kind}_about", day.about)
        tenancy.save(update_fields=[kind, f"{kind}_about"])
