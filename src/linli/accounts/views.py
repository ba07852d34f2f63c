"""Pages of one's own account: sign in and out, password, sessions, a slip. The second factor has ``factor_views``."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout as end_session
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts import actions, acts, lockout, second_factor
from linli.accounts.forms import ChangePasswordForm, SignInForm, SlipForm
from linli.accounts.refusals import refusal_text
from linli.accounts.sessions import open_sessions, sign_in
from linli.journal.record import record
from linli.kernel.refusal import Refusal

SLIP_ATTEMPTS = "slip"


def safe_next(request: HttpRequest, fallback: str = "/") -> str:
    """Where to go on, if it is a page of ours; else ``fallback`` (no open redirect)."""
    target = request.POST.get("next") or request.GET.get("next") or fallback
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return fallback


class SignIn(LoginView):
    """``/accounts/login/``"""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Open the session, write it down, go on."""
        user = form.get_user()
        sign_in(self.request, user)
        record(acts.SIGNED_IN, by=user, subject=("user", user.pk), neighbourhood=user.home)
        return HttpResponseRedirect(self.get_success_url())


sign_in_page = never_cache(SignIn.as_view())


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session. By POST only: a link cannot sign anybody out."""
    end_session(request)
    messages.success(request, _("You are signed out."))
    return redirect("accounts:login")


@login_required
@never_cache
@require_http_methods(["GET"])
def account(request: Any) -> HttpResponse:
    """One's own account: name, password, second factor, sessions."""
    device = second_factor.of(request.user)
    context = {
        "sessions": open_sessions(request.user.pk, request.session.session_key),
        "factor": device,
        "codes_left": second_factor.codes_left(request.user) if device else 0,
    }
    return render(request, "accounts/account.html", context)


@login_required
@require_POST
def end_other_sessions(request: Any) -> HttpResponse:
    """Sign out everywhere else."""
    ended = actions.end_sessions(by=request.user, user=request.user, keep=request.session.session_key)
    messages.success(request, _("Signed out on %(count)s other devices.") % {"count": ended})
    return redirect("accounts:account")


@sensitive_post_parameters()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def password(request: Any) -> HttpResponse:
    """Change one's password; every other session ends."""
    form = ChangePasswordForm(request.user, request.POST or None)
    if request.method == "POST":
        name, address = f"password:{request.user.pk}", lockout.client_address(request)
        locked = locked_answer(request, name, address)
        if locked is not None:
            return locked
        if form.is_valid():
            actions.change_password(by=request.user, user=request.user, password=form.cleaned_data["password"])
            sign_in(request, request.user)
            messages.success(request, _("Your password is changed. Other devices are signed out."))
            return redirect(safe_next(request))
        if "present" in form.errors:
            lockout.note_failure(request, lockout.name_digest(name))
    return render(
        request,
        "accounts/password.html",
        {"form": form, "next": safe_next(request), "must": request.user.must_change_password},
    )


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def slip(request: HttpRequest) -> HttpResponse:
    """Set a password with a slip. GET spends nothing: link scanners fetch links, they do not post forms."""
    form = SlipForm(request.POST or None)
    if request.method == "POST":
        locked = locked_answer(request, SLIP_ATTEMPTS, lockout.client_address(request))
        if locked is not None:
            return locked
        if form.is_valid():
            try:
                user = actions.set_password_by_slip(
                    code=form.cleaned_data["code"], password=form.cleaned_data["password"]
                )
            except Refusal as refusal:
                weak = refusal.code == "accounts.password_weak"
                form.add_error("password" if weak else "code", refusal_text(refusal))
                if not weak:
                    lockout.note_failure(request, lockout.name_digest(SLIP_ATTEMPTS))
            else:
                lockout.forget(lockout.name_digest(user.username))
                sign_in(request, user)
                messages.success(
                    request, _("Your password is set. From now on sign in as %(name)s.") % {"name": user.username}
                )
                return redirect("/")
    return render(request, "accounts/slip.html", {"form": form})


def locked_answer(request: HttpRequest, name: str, address: str) -> HttpResponse | None:
    now = timezone.now()
    alone = name != SLIP_ATTEMPTS  # a slip's code has no name of its own: nobody may lock all slips from elsewhere
    until = lockout.locked_until(lockout.name_digest(name), address, now, everywhere=alone)
    return None if until is None else lockout.locked_response(request, until, now)
