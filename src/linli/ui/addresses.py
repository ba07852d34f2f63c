"""Addresses with their filters: the query string is the state of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest


def with_query(request: HttpRequest, changes: Mapping[str, Any]) -> str:
    """This page's query with ``changes``; None or "" drops a key. Always starts with ``?``."""
    query = request.GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"
