"""Nobody fills the disk: a body that is too large is not read, a file that streams in stops at the limit, nothing stays behind."""

from __future__ import annotations

import os
import stat
import time
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from linli.ground.testing import Cast, client_as
from linli.inbox.models import RawUpload
from linli.inbox.store import spool
from linli.site import daily, limits

pytestmark = pytest.mark.django_db


class Untouched(BytesIO):
    """A body that nobody may read."""

    def read(self, *args: Any) -> bytes:
        raise AssertionError("the body was read")


def send(client: Client, path: str, length: str, **more: str) -> Any:
    """A POST that says how long it is; reading any of it fails the test."""
    environ = {"wsgi.input": Untouched(), "CONTENT_LENGTH": length, "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    return client.generic("POST", path, **{**environ, **more})


@pytest.mark.parametrize("path", ["/accounts/login/", "/register/import/", "/setup/", "/nowhere/", "/scan/enrol"])
def test_a_strangers_large_body_is_not_read(cast: Cast, path: str) -> None:
    answer = send(Client(enforce_csrf_checks=True), path, str(limits.STRANGER + 1))
    assert answer.status_code == 413
    assert "没有读取" in answer.content.decode()


def test_a_page_says_it_in_the_readers_language(cast: Cast) -> None:
    client = Client()
    client.cookies["linli_language"] = "en"
    page = send(client, "/accounts/login/", str(limits.STRANGER + 1)).content.decode()
    assert "larger than this page takes" in page
    assert "60 MB" in page


@pytest.mark.parametrize(
    ("path", "length"),
    [("/register/import/", limits.IMPORT + 1), ("/offices/add/", limits.ELSEWHERE + 1), ("/journal/", 10**30)],
)
def test_a_users_body_has_the_limit_of_its_page(cast: Cast, path: str, length: int) -> None:
    assert send(client_as(cast.users["secretary"]), path, str(length)).status_code == 413


def test_a_phone_is_told_in_json_and_keeps_what_it_has(cast: Cast) -> None:
    answer = send(Client(), "/scan/api/checks", str(limits.ELSEWHERE + 1))
    assert answer.status_code == 413
    assert (answer.json()["error"], answer.json()["keep"]) == ("too_large", True)
    body = b"{" + b" " * limits.STRANGER * 2
    assert Client().post("/scan/api/checks", body, "application/json").status_code == 401, "a phone has no session"


@pytest.mark.parametrize(
    "more", [{"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}, {"CONTENT_LENGTH": "-1"}]
)
def test_a_body_of_unknown_length_is_not_read(cast: Cast, more: dict[str, str]) -> None:
    assert send(Client(), "/accounts/login/", "", **more).status_code == 411
    assert send(Client(), "/scan/api/checks", "", **more).json()["error"] == "length_missing"


def test_a_register_of_some_megabytes_comes_in_and_leaves_nothing_in_the_clear(cast: Cast) -> None:
    seen: list[tuple[str, int]] = []
    receive = limits.SpoolUpload.new_file

    def watched(self: limits.SpoolUpload, *args: Any, **kwargs: Any) -> None:
        receive(self, *args, **kwargs)
        place = os.path.dirname(self.file.temporary_file_path())
        seen.append((place, stat.S_IMODE(os.stat(place).st_mode)))

    file = SimpleUploadedFile("住户.csv", "姓名,楼号,室号\n".encode() + b"x,1,101\n" * 400_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits.SpoolUpload, "new_file", watched)
        assert client_as(cast.users["secretary"]).post("/register/import/", {"file": file}).status_code == 302
    assert seen == [(str(spool()), 0o700)]
    assert list(spool().glob("*.upload")) == []
    with cast.scope():
        assert RawUpload.objects.get().size > 3_000_000


def test_a_file_stops_at_the_limit_whatever_the_headers_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMPORT", 3 * 1024 * 1024)
    request = RequestFactory().post("/register/import/", {"file": SimpleUploadedFile("a.csv", b"x" * 5 * 1024 * 1024)})
    request.user = cast.users["secretary"]
    assert not request.FILES
    assert list(spool().glob("*.upload")) == []


def test_what_a_killed_server_left_is_swept_after_a_day(cast: Cast) -> None:
    old, fresh = spool() / "a.upload", spool() / "b.upload"
    for path in (old, fresh):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - 2 * 24 * 3600,) * 2)
    daily.tick()
    assert not old.exists()
    assert fresh.exists()
    fresh.unlink()
