"""The places that the tables know → the planner's book; one province at a time, so that the whole country fits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from linli.ground.gazetteer.codes import KINDS, read_code
from linli.ground.gazetteer.history import Span
from linli.ground.gazetteer.known import Book, Known, Loaded
from linli.ground.gazetteer.planning import Answers, Plan, plan_list
from linli.ground.gazetteer.rows import Reading
from linli.ground.models import GazetteerDoubt, GazetteerList, Place, PlaceName

LEVEL_OF = {kind: level for level, kind in KINDS.items()} | {"town": 9, "neighbourhood": 12}
FROM_LIST = "list "
"""How the source of a span begins that a list said."""


def province_book(prefix: str) -> Book:
    """Every official place of a province (two digits) with its history, those without a code, and the lists loaded so far."""
    inside = Q(code__gte=prefix, code__lt=prefix + ":") | Q(code="") | Q(kind__code="neighbourhood")
    fields = (
        "pk",
        "kind__code",
        "name",
        "code",
        "parent_id",
        "merged_into_id",
        "split_from_id",
        "urban_rural",
        "since",
        "until",
    )
    book = Book()
    plain: dict[int, tuple[str, str, int | None, date | None, date | None]] = {}
    for pk, kind, name, code, parent, merged, split, urban, since, until in (
        Place.objects.filter(inside, kind__code__in=LEVEL_OF).values_list(*fields).iterator(2000)
    ):
        run = kind == "neighbourhood"
        one = Known(pk, LEVEL_OF[kind], parent=parent, run=run, merged_into=merged, split_from=split, urban=urban)
        one.run_name, one.run_code = name, read_code(code) or ""
        book.places[pk] = one
        plain[pk] = (name, code, parent, since, until)
    _add_spans(book, inside)
    for pk, (name, code, parent, since, until) in plain.items():
        one = book.places[pk]
        if not one.history.spans and code and not one.run and since is not None:
            gone = until if until is not None and until > since else None
            one.history.spans.append(Span(name, code, parent, since, until=gone, changed=True))
    book.lists = [
        Loaded(row.as_of, {int(level): frozenset(codes) for level, codes in row.regions.items()})
        for row in GazetteerList.objects.defer("content")
    ]
    return book


def _add_spans(book: Book, inside: Q) -> None:
    places = Place.objects.filter(inside, kind__code__in=LEVEL_OF)
    rows = PlaceName.objects.filter(place__in=places.values("pk")).order_by("place_id", "since")
    fields = ("pk", "place_id", "name", "code", "parent_id", "since", "seen", "until", "source")
    for pk, place, name, code, parent, since, seen, until, source in rows.values_list(*fields).iterator(5000):
        one = book.places.get(place)
        if one is None or (one.run and not source.startswith(FROM_LIST)):
            continue
        one.history.spans.append(Span(name, read_code(code) or code, parent, since, seen, until, source, pk))


def given_answers(extra: Answers | None = None) -> Answers:
    """What persons have answered so far, and ``extra``."""
    found = Answers()
    rows = GazetteerDoubt.objects.exclude(answer="").values_list("kind", "was_code", "was_name", "now_code", "answer")
    for kind, was, was_name, now, answer in rows:
        found.pairs[(was_name if kind == "neighbourhood" else was, now)] = answer
    if extra is not None:
        found.pairs.update(extra.pairs)
    return found


def plans(
    reading: Reading, *, day: date, answers: Answers | None = None, blank: bool = False
) -> Iterator[tuple[Book, Plan]]:
    """One plan a province, in the order of codes; each is planned when it is asked for, after the one before was written.

    ``blank``: against an empty book, without a database.
    """
    said = (answers or Answers()) if blank else given_answers(answers)
    for prefix in sorted({code[:2] for code in reading.rows}):
        part = Reading(
            {code: row for code, row in reading.rows.items() if code[:2] == prefix},
            {code: name for code, name in reading.names.items() if code[:2] == prefix},
        )
        book = Book() if blank else province_book(prefix)
        yield book, plan_list(book, part, day=day, source=f"{FROM_LIST}{day.isoformat()}", answers=said)
