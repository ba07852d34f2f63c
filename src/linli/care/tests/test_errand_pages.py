"""``/care/errands/`` and its steps: who sees what, what is said beside a box, the spreadsheet, the slip (Q03)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.care.actions.errands import ask_errand, take_errand
from linli.care.models import Case, Errand, ErrandEntry, Receipt
from linli.care.tests.own_stage import jpeg, operation_of, quarantined, volunteer_of
from linli.ground.testing import Cast, client_as
from linli.kernel.ids import uuid7
from linli.notices.models import Notice


@pytest.fixture
def case(cast: Cast) -> Iterator[Case]:
    with cast.scope():
        operation_of(cast)
        yield quarantined(cast)


@pytest.fixture
def errand(cast: Cast, case: Case) -> Errand:
    return ask_errand(by=None, household=case.household, case=case, words="大米 2 公斤")


def as_(cast: Cast, who: str) -> Client:
    client = client_as(cast.users[who])
    client.cookies["linli_language"] = "en"
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("receipt.jpg", jpeg(), content_type="image/jpeg")


def test_one_errand_from_the_list_to_its_slip(cast: Cast, errand: Errand) -> None:
    leader = as_(cast, "building_leader")
    assert "One errand is open" in page(leader, "/care/errands/")
    assert "One errand waits" in page(leader, "/care/errands/mine/")
    path = f"/care/errands/{errand.pk}/"
    assert "Who goes?" in page(leader, path)
    leader.post(f"{path}take/")
    assert "One errand is yours" in page(leader, "/care/errands/mine/")
    wrong = leader.post(f"{path}form/buy/", {"key": str(uuid7()), "fen": "23.505", "no_receipt": ""})
    assert wrong.status_code == 422
    assert b"At most two digits after the point" in wrong.content
    assert b'value="23.505"' in wrong.content, "what was typed is not lost"
    none = leader.post(f"{path}form/buy/", {"key": str(uuid7()), "fen": "23.50", "no_receipt": ""})
    assert b"Please add the receipt, or say why there is none." in none.content
    bought = {"key": str(uuid7()), "fen": "¥23.50", "no_receipt": "", "receipt": photo()}
    assert leader.post(f"{path}form/buy/", bought).status_code == 302
    assert leader.post(f"{path}form/deliver/", {"contactless": "yes", "receipt": photo()}).status_code == 302
    assert "The household still owes 23.50 yuan." in page(leader, path)
    receipt = Receipt.objects.filter(what="receipt").get()
    assert leader.get(f"/care/errands/pictures/{receipt.pk}/")["Content-Type"] == "image/jpeg"
    leader.post(f"{path}step/settle/")
    leader.post(f"{path}step/received/")
    errand.refresh_from_db()
    assert errand.settled_at is not None
    assert errand.received_at is not None
    slip = page(leader, f"{path}slip/")
    assert "已结清" in slip
    assert "23.50" in slip
    assert "No errand is open" in page(leader, "/care/errands/")
    assert "settled" in page(leader, "/care/errands/?state=settled")


def test_money_in_parts_waived_by_the_office_and_a_row_taken_back(cast: Cast, errand: Errand) -> None:
    take_errand(by=cast.users["building_leader"], errand=errand, mandate=cast.mandates["building_leader"])
    leader, clerk, path = as_(cast, "building_leader"), as_(cast, "clerk"), f"/care/errands/{errand.pk}/form/money/"
    said = {"key": str(uuid7()), "what": "spent", "fen": "10", "way": "cash"}
    leader.post(path, said)
    leader.post(path, said)
    assert ErrandEntry.objects.count() == 1, "a form that is sent twice counts once"
    waived = {"key": str(uuid7()), "what": "waived", "fen": "4", "way": "cash"}
    assert leader.post(path, waived).status_code == 422, "who goes does not decide what is not asked back"
    assert clerk.post(path, waived).status_code == 302
    zero = clerk.post(path, {**waived, "key": str(uuid7()), "fen": "0"})
    assert b"Please write more than 0." in zero.content
    assert "The household still owes 6.00 yuan." in page(leader, f"/care/errands/{errand.pk}/")
    row = ErrandEntry.objects.get(what="waived")
    leader.post(f"/care/errands/rows/{row.pk}/reverse/")
    assert "The household still owes 10.00 yuan." in page(leader, f"/care/errands/{errand.pk}/")


def test_called_off_given_back_a_wrong_tap_a_picture_erased(cast: Cast, errand: Errand) -> None:
    leader, path = as_(cast, "building_leader"), f"/care/errands/{errand.pk}/"
    leader.post(f"{path}take/")
    leader.post(f"{path}step/back/")
    assert leader.post(f"{path}form/cancel/", {"why": ""}).status_code == 422
    leader.post(f"{path}form/cancel/", {"why": "not_to_get"})
    assert "not to be had" in page(leader, path)
    assert leader.post(f"{path}step/again/").status_code == 403, "nobody's: the office opens it again"
    as_(cast, "clerk").post(f"{path}step/again/")
    leader.post(f"{path}take/")
    leader.post(f"{path}form/deliver/", {"contactless": "no", "receipt": photo()})
    picture = Receipt.objects.get()
    leader.post(f"/care/errands/pictures/{picture.pk}/erase/")
    assert not Receipt.objects.exists()
    leader.post(f"{path}step/not-there/")
    errand.refresh_from_db()
    assert errand.delivered_at is None
    assert leader.post(f"{path}step/nonsense/").status_code == 404
    assert leader.post(f"{path}form/nonsense/").status_code == 404


def test_a_file_that_is_no_photo_is_said_beside_its_box(cast: Cast, errand: Errand) -> None:
    leader, path = as_(cast, "building_leader"), f"/care/errands/{errand.pk}/"
    leader.post(f"{path}take/")
    said: dict[str, Any] = {"key": str(uuid7()), "fen": "5", "no_receipt": "",
                            "receipt": SimpleUploadedFile("a.jpg", b"MZ not a photo")}  # fmt: skip
    answer = leader.post(f"{path}form/buy/", said)
    assert (answer.status_code, b"no photo that can be read" in answer.content) == (422, True)
    said["receipt"] = SimpleUploadedFile("a.jpg", jpeg() + b"\x00" * (3 * 1024 * 1024))
    assert b"At most 3 MB." in leader.post(f"{path}form/buy/", said).content
    assert not ErrandEntry.objects.exists()


def test_the_helper_and_the_office_ask_for_a_household(cast: Cast, case: Case) -> None:
    leader = as_(cast, "building_leader")
    assert cast.people[7].name in page(leader, f"/care/errands/new/?case={case.pk}")
    said = {"key": str(uuid7()), "home": str(case.pk), "words": "退烧药", "limit": ""}
    made = leader.post("/care/errands/new/", said)
    assert made.status_code == 302
    assert leader.post("/care/errands/new/", said)["Location"] == made["Location"]
    assert leader.post("/care/errands/new/", {**said, "home": str(uuid7())}).status_code == 422
    assert leader.post("/care/errands/new/", {**said, "key": str(uuid7()), "words": " "}).status_code == 422
    assert Errand.objects.get().asked_by == cast.users["building_leader"].pk


def test_the_office_names_who_goes(cast: Cast, errand: Errand) -> None:
    other = volunteer_of(cast)
    clerk, path = as_(cast, "clerk"), f"/care/errands/{errand.pk}/"
    assert "志愿者甲" in page(clerk, path)
    assert "Name who goes" not in page(as_(cast, "building_leader"), path)
    clerk.post(f"{path}take/", {"mandate": str(other.pk)})
    errand.refresh_from_db()
    assert errand.taken_by_id == other.pk
    assert Notice.objects.get(kind="care.errand", settled_at__isnull=True).to_mandate_id == other.pk
    assert "One errand is yours" in page(as_(cast, "volunteer"), "/care/errands/mine/")


def test_filters_spreadsheet_and_paper(cast: Cast, errand: Errand) -> None:
    clerk = as_(cast, "clerk")
    take_errand(by=cast.users["building_leader"], errand=errand, mandate=cast.mandates["building_leader"])
    name = cast.mandates["building_leader"].holder_name
    assert "大米" in page(clerk, f"/care/errands/?taker={name}")
    assert "No errand matches" in page(clerk, "/care/errands/?taker=x")
    assert "No errand matches" in page(clerk, "/care/errands/?q=99号")
    assert "大米" in page(clerk, "/care/errands/?q=7号&state=taken")
    assert "大米" in page(clerk, "/care/errands/?state=nonsense"), "an unknown filter shows what is open"
    answer = clerk.get("/care/errands/?as=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cells = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)
    assert name in cells
    assert "大米" not in cells, "what is sealed stays out of a file"
    assert "大米" in page(clerk, "/care/errands/?as=print")


def test_who_has_no_household_sees_none(cast: Cast, errand: Errand) -> None:
    volunteer_of(cast)
    volunteer = as_(cast, "volunteer")
    assert "No errand is open" in page(volunteer, "/care/errands/")
    for path in ("", "slip/"):
        assert volunteer.get(f"/care/errands/{errand.pk}/{path}").status_code == 404
    assert volunteer.post(f"/care/errands/{errand.pk}/take/").status_code == 404
    take_errand(by=cast.users["building_leader"], errand=errand, mandate=cast.mandates["building_leader"])
    clerk = as_(cast, "clerk")
    assert clerk.post(f"/care/errands/{errand.pk}/take/").status_code == 302
    errand.refresh_from_db()
    assert errand.taken_by_id == cast.mandates["building_leader"].pk
    assert as_(cast, "guard").get("/care/errands/").status_code == 403
    assert Client().get("/care/errands/").status_code == 302


def test_errands_and_own_pages_stand_under_care_in_the_bar(cast: Cast, case: Case) -> None:
    client = as_(cast, "secretary")
    for path in ("/care/", "/care/errands/", "/care/own/children/", f"/care/own/{case.pk}/"):
        bar = page(client, path).partition('class="nav-list"')[2].partition("</ul>")[0]
        assert bar.count("aria-current") == 1
        assert '<a href="/care/" aria-current="page">' in bar


def test_an_errand_is_one_of_the_things_to_do_at_the_door(cast: Cast, case: Case, errand: Errand) -> None:
    leader, path = as_(cast, "building_leader"), f"/care/homes/{case.household_id}/"
    with_it = leader.get(path).context["left"]
    errand.delete()
    assert leader.get(path).context["left"] == with_it - 1
