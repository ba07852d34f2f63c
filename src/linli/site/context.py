"""What every page needs: navigation, neighbourhood chooser, strips. Rooms register strips; ui knows none of them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.operations.queries import strips
from linli.rounds.access import own_bodies

OWN_PAGES = ("rounds:walk", "duties:mine", "care:mine")
"""What stands in the bar for who reads no board: a patroller, a volunteer."""


def room_of(name: str) -> str:
    """The room of a page's name: a part of a room has a name space of its own under it (``care_errands:index`` is of ``care``)."""
    return name.partition(":")[0].partition("_")[0]


def page(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page: ``nav``, ``menu``, ``neighbourhood``, ``neighbourhoods``, ``strips``, ``now``, ``rights``."""
    rights: frozenset[str] = getattr(request, "rights", frozenset())
    match = request.resolver_match
    here = match.view_name if match else ""
    in_menu = here.startswith(("ground:office", "ground:setup", "ground:bod"))
    nav = [
        {"url": reverse(name), "label": label, "current": not in_menu and room_of(here) == room_of(name)}
        for name, label, right in settings.LINLI_NAV
        if right in rights
    ]
    asked = []
    if own_bodies(request):
        current = here.startswith("rounds:") and not here.startswith("rounds:walk")
        asked = [{"url": reverse("rounds:asked"), "label": _("Asked of us"), "current": current}]
    own = [
        {"url": reverse(name), "label": label, "current": here.startswith(name)}
        for name, label, right in settings.LINLI_MENU
        if name in OWN_PAGES and right in rights
    ]
    neighbourhood = getattr(request, "neighbourhood", None)
    return {
        "nav": nav or asked + own,
        "menu": asked
        + [{"url": reverse(n), "label": label} for n, label, right in settings.LINLI_MENU if right in rights],
        "neighbourhood": neighbourhood,
        "neighbourhoods": getattr(request, "neighbourhoods", []),
        "strips": strips(neighbourhood) if neighbourhood else [],
        "now": timezone.localtime(),
        "rights": rights,
        "languages": settings.LANGUAGES,
        "demo": settings.DEMO,
    }
