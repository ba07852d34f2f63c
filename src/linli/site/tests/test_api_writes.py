"""What a token may write: findings once, edits by compare and swap, a register file from sending to undoing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from linli.ground.actions.findings import hear_state
from linli.ground.actions.homes import find_state
from linli.ground.actions.versions import change_household, change_person
from linli.ground.models import DwellingState, Person, Residence
from linli.ground.people import households_now, persons_now
from linli.ground.rest.access import PREFIX
from linli.ground.testing import Cast
from linli.journal.models import Entry
from linli.kernel.ids import uuid7
from linli.site.tests.api_client import Api, problem, token_of

pytestmark = pytest.mark.django_db
NOON = "2026-02-10T12:00:00+08:00"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def finding(**more: Any) -> dict[str, Any]:
    """A finding as another system sends it."""
    return {"id": str(uuid7()), "state": "vacant", "happened_at": NOON, **more}


def test_a_finding_is_kept_once(cast: Cast) -> None:
    api, path = token_of(cast), f"dwellings/{cast.dwellings[2].pk}/states"
    sent = finding()
    first = api.send("POST", path, sent)
    again = api.send("POST", path, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    with cast.scope():
        row = DwellingState.objects.get(pk=sent["id"])
        assert row.heard_at > row.happened_at
        assert row.source == f"token:{api.token.pk}"
        assert row.by_user == cast.users["secretary"].pk
    assert Entry.objects.filter(act="ground.state_found", happened_at=NOON).count() == 1


def test_an_id_stands_for_one_finding(cast: Cast) -> None:
    api, path = token_of(cast), f"dwellings/{cast.dwellings[2].pk}/states"
    sent = finding()
    api.send("POST", path, sent)
    problem(api.send("POST", path, {**sent, "state": "let"}), 409, "ground.finding_taken")
    problem(api.send("POST", path, finding(state="let")), 409, "ground.two_findings")
    assert (
        api.send("POST", path, finding()).json()["id"] == sent["id"]
    )  # the same fact under another id is no second row
    other = f"dwellings/{cast.dwellings[3].pk}/states"
    problem(api.send("POST", other, sent), 409, "ground.finding_taken")


def test_a_finding_must_be_possible(cast: Cast) -> None:
    api, path = token_of(cast), f"dwellings/{cast.dwellings[2].pk}/states"
    ahead = (timezone.now() + timedelta(hours=1)).isoformat()
    problem(api.send("POST", path, finding(happened_at=ahead)), 409, "ground.finding_ahead")
    problem(api.send("POST", path, finding(state="nice")), 409, "ground.state_unknown")
    found = problem(api.send("POST", path, finding(id="7f1d0e2a-1111-4111-8111-111111111111")), 422, "invalid")
    assert (found["errors"][0]["field"], found["errors"][0]["code"]) == ("body.id", "uuid_version")
    found = problem(api.send("POST", path, finding(happened_at="2026-02-10T12:00:00")), 422, "invalid")
    assert found["errors"][0]["field"] == "body.happened_at"


def test_a_finding_of_the_page_and_of_a_system_meet(cast: Cast) -> None:
    moment = timezone.now() - timedelta(hours=2)
    with cast.scope():
        find_state(by=None, dwelling=cast.dwellings[2], state="let", happened_at=moment)
        row, fresh = hear_state(
            by=cast.users["clerk"], dwelling=cast.dwellings[2], id=uuid7(), state="let", happened_at=moment, source="x"
        )
    assert not fresh
    assert row.source == "page"


def test_a_household_is_edited_only_on_the_version_that_was_read(cast: Cast) -> None:
    api, path = token_of(cast), f"households/{cast.households[2].pk}"
    answer = api.send("GET", path)
    version = answer.headers["ETag"]
    assert version == f'"{answer.json()["version"]}"'
    leader = {"mandate": cast.mandates["building_leader"].pk}
    problem(api.send("PATCH", path, leader), 428, "version_missing")
    problem(api.send("PATCH", path, leader, If_Match="*"), 428, "version_missing")
    done = api.send("PATCH", path, leader, If_Match=version)
    assert done.status_code == 200
    assert done.json()["responsible"]["holder"] == cast.mandates["building_leader"].holder_name
    assert done.headers["ETag"] != version
    lost = api.send("PATCH", path, {"mandate": cast.mandates["clerk"].pk}, If_Match=version)
    found = problem(lost, 412, "changed_meanwhile")
    assert found["yours"] == {"mandate": cast.mandates["clerk"].pk}
    assert found["current"]["responsible"]["mandate"] == cast.mandates["building_leader"].pk
    assert lost.headers["ETag"] == done.headers["ETag"]
    today = api.get(f"dwellings/{cast.dwellings[2].pk}/responsible")
    assert today["responsible"]["capacity"] == "building_leader"
    before = api.get(f"dwellings/{cast.dwellings[2].pk}/responsible?on=2020-01-02")
    assert before["responsible"]["capacity"] == "secretary"
    assert api.get(f"dwellings/{cast.dwellings[2].pk}/responsible?on=2019-12-31")["responsible"] is None


def test_a_mandate_from_elsewhere_answers_for_nobody(cast: Cast) -> None:
    api, path = token_of(cast), f"households/{cast.households[2].pk}"
    version = api.get(path)["version"]
    found = problem(api.send("PATCH", path, {"mandate": 999_999}, If_Match=version), 422, "invalid")
    assert found["errors"][0]["field"] == "body.mandate"


def test_two_clerks_at_one_person(cast: Cast) -> None:
    api, person = token_of(cast), cast.people[4]
    path = f"persons/{person.pk}"
    version = api.send("GET", path).headers["ETag"]
    first = api.send("PATCH", path, {"presence": "away", "note": "回乡"}, If_Match=version)
    assert first.json()["presence"] == "away"
    lost = api.send("PATCH", path, {"name": "陆燕"}, If_Match=version)
    found = problem(lost, 412, "changed_meanwhile")
    assert found["yours"] == {"name": "陆燕"}
    assert found["current"]["name"] == "陆䶮"
    assert found["current"]["presence"] == "away"
    assert api.send("PATCH", path, {"name": "陆燕"}, If_Match=lost.headers["ETag"]).json()["name"] == "陆燕"
    problem(api.send("PATCH", path, {}, If_Match=version), 422, "invalid")
    with cast.scope():
        assert Person.objects.get(pk=person.pk).name == "陆燕"
        assert Residence.objects.filter(person=person).order_by("-since").first().presence == "away"


def test_the_loser_changes_nothing(cast: Cast) -> None:
    with cast.scope():
        (home,) = households_now([cast.households[2]])
        (person,) = persons_now([cast.people[4]])
        now, changed = change_household(
            by=cast.users["clerk"], household=home.household, expected="old", to=cast.mandates["clerk"]
        )
        assert (changed, now.version) == (False, home.version)
        then, changed = change_person(by=cast.users["clerk"], person=person.person, expected="old", name="别人")
        assert (changed, then.version) == (False, person.version)


def upload(api: Api, content: bytes, name: str = "住户.csv") -> Any:
    """Send a register file."""
    file = SimpleUploadedFile(name, content, "text/csv")
    headers = {"Authorization": f"Bearer {api.text}", "Accept-Language": "en"}
    return Client().post(f"{PREFIX}imports", {"file": file}, headers=headers)


def worked(api: Api, path: str) -> dict[str, Any]:
    """Send steps until there is no work left; where the import stands then."""
    for _ in range(50):
        found: dict[str, Any] = api.send("POST", f"{path}/steps").json()
        if not found["working"]:
            return found
    raise AssertionError("never done")


def test_an_import_from_its_file_to_its_undoing(cast: Cast) -> None:
    api = token_of(cast)
    content = "小区,姓名,楼号,室号,房屋状态\n泉口花苑,白一川,7号,501室,自住\n泉口花苑,,7号,502室,空置\n".encode()
    sent = upload(api, content)
    assert sent.status_code == 201, sent.content.decode()
    path = f"imports/{sent.json()['id']}"
    assert upload(api, content).json()["id"] == sent.json()["id"]
    preview = worked(api, path)
    assert preview["state"] == "preview"
    assert preview["verdicts"]["new"] >= 1
    rows = api.get(f"{path}/rows?limit=1")
    assert len(rows["items"]) == 1
    second = api.get(f"{path}/rows?cursor={rows['next']}")
    assert rows["items"][0]["position"] < second["items"][0]["position"]
    assert isinstance(api.get(f"{path}/problems")["items"], list)
    assert api.send("POST", f"{path}/leave", {"kinds": []}).status_code == 200
    assert api.send("POST", f"{path}/apply").json()["state"] == "applying"
    assert worked(api, path)["state"] == "done"
    found = api.get("persons?q=byc")["items"]
    assert [one["address"] for one in found] == ["泉口花苑 7号 501室"]
    problem(api.send("POST", f"{path}/apply"), 409, "register.not_preview")
    assert api.send("POST", f"{path}/undo").json()["state"] == "undoing"
    assert worked(api, path)["state"] == "undone"
    assert api.get("persons?q=byc")["items"] == []
    assert [one["state"] for one in api.get("imports")["items"]] == ["undone"]


def test_a_file_is_put_aside_and_a_broken_one_says_why(cast: Cast) -> None:
    api = token_of(cast)
    sent = upload(api, "姓名,楼号,室号\n白一川,7号,501室\n".encode())
    path = f"imports/{sent.json()['id']}"
    worked(api, path)
    assert api.send("DELETE", path).status_code == 204
    broken = upload(api, b"\x00\x01\x02 no table", "x.xlsx")
    assert worked(api, f"imports/{broken.json()['id']}")["why_broken"]
    problem(upload(api, b""), 409, "import.empty")
    problem(api.send("POST", "imports", {"file": "x"}), 422, "invalid")


def test_answers_are_readable_where_they_are_looked_at(cast: Cast) -> None:
    answer = token_of(cast).send("GET", "me")
    assert "物业报修系统" in answer.content.decode()
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
