"""Sessions in the database that know their user; what a list of sessions needs is in the session itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import auth
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone

from linli.accounts.addresses import client_address

STARTED, SEEN, AGENT, ADDRESS = "linli_started", "linli_seen", "linli_agent", "linli_address"
SEEN_EVERY = 300
"""Seconds between two writes of ``SEEN``."""
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SessionStore(DatabaseStore):
    """Django's database sessions in our own table."""

    @classmethod
    def get_model_class(cls) -> Any:
        """The table."""
        from linli.accounts.models import Session  # the app registry is not ready when this module is first imported

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """A row with its user."""
        row: Any = super().create_model_instance(data)
        row.user = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        return row


@dataclass(frozen=True)
class OpenSession:
    """One line of the list of sessions. Moments are aware; ``None`` when the session was opened without the form."""

    key: str
    agent: str
    address: str
    started: datetime | None
    seen: datetime | None
    here: bool


def sign_in(request: HttpRequest, user: Any) -> None:
    """Open a session for ``user``: a new key (an old one cannot be fixed on somebody), and what the list of sessions shows.

    Sessions of anybody that have run out are deleted on the way.
    """
    auth.login(request, user, backend=MODEL_BACKEND)
    now = timezone.now()
    SessionStore.get_model_class().objects.filter(expire_date__lt=now).delete()
    request.session[STARTED] = request.session[SEEN] = int(now.timestamp())
    request.session[AGENT] = agent_words(request.META.get("HTTP_USER_AGENT", ""))
    request.session[ADDRESS] = client_address(request)


def note_seen(request: HttpRequest) -> None:
    """Remember, at most every five minutes, that the session is in use."""
    last = request.session.get(SEEN)
    if last is None:
        return
    now = int(timezone.now().timestamp())
    if now - last >= SEEN_EVERY:
        request.session[SEEN] = now


def open_sessions(user_id: int, current: str | None) -> list[OpenSession]:
    """The sessions of an account that have not ended, this one first, then the latest."""
    model = SessionStore.get_model_class()
    rows = [
        _line(row, current)
        for row in model.objects.filter(user=user_id, expire_date__gt=timezone.now()).order_by("-pk")
    ]
    return sorted(rows, key=lambda r: (not r.here, -(r.seen.timestamp() if r.seen else 0)))


def _line(row: Any, current: str | None) -> OpenSession:
    data = row.get_decoded()
    return OpenSession(
        key=row.session_key,
        agent=data.get(AGENT, ""),
        address=data.get(ADDRESS, ""),
        started=_moment(data.get(STARTED)),
        seen=_moment(data.get(SEEN)),
        here=row.session_key == current,
    )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


_BROWSERS = [
    ("MicroMessenger", "WeChat"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
]
_SYSTEMS = [
    (r"iPhone|iPad", "iOS"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X", "macOS"),
    (r"Linux", "Linux"),
]


def agent_words(agent: str) -> str:
    """``Chrome · Windows`` from a browser's long description; empty when nothing is known."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, agent)), "")
    return " · ".join(word for word in (browser, system) if word)
