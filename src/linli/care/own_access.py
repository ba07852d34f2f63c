"""Who may open a person's own page: whoever holds a cookie for which that person's code was typed in.

No account and no session: the cookie names the code, signed, and goes to ``/mine/`` alone. Every request looks the code up again, so that
it ends on every phone at once: with the case, with its operation, with a newer code, or when the office ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from linli.accounts.code_cookie import CodeCookie
from linli.care.models import Case, OwnCode
from linli.care.models.hidden import children_too
from linli.care.own_until import live, open_until
from linli.ground.models import Household, Person, Place
from linli.ground.scope import scoped

COOKIE = CodeCookie("linli_mine", "linli.mine", "/mine/")
P = ParamSpec("P")


class Own:
    """What a view of the own page gets: the code, its case and person, inside their neighbourhood's scope."""

    def __init__(self, code: OwnCode, case: Case) -> None:
        self.code, self.case = code, case
        self.person: Person = case.person
        self.household: Household = case.household
        self.neighbourhood: Place = code.neighbourhood


def code_of(request: HttpRequest) -> OwnCode | None:
    """The live code behind a request; one statement, none without the cookie."""
    pk = COOKIE.code_in(request)
    if pk is None:
        return None
    return live(timezone.now()).select_related("neighbourhood").filter(pk=pk).first()


def own_scope(code: OwnCode) -> Any:
    """A scope on the neighbourhood of a code, for ``with``."""
    return scoped(neighbourhood_ids={code.neighbourhood_id}, reason=f"mine:{code.pk}")


def remember(response: HttpResponse, code: OwnCode) -> HttpResponse:
    """Let this browser open the page as long as it is expected to be open. Needs the scope of the code."""
    now = timezone.now()
    until = open_until(case_of(code), now) or now
    return COOKIE.remember(response, code.pk, int((until - now).total_seconds()))


def forget(response: HttpResponse) -> HttpResponse:
    """Close the page in this browser."""
    return COOKIE.forget(response)


def case_of(code: OwnCode) -> Case:
    """The case of a code, with what its page says."""
    with children_too():
        rows = Case.objects.select_related(
            "person", "household__dwelling__parent__parent__parent", "dwelling", "operation"
        )
        found: Case = rows.get(pk=code.case_id)
    return found


def for_own(
    closed: Callable[..., HttpResponse],
) -> Callable[[Callable[Concatenate[Any, Own, P], HttpResponse]], Callable[Concatenate[Any, P], HttpResponse]]:
    """Run ``view(request, own, …)`` inside the scope of the code's neighbourhood; ``closed(request, status=403)`` without a live code.

    Never kept by the browser: the next to take the phone in hand sees nothing by going back.
    """

    def wrap(
        view: Callable[Concatenate[Any, Own, P], HttpResponse],
    ) -> Callable[Concatenate[Any, P], HttpResponse]:
        @wraps(view)
        def run(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            code = code_of(request)
            if code is None:
                return closed(request, status=403)
            request.neighbourhood = code.neighbourhood  # for the strips of a replay
            with own_scope(code), children_too():
                response = view(request, Own(code, case_of(code)), *args, **kwargs)
            response["Cache-Control"] = "no-store"
            return response

        return run

    return wrap
