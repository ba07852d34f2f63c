"""The pages of an import, who may see them, and how many statements they take."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.ground.models import Person
from linli.ground.testing import Cast, client_as
from linli.register.models import ImportQuestion, ImportRun
from linli.register.reading import files
from linli.register.tests import layouts
from linli.register.tests.test_conversation import SMALL, finish, start
from linli.register.tests.test_interpret import book, number

PAGES = ("run", "cells", "rows", "questions", "columns")
LIST_QUERIES = {"imports": 14, "run": 24, "cells": 17, "rows": 17, "questions": 16, "columns": 12}
"""Statements a page may take, sessions and permissions included; independent of the size of the file."""


@pytest.fixture
def clerk(cast: Cast) -> Client:
    """A signed-in clerk."""
    return client_as(cast.users["clerk"])


def upload(client: Client, data: bytes, name: str = "x.xlsx") -> Any:
    """Drop a file on the page."""
    return client.post(reverse("register:imports"), {"file": SimpleUploadedFile(name, data)})


def dropped(client: Client, data: bytes, name: str = "x.xlsx") -> UUID:
    """The run of a dropped file, read."""
    pk = UUID(upload(client, data, name).headers["Location"].split("/")[-2])
    drive(client, pk)
    return pk


def drive(client: Client, pk: UUID) -> list[dict[str, Any]]:
    """Do what the page's script does."""
    answers: list[dict[str, Any]] = []
    while not answers or not answers[-1]["done"]:
        answers.append(client.post(reverse("register:step", args=[pk]), headers={"Accept": "application/json"}).json())
    return answers


def text(client: Client, name: str, pk: UUID | None = None, query: str = "") -> str:
    """A page that must be there."""
    answer = client.get(reverse(f"register:{name}", args=[pk] if pk else []) + query)
    assert answer.status_code == 200, name
    return answer.content.decode()


def test_a_file_goes_the_whole_way_through_the_pages(cast: Cast, clerk: Client) -> None:
    assert 'type="file"' in text(clerk, "imports")
    pk = dropped(clerk, book(SMALL))
    preview = text(clerk, "run", pk)
    assert "读到 7 户 7 人" in preview
    assert "身份证号少一位" in preview
    assert "云" not in text(clerk, "cells", pk, "?kind=id_17_digits")
    question = ImportQuestion.objects
    with cast.scope():
        asked = question.get(certain=False).pk
    assert "某戊" in text(clerk, "questions", pk)
    clerk.post(reverse("register:questions", args=[pk]), {"question": asked, "answer": "same"})
    clerk.post(reverse("register:kinds", args=[pk]), {"leave": ["id_17_digits"]})
    assert "checked" in text(clerk, "run", pk)
    clerk.post(reverse("register:begin", args=[pk]))
    assert "data-steps" in text(clerk, "run", pk)
    steps = drive(clerk, pk)
    assert steps[-1] == {"value": 1, "total": 1, "done": True}
    assert "已导入：7 户 6 人" in text(clerk, "run", pk)
    assert "暂不导入" in text(clerk, "rows", pk, "?verdict=left")
    with cast.scope():
        assert Person.objects.filter(name__startswith="某").count() == 5
    clerk.post(reverse("register:undo", args=[pk]))
    drive(clerk, pk)
    assert "已撤销" in text(clerk, "run", pk)
    with cast.scope():
        assert not Person.objects.filter(name__startswith="某").exists()


def test_numbers_are_masked_on_every_page(clerk: Client) -> None:
    pk = dropped(clerk, book(SMALL))
    for name in PAGES:
        page = text(clerk, name, pk)
        assert number()[:14] not in page
        assert "19900000001" not in page
    sheet = clerk.get(reverse("register:cells", args=[pk]) + "?as=xlsx")
    assert sheet.status_code == 200


def test_columns_are_corrected_on_their_page(cast: Cast, clerk: Client) -> None:
    pk = dropped(clerk, book(SMALL))
    page = text(clerk, "columns", pk)
    assert "房屋状态" in page
    fields = {f"field{at}": "" for at in (4,)}
    answer = clerk.post(reverse("register:columns", args=[pk]), {"sheet": "东苑", **fields})
    assert answer.status_code == 302
    drive(clerk, pk)
    with cast.scope():
        run = ImportRun.objects.get(pk=pk)
        assert run.overrides == {"东苑": {"4": ""}}
        assert not run.problems.filter(kind__startswith="phone").exists()


@pytest.mark.parametrize("wrong", ["", "[{", "\x00", "²", "9" * 30, "-1"])
def test_a_question_that_nobody_asked_is_not_found(clerk: Client, wrong: str) -> None:
    pk = dropped(clerk, book(SMALL))
    answer = clerk.post(reverse("register:questions", args=[pk]), {"question": wrong, "answer": "same", "page": wrong})
    assert answer.status_code == 404


def test_wrong_files_get_a_sentence_on_the_page(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "请先选择文件" in clerk.post(reverse("register:imports")).content.decode()
    assert "文件是空的" in upload(clerk, b"").content.decode()
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 10)
    assert "最多能读" in upload(clerk, b"x" * 99).content.decode()
    monkeypatch.undo()
    pk = dropped(clerk, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    assert "密码保护" in text(clerk, "run", pk)
    assert clerk.post(reverse("register:discard", args=[pk])).status_code == 302
    clerk.post(reverse("register:begin", args=[pk]))
    assert "已撤销" in text(clerk, "run", pk)


def test_without_a_script_the_work_goes_on_by_button(cast: Cast, clerk: Client) -> None:
    pk = UUID(upload(clerk, book(SMALL)).headers["Location"].split("/")[-2])
    answer = clerk.post(reverse("register:step", args=[pk]))
    assert answer.headers["Location"] == reverse("register:run", args=[pk])
    assert "读到" in text(clerk, "run", pk)


def test_a_stranger_sees_nothing_and_a_guard_is_told_whom_to_ask(cast: Cast) -> None:
    with cast.scope():
        run = start(cast)
    addresses = [reverse("register:imports"), *(reverse(f"register:{name}", args=[run.pk]) for name in PAGES)]
    for address in addresses:
        assert Client().get(address).status_code == 302
        assert client_as(cast.users["stranger"]).get(address).status_code == 404
        assert client_as(cast.users["guard"]).get(address).status_code == 403
    for name in ("step", "begin", "undo", "discard", "kinds"):
        assert client_as(cast.users["stranger"]).post(reverse(f"register:{name}", args=[run.pk])).status_code == 404


def test_an_import_of_another_neighbourhood_does_not_exist(cast: Cast) -> None:
    from linli.ground.testing import make_cast  # a second cast is built inside this test only

    other = make_cast("别处居民区", "other_")
    with other.scope():
        run = start(other)
    assert client_as(cast.users["clerk"]).get(reverse("register:run", args=[run.pk])).status_code == 404


def test_pages_take_the_same_statements_whatever_the_size_of_the_file(cast: Cast, clerk: Client) -> None:
    office = layouts.merged_columns()
    with cast.scope():
        small, large = start(cast), start(cast, office.data, office.filename)
    for name, most in LIST_QUERIES.items():
        counts = []
        for run in (small, large):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                text(clerk, name, None if name == "imports" else run.pk)
            counts.append(len(seen))
        assert max(counts) <= most, (name, counts)
    with cast.scope():
        done = finish(cast, large)
    with CaptureQueriesContext(connection) as seen:
        text(clerk, "run", done.pk)
    assert len(seen) <= LIST_QUERIES["run"]
