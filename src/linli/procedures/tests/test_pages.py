"""The pages and verbs of a split: chosen, looked at, begun, watched; what stands in the way; who sees what, at every moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.models import Place, PlaceKind
from linli.ground.testing import Cast, client_as, make_cast
from linli.kernel.refusal import Refusal
from linli.operations.actions import Order, end_operation, open_operation
from linli.operations.models import Operation
from linli.procedures.models import Parting
from linli.procedures.parting import job
from linli.procedures.parting.choosing import NewNeighbourhood, propose_merge, propose_split
from linli.procedures.tests.world import fill
from linli.register.actions.apply import begin_apply
from linli.register.actions.start import start_import
from linli.register.actions.undo import begin_undo
from linli.register.models import ImportRun
from linli.site import daily

PATHS = "/ /homes/ /homes/table/ /gates/ /gates/permits/ /returnees/ /tenancies/ /offices/ /places/ /journal/ /register/import/ /rounds/"
TODAY = timezone.localdate()


@pytest.fixture
def full(cast: Cast) -> Cast:
    fill(cast)
    return cast


def proposed(cast: Cast, secretary: User | None = None) -> Parting:
    new = NewNeighbourhood("听松居民区", [cast.villas.pk, cast.gates[0].pk], secretary or cast.users["clerk"])
    return propose_split(by=cast.users["secretary"], source=cast.neighbourhood, new=new)


def refused(do: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as caught:
        do()
    return caught.value.code


def test_a_whole_split_on_the_page(full: Cast) -> None:
    client = client_as(full.users["secretary"])
    assert client.get("/parting/").status_code == 200
    form = {
        "name": "听松居民区", "code": "", "secretary": full.users["clerk"].pk, "since": TODAY.isoformat(),
        "parts": [full.villas.pk, full.gates[0].pk],
    }  # fmt: skip
    answer = client.post("/parting/split/", form)
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert full.people[4].name in page  # lived on the other side
    assert full.people[1].name in page  # owns a flat there
    assert "both" in page  # an area that is divided
    parting = Parting.objects.get()
    begun = client.post(f"/parting/{parting.pk}/do/begin/")
    assert begun["Location"] == answer["Location"]
    assert client.get(answer["Location"]).status_code == 200
    said: dict[str, Any] = {}
    while not said.get("done"):
        said = client.post(f"/parting/{parting.pk}/step/", HTTP_ACCEPT="application/json").json()
    assert said == {"value": 2, "total": 2, "done": True}
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(f"/parting/{parting.pk}/step/").status_code == 302


def test_each_side_sees_its_own_and_nothing_else(full: Cast) -> None:
    users = User.objects
    fresh = users.create_user("fresh", "correct horse 1", display_name="fresh")
    parting = job.run(by=None, parting=job.begin(by=None, parting=proposed(full, fresh)))
    old, new = client_as(full.users["secretary"]), client_as(fresh)
    went, stayed = full.people[2], full.people[5]
    for client, sees, misses in ((old, stayed, went), (new, went, stayed)):
        assert client.get(f"/homes/people/{sees.pk}/").status_code == 200
        assert client.get(f"/homes/people/{misses.pk}/").status_code == 404
        found = client.get("/homes/search/", {"q": misses.name}).content.decode()
        assert f"/{misses.pk}/" not in found
    assert new.get(f"/homes/{full.dwellings[0].pk}/").status_code == 200
    assert old.get(f"/homes/{full.dwellings[0].pk}/").status_code == 404
    for path in PATHS.split():
        for client in (old, new):
            assert client.get(path).status_code in (200, 302, 404), path
    assert parting.target is not None
    leader = client_as(full.users["building_leader"])
    assert leader.get("/homes/").status_code == 200


def test_nobody_else_finds_the_pages(full: Cast) -> None:
    parting = proposed(full)
    far = make_cast("梧桐居民区", prefix="w_")
    paths = ["/parting/", "/parting/split/", "/parting/merge/", f"/parting/{parting.pk}/"]
    for path in paths:
        assert client_as(full.users["clerk"]).get(path).status_code == 403
        assert client_as(full.users["stranger"]).get(path).status_code == 404
    assert client_as(far.users["secretary"]).get(paths[-1]).status_code == 404
    assert client_as(far.users["secretary"]).post(f"/parting/{parting.pk}/step/").status_code == 404


def test_a_merge_is_asked_and_agreed_to_on_the_pages(full: Cast) -> None:
    far = make_cast("梧桐居民区", prefix="w_")
    above = Place.objects.filter(pk__in=[full.neighbourhood.pk, far.neighbourhood.pk])
    top = Place.objects.create(kind=_kind("subdistrict"), name="s", path="00zzzz")
    above.update(parent=top)
    asking, asked = client_as(far.users["secretary"]), client_as(full.users["secretary"])
    made = asking.post("/parting/merge/", {"into": full.neighbourhood.pk, "since": TODAY.isoformat()})
    page = made["Location"]
    parting = Parting.objects.get()
    assert "/do/begin/" not in asking.get(page).content.decode()
    theirs = asked.get(page).content.decode()
    assert "/do/agree/" in theirs
    assert far.users["clerk"].display_name not in theirs
    asked.post(f"/parting/{parting.pk}/do/agree/")
    assert "/do/begin/" in asking.get(page).content.decode()
    assert asking.post(f"/parting/{parting.pk}/do/nothing/").status_code == 404
    asking.post(f"/parting/{parting.pk}/do/aside/")
    parting.refresh_from_db()
    assert parting.state == "aside"
    assert asking.get(page).status_code == 200


def _kind(code: str) -> Any:
    return PlaceKind.objects.get(code=code)


def test_while_homes_move_nothing_is_written_by_hand(full: Cast) -> None:
    with full.scope():
        run = ImportRun.objects.get()
        waiting = ImportRun.objects.create(
            neighbourhood=full.neighbourhood, state="done", started_at=timezone.now(), read_at=timezone.now()
        )
    parting = job.begin(by=None, parting=proposed(full))
    client = client_as(full.users["secretary"])
    path = f"/places/{full.lanes.pk}/do/rename/"
    answer = client.post(path, {"name": "x", "since": TODAY.isoformat()})
    assert answer.status_code == 409
    assert client.post(path, HTTP_ACCEPT="application/json").json()["error"] == "ground.homes_moving"
    full.lanes.refresh_from_db()
    assert full.lanes.name != "x"
    assert client.get("/homes/").status_code == 200
    with full.scope():
        ImportRun.objects.filter(pk=waiting.pk).update(state="preview")
        waiting.refresh_from_db()
        for do in (
            lambda: start_import(by=None, neighbourhood=full.neighbourhood, content=b"x", name="x.csv"),
            lambda: begin_apply(by=None, run=waiting),
            lambda: begin_undo(by=None, run=run),
            lambda: opened(full),
        ):
            assert refused(do) == "ground.homes_moving"
        ImportRun.objects.filter(pk=waiting.pk).delete()
    assert daily.tick() in (True, False)
    parting.refresh_from_db()
    assert parting.state == "done"
    assert client.post(path, {"name": "x", "since": TODAY.isoformat()}).status_code == 302
    with full.scope():
        assert refused(lambda: begin_undo(by=None, run=run)) == "register.moved_away"


def opened(cast: Cast) -> Operation:
    order = Order("行动", "p", "duty", "t", "a", "c", "quiet")
    end = timezone.now() + timedelta(days=3)
    return open_operation(by=None, neighbourhood=cast.neighbourhood, order=order, ends_at=end)


def test_an_operation_or_an_open_import_stands_in_the_way(full: Cast) -> None:
    parting = proposed(full)
    operation = opened(full)
    assert refused(lambda: job.begin(by=None, parting=parting)) == "parting.operation_runs"
    end_operation(by=None, operation=operation)
    assert refused(lambda: job.begin(by=None, parting=parting)) == "parting.operation_kept"
    call_command("purge", stdout=StringIO())
    with full.scope():
        ImportRun.objects.update(state="preview")
    assert refused(lambda: job.begin(by=None, parting=parting)) == "parting.decide_first"
    with full.scope():
        ImportRun.objects.update(state="done")
    second = propose_split(
        by=None, source=full.neighbourhood, new=NewNeighbourhood("b", [full.lanes.pk], full.users["clerk"])
    )
    job.begin(by=None, parting=parting)
    assert refused(lambda: job.begin(by=None, parting=second)) == "parting.other_runs"
    assert refused(lambda: job.begin(by=None, parting=parting)) == "parting.not_waiting"


def test_what_cannot_be_chosen(full: Cast) -> None:
    clerk, here = full.users["clerk"], full.neighbourhood
    far = make_cast("梧桐居民区", prefix="w_")
    Place.objects.filter(pk=far.neighbourhood.pk).update(code="310101002001")
    parts = [full.villas.pk]
    for new, code in (
        (NewNeighbourhood(" ", parts, clerk), "ground.name_missing"),
        (NewNeighbourhood("a", [], clerk), "ground.nothing_to_split"),
        (NewNeighbourhood("a", [full.villas.pk, full.lanes.pk, *(g.pk for g in full.gates)], clerk), "ground.nothing_to_split"),
        (NewNeighbourhood("a", [far.villas.pk], clerk), "ground.not_a_part"),
        (NewNeighbourhood("a", [full.dwellings[0].pk], clerk), "ground.not_a_part"),
        (NewNeighbourhood("a", parts, clerk, "12x"), "ground.code_wrong"),
        (NewNeighbourhood("a", parts, clerk, "310101002001"), "ground.code_taken"),
        (NewNeighbourhood(here.name, parts, clerk), "ground.place_exists"),
        (NewNeighbourhood("a", parts, clerk, since=TODAY + timedelta(days=1)), "ground.day_in_future"),
    ):  # fmt: skip
        assert refused(lambda new=new: propose_split(by=None, source=here, new=new)) == code
    client = client_as(full.users["secretary"])
    wrong = client.post("/parting/split/", {"name": "a", "secretary": clerk.pk, "since": TODAY.isoformat()})
    assert wrong.status_code == 400


def test_the_verbs_tell_move_and_go_on(full: Cast) -> None:
    out = StringIO()
    said = [
        "听松居民区",
        "--from",
        str(full.neighbourhood.pk),
        "--part",
        "听松别墅",
        "--part",
        "东门",
        "--secretary",
        "clerk",
    ]
    call_command("split_neighbourhood", *said, "--dry-run", stdout=out)
    assert not Parting.objects.exists()
    call_command("split_neighbourhood", *said, stdout=out)
    assert "2" in out.getvalue()
    target = Parting.objects.get().target
    assert target is not None
    back = ["--from", str(target.pk), "--into", str(full.neighbourhood.pk)]
    parting = propose_merge(by=None, source=target, target=full.neighbourhood)
    job.begin(by=None, parting=parting)
    call_command("merge_neighbourhoods", *back, stdout=out)
    parting.refresh_from_db()
    assert parting.state == "done"
    nowhere = ["x", *said[1:3], "--part", "nowhere", "--secretary", "clerk"]
    for wrong in (nowhere, [*said[:-1], "nobody"], ["x", "--from", "999999", *said[3:]]):
        with pytest.raises(CommandError):
            call_command("split_neighbourhood", *wrong, stdout=out)
    opened(full)
    with pytest.raises(CommandError):
        call_command("split_neighbourhood", *said, stdout=out, stderr=StringIO())
    assert not Parting.objects.filter(state="waiting").exists()
