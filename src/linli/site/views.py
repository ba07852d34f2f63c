"""Pages of the installation itself: health, language, neighbourhood chooser."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from linli import __version__
from linli.accounts.models import User
from linli.ground.access import CHOSEN
from linli.site.language import COOKIE


@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """Whether the server answers and its database too. Says nothing about anyone."""
    connection.ensure_connection()
    return JsonResponse({"ok": True, "version": __version__})


def back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page one came from, if it is ours."""
    target = request.POST.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    return HttpResponseRedirect(target)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the device's language in a cookie, and the user's with the account."""
    wanted = request.POST.get("language", "")
    response = back(request)
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(COOKIE, wanted, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure())
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=wanted)
    return response


@require_POST
def choose_neighbourhood(request: Any) -> HttpResponse:
    """Work in another neighbourhood of one's mandates. One without a mandate there changes nothing."""
    wanted = request.POST.get("neighbourhood", "")
    for place in request.neighbourhoods:
        if str(place.pk) == wanted:
            request.session[CHOSEN] = place.pk
    return HttpResponseRedirect("/")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The plain 403 page (a form too old, a cookie missing)."""
    return render(request, "403.html", status=403)
