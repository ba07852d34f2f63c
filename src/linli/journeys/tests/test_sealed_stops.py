"""Where a run stops is sealed with the operation's key, and by the migration what stood there in clear before."""

from __future__ import annotations

import pytest

from linli.journeys.actions.runs import Stop, change_run, plan_run, state_of
from linli.journeys.details import stop_of
from linli.journeys.models import Run, RunStop
from linli.journeys.testing import Night, refused
from linli.operations.actions import end_operation
from linli.vault import KeyMissing, keyring
from tests.support.step_back import without

DOOR = "松涛苑12号康小姐家"


def planned(night: Night) -> Run:
    stops = [Stop(words=f" {DOOR} "), Stop(place=night.cast.gates[0])]
    return plan_run(
        by=night.by, neighbourhood=night.cast.neighbourhood, vehicle="van", planned_at=night.after(100), stops=stops
    )


@pytest.mark.django_db
def test_a_place_in_words_is_sealed_and_mute_without_the_key(arrived: Night) -> None:
    run = planned(arrived)
    words, gate = run.stops.all()
    assert [stop_of(words), stop_of(gate), gate.sealed] == [DOOR, "", None]
    assert DOOR.encode() not in bytes(words.sealed)
    seen = state_of(run)
    change_run(by=arrived.by, run=run, stops=[Stop(words=DOOR), Stop(place=arrived.cast.gates[0])], seen=seen)
    assert state_of(run) == seen, "the same words sealed again are no change"
    keyring().destroy(arrived.operation.key_name)
    assert stop_of(run.stops.first()) == ""
    with refused("journeys.erased"):
        change_run(by=arrived.by, run=run, stops=[Stop(words="别处")])


@pytest.mark.django_db(transaction=True)
def test_words_in_clear_are_sealed_by_the_migration_and_come_back_with_it(arrived: Night) -> None:
    run = planned(arrived)
    with without("journeys", "0006_words_of_stops_sealed") as before:
        old = before.get_model("journeys", "RunStop").objects
        assert list(old.order_by("position").values_list("words", flat=True)) == [DOOR, ""]
    assert [stop_of(one) for one in run.stops.all()] == [DOOR, ""]
    keyring().destroy(arrived.operation.key_name)
    with pytest.raises(KeyMissing, match="LINLI_KEYS"), without("journeys", "0006_words_of_stops_sealed"):
        pass
    assert run.stops.count() == 2, "an operation that is on loses nothing to a missing key"
    end_operation(by=arrived.by, operation=arrived.operation)
    with without("journeys", "0006_words_of_stops_sealed"):
        pass
    (left,) = RunStop.objects.all()
    assert left.place == arrived.cast.gates[0], "words that nobody can read any more are not kept"
