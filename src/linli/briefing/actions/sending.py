"""Send a sheet by name, correct it, set its hour."""

from __future__ import annotations

from datetime import time

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.briefing import acts
from linli.briefing.actions.making import numbers_of
from linli.briefing.models import Sending, Sheet, SheetHour
from linli.briefing.numbers import Numbers, changes
from linli.briefing.streets import street_of, whole_street
from linli.ground.figures import AsOf
from linli.ground.models import Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal


def send(*, by: User, sheet: Sheet) -> Sending:
    """Send a version to the subdistrict, by name. Sending it twice returns the first.

    Refusals: ``sheet.replaced`` (there is a later version by now).
    """
    if latest(sheet).pk != sheet.pk:
        raise Refusal(
            "sheet.replaced", gettext_noop("This sheet was corrected by now. Please send the latest version.")
        )
    to = street_of(sheet.place) if sheet.place.neighbourhood_id else None
    with transaction.atomic():
        sending, made = Sending.objects.get_or_create(
            sheet=sheet,
            defaults={"to": to, "sent_at": timezone.now(), "by_user": by.pk, "by_name": by.display_name},
        )
        if made:
            _record(acts.SENT, by, sheet)
    return sending


def latest(sheet: Sheet) -> Sheet:
    """The version of that day that holds."""
    return Sheet.objects.filter(place=sheet.place_id, day=sheet.day).order_by("-version")[0]


def correct(*, by: User, sheet: Sheet, why: str) -> Sheet:
    """Make a sheet anew with what was heard since: the next version, of the same moment, with who and why. The old one stays.

    What cannot be retraced stays as it was. The subdistrict's sheet of that day gets a next version with it, so that it is still the sum
    of its neighbourhoods. Refusals: ``sheet.why_missing``, ``sheet.replaced``, ``sheet.unchanged``.
    """
    said = " ".join(why.split())
    if not said:
        raise Refusal("sheet.why_missing", gettext_noop("Please say why it is corrected."))
    if latest(sheet).pk != sheet.pk:
        raise Refusal(
            "sheet.replaced", gettext_noop("This sheet was corrected by now. Please send the latest version.")
        )
    place = sheet.place
    above = street_of(place) if place.neighbourhood_id else None
    own = _next(by, sheet, place, said)
    if own is None:
        raise Refusal(
            "sheet.unchanged", gettext_noop("Nothing has changed: what is known of that moment is on the sheet.")
        )
    rows = [own]
    street = (
        Sheet.objects.filter(place=above, day=sheet.day).order_by("-version").first() if above is not None else None
    )
    if street is not None:
        rows += [row for row in [_next(by, street, place, said)] if row is not None]
    try:
        with transaction.atomic():
            Sheet.objects.bulk_create(rows)
            _record(acts.CORRECTED, by, own)
    except IntegrityError as wrong:  # two people corrected it at once
        raise Refusal(
            "sheet.replaced", gettext_noop("This sheet was corrected by now. Please send the latest version.")
        ) from wrong
    return own


def _next(by: User, sheet: Sheet, changed: Place, why: str) -> Sheet | None:
    """The next version of ``sheet`` with one place counted anew; None when that changes nothing.

    To tell what hangs on a subdistrict itself from what lies in its neighbourhoods, these are counted with it.
    """
    now = timezone.now()
    before = Numbers.from_json(sheet.numbers)
    counted = [changed] if changed.neighbourhood_id else whole_street(changed).places
    after = before.with_part(numbers_of(counted, AsOf(sheet.as_of, now), now).keeping(before), [changed.pk])
    if not changes(before, after) and before.groups == after.groups:
        return None
    return Sheet(
        place=sheet.place,
        day=sheet.day,
        version=sheet.version + 1,
        as_of=sheet.as_of,
        heard_by=now,
        made_at=now,
        numbers=after.as_json(),
        by_user=by.pk,
        by_name=by.display_name,
        why=why,
    )


def set_hour(*, by: User, place: Place, at: time) -> SheetHour:
    """Set the hour of a place's sheet, from the next one on."""
    with transaction.atomic():
        row, _made = SheetHour.objects.update_or_create(
            place=place, defaults={"at": at, "changed_at": timezone.now(), "by_user": by.pk}
        )
        record(
            acts.HOUR_SET,
            by=by,
            subject=("place", place.pk),
            neighbourhood=place.neighbourhood_id,
            data={"minutes": at.hour * 60 + at.minute},
        )
    return row


def _record(act: str, by: User, sheet: Sheet) -> None:
    record(
        act,
        by=by,
        subject=("sheet", sheet.pk),
        neighbourhood=sheet.place.neighbourhood_id,
        data={"version": sheet.version},
    )
