"""When the disk under the data is full or cannot be written: a sentence instead of a stack trace, to phones and to people.

Nothing is half stored: every write is a transaction, and what a phone sends stays on the phone until it is acknowledged.
"""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable, Iterator

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from linli.ground.rest.access import PREFIX
from linli.ground.rest.access import language_of as language_of_caller
from linli.ground.rest.problems import ProblemError, answer
from linli.inbox.phones.speaking import language_of as language_of_phone
from linli.site.limits import API_PATH

logger = logging.getLogger("linli.storage")
INSUFFICIENT_STORAGE = 507
SQLITE_SAYS = ("database or disk is full", "disk i/o error")
POSTGRES_SAYS = "53100"
"""SQLSTATE disk_full."""
SYSTEM_SAYS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
SENTENCE = gettext_noop("The disk of the server is full or cannot be written.")
KEEP = gettext_noop(
    "The disk of the server is full or cannot be written. Your records stay on this phone. Tell the office."
)


def is_full(error: BaseException | None) -> bool:
    """Whether an error, or one behind it, says that nothing can be written any more."""
    return any(_says_full(one) for one in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _says_full(error: BaseException) -> bool:
    if getattr(error, "sqlstate", None) == POSTGRES_SAYS:
        return True
    if isinstance(error, OSError):
        return error.errno in SYSTEM_SAYS
    return isinstance(error, OperationalError) and any(words in str(error).lower() for words in SQLITE_SAYS)


class StorageMiddleware:
    """Answers for a view that could not write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer, when the disk is the reason; every other error goes its way."""
        return refusal(request) if is_full(exception) else None


def refusal(request: HttpRequest) -> HttpResponse:
    """507: to a phone, which keeps what it has; to another system; to a person."""
    logger.error("cannot write: %s %s", request.method, request.path)
    if request.path.startswith(API_PATH):
        with translation.override(language_of_phone(request)):
            return JsonResponse(
                {"error": "storage_full", "message": _(KEEP), "keep": True}, status=INSUFFICIENT_STORAGE
            )
    if request.path.startswith(PREFIX):
        with translation.override(language_of_caller(request)):
            return answer(ProblemError(INSUFFICIENT_STORAGE, "storage_full", detail=_(SENTENCE)))
    return render(request, "site/storage_full.html", status=INSUFFICIENT_STORAGE)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for every error that nobody expected; the disk may be the reason outside a view too (a session, a sign-in)."""
    if is_full(sys.exc_info()[1]):
        return refusal(request)
    return HttpResponseServerError(loader.render_to_string("500.html"))
