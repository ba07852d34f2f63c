"""A page that a code opens and no account: a household's ``/host/``, a person's own ``/mine/``.

The code of a slip is typed in once; an address pauses after five wrong ones. From then on a signed cookie names the code. Every request
looks the code up again and runs in the scope of its neighbourhood, so that the page ends on every phone at once with whatever ends the
code. Nothing is kept by the browser: the next to take the phone in hand sees nothing by going back.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from linli.accounts import lockout
from linli.accounts.code_cookie import CodeCookie
from linli.ground.scope import scoped
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

P = ParamSpec("P")
Code = TypeVar("Code", bound=Any)
"""A row with ``pk``, ``neighbourhood`` and ``neighbourhood_id``, readable without a scope."""
Shown = TypeVar("Shown")
"""What the views of the page are given: the code itself, or what it stands for."""


class Opens(Protocol):
    """The action that reads a typed code and refuses a wrong one."""

    def __call__(self, *, by: None, typed: str) -> Any: ...


@dataclass(frozen=True)
class CodePage(Generic[Code, Shown]):
    """One such page. ``name``: its address ``/name/``, its URL names ``name:…``, its cookie, and what wrong codes are counted under."""

    name: str
    form: type[forms.Form]
    """Has the field ``code``."""
    template: str
    """Asks for the code."""
    opens: Opens
    live: Callable[[datetime], QuerySet[Code]]
    """Codes whose page is open at a moment."""
    behind: Callable[[Code], AbstractContextManager[Shown]]
    """What the views are given, for as long as they run; inside the scope of the code's neighbourhood."""
    until: Callable[[Shown, datetime], datetime | None]
    """Until when the page is expected to be open, for the cookie."""

    @property
    def cookie(self) -> CodeCookie:
        """Sent to this page's address alone."""
        return CodeCookie(f"linli_{self.name}", f"linli.{self.name}", f"/{self.name}/")

    def code_of(self, request: HttpRequest) -> Code | None:
        """The live code behind a request; one statement, none without the cookie."""
        pk = self.cookie.code_in(request)
        return None if pk is None else self.live(timezone.now()).filter(pk=pk).first()

    def door(self, request: HttpRequest, inside: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
        """The address itself: asks for the code, takes one that is typed in (POST), shows ``inside`` to who has one."""
        if request.method == "POST":
            return self._typed(request)
        return self.ask(request) if self.code_of(request) is None else inside(request)

    def ask(self, request: HttpRequest, form: forms.Form | None = None, status: int = 200) -> HttpResponse:
        """The page that asks for the code of the slip."""
        return render(request, self.template, {"form": form or self.form()}, status=status)

    def _typed(self, request: HttpRequest) -> HttpResponse:
        # the name is everybody's, so only the address is paused, never the codes
        name, now = lockout.name_digest(self.name), timezone.now()
        until = lockout.locked_until(name, lockout.client_address(request), now, everywhere=False)
        if until is not None:
            return lockout.locked_response(request, until, now)
        form = self.form(request.POST)
        if form.is_valid():
            try:
                code = self.opens(by=None, typed=form.cleaned_data["code"])
            except Refusal as refusal:
                lockout.note_failure(request, name)
                form.add_error("code", refusal_text(refusal))
            else:
                return self._remember(code, now)
        return self.ask(request, form, 422)

    def _remember(self, code: Code, now: datetime) -> HttpResponse:
        with self._scope(code), self.behind(code) as shown:
            until = self.until(shown, now) or now
        return self.cookie.remember(redirect(f"{self.name}:home"), code.pk, int((until - now).total_seconds()))

    def leave(self) -> HttpResponse:
        """Close the page in this browser; the code of the slip opens it again."""
        return self.cookie.forget(redirect(f"{self.name}:home"))

    def view(
        self, view: Callable[Concatenate[Any, Shown, P], HttpResponse]
    ) -> Callable[Concatenate[Any, P], HttpResponse]:
        """Run ``view(request, shown, …)`` for who has a live code; ask for it, with status 403, who has none."""

        @wraps(view)
        def run(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            code = self.code_of(request)
            if code is None:
                return self.ask(request, status=403)
            request.neighbourhood = code.neighbourhood  # for the strips of a replay
            with self._scope(code), self.behind(code) as shown:
                response = view(request, shown, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            return response

        return run

    def _scope(self, code: Code) -> AbstractContextManager[Any]:
        return scoped(neighbourhood_ids={code.neighbourhood_id}, reason=f"{self.name}:{code.pk}")
