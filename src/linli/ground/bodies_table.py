"""The list of bodies: sorted, filtered by the address, exported and printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from linli.ground.bodies import below, matches
from linli.ground.bodies_forms import kind_name
from linli.ground.models import Body, Mandate
from linli.ui.tables import Column, Table


@dataclass(frozen=True)
class Row:
    """A body with whom to call."""

    body: Body
    contact: Mandate | None


def _name(row: Row) -> Any:
    return format_html('<a href="{}">{}</a>', reverse("ground:body", args=[row.body.pk]), row.body.name)


def contact_name(mandate: Mandate | None) -> str:
    """Name and title of a contact."""
    return " ".join(part for part in (mandate.holder_name, mandate.title) if part) if mandate else ""


class Bodies(Table):
    """Bodies with how they are reached. Its heads are words that an import understands."""

    title = _("Bodies")
    empty = _("No body matches")
    per_page = 100
    columns = (
        Column("name", _("Body"), lambda r: r.body.name, sort=("name",), show=_name, head=True),
        Column("kind", _("Kind"), lambda r: kind_name(r.body.kind), sort=("kind",)),
        Column("parent", _("Belongs to"), lambda r: r.body.parent.name if r.body.parent else "", sort=("parent",)),
        Column("place", _("Place"), lambda r: r.body.place.name, sort=("place",)),
        Column("contact", _("Contact"), lambda r: r.contact.holder_name if r.contact else "", sort=("contact",)),
        Column("title", _("Title"), lambda r: r.contact.title if r.contact else ""),
        Column("phone", _("Telephone"), lambda r: r.body.phone, nowrap=True),
        Column("code", _("Own number"), lambda r: r.body.code, nowrap=True),
    )


def chosen(bodies: list[Body], query: QueryDict, inside: Mapping[int, Mandate]) -> list[Body]:
    """The bodies that the filters in the address leave: ``q`` (words), ``kind`` (codes), ``under`` (a body's id)."""
    found: Iterable[Body] = bodies
    kinds = {code for code in query.getlist("kind") if code}
    if kinds:
        found = [b for b in found if b.kind.code in kinds]
    if (under := query.get("under", "")).isascii() and under.isdigit():
        ids = below(bodies, int(under))
        found = [b for b in found if b.pk in ids]
    if words := query.get("q", "").strip():
        found = [b for b in found if matches(b, words, inside.get(b.pk))]
    return list(found)
