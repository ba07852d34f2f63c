"""How a phone is answered: JSON with our time, refusals with their sentence, in the phone's language. No cookie, no session."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from linli.accounts.lockout import client_address
from linli.inbox.phones import signature
from linli.inbox.phones.codes import Phone
from linli.kernel.refusal import Refusal

LANGUAGE_COOKIE = "linli_language"
MOST_ITEMS = 200
WRONG_CODES, WRONG_CODES_FOR = 30, 600
"""After so many wrong enrolment codes from one address it waits ten minutes (*(ours)*: 23^8 codes live 30 minutes)."""

SENTENCES = {
    "unsigned": gettext_noop("This request is not signed by an enrolled phone."),
    "unknown_device": gettext_noop("This phone is not enrolled here."),
    "bad_signature": gettext_noop("The signature of this phone does not fit."),
    "clock": gettext_noop("This phone's clock is off by more than 36 hours. Set it right and try again."),
    "cut_off": gettext_noop("This phone's shift was stopped by the office."),
    "shift_over": gettext_noop("This phone's shift is over. Enrol it for a new one."),
    "not_json": gettext_noop("The request cannot be read."),
    "too_many": gettext_noop("At most 200 checks at once."),
    "too_often": gettext_noop("Too many wrong codes from here. Wait ten minutes."),
}

View = Callable[..., HttpResponse]


def language_of(request: HttpRequest) -> str:
    """The language of an answer: the device's cookie, else what the scanner asks for, else Chinese."""
    wanted = request.COOKIES.get(LANGUAGE_COOKIE) or request.headers.get("Accept-Language", "")
    return "en" if wanted.lower().startswith("en") else "zh-hans"


def answer(data: dict[str, Any], status: int = 200) -> JsonResponse:
    """A JSON answer with our time; never cached."""
    response = JsonResponse({**data, "server_time": timezone.now().isoformat()}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def refuse(code: str, status: int, *, keep: bool = True) -> JsonResponse:
    """An error with its sentence; ``keep`` tells the phone whether what it sent stays on it."""
    return answer({"error": code, "message": _(SENTENCES[code]), "keep": keep}, status)


def endpoint(method: Callable[[View], View]) -> Callable[[View], View]:
    """A plain endpoint: method, no CSRF cookie (a signature or a one-time code stands in its place), language, refusals as JSON."""

    def wrap(view: View) -> View:
        @csrf_exempt
        @method
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with translation.override(language_of(request)):
                try:
                    return view(request, *args, **kwargs)
                except Refusal as refusal:
                    text = _(refusal.message)
                    return answer(
                        {
                            "error": refusal.code.rpartition(".")[2],
                            "message": text % refusal.params if refusal.params else text,
                            "keep": True,
                        },
                        400,
                    )

        return run

    return wrap


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request. Raises :class:`signature.Unsigned` with ``not_json``."""
    try:
        data = json.loads(request.body)
    except ValueError:
        raise signature.Unsigned("not_json") from None
    if not isinstance(data, dict):
        raise signature.Unsigned("not_json")
    return data


def batch_of(request: HttpRequest) -> list[Any] | HttpResponse:
    """The 1–200 items of an upload; else the answer that says why they cannot be taken."""
    try:
        raw = body_of(request).get("checks")
    except signature.Unsigned:
        return refuse("not_json", 400, keep=False)
    if not isinstance(raw, list) or not raw:
        return refuse("not_json", 400, keep=False)
    return refuse("too_many", 413) if len(raw) > MOST_ITEMS else raw


def enrolling(spend: Callable[[str, Phone], HttpResponse]) -> View:
    """The endpoint that spends a one-time code: ``spend(code, phone)``. Thirty wrong codes from one address and it waits ten minutes."""

    @endpoint(require_POST)
    @wraps(spend)
    def run(request: HttpRequest) -> HttpResponse:
        attempts = f"linli.enrol:{client_address(request)}"
        if int(cache.get(attempts, 0)) >= WRONG_CODES:
            return refuse("too_often", 429)
        try:
            data = body_of(request)
            key = signature.from_base64url(str(data.get("public_key", "")))
        except (signature.Unsigned, ValueError):
            return refuse("not_json", 400)
        phone = Phone(key, str(data.get("name") or ""), str(data.get("user_agent") or ""))
        try:
            return spend(str(data.get("token", "")), phone)
        except Refusal:
            cache.set(attempts, int(cache.get(attempts, 0)) + 1, WRONG_CODES_FOR)
            raise

    return run
