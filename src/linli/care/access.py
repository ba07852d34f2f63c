"""Who opens the pages of care: the office, which reads every case, and who helps, for his own households only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

from linli.ground.access import needs

READ, HELP, MANAGE = "care.read", "care.help", "care.manage"


def needs_care(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view run for who reads every case and for who helps; what each may see is decided by the reader (``seeing.visible``)."""
    by_read, by_help = needs(READ)(view), needs(HELP)(view)

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return (by_read if READ in getattr(request, "rights", ()) else by_help)(request, *args, **kwargs)

    return guarded
