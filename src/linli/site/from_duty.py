"""The rooms of floor 3 know nothing of duties; here an issue says from which shift it came (P10), and a run where trainings are entered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse

from linli.duties.models import Shift
from linli.rounds.sources import Origin
from linli.ui.words import moment


def shift(request: Any, pk: UUID) -> Origin | None:
    """The shift behind an issue: its post and when; a link for who may read the roster there."""
    row = Shift.objects.filter(pk=pk, post__neighbourhood=request.neighbourhood).select_related("post").first()
    if row is None:
        return None
    url = reverse("duties:shift", args=[pk]) if "duties.read" in request.rights else ""
    return Origin(f"{row.post.title} · {moment(row.starts_at)}", url)


def trainings(request: Any) -> str:
    """The roster, where trainings are entered at each person; empty for whoever does not manage duties."""
    return reverse("volunteers:index") if "duties.manage" in request.rights else ""
