"""Problems as RFC 9457 says them (``application/problem+json``), in the caller's language, with the path of each wrong field."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext
from ninja import Schema
from pydantic import ConfigDict, Field

from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

CONTENT_TYPE = "application/problem+json"

TITLES: dict[str, str] = {
    "token_missing": gettext_noop("This address needs a token."),
    "token_dead": gettext_noop("This token does not hold, or holds no longer."),
    "scope_missing": gettext_noop("This token was not made for this."),
    "right_missing": gettext_noop("The one who made this token may not do this."),
    "not_found": gettext_noop("There is no such thing here."),
    "method": gettext_noop("This address does not know that method."),
    "not_readable": gettext_noop("What was sent cannot be read."),
    "content_type": gettext_noop("This address does not read that kind of content."),
    "invalid": gettext_noop("Something in the request does not fit."),
    "refused": gettext_noop("The request was understood and refused."),
    "changed_meanwhile": gettext_noop("Somebody else has changed this in the meantime."),
    "version_missing": gettext_noop("Say in If-Match which version you read."),
    "too_often": gettext_noop("Too many requests. Wait a minute."),
    "id_taken": gettext_noop("This id stands for something else already."),
    "storage_full": gettext_noop("The disk of the server is full or cannot be written."),
}

MESSAGES: dict[str, str] = {
    "missing": gettext_noop("This is missing."),
    "extra_forbidden": gettext_noop("There is no such field."),
    "string_too_long": gettext_noop("This text is too long."),
    "string_too_short": gettext_noop("This text is too short."),
    "string_type": gettext_noop("This should be a text."),
    "unstorable": gettext_noop("This text holds a character that cannot be kept."),
    "int_parsing": gettext_noop("This should be a whole number."),
    "int_type": gettext_noop("This should be a whole number."),
    "bool_parsing": gettext_noop("This should be true or false."),
    "greater_than_equal": gettext_noop("This number is too small."),
    "less_than_equal": gettext_noop("This number is too large."),
    "uuid_parsing": gettext_noop("This should be a UUID."),
    "uuid_version": gettext_noop("This should be a UUID of version 7."),
    "literal_error": gettext_noop("This is none of the possible words."),
    "enum": gettext_noop("This is none of the possible words."),
    "date_from_datetime_parsing": gettext_noop("This should be a day, as 2026-02-10."),
    "date_parsing": gettext_noop("This should be a day, as 2026-02-10."),
    "datetime_parsing": gettext_noop("This should be a moment with its zone, as 2026-02-10T08:30:00+08:00."),
    "timezone_aware": gettext_noop("This should be a moment with its zone, as 2026-02-10T08:30:00+08:00."),
    "datetime_from_date_parsing": gettext_noop("This should be a moment with its zone, as 2026-02-10T08:30:00+08:00."),
    "out_of_time": gettext_noop("This moment is too far away."),
    "cursor": gettext_noop("This is no cursor of ours. Begin without one."),
    "order": gettext_noop("The end lies before the beginning, or too far behind it."),
    "nothing": gettext_noop("Nothing to change was sent."),
}


class FieldProblem(Schema):
    """One field that does not fit."""

    field: str = Field(description="path of the field: query.limit, body.happened_at", examples=["body.happened_at"])
    code: str = Field(examples=["missing"])
    message: str


class Problem(Schema):
    """RFC 9457. ``code`` is for programs, ``title`` and ``detail`` are sentences in the caller's language."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:linli:problem:invalid"])
    title: str
    status: int
    code: str
    detail: str = ""
    errors: list[FieldProblem] = []


class ProblemError(Exception):
    """Raised by a route; the root turns it into an answer. ``code`` is one of :data:`TITLES`."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        detail: str | Promise = "",
        errors: list[dict[str, str]] | None = None,
        more: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.more, self.headers = errors or [], more or {}, headers or {}


def not_found() -> ProblemError:
    """404: it does not exist, or not for this caller."""
    return ProblemError(404, "not_found")


def invalid(field: str, code: str) -> ProblemError:
    """422 about one field; ``code`` is one of :data:`MESSAGES`."""
    return ProblemError(422, "invalid", errors=[field_problem(field, code)])


def field_problem(field: str, code: str) -> dict[str, str]:
    """One wrong field with its sentence; a code without one of its own gets the general sentence."""
    return {"field": field, "code": code, "message": _(MESSAGES.get(code, gettext_noop("This value does not fit.")))}


def answer(problem: ProblemError) -> HttpResponse:
    """The response of a problem, in the active language."""
    body = {
        "type": f"urn:linli:problem:{problem.code}",
        "title": _(TITLES.get(problem.code, TITLES["refused"])),
        "status": problem.status,
        "code": problem.code,
        "detail": str(problem.detail),
        "errors": problem.errors,
        **problem.more,
    }
    response = JsonResponse(body, status=problem.status, content_type=CONTENT_TYPE, json_dumps_params=PLAIN)
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response


PLAIN = {"ensure_ascii": False}


def of_refusal(refusal: Refusal) -> ProblemError:
    """409 with the refusal's own code and sentence: the same words as on the page."""
    return ProblemError(409, refusal.code, detail=refusal_text(refusal))


def of_validation(errors: list[dict[str, Any]]) -> ProblemError:
    """422 (400 where the body is not JSON) with the path of every wrong field, from pydantic's errors."""
    found = []
    for error in errors[:50]:
        place = [str(part) for part in error.get("loc", ()) if str(part) not in ("payload", "query_fields")]
        code = str(error.get("type", ""))
        if code == "value_error":
            code = str(error.get("ctx", {}).get("error", code))
        found.append(field_problem(_clean(".".join(place)), code))
    return ProblemError(422, "invalid", errors=found)


def _clean(text: str) -> str:
    """A field name may be the caller's own text: nothing in it that JSON or a terminal chokes on."""
    return text.encode("utf-8", "replace").decode("utf-8")[:120]


def named(request: HttpRequest, names: list[str]) -> str:
    """Names in a sentence, with the separator of the language."""
    return pgettext("between names in a list", ", ").join(names)
