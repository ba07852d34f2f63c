"""Writers of persons, their documents and phones; and the one way to see a whole number."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.ground import acts
from linli.ground.models import Document, Household, Person, PersonKey, Phone, Residence
from linli.journal.record import record
from linli.kernel import identity, phones
from linli.kernel.pinyin import search_keys, sort_key
from linli.kernel.refusal import Refusal

DOCUMENT_CONTEXT = "ground.document"
PHONE_CONTEXT = "ground.phone"
REGISTER_KEY = "register"


def person_row(*, neighbourhood: int, name: str, sex: str = "", born: date | None = None, nation: str = "") -> Person:
    """An unsaved person with its sort key. ``sex`` is ``m``, ``f`` or empty."""
    return Person(
        neighbourhood_id=neighbourhood, name=name, sex=sex, born=born, nation=nation, sort_name=sort_key(name)
    )


def key_rows(person: Person) -> list[PersonKey]:
    """The unsaved search keys of a person."""
    return [
        PersonKey(neighbourhood_id=person.neighbourhood_id, person_id=person.pk, key=key)
        for key in search_keys(person.name)
    ]


def document_row(*, person: Person, kind: str, number: str, checked: bool, since: date) -> Document:
    """An unsaved document: the number sealed, masked, and indexed whole and by its last four characters."""
    place = person.neighbourhood_id
    return Document(
        neighbourhood_id=place,
        person_id=person.pk,
        kind=kind,
        sealed=vault.seal(number, key=REGISTER_KEY, context=DOCUMENT_CONTEXT),
        masked=identity.masked(number)[:24],
        whole_index=vault.blind_index(number, neighbourhood=place, purpose="document"),
        tail_index=vault.blind_index(number[-4:], neighbourhood=place, purpose="document.tail"),
        checked=checked,
        since=since,
    )


def phone_row(*, person: Person, number: str, note: str = "", since: date) -> Phone:
    """An unsaved phone: digits sealed, masked, and indexed whole and by its last four digits."""
    place = person.neighbourhood_id
    return Phone(
        neighbourhood_id=place,
        person_id=person.pk,
        sealed=vault.seal(number, key=REGISTER_KEY, context=PHONE_CONTEXT),
        masked=phones.masked(number)[:24],
        whole_index=vault.blind_index(number, neighbourhood=place, purpose="phone"),
        tail_index=vault.blind_index(number[-4:], neighbourhood=place, purpose="phone.tail"),
        note=note[:40],
        since=since,
    )


def add_person(
    *, by: User | None, household: Household, name: str, sex: str = "", relation: str = "", since: date | None = None
) -> Person:
    """Add one person to a household by hand."""
    cleaned = name.strip()
    if not cleaned:
        raise Refusal("ground.name_missing", gettext_noop("Please write the name."))
    day = since or timezone.localdate()
    with transaction.atomic():
        person = person_row(neighbourhood=household.neighbourhood_id, name=cleaned, sex=sex)
        person.save(force_insert=True)
        PersonKey.objects.bulk_create(key_rows(person))
        Residence.objects.create(
            neighbourhood_id=household.neighbourhood_id,
            person=person,
            household=household,
            relation=relation,
            since=day,
            source="page",
        )
        record(acts.PERSON_ADDED, by=by, subject=("person", person.pk), neighbourhood=household.neighbourhood_id)
    return person


def rename_person(*, by: User | None, person: Person, name: str) -> Person:
    """Correct a name; the search keys follow."""
    cleaned = name.strip()
    if not cleaned:
        raise Refusal("ground.name_missing", gettext_noop("Please write the name."))
    with transaction.atomic():
        person.name, person.sort_name = cleaned, sort_key(cleaned)
        person.save(update_fields=["name", "sort_name"])
        PersonKey.objects.filter(person=person).delete()
        PersonKey.objects.bulk_create(key_rows(person))
        record(acts.PERSON_CORRECTED, by=by, subject=("person", person.pk), neighbourhood=person.neighbourhood_id)
    return person


def move(
    *,
    by: User | None,
    person: Person,
    presence: str,
    household: Household | None = None,
    since: date | None = None,
    note: str = "",
) -> Residence:
    """A person goes away, comes back, moves house (``household``), leaves (``moved``) or has died. The row before ends by itself.

    A second word on one day corrects the first. Somebody who left by mistake comes back to the last household.
    """
    if presence not in Residence.Presence.values:
        raise Refusal(
            "ground.presence_unknown", gettext_noop("There is no presence “%(presence)s”."), presence=presence
        )
    day = since or timezone.localdate()
    latest = Residence.objects.filter(person=person).order_by("-since").first()
    lived = Residence.objects.filter(person=person, household__isnull=False).order_by("-since").first()
    stays = presence in (Residence.Presence.HERE, Residence.Presence.AWAY)
    home = household or (lived.household if lived is not None else None)
    if stays and home is None:
        raise Refusal("ground.household_missing", gettext_noop("Please say in which household the person lives."))
    with transaction.atomic():
        row, _ = Residence.objects.update_or_create(
            person=person,
            since=day,
            defaults={
                "neighbourhood_id": person.neighbourhood_id,
                "household": home if stays else None,
                "presence": presence,
                "away_note": note[:80],
                "relation": lived.relation if lived is not None and stays else "",
                "source": "page",
            },
        )
        record(
            acts.MOVED,
            by=by,
            subject=("person", person.pk),
            neighbourhood=person.neighbourhood_id,
            data={"presence": presence, "was": latest.presence if latest is not None else ""},
        )
    return row


def unmask(*, by: User, row: Document | Phone, reason: str) -> str:
    """The whole number behind a document or phone. The reason is required, sealed, and journaled with who asked (PIPL art. 51)."""
    if len(reason.strip()) < 2:
        raise Refusal("ground.reason_missing", gettext_noop("Please say what you need the whole number for."))
    kind = "document" if isinstance(row, Document) else "phone"
    with transaction.atomic():
        record(
            acts.UNMASKED,
            by=by,
            subject=("person", row.person_id),
            neighbourhood=row.neighbourhood_id,
            data={"kind": kind, "row": str(row.pk)},
            detail=reason.strip(),
        )
    return vault.unseal_text(row.sealed, context=DOCUMENT_CONTEXT if kind == "document" else PHONE_CONTEXT)
