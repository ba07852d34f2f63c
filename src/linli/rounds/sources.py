"""Where a finding comes from: its opaque source in words, with the way there. Other rooms' kinds are introduced above both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.rounds.models import Finding


@dataclass(frozen=True)
class Origin:
    """A source in words; ``url`` empty where there is no page for this reader."""

    words: str
    url: str = ""


Resolver = Callable[[Any, UUID], Origin | None]
"""(request, id) → what it is, or None when it is not known."""
_kinds: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """Introduce a kind of source, from ``apps.py``."""
    _kinds[kind] = resolver


def origin_of(request: Any, finding: Finding) -> Origin | None:
    """Where a finding comes from; None for one that somebody entered by itself."""
    kind, _colon, key = finding.source.partition(":")
    try:
        resolver = _kinds.get(kind)
        return resolver(request, UUID(key)) if resolver is not None else None
    except ValueError:
        return None


def register_own() -> None:
    """The kinds of this room."""
    register(
        "inspection",
        lambda request, pk: Origin(_("the inspection of the gate"), reverse("rounds:inspection", args=[pk])),
    )
    register("visit", lambda request, pk: Origin(_("a visit on a round"), reverse("rounds:visit", args=[pk])))
