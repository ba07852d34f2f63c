"""Gates and rounds know nothing of each other; here a gate's page learns when it was last inspected and what is open there (G11)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from linli.ground.mandates import rights_at
from linli.ground.models import Place
from linli.rounds.inspections import gate_lines, open_at

TEMPLATE = "site/gate_inspection.html"


def panel(request: Any, gate: Place) -> dict[str, Any] | None:
    """The last inspection of a gate and its open findings: all of them for who may read findings, else those one sees to oneself."""
    rights = rights_at(request.mandates, gate)
    lines = gate_lines([request.neighbourhood], timezone.now(), only=gate.pk)
    if not lines:
        return None
    own = {mandate.pk for mandate in request.mandates}
    reads = "rounds.read" in rights
    return {
        "template": TEMPLATE,
        "line": lines[0],
        "rows": [row for row in open_at(gate) if reads or row.owner_id in own],
        "reads": reads,
        "may": "rounds.write" in rights,
    }
