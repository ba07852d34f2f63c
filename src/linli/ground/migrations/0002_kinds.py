"""The first rows of the two kind tables. Offices may add their own."""

from __future__ import annotations

from typing import Any

from django.db import migrations

PLACE_KINDS = [
    ("city", "市", "city", 10),
    ("district", "区", "district", 20),
    ("subdistrict", "街道", "subdistrict", 30),
    ("town", "镇", "town", 31),
    ("neighbourhood", "居民区", "neighbourhood", 40),
    ("estate", "小区", "estate", 50),
    ("lane", "弄", "lane", 60),
    ("side_lane", "支弄", "side lane", 65),
    ("building", "楼", "building", 70),
    ("unit", "单元", "unit", 75),
    ("dwelling", "户", "dwelling", 80),
    ("gate", "门岗", "gate", 90),
    ("office_tower", "楼宇", "office tower", 91),
    ("public_spot", "公共点位", "public spot", 92),
]
BODY_KINDS = [
    ("committee", "居民委员会", "residents' committee"),
    ("owners_committee", "业主委员会", "owners' committee"),
    ("property_company", "物业公司", "property company"),
    ("branch", "党支部", "party branch"),
    ("company", "企业", "company"),
    ("ngo", "社会组织", "NGO"),
    ("school", "学校", "school"),
    ("police_station", "派出所", "police station"),
    ("health_centre", "社区卫生服务中心", "community health centre"),
    ("office", "机关", "public office"),
    ("volunteer_team", "志愿者队", "volunteer team"),
]


def add(apps: Any, schema_editor: Any) -> None:
    """Insert the rows that are missing."""
    place, body = apps.get_model("ground", "PlaceKind"), apps.get_model("ground", "BodyKind")
    for code, zh, en, rank in PLACE_KINDS:
        place.objects.get_or_create(code=code, defaults={"name_zh": zh, "name_en": en, "rank": rank})
    for code, zh, en in BODY_KINDS:
        body.objects.get_or_create(code=code, defaults={"name_zh": zh, "name_en": en})


def remove(apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    apps.get_model("ground", "PlaceKind").objects.filter(code__in=[k[0] for k in PLACE_KINDS]).delete()
    apps.get_model("ground", "BodyKind").objects.filter(code__in=[k[0] for k in BODY_KINDS]).delete()


class Migration(migrations.Migration):
    dependencies = [("ground", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
