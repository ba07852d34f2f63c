"""Put somebody on the roster, change what it says of him, take him off; renew a calendar's address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.duties import acts
from linli.duties.models import Post, Stint, Volunteer
from linli.duties.rules import Against, Age, age_of
from linli.duties.words import AGAINST
from linli.ground.models import Body, Place
from linli.journal.record import record
from linli.kernel import phones
from linli.kernel.pinyin import sort_key
from linli.kernel.refusal import Refusal

PHONE_KEY = "register"
PHONE_CONTEXT = "duties.phone"


@dataclass(frozen=True)
class Facts:
    """What the roster says of somebody. ``adult``: whoever writes it answers for it that he is 18 or older."""

    name: str
    born_year: int | None = None
    adult: bool = False
    phone: str = ""
    home: Body | None = None
    user: User | None = None
    leads: bool = False
    named: bool = False


def phone_columns(number: str, neighbourhood: int) -> dict[str, object]:
    """The columns of a telephone number in digits: sealed, masked, indexed; all empty for none."""
    if not number:
        return {"phone_sealed": None, "phone_masked": "", "phone_index": None}
    return {
        "phone_sealed": vault.seal(number, key=PHONE_KEY, context=PHONE_CONTEXT),
        "phone_masked": phones.masked(number)[:24],
        "phone_index": vault.blind_index(number, neighbourhood=neighbourhood, purpose="phone"),
    }


def add_volunteer(
    *, by: User | None, neighbourhood: Place, facts: Facts, now: datetime, since: date | None = None, source: str = ""
) -> Volunteer:
    """Put somebody on the roster. Refused: without a name, under 18, an account that is on it already."""
    _check(facts, now)
    try:
        with transaction.atomic():
            volunteer = Volunteer.objects.create(
                neighbourhood=neighbourhood,
                since=since or timezone.localdate(now),
                source=source,
                **_columns(by, facts, now),
                **phone_columns(facts.phone, neighbourhood.pk),
            )
            _record(acts.PERSON_LISTED, by, volunteer)
    except IntegrityError as twice:
        raise Refusal("duties.account_twice", gettext_noop("This account is on the roster already.")) from twice
    found: Volunteer = volunteer
    return found


def change_volunteer(*, by: User | None, volunteer: Volunteer, facts: Facts, now: datetime) -> Volunteer:
    """Change what the roster says of somebody. An empty ``phone`` leaves the number as it is: it is never shown to be typed again."""
    _check(facts, now)
    columns = _columns(by, facts, now)
    if volunteer.adult_said_on is not None and facts.adult:
        del columns["adult_said_by"], columns["adult_said_on"]
    if volunteer.named_on is not None and facts.named:
        del columns["named_on"]
    if facts.phone:
        columns |= phone_columns(facts.phone, volunteer.neighbourhood_id)
    try:
        with transaction.atomic():
            Volunteer.objects.filter(pk=volunteer.pk).update(**columns)
            _record(acts.PERSON_CHANGED, by, volunteer)
    except IntegrityError as twice:
        raise Refusal("duties.account_twice", gettext_noop("This account is on the roster already.")) from twice
    volunteer.refresh_from_db()
    return volunteer


def end_volunteer(*, by: User | None, volunteer: Volunteer, on: date, now: datetime) -> Volunteer:
    """From a day on somebody is no longer on the roster. Refused while he has duties from then on: they are given back first, by name."""
    if on < volunteer.since:
        raise Refusal("duties.end_before", gettext_noop("The end lies before the beginning."))
    with transaction.atomic():
        ahead = Stint.objects.filter(
            volunteer=volunteer, released_at__isnull=True, shift__ends_at__gt=now, shift__starts_at__date__gte=on
        ).count()
        if ahead:
            raise Refusal(
                "duties.duties_ahead",
                gettext_noop("%(count)s duties lie ahead from that day on. Give them back or to somebody else first."),
                count=ahead,
            )
        Volunteer.objects.filter(pk=volunteer.pk).update(until=on)
        _record(acts.PERSON_LEFT, by, volunteer)
    volunteer.refresh_from_db()
    return volunteer


def require_of_age(volunteer: Volunteer, now: datetime) -> None:
    """Nobody under 18 answers a call or takes a task. Refusals ``duties.under_age``, ``duties.age_unsaid``."""
    age = age_of(volunteer.born_year, volunteer.adult_said_on, timezone.localdate(now))
    if age is Age.UNDER:
        raise Refusal("duties.under_age", AGAINST[Against.UNDER_AGE])
    if age is Age.UNSAID:
        raise Refusal("duties.age_unsaid", AGAINST[Against.AGE_UNSAID])


def renew_address(*, by: User | None, of: Volunteer | Post) -> None:
    """A new secret address for a calendar; the old one answers nothing from now on."""
    with transaction.atomic():
        type(of)._default_manager.filter(pk=of.pk).update(calendar_serial=F("calendar_serial") + 1)
        record(
            acts.ADDRESS_RENEWED,
            by=by,
            subject=(type(of)._meta.model_name or "", of.pk),
            neighbourhood=of.neighbourhood_id,
        )
    of.refresh_from_db()


def _check(facts: Facts, now: datetime) -> None:
    if not " ".join(facts.name.split()):
        raise Refusal("duties.name_missing", gettext_noop("Please write the name."))
    today = timezone.localdate(now)
    if age_of(facts.born_year, today if facts.adult else None, today) is Age.UNDER:
        raise Refusal("duties.under_age", gettext_noop("Duties are for people who are 18 or older."))


def _columns(by: User | None, facts: Facts, now: datetime) -> dict[str, object]:
    name = " ".join(facts.name.split())
    today = timezone.localdate(now)
    return {
        "name": name,
        "sort_name": sort_key(name),
        "born_year": facts.born_year,
        "adult_said_by": by.pk if by is not None and facts.adult else None,
        "adult_said_on": today if facts.adult else None,
        "home": facts.home,
        "user": facts.user,
        "leads": facts.leads,
        "named_on": today if facts.named else None,
    }


def _record(act: str, by: User | None, volunteer: Volunteer) -> None:
    record(act, by=by, subject=("volunteer", volunteer.pk), neighbourhood=volunteer.neighbourhood_id)
