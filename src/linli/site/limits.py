"""How much a request may bring, decided from its headers before a byte of it is read, and kept while a file streams in.

A spreadsheet for the register may be large; everything else is a form. Who has not signed in sends a password at most. Without these
limits anybody on the network could fill the disk: Django writes an upload down before any view looks at it, and the check of the
form's token reads the whole body of a stranger's POST.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from linli.ground.rest.access import PREFIX, bearer, language_of, look_up
from linli.ground.rest.problems import ProblemError, answer
from linli.inbox.store import spool
from linli.register.reading.files import MAX_FILE_BYTES

IMPORT_PATH = "/register/import/"
API_PATH = "/scan/api/"
REST_IMPORT_PATH = PREFIX + "imports"
FILE = MAX_FILE_BYTES
IMPORT = FILE + 1024 * 1024
"""Bytes: the largest register file and the form around it."""
ELSEWHERE = 4 * 1024 * 1024
STRANGER = 64 * 1024
STALE_SECONDS = 24 * 3600


def limit_for(request: Any) -> int:
    """How many bytes the body of this request may have."""
    if request.path.startswith(PREFIX):
        return IMPORT if request.path == REST_IMPORT_PATH and look_up(bearer(request)) is not None else STRANGER
    if request.path.startswith(API_PATH):
        return ELSEWHERE  # phones sign what they send; they have no session
    if not request.user.is_authenticated:
        return STRANGER
    return IMPORT if request.path == IMPORT_PATH else ELSEWHERE


class LimitMiddleware:
    """Answers 411 or 413 to a body of unknown or too great length, without reading it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        known = not length or (length.isascii() and length.isdecimal())
        if not known or (not length and request.META.get("HTTP_TRANSFER_ENCODING")):
            return refusal(request, 411, gettext_noop("The request does not say how long it is, so it was not read."))
        # a short body needs no look at who sends it
        if length and int(length) > STRANGER and int(length) > limit_for(request):
            return refusal(
                request, 413, gettext_noop("What was sent is larger than this page takes, so it was not read.")
            )
        return self.get_response(request)


def refusal(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """The answer to a body that was not read: JSON for a phone, which keeps what it has; else a page."""
    if request.path.startswith(PREFIX):
        with translation.override(language_of(request)):
            return answer(ProblemError(status, "not_readable", detail=_(sentence)))
    if request.path.startswith(API_PATH):
        code = "too_large" if status == 413 else "length_missing"
        return JsonResponse({"error": code, "message": _(sentence), "keep": True}, status=status)
    return render(request, "site/not_read.html", {"sentence": _(sentence), "most": FILE >> 20}, status=status)


class LimitedUpload(FileUploadHandler):
    """First of the upload handlers: stops at the limit whatever the headers said."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.left = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Before the first file: one limit for all of them together."""
        self.left = limit_for(self.request)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the piece on, or stop."""
        self.left -= len(raw_data)
        if self.left < 0:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has the file."""


class SpoolUpload(TemporaryFileUploadHandler):
    """Last of the upload handlers: a large file streams into the data folder, which nobody else can read."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; it goes with the request."""
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = SpooledFile(self.file_name, self.content_type, self.charset, self.content_type_extra)


class SpooledFile(TemporaryUploadedFile):
    """A file that lies in :func:`linli.inbox.store.spool` for the time of the request."""

    def __init__(self, name: Any, content_type: Any, charset: Any, extra: Any) -> None:
        file = tempfile.NamedTemporaryFile(suffix=".upload", dir=spool())  # noqa: SIM115  Django closes it with the request
        UploadedFile.__init__(self, file, name, content_type, 0, charset, extra)


def sweep() -> int:
    """Delete uploads of more than a day ago that a killed server left behind. Returns how many."""
    count = 0
    for path in spool().glob("*.upload"):
        if path.is_file() and time.time() - path.stat().st_mtime > STALE_SECONDS:
            path.unlink(missing_ok=True)
            count += 1
    return count
