"""The pages of places over time and of lists of divisions: for who may correct, and nobody else."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood
from linli.ground.models import GazetteerDoubt, GazetteerList, Place
from linli.ground.places import resolve
from linli.ground.testing import Cast, client_as
from linli.journal.models import Entry

pytestmark = pytest.mark.django_db
OLD = "代码,名称\n310105102001,天山居委会\n310105102002,富强村村委会\n310105102003,水城居委会\n"
NEW = "代码,名称\n310105102001,天山居委会\n310105102004,富强居委会\n310105102405,水城居委会\n"


def upload(cast: Cast, text: str, name: str, as_of: str = "") -> str:
    client = client_as(cast.users["secretary"])
    answer = client.post("/places/lists/", {"file": SimpleUploadedFile(name, text.encode()), "as_of": as_of})
    return answer.headers.get("Location", "") or answer.content.decode()


def test_a_stranger_and_a_guard_see_nothing(cast: Cast) -> None:
    for path in ("/places/", f"/places/{cast.lanes.pk}/", "/places/lists/"):
        assert client_as(cast.users["stranger"]).get(path).status_code == 404
        assert client_as(cast.users["guard"]).get(path).status_code == 403
    other = create_neighbourhood(by=None, name="别处居民区")
    assert client_as(cast.users["secretary"]).get(f"/places/{other.pk}/").status_code == 404


def test_a_building_is_renamed_and_found_by_its_old_name(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    page = client.get(f"/places/{cast.building.pk}/").content.decode()
    assert "6" in page
    client.post(f"/places/{cast.building.pk}/do/rename/", {"name": "7幢", "since": "2024-05-01"})
    assert Place.objects.get(pk=cast.building.pk).name == "7幢"
    page = client.get(f"/places/{cast.building.pk}/").content.decode()
    assert "7号" in page
    assert "2024-05-01" in page
    found = client.get("/places/", {"q": "7号"}).content.decode()
    assert f"/places/{cast.building.pk}/" in found


def test_what_was_typed_stays_when_it_cannot_be_done(cast: Cast) -> None:
    client = client_as(cast.users["clerk"])
    answer = client.post(f"/places/{cast.lanes.pk}/do/rename/", {"name": "泉口新苑", "since": "nonsense"})
    assert answer.status_code == 400
    assert "泉口新苑" in answer.content.decode()
    assert client.post(f"/places/{cast.lanes.pk}/do/burn/", {}).status_code == 404
    answer = client.post(f"/places/{cast.lanes.pk}/do/rename/", {"name": "听松别墅"}, follow=True)
    assert "听松别墅" in answer.content.decode()
    assert Place.objects.get(pk=cast.lanes.pk).name == "泉口花苑"


def test_the_road_and_lane_of_an_estate_is_said_by_page(cast: Cast) -> None:
    client, address = client_as(cast.users["clerk"]), f"/places/{cast.lanes.pk}/do/address/"
    assert "乘客名单" in client.get(f"/places/{cast.lanes.pk}/").content.decode()
    assert "乘客名单" not in client.get(f"/places/{cast.building.pk}/").content.decode(), "only an estate has one"
    assert client.post(address, {"address": " 虹古路1597弄 ", "name_en": "Spring Garden"}).status_code == 302
    estate = Place.objects.get(pk=cast.lanes.pk)
    assert (estate.address, estate.name_en) == ("虹古路1597弄", "Spring Garden")
    written = Entry.objects.filter(act="ground.place_addressed")
    assert [(row.subject, row.by_user) for row in written] == [(str(estate.pk), cast.users["clerk"].pk)]
    assert "虹古路1597弄" in client.get(f"/places/{cast.lanes.pk}/").content.decode()
    client.post(address, {"address": "虹古路1597弄", "name_en": "Spring Garden"})
    assert written.count() == 1, "nothing changed, nothing to write down"
    wrong = client.post(address, {"address": "菜场旁边", "name_en": ""})
    assert (wrong.status_code, "菜场旁边" in wrong.content.decode()) == (400, True)
    assert Place.objects.get(pk=cast.lanes.pk).address == "虹古路1597弄"
    client.post(address, {"address": "", "name_en": ""})
    assert Place.objects.get(pk=cast.lanes.pk).address == ""
    assert client_as(cast.users["guard"]).post(address, {"address": "虹古路1弄"}).status_code == 403
    assert client_as(cast.users["stranger"]).post(address, {"address": "虹古路1弄"}).status_code == 404


def test_merge_split_move_end_and_back_by_page(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    (double,) = add_places([NewPlace("building", cast.lanes, "7幢")])
    add_places([NewPlace("dwelling", double, "401室")])
    at = f"/places/{double.pk}/do/"
    client.post(at + "merge/", {"to": cast.building.pk})
    assert Place.objects.get(pk=double.pk).merged_into == cast.building
    assert client.get(f"/places/{double.pk}/").status_code == 200
    client.post(at + "unmerge/")
    client.post(at + "move/", {"to": cast.villas.pk})
    assert Place.objects.get(pk=double.pk).parent == cast.villas
    client.post(at + "end/", {})
    assert Place.objects.get(pk=double.pk).until is not None
    client.post(at + "reopen/")
    assert Place.objects.get(pk=double.pk).until is None
    client.post(f"/places/{cast.villas.pk}/do/split/", {"name": "听松别墅二期", "parts": [double.pk]})
    assert Place.objects.get(pk=double.pk).parent.name == "听松别墅二期"  # type: ignore[union-attr]


def test_a_list_is_read_previewed_loaded_and_its_doubt_answered(cast: Cast) -> None:
    client = client_as(cast.users["secretary"])
    for text, name in ((OLD, "list_2019.csv"), (NEW, "list_2023.csv")):
        where = upload(cast, text, name)
        assert re.fullmatch(r"/places/lists/\d+/", where)
        assert "310105102" not in [p.code for p in Place.objects.all()] or name == "list_2023.csv"
        assert client.get(where).status_code == 200
        client.post(where)
        assert client.get(where).status_code == 200
    assert resolve("310105102003") == resolve("310105102405")
    doubt = GazetteerDoubt.objects.get()
    client.post(f"/places/lists/answer/{doubt.pk}/", {"answer": "same"})
    assert resolve("310105102002") == resolve("310105102004")
    assert "<nav" in client.get("/places/lists/").content.decode()


def test_a_list_without_a_day_is_asked_for_it(cast: Cast) -> None:
    assert "notice-red" in upload(cast, OLD, "list.csv")
    assert upload(cast, OLD, "list.csv", "2019").startswith("/places/lists/")


def test_where_several_neighbourhoods_run_nobody_alone_loads_lists(cast: Cast) -> None:
    create_neighbourhood(by=None, name="别处居民区")
    upload(cast, OLD, "list_2019.csv")
    assert not GazetteerList.objects.exists()
    assert "import-gazetteer" in client_as(cast.users["secretary"]).get("/places/lists/").content.decode()
