"""A household's own page ``/host/``: whoever holds a cookie that a code of that home was typed in for.

It ends on every phone at once with the operation, with a newer slip, or when the office ends it.
"""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime

from django.db.models import QuerySet

from linli.gates.models import HostCode
from linli.gates.visits.actions.host_codes import open_host_page
from linli.gates.visits.forms import HostCodeForm
from linli.ground.code_page import CodePage
from linli.operations.queries import over


def _live(now: datetime) -> QuerySet[HostCode]:
    rows = HostCode.objects.filter(revoked_at__isnull=True).exclude(operation__in=over(now))
    return rows.select_related("operation", "neighbourhood", "home__kind", "home__parent__parent__parent")


def _until(code: HostCode, now: datetime) -> datetime:
    return code.operation.ends_at


PAGE: CodePage[HostCode, HostCode] = CodePage(
    "host",
    HostCodeForm,
    "gates/visits/host_enter.html",
    opens=open_host_page,
    live=_live,
    behind=nullcontext,
    until=_until,
)
