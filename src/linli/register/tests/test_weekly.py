"""Next week's file: every kind of change is found and nothing else; what looks like a change and is none is not shown."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from linli.accounts.models import User
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.people import rename_person
from linli.ground.actions.places import create_neighbourhood
from linli.ground.models import Person, Phone, Place, Residence
from linli.ground.scope import scoped
from linli.ground.testing import Cast, client_as, make_cast
from linli.kernel.refusal import Refusal
from linli.register import retention
from linli.register.actions.apply import begin_apply
from linli.register.actions.changes import choose_changes
from linli.register.models import ImportChange, ImportRow, ImportRun
from linli.register.tests.facts_dump import dump
from linli.register.tests.test_conversation import finish, here, start, take_back
from linli.register.tests.test_interpret import HEAD, book, number
from linli.register.tests.weeks import (
    Row,
    add,
    bait,
    cells,
    edit,
    everything,
    office,
    rename_building,
    row,
    split,
    vanish,
)

__all__ = ["here"]
OFFICE = Path(__file__).resolve().parents[5] / "shared" / "data" / "office"


def found(cast: Cast, rows: dict[str, Row], name: str = "东苑") -> ImportRun:
    """The second week in preview."""
    return start(cast, book([HEAD, *rows.values()], name), "v2.xlsx")


def kinds(run: ImportRun) -> dict[str, int]:
    """Kind → how many."""
    return dict(Counter(run.changes.values_list("kind", flat=True)))


CASES = [
    (vanish("a3"), {"moved_out": 1}),
    (cells("d1", remark="已搬走"), {"moved_out": 1}),
    (cells("f1", remark="已故"), {"died": 1}),
    (add(row("1号202室", "新人", 20, rel="合租", state="出租")), {"moved_in": 1}),
    (add(row("2号301室", "新人", 20)), {"moved_in": 1}),
    (add(row("2号301室", "", state="空置")), {"dwelling_added": 1}),
    (cells("b1", remark="已返沪"), {"returned": 1}),
    (cells("a2", remark="在韩国，3月底回"), {"went_away": 1}),
    (cells("c1", state="空关"), {"dwelling_state": 1}),
    (cells("e2", id=number("20100301", 720)), {"number_corrected": 1}),
    (cells("f1", id=number("19480915", 777)), {"number_corrected": 1}),
    (cells("g1", name="葛壹"), {"name_corrected": 1}),
    (cells("a1", phone="19900000009"), {"phone_changed": 1}),
    (cells("a1", phone="19900000001/19900000009"), {"phone_changed": 1}),
    (cells("a1", phone=""), {"phone_changed": 1}),
    (cells("a3", phone="19900000009"), {"phone_changed": 1}),
    (cells("a3", rel="岳母"), {}),
    (cells("a2", rel="女儿"), {"relation_changed": 1}),
    (cells("e1", remark="独居，听力不好"), {"remark_changed": 1}),
    (split, {"household_split": 1}),
    (rename_building, {"building_renamed": 1}),
    (vanish("h1"), {"household_vanished": 1}),
    (vanish("c1"), {"dwelling_vanished": 1}),
    (cells("a3", door="2号202室"), {"moved": 1}),
    (vanish("a1", "a2", "a3", "b1", "b2", "c1", "d1"), {}),
    (cells("a1", state="全家境外"), {"dwelling_state": 1}),
]


@pytest.mark.parametrize(("change", "expected"), CASES)
def test_each_kind_of_change_is_found_and_nothing_else(here: Cast, change: Any, expected: dict[str, int]) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    rows = office()
    change(rows)
    assert kinds(found(here, rows)) == expected


def test_what_looks_like_a_change_and_is_none_is_not_shown(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    rows = office()
    bait(rows)
    turned = list(rows.values())[::-1]
    other = ["住址", "姓名", "性别", "身份证", "手机号", "与户主关系", "居住状态", "备注"]
    again = [["东苑 登记表 2020年3月9日"], other, *turned]
    run = start(here, book(again), "v2.xlsx")
    assert kinds(run) == {}
    before = dump(here.neighbourhood.pk)
    finish(here, run)
    assert dump(here.neighbourhood.pk) == before


def test_the_same_remark_on_a_later_day_is_no_news(here: Cast) -> None:
    rows = office()
    edit(rows, "b1", remark="在日本，3月15日返沪")
    finish(here, start(here, book([["东苑 登记表 2020年2月6日"], HEAD, *rows.values()])))
    assert Residence.objects.get(person__name="白一").presence == Residence.Presence.AWAY
    later = start(here, book([["东苑 登记表 2020年4月9日"], HEAD, *rows.values()]), "v2.xlsx")
    assert kinds(later) == {}
    finish(here, later)
    edit(rows, "b1", remark="已返沪")
    assert kinds(start(here, book([["东苑 登记表 2020年4月16日"], HEAD, *rows.values()]), "v3.xlsx")) == {"returned": 1}


def test_who_is_in_a_home_goes_and_comes_with_it(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    rows = office()
    edit(rows, "a1", state="全家境外")
    finish(here, found(here, rows))
    people = Residence.objects.filter(person__name__startswith="安").order_by("since")
    assert [people.filter(person__name=name).latest("since").presence for name in ("安一", "安二", "安三")] == [
        "away"
    ] * 3
    edit(rows, "a1", state="常住")
    finish(here, found(here, rows))
    assert [people.filter(person__name=name).latest("since").presence for name in ("安一", "安二", "安三")] == [
        "here"
    ] * 3


def test_a_column_that_is_missing_says_nothing(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    keep = [0, 1, 3, 6]
    less = [[line[at] for at in keep] for line in [HEAD, *office().values()]]
    run = finish(here, start(here, book(less), "v2.xlsx"))
    assert not run.changes.exists()
    assert not found(here, office()).changes.exists(), "what the first file said still holds"


def test_a_week_is_taken_and_taken_back(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    before = dump(here.neighbourhood.pk)
    rows = office()
    everything(rows)
    run = found(here, rows)
    run.changes.update(taken=True)
    run = finish(here, run)
    assert set(run.changes.values_list("outcome", flat=True)) == {"applied"}
    assert Place.objects.filter(name="2甲号").exists()
    assert Residence.objects.filter(person__name="方一").latest("since").presence == Residence.Presence.DIED
    assert Residence.objects.filter(person__name="邓一").latest("since").household.dwelling.parent.name == "3号"
    assert Phone.objects.get(person__name="安一").masked.endswith("0008")
    again = found(here, rows)
    assert kinds(again) == {}, "the same file twice changes nothing"
    after = dump(here.neighbourhood.pk)
    finish(here, again)
    assert dump(here.neighbourhood.pk) == after
    take_back(here, again)
    take_back(here, run)
    assert [line for line in dump(here.neighbourhood.pk) if line not in before] == []
    assert [line for line in before if line not in dump(here.neighbourhood.pk)] == []


def test_what_ends_a_home_is_never_taken_unseen_and_asked_again(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    rows = office()
    vanish("a3", "h1")(rows)
    edit(rows, "f1", remark="已故")
    run = found(here, rows)
    assert set(run.changes.values_list("kind", "taken")) == {
        ("moved_out", False),
        ("household_vanished", False),
        ("died", False),
    }
    before = dump(here.neighbourhood.pk)
    finish(here, run)
    assert dump(here.neighbourhood.pk) == before
    assert kinds(found(here, rows)) == {"moved_out": 1, "household_vanished": 1, "died": 1}


def test_changes_are_taken_or_left_one_by_one_and_by_kind(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    rows = office()
    everything(rows)
    run = found(here, rows)
    phones = list(run.changes.filter(kind="phone_changed").order_by("position"))
    clerk = here.users["clerk"]
    assert choose_changes(by=clerk, run=run, taken=False) == run.changes.count()
    assert choose_changes(by=clerk, run=run, taken=True, positions=[phones[0].position]) == 1
    assert choose_changes(by=clerk, run=run, taken=True, kinds=["died"]) == 1
    with pytest.raises(Refusal) as caught:
        choose_changes(by=clerk, run=run, taken=True, kinds=["nonsense"])
    assert caught.value.code == "register.change_kind"
    run = finish(here, run)
    assert dict(run.changes.filter(outcome="applied").values_list("kind", "person__name")).keys() == {
        "phone_changed",
        "died",
    }
    assert not Person.objects.filter(name="新人").exists()
    assert not found(here, rows).changes.exists(), "whoever left a change has looked: he is not asked again"


def test_after_the_former_facts_are_erased_nothing_can_be_taken_back(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    rows = office()
    edit(rows, "a1", phone="19900000009")
    run = finish(here, found(here, rows))
    retention.erase(timezone.now() + timedelta(days=31))
    with pytest.raises(Refusal) as caught:
        take_back(here, run)
    assert caught.value.code == "register.former_facts_erased"


def test_the_page_counts_by_kind_and_lists_each_change(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    rows = office()
    everything(rows)
    run = found(here, rows)
    client = client_as(here.users["clerk"])
    url = reverse("register:changes", args=[run.pk])
    page = client.get(url).content.decode()
    assert "分户" not in page
    assert "搬出" in page
    assert "199****0008" in page or "0008" in page
    assert "19900000008" not in page
    assert client.post(url, {"take_kind": "moved_out", "show": "look"}).headers["Location"] == f"{url}?show=look"
    assert run.changes.get(kind="moved_out").taken
    left = run.changes.filter(kind="phone_changed").order_by("position")[0]
    assert client.post(url, {"leave": left.position}).headers["Location"] == f"{url}#c{left.position}"
    assert not run.changes.get(pk=left.pk).taken
    assert "请看一下" in client.get(f"{url}?kind=died&show=look").content.decode()
    assert client.post(url, {"take_kind": "nonsense"}).status_code == 302
    assert client_as(here.users["guard"]).get(url).status_code == 403
    finish(here, run)
    assert "已采用" in client.get(url).content.decode()
    done = client.get(reverse("register:run", args=[run.pk])).content.decode()
    took = run.changes.filter(taken=True).count()
    assert "已采用的变化会改回原样" in done
    assert f"{took} 处变化会改回原样" in done
    assert "不采用" in done, "what was left is named as left"


def test_a_week_is_compared_after_the_rows_were_erased(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    retention.erase(timezone.now() + timedelta(days=31))
    assert not ImportRow.objects.exclude(sealed=None).exists()
    rows = office()
    assert kinds(found(here, rows)) == {}
    edit(rows, "a1", phone="19900000009")
    bait(rows)
    edit(rows, "a1", phone="19900000009")
    assert kinds(found(here, rows)) == {"phone_changed": 1}


def test_what_was_changed_in_the_register_stays_and_a_conflict_shows_both(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    rename_person(by=None, person=Person.objects.get(name="葛一"), name="葛依")
    rename_person(by=None, person=Person.objects.get(name="何一"), name="何依")
    rows = office()
    assert kinds(found(here, rows)) == {}, "the file says nothing new"
    edit(rows, "g1", name="葛壹")
    run = found(here, rows)
    change = run.changes.get()
    assert (change.kind, change.conflict, change.taken) == ("name_corrected", True, False)


def test_two_weeks_later_nothing_is_new(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    rows = office()
    everything(rows)
    run = found(here, rows)
    run.changes.update(taken=True)
    finish(here, run)
    edit(rows, "a1", phone="19900000007")
    assert kinds(found(here, rows)) == {"phone_changed": 1}


def test_of_two_who_import_the_same_file_the_second_finds_nothing_left_to_do(here: Cast) -> None:
    finish(here, start(here, book([HEAD, *office().values()])))
    rows = office()
    edit(rows, "a1", phone="19900000009")
    one, other = found(here, rows), start(here, book([HEAD, *rows.values()], "另一份"), "copy.xlsx")
    assert (kinds(one), one.pk != other.pk) == ({"phone_changed": 1}, True)
    finish(here, one)
    with pytest.raises(Refusal) as caught:
        begin_apply(by=None, run=other)
    assert caught.value.code == "register.changed_meanwhile"


@pytest.mark.parametrize("kind", ["phone", "name"])
def test_who_comes_second_does_not_overwrite(here: Cast, kind: str) -> None:
    """One imports while another edits the same household."""
    finish(here, start(here, book([HEAD, *office().values()])))
    rows = office()
    edit(rows, "g1", **({"phone": "19900000009"} if kind == "phone" else {"name": "葛壹"}))
    run = found(here, rows)
    run.changes.update(taken=True)
    rename_person(by=None, person=Person.objects.get(name="葛一"), name="葛依")
    run = finish(here, run)
    change = run.changes.get()
    assert Person.objects.filter(name="葛依").exists()
    assert change.outcome == (ImportChange.Outcome.APPLIED if kind == "phone" else ImportChange.Outcome.LOST)
    if kind == "name":
        assert kinds(found(here, rows)) == {"name_corrected": 1}, "it is asked about again"


def _files(folder: Path, name: str) -> tuple[Path, Path, list[str]]:
    """Two weeks of an office as files, and the kinds of its changes: invented here, or as they were handed out."""
    if name == "office":
        truth = json.loads((OFFICE / "truth" / "register_v2.json").read_text(encoding="utf-8"))["changes"]
        return OFFICE / "register.xlsx", OFFICE / "register_v2.xlsx", [one["kind"] for one in truth]
    rows = office()
    everything(rows)
    first, second = folder / "register.xlsx", folder / "register_v2.xlsx"
    first.write_bytes(book([HEAD, *office().values()]))
    second.write_bytes(book([HEAD, *rows.values()]))
    once = "building_renamed moved_in moved_out died moved returned went_away dwelling_state number_corrected "
    once += "name_corrected household_vanished"
    return first, second, [*once.split(), "phone_changed", "phone_changed"]


@pytest.mark.parametrize("name", ["invented", *(["office"] if (OFFICE / "register_v2.xlsx").exists() else [])])
def test_the_command_shows_exactly_the_changes_of_the_second_file(
    db: None, tmp_path: Path, capsys: Any, name: str
) -> None:
    place = make_cast("另一居民区", prefix="x").neighbourhood if name == "invented" else create_office()
    first, second, expected = _files(tmp_path, name)
    call_command("import_register", str(first), neighbourhood=place.pk, json=True)
    capsys.readouterr()
    call_command("import_register", str(second), dry_run=True, json=True, neighbourhood=place.pk)
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert Counter(one["kind"] for one in changes) == Counter(expected)
    assert all(one["was_at"] or one["at"] or one["kind"] == "building_renamed" for one in changes)
    numbers = [one["to"] for one in changes if one["kind"] == "number_corrected"]
    assert all(set(number[:-4]) == {"*"} for number in numbers)


def create_office() -> Place:
    """A neighbourhood without any place in it, with a secretary."""
    place = create_neighbourhood(by=None, name="某居民区")
    user = User.objects.create_user("office.secretary", password="correct horse 1")
    with scoped(neighbourhood_ids={place.pk}, reason="test"):
        give_mandate(by=None, user=user, capacity="secretary", place=place)
    return place


def test_rows_that_a_newer_file_repeats_are_not_kept_for_good(here: Cast) -> None:
    """Fifty weekly files a year would otherwise leave every person's row fifty times; the newest word is enough to compare with."""
    rows = office()
    first = finish(here, start(here, book([HEAD, *rows.values()])))
    second = finish(here, found(here, rows))
    edit(rows, "a1", phone="19900000009")
    third = finish(here, found(here, rows))
    later = timezone.now() + timedelta(days=31)
    expected = retention.due(later)["import_rows_said_again"]
    people = second.rows.filter(person__isnull=False).count()
    assert expected == people
    assert retention.erase(later)["import_rows_said_again"] == expected
    assert not second.rows.filter(person__isnull=False).exists()
    assert first.rows.filter(person__isnull=False).exists(), "who wrote the person stays"
    assert third.changes.filter(kind="phone_changed").exists()
    assert kinds(found(here, rows)) == {}
    edit(rows, "a1", phone="19900000008")
    assert kinds(found(here, rows)) == {"phone_changed": 1}
