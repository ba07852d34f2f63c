"""An office tower lies between the neighbourhood and what it holds: its gates lie in it, so it comes before them."""

from __future__ import annotations

from typing import Any

from django.db import migrations

BEFORE, NOW = 91, 51


def earlier(apps: Any, schema_editor: Any) -> None:
    """The tower's place in the order from the whole to the part: beside estates."""
    apps.get_model("ground", "PlaceKind").objects.filter(code="office_tower", rank=BEFORE).update(rank=NOW)


def later(apps: Any, schema_editor: Any) -> None:
    """Back to where it was."""
    apps.get_model("ground", "PlaceKind").objects.filter(code="office_tower", rank=NOW).update(rank=BEFORE)


class Migration(migrations.Migration):
    dependencies = [("ground", "0009_search_by_prefix")]
    operations = [migrations.RunPython(earlier, later)]
