"""Who may open a page: the scope middleware and the ``needs`` decorator.

A stranger to a neighbourhood gets 404: for him it does not exist. Who has a mandate there but not the capacity gets 403 with the
capacity that would allow it (HOUSE.md, "Scope fails closed").
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from linli.accounts import second_factor
from linli.ground.capacities import RIGHTS, capacities_with
from linli.ground.mandates import mandates_of, needs_second_factor, neighbourhoods_of, rights_at
from linli.ground.models import Mandate, Place
from linli.ground.scope import scoped, unscoped

P = ParamSpec("P")
CHOSEN = "neighbourhood"
SECOND_FACTOR_URL = "accounts:second_factor"


class ScopeMiddleware:
    """Opens the scope of the chosen neighbourhood for the time of the request; none for a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.mandates, request.neighbourhoods, request.neighbourhood, request.rights = [], [], None, frozenset()
        if not request.user.is_authenticated:
            with unscoped():
                return self.get_response(request)
        request.mandates = mandates_of(request.user)
        request.neighbourhoods = neighbourhoods_of(request.mandates)
        request.neighbourhood = _chosen(request)
        if request.neighbourhood is None:
            with unscoped():
                return self.get_response(request)
        request.rights = rights_in(request.mandates, request.neighbourhood)
        with scoped(neighbourhood_ids={request.neighbourhood.pk}, reason=f"request:{request.user.pk}"):
            return self.get_response(request)


def _chosen(request: Any) -> Place | None:
    wanted = request.session.get(CHOSEN)
    for place in request.neighbourhoods:
        if place.pk == wanted:
            return place
    return request.neighbourhoods[0] if request.neighbourhoods else None


def rights_in(mandates: list[Mandate], neighbourhood: Place) -> frozenset[str]:
    """The rights somebody has anywhere in a neighbourhood: at the whole of it, or at a part (a building leader's building)."""
    found = set(rights_at(mandates, neighbourhood))
    for mandate in mandates:
        if mandate.place is not None and neighbourhood.contains(mandate.place):
            found |= rights_at([mandate], mandate.place)
    return frozenset(found)


def needs(
    right: str, *, before_second_factor: bool = False
) -> Callable[[Callable[Concatenate[Any, P], HttpResponse]], Callable[Concatenate[Any, P], HttpResponse]]:
    """Let a view run only for who has ``right`` in the chosen neighbourhood.

    Anonymous → sign in. No mandate in any neighbourhood → 404. A mandate without the capacity → 403 naming it. A capacity that needs
    a second factor without one verified in this session → the page that sets or asks for it; ``before_second_factor`` lets the
    steps of the set-up wizard come first as long as the account has none.
    """
    if right not in RIGHTS:
        raise ValueError(f"unknown right {right}")

    def wrap(view: Callable[Concatenate[Any, P], HttpResponse]) -> Callable[Concatenate[Any, P], HttpResponse]:
        @wraps(view)
        def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.neighbourhood is None:
                raise Http404("no mandate here")
            if right not in request.rights:
                return forbidden(request, right)
            early = before_second_factor and second_factor.of(request.user) is None
            if needs_second_factor(request.mandates) and not second_factor_done(request) and not early:
                return redirect(f"{_second_factor_path()}?{urlencode({'next': request.get_full_path()})}")
            return view(request, *args, **kwargs)

        guarded.linli_right = right  # type: ignore[attr-defined]
        return guarded

    return wrap


def second_factor_done(request: Any) -> bool:
    """Whether this session has passed the second factor (django-otp sets ``user.is_verified``)."""
    verified = getattr(request.user, "is_verified", None)
    return bool(verified and verified())


def _second_factor_path() -> str:
    from django.urls import reverse  # the URL table may import this module

    return reverse(SECOND_FACTOR_URL)


def forbidden(request: Any, right: str) -> HttpResponse:
    """The 403 page: what is missing, who has it, whom to ask."""
    return render(
        request,
        "ground/forbidden.html",
        {"right": RIGHTS[right], "capacities": [c.name for c in capacities_with(right)]},
        status=403,
    )
