"""A caller of the API for tests: a token of the cast, and answers that must fit the description."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from linli.accounts.models import ApiToken, User
from linli.accounts.tokens import make_token
from linli.ground.rest.access import PREFIX, SCOPES
from linli.ground.testing import Cast


@dataclass
class Api:
    """Speaks as a token; paths are given behind ``/api/v1/``."""

    text: str
    token: ApiToken | None = None
    language: str = "en"

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request; ``body`` is sent as JSON unless it is bytes."""
        sent = {"Accept-Language": self.language, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.text:
            sent["Authorization"] = f"Bearer {self.text}"
        kind = sent.pop("Content-Type", "application/json")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return Client().generic(method, PREFIX + path, data, content_type=kind, headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        """A GET that must succeed; its JSON."""
        answer = self.send("GET", path, **headers)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()


def token_of(cast: Cast, *scopes: str, user: User | None = None, days: int = 30) -> Api:
    """A token of the secretary (or ``user``) with these scopes, or with all of them."""
    token, text = make_token(
        by=user or cast.users["secretary"],
        neighbourhood=cast.neighbourhood.pk,
        name="物业报修系统",
        purpose="测试",
        scopes=scopes or SCOPES,
        days=days,
    )
    return Api(text, token)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer, which must be this one."""
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert (found["status"], found["code"]) == (status, code), found
    return found
