"""Acts that other rooms offer on a page of the ground (the import on 住户), so that the ground need not know those rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True)
class Link:
    """A link of a page: the url's name, its words, the right it needs."""

    name: str
    label: str | Promise
    right: str


_links: dict[str, list[Link]] = {}


def register_link(page: str, link: Link) -> None:
    """Add a link to ``page`` (``"homes"``; ``"home"``: one dwelling, named in the address), from the room's ``apps.py``."""
    if link not in _links.setdefault(page, []):
        _links[page].append(link)


def links_for(page: str, rights: frozenset[str], *, place: int | None = None) -> list[dict[str, Any]]:
    """The links of a page that somebody with ``rights`` may follow; about one ``place`` where the page is about one."""
    about = "" if place is None else f"?place={place}"
    found = {one.name: one for one in _links.get(page, []) if one.right in rights}
    return [{"url": f"{reverse(one.name)}{about}", "label": one.label} for one in found.values()]
