"""Calendars by their secret address: asked for by a calendar, not by a person, so without signing in (decision 0129)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.duties.calendars import of_person, of_post, opens
from linli.duties.models import Post, Volunteer
from linli.ground.scope import scoped, scoped_to_everything


@require_safe
def person(request: Any, pk: UUID, secret: str) -> HttpResponse:
    """Somebody's own duties, for who knows the address in force."""
    with scoped_to_everything(reason="calendar: the address is the secret"):
        owner = Volunteer.objects.filter(pk=pk).first()
    if owner is None or not opens(owner, secret):
        raise Http404("no such calendar")
    with scoped(neighbourhood_ids={owner.neighbourhood_id}, reason="calendar"):
        return _answer(of_person(owner, timezone.now()))


@require_safe
def post(request: Any, pk: UUID, secret: str) -> HttpResponse:
    """The shifts of a post, for who knows the address in force."""
    owner = Post.objects.select_related("place").filter(pk=pk).first()
    if owner is None or not opens(owner, secret):
        raise Http404("no such calendar")
    with scoped(neighbourhood_ids={owner.neighbourhood_id}, reason="calendar"):
        return _answer(of_post(owner, timezone.now()))


def _answer(text: bytes) -> HttpResponse:
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="duties.ics"'
    response["Cache-Control"] = "private, no-store"
    return response
