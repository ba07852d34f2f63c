"""What of the gates is due for erasure: passages are location history; after 14 days, or with their operation, only hourly counts stay.

The only place that deletes checks. Works in short transactions, so that gates go on writing meanwhile; safe to run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from linli.gates.actions.counting import Key, add_counts, hour_of
from linli.gates.models import Annulment, Check, CountReceipt, EnrolmentToken, GateException, Hold, Review
from linli.gates.queries import completed
from linli.ground.scope import current_scope
from linli.inbox import retention as inbox
from linli.inbox.models import RawUpload
from linli.kernel import data_classes
from linli.operations.models import Operation
from linli.operations.queries import over

M = TypeVar("M", bound=models.Model)
CHUNK = 500
RECEIPTS_DAYS = 3
"""*(ours)*: a phone's queue is sent within its shift; a receipt has done its work after three days."""
TRIMMED = {"temperature": "temperature", "answers": "answers", "plate": "plate", "details": "details"}
"""Data class → the column of a check that it governs."""
NAMES = {"temperature": "temperatures", "answers": "answers", "plate": "plates", "details": "details"}
"""Data class → its name on a certificate."""


def due(now: datetime) -> dict[str, int]:
    """How much would go."""
    found = {"passages": sum(rows.count() for _, rows in _passages(now))}
    for code, rows in _trimmed(now):
        found[NAMES[code]] = found.get(NAMES[code], 0) + rows.count()
    found["count_receipts"] = _receipts(now).count()
    found["gate_exceptions"] = _loose_exceptions(now).count()
    found["raw_uploads"] = _uploads(now).count()
    found["enrolment_codes"] = _codes(now).count()
    found["holds"] = _holds(now).count()
    return found


def erase(now: datetime) -> dict[str, int]:
    """Erase it: passages become hourly counts, what was said or measured may go earlier, receipts and old codes go."""
    found: dict[str, int] = {"passages": 0} | dict.fromkeys(NAMES.values(), 0)
    for place, rows in _passages(now):
        for name, number in _fold(place, rows, now).items():
            found[name] += number
    for code, rows in _trimmed(now):
        found[NAMES[code]] = found.get(NAMES[code], 0) + rows.update(**{TRIMMED[code]: None, "trimmed_at": now})
    found["count_receipts"] = _receipts(now).delete()[0]
    found["gate_exceptions"] = _loose_exceptions(now).delete()[0]
    found["raw_uploads"] = inbox.erase_rows(_uploads(now), now)
    found["enrolment_codes"] = _codes(now).delete()[0]
    found["holds"] = _holds(now).delete()[0]
    return found


def of_scope(rows: models.Manager[M]) -> QuerySet[M]:
    """Of tables that hold nothing personal: those of the neighbourhoods of the scope, so that each certificate counts its own."""
    places = current_scope().neighbourhoods
    return rows.all() if places is None else rows.filter(neighbourhood_id__in=places)


def operations_here() -> QuerySet[Operation]:
    """The operations of the scope's neighbourhoods, with the days that each keeps what."""
    return of_scope(Operation.objects).prefetch_related("data").order_by("starts_at")


def days_of(operation: Operation, data_class: data_classes.DataClass) -> timedelta:
    """How long an operation keeps a class of data."""
    longest = data_class.days or 0
    chosen = [row.days for row in operation.data.all() if row.code == data_class.code]
    return timedelta(days=min([longest, *chosen]))


def _before(moment: datetime) -> Q:
    """Happened or heard before ``moment``: a phone's wrong clock keeps nothing longer."""
    return Q(happened_at__lte=moment) | Q(heard_at__lte=moment)


def _passages(now: datetime) -> Iterator[tuple[int, QuerySet[Check]]]:
    for operation in operations_here():
        rows: QuerySet[Check] = Check.objects.filter(operation=operation)
        if min(operation.ends_at, operation.ended_at or operation.ends_at) > now:
            rows = rows.filter(_before(now - days_of(operation, data_classes.PASSAGE)))
        yield operation.neighbourhood_id, rows


def _trimmed(now: datetime) -> Iterator[tuple[str, QuerySet[Check]]]:
    for operation in operations_here():
        for code, column in TRIMMED.items():
            moment = now - days_of(operation, data_classes.ALL[code])
            rows: QuerySet[Check] = Check.objects.filter(operation=operation).filter(_before(moment))
            yield code, rows.exclude(**{f"{column}__isnull": True})


def _fold(place: int, rows: QuerySet[Check], now: datetime) -> Counter[str]:
    """Turn passages into hourly counts and delete them with what was said about them, a chunk at a time.

    A receipt stays of what was heard lately: a phone that never got its answer may send it again, and it is counted already.
    Returns how many passages went, and how many temperatures, answers, plates and details with them.
    """
    total: Counter[str] = Counter()
    while True:
        with transaction.atomic():
            chunk = _claimed(rows)
            if not chunk:
                return total
            ids = [row["pk"] for row in chunk]
            counted = set(CountReceipt.objects.filter(pk__in=ids).values_list("pk", flat=True))
            uncounted = counted | _annulled_or_completed(chunk)
            counts: Counter[Key] = Counter(
                (row["gate_id"], hour_of(row["happened_at"]), row["klass"], row["direction"], row["outcome"])
                for row in chunk
                if row["pk"] not in uncounted
            )
            add_counts(place, counts)
            CountReceipt.objects.bulk_create(_fresh_receipts(place, chunk, now), ignore_conflicts=True)
            for about in (Annulment, GateException, Review):
                about.objects.filter(check_id__in=ids).delete()
            gone = Check.objects.filter(pk__in=ids)
            total.update(gone.aggregate(**{NAMES[code]: Count(column) for code, column in TRIMMED.items()}))
            total["passages"] += gone.delete()[0]


def _annulled_or_completed(chunk: list[dict[str, Any]]) -> set[UUID]:
    """Who does not count: annulled, or left open and completed by a later passage, which counts."""
    annulled = Annulment.objects.filter(check_id__in=[row["pk"] for row in chunk])
    found = set(annulled.values_list("check_id", flat=True))
    left_open = [row["pk"] for row in chunk if row["outcome"] == Check.Outcome.OPEN]
    if left_open:
        found |= set(completed().filter(follows__in=left_open).values_list("follows", flat=True))
    return found


def _claimed(rows: QuerySet[Check]) -> list[dict[str, Any]]:
    """A chunk that this transaction alone folds: another purge waits for its rows and then finds them gone.

    SQLite has one writer at a time from the first statement of a transaction; PostgreSQL locks the rows.
    """
    claimed = rows.order_by("pk").select_for_update()
    wanted = ("pk", "gate_id", "happened_at", "heard_at", "klass", "direction", "outcome")
    return list(claimed.values(*wanted)[:CHUNK])


def _fresh_receipts(place: int, chunk: list[dict[str, Any]], now: datetime) -> list[CountReceipt]:
    oldest = now - timedelta(days=RECEIPTS_DAYS)
    return [
        CountReceipt(id=row["pk"], neighbourhood_id=place, heard_on=timezone.localdate(row["heard_at"]))
        for row in chunk
        if row["heard_at"] > oldest
    ]


def _receipts(now: datetime) -> QuerySet[CountReceipt]:
    return of_scope(CountReceipt.objects).filter(heard_on__lt=timezone.localdate(now) - timedelta(days=RECEIPTS_DAYS))


def _loose_exceptions(now: datetime) -> QuerySet[GateException]:
    rows: QuerySet[GateException] = GateException.objects.filter(check_id__isnull=True)
    return rows.filter(heard_at__lte=now - timedelta(days=data_classes.RAW_UPLOAD.days or 0))


def _uploads(now: datetime) -> QuerySet[RawUpload]:
    """What phones sent for a person to look at ends with the operation whose key seals it."""
    names = [operation.key_name for operation in over(now)]
    rows: QuerySet[RawUpload] = RawUpload.objects.filter(key__in=names)
    return rows.exclude(state=RawUpload.State.ERASED)


def _codes(now: datetime) -> QuerySet[EnrolmentToken]:
    return of_scope(EnrolmentToken.objects).filter(made_at__lte=now - timedelta(days=30))


def _holds(now: datetime) -> QuerySet[Hold]:
    """A hold ends with its operation; one that is over stays as long as the passages that were judged by it."""
    kept = now - timedelta(days=data_classes.PASSAGE.days or 0)
    rows: QuerySet[Hold] = Hold.objects.filter(Q(until__lte=kept) | Q(ended_at__lte=kept) | Q(operation__in=over(now)))
    return rows
