"""The first day, whole: an empty folder, `linli serve`, a browser; the register in, the cards out, the gate open, the network down.

Nothing here is a fixture of the product: the server is the real one in a folder of its own, every act is done on the page, the card
that the camera sees is cut out of the PDF that the page printed.
"""

from __future__ import annotations

import base64
import io
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pymupdf
import pytest
import xlsxwriter
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from linli.accounts.totp import code_at
from linli.kernel.identity import check_character
from tests.support import camera, phone
from tests.support.chromium import Complaints
from tests.support.gate_world import free_port

PASSWORD = "three plain words 7"
PEOPLE = ["林知夏", "许安和", "周一苇", "沈听雨", "陆䶮", "顾小满", "姚春生", "钱若水", "孙晓棠", "何远山"]


def number_of(index: int) -> str:
    """An invented identity number that passes GB 11643."""
    first = f"31010119{70 + index}0101{700 + index}"
    return first + check_character(first)


def office_file(path: Path) -> Path:
    """A small register as an office keeps it: a title, merged cells, a villa estate and a block, one wrong number, one empty field."""
    with xlsxwriter.Workbook(str(path)) as book:
        villas = book.add_worksheet("听松别墅")
        villas.merge_range("A1:G1", "听松别墅住户登记表", None)
        villas.write_row(2, 0, ["门牌", "房屋状态", "姓名", "与户主关系", "性别", "身份证号", "联系电话"])
        villas.write_row(3, 0, ["1号", "自住", PEOPLE[0], "户主", "女", number_of(0), "19900001000"])
        villas.write_row(4, 0, ["", "", PEOPLE[1], "配偶", "男", number_of(1), "199-0000-1001"])
        villas.write_row(5, 0, ["2号", "出租", PEOPLE[2], "租客", "男", number_of(2)[:-1] + "?", "19900001002"])
        villas.write_row(6, 0, ["3号", "空置", "", "", "", "", ""])
        block = book.add_worksheet("泉口花苑")
        block.write_row(0, 0, ["楼号", "室号", "姓名", "关系", "性别", "证件号码", "手机", "居住情况"])
        for index in range(3, len(PEOPLE)):
            state = "" if index == 9 else "自住"
            door = f"{100 + index}室"
            block.write_row(
                index - 2,
                0,
                ["7号", door, PEOPLE[index], "户主", "女", number_of(index), f"1990000{1000 + index}", state],
            )
    return path


@pytest.fixture
def office(tmp_path: Path) -> Iterator[str]:
    """`linli serve` in an empty folder; gives its address."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LINLI_", "DJANGO_"))}
    environment |= {"LINLI_DATA": str(tmp_path / "data"), "LINLI_KEYS": str(tmp_path / "keys"), "PYTHONUNBUFFERED": "1"}
    log = (tmp_path / "serve.log").open("wb")
    command = [str(Path(sys.executable).with_name("linli")), "serve", "--port", str(port), "--workers", "2"]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process, tmp_path / "serve.log")
        yield address
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address + "/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not start:\n" + log.read_text())


@pytest.fixture
def desk(browser: Browser, office: str, complaints: Complaints) -> Iterator[Page]:
    """The secretary's browser."""
    context = browser.new_context(
        base_url=office, viewport={"width": 1280, "height": 900}, reduced_motion="reduce", accept_downloads=True
    )
    complaints.watch(context)
    yield context.new_page()
    context.close()


def set_up(page: Page) -> None:
    """Neighbourhood and account, gates, a second user with a slip."""
    page.goto("/")
    expect(page).to_have_url(re.compile("/setup/"))
    for name, value in {
        "name": "槐安居民区", "name_en": "Huai'an", "display_name": "林书记", "username": "shuji", "password": PASSWORD, "again": PASSWORD,
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", value)
    page.locator("main form .button-main").click()
    page.fill("[name=gates]", "东门\n西门")
    page.locator("main form .button-main").click()
    expect(page).to_have_url(re.compile("people"))
    page.fill("[name=display_name]", "周师傅")
    page.fill("[name=username]", "zhou")
    guard = page.locator("[name=capacity]")
    if guard.count():
        guard.select_option("guard") if guard.first.evaluate("e => e.tagName") == "SELECT" else page.check(
            "[name=capacity][value=guard]"
        )
    page.locator("main form .button-main").click()
    expect(page.locator("main")).to_contain_text("周师傅")


def second_factor(page: Page) -> None:
    """Set the second factor up as an app on a phone would."""
    page.goto("/accounts/second-factor/") if page.request.get("/accounts/second-factor/").ok else page.goto(
        "/register/import/"
    )
    letters = page.locator("main code").first.inner_text().replace(" ", "")
    secret = base64.b32decode(letters + "=" * (-len(letters) % 8))
    page.locator("main form input:not([type=hidden])").first.fill(code_at(secret, int(time.time()) // 30))
    page.locator("main form .button-main").click()
    expect(page.locator("main")).to_contain_text(re.compile("恢复码|备用码|recovery", re.IGNORECASE))


def bring_in(page: Page, file: Path) -> None:
    """Drop the file, look at what was found, take it in."""
    page.goto("/register/import/")
    page.set_input_files("input[type=file]", str(file))
    page.locator("main form .button-main").first.click()
    take = page.locator("form[action$='/begin'] .button-main")
    expect(take).to_be_visible(timeout=60_000)
    expect(page.locator("main")).to_contain_text("1")
    take.click()
    expect(page.locator("a[href='/homes/'].button-main")).to_be_visible(timeout=60_000)


def open_operation(page: Page) -> None:
    """Say why the gates may record."""
    page.goto("/operations/new/")
    words = {
        "name": "演练",
        "purpose": "核验进出小区的人员",
        "ground_text": "传染病防治法第四十二条",
        "authority": "某街道",
        "contact": "居委会办公室",
    }
    for name, value in words.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=ruleset]", "shanghai-2020-02-10")
    page.select_option("[name=ground]", "emergency")
    page.fill("[name=ends_on]", (timezone.localdate() + timedelta(days=10)).isoformat())
    page.locator("main form .button-main").click()
    expect(page.locator("h1")).to_contain_text("演练")


def print_cards(page: Page, folder: Path) -> Path:
    """Issue and print; returns the PDF."""
    page.goto("/gates/permits/new/")
    page.locator("main form .button-main").click()
    fetch = page.locator("a[href$='cards.pdf']").first
    expect(fetch).to_be_visible(timeout=120_000)
    with page.expect_download() as download:
        fetch.click()
    download.value.save_as(folder / "cards.pdf")
    return folder / "cards.pdf"


def one_time_code(page: Page) -> str:
    """Make a code for a phone at the first gate: the eight characters as the page shows them."""
    page.goto("/gates/devices/")
    page.locator("form:has([name=gate]) .button-main").click()
    return "".join(page.locator(".token").inner_text().split())


def film_of(pdf: Path, folder: Path) -> Path:
    """The camera's view: the first card of the printed page, then the empty table, and again."""
    with pymupdf.open(pdf) as document:
        sheet = document[0]
        view = sheet.get_pixmap(dpi=200, clip=pymupdf.Rect(0, 0, sheet.rect.width / 2, sheet.rect.height / 4))
        card = Image.open(io.BytesIO(view.tobytes("png"))).convert("RGB")
    table = camera.frame(Image.new("RGB", card.size, "#8a8f94"), share=0.7)
    return camera.write([camera.frame(card, share=0.7), table], folder / "card.mjpeg", repeat=120)


def admit(page: Page) -> None:
    """The card before the camera is read; nothing of these, 36.5, record."""
    expect(page.locator('#app[data-screen="ask"]')).to_be_visible(timeout=30_000)
    page.locator("#none").click()
    page.get_by_role("button", name="36.5", exact=True).click()
    page.locator("#record").click()
    expect(page.locator('#app[data-screen="outcome"]')).to_be_visible()


def test_from_the_empty_folder_to_the_first_scan(
    desk: Page, office: str, camera_browser: Callable[[Path], Browser], complaints: Complaints, tmp_path: Path
) -> None:
    set_up(desk)
    second_factor(desk)
    bring_in(desk, office_file(tmp_path / "住户登记.xlsx"))
    desk.goto("/homes/")
    expect(desk.locator("a.sq")).to_have_count(10)
    desk.goto("/homes/?q=lzx")
    expect(desk.locator("main")).to_contain_text("林知夏")
    open_operation(desk)
    film = film_of(print_cards(desk, tmp_path), tmp_path)
    code = one_time_code(desk)
    context: BrowserContext = camera_browser(film).new_context(
        viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True, timezone_id="Asia/Shanghai"
    )
    complaints.watch(context)
    guard = context.new_page()
    phone.enrol(guard, office, code)
    phone.wait_for_worker(guard)
    phone.start(guard)
    admit(guard)
    phone.eventually(guard, lambda: "1" in passages(desk))
    complaints.expect("ERR_INTERNET_DISCONNECTED")  # the phone tries, and keeps what it could not send
    context.set_offline(True)
    guard.locator("#next").click()
    admit(guard)
    expect(guard.locator("body")).to_contain_text(re.compile("离线|1 条待上传"))
    context.set_offline(False)
    phone.eventually(guard, lambda: passages(desk) == "2", within_ms=60_000)
    context.close()
    desk.goto("/")
    expect(desk.locator("main")).to_contain_text("今天进出 2 人次")


def passages(desk: Page) -> str:
    """How many passages the board of the gates counts."""
    desk.goto("/gates/")
    found = re.search(r"\d+", desk.locator("h1").inner_text())
    return found.group() if found else ""
