"""Pages about the API: its description, the same for people to read, and the tokens of other systems."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.accounts.models import ApiToken
from linli.accounts.tokens import make_token, revoke_token
from linli.ground.access import needs
from linli.ground.rest.access import PREFIX, SCOPES
from linli.ground.rest.problems import not_found
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.site.api.reference import operations
from linli.site.api.root import api

DAYS = [(30, "30"), (90, "90"), (180, "180"), (365, "365")]
SHOWN = 200


class TokenForm(forms.Form):
    """Which system, what for, what it may do, how long."""

    name = forms.CharField(
        label=gettext_lazy("Which system"), max_length=60, help_text=gettext_lazy("As people call it: the property company's repairs.")
    )  # fmt: skip
    purpose = forms.CharField(
        label=gettext_lazy("What for"), max_length=200, help_text=gettext_lazy("One sentence. It stands beside the token for good.")
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Never more than you may yourself, and no longer than you may."),
    )
    days = forms.TypedChoiceField(label=gettext_lazy("Ends after (days)"), coerce=int, choices=DAYS, initial=90)

    def __init__(self, *args: Any, rights: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = [(code, scope.title) for code, scope in SCOPES.items() if scope.right in rights]
        self.fields["scopes"].choices = open_ones  # type: ignore[attr-defined]


@cache
def described() -> dict[str, Any]:
    """The description, made once: it takes half a second, and anybody may ask for it. Its texts are message ids; nobody changes it."""
    return dict(api.get_openapi_schema(path_prefix=PREFIX))


def description(request: HttpRequest) -> HttpResponse:
    """``openapi.json``: the same for everybody, without any data."""
    return JsonResponse(described(), json_dumps_params={"ensure_ascii": False})


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """The description for people."""
    groups = operations(described())
    return render(request, "site/api_reference.html", {"groups": groups, "scopes": SCOPES, "prefix": PREFIX})


@csrf_exempt
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Every other address below ``/api/v1/``."""
    raise not_found()


@require_http_methods(["GET", "POST"])
@needs("tokens.manage")
def tokens(request: Any) -> HttpResponse:
    """Which other systems may come in? A POST makes a token and shows it once."""
    form = TokenForm(request.POST or None, rights=request.rights)
    if request.method == "POST" and form.is_valid():
        try:
            token, text = make_token(by=request.user, neighbourhood=request.neighbourhood.pk, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
        else:
            response = render(request, "site/api_token.html", {"token": token, "text": text, "prefix": PREFIX})
            response.headers["Cache-Control"] = "no-store"
            return response
    rows = ApiToken.objects.filter(neighbourhood=request.neighbourhood.pk).select_related("user")[:SHOWN]
    lines = [_line(row, request) for row in rows]
    return render(
        request,
        "site/api_tokens.html",
        {
            "form": form,
            "open": [line for line in lines if line["open"]],
            "past": [line for line in lines if not line["open"]],
            "prefix": PREFIX,
        },
    )


def _line(row: ApiToken, request: Any) -> dict[str, Any]:
    holding = row.is_open(timezone.now()) and row.user.is_active
    return {
        "token": row,
        "open": holding,
        "scopes": [{"code": code, "title": SCOPES[code].title} for code in row.scopes if code in SCOPES],
        "word": _("revoked") if row.revoked_at else _("ended"),
        "own": row.user_id == request.user.pk,
    }


@require_POST
@needs("tokens.manage")
def revoke(request: Any, pk: UUID) -> HttpResponse:
    """End a token now."""
    token = get_object_or_404(ApiToken, pk=pk, neighbourhood=request.neighbourhood.pk)
    revoke_token(by=request.user, token=token)
    messages.success(request, _("The token holds no longer."))
    return redirect("api_tokens")
