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
    """Add a link to ``page`` (``"homes"``), from the room's ``apps.py``."""
    if link not in _links.setdefault(page, []):
        _links[page].append(link)


def links_for(page: str, rights: frozenset[str]) -> list[dict[str, Any]]:
    """The links of a page that somebody with ``rights`` may follow."""
    return [{"url": reverse(one.name), "label": one.label} for one in _links.get(page, []) if one.right in rights]
