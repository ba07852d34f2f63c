"""More kinds of bodies, the words by which lists name them, and their order."""

from __future__ import annotations

from typing import Any

from django.db import migrations

NEW = [("two_new", "两新组织", "two-new organisation"), ("liaison_group", "联络组", "liaison group")]
# code, rank, other words
KINDS = [
    ("committee", 10, "居民区、居委会、居委、居民委员会、村委会、居民区党组织"),
    ("two_new", 20, "两新、两新党组织、“两新”、新经济组织、新社会组织"),
    ("office", 30, "机关、科室、办公室、机关支部、机关党支部、事业单位"),
    ("branch", 35, "支部、党组织、党总支、总支"),
    ("liaison_group", 40, "联络团组、机关联络组"),
    ("owners_committee", 50, "业委会"),
    ("property_company", 55, "物业、物业服务企业、物业管理公司"),
    ("company", 60, "公司、单位、商户"),
    ("ngo", 65, "社会团体、民非、民办非企业单位"),
    ("school", 70, "幼儿园、中学、小学"),
    ("police_station", 75, "警署"),
    ("health_centre", 80, "卫生服务中心、卫生中心"),
    ("volunteer_team", 85, "志愿队、志愿服务队"),
]


def add(apps: Any, schema_editor: Any) -> None:
    """Insert what is missing, keep what an office has named itself."""
    kinds = apps.get_model("ground", "BodyKind").objects
    for code, zh, en in NEW:
        kinds.get_or_create(code=code, defaults={"name_zh": zh, "name_en": en})
    for code, rank, words in KINDS:
        kinds.filter(code=code, words="").update(rank=rank, words=words)


def remove(apps: Any, schema_editor: Any) -> None:
    """Take the new kinds away (if no body is of them), and the mandates that the older table cannot hold."""
    body = apps.get_model("ground", "Body").objects
    for code, _zh, _en in NEW:
        if not body.filter(kind__code=code).exists():
            apps.get_model("ground", "BodyKind").objects.filter(code=code).delete()
    mandates = apps.get_model("ground", "Mandate").objects
    mandates.filter(user__isnull=True, person__isnull=True, body__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [("ground", "0004_bodies_with_history")]
    operations = [migrations.RunPython(add, remove)]
