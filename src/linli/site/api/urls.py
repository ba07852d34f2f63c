"""URLs of ``/api/v1``: every route inside :func:`linli.ground.rest.access.entered`."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from linli.ground.rest.access import entered
from linli.site.api import pages
from linli.site.api.root import api


def _entered(pattern: Any) -> URLPattern:
    return URLPattern(pattern.pattern, entered(pattern.callback), pattern.default_args, pattern.name)


app_name = "api"
urlpatterns = [
    path("", pages.reference, name="reference"),
    path("openapi.json", pages.description, name="description"),
    *[_entered(one) for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"],
    path("<path:rest>", entered(pages.nothing_here), name="nothing_here"),
]
