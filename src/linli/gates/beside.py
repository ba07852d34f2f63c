"""What other rooms have to say about a gate on its page: shown there, known only to the room above both that introduces it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from linli.ground.models import Place

Source = Callable[[Any, Place], dict[str, Any] | None]
"""(request, gate) → ``template`` and what it needs, or None when there is nothing to say to this reader."""
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Introduce a source, from ``apps.py``; the same one once."""
    if source not in _sources:
        _sources.append(source)


def panels(request: Any, gate: Place) -> list[dict[str, Any]]:
    """The panels of a gate's page for a reader, in the order in which their sources were introduced."""
    found = (source(request, gate) for source in _sources)
    return [panel for panel in found if panel is not None]
