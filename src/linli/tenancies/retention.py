"""What of the tenants' lists is due for erasure: the words of rows and of resolved differences after 30 days; keys and counts stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from linli.kernel.data_classes import RAW_UPLOAD
from linli.tenancies.models import Difference, TenantRow


def _rows(now: datetime) -> QuerySet[TenantRow]:
    old = now - timedelta(days=RAW_UPLOAD.days or 0)
    rows: QuerySet[TenantRow] = TenantRow.objects.filter(list__received_at__lte=old, sealed__isnull=False)
    return rows


def _resolved(now: datetime) -> QuerySet[Difference]:
    old = now - timedelta(days=RAW_UPLOAD.days or 0)
    rows: QuerySet[Difference] = Difference.objects.filter(resolved_at__lte=old, sealed__isnull=False)
    return rows


def due(now: datetime) -> dict[str, int]:
    """How much would go."""
    return {"tenant_rows": _rows(now).count() + _resolved(now).count()}


def erase(now: datetime) -> dict[str, int]:
    """Erase it."""
    return {"tenant_rows": _rows(now).update(sealed=None) + _resolved(now).update(sealed=None)}
