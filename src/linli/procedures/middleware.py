"""While homes move, nothing is written by hand in the two neighbourhoods: reading goes on, writing waits a minute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from linli.ground.locks import HOMES_MOVING, SAFE, is_closed

OPEN = ("procedures:", "accounts:", "set_language", "choose_neighbourhood")
"""Addresses that write nothing of people, and the move itself."""


class MovingMiddleware:
    """Answers a page's POST with 409 and a sentence while homes of its neighbourhood move. Gates go on: their phones have no session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Before the view, when its name is known."""
        if request.method in SAFE or getattr(request, "neighbourhood", None) is None:
            return None
        if request.resolver_match.view_name.startswith(OPEN) or not is_closed(request.neighbourhood):
            return None
        sentence = _(HOMES_MOVING)
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"error": "ground.homes_moving", "message": sentence}, status=409)
        return render(request, "procedures/moving.html", {"sentence": sentence}, status=409)
