"""Who may open a household's own page: whoever holds a cookie that a code of that home was typed in for.

No account and no session: the cookie names the code, signed, and goes to ``/host/`` alone. Every request looks the code up again, so
that it ends on every phone at once: with the operation, with a newer slip, or when the office ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from linli.accounts.code_cookie import CodeCookie
from linli.gates.models import HostCode
from linli.ground.scope import scoped
from linli.operations.queries import over

COOKIE = CodeCookie("linli_host", "linli.host", "/host/")
P = ParamSpec("P")


def code_of(request: HttpRequest) -> HostCode | None:
    """The live code behind a request; one statement, none without the cookie."""
    pk = COOKIE.code_in(request)
    if pk is None:
        return None
    rows = HostCode.objects.filter(pk=pk, revoked_at__isnull=True).exclude(operation__in=over(timezone.now()))
    return rows.select_related("operation", "neighbourhood", "home__kind", "home__parent__parent__parent").first()


def remember(response: HttpResponse, code: HostCode) -> HttpResponse:
    """Let this browser open the page until the operation ends."""
    seconds = int((code.operation.ends_at - timezone.now()).total_seconds())
    return COOKIE.remember(response, code.pk, seconds)


def forget(response: HttpResponse) -> HttpResponse:
    """Close the page in this browser."""
    return COOKIE.forget(response)


def for_host(
    closed: Callable[..., HttpResponse],
) -> Callable[[Callable[Concatenate[Any, HostCode, P], HttpResponse]], Callable[Concatenate[Any, P], HttpResponse]]:
    """Run ``view(request, code, …)`` inside the scope of the code's neighbourhood; ``closed(request, 403)`` without a live code.

    Never kept by the browser: the next to take the phone in hand sees nothing by going back.
    """

    def wrap(
        view: Callable[Concatenate[Any, HostCode, P], HttpResponse],
    ) -> Callable[Concatenate[Any, P], HttpResponse]:
        @wraps(view)
        def run(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            code = code_of(request)
            if code is None:
                return closed(request, status=403)
            request.neighbourhood = code.neighbourhood  # for the strips of a replay
            with scoped(neighbourhood_ids={code.neighbourhood_id}, reason=f"host:{code.pk}"):
                response = view(request, code, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            return response

        return run

    return wrap
