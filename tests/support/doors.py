"""The URL walk: what every address answers to somebody who has not signed in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client

from tests.support.code import Finding

CLOSED = frozenset({401, 403, 404})
NO_KEY = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Door:
    """One address: its route as written, its full name, and a path that reaches it."""

    route: str
    name: str
    path: str


def doors(patterns: Iterable[Any], samples: Mapping[str, str], prefix: str = "", space: str = "") -> Iterator[Door]:
    """Every address below the patterns. `samples`: converter's or group's name → a value of a row that exists."""
    for entry in patterns:
        route = prefix + _route(entry.pattern)
        if hasattr(entry, "url_patterns"):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from doors(entry.url_patterns, samples, route, inner)
        else:
            yield Door(route, f"{space}{entry.name or entry.callback.__name__}", "/" + fill(route, samples))


def _route(pattern: Any) -> str:
    """The route of a `path()`, or of a `re_path()` without its anchors."""
    return str(pattern).lstrip("^").removesuffix("$").removesuffix("\\Z")


def fill(route: str, samples: Mapping[str, str]) -> str:
    """A route with values for its parameters: by the parameter's name, else by its converter."""
    defaults = {"int": "1", "str": "x", "slug": "x", "uuid": NO_KEY, "path": "x"}

    def value(match: re.Match[str]) -> str:
        converter, name = match.group(1) or "str", match.group(2)
        return samples.get(name) or samples.get(converter) or defaults.get(converter, "x")

    return re.sub(r"\(\?P<(\w+)>[^)]*\)", "x", re.sub(r"<(?:(\w+):)?(\w+)>", value, route))


def open_doors(all_doors: Iterable[Door], public: Mapping[str, str], login: str) -> list[Finding]:
    """Addresses that let a stranger in: neither the way to the login, nor 401, 403 or 404, to GET and to POST.

    `public`: full name → why it is open to everybody; a name that no address has is a finding too.
    """
    found, names = [], set()
    for door in all_doors:
        names.add(door.name)
        if door.name not in public:
            found += [Finding(door.path, 1, text) for text in _answers(door, login)]
    return found + [Finding(name, 1, "public, but no address has this name") for name in sorted(public.keys() - names)]


def _answers(door: Door, login: str) -> Iterator[str]:
    """What is wrong with the address's answers to a stranger."""
    refused = 0
    for method in ("get", "post"):
        client = Client(raise_request_exception=False)
        answer = getattr(client, method)(door.path)
        to_login = answer.status_code == 302 and str(answer.headers.get("Location", "")).startswith(login)
        if answer.status_code == 405:
            refused += 1
        elif answer.status_code not in CLOSED and not to_login:
            yield f"{door.name} answers a stranger's {method.upper()} with {answer.status_code}"
    if refused == 2:
        yield f"{door.name} answers neither GET nor POST: nothing is known about it"
