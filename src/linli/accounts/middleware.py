"""What holds for every page: an empty installation is set up first; a password given by somebody else is changed first."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property

from linli.accounts.devices import carry
from linli.accounts.models import User
from linli.accounts.sessions import note_seen

SETUP = "/setup/"
OPEN = (SETUP, "/static/", "/healthz", "/language", "/device-check", "/scan/", "/ui/")
"""Addresses that answer before there is an account: the wizard, files, health, the phone's own test, the scanner's interface."""
BY_ITSELF = "Linli-By-Itself"
"""On requests that an open page makes without anybody touching it: they do not keep a session alive."""


class AccountMiddleware:
    """See the module. Asks the database once whether there is an account, and never again after a yes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._founded = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            if not self._founded and not request.path.startswith((*OPEN, *self._install)) and not self._is_founded():
                return HttpResponseRedirect(SETUP)
            return carry(request, self.get_response(request))
        self._founded = True
        if user.must_change_password and request.path not in self._without_change:
            return HttpResponseRedirect(
                f"{reverse('accounts:password')}?{urlencode({'next': request.get_full_path()})}"
            )
        if BY_ITSELF not in request.headers:
            note_seen(request)
        return carry(request, self.get_response(request))

    def _is_founded(self) -> bool:
        self._founded = User.objects.exists()
        return self._founded

    @cached_property
    def _install(self) -> tuple[str, ...]:
        return tuple(getattr(settings, "LINLI_OPEN_PATHS", ()))

    @cached_property
    def _without_change(self) -> frozenset[str]:
        return frozenset(
            {reverse("accounts:password"), reverse("accounts:logout"), reverse("set_language"), reverse("health")}
        )
