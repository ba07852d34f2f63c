"""The cookie of a page that a code opens and no account: it names the code by its id, signed, and goes to that page's address alone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True)
class CodeCookie:
    """``path``: the only address that it is sent to. Whether the code still opens anything is for its room to look up each time."""

    name: str
    salt: str
    path: str

    def code_in(self, request: HttpRequest) -> UUID | None:
        """The id of the code behind a request; None without the cookie, or with one that is not ours."""
        said = request.get_signed_cookie(self.name, default=None, salt=self.salt)
        try:
            return UUID(said) if said else None
        except ValueError:
            return None

    def remember(self, response: HttpResponse, code: UUID, seconds: int) -> HttpResponse:
        """Let this browser open the page for so many seconds."""
        response.set_signed_cookie(
            self.name, str(code), salt=self.salt, max_age=max(0, seconds), path=self.path, httponly=True,
            samesite="Lax", secure=settings.BEHIND_TLS,
        )  # fmt: skip
        return response

    def forget(self, response: HttpResponse) -> HttpResponse:
        """Close the page in this browser."""
        response.delete_cookie(self.name, path=self.path, samesite="Lax")
        return response
