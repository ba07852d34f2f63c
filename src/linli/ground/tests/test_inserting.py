"""Rows written through ``ready`` are the rows that ``bulk_create`` writes; scopes and constraints hold all the same."""

from __future__ import annotations

from datetime import date
from threading import Event, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from linli.ground import inserting
from linli.ground.actions.people import document_row, key_rows, person_row, phone_row
from linli.ground.inserting import in_turn, ready, ready_changes
from linli.ground.models import Document, Household, Person, PersonKey, Phone, Residence
from linli.ground.scope import ScopeError, scoped, unscoped
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7

pytestmark = pytest.mark.django_db


def test_rows_are_what_bulk_create_writes(cast: Cast) -> None:
    """Every field of persons, keys, documents and phones, written both ways."""
    place = cast.neighbourhood.pk
    with scoped(neighbourhood_ids={place}, reason="test"):
        one, other = (person_row(neighbourhood=place, name="㛃欣𬘭", sex="f", born=date(1950, 3, 2)) for _ in range(2))
        for person, many in ((one, ready), (other, None)):
            papers = [
                document_row(
                    person=person, kind="id", number="11010519491231002X", checked=True, since=date(2020, 2, 1)
                )
            ]
            phones = [phone_row(person=person, number="19900001234", since=date(2020, 2, 1))]
            for rows in ([person], key_rows(person), papers, phones):
                if many:
                    assert many(rows).write() == len(rows)
                else:
                    type(rows[0]).objects.bulk_create(rows)
        for model, left_out in (
            (Person, {"id"}),
            (Document, {"id", "person", "sealed"}),
            (Phone, {"id", "person", "sealed"}),
        ):
            mine, theirs = (
                model.objects.get(pk=person.pk) if model is Person else model.objects.get(person=person)
                for person in (one, other)
            )
            facts = [{k: v for k, v in model_to_dict(row).items() if k not in left_out} for row in (mine, theirs)]
            for facts_of_one in facts:
                for name in ("whole_index", "tail_index"):
                    if name in facts_of_one:
                        facts_of_one[name] = bytes(facts_of_one[name])
            assert facts[0] == facts[1]
        keys = [set(PersonKey.objects.filter(person=person).values_list("key", flat=True)) for person in (one, other)]
        assert keys[0] == keys[1]
        assert keys[0]
        assert not one._state.adding


def test_many_rows_are_one_statement_without_reading_back(cast: Cast) -> None:
    """What happens inside the transaction does not grow with the rows."""
    place = cast.neighbourhood.pk
    with scoped(neighbourhood_ids={place}, reason="test"):
        made = ready([person_row(neighbourhood=place, name="许一") for _ in range(300)])
        with CaptureQueriesContext(
            connection,
        ) as seen:
            made.write()
        assert len(seen) == 1
        assert Person.objects.filter(name="许一").count() == 300


def test_a_scope_is_needed_and_kept_to(cast: Cast) -> None:
    """Fails closed: no scope, or another neighbourhood's rows."""
    place = cast.neighbourhood.pk
    with scoped(neighbourhood_ids={place}, reason="test"):
        person = person_row(neighbourhood=place, name="许一")
    with unscoped(), pytest.raises(ScopeError):
        ready([person])
    with scoped(neighbourhood_ids={place + 1}, reason="test"), pytest.raises(ScopeError):
        ready([person])


def test_constraints_speak(cast: Cast) -> None:
    """A second residence on one day is refused by the database, and nothing of the batch stays."""
    place = cast.neighbourhood.pk
    with scoped(neighbourhood_ids={place}, reason="test"):
        household = Household.objects.first()
        person = person_row(neighbourhood=place, name="许一")
        ready([person]).write()
        day = date(2020, 2, 1)
        twice = [
            Residence(id=uuid7(), neighbourhood_id=place, person=person, household=household, since=day)
            for _ in range(2)
        ]
        made = ready(twice)
        with pytest.raises(IntegrityError), transaction.atomic():
            made.write()
        assert not Residence.objects.filter(person=person).exists()


def test_only_rows_of_one_model(cast: Cast) -> None:
    """A mixture is a mistake of the program, and so is nothing."""
    place = cast.neighbourhood.pk
    with scoped(neighbourhood_ids={place}, reason="test"):
        person = person_row(neighbourhood=place, name="许一")
        with pytest.raises(ValueError):
            ready([person, key_rows(person)[0]])
        with pytest.raises(ValueError):
            ready([])


def test_some_columns_of_rows_that_are_there(cast: Cast) -> None:
    """Changed as they stand in hand, and nothing else of them; of another neighbourhood never."""
    place = cast.neighbourhood.pk
    with scoped(neighbourhood_ids={place}, reason="test"):
        people = [person_row(neighbourhood=place, name=name, born=date(1950, 3, 2)) for name in ("许一", "许二")]
        ready(people).write()
        for person in people:
            person.name, person.born, person.nation = f"{person.name}一", None, "left alone"
        made = ready_changes(people, ["name", "born"])
        with CaptureQueriesContext(connection) as seen:
            assert made.write() == 2
        assert len(seen) == 1
        rows = Person.objects.filter(pk__in=[person.pk for person in people]).order_by("name")
        assert list(rows.values_list("name", "born", "nation")) == [("许一一", None, ""), ("许二一", None, "")]
    with scoped(neighbourhood_ids={place + 1}, reason="test"), pytest.raises(ScopeError):
        ready_changes(people, ["name"])


def test_rows_that_are_there_are_skipped_and_nothing_else_is(cast: Cast) -> None:
    """What repeats an id is left out and not counted; a row that breaks another rule still fails the whole."""
    place = cast.neighbourhood.pk
    with scoped(neighbourhood_ids={place}, reason="test"):
        first = [person_row(neighbourhood=place, name="许一") for _ in range(3)]
        assert ready(first, skip_present=True).write() == 3
        more = [person_row(neighbourhood=place, name="许二"), first[0]]
        assert ready(more, skip_present=True).write() == 1
        assert ready(more[:1], skip_present=True).write() == 0
        assert Person.objects.filter(name__in=("许一", "许二")).count() == 4
        wrong = person_row(neighbourhood=place, name="许三")
        wrong.neighbourhood_id = None
        with (
            scoped(neighbourhood_ids={place, None}, reason="test"),
            pytest.raises(IntegrityError),
            transaction.atomic(),
        ):
            ready([wrong], skip_present=True).write()


def test_writers_of_a_process_take_turns_on_sqlite(cast: Cast) -> None:
    """A second writer waits for the first; inside a transaction that has begun nobody waits, or two would wait for each other."""
    held, let_in = Event(), Event()

    def second() -> None:
        held.wait(10)
        with in_turn():
            let_in.set()
        connection.close()

    other = Thread(target=second)
    other.start()
    with in_turn():
        assert connection.in_atomic_block  # the test's own transaction: not waited for, not waiting
        held.set()
        assert let_in.wait(10)
    other.join()
    if connection.vendor == "sqlite":
        held.clear()
        let_in.clear()
        with inserting._turn:
            other = Thread(target=second)
            other.start()
            held.set()
            assert not let_in.wait(0.2)
        assert let_in.wait(10)
        other.join()
