"""Saved mappings: named, versioned, applied by themselves to the next file with the same headings, and left aside with one tap."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from linli.ground.testing import Cast, client_as
from linli.kernel.refusal import Refusal
from linli.register.actions.mappings import note_use, rename_mapping, retire_mapping, save_mapping, use_mapping
from linli.register.actions.read import read_run
from linli.register.mappings import Corrector, headings, print_of, sheets_of
from linli.register.models import ImportRun, Mapping, MappingUse, MappingVersion
from linli.register.tests.test_conversation import start
from linli.register.tests.test_interpret import book, number
from linli.register.tests.test_pages import drive, dropped, text

HEAD = ["小区", "楼号", "室号", "姓名", "身份证号", "电话", "备注一栏", "谁说的"]


def rows(order: list[int] | None = None, names: tuple[str, ...] = ("某甲", "某乙", "某丙")) -> list[list[Any]]:
    """A small register; ``order`` turns its columns about."""
    lines: list[list[Any]] = [HEAD]
    for at, name in enumerate(names, 1):
        lines.append(
            ["东苑", "7号", f"{at}01", name, number(order=700 + 2 * at), f"1990000000{at}", f"说明{at}", f"甲{at}"]
        )
    if order is not None:
        lines = [[line[at] for at in order] for line in lines]
    return lines


@pytest.fixture
def clerk(cast: Cast) -> Client:
    """A signed-in clerk."""
    return client_as(cast.users["clerk"])


def fields_of(run: ImportRun) -> dict[str, str]:
    """Heading → field, as the run reads its first sheet."""
    return {column["label"]: column["field"] for column in run.mapping[0]["columns"]}


def corrected(cast: Cast, run: ImportRun) -> ImportRun:
    """The phone column is not imported, and the last one is a remark."""
    ImportRun.objects.filter(pk=run.pk).update(overrides={"东苑": {"5": "", "7": "remark"}}, state="reading")
    run.refresh_from_db()
    return read_run(by=None, run=run)


def test_headings_are_known_in_any_order_and_width() -> None:
    one = headings([(0, "姓 名"), (1, "电话"), (2, "电话"), (3, "")])
    assert one == {0: "姓名#1", 1: "电话#1", 2: "电话#2"}
    other = headings([(4, "电话："), (7, "姓名"), (5, "电话")])
    assert print_of(one.values()) == print_of(other.values())
    assert print_of([]) == ""
    assert print_of(["姓名#1"]) != print_of(["姓名#1", "电话#1"])


def test_the_next_file_with_the_same_headings_is_read_with_what_was_saved(cast: Cast) -> None:
    with cast.scope():
        run = corrected(cast, start(cast, book(rows())))
        version = save_mapping(by=cast.users["clerk"], run=run, name="  派出所   的表 ")
        assert (version.mapping.name, version.number) == ("派出所 的表", 1)
        turned = start(cast, book(rows([7, 0, 1, 2, 3, 4, 5, 6], ("某丁", "某戊", "某己"))))
        assert fields_of(turned)["谁说的"] == "remark"
        assert fields_of(turned)["电话"] == ""
        assert turned.overrides == {}
        assert MappingUse.objects.get(run=turned).version == version


def test_a_file_with_other_headings_is_left_alone(cast: Cast) -> None:
    with cast.scope():
        save_mapping(by=None, run=corrected(cast, start(cast, book(rows()))), name="甲")
        sheets = rows(names=("某丁", "某戊", "某己"))
        sheets[0] = [*HEAD[:-1], "谁写的"]
        other = start(cast, book(sheets))
        assert fields_of(other)["电话"] == "phone"
        assert not MappingUse.objects.filter(run=other).exists()


def test_saving_again_makes_a_version_and_old_runs_keep_theirs(cast: Cast) -> None:
    with cast.scope():
        first = corrected(cast, start(cast, book(rows())))
        save_mapping(by=None, run=first, name="甲")
        second = start(cast, book(rows(names=("某丁", "某戊", "某己"))))
        ImportRun.objects.filter(pk=second.pk).update(overrides={"东苑": {"5": "phone"}}, state="reading")
        second.refresh_from_db()
        second = read_run(by=None, run=second)
        assert fields_of(second)["电话"] == "phone"
        assert save_mapping(by=None, run=second, name="甲").number == 2
        assert MappingUse.objects.get(run=first).version.number == 1
        third = start(cast, book(rows(names=("某庚", "某辛", "某壬"))))
        assert fields_of(third)["电话"] == "phone"
        assert Mapping.objects.count() == 1
        assert MappingVersion.objects.count() == 2


def test_one_tap_reads_the_file_without_it_and_another_with_it(cast: Cast, clerk: Client) -> None:
    with cast.scope():
        save_mapping(by=cast.users["clerk"], run=corrected(cast, start(cast, book(rows()))), name="派出所的表")
    pk = dropped(clerk, book(rows(names=("某丁", "某戊", "某己"))))
    page = text(clerk, "run", pk)
    assert "派出所的表" in page
    assert reverse("register:mapping_use", args=[pk]) in page
    clerk.post(reverse("register:mapping_use", args=[pk]), {"use": "no"})
    drive(clerk, pk)
    with cast.scope():
        assert fields_of(ImportRun.objects.get(pk=pk))["电话"] == "phone"
    clerk.post(reverse("register:mapping_use", args=[pk]), {"use": "yes"})
    drive(clerk, pk)
    with cast.scope():
        assert fields_of(ImportRun.objects.get(pk=pk))["电话"] == ""


def test_the_pages_save_rename_and_retire(cast: Cast, clerk: Client) -> None:
    pk = dropped(clerk, book(rows()))
    clerk.post(reverse("register:columns", args=[pk]), {"sheet": "东苑", "field7": "remark"})
    drive(clerk, pk)
    assert clerk.post(reverse("register:mapping_save", args=[pk]), {"name": "派出所的表"}).status_code == 302
    page = text(clerk, "mappings")
    assert "派出所的表" in page
    assert "x.xlsx" in page
    saved = Mapping.objects.get()
    clerk.post(reverse("register:mapping", args=[saved.pk]), {"name": "街道的表"})
    saved.refresh_from_db()
    assert saved.name == "街道的表"
    clerk.post(reverse("register:mapping", args=[saved.pk]), {"verb": "retire"})
    saved.refresh_from_db()
    assert saved.retired_at is not None
    with cast.scope():
        assert not Corrector.of(start(cast, book(rows(names=("某丁", "某戊", "某己"))))).candidates
    assert clerk.post(reverse("register:mapping", args=[saved.pk]), {"name": "x"}).status_code == 404


def test_what_every_neighbourhood_uses_is_changed_by_a_secretary_only(cast: Cast, clerk: Client) -> None:
    pk = dropped(clerk, book(rows()))
    save = reverse("register:mapping_save", args=[pk])
    assert clerk.post(save, {"name": "全区", "shared": "yes"}).status_code == 403
    assert client_as(cast.users["secretary"]).post(save, {"name": "全区", "shared": "yes"}).status_code == 302
    saved = Mapping.objects.get()
    assert saved.neighbourhood_id is None
    assert clerk.post(reverse("register:mapping", args=[saved.pk]), {"verb": "retire"}).status_code == 403


def test_what_cannot_be_saved_or_renamed_is_said(cast: Cast) -> None:
    with cast.scope():
        run = start(cast, book(rows()))
        with pytest.raises(Refusal) as nameless:
            save_mapping(by=None, run=run, name=" \x00 ")
        assert nameless.value.code == "register.mapping_name"
        with pytest.raises(Refusal) as unused:
            use_mapping(by=None, run=run, use=False)
        assert unused.value.code == "register.mapping_unused"
        assert ImportRun.objects.get(pk=run.pk).state == "preview"
        one = save_mapping(by=None, run=run, name="甲").mapping
        save_mapping(by=None, run=run, name="乙")
        with pytest.raises(Refusal) as taken:
            rename_mapping(by=None, mapping=one, name="乙", neighbourhood=cast.neighbourhood.pk)
        assert taken.value.code == "register.mapping_exists"
        retire_mapping(by=None, mapping=Mapping.objects.get(name="乙"), neighbourhood=cast.neighbourhood.pk)
        rename_mapping(by=None, mapping=one, name="乙", neighbourhood=cast.neighbourhood.pk)
        run.mapping = [{**run.mapping[0], "columns": [{"at": 0, "label": "", "field": "name", "ignored": ""}]}]
        assert sheets_of(run.mapping) == []
        with pytest.raises(Refusal) as empty:
            save_mapping(by=None, run=run, name="丙")
        assert empty.value.code == "register.mapping_empty"
        ImportRun.objects.filter(pk=run.pk).update(state="done")
        with pytest.raises(Refusal) as late:
            use_mapping(by=None, run=run, use=False)
        assert late.value.code == "register.not_preview"
        note_use(by=None, run=run, corrector=Corrector({}))
        assert MappingUse.objects.filter(run=run).count() == 1


def test_a_mapping_of_another_neighbourhood_does_not_exist_here(cast: Cast, clerk: Client) -> None:
    assert clerk.post(reverse("register:mapping", args=[UUID(int=1)]), {"name": "x"}).status_code == 404
