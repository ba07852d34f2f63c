"""Who may see what of the rounds: offices by their place, bodies by who is in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from linli.ground.access import needs
from linli.ground.bodies import roots
from linli.ground.models import Body, Place
from linli.ground.scope import scoped
from linli.rounds.findings import findings
from linli.rounds.models import Finding


def own_bodies(request: Any) -> frozenset[int]:
    """The bodies for which the signed-in user speaks: those in which he holds something today."""
    held = getattr(request, "mandates", [])  # a page of an error may come before the middleware
    return frozenset(m.of_body_id for m in held if m.of_body_id and m.user_id == request.user.pk)


def needs_body(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view run only for who speaks for a body. Anonymous → sign in; everybody else → 404."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        request.bodies = own_bodies(request)
        if not request.bodies:
            raise Http404("speaks for no body")
        return view(request, *args, **kwargs)

    return guarded


def leads_walkers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Who walks and reads no rounds is led to his own stops: a notice about what he missed opens a page that he may see."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        rights = request.rights if request.user.is_authenticated and request.neighbourhood is not None else ()
        if "rounds.walk" in rights and "rounds.read" not in rights:
            return redirect("rounds:walk")
        return view(request, *args, **kwargs)

    return guarded


def own_findings(request: Any) -> QuerySet[Finding]:
    """The findings that the signed-in user sees to, by an office or by his place in a body; within :func:`own_scope`."""
    rows: QuerySet[Finding] = findings().filter(owner__in=[mandate.pk for mandate in request.mandates])
    return rows


def own_scope(request: Any) -> Any:
    """A scope on the neighbourhoods of what he holds, for ``with``: it opens his own findings and nothing else."""
    places = {m.place.neighbourhood_id for m in request.mandates if m.place is not None}
    bodies = Body.objects.filter(pk__in={m.of_body_id for m in request.mandates if m.of_body_id})
    ids = {pk for pk in (*places, *bodies.values_list("place__neighbourhood", flat=True)) if pk is not None}
    found: Any = scoped(neighbourhood_ids=ids, reason=f"request:{request.user.pk}:own findings")
    return found


def needs_or_owns(right: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Let a view of one finding (``pk``) run for who has ``right``, and for who sees to it; ``request.owns`` says which."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        by_right = needs(right)(view)

        @wraps(by_right)
        def guarded(request: Any, pk: Any) -> HttpResponse:
            request.owns = False
            if request.user.is_authenticated and right not in request.rights and request.mandates:
                with own_scope(request):
                    request.owns = own_findings(request).filter(pk=pk).exists()
            return view(request, pk) if request.owns else by_right(request, pk)

        return guarded

    return wrap


def finding_scope(request: Any, right: str) -> Any:
    """The scope in which a view guarded by :func:`needs_or_owns` works."""
    return own_scope(request) if request.owns else scope_of(request, right)


def neighbourhoods(request: Any, right: str) -> list[Place]:
    """The neighbourhoods in which the user has ``right`` by the offices that reach the chosen one."""
    places = roots(request, right)
    return [n for n in request.neighbourhoods if any(p.contains(n) or n.contains(p) for p in places)]


def scope_of(request: Any, right: str) -> Any:
    """A scope on :func:`neighbourhoods`, for ``with``: a group works in several, an officer sees all of his."""
    ids = {n.pk for n in neighbourhoods(request, right)}
    found: Any = scoped(neighbourhood_ids=ids, reason=f"request:{request.user.pk}")
    return found


def words_of(request: Any, name: str, longest: int) -> str:
    """A text of a form that is one field: one line, without characters that no screen shows, at most as long as its column."""
    said = "".join(char if char.isprintable() else " " for char in request.POST.get(name, ""))
    return " ".join(said.split())[:longest]


def number_of(raw: str) -> int | None:
    """An id of a form or an address; None for what is none."""
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 18 else None
