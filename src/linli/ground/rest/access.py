"""Who asks: a token is the hand of its maker. Rights are those of the maker's mandates now, less what the scopes do not name (0113)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from ninja.security import HttpBearer

from linli.accounts.addresses import client_address
from linli.accounts.models import ApiToken, User
from linli.accounts.tokens import find_token, note_use
from linli.ground.access import rights_in
from linli.ground.capacities import RIGHTS, capacities_with
from linli.ground.locks import SAFE, check_open
from linli.ground.mandates import mandates_of, neighbourhoods_of, places_with
from linli.ground.models import Mandate, Place
from linli.ground.rest.problems import ProblemError, answer, named, of_refusal
from linli.ground.scope import scoped, unscoped
from linli.kernel.refusal import Refusal

PREFIX = "/api/v1/"
A_MINUTE = 600
"""Requests a minute of one token and process."""
WRONG, WRONG_FOR = 30, 60
"""After so many wrong tokens from one address it waits a minute."""


@dataclass(frozen=True)
class TokenScope:
    """What a scope is called, and the right of its maker without which it is nothing."""

    right: str
    title: str | Promise


SCOPES: dict[str, TokenScope] = {
    "places.read": TokenScope("board.totals", gettext_lazy("places: estates, buildings, doors; nobody who lives there")),
    "totals.read": TokenScope("board.totals", gettext_lazy("totals per building, small figures merged")),
    "homes.read": TokenScope("board.read", gettext_lazy("doors with their state")),
    "states.write": TokenScope("register.state", gettext_lazy("record what was found at a door")),
    "register.read": TokenScope("register.read", gettext_lazy("households and persons, names and numbers masked")),
    "names.read": TokenScope("register.read", gettext_lazy("whole names, together with the register; never whole numbers")),
    "register.write": TokenScope("register.write", gettext_lazy("correct the register")),
    "imports": TokenScope("register.import", gettext_lazy("import a register file, apply it, undo it")),
    "gates.read": TokenScope("gates.read", gettext_lazy("hourly counts and exceptions of the gates")),
    "operations.read": TokenScope("board.totals", gettext_lazy("operations: purpose, ground, end")),
}  # fmt: skip


@dataclass(frozen=True)
class Caller:
    """The token, its maker, and what they may do at this moment in one neighbourhood."""

    token: ApiToken
    neighbourhood: Place
    mandates: list[Mandate]
    rights: frozenset[str]

    @property
    def user(self) -> User:
        """The one who made the token: every act is his."""
        maker: User = self.token.user
        return maker

    @property
    def source(self) -> str:
        """How a row says that it came through this token."""
        return f"token:{self.token.pk}"

    def has(self, scope: str) -> bool:
        """Whether the token names a scope and its maker has the right behind it."""
        return scope in self.token.scopes and SCOPES[scope].right in self.rights

    def roots(self, right: str) -> list[Place]:
        """The subtrees of the neighbourhood in which the maker has a right."""
        found = places_with(self.mandates, right)
        if any(root.contains(self.neighbourhood) for root in found):
            return [self.neighbourhood]
        return [root for root in found if self.neighbourhood.contains(root)]


class Token(HttpBearer):
    """The authentication of a route: a token with this scope, whose maker has the right behind it."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller. Raises a problem: 401 without a token that holds, 403 without scope or right."""
        return self.authenticate(request, "")

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """See :meth:`__call__`; the token itself was looked up by :func:`entered`."""
        caller: Caller | None = getattr(request, "caller", None)
        if caller is None:
            said = "token_dead" if request.headers.get("Authorization") else "token_missing"
            raise ProblemError(401, said, headers={"WWW-Authenticate": 'Bearer realm="linli"'})
        if self.scope and self.scope not in caller.token.scopes:
            detail = _("It takes a token with the scope %(scope)s: %(what)s.")
            raise ProblemError(
                403, "scope_missing", detail=detail % {"scope": self.scope, "what": SCOPES[self.scope].title}
            )
        if self.scope and not caller.has(self.scope):
            raise lacking(request, SCOPES[self.scope].right)
        return caller


def lacking(request: HttpRequest, right: str) -> ProblemError:
    """403 naming the capacities that have the right."""
    detail = _("To %(what)s takes one of these offices: %(who)s.")
    who = named(request, [str(capacity.name) for capacity in capacities_with(right)])
    return ProblemError(
        403,
        "right_missing",
        detail=detail % {"what": RIGHTS[right], "who": who},
        more={"capacities": [capacity.code for capacity in capacities_with(right)]},
    )


def caller_of(request: Any) -> Caller:
    """The caller of a route that :class:`Token` guards."""
    found: Caller = request.caller
    return found


def bearer(request: HttpRequest) -> str:
    """The token of a request; empty when there is none."""
    kind, _space, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" else ""


def look_up(text: str) -> Caller | None:
    """The caller behind a token that holds at this moment; None when its maker has no office in the neighbourhood any more."""
    token = find_token(text, timezone.now()) if text else None
    if token is None:
        return None
    mandates = mandates_of(token.user)
    place = next((p for p in neighbourhoods_of(mandates) if p.pk == token.neighbourhood), None)
    if place is None:
        return None
    near = [m for m in mandates if m.place is not None and (m.place.contains(place) or place.contains(m.place))]
    return Caller(token, place, near, rights_in(near, place))


def language_of(request: HttpRequest) -> str:
    """The first language of Accept-Language that we speak; Chinese otherwise."""
    for part in request.headers.get("Accept-Language", "").lower().split(",")[:10]:
        for code, language in (("zh", "zh-hans"), ("en", "en")):
            if part.strip().startswith(code):
                return language
    return "zh-hans"


def entered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Around every address of the API: language, token, limits, scope, and nothing of the answer is kept by anybody."""

    @csrf_exempt
    @wraps(view)
    def run(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(language_of(request)):
            try:
                response = _guarded(view, request, *args, **kwargs)
            except ProblemError as problem:
                response = answer(problem)
            if response.status_code == 405:
                response = _not_allowed(response)
            response.headers["Content-Language"] = translation.get_language() or ""
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Authorization, Accept-Language"
        return response

    return run


def _guarded(view: Callable[..., HttpResponse], request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    text = bearer(request)
    wrong = f"linli.api.wrong:{client_address(request)}"
    if text and int(cache.get(wrong, 0)) >= WRONG:
        raise _too_often()
    request.caller = look_up(text)
    if request.caller is None:
        if text:
            cache.set(wrong, int(cache.get(wrong, 0)) + 1, WRONG_FOR)
        with unscoped():
            return view(request, *args, **kwargs)
    caller: Caller = request.caller
    _count(caller)
    if request.method not in SAFE:
        try:
            check_open(caller.neighbourhood)
        except Refusal as refusal:
            raise of_refusal(refusal) from refusal
    note_use(caller.token.pk, timezone.now())
    request.user, request.neighbourhood = caller.user, caller.neighbourhood
    request.mandates, request.rights = caller.mandates, caller.rights
    with scoped(neighbourhood_ids={caller.neighbourhood.pk}, reason=caller.source):
        return view(request, *args, **kwargs)


def _count(caller: Caller) -> None:
    key = f"linli.api:{caller.token.pk}:{timezone.now():%H%M}"
    cache.add(key, 0, 120)
    if cache.incr(key) > A_MINUTE:
        raise _too_often()


def _too_often() -> ProblemError:
    return ProblemError(429, "too_often", headers={"Retry-After": "60"})


def _not_allowed(response: HttpResponse) -> HttpResponse:
    return answer(ProblemError(405, "method", headers={"Allow": response.headers.get("Allow", "")}))
