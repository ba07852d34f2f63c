"""关怀 in a browser: thirty households on the secretary's board, one on its helper's phone, and the own page of who stays at home.

Each page once a language, at both widths and in both themes; a fever is written down where each would write it, and the alarm is seen.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from linli.care.actions.errands import ask_errand
from linli.care.actions.practice import set_practice
from linli.care.actions.readings import Said, record_reading
from linli.care.actions.visits import set_need
from linli.care.models import Alarm, Case, Reading
from linli.care.sealed import said_of
from linli.care.tests.conftest import attention, begin_operation, ordered, quarantine
from linli.care.tests.own_stage import code_for
from linli.ground.actions.places import NewPlace, add_places
from linli.ground.models import Household, Person, Residence
from linli.ground.testing import Cast
from tests.browser.conftest import PageAt
from tests.support.chromium import Complaints
from tests.support.looks import problems_in_every_look, problems_of, small_controls

pytestmark = pytest.mark.django_db(transaction=True)
HOMES = 30
FEVER = "38.37"
KINDS = ("alone", "medicine", "disabled", "hardship", "pregnant")


@pytest.fixture
def ward(cast: Cast) -> Case:
    """Somebody in quarantine since two days, who asked for an errand."""
    begin_operation(cast)
    with cast.scope():
        by, place = cast.users["secretary"], cast.neighbourhood
        set_practice(by=by, neighbourhood=place, convention="landing", households_each=20)
        case = quarantine(cast)
        ask_errand(by=None, household=case.household, case=case, words="大米5公斤、鸡蛋一盒", limit_fen=8000)
    return case


@pytest.fixture
def full_ward(cast: Cast, ward: Case) -> Case:
    """And thirty households more: in quarantine, or looked in on; fevers, an order in words."""
    with cast.scope():
        first = len(cast.households)
        move_in(cast)
        for number in range(HOMES):
            where = {"home": first + number, "person": len(cast.people) - HOMES + number}
            if number % 2 == 0:
                looked_in_on(cast, number, where)
                continue
            one = quarantine(cast, **where, ordered=ordered(oral=number == 3))
            if number % 10 == 1:
                record_reading(by=None, case=one, said=Said(Decimal("37.9"), ("cough",)))
    return ward


def move_in(cast: Cast) -> None:
    """Thirty homes of one tower, somebody in each."""
    (tower,) = add_places([NewPlace("building", cast.lanes, "9号")])
    doors = add_places([NewPlace("dwelling", tower, f"{1 + n // 3}0{1 + n % 3}室") for n in range(HOMES)])
    today = timezone.localdate()
    for number, door in enumerate(doors):
        home = Household.objects.create(neighbourhood=cast.neighbourhood, dwelling=door, since=today)
        person = Person.objects.create(
            neighbourhood=cast.neighbourhood, name=f"欧阳听雨{number}", sort_name=f"ouyang{number}"
        )
        Residence.objects.create(
            neighbourhood=cast.neighbourhood, person=person, household=home, relation="head", since=today
        )
        cast.households.append(home)
        cast.people.append(person)


def looked_in_on(cast: Cast, number: int, where: dict[str, int]) -> Case:
    """Other attention, with something that is due."""
    case = attention(cast, KINDS[number // 2 % len(KINDS)], supervisor=cast.mandates["clerk"], **where)
    set_need(by=cast.users["secretary"], case=case, way="call", every_days=3, words="隔天打电话，问药够不够。")
    return case


def test_the_board_and_a_household_in_every_look(cast: Cast, full_ward: Case, page_at: PageAt) -> None:
    board = problems_in_every_look(page_at, ["/care/", f"/care/cases/{full_ward.pk}/"], cast.users["secretary"])
    home = problems_in_every_look(
        page_at, ["/care/mine/", f"/care/homes/{full_ward.household_id}/"], cast.users["building_leader"]
    )
    assert not board + home, "\n".join(board + home)


def test_a_helper_writes_a_fever_down_and_the_secretary_sees_it(
    cast: Cast, ward: Case, page_at: PageAt, complaints: Complaints
) -> None:
    complaints.expect("422")  # a slip of the pen
    phone = page_at(360, as_user=cast.users["building_leader"])
    phone.goto(f"/care/homes/{ward.household_id}/")
    form = phone.locator(".care-reading-form").first
    if not form.is_visible():  # between two checks it is folded away
        phone.locator("details", has=phone.locator(".care-reading-form")).locator("summary").first.click()
    assert small_controls(phone) == []
    form.locator("[name=temperature]").fill("383.7")
    form.locator(".button-main").click()
    expect(phone.locator(".care-reading-form").first).to_contain_text("30 到 45")
    assert problems_of(phone, "a slip of the pen") == []
    form.locator("[name=temperature]").fill(FEVER)
    form.locator(".button-main").click()
    alarm = phone.locator(".notice-red").first
    expect(alarm).to_contain_text(cast.people[7].name)
    expect(alarm.locator("li").first).to_be_visible()  # the next step, in words
    expect(phone.locator("main")).to_contain_text(FEVER)
    assert problems_of(phone, "an alarm") == small_controls(phone) == []
    with cast.scope():
        assert said_of(Reading.objects.get(case=ward)).celsius == Decimal(FEVER)
        assert Alarm.objects.filter(case=ward, answered_at__isnull=True).count() == 1
    desk = page_at(1280, "en", as_user=cast.users["secretary"])
    desk.goto("/care/?show=alarm")
    expect(desk.locator("#results")).to_contain_text(cast.people[7].name)


def write_down(page: Page, celsius: str) -> None:
    """On the own page, from its first page to what is said then."""
    page.locator("a[href='/mine/reading/']").click()
    page.locator("[name=temperature]").fill(celsius)
    page.locator("main form .button-main").click()
    page.wait_for_url("**/mine/reading/*/")


def test_the_own_page_is_opened_by_its_code_and_takes_a_fever(cast: Cast, ward: Case, page_at: PageAt) -> None:
    with cast.scope():
        code = code_for(cast, ward)
    problems: list[str] = []
    for width, lang, scheme in ((360, "zh-hans", "light"), (1280, "en", "dark")):
        page = page_at(width, lang, scheme)
        page.goto(f"/mine/#c={code}")
        expect(page.locator("[name=code]")).to_have_value(code)
        assert "#" not in page.url, "the code does not stay in the address"
        problems += [*problems_of(page, f"code {lang}"), *small_controls(page)]
        page.locator("main form .button-main").click()
        expect(page.locator("a[href='/mine/reading/']")).to_be_visible()
        problems += [*problems_of(page, f"home {lang}"), *small_controls(page)]
        for address in ("/mine/reading/", "/mine/errands/", "/mine/data/", "/mine/data/opened/"):
            page.goto(address)
            problems += [*problems_of(page, f"{address} {lang}"), *small_controls(page)]
        page.goto("/mine/")
        write_down(page, FEVER)
        expect(page.locator("body")).to_contain_text(FEVER)
        problems += [*problems_of(page, f"noted {lang}"), *small_controls(page)]
    assert not problems, "\n".join(problems)
    with cast.scope():
        assert {str(said_of(one).celsius) for one in Reading.objects.filter(case=ward)} == {FEVER}
        assert Alarm.objects.filter(case=ward).exists()


def test_without_script_on_the_smallest_phone(cast: Cast, ward: Case, page_at: PageAt) -> None:
    with cast.scope():
        code = code_for(cast, ward)
    page = page_at(320, java_script_enabled=False)
    page.goto("/mine/")
    page.locator("[name=code]").fill(f"{code[:5].lower()} {code[5:]}")
    page.locator("main form .button-main").click()
    expect(page.locator("main")).to_contain_text("大米5公斤")
    write_down(page, "３８．３７ ℃")
    expect(page.locator("h1")).to_have_text("已记下。请不要着急。")
    expect(page.locator("main")).to_contain_text(cast.users["building_leader"].display_name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto("/mine/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("form[action='/mine/leave'] button").click()
    expect(page.locator("[name=code]")).to_be_visible()


def test_five_wrong_tries_and_no_sixth(cast: Cast, ward: Case, page_at: PageAt, complaints: Complaints) -> None:
    complaints.expect("422", "429")
    with cast.scope():
        code = code_for(cast, ward)
    page = page_at(360)
    page.goto("/mine/")
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    for typed in [wrong] * 5 + [code]:
        page.locator("[name=code]").fill(typed)
        with page.expect_navigation():
            page.locator("main form .button-main").click()
    expect(page.locator("h1")).to_contain_text("再试")
    assert problems_of(page, "paused") == []
