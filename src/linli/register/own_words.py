"""What an office has added to the words that the importer knows, for reading a file and for the page of words."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from linli.register.interpret import words
from linli.register.interpret.words import OwnWord as Word
from linli.register.models import OwnWord

VOCABULARIES = ("headings", "states", "relations")
LONGEST = 30


def in_force(neighbourhood: int | None) -> QuerySet[OwnWord]:
    """The words of a neighbourhood and those of the whole installation, its own last; ``None``: only the installation's."""
    mine = Q(neighbourhood__isnull=True) | (Q(neighbourhood=neighbourhood) if neighbourhood else Q(pk=None))
    return OwnWord.objects.filter(mine, removed_at__isnull=True).order_by("vocabulary", "word")


def of(neighbourhood: int | None) -> frozenset[Word]:
    """The argument ``own_words`` of ``interpret()``: (vocabulary, entry, word). A neighbourhood's own word wins over all's."""
    found: dict[tuple[str, str], Word] = {}
    rows = in_force(neighbourhood).values_list("neighbourhood", "vocabulary", "entry", "word", "plain")
    for place, vocabulary, entry, word, plain in rows:
        if place is not None or (vocabulary, plain) not in found:
            found[(vocabulary, plain)] = (vocabulary, entry, word)
    return frozenset(found.values())


def entries(vocabulary: str) -> tuple[str, ...]:
    """What a word of a vocabulary can stand for: fields, states or relations, in the order of the data file."""
    if vocabulary not in VOCABULARIES:
        return ()
    hidden = {"sex", "tick"}
    return tuple(
        name for name, entry in words.load(vocabulary).items() if isinstance(entry, dict) and name not in hidden
    )


def built_in(vocabulary: str) -> list[tuple[str, list[str], list[str]]]:
    """(entry, whole words, parts of words) as the program brings them."""
    data = words.load(vocabulary)
    return [(name, data[name].get("exact", []), data[name].get("contains", [])) for name in entries(vocabulary)]


def unknown_headings(mapping: list[dict[str, Any]], neighbourhood: int | None) -> list[str]:
    """Headings of an import (``ImportRun.mapping``) that no word explains, each once, in the order of the file."""
    known = words.vocabulary(of(neighbourhood))
    found = [
        column["label"]
        for sheet in mapping
        for column in sheet["columns"]
        if column["label"]
        and len(column["label"]) <= LONGEST
        and (column["ignored"] == "unknown" or column["field"])
        and known.heading(column["label"])[0] is None
        and not known.state_exactly(column["label"])
    ]
    return list(dict.fromkeys(found))
