"""Posts and their shifts: which there are, when they have shifts, where a gap is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.duties import standing
from linli.duties.access import bodies_of, may_manage, may_manage_all, own_post, require
from linli.duties.actions.people import renew_address
from linli.duties.actions.posts import add_pattern, add_post, change_post, end_pattern, end_post
from linli.duties.actions.shifts import add_shift
from linli.duties.calendars import secret_of
from linli.duties.forms import EndForm, PatternForm, PostForm, ShiftForm
from linli.duties.generating import AHEAD, timetable
from linli.duties.models import Pattern, Post, Shift, Training
from linli.duties.rules import gap_minutes, gaps
from linli.duties.words import KINDS
from linli.ground.access import needs
from linli.ground.doing import tried
from linli.ground.models import Area, Place
from linli.ground.setup_forms import show_refusal
from linli.kernel.refusal import Refusal

PLACES = ("gate", "estate", "lane", "building", "office_tower")
GAPS_SHOWN = 5


def _places(request: Any) -> list[Place]:
    rows = Place.objects.filter(neighbourhood=request.neighbourhood, until__isnull=True, kind__code__in=PLACES)
    return list(rows.select_related("kind").order_by("kind__rank", "path"))


def _form(request: Any, *args: Any, **kwargs: Any) -> PostForm:
    areas = Area.objects.filter(neighbourhood=request.neighbourhood, purpose="zone").order_by("pk")
    return PostForm(_places(request), areas, bodies_of(request), *args, **kwargs)


@require_GET
@needs("duties.read")
def posts(request: Any) -> HttpResponse:
    """Every post with its shifts in words."""
    now = timezone.now()
    found = standing.posts_of(request.neighbourhood, now)
    patterns: dict[UUID, list[str]] = {}
    for one in Pattern.objects.filter(post__in=found, ended_on__isnull=True).select_related("post"):
        patterns.setdefault(one.post_id, []).append(said(one))
    lines = [(one, KINDS[one.kind], patterns.get(one.pk, [])) for one in found]
    return render(request, "duties/posts.html", {"lines": lines, "manage": may_manage_all(request)})


def said(pattern: Pattern) -> str:
    """白班：每天 07:00，12 小时，4 人 / Day: every day at 07:00, 12 hours, 4 people."""
    return _("%(name)s: %(when)s, %(hours)s hours, %(count)s people") % {
        "name": pattern.label,
        "when": timetable(pattern).said(get_language() or ""),
        "hours": f"{pattern.minutes / 60:g}",
        "count": pattern.count,
    }


@require_http_methods(["GET", "POST"])
@needs("duties.manage")
def add(request: Any) -> HttpResponse:
    """A new post."""
    require(may_manage_all(request))
    form = _form(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_post(by=request.user, neighbourhood=request.neighbourhood, facts=form.facts())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The post is there. Now say when it has shifts."))
            return redirect("duties:post", pk=made.pk)
    return render(request, "duties/post_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs("duties.read")
def post(request: Any, pk: UUID) -> HttpResponse:
    """A post: what it is, when it has shifts, where a gap is; and its editor."""
    one = own_post(request, pk)
    form = None
    if may_manage(request, one):
        form = _form(request, request.POST or None, initial=PostForm.initial_of(one))
    if request.method == "POST":
        require(form is not None)
        if form is not None and form.is_valid():
            try:
                change_post(by=request.user, post=one, facts=form.facts())
            except Refusal as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _("Saved."))
                return redirect("duties:post", pk=pk)
    return _page(request, one, form=form)


def _page(request: Any, one: Post, **forms: Any) -> HttpResponse:
    now = timezone.now()
    spans = Shift.objects.filter(post=one, cancelled_at__isnull=True, ends_at__gt=now)
    watch = list(spans.values_list("starts_at", "ends_at"))
    until = now + AHEAD - timedelta(days=1)
    patterns = list(one.patterns.select_related("post").prefetch_related("needs__training", "needs__body"))
    context = {
        "post": one,
        "kind": KINDS[one.kind],
        "patterns": [(pattern, said(pattern)) for pattern in patterns],
        "gaps": gaps(watch, now, until)[:GAPS_SHOWN] if one.gapless else [],
        "gap_minutes": gap_minutes(watch, now, until) if one.gapless else 0,
        "manage": may_manage(request, one),
        "pattern_form": PatternForm(_trainings(request), bodies_of(request), auto_id="pattern-%s"),
        "shift_form": ShiftForm(auto_id="shift-%s"),
        "end_form": EndForm(auto_id="end-%s"),
        "today": timezone.localdate(now),
        "address": _address(request, one),
    } | forms
    return render(request, "duties/post.html", context)


def _trainings(request: Any) -> list[Training]:
    return list(Training.objects.filter(neighbourhood=request.neighbourhood))


def _address(request: Any, one: Post) -> str:
    secret = secret_of(one)
    return request.build_absolute_uri(f"/duties/calendar/post/{one.pk}/{secret}.ics") if secret else ""


def _managed(request: Any, pk: UUID) -> Post:
    one = own_post(request, pk)
    require(may_manage(request, one))
    return one


@require_POST
@needs("duties.manage")
def pattern(request: Any, pk: UUID) -> HttpResponse:
    """Say when the post has shifts."""
    one = _managed(request, pk)
    form = PatternForm(_trainings(request), bodies_of(request), request.POST, auto_id="pattern-%s")
    if form.is_valid():
        try:
            add_pattern(by=request.user, post=one, facts=form.facts(), now=timezone.now())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The shifts of the next four weeks are on the roster."))
            return redirect("duties:post", pk=pk)
    return _page(request, one, form=_form(request, initial=PostForm.initial_of(one)), pattern_form=form)


@require_POST
@needs("duties.manage")
def single(request: Any, pk: UUID) -> HttpResponse:
    """Add one shift."""
    one, form = _managed(request, pk), ShiftForm(request.POST, auto_id="shift-%s")
    if form.is_valid():
        start = form.cleaned_data["starts_at"]
        end = start + timedelta(hours=float(form.cleaned_data["hours"]))
        wanted = form.cleaned_data["count"]
        try:
            made = add_shift(by=request.user, post=one, starts_at=start, ends_at=end, wanted=wanted, now=timezone.now())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("duties:shift", pk=made.pk)
    return _page(request, one, form=_form(request, initial=PostForm.initial_of(one)), shift_form=form)


@require_POST
@needs("duties.manage")
def end(request: Any, pk: UUID) -> HttpResponse:
    """End the post."""
    one, form = _managed(request, pk), EndForm(request.POST, auto_id="end-%s")
    if form.is_valid():
        try:
            end_post(by=request.user, post=one, on=form.cleaned_data["on"], now=timezone.now())
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The post ends."))
            return redirect("duties:posts")
    return _page(request, one, form=_form(request, initial=PostForm.initial_of(one)), end_form=form)


@require_POST
@needs("duties.manage")
def end_shifts(request: Any, pk: UUID) -> HttpResponse:
    """From a day on there are no more shifts of a pattern."""
    rows = Pattern.objects.select_related("post__place", "post__neighbourhood")
    one = get_object_or_404(rows, pk=pk, post__neighbourhood=request.neighbourhood)
    require(may_manage(request, one.post))
    form = EndForm(request.POST)
    if form.is_valid():
        tried(
            request,
            _("These shifts end."),
            end_pattern,
            by=request.user,
            pattern=one,
            on=form.cleaned_data["on"],
            now=timezone.now(),
        )
    return redirect("duties:post", pk=one.post_id)


@require_POST
@needs("duties.manage")
def calendar(request: Any, pk: UUID) -> HttpResponse:
    """A new address for the post's calendar."""
    renew_address(by=request.user, of=_managed(request, pk))
    messages.success(request, _("The calendar has a new address."))
    return redirect("duties:post", pk=pk)
