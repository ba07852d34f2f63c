"""Who may do what at a post, and who somebody is on the roster."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from linli.duties.models import Post, Shift, Stint, Volunteer
from linli.ground.mandates import rights_at
from linli.ground.models import Body, Place

MANAGE = "duties.manage"


def place_of(post: Post) -> Place:
    """Where a right counts for a post: at its place, or in the whole neighbourhood for one without."""
    return post.place or post.neighbourhood


def may_manage(request: Any, post: Post) -> bool:
    """Whether the roster of a post is the user's to change: the head of the guards has his gate's, the office every one."""
    return MANAGE in request.rights and MANAGE in rights_at(request.mandates, place_of(post))


def may_manage_all(request: Any) -> bool:
    """Whether posts and people of the whole neighbourhood are the user's to change."""
    return MANAGE in rights_at(request.mandates, request.neighbourhood)


def require(allowed: bool) -> None:
    """403 unless allowed."""
    if not allowed:
        raise PermissionDenied("another post's roster")


def own_post(request: Any, pk: UUID) -> Post:
    """A post of the chosen neighbourhood, else 404."""
    rows = Post.objects.select_related("place", "area", "host", "neighbourhood")
    return get_object_or_404(rows, pk=pk, neighbourhood=request.neighbourhood)


def own_shift(request: Any, pk: UUID) -> Shift:
    """A shift of the chosen neighbourhood, else 404."""
    rows = Shift.objects.select_related("post__place", "post__area", "post__host", "post__neighbourhood", "pattern")
    return get_object_or_404(rows, pk=pk, post__neighbourhood=request.neighbourhood)


def own_stint(request: Any, pk: UUID) -> Stint:
    """A place of the chosen neighbourhood, else 404."""
    rows = Stint.objects.select_related("shift__post__place", "shift__post__neighbourhood", "volunteer")
    found: Stint = get_object_or_404(rows, pk=pk)
    return found


def own_person(request: Any, pk: UUID) -> Volunteer:
    """Somebody on the roster of the chosen neighbourhood, else 404."""
    found: Volunteer = get_object_or_404(Volunteer.objects.select_related("home"), pk=pk)
    return found


def oneself(request: Any) -> Volunteer | None:
    """Who the signed-in user is on the roster here; None when he is not on it."""
    return Volunteer.objects.filter(user=request.user, neighbourhood=request.neighbourhood).first()


def my_stint(request: Any, pk: UUID) -> Stint:
    """One of the user's own places, else 404."""
    stint = own_stint(request, pk)
    me = oneself(request)
    if me is None or stint.volunteer_id != me.pk:
        raise Http404("somebody else's")
    return stint


PARTY = ("branch",)
"""Kinds of bodies that nobody sees a person to belong to but the body itself."""


def bodies_of(request: Any, *, senders: bool = False) -> list[Body]:
    """The bodies of the neighbourhood and of what lies above it; ``senders``: those that one can be said to be sent by."""
    inside = Q(place__neighbourhood=request.neighbourhood) | Q(place__in=request.neighbourhood.ancestor_ids())
    rows = Body.objects.filter(inside, until__isnull=True).select_related("kind").order_by("name")
    return list(rows.exclude(kind__code__in=PARTY) if senders else rows)
