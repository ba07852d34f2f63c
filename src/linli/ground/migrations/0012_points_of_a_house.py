"""Points inside and around a house that are looked after: stairwell, lift, door entry (P04). Offices may add kinds of their own."""

from __future__ import annotations

from typing import Any

from django.db import migrations

KINDS = [
    ("stairwell", "楼道", "stairwell", 93),
    ("lift", "电梯", "lift", 94),
    ("door_entry", "门禁", "door entry", 95),
]


def add(apps: Any, schema_editor: Any) -> None:
    """Insert the rows that are missing."""
    kinds = apps.get_model("ground", "PlaceKind")
    for code, zh, en, rank in KINDS:
        kinds.objects.get_or_create(code=code, defaults={"name_zh": zh, "name_en": en, "rank": rank})


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    apps.get_model("ground", "PlaceKind").objects.filter(code__in=[kind[0] for kind in KINDS]).delete()


class Migration(migrations.Migration):
    dependencies = [("ground", "0011_zones")]
    operations = [migrations.RunPython(add, remove)]
