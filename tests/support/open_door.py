"""A URL table with one address that forgot its lock: for the test that proves the walk notices."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def forgotten(request: HttpRequest, number: int = 0) -> HttpResponse:
    """A page that asks nobody who they are."""
    return HttpResponse("everybody's address and telephone number")


@login_required
def guarded(request: HttpRequest) -> HttpResponse:
    """A page that asks."""
    return HttpResponse("yours")


urlpatterns = [
    path("", include("linli.site.urls")),
    path("test-guarded/", guarded, name="test_guarded"),
    path("test-forgotten/<int:number>/", forgotten, name="test_forgotten"),
]
