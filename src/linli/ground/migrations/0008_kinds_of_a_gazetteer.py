"""Two kinds of place that official lists have and the first table had not."""

from __future__ import annotations

from typing import Any

from django.db import migrations

KINDS = [("province", "省", "province", 5), ("committee", "居委会、村委会", "committee", 41)]


def add(apps: Any, schema_editor: Any) -> None:
    """Insert the rows that are missing."""
    kind = apps.get_model("ground", "PlaceKind")
    for code, zh, en, rank in KINDS:
        kind.objects.get_or_create(code=code, defaults={"name_zh": zh, "name_en": en, "rank": rank})


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    apps.get_model("ground", "PlaceKind").objects.filter(code__in=[kind[0] for kind in KINDS]).delete()


class Migration(migrations.Migration):
    dependencies = [("ground", "0007_places_over_time")]
    operations = [migrations.RunPython(add, remove)]
