"""A held or refused person asks for a review at the gate: an item of the phone's queue that is no passage (PIPL art. 24)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.gates.actions.settle import Asked, ask_review
from linli.gates.deciding import Source
from linli.gates.models import Check, CountReceipt, Review
from linli.gates.parse import Malformed, Request, parse_request
from linli.kernel.refusal import Refusal


def is_request(raw: Any) -> bool:
    """Whether an item asks for a review."""
    return isinstance(raw, Mapping) and raw.get("review") is True


def take(source: Source, raw: Any) -> tuple[str, str | None]:
    """Write the request down: status and problem of its answer. Sent again it is the same request.

    Raises :class:`Malformed` when it cannot be read, or is about a passage that never came (it waits for a person then).
    """
    request = parse_request(raw)
    check = Check.objects.select_related("operation", "gate").filter(pk=request.follows).first()
    if check is None:
        return _unknown(request)
    if Review.objects.filter(check_id=check.pk).exists():
        return "already", None
    try:
        ask_review(
            by=source.by,
            check=check,
            text=request.text,
            asked=Asked(at=request.happened_at, id=request.id, device=source.device),
        )
    except Refusal as refusal:
        return "already", refusal.code.rpartition(".")[2]
    return "stored", None


def _unknown(request: Request) -> tuple[str, str | None]:
    """A passage that was only counted left nothing that could be looked at again."""
    if CountReceipt.objects.filter(pk=request.follows).exists():
        return "counted", "nothing_kept"
    raise Malformed("follows")
