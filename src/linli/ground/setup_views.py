"""The set-up wizard: from an empty folder to a neighbourhood with gates and people, in four short steps that can be left and redone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.accounts import lockout, second_factor
from linli.accounts.models import User
from linli.accounts.sessions import sign_in
from linli.accounts.slip_page import LOCAL, host_name, slip_response
from linli.ground import offices, setup
from linli.ground.access import needs
from linli.ground.models import Place
from linli.ground.setup_forms import FirstForm, GatesForm, HolderForm, PlaceForm, show_refusal
from linli.kernel.refusal import Refusal

SETUP_ATTEMPTS = "setup"
LOOPBACK = frozenset({"127.0.0.1", "::1"})


def steps(current: int) -> list[tuple[Any, str]]:
    """The wizard's steps with the addresses of those that are done."""
    return [
        (_("Neighbourhood"), reverse("ground:setup_place")),
        (_("Gates"), reverse("ground:setup_gates")),
        (_("Second user"), reverse("ground:setup_people")),
        (_("What next"), reverse("ground:setup_next")),
    ]


def at_the_machine(request: Any) -> bool:
    """Whether the browser runs on the machine that serves: then nobody needs the code from its console.

    The peer must be the loopback address, the address asked for too (else a page elsewhere could be bound to it by name), and no
    proxy in between.
    """
    return (
        request.META.get("REMOTE_ADDR") in LOOPBACK
        and host_name(request) in LOCAL
        and "HTTP_X_FORWARDED_FOR" not in request.META
    )


@never_cache
@require_http_methods(["GET", "POST"])
def start(request: Any) -> HttpResponse:
    """``/setup/``: the first step while there is no account; afterwards the step to go on with."""
    if not User.objects.exists():
        return _first(request)
    if not request.user.is_authenticated:
        return redirect("accounts:login")
    return _resume(request)


@needs("users.manage", before_second_factor=True)
def _resume(request: Any) -> HttpResponse:
    return redirect(f"ground:setup_{setup.progress(request.neighbourhood).next_step}")


@sensitive_post_parameters()
def _first(request: Any) -> HttpResponse:
    form = FirstForm(request.POST or None, ask_code=not at_the_machine(request))
    if request.method == "POST":
        name, address, now = lockout.name_digest(SETUP_ATTEMPTS), lockout.client_address(request), timezone.now()
        until = lockout.locked_until(name, address, now, everywhere=False)
        if until is not None:
            return lockout.locked_response(request, until, now)
        if form.is_valid():
            data = form.cleaned_data
            try:
                user, _place = setup.found(
                    place=form.neighbourhood(),
                    username=data["username"],
                    display_name=data["display_name"],
                    password=data["password"],
                    language=translation.get_language() or settings.LANGUAGE_CODE,
                )
            except Refusal as refusal:
                if refusal.code == "accounts.founded":
                    return redirect("accounts:login")
                show_refusal(form, refusal)
            else:
                sign_in(request, user)
                return redirect("ground:setup_gates")
        elif "setup_code" in form.errors:
            lockout.note_failure(request, name)
    return render(request, "ground/setup/first.html", {"form": form, "steps": steps(1)})


@needs("users.manage", before_second_factor=True)
@require_http_methods(["GET", "POST"])
def place(request: Any) -> HttpResponse:
    """Correct the first step: the neighbourhood's names and code."""
    here: Place = request.neighbourhood
    initial = {
        "name": here.name,
        "name_en": here.name_en,
        "code": here.code,
        "subdistrict": here.parent.name if here.parent else "",
    }
    form = PlaceForm(request.POST or None, initial=initial)
    if here.parent is None:
        del form.fields["subdistrict"]
    if request.method == "POST" and form.is_valid():
        data = {"subdistrict": "", **form.cleaned_data}
        try:
            setup.correct(by=request.user, place=here, to=setup.Neighbourhood(**data))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("ground:setup_gates")
    return render(request, "ground/setup/place.html", {"form": form, "steps": steps(1)})


@needs("users.manage", before_second_factor=True)
@require_http_methods(["GET", "POST"])
def gates(request: Any) -> HttpResponse:
    """The gates, one a line."""
    here: Place = request.neighbourhood
    known = [gate.name for gate in setup.gates_of(here)]
    proposal = known or [_("East gate"), _("West gate")]
    form = GatesForm(request.POST or None, initial={"gates": "\n".join(proposal)})
    if request.method == "POST" and form.is_valid():
        try:
            setup.set_gates(by=request.user, neighbourhood=here, names=setup.gate_names(form.cleaned_data["gates"]))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("ground:setup_people")
    return render(request, "ground/setup/gates.html", {"form": form, "known": known, "steps": steps(2)})


@needs("users.manage", before_second_factor=True)
@require_http_methods(["GET", "POST"])
def people(request: Any) -> HttpResponse:
    """A second user with an office; ends in a slip to print."""
    here: Place = request.neighbourhood
    form = HolderForm(here, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            where = Place.objects.select_related("kind").get(pk=data["place"])
            slip, code = offices.add_holder(
                by=request.user,
                neighbourhood=here,
                username=data["username"],
                display_name=data["display_name"],
                capacity=data["capacity"],
                place=where,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            return slip_response(
                request,
                slip,
                code,
                back_url=reverse("ground:setup_next"),
                back_word=_("Go on"),
                maker=request.user.display_name,
            )
    table, _others = offices.holders(here)
    return render(request, "ground/setup/people.html", {"form": form, "holders": table, "steps": steps(3)})


@needs("users.manage", before_second_factor=True)
@require_http_methods(["GET"])
def following(request: Any) -> HttpResponse:
    """What comes next, each with the way there."""
    context = {
        "steps": steps(4),
        "factor": second_factor.of(request.user) is not None,
        "rooms": _rooms(request.rights),
        "progress": setup.progress(request.neighbourhood),
    }
    return render(request, "ground/setup/next.html", context)


def _rooms(rights: frozenset[str]) -> list[dict[str, Any]]:
    """The rooms that follow the set-up (``LINLI_SETUP_NEXT``: url name, title, sentence, right): floor 2 does not know them."""
    found = []
    for name, title, sentence, right in getattr(settings, "LINLI_SETUP_NEXT", []):
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if right in rights:
            found.append({"url": url, "title": title, "sentence": sentence})
    return found
