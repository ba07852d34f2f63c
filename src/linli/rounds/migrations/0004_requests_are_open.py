"""What was asked before plans had a start: each request was opened when it was asked, and is given up when it is due."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import F


def fill(apps: Any, schema_editor: Any) -> None:
    """Say it in the new columns."""
    apps.get_model("rounds", "Occurrence").objects.filter(opened_at=None).update(
        opened_at=F("opens_at"), closes_at=F("due_at")
    )
    apps.get_model("rounds", "Plan").objects.filter(started_at=None).update(started_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("rounds", "0003_plans_and_visits")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
