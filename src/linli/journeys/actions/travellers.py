"""Who is on the list, and when his journey begins; the same human being of two lists is one traveller (T03)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.accounts.models import User
from linli.ground.models import Mandate, Person, Place
from linli.journal.record import record
from linli.journeys import acts, changes, details, owing
from linli.journeys.actions.arrivals import check_past, hold, ids, not_erased
from linli.journeys.details import Details
from linli.journeys.models import ArrivalNotice, HandoverTraveller, Hands, ListedRow, Movement, Traveller
from linli.journeys.rules import DECIDE_WITHIN
from linli.journeys.standing import chains_now
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation

ROW_CONTEXT = "journeys.row"


@dataclass(frozen=True)
class Source:
    """The row of a file (``upload:<id>``) or the person of a message (``notice:<id>``, ``part``) that names a traveller.

    ``cells``: the row as it came, with columns that nobody knew; ``problems``: [[cell, code]].
    """

    source: str
    row: int
    sheet: str = ""
    part: int = 0
    problems: Sequence[tuple[str, str]] = ()
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str, int, int]:
        """How it is found again."""
        return (self.source, self.sheet, self.row, self.part)


@dataclass(frozen=True)
class Listed:
    """Somebody to list. ``country``: where the journey began. ``ask``: whether he is ours must be decided in half an hour."""

    details: Details
    source: Source | None = None
    country: str = ""
    person: Person | None = None
    dwelling: Place | None = None
    expected_at: datetime | None = None
    about: bool = False
    ask: bool = False
    owner: Mandate | None = None


def add_traveller(
    *, by: User | None, notice: ArrivalNotice, listed: Listed, movement: Movement | None = None
) -> Traveller:
    """List one human being; see :func:`add_travellers`."""
    (found,) = add_travellers(by=by, notice=notice, listed=[listed], movement=movement)
    return found


def add_travellers(
    *, by: User | None, notice: ArrivalNotice, listed: Sequence[Listed], movement: Movement | None = None
) -> list[Traveller]:
    """List human beings, in the order given, a few statements for many. Whoever is listed already is not listed twice.

    The same row of the same list, or the same document in this operation, is the same traveller: his row is added, what was not
    known is completed, nothing is overwritten. Journeys that are over are left as they are and a new one begins.
    """
    now = timezone.now()
    with transaction.atomic():
        hold(notice.operation_id)
        flight = movement or notice.movement
        known = _Known(notice, listed, flight, now)
        found = [known.traveller(one, flight, now) for one in listed]
        known.write()
        owing.settle_up([one for one in known.added if one.person_id is not None or one.dwelling_id is not None], now)
        if known.added:
            record(acts.TRAVELLERS_ADDED, by=by, subject=("arrival_notice", notice.pk), neighbourhood=notice.neighbourhood_id,
                   data={"travellers": ids(known.added)})  # fmt: skip
    return found


class _Known:
    """Who is listed already, by row and by document, while more are listed."""

    def __init__(
        self, notice: ArrivalNotice, listed: Sequence[Listed], movement: Movement | None, now: datetime
    ) -> None:
        self.notice, self.operation = notice, notice.operation
        self.added: list[Traveller] = []
        self.changed: list[Traveller] = []
        self.rows: list[ListedRow] = []
        sources = {one.source.source for one in listed if one.source}
        rows = ListedRow.objects.filter(source__in=sources).select_related("traveller__operation")
        self.by_row = {(row.source, row.sheet, row.row, row.part): row.traveller for row in rows}
        indexes = {details.document_index(one.details.document, notice.neighbourhood_id) for one in listed} - {None}
        open_ones = Traveller.objects.filter(
            operation=notice.operation_id, document_index__in=indexes, closed_at__isnull=True
        ).select_related("operation")
        coming = _still_coming(list(open_ones), movement, now)
        self.by_document = {bytes(one.document_index or b""): one for one in coming}

    def traveller(self, listed: Listed, movement: Movement | None, now: datetime) -> Traveller:
        """The traveller of one entry."""
        if listed.source is not None and (seen := self.by_row.get(listed.source.key)) is not None:
            return seen
        index = details.document_index(listed.details.document, self.notice.neighbourhood_id)
        found = self.by_document.get(index) if index is not None else None
        if found is None:
            found = self._new(listed, movement, now)
            if index is not None:
                self.by_document[index] = found
        elif _complete(found, listed, movement):
            self.changed.append(found)
        if listed.source is not None:
            self.by_row[listed.source.key] = found
            self.rows.append(_row(listed.source, found, self.operation))
        return found

    def _new(self, listed: Listed, movement: Movement | None, now: datetime) -> Traveller:
        person, dwelling = listed.person, listed.dwelling
        made = Traveller(
            neighbourhood_id=self.notice.neighbourhood_id, operation=self.operation, notice=self.notice, movement=movement,
            person=person, dwelling=dwelling, country=_country(listed, movement), expected_at=listed.expected_at,
            about=listed.about, owner=listed.owner or self.notice.owner, heard_at=now,
            alarm_at=self.notice.received_at + DECIDE_WITHIN if listed.ask else None,
        )  # fmt: skip
        details.put(made, listed.details)
        self.added.append(made)
        return made

    def write(self) -> None:
        """Three statements."""
        Traveller.objects.bulk_create(self.added)
        fresh = {one.pk for one in self.added}
        changed = {one.pk: one for one in self.changed if one.pk not in fresh}
        fields = ["sealed", "phone_index", "document_index", "movement", "country", "expected_at", "about", "dwelling"]
        Traveller.objects.bulk_update(list(changed.values()), fields)
        ListedRow.objects.bulk_create(self.rows)


def _country(listed: Listed, movement: Movement | None) -> str:
    """Where his journey began: as said of him, else where the flight came from."""
    said = listed.country.strip() or (movement.country if movement is not None else "")
    return said.upper()[:2]


def _still_coming(rows: list[Traveller], movement: Movement | None, now: datetime) -> list[Traveller]:
    """Those of some who are known already that this word is about; who came home from another flight before is over, and comes anew."""
    other = [row for row in rows if movement is not None and row.movement_id not in (None, movement.pk)]
    chains = chains_now(other, now)
    ends = owing.final_holders(chains)
    over = {pk for pk, chain in chains.items() if chain[-1].holder in ends}
    Traveller.objects.filter(pk__in=over).update(closed_at=now, closed_as=Traveller.Closed.OVER)
    return [row for row in rows if row.pk not in over]


def _row(source: Source, traveller: Traveller, operation: Operation) -> ListedRow:
    cells = json.dumps(dict(source.cells), ensure_ascii=False)
    sealed = vault.seal(cells, key=operation.key_name, context=ROW_CONTEXT) if source.cells else None
    return ListedRow(
        neighbourhood_id=traveller.neighbourhood_id, traveller=traveller, source=source.source, sheet=source.sheet,
        row=source.row, part=source.part, problems=[list(one) for one in source.problems], sealed=sealed,
    )  # fmt: skip


def cells_of(row: ListedRow) -> dict[str, str]:
    """The cells of a row as they came; empty when they were erased with their operation."""
    if row.sealed is None:
        return {}
    try:
        found: dict[str, str] = json.loads(vault.unseal_text(bytes(row.sealed), context=ROW_CONTEXT))
    except vault.KeyMissing:
        return {}
    return found


def _complete(traveller: Traveller, listed: Listed, movement: Movement | None) -> bool:
    """Add what was not known; True when something was added."""
    old = details.details_of(traveller)
    words = {
        name: value for name, value in asdict(listed.details.trimmed()).items() if value and not getattr(old, name)
    }
    said = {key: value for key, value in listed.details.said.items() if key not in old.said}
    new = replace(old, **{name: value for name, value in words.items() if name != "said"}, said={**old.said, **said})
    if changed := new != old:
        details.put(traveller, new)
    facts = {
        "movement": movement,
        "country": _country(listed, movement),
        "expected_at": listed.expected_at,
        "dwelling": listed.dwelling,
    }
    for name, value in facts.items():
        if value and not getattr(traveller, name):
            setattr(traveller, name, value)
            changed = True
            if name == "expected_at":
                traveller.about = listed.about
    return changed


def correct_traveller(
    *,
    by: User | None,
    traveller: Traveller,
    words: Details,
    revision: int,
    expected_at: datetime | None = None,
    about: bool = False,
    country: str = "",
    dwelling: Place | None = None,
) -> Traveller:
    """Say anew what is known of a traveller, all of it. ``revision``: of the page that was read; who was slower gets ``journeys.changed``.

    Refusals: ``journeys.document_known`` when another open traveller has this document, ``journeys.erased``.
    """
    with transaction.atomic():
        hold(traveller.operation_id)
        row = Traveller.objects.select_for_update(of=("self",)).get(pk=traveller.pk)
        if row.revision != revision:
            raise Refusal("journeys.changed", gettext_noop("Somebody else changed this meanwhile. Please look again."))
        with not_erased():
            details.put(row, words)
        same = Traveller.objects.filter(operation=row.operation_id, closed_at__isnull=True).exclude(pk=row.pk)
        if row.document_index is not None and same.filter(document_index=row.document_index).exists():
            raise Refusal("journeys.document_known", gettext_noop("Another traveller has this document already."))
        row.expected_at, row.about, row.country = expected_at, about, country.strip().upper()[:2]
        row.dwelling = dwelling
        row.revision += 1
        row.save()
        owing.settle_up([row], timezone.now())
        record(acts.TRAVELLER_CORRECTED, by=by, subject=("traveller", row.pk), neighbourhood=row.neighbourhood_id)
        changes.tell(by, [row])
    found: Traveller = row
    return found


def begin(*, by: User | None, travellers: Sequence[Traveller], hands: Hands, at: datetime, about: bool = False) -> None:
    """Their journeys begin: from ``at`` on each is in ``hands``, and at every moment after it in somebody's.

    Who has begun already stays as he was. Refusals: ``journeys.future``, ``journeys.closed``.
    """
    check_past(at)
    with transaction.atomic():
        rows = held(travellers)
        check_open(rows)
        fresh = [row for row in rows if row.begun_at is None]
        Traveller.objects.filter(pk__in=[row.pk for row in fresh]).update(begun_at=at, begun_hands=hands)
        owing.settle_up(fresh, timezone.now(), anew=True)
        if fresh:
            record(acts.BEGUN, by=by, subject=("hands", hands.pk), neighbourhood=hands.neighbourhood_id, happened_at=at,
                   data={"travellers": ids(fresh), "about": about})  # fmt: skip
            changes.tell(by, fresh)


def annul_beginning(*, by: User, traveller: Traveller) -> None:
    """Take :func:`begin` back: he is only listed again. Refused ``journeys.handed_over`` once he was handed over."""
    with transaction.atomic():
        (row,) = held([traveller])
        check_untouched(row)
        Traveller.objects.filter(pk=row.pk).update(begun_at=None, begun_hands=None)
        owing.cancel_open(row.legs.all(), timezone.now())
        owing.settle_up([row], timezone.now())
        record(acts.BEGINNING_ANNULLED, by=by, subject=("traveller", row.pk), neighbourhood=row.neighbourhood_id)
        changes.tell(by, [row])


def close_traveller(*, by: User, traveller: Traveller, closed_as: str) -> Traveller:
    """There is nothing more to do. Refused while we hold him: ``journeys.handed_over``, or ``journeys.on_the_way`` for one who is over."""
    if closed_as not in Traveller.Closed.values:
        raise Refusal("journeys.closed_as", gettext_noop("Please say from the list why there is nothing more to do."))
    with transaction.atomic():
        (row,) = held([traveller])
        now = timezone.now()
        if closed_as == Traveller.Closed.OVER:
            owing.check_arrived(row, now)
        else:
            check_untouched(row)
        Traveller.objects.filter(pk=row.pk, closed_at__isnull=True).update(closed_at=now, closed_as=closed_as)
        owing.cancel_open(row.legs.all(), now)
        owing.settle_up([row], now)
        record(acts.TRAVELLER_CLOSED, by=by, subject=("traveller", row.pk), neighbourhood=row.neighbourhood_id,
               data={"as": closed_as})  # fmt: skip
        row.refresh_from_db()
        changes.tell(by, [row])
    return row


def reopen_traveller(*, by: User, traveller: Traveller) -> Traveller:
    """Take :func:`close_traveller` back. Refused ``journeys.listed_again`` when the same person is on another open journey."""
    with transaction.atomic():
        hold(traveller.operation_id)
        (row,) = held([traveller])
        others = Traveller.objects.filter(operation=row.operation_id, closed_at__isnull=True).exclude(pk=row.pk)
        same = others.filter(document_index=row.document_index) if row.document_index else others.none()
        if same.exists() or (row.person_id and others.filter(person=row.person_id).exists()):
            raise Refusal("journeys.listed_again", gettext_noop("The same person is listed again meanwhile."))
        Traveller.objects.filter(pk=row.pk).update(closed_at=None, closed_as="")
        owing.settle_up([row], timezone.now())
        record(acts.TRAVELLER_REOPENED, by=by, subject=("traveller", row.pk), neighbourhood=row.neighbourhood_id)
        row.refresh_from_db()
        changes.tell(by, [row])
    return row


def held(travellers: Sequence[Traveller]) -> list[Traveller]:
    """The rows, read anew and held until the transaction ends, in the order given; each once. Refusal: ``journeys.nobody``."""
    wanted = list(dict.fromkeys(one.pk for one in travellers))
    rows = Traveller.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    found = {row.pk: row for row in rows}
    if not found:
        raise Refusal("journeys.nobody", gettext_noop("Please choose at least one traveller."))
    return [found[pk] for pk in wanted if pk in found]


def check_open(rows: Sequence[Traveller]) -> None:
    """Raises ``journeys.closed`` for a traveller with whom there is nothing more to do."""
    if any(row.closed_at is not None for row in rows):
        raise Refusal(
            "journeys.closed", gettext_noop("One of these travellers was closed. Open the entry again first.")
        )


def was_handed_over(row: Traveller) -> bool:
    """Whether somebody was handed over, or offered, and that was not taken back."""
    return HandoverTraveller.objects.filter(traveller=row, handover__annulment__isnull=True).exists()


def check_untouched(row: Traveller) -> None:
    """Raises ``journeys.handed_over`` for somebody who was handed over, and not taken back."""
    if was_handed_over(row):
        raise Refusal(
            "journeys.handed_over",
            gettext_noop("This traveller was handed over already. Take the hand-over back first."),
        )
