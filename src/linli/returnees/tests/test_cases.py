"""From the first signal to the register (R06)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from linli.ground.models import Residence
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.operations.actions import end_operation, purge
from linli.operations.models import Operation
from linli.returnees import rules
from linli.returnees.actions.cases import Journey, Told, close, join, register, settle, signal
from linli.returnees.details import Details, details_of
from linli.returnees.models import Case, Signal
from linli.returnees.queries import facts_of, line
from linli.returnees.tests.conftest import refused, word
from linli.vault import KeyMissing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _scope(cast: Cast) -> Any:
    with cast.scope():
        yield


def test_a_returnee_met_at_the_gate_cannot_pass_unregistered(cast: Cast, operation: Operation) -> None:
    before = timezone.now()
    case = signal(
        by=cast.users["guard"],
        neighbourhood=cast.neighbourhood,
        source="gate",
        details=Details(name="陌生回来的人"),
        dwelling=cast.dwellings[2],
    )
    assert rules.state_of(facts_of(case)) == rules.OPEN
    assert case.owner == cast.mandates["secretary"]
    assert before < case.due_at <= timezone.now() + timedelta(hours=24)
    assert case.signals.get().source == "gate"


def test_the_time_from_the_first_signal_to_registration(cast: Cast, operation: Operation) -> None:
    now = timezone.now()
    case = word(cast, told=Told(now - timedelta(minutes=187), now - timedelta(minutes=187)))
    day = timezone.localdate()
    journey = Journey(origin="42", transport="train", arrives_from=day, arrives_until=day, arrived=True, stay_days=30)
    register(by=cast.users["clerk"], case=case, details=details_of(case), journey=journey, dwelling=cast.dwellings[2])
    found = line(Case.objects.get(pk=case.pk), timezone.now())
    assert (found.state, found.minutes) == (rules.REGISTERED, 187)
    register(
        by=cast.users["clerk"], case=case, details=Details(name="周一苇", note="改"), journey=journey, dwelling=None
    )
    assert line(Case.objects.get(pk=case.pk), timezone.now() + timedelta(days=1)).minutes == 187


def test_two_signals_of_one_person_are_one_case_and_the_earliest_counts(cast: Cast, operation: Operation) -> None:
    now = timezone.now()
    first = word(cast, "self")
    early = now - timedelta(hours=3)
    again = word(cast, "neighbour", told=Told(early - timedelta(minutes=15), early, True))
    assert again.pk == first.pk
    found = line(Case.objects.get(pk=first.pk), timezone.now())
    assert [s.source for s in found.signals] == ["neighbour", "self"]
    assert found.facts.about
    assert found.minutes is not None
    assert 194 <= found.minutes <= 196
    assert Case.objects.get(pk=first.pk).due_at < first.due_at
    same_door = word(cast, "gate", phone="", dwelling=cast.dwellings[3])
    assert same_door.pk != first.pk  # a name alone joins nobody
    assert word(cast, "list", phone="", dwelling=cast.dwellings[3]).pk == same_door.pk
    with_card = word(cast, name="许安和", phone="", document="TZ0000001")
    assert word(cast, name="XU ANHE", phone="", document="tz0000001").pk == with_card.pk
    other = word(cast, document="TZ0000002")
    third = word(cast, document="TZ0000003")
    assert third.pk != other.pk  # two documents are two people
    known = word(cast, name="", phone="", person=cast.people[4])
    assert details_of(known).name == cast.people[4].name
    assert word(cast, "list", name="别名", phone="", person=cast.people[4]).pk == known.pk


def test_a_person_joins_two_cases(cast: Cast, operation: Operation) -> None:
    now = timezone.now()
    one = word(cast, told=Told(now - timedelta(hours=5), now - timedelta(hours=5)))
    other = word(cast, name="周一苇", phone="19900004321")
    assert one.pk != other.pk
    join(by=cast.users["clerk"], case=one, into=other)
    assert [s.source for s in Case.objects.get(pk=other.pk).signals.all()] == ["self", "self"]
    assert line(Case.objects.get(pk=other.pk), now).minutes == 300
    assert Case.objects.get(pk=one.pk).joined_into_id == other.pk
    with refused("returnees.cannot_join"):
        join(by=cast.users["clerk"], case=other, into=other)
    with refused("returnees.over"):
        join(by=cast.users["clerk"], case=Case.objects.get(pk=one.pk), into=other)


def test_an_empty_signal_is_closed_with_a_reason(cast: Cast, operation: Operation) -> None:
    case = word(cast)
    with refused("returnees.reason_missing"):
        close(by=cast.users["clerk"], case=case, reason="joined")
    close(by=cast.users["clerk"], case=case, reason="not_away", text="一直在家")
    assert rules.minutes(facts_of(case), timezone.now()) is None
    with refused("returnees.over"):
        settle(by=cast.users["clerk"], case=case)


def test_settling_brings_who_was_away_home(cast: Cast, operation: Operation) -> None:
    person, door = cast.people[4], cast.dwellings[2]
    Residence.objects.filter(person=person).update(presence="away")
    case = word(cast, name=person.name, person=person)
    with refused("returnees.not_registered"):
        settle(by=cast.users["clerk"], case=case)
    day = timezone.localdate()
    coming = Journey(arrives_from=day, arrives_until=day + timedelta(days=3), arrives_about=True)
    register(by=cast.users["clerk"], case=case, details=details_of(case), journey=coming)
    with refused("returnees.door_missing"):
        settle(by=cast.users["clerk"], case=case)
    register(by=cast.users["clerk"], case=case, details=details_of(case), journey=coming, dwelling=door)
    with refused("returnees.not_here_yet"):
        settle(by=cast.users["clerk"], case=case)
    here = Journey(arrives_from=day, arrives_until=day, arrived=True)
    register(by=cast.users["clerk"], case=case, details=details_of(case), journey=here, dwelling=door)
    settle(by=cast.users["clerk"], case=case)
    assert Residence.objects.filter(person=person).order_by("-since").first().presence == "here"
    assert rules.state_of(facts_of(case)) == rules.SETTLED
    later = timezone.now() + timedelta(days=10)
    assert word(cast, name=person.name, person=person, told=Told(later, later)).pk != case.pk  # another journey


def test_what_registration_needs(cast: Cast, operation: Operation) -> None:
    case, day = word(cast), date(2020, 3, 1)
    with refused("returnees.name_missing"):
        register(by=cast.users["clerk"], case=case, details=Details(), journey=Journey(arrives_from=day))
    with refused("returnees.day_missing"):
        register(by=cast.users["clerk"], case=case, details=Details(name="周"), journey=Journey())
    with refused("returnees.origin_unknown"):
        register(
            by=cast.users["clerk"],
            case=case,
            details=Details(name="周"),
            journey=Journey(origin="99", arrives_from=day),
        )
    with refused("returnees.source_unknown"):
        word(cast, "rumour")
    with refused("returnees.nobody_named"):
        word(cast, name="", phone="")


def test_in_quiet_years_only_what_one_says_of_oneself(cast: Cast) -> None:
    for source in ("gate", "list", "neighbour"):
        with refused("returnees.quiet"):
            word(cast, source)
    assert Case.objects.count() == Signal.objects.count() == 0
    case = word(cast, document="TZ0000001", place="武汉")
    assert (details_of(case).document, details_of(case).place, case.document_index) == ("", "", None)
    day = timezone.localdate()
    with refused("returnees.too_much"):
        register(
            by=cast.users["clerk"],
            case=case,
            details=Details(name="周", place="武汉"),
            journey=Journey(arrives_from=day),
        )
    with refused("returnees.too_much"):
        register(
            by=cast.users["clerk"],
            case=case,
            details=Details(name="周"),
            journey=Journey(origin="42", arrives_from=day),
        )
    register(by=cast.users["clerk"], case=case, details=Details(name="周一苇"), journey=Journey(arrives_from=day))
    assert case.registered_at is not None


def test_nothing_is_kept_of_who_told(cast: Cast, operation: Operation) -> None:
    word(cast, "neighbour")
    columns = {field.name for field in Signal._meta.get_fields()}
    assert columns == {"id", "neighbourhood", "case", "source", "told_at", "told_until", "about", "heard_at"}
    entry = Entry.objects.filter(act="returnees.signalled").get()
    assert entry.data == {"source": "neighbour"}


def test_no_words_lie_in_the_clear(cast: Cast, operation: Operation) -> None:
    word(cast, name="独孤未名", document="TZ0000001", place="某某镇")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM returnees_case")
        text = repr([bytes(v) if isinstance(v, memoryview) else v for row in cursor.fetchall() for v in row])
    for words in ("独孤未名", "19900001234", "TZ0000001", "某某镇"):
        assert words not in text
        assert repr(words.encode())[2:-1] not in text
    columns = {field.name for field in Case._meta.get_fields()}
    assert not columns & {"nation", "nationality", "hometown", "household_region"}  # the ground is a journey


def test_cases_end_with_their_operation(cast: Cast, operation: Operation) -> None:
    case = word(cast)
    end_operation(by=cast.users["secretary"], operation=operation)
    certificate = purge(
        by=cast.users["secretary"], neighbourhood=cast.neighbourhood, now=timezone.now() + timedelta(seconds=1)
    )
    assert certificate.counts["returnees"] == 1
    assert Case.objects.count() == 0
    with pytest.raises(KeyMissing):
        details_of(case)  # nor from an old backup


def test_empty_and_settled_cases_go_earlier(cast: Cast, operation: Operation) -> None:
    case = word(cast)
    close(by=cast.users["clerk"], case=case, reason="nobody")
    kept = word(cast, name="许安和", phone="19900000001")
    purge(by=None, neighbourhood=cast.neighbourhood, now=timezone.now() + timedelta(days=8))
    assert list(Case.objects.values_list("pk", flat=True)) == [kept.pk]


def test_an_owner_follows_who_answers(cast: Cast, operation: Operation) -> None:
    from linli.ground.actions.homes import hand_over_households  # reason: only this test hands over

    hand_over_households(by=None, place=cast.building, to=cast.mandates["building_leader"])
    assert word(cast, dwelling=cast.dwellings[3]).owner == cast.mandates["building_leader"]
    cast.mandates["secretary"].until = date(2020, 1, 2)
    cast.mandates["secretary"].save()
    with refused("returnees.no_secretary"):
        word(cast, name="无主", phone="")


def facts(
    first: int, registered: int | None, due: int = 1440, about: bool = False, closed: bool = False
) -> rules.Facts:
    start = datetime(2020, 3, 13, tzinfo=UTC)
    at = [start + timedelta(minutes=m) if m is not None else None for m in (first, registered, due)]
    return rules.Facts(at[0], about, at[1], None, at[0] if closed else None, at[2])  # type: ignore[arg-type]


def test_the_distribution_of_a_neighbourhood() -> None:
    now = datetime(2020, 3, 15, tzinfo=UTC)
    rows = [
        facts(0, 30),
        facts(0, 60),
        facts(0, 61, about=True),
        facts(0, 3000),
        facts(1000, None),
        facts(0, 9, closed=True),
    ]
    found = rules.spread(rows, now)
    assert (found.registered, found.median, found.slowest) == (4, 60, 3000)
    assert (found.open, found.open_longest, found.late, found.about) == (1, 1880, 1, 1)
    assert dict(found.within) == {"1h": 2, "4h": 1, "12h": 0, "24h": 0, "more": 1}
    empty = rules.spread([], now)
    assert (empty.median, empty.slowest, empty.open_longest, sum(n for _, n in empty.within)) == (None, None, None, 0)


def test_terms_are_dated_and_cited() -> None:
    assert rules.hours_allowed(date(2020, 3, 13))[0] == 24
    assert rules.hours_allowed(date(2020, 11, 22))[0] == 12
    assert rules.hours_allowed(date(2010, 1, 1))[0] == 24
    assert all(source for _, _, source in rules.terms())


def test_expected_days_keep_exact_and_rough_apart() -> None:
    days = [date(2020, 3, n) for n in range(1, 32)]
    rows = [(days[12], days[12], False), (days[10], days[19], True), (days[24], None, True), (None, None, False)]
    assert rules.expected_on(rows, days[12]) == (1, 1)
    assert rules.expected_on(rows, days[19]) == (0, 1)
    assert rules.expected_on(rows, days[30]) == (0, 1)
    assert rules.state_of(facts(0, 5, closed=True)) == rules.EMPTY


def test_two_clerks_do_not_write_over_each_other(cast: Cast, operation: Operation) -> None:
    """Who holds a page that is older than another's answer is told so; nothing is taken back in silence."""
    case = word(cast)
    stale = Case.objects.get(pk=case.pk)
    close(by=cast.users["clerk"], case=case, reason="nobody")
    day = timezone.localdate()
    journey = Journey(arrives_from=day, arrives_until=day, arrived=True)
    with refused("returnees.over"):
        register(by=cast.users["secretary"], case=stale, details=details_of(case), journey=journey)
    kept = Case.objects.get(pk=case.pk)
    assert (kept.closed_as, kept.registered_at) == ("nobody", None)
    one, other = word(cast, name="江听澜"), word(cast, name="江听蓝", phone="19900007777")
    gone = Case.objects.get(pk=other.pk)
    close(by=cast.users["clerk"], case=other, reason="elsewhere")
    with refused("returnees.cannot_join"):
        join(by=cast.users["secretary"], case=one, into=gone)
    assert Case.objects.get(pk=one.pk).signals.count() == 1
