"""Every table that points at a person is named by what is held about him, or says why not (PIPL art. 44 to 47)."""

from __future__ import annotations

import re

from django.apps import apps

from linli.ground.holdings import holdings
from linli.ground.models import Person
from tests.shape.paths import CODE, nothing
from tests.support.code import Finding

WITHOUT = {
    "AlikeAnswer": "says only that two entries are two people; goes with either",
    "ImportChange": "goes with the import's rows, which are held",
    "Person": "the pointer of a join, which is held as such",
    "PersonKey": "search keys of the name, which is held; they go with it",
    "Mandate": "held as an office",
}
"""Tables that point at a person and are on the page in other words, or not at all."""


def test_every_table_about_a_person_is_held() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in CODE.glob("*/*holdings.py"))
    pointing = {
        model.__name__: model._meta.label
        for model in apps.get_models()
        if model.__module__.startswith("linli.")
        for field in model._meta.get_fields()
        if field.many_to_one and field.related_model is Person
    }
    assert "Residence" in pointing
    nothing(
        Finding(label, 1, "no holding says what is kept in it")
        for name, label in pointing.items()
        if name not in WITHOUT and not re.search(rf"\b{name}\b", text)
    )
    assert WITHOUT.keys() <= pointing.keys(), "exempt without need"


def test_every_holding_says_for_what_on_what_ground_and_how_long() -> None:
    assert len(holdings()) > 10
    for holding in holdings():
        assert all(str(words) for words in (holding.label, holding.purpose, holding.basis, holding.keep)), holding.code
