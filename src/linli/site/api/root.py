"""The API itself: routers of the rooms, how bodies are read, how mistakes are answered, and its description (OpenAPI 3.1)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import NinjaAPI, Router, Schema
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.renderers import JSONRenderer

from linli.gates.api_routes import router as gates
from linli.ground.api import router as places
from linli.ground.api_people import router as people
from linli.ground.rest.access import SCOPES, Token, caller_of
from linli.ground.rest.problems import CONTENT_TYPE, ProblemError, answer, of_refusal, of_validation
from linli.ground.rest.types import replies
from linli.kernel.refusal import Refusal
from linli.operations.api import router as operations
from linli.register.api import router as imports

DEEPEST = 20
VERSION = "1"
ABOUT = (
    "Read and write one neighbourhood with a token (docs/api.md). JSON in UTF-8; moments with their zone; ids of new rows are made by the "
    "caller (UUIDv7), so sending again is safe; lists are paged by cursor; problems are application/problem+json in Chinese or English "
    "(Accept-Language). Whole document and phone numbers never leave by this way."
)


class Reader(Parser):
    """Reads a JSON object; anything else is said to be unreadable, never an error of ours."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body. Raises a problem: 415 for another kind of content, 400 for what is no JSON or nests too deeply."""
        kind = (request.content_type or "").lower()
        if kind != "application/json" and not kind.endswith("+json"):
            raise ProblemError(415, "content_type", detail=_("Send application/json."))
        try:
            found = json.loads(request.body.decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise ProblemError(400, "not_readable", detail=_("The body is no JSON in UTF-8.")) from None
        if depth(found) > DEEPEST:
            raise ProblemError(400, "not_readable", detail=_("The body nests too deeply."))
        return found

    def parse_querydict(self, data: MultiValueDict, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        """As django-ninja does; the last value of a doubled parameter counts."""
        return super().parse_querydict(data, list_fields, request)


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def depth(value: Any) -> int:
    """How deeply lists and objects lie in one another; stops looking behind the limit."""
    level, layer = 0, [value]
    while layer and level <= DEEPEST:
        inner: list[Any] = []
        for one in layer:
            if isinstance(one, dict):
                inner.extend(one.values())
            elif isinstance(one, list):
                inner.extend(one)
        level, layer = level + 1, inner
    return level


class Writer(JSONRenderer):
    """JSON in UTF-8: names can be read where the answer is looked at."""

    json_dumps_params = {"ensure_ascii": False}


class Api(NinjaAPI):
    """django-ninja's API with our description of problems."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """The description: problems have a content type of their own, every route names its scope."""
        found = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for methods in found["paths"].values():
            for operation in methods.values():
                for status, reply in operation["responses"].items():
                    if int(status) >= 400 and "content" in reply:
                        reply["content"] = {CONTENT_TYPE: next(iter(reply["content"].values()))}
        return found


api = Api(
    title="Linli",
    version=VERSION,
    description=ABOUT,
    openapi_url=None,
    docs_url=None,
    parser=Reader(),
    renderer=Writer(),
    urls_namespace="api",
)
meta = Router(tags=["token"])


class PlaceName(Schema):
    """The neighbourhood of the token."""

    id: int
    name: str
    code: str


class MeOut(Schema):
    """The token: what it was made for, and what it may do at this moment."""

    token: UUID
    name: str
    purpose: str
    scopes: list[str]
    holding: list[str]
    neighbourhood: PlaceName
    made_by: str
    expires_at: datetime


@meta.get("/me", response=replies(MeOut), auth=Token(""), summary=gettext_noop("This token"), operation_id="get_me")
def get_me(request: HttpRequest) -> Any:
    """``scopes`` is what it was made for, ``holding`` what of that its maker may still do today."""
    caller = caller_of(request)
    token, place = caller.token, caller.neighbourhood
    return {
        "token": token.pk,
        "name": token.name,
        "purpose": token.purpose,
        "scopes": token.scopes,
        "holding": [scope for scope in SCOPES if caller.has(scope)],
        "neighbourhood": {"id": place.pk, "name": place.name, "code": place.code},
        "made_by": caller.user.display_name,
        "expires_at": token.expires_at,
    }


for router in (meta, places, people, operations, gates, imports):
    api.add_router("", router)


def _problem(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(error)


def _validation(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(of_validation(error.errors))


def _refusal(request: HttpRequest, refusal: Any) -> HttpResponse:
    return answer(of_refusal(refusal))


def _missing(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(ProblemError(404, "not_found"))


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ProblemError):
        return answer(cause)
    return answer(ProblemError(error.status_code, "not_readable", detail=_("The body cannot be read.")))


def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    status = 413 if isinstance(error, RequestDataTooBig) else 400
    return answer(ProblemError(status, "not_readable"))


api.add_exception_handler(ProblemError, _problem)
api.add_exception_handler(ValidationError, _validation)
api.add_exception_handler(Refusal, _refusal)
api.add_exception_handler(Http404, _missing)
api.add_exception_handler(HttpError, _http)
for unreadable in (BadRequest, SuspiciousOperation, MultiPartParserError):
    api.add_exception_handler(unreadable, _unreadable)
