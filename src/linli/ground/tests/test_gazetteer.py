"""Lists of divisions of several years, in any order: nothing lost, one place one body, old and new codes resolve, doubts are listed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from linli.ground.actions.place_lists import answer_doubt, load_list, preview_list, stage_list
from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood
from linli.ground.gazetteer.planning import Answers
from linli.ground.gazetteer.reading import read_list
from linli.ground.gazetteer.report import read_answers
from linli.ground.mandates import neighbourhoods_of
from linli.ground.models import GazetteerDoubt, GazetteerList, Place, PlaceName
from linli.ground.models.places import segment
from linli.ground.places import resolve
from linli.ground.scope import scoped_to_everything
from linli.journal.models import Entry
from linli.kernel.refusal import Refusal

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[4].parent / "shared/data/shanghai-divisions"
S, T = "310105102", "310105103"
OLD = {
    S + "001": "共和新路二九九九弄居委会", S + "002": "天山居委会", S + "003": "上南九村居委会", S + "004": "徐一居委会",
    S + "005": "宜川一村居委会", S + "006": "德昌居委会", S + "007": "海上荟居委会", S + "008": "辽源二村第二居委会",
    S + "009": "辽源二村第一居委会", S + "201": "富强村村委会", T + "001": "水城居委会", T + "002": "仙霞居委会",
}  # fmt: skip
NEW = {
    S + "001": "共和新路2999弄居委会", S + "402": "天山居委会", S + "003": "上南九村第一居委会", S + "010": "上南九村第二居委会",
    S + "011": "宜川一村第一居委会", S + "012": "宜川一村第二居委会", S + "006": "庆余居委会", S + "009": "辽源二村居委会",
    S + "013": "富强居委会", T + "001": "水城社区居委会", T + "007": "海上荟居委会", T + "002": "仙霞居委会", T + "003": "新生居委会",
}  # fmt: skip
Y19, Y21, Y23 = date(2019, 12, 31), date(2021, 12, 31), date(2023, 12, 31)


def content(rows: dict[str, str]) -> bytes:
    return ("code,name\n" + "".join(f"{code},{name}\n" for code, name in rows.items())).encode()


def load(rows: dict[str, str], day: date, answers: Answers | None = None) -> dict[str, int]:
    data = content(rows)
    row = stage_list(by=None, name="list.csv", content=data, day=day)
    found = load_list(by=None, row=row, reading=read_list(data, "list.csv"), answers=answers)
    assert found is not None
    sound()
    return {kind: count for kind, count in found.counts.items() if count}


def sound() -> None:
    for place in Place.objects.select_related("parent"):
        assert place.path == (place.parent.path if place.parent else "") + segment(place.pk)


def nothing_lost(rows: dict[str, str], day: date) -> None:
    """Every row of a list resolves on its day and today, each to a place of its own, and was so called on the day."""
    found = {code: resolve(code, day) for code in rows}
    assert None not in found.values()
    assert len({place.pk for place in found.values() if place}) == len(rows)
    for code, place in found.items():
        assert place is not None
        span = place.names.filter(since__lte=day).order_by("since").last()
        assert span is not None
        assert (span.code, span.name) == (code, rows[code])
        assert resolve(code) is not None


def history() -> list[tuple[Any, ...]]:
    return sorted(PlaceName.objects.values_list("name", "code", "since", "seen", "until"))


def test_two_years() -> None:
    assert load(OLD, Y19) == {"rows": 12, "added": 12}
    counts = load(NEW, Y23)
    assert counts == {
        "rows": 13, "kept": 1, "respelled": 2, "recoded": 1, "moved": 1, "renamed": 3, "added": 5, "ended": 4, "doubtful": 6,
    }  # fmt: skip
    nothing_lost(OLD, Y19)
    nothing_lost(NEW, Y23)
    assert resolve(S + "002") == resolve(S + "402"), "same street and name with a new code is one body"
    assert resolve(S + "007") == resolve(T + "007"), "moved to another street"
    ended = resolve(S + "004")
    assert ended is not None
    assert ended.until == Y23
    kinds = sorted(GazetteerDoubt.objects.values_list("kind", flat=True))
    assert kinds == ["merged", "replaced", "split", "split", "split", "village_to_residents"]


def test_the_same_list_again_changes_nothing() -> None:
    load(OLD, Y19)
    load(NEW, Y23)
    before, places = history(), list(Place.objects.order_by("pk").values())
    assert load(NEW, Y23) == {"rows": 13, "kept": 13}
    assert load(OLD, Y19) == {"rows": 12, "kept": 12}
    assert (history(), list(Place.objects.order_by("pk").values())) == (before, places)


def test_an_older_list_adds_before_and_overwrites_nothing() -> None:
    load(NEW, Y23)
    newest = {p.code: (p.name, p.until) for p in Place.objects.filter(kind__code="committee")}
    load(OLD, Y19)
    assert newest.items() <= {p.code: (p.name, p.until) for p in Place.objects.filter(kind__code="committee")}.items()
    nothing_lost(OLD, Y19)
    nothing_lost(NEW, Y23)
    backwards = history()
    PlaceName.objects.all().delete()
    GazetteerList.objects.all().delete()
    with scoped_to_everything(reason="test"):
        Place.objects.update(parent=None)
        Place.objects.all().delete()
    load(OLD, Y19)
    load(NEW, Y23)
    assert history() == backwards


def test_a_list_between_two_fits_between() -> None:
    load(OLD, Y19)
    load(NEW, Y23)
    middle = {**OLD, S + "002": "天山中居委会"}
    load(middle, Y21)
    nothing_lost(OLD, Y19)
    nothing_lost(middle, Y21)
    nothing_lost(NEW, Y23)


def test_what_was_gone_is_there_again() -> None:
    load(OLD, Y19)
    without = {code: name for code, name in OLD.items() if code != S + "004"}
    assert load(without, Y21)["ended"] == 1
    assert load(OLD, Y23)["resumed"] == 1
    place = resolve(S + "004")
    assert place is not None
    assert place.until is None
    assert [(n.since, n.until) for n in place.names.order_by("since")] == [(Y19, Y21), (Y23, None)]


def test_two_committees_that_change_codes_keep_their_names() -> None:
    load({S + "001": "甲居委会", S + "002": "乙居委会"}, Y19)
    one = resolve(S + "001")
    assert load({S + "002": "甲居委会", S + "001": "乙居委会"}, Y23)["recoded"] == 2
    assert resolve(S + "002") == one
    assert resolve(S + "001", Y19) == one


def test_a_district_with_a_new_number_is_the_same_district() -> None:
    """As 崇明县 310230 became 崇明区 310151: its streets and committees go along."""
    names = [f"{word}居委会" for word in ("东门", "西门", "南门", "北门")]
    base = {f"3101050010{at:02}": f"愚园{at}居委会" for at in range(1, 6)}
    old = {f"310230{street}00{at}": name for street in ("101", "102") for at, name in enumerate(names, 1)}
    new = {f"310151{street}00{at}": name for street in ("101", "102") for at, name in enumerate(names, 1)}
    old |= {f"310230{s}009": f"{s}村居委会" for s in ("101", "102")}
    new |= {f"310151{s}009": f"{s}村居委会" for s in ("101", "102")}
    load({**base, **old, "310230101": "城桥镇", "310230102": "堡镇"}, Y19)
    counts = load({**base, **new, "310151101": "城桥镇", "310151102": "堡镇"}, Y23)
    assert "added" not in counts
    assert "ended" not in counts
    for code in old:
        assert resolve(code) == resolve(code.replace("310230", "310151"))


def test_one_district_s_list_ends_nothing_elsewhere() -> None:
    load({**OLD, "310106012018": "重华居委会", "310106013001": "延中居委会"}, Y19)
    counts = load({"310106012018": "重华居委会", "310106013001": "延中居委会"}, Y23)
    assert counts == {"rows": 2, "kept": 2}
    assert load({S + "001": OLD[S + "001"]}, Y23 + timedelta(days=1))["ended"] == 9, (
        "one street's own list ends only there"
    )


def test_a_district_that_a_list_leaves_out_is_asked_about() -> None:
    east = {f"3101150{n}001": f"浦东{n}居委会" for n in ("01", "02")}
    load({**OLD, "310106012018": "重华居委会", **east}, Y19)
    rows = {**OLD, "310106012018": "重华居委会"}
    assert "ended" not in load(rows, Y23)
    doubt = GazetteerDoubt.objects.get(kind="region_absent")
    assert doubt.was_code == "310115"
    assert load(rows, Y23 + timedelta(days=1), Answers({("310115", ""): "ended"}))["ended"] == 2


def test_a_person_says_that_two_are_one_or_one_is_two() -> None:
    load(OLD, Y19)
    answers = read_answers(json.dumps([
        {"was": S + "006", "now": S + "006", "answer": "different"},
        {"was": S + "201", "now": S + "013", "answer": "same"},
        {"was": S + "008", "now": S + "009", "answer": "merged"},
        {"was": S + "005", "now": S + "011", "answer": "split"},
    ]))  # fmt: skip
    load(NEW, Y23, answers)
    assert resolve(S + "006") != resolve(S + "006", Y19)
    assert resolve(S + "201") == resolve(S + "013")
    assert resolve(S + "008") == resolve(S + "009")
    assert resolve(S + "008", Y19) != resolve(S + "009", Y19)
    part = resolve(S + "011")
    assert part is not None
    assert part.split_from == resolve(S + "005")
    with pytest.raises(Refusal) as refusal:
        read_answers('[{"was": "1", "answer": "perhaps"}]')
    assert refusal.value.code == "gazetteer.answers_unreadable"


def test_a_doubt_is_answered_afterwards() -> None:
    load(OLD, Y19)
    load(NEW, Y23)
    row = GazetteerDoubt.objects.get(kind="village_to_residents")
    answer_doubt(by=None, doubt=row, answer="same")
    assert resolve(S + "201") == resolve(S + "013")
    answer_doubt(by=None, doubt=GazetteerDoubt.objects.get(kind="merged"), answer="merged")
    assert resolve(S + "008") == resolve(S + "009")
    split = GazetteerDoubt.objects.filter(kind="split", was_code=S + "005").first()
    assert split is not None
    answer_doubt(by=None, doubt=split, answer="split")
    assert resolve(split.now_code).split_from == resolve(S + "005")  # type: ignore[union-attr]
    assert Entry.objects.filter(act="ground.gazetteer_answered").count() == 3
    with pytest.raises(Refusal) as refusal:
        answer_doubt(by=None, doubt=row, answer="different")
    assert refusal.value.code == "gazetteer.answered"
    with pytest.raises(Refusal) as refusal:
        answer_doubt(by=None, doubt=GazetteerDoubt.objects.filter(answer="")[0], answer="perhaps")
    assert refusal.value.code == "gazetteer.answer_unknown"


def test_a_neighbourhood_that_runs_here_is_joined_and_never_doubled() -> None:
    (street,) = add_places([NewPlace("subdistrict", None, "新泾镇")])
    here = create_neighbourhood(by=None, name="天山居民区", parent=street)
    (estate,) = add_places([NewPlace("estate", here, "天山新村")])
    assert load({"310105": "长宁区", S: "新泾镇", **OLD}, Y19)["joined"] == 2, "the street and the neighbourhood"
    here.refresh_from_db()
    estate.refresh_from_db()
    assert (here.code, here.name, here.kind.code) == (S + "002", "天山居民区", "neighbourhood")
    assert resolve(S + "002") == here
    assert estate.path.startswith(here.path)
    assert Place.objects.filter(code=S + "002").count() == 1
    load({"310105": "长宁区", S: "新泾镇", **NEW}, Y23)
    assert resolve(S + "002") == resolve(S + "402") == here


def test_a_neighbourhood_without_a_street_is_asked_about() -> None:
    here = create_neighbourhood(by=None, name="天山居民区")
    counts = load(OLD, Y19)
    assert (counts["held"], counts["added"], counts["doubtful"]) == (1, 11, 1)
    assert resolve(S + "002") is None, "it waits: never one neighbourhood twice"
    answer_doubt(by=None, doubt=GazetteerDoubt.objects.get(), answer="same")
    load(OLD, Y19)
    assert resolve(S + "002") == here
    assert neighbourhoods_of([]) == []
    assert Place.objects.filter(kind__code="neighbourhood").count() == 1


def test_an_answer_acts_at_once() -> None:
    here = create_neighbourhood(by=None, name="天山居民区")
    east = {f"3101150{n}001": f"浦东{n}居委会" for n in ("01", "02")}
    load({**OLD, "310106012018": "重华居委会", **east}, Y19)
    answer_doubt(by=None, doubt=GazetteerDoubt.objects.get(kind="neighbourhood"), answer="same")
    sound()
    here.refresh_from_db()
    assert resolve(S + "002") == here
    assert here.parent == resolve(S)
    load({**NEW, "310106012018": "重华居委会"}, Y23)
    assert resolve(S + "402") == here
    answer_doubt(by=None, doubt=GazetteerDoubt.objects.get(kind="region_absent"), answer="ended")
    assert resolve("310115001001").until == Y23  # type: ignore[union-attr]
    assert resolve(S + "006") == resolve(S + "006", Y19)
    answer_doubt(by=None, doubt=GazetteerDoubt.objects.get(kind="replaced"), answer="different")
    sound()
    old, new = resolve(S + "006", Y19), resolve(S + "006")
    assert old != new
    assert (old.name, old.until, new.name, new.until) == ("德昌居委会", Y23, "庆余居委会", None)  # type: ignore[union-attr]
    counts = load({**NEW, "310106012018": "重华居委会"}, Y23)
    assert counts == {"rows": 14, "kept": 14}, "the answers hold"
    nothing_lost(NEW, Y23)


def test_several_of_the_name_are_offered() -> None:
    here = create_neighbourhood(by=None, name="仙霞居民区")
    load({**OLD, S + "010": "仙霞居委会"}, Y19)
    assert GazetteerDoubt.objects.count() == 2
    answer_doubt(by=None, doubt=GazetteerDoubt.objects.get(now_code=T + "002"), answer="same")
    assert resolve(T + "002") == here
    assert resolve(S + "010") != here


def test_a_neighbourhood_with_a_code_is_joined_by_it() -> None:
    here = create_neighbourhood(by=None, name="天山的家", code=S + "002")
    assert load(OLD, Y19)["joined"] == 1
    assert resolve(S + "002") == here
    without = {code: name for code, name in OLD.items() if code != S + "002"}
    counts = load(without, Y23)
    assert "ended" not in counts
    here.refresh_from_db()
    assert here.until is None
    assert GazetteerDoubt.objects.get().kind == "run_absent"


def test_a_neighbourhood_set_up_after_the_list_takes_its_row() -> None:
    load(OLD, Y19)
    row = resolve(S + "002")
    here = create_neighbourhood(by=None, name="天山居民区", code=S + "002")
    assert here == row
    assert here.neighbourhood_id == here.pk
    assert (here.kind.code, here.name) == ("neighbourhood", "天山居民区")


def test_a_loading_that_stopped_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.ground.gazetteer.writing.CHUNK", 3)
    data = content(OLD)
    row = stage_list(by=None, name="list.csv", content=data, day=Y19)
    reading: Callable[[], Any] = lambda: read_list(data, "list.csv")  # noqa: E731
    assert load_list(by=None, row=row, reading=reading(), seconds=0) is None
    assert 0 < Place.objects.count() < 12
    rounds = 1
    while load_list(by=None, row=row, reading=reading(), seconds=0) is None:
        rounds += 1
        sound()
    assert rounds > 2
    nothing_lost(OLD, Y19)
    assert GazetteerList.objects.get().content is None
    GazetteerList.objects.update(state="applying", loaded_at=timezone.now())
    with pytest.raises(Refusal) as refusal:
        load_list(by=None, row=row, reading=reading())
    assert refusal.value.code == "gazetteer.busy"


def test_a_preview_writes_nothing() -> None:
    assert preview_list(read_list(content(OLD), "x.csv"), day=Y19).counts["added"] == 12
    assert not Place.objects.exists()


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "list-2019.csv", tmp_path / "list-2023.csv"
    old.write_bytes(content(OLD))
    new.write_bytes(content(NEW))
    call_command("import_gazetteer", str(new), str(old), "--dry-run", "--json")
    found = json.loads(capsys.readouterr().out)["lists"]
    assert [one["as_of"] for one in found] == ["2019-12-31", "2023-12-31"]
    assert found[1]["recoded"] == [
        {
            "code": S + "402",
            "name": "天山居委会",
            "sheet": None,
            "row": 3,
            "was_code": S + "002",
            "was_name": "天山居委会",
            "renamed": False,
        }
    ]
    assert len(found[1]["doubtful"]) == 6
    assert not Place.objects.exists()
    call_command("import_gazetteer", str(old), "--lang", "en")
    assert "12  new" in capsys.readouterr().out
    other = tmp_path / "list.csv"
    other.write_bytes(content(OLD))
    with pytest.raises(CommandError):
        call_command("import_gazetteer", str(other))


@pytest.mark.parametrize("forwards", [True, False])
def test_the_lists_of_shanghai(forwards: bool) -> None:
    """6,089 rows of 2019 and 6,509 of 2023 where they are at hand, else a made pair: nothing lost in either order."""
    if not SHARED.exists():
        load(OLD if forwards else NEW, Y19 if forwards else Y23)
        load(NEW if forwards else OLD, Y23 if forwards else Y19)
        return
    lists = {}
    for year in (2019, 2023):
        data = (SHARED / f"villages_shanghai_{year}.csv").read_bytes()
        lists[date(year, 12, 31)] = data
    counts = {}
    for day in sorted(lists, reverse=not forwards):
        row = stage_list(by=None, name="x", content=lists[day], day=day, keep=False)
        found = load_list(by=None, row=row, reading=read_list(lists[day], "x.csv"))
        assert found is not None
        counts[day] = found.counts
    first, second = (Y19, Y23) if forwards else (Y23, Y19)
    assert (counts[Y19]["rows"], counts[Y23]["rows"]) == (6089, 6509)
    assert counts[first]["added"] == counts[first]["rows"]
    expected = {"kept": 5782, "respelled": 43, "renamed": 114, "recoded": 39, "moved": 18}
    assert expected.items() <= counts[second].items()
    assert counts[second]["added"] == (513 if forwards else 93)
    assert counts[second]["ended"] == (93 if forwards else 0)
    committees = {p.pk: p for p in Place.objects.filter(kind__code="committee")}
    assert len(committees) == 6089 + 513
    for day, data in lists.items():
        spans: dict[str, set[int]] = {}
        for pk, code in PlaceName.objects.filter(since__lte=day, seen__gte=day).values_list("place", "code"):
            spans.setdefault(code, set()).add(pk)
        for line in csv.DictReader(io.StringIO(data.decode("utf-8-sig"))):
            assert len(spans[line["code"]]) == 1, line
