"""Which errand a page may show: of a case that its reader may see, or one that he took himself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404

from linli.care.errand_queries import RELATED, visible
from linli.care.models import Errand


def errand_for(request: Any, pk: UUID) -> Errand:
    """One errand that the reader may see, or 404."""
    rows = visible(request.user, request.rights, request.neighbourhood)
    found: Errand | None = rows.select_related(*RELATED, "neighbourhood").filter(pk=pk).first()
    if found is None:
        raise Http404("no such errand")
    return found
