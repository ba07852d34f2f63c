"""The pages of the second factor: set up, ask, recovery codes, lost phone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as remember_factor

from linli.accounts import lockout, second_factor, totp
from linli.accounts.forms import CodeForm, FactorSlipForm, FirstCodeForm, PasswordAgainForm
from linli.accounts.refusals import refusal_text
from linli.accounts.views import SLIP_ATTEMPTS, locked_answer, safe_next
from linli.kernel.refusal import Refusal


def _renew(request: Any, device: Any) -> None:
    """A new session key when the session gains a right, then the factor."""
    request.session.cycle_key()
    remember_factor(request, device)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def second_factor_page(request: Any) -> HttpResponse:
    """Sets the factor up when there is none, asks for it otherwise; then goes on to ``next``."""
    if second_factor.of(request.user) is None:
        return _set_up(request)
    return _ask(request)


def _set_up(request: Any) -> HttpResponse:
    device = second_factor.begin(request.user)
    form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device, fresh = second_factor.confirm(user=request.user, code=form.cleaned_data["code"])
        except Refusal as refusal:
            form.add_error("code", refusal_text(refusal))
        else:
            _renew(request, device)
            return _codes_page(request, fresh, safe_next(request))
    secret = device.secret()
    context = {
        "form": form,
        "next": safe_next(request),
        "qr": totp.qr(totp.address(secret, request.user.username)),
        "secret": totp.grouped_secret(secret),
    }
    return render(request, "accounts/factor_set_up.html", context)


def _ask(request: Any) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device, recovery = second_factor.verify(user=request.user, typed=form.cleaned_data["code"])
        except Refusal as refusal:
            form.add_error("code", refusal_text(refusal))
        else:
            _renew(request, device)
            if recovery:
                left = second_factor.codes_left(request.user)
                messages.warning(request, _("A recovery code is used up; %(left)s are left.") % {"left": left})
            return redirect(safe_next(request))
    return render(request, "accounts/factor_ask.html", {"form": form, "next": safe_next(request)})


def _codes_page(request: Any, fresh: list[str], target: str) -> HttpResponse:
    return render(request, "accounts/recovery_codes.html", {"codes": fresh, "back_url": target})


@login_required
@never_cache
@require_POST
def new_recovery_codes(request: Any) -> HttpResponse:
    """Ten new codes on a page to print; the old ones stop working. Only in a session that has passed the factor."""
    if not request.user.is_verified() or second_factor.of(request.user) is None:
        return redirect(f"{reverse('accounts:second_factor')}?{urlencode({'next': reverse('accounts:account')})}")
    return _codes_page(request, second_factor.new_codes(user=request.user), reverse("accounts:account"))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def remove(request: Any) -> HttpResponse:
    """Take one's own factor away (a new phone): the session must have passed it, and the password is asked."""
    if not request.user.is_verified():
        return redirect(f"{reverse('accounts:second_factor')}?{urlencode({'next': request.path})}")
    form = PasswordAgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = f"password:{request.user.pk}"
        locked = locked_answer(request, name, lockout.client_address(request))
        if locked is not None:
            return locked
        if request.user.check_password(form.cleaned_data["present"]):
            second_factor.remove(by=request.user, user=request.user)
            messages.success(request, _("The second factor is taken away. Set up the new phone now."))
            return redirect("accounts:second_factor")
        lockout.note_failure(request, lockout.name_digest(name))
        form.add_error("present", _("This is not your present password."))
    return render(request, "accounts/factor_remove.html", {"form": form})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def lost(request: Any) -> HttpResponse:
    """Phone and recovery codes lost: a slip from another secretary takes the factor away."""
    form = FactorSlipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        locked = locked_answer(request, SLIP_ATTEMPTS, lockout.client_address(request))
        if locked is not None:
            return locked
        try:
            second_factor.remove_by_slip(user=request.user, code=form.cleaned_data["code"])
        except Refusal as refusal:
            lockout.note_failure(request, lockout.name_digest(SLIP_ATTEMPTS))
            form.add_error("code", refusal_text(refusal))
        else:
            messages.success(request, _("The second factor is taken away. Set up the new phone now."))
            return redirect("accounts:second_factor")
    return render(request, "accounts/factor_lost.html", {"form": form})
