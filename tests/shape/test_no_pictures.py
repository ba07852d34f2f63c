"""No picture of anybody is stored: no table has a field for one (PIPL art. 26, 28; minors under 14: art. 31)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.shape.exemptions import PICTURES
from tests.shape.paths import CODE, nothing
from tests.support.code import Finding

NAMES = re.compile(r"photo|picture|portrait|image|avatar|face(?!t)|selfie|照片|头像", re.IGNORECASE)
UPLOADS = re.compile(r"accept=\"[^\"]*image|capture(=|>|\s)|ImageField", re.IGNORECASE)


def pictures(chosen: Iterable[type[models.Model]]) -> list[Finding]:
    """Fields that hold a file, or are named after a picture."""
    return [
        Finding(model._meta.label, 1, f"{field.name} could hold a picture")
        for model in chosen
        for field in model._meta.get_fields()
        if isinstance(field, models.FileField) or (isinstance(field, models.Field) and NAMES.search(field.name))
    ]


def test_no_table_can_hold_a_picture() -> None:
    ours = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("linli.")]
    assert len(ours) > 30
    found = pictures(ours)
    named = {f"{finding.path}.{finding.text.partition(' ')[0]}" for finding in found}
    assert named >= PICTURES.keys()  # an exemption that nobody needs any more fails
    nothing(one for one in found if f"{one.path}.{one.text.partition(' ')[0]}" not in PICTURES)


def test_no_form_asks_for_a_picture() -> None:
    pages = [*CODE.rglob("*.html"), *(path for path in CODE.rglob("*forms.py") if "tests" not in path.parts)]
    assert len(pages) > 50
    found = [path for path in pages if UPLOADS.search(path.read_text(encoding="utf-8"))]
    nothing(Finding(str(path.relative_to(CODE)), 1, "asks for a picture") for path in found)


@isolate_apps("tests.shape")
def test_a_place_for_a_picture_is_noticed() -> None:
    class Child(models.Model):
        photo = models.BinaryField()
        paper = models.FileField()
        name = models.CharField(max_length=3)

        class Meta:
            app_label = "ground"

    assert [finding.text for finding in pictures([Child])] == [
        "photo could hold a picture",
        "paper could hold a picture",
    ]
