"""The field page on a phone: rounds in walking order, half of them without a network, sixty doors in one go, a photo without its place."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, expect

import linli.kernel
import linli.rounds
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.models import Mandate
from linli.ground.testing import Cast
from linli.rounds.actions.phones import make_code
from linli.rounds.models import (
    Finding,
    Question,
    QuestionChoice,
    Sheet,
    Visit,
    VisitAnnulment,
    VisitPhoto,
    VisitTarget,
    VisitValue,
)
from linli.rounds.photos import picture_of
from linli.rounds.testing_walk import make_walker, open_round
from tests.support import phone as phones
from tests.support.axe import axe_problems
from tests.support.chromium import Complaints

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
SIZE = {"width": 320, "height": 640}
TARGET = 56
"""CSS pixels that a thumb hits on the way."""
DOORS = 60
VECTORS = Path(linli.rounds.__file__).parent / "tests" / "vectors" / "sheet.json"
CELSIUS = Path(linli.kernel.__file__).parent / "tests" / "vectors" / "celsius.json"
RUN = """
async (cases) => {
  const base = document.querySelector("script[type=module]").src.replace("app.js", "");
  const { read, amiss } = await import(`${base}sheet.js`);
  return cases.map(({ ask, raw }) => {
    const { value, problem } = read(ask, raw);
    return { value, problem, amiss: value !== null && amiss(ask, value) };
  });
}
"""
SMALL = f"""
() => [...document.querySelectorAll("button, select, textarea, input:not([type=file])")]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < {TARGET}).map((one) => one.textContent)
"""


@pytest.fixture
def walker(cast: Cast) -> Mandate:
    """Somebody who walks two gates with a sheet, and sixty doors without one."""
    mandate = make_walker(cast)
    (tower,) = add_places([NewPlace("building", cast.lanes, "60号")])
    doors = add_places([NewPlace("dwelling", tower, f"{1 + n // 4}0{1 + n % 4}室") for n in range(DOORS)])
    open_round(cast, cast.gates, mandate, sheet=_sheet(), title="上午巡查")
    open_round(cast, doors, mandate, title="敲门告知")
    return mandate


def _sheet() -> Sheet:
    sheet = Sheet.objects.create(code="patrol", title="巡查三问")
    rows = [
        Question(position=1, field="yes_no", label="门岗有人吗", wrong=False, finding="门岗无人"),
        Question(position=2, field="choice", label="路灯", finding="路灯坏了"),
        Question(position=3, field="temperature", label="体温", most=Decimal("37.3"), finding="发热", required=False),
        Question(position=4, field="photo", label="现场照片", required=False),
    ]
    for row in rows:
        row.sheet = sheet
        row.save()
    for position, (code, label) in enumerate([("good", "都亮"), ("broken", "有不亮")], 1):
        QuestionChoice.objects.create(
            question=rows[1], position=position, code=code, label=label, wrong=code == "broken"
        )
    return sheet


@pytest.fixture
def page(
    browser: Browser, complaints: Complaints, live_server: LiveServer, cast: Cast, walker: Mandate
) -> Iterator[Page]:
    """An enrolled phone on its list."""
    _, code = make_code(by=cast.users["secretary"], mandate=walker, neighbourhood=cast.neighbourhood)
    context = browser.new_context(
        viewport=SIZE, has_touch=True, is_mobile=True, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    complaints.watch(context)
    found = context.new_page()
    found.goto(f"{live_server.url}/scan/#w={code}")
    expect(found.locator("#left")).to_have_text(f"还有 {DOORS + 2} / {DOORS + 2}")
    yield found
    context.close()


def camera_file(folder: Path) -> Path:
    """A photo as a phone's camera makes it: large, on its side, with the position in it."""
    picture = Image.new("RGB", (2400, 1800), (90, 140, 110))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 12.0, 30.0), 3: "E", 4: (121.0, 21.0, 0.0)})
    picture.save(folder / "photo.jpg", exif=exif)
    return folder / "photo.jpg"


def visits(cast: Cast) -> int:
    """How many the server has."""
    with cast.scope():
        return Visit.objects.count()


def looks_right(page: Page) -> None:
    """No control is too small for a thumb, nothing runs over the edge, and it is accessible."""
    assert page.evaluate("document.documentElement.scrollWidth") <= SIZE["width"]
    assert page.evaluate(SMALL) == []
    assert not axe_problems(page)


def answer_at_the_east_gate(page: Page, folder: Path) -> None:
    """The stop with a sheet: what is missing is said, what is amiss is told, a photo is made small."""
    page.get_by_role("button", name="东门").click()
    looks_right(page)
    page.locator("#done").click()
    expect(page.locator(".wrong").first).to_have_text("请回答这一题。")
    page.get_by_role("button", name="否", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("门岗无人")
    page.get_by_role("button", name="都亮").click()
    page.locator("[data-question] input[inputmode=decimal]").fill("36.57 ℃")
    page.locator("#photo-" + str(Question.objects.get(field="photo").pk)).set_input_files(camera_file(folder))
    expect(page.locator("canvas.shot")).to_be_visible()
    page.locator("#done").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("西门")  # the next one on the way


def knock_at_the_doors(page: Page) -> None:
    """All sixty at once, taken back, then three of them."""
    page.get_by_role("button", name="60号").click()
    expect(page.locator(".doors .cell")).to_have_count(DOORS)
    looks_right(page)
    for cell in page.locator(".doors .cell").all():
        cell.click()
    page.locator("#mark-done").click()
    expect(page.locator("#left")).to_contain_text("还有 0 户")
    page.locator("#undo").click()
    expect(page.locator("#left")).to_have_text(f"还有 {DOORS + 1} / {DOORS + 2}")
    page.get_by_role("button", name="60号").click()
    for number in (0, 1, 2):
        page.locator(".doors .cell").nth(number).click()
    page.locator("#mark-no_answer").click()
    page.get_by_role("button", name="返回").click()


def report(page: Page) -> None:
    """Something seen on the way; the thumb taps twice while it is being written."""
    page.locator("#report").click()
    looks_right(page)
    page.locator("#place").select_option(label="西门")
    page.locator("#note").fill("围墙有缺口")
    page.locator("#save").evaluate("save => { save.click(); save.click(); }")
    expect(page.locator("#report")).to_be_visible()  # back on the list: it is on the disk


def test_a_round_is_walked_half_of_it_without_a_network(
    page: Page, cast: Cast, tmp_path: Path, complaints: Complaints
) -> None:
    phones.wait_for_worker(page)
    looks_right(page)
    answer_at_the_east_gate(page, tmp_path)
    phones.eventually(page, lambda: visits(cast) == 1)
    with cast.scope():
        assert Finding.objects.get().note == "门岗无人"
        assert VisitValue.objects.get(question__field="temperature").number == Decimal("36.57")
        data = picture_of(VisitPhoto.objects.get())
        assert data is not None
        kept = Image.open(io.BytesIO(data))
        assert (kept.size, dict(kept.getexif())) == ((960, 1280), {})  # upright, small, nothing beside the picture
        assert len(data) <= 400_000
    complaints.expect("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.get_by_role("button", name="约了再来").click()
    page.locator(".moment").first.click()
    expect(page.locator(".strip")).to_have_text("离线 · 1 条待上传")
    page.reload()
    expect(page.locator("#left")).to_have_text(f"还有 {DOORS + 1} / {DOORS + 2}")
    expect(page.get_by_role("button", name="西门")).to_contain_text("再来")
    knock_at_the_doors(page)
    report(page)
    page.reload()
    expect(page.locator(".strip")).to_have_text("离线 · 5 条待上传")
    page.context.set_offline(False)
    phones.eventually(page, lambda: visits(cast) == 5)
    phones.hear(page)
    expect(page.locator("#left")).to_have_text(f"还有 {DOORS + 1} / {DOORS + 2}")
    expect(page.locator(".strip")).to_have_count(0)
    with cast.scope():
        assert Visit.objects.filter(made_offline=True).count() == 4
        assert VisitAnnulment.objects.count() == 1
        links = VisitTarget.objects.values_list("outcome", flat=True)
        assert sorted(links) == ["call_back", *["done"] * (DOORS + 1), *["no_answer"] * 3]
        seen = Finding.objects.get(note="围墙有缺口")
        assert seen.due_on == timezone.localdate(seen.happened_at) + timedelta(days=1)


def test_nobody_who_does_not_wait_for_the_disk_is_taken_away_from_where_he_went(page: Page, cast: Cast) -> None:
    phones.hold_disk(page, "queue")
    page.get_by_role("button", name="60号").click()
    page.locator(".doors .cell").first.click()
    page.locator("#mark-no_answer").click()
    page.locator("#mark-refused").click()  # the same thumb, while it is being written
    page.get_by_role("button", name="返回").click()
    page.get_by_role("button", name="东门").click()
    page.locator("[data-question] input[inputmode=decimal]").fill("36.6")
    phones.let_go(page)
    phones.eventually(page, lambda: visits(cast) == 1)
    phones.hear(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("东门")
    expect(page.locator("[data-question] input[inputmode=decimal]")).to_have_value("36.6")
    with cast.scope():
        assert VisitTarget.objects.get().outcome == "no_answer"


def test_a_link_that_was_used_says_where_a_walker_gets_another(
    page: Page, live_server: LiveServer, complaints: Complaints
) -> None:
    complaints.expect("400")
    other = page.context.browser.new_page(viewport=SIZE)  # type: ignore[union-attr]
    other.goto(f"{live_server.url}/scan/#w=ABCD2345")
    expect(other.locator(".wrong")).not_to_be_empty()
    expect(other.locator("form")).to_contain_text("用这部手机巡查")
    expect(other.locator("#token")).to_have_value("ABCD 2345")
    expect(other.locator("#work, #phone")).to_have_count(0)
    other.close()


def test_the_phone_reads_answers_as_the_server_does(page: Page) -> None:
    cases: list[dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))
    told = page.evaluate(RUN, cases)
    assert told == [{name: case[name] for name in ("value", "problem", "amiss")} for case in cases]
    degrees: list[dict[str, Any]] = json.loads(CELSIUS.read_text("utf-8"))
    ask = {"kind": "temperature", "required": False}
    told = page.evaluate(RUN, [{"ask": ask, "raw": case["typed"]} for case in degrees])
    assert [(one["problem"], (one["value"] or {}).get("number")) for one in told] == [
        (case["problem"], case["read"]) for case in degrees
    ]
