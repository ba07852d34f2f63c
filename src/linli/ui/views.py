"""The style guide: every part of a page with invented content. Only for those who build or run the installation."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from linli.ui import samples

KINDS = {
    "": "ui/styleguide.html",
    "print": "ui/styleguide_print.html",
    "wall": "ui/styleguide_wall.html",
    "bare": "ui/styleguide_bare.html",
}


@require_GET
def styleguide(request: HttpRequest, kind: str = "") -> HttpResponse:
    """The guide itself (``kind`` "") or the print, wall and bare frames; 404 unless DEBUG or a superuser."""
    if not settings.DEBUG and not getattr(request.user, "is_superuser", False):
        raise Http404
    context = samples.page(request)
    return context["table"].download() or render(request, KINDS[kind], context)
