"""What a list of bodies is read against: the installation's bodies and places, or nothing but the kinds we know."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from linli.ground.bodies import visible
from linli.ground.bodies_list import Reader
from linli.ground.mandates import under
from linli.ground.models import BodyKind, Place

PLACES = ("subdistrict", "town", "neighbourhood", "committee", "estate", "office_tower")


def installed() -> bool:
    """Whether there is a database with its tables; a dry run must not make one."""
    name = settings.DATABASES["default"]["NAME"]
    if connection.vendor == "sqlite" and not str(name).startswith("file:") and not Path(str(name)).exists():
        return False
    try:
        return "ground_bodyversion" in connection.introspection.table_names()
    except DatabaseError:
        return False


def only_root() -> Place | None:
    """The installation's subdistrict, or its only neighbourhood; None when there are several to choose from."""
    for kinds in (("subdistrict", "town"), ("neighbourhood",)):
        found = list(Place.objects.filter(kind__code__in=kinds, until__isnull=True)[:2])
        if found:
            return found[0] if len(found) == 1 else None
    return None


def places_in(roots: Iterable[Place]) -> list[Place]:
    """The places that can be named as a body's home."""
    rows = Place.objects.filter(under(roots), kind__code__in=PLACES, until__isnull=True)
    return list(rows.select_related("kind").order_by("path"))


def reader(root: Place) -> Reader:
    """A reader that knows the bodies and places of ``root``; a row without a place is at home there."""
    return Reader(visible([root]), BodyKind.objects.all(), places_in([root]), root)


def blank_reader() -> Reader:
    """A reader for a computer without an installation: it knows the kinds that Linli comes with, and no body or place."""
    first = importlib.import_module("linli.ground.migrations.0002_kinds")
    more = importlib.import_module("linli.ground.migrations.0005_kinds_of_bodies")
    words = {code: text for code, _rank, text in more.KINDS}
    kinds = [
        BodyKind(pk=number, code=code, name_zh=zh, name_en=en, words=words.get(code, ""))
        for number, (code, zh, en) in enumerate([*first.BODY_KINDS, *more.NEW], 1)
    ]
    return Reader([], kinds, [], None)
