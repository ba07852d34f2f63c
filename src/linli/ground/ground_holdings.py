"""The ground's own kinds of data about a person: who he is, numbers, homes, offices, consents, requests, joins, the journal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from linli import vault
from linli.ground.actions.people import DOCUMENT_CONTEXT, PHONE_CONTEXT
from linli.ground.holdings import Fact, Holding, Stay, register_holding
from linli.ground.mandates import active
from linli.ground.models import (
    Consent,
    Document,
    Mandate,
    Merge,
    Person,
    PersonKey,
    Phone,
    Residence,
    RightsRequest,
    Tie,
)
from linli.ground.people_words import PRESENCE_WORDS, PURPOSES, REQUESTS, SEXES, TIES
from linli.ground.places import short_address
from linli.ground.words import DOCUMENTS
from linli.journal.models import Entry, Pseudonym
from linli.journal.record import KEEP_YEARS
from linli.kernel.ids import made_at
from linli.kernel.refusal import Refusal

DUTY = gettext_lazy("statutory duty of the residents' committee (PIPL art. 13(1)3; organisation law art. 3)")
CONSENTED = gettext_lazy("your consent or statutory duty (PIPL art. 13(1)1 and 3)")
ACCOUNTABILITY = gettext_lazy("statutory duty to show who handled the data (PIPL art. 51, 54, 55)")
WHILE_REGISTERED = gettext_lazy("as long as you are on the register")


def identity(people: Sequence[UUID]) -> list[Fact]:
    """Name, sex, birth date, nation: each a fact of its own."""
    found = []
    for person in Person.objects.filter(pk__in=people).order_by("pk"):
        born = "" if person.born is None else f"{person.born:%Y-%m-%d}"
        if person.born is not None and person.born_about:
            born = _("about %(year)s") % {"year": person.born.year}
        words = {
            "name": (gettext_lazy("Name"), person.name),
            "sex": (gettext_lazy("Sex"), SEXES.get(person.sex, "")),
            "born": (gettext_lazy("Born"), born),
            "nation": (gettext_lazy("Nation as registered"), person.nation),
        }  # fmt: skip
        found += [
            Fact("identity", f"{person.pk}.{name}", person.pk, label, value)
            for name, (label, value) in words.items()
            if value
        ]
    return found


def documents(people: Sequence[UUID]) -> list[Fact]:
    """Document numbers, masked; ``clear`` unseals."""
    return [
        Fact("documents", str(row.pk), row.person_id, DOCUMENTS[row.kind], row.masked, row.since, "", made_at(row.pk),
             partial(vault.unseal_text, bytes(row.sealed), context=DOCUMENT_CONTEXT))
        for row in Document.objects.filter(person_id__in=people).order_by("since", "pk")
    ]  # fmt: skip


def phones(people: Sequence[UUID]) -> list[Fact]:
    """Telephone numbers, masked; ``clear`` unseals."""
    return [
        Fact("phones", str(row.pk), row.person_id, gettext_lazy("Phone number"), f"{row.masked} {row.note}".strip(),
             row.since, "", made_at(row.pk), partial(vault.unseal_text, bytes(row.sealed), context=PHONE_CONTEXT))
        for row in Phone.objects.filter(person_id__in=people).order_by("since", "pk")
    ]  # fmt: skip


def homes(people: Sequence[UUID]) -> list[Fact]:
    """Where the person lived from when on, with what was noted beside it."""
    rows = Residence.objects.filter(person_id__in=people).select_related("household__dwelling__parent__parent__parent")
    found = []
    for row in rows.order_by("since", "pk"):
        where = short_address(row.household.dwelling) if row.household is not None else ""
        parts = [where, row.away_note, row.remark]
        value = " · ".join(part for part in parts if part)
        found.append(
            Fact("homes", str(row.pk), row.person_id, PRESENCE_WORDS[row.presence], value, row.since, row.source, made_at(row.pk))
        )  # fmt: skip
    return found


def ties(people: Sequence[UUID]) -> list[Fact]:
    """Homes to which the person belongs without living there."""
    rows = Tie.objects.filter(person_id__in=people).select_related("household__dwelling__parent__parent__parent")
    return [
        Fact("ties", str(row.pk), row.person_id, TIES[row.kind],
             " · ".join(part for part in (short_address(row.household.dwelling), row.remark) if part),
             row.since, row.source, made_at(row.pk))
        for row in rows.order_by("since", "pk")
    ]  # fmt: skip


def offices(people: Sequence[UUID]) -> list[Fact]:
    """Offices held as a resident, without an account."""
    rows = Mandate.objects.filter(person_id__in=people).select_related("place", "of_body").order_by("since", "pk")
    return [
        Fact("offices", str(row.pk), row.person_id or people[0], row.title or row.capacity,
             str(row.place or row.of_body or ""), row.since)
        for row in rows
    ]  # fmt: skip


def consents(people: Sequence[UUID]) -> list[Fact]:
    """Consents, given and withdrawn."""
    return [
        Fact("consents", str(row.pk), row.person_id, PURPOSES[row.purpose],
             _("given by %(name)s") % {"name": row.given_by} if row.withdrawn_on is None
             else _("withdrawn on %(day)s") % {"day": f"{row.withdrawn_on:%Y-%m-%d}"},
             row.given_on, "", made_at(row.pk))
        for row in Consent.objects.filter(person_id__in=people).order_by("given_on", "pk")
    ]  # fmt: skip


def requests(people: Sequence[UUID]) -> list[Fact]:
    """What was asked about this data, and what was answered."""
    return [
        Fact("requests", str(row.pk), row.person_id or people[0], REQUESTS[row.kind], row.words, row.asked_on)
        for row in RightsRequest.objects.filter(person_id__in=people).order_by("asked_on", "pk")
    ]


def joins(people: Sequence[UUID]) -> list[Fact]:
    """Joins of two entries, also those that were taken back."""
    rows = Merge.objects.filter(Q(person_id__in=people) | Q(into_id__in=people)).select_related("person", "into")
    return [
        Fact("joins", str(row.pk), row.into_id,
             gettext_lazy("taken back") if row.ended_at else gettext_lazy("joined"),
             f"{row.person.name} → {row.into.name}", timezone.localdate(row.at))
        for row in rows.order_by("at")
    ]  # fmt: skip


def journal(people: Sequence[UUID]) -> list[Fact]:
    """How many entries of the journal speak of the person under a pseudonym."""
    names = Pseudonym.objects.filter(kind="person", subject__in=[str(pk) for pk in people]).values_list(
        "pseudonym", flat=True
    )
    count = Entry.objects.filter(subject_kind="person", subject__in=[str(name) for name in names]).count()
    value = _("entries: %(count)s") % {"count": count}
    return [Fact("journal", "entries", people[0], gettext_lazy("Who opened or changed this data"), value)] if count else []  # fmt: skip


def _hand(model: Any, fact: Fact, person: Person) -> None:
    """Write a fact under another person. Refusal: ``ground.fact_twice``."""
    try:
        with transaction.atomic():
            model.objects.filter(pk=fact.id).update(person=person)
    except IntegrityError:
        twice = gettext_noop("The other entry has a fact like this already. Leave this one where it is.")
        raise Refusal("ground.fact_twice", twice) from None


def _office_stays(people: Sequence[UUID], now: datetime) -> list[Stay]:
    rows = active(Mandate.objects.filter(person_id__in=people), timezone.localdate(now))
    why = gettext_lazy("holds an office: who answers for what must be known while it lasts")
    return [Stay(row.title or row.capacity, why, row.until, blocks=True) for row in rows]


def _journal_stays(people: Sequence[UUID], now: datetime) -> list[Stay]:
    """The entries lose the name; free text in them goes with the key of its year."""
    why = gettext_lazy(
        "the entries stay without the name; reasons written in them go with the key of their year (PIPL art. 56: three years)"
    )
    last = date(timezone.localdate(now).year + KEEP_YEARS + 1, 1, 1)
    return [Stay(gettext_lazy("Journal"), why, last)] if journal(people) else []  # fmt: skip


def _delete(model: Any, people: Sequence[UUID], now: datetime) -> int:
    return int(model.objects.filter(person_id__in=people).delete()[0])


def _erase_notes(people: Sequence[UUID], now: datetime) -> int:
    """What was noted beside homes, ties and telephones; the facts themselves stay."""
    notes = (
        Residence.objects.filter(person_id__in=people).exclude(remark="", away_note="").update(remark="", away_note="")
    )
    notes += Tie.objects.filter(person_id__in=people).exclude(remark="").update(remark="")
    return int(notes + Phone.objects.filter(person_id__in=people).exclude(note="").update(note=""))  # fmt: skip


def _erase_details(people: Sequence[UUID], now: datetime) -> int:
    return int(Person.objects.filter(pk__in=people).update(nation="", born=None, born_about=False, sex=""))


def _erase_keys(people: Sequence[UUID], now: datetime) -> int:
    """Search keys and the journal's pseudonyms: nothing leads from the name, or from an entry, to the person any more."""
    ids = [str(pk) for pk in people]
    return _delete(PersonKey, people, now) + Pseudonym.objects.filter(kind="person", subject__in=ids).delete()[0]


def _nothing(people: Sequence[UUID]) -> list[Fact]:
    return []


def register_all() -> None:
    """The ground's holdings, from ``apps.py``."""
    own = partial(_hand, Document), partial(_hand, Phone), partial(_hand, Residence), partial(_hand, Tie)
    for holding in (
        Holding("identity", gettext_lazy("Who you are"), gettext_lazy("to know who lives in the neighbourhood"), DUTY,
                WHILE_REGISTERED, identity, erase=_erase_details, part="details", rank=10),
        Holding("documents", gettext_lazy("Document numbers"), gettext_lazy("to tell people of the same name apart; sealed"), DUTY,
                WHILE_REGISTERED, documents, hand=own[0], erase=partial(_delete, Document), part="documents", rank=11),
        Holding("phones", gettext_lazy("Phone numbers"), gettext_lazy("to reach you; sealed"), CONSENTED,
                WHILE_REGISTERED, phones, hand=own[1], erase=partial(_delete, Phone), part="phones", rank=12),
        Holding("homes", gettext_lazy("Where you live"), gettext_lazy("to know which homes are lived in and who answers for them"), DUTY,
                WHILE_REGISTERED, homes, hand=own[2], erase=partial(_delete, Residence), rank=20),
        Holding("notes", gettext_lazy("Notes"), gettext_lazy("what was written beside a home or a number"), DUTY,
                WHILE_REGISTERED, _nothing, erase=_erase_notes, part="notes", rank=19),
        Holding("ties", gettext_lazy("Other homes you belong to"), gettext_lazy("to reach the owner of a home that is let"), DUTY,
                WHILE_REGISTERED, ties, hand=own[3], erase=partial(_delete, Tie), rank=21),
        Holding("offices", gettext_lazy("Offices"), gettext_lazy("to know who answers for what"), DUTY,
                gettext_lazy("as long as the office lasts, then in the history of the office"), offices, stays=_office_stays, rank=30),
        Holding("consents", gettext_lazy("Consents"), gettext_lazy("to show that you agreed, or no longer do"), ACCOUNTABILITY,
                WHILE_REGISTERED, consents, erase=partial(_delete, Consent), rank=60),
        Holding("requests", gettext_lazy("Requests"), gettext_lazy("to answer what you asked"), ACCOUNTABILITY,
                gettext_lazy("the answer stays without the name"), requests, rank=61),
        Holding("joins", gettext_lazy("Joined entries"), gettext_lazy("to keep one person from standing in the register twice"), DUTY,
                WHILE_REGISTERED, joins, rank=62),
        Holding("journal", gettext_lazy("Journal"), gettext_lazy("to show you who opened or changed your data"), ACCOUNTABILITY,
                gettext_lazy("entries without a name; reasons three full years"), journal, stays=_journal_stays,
                erase=_erase_keys, rank=70),
    ):  # fmt: skip
        register_holding(holding)
