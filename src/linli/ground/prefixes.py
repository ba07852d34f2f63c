"""What begins with a text, by index on both databases.

SQLite reads the whole table for a LIKE with ESCAPE, so there it is a range: ``text <= x < text + U+10FFFF`` (its text is compared by
code point). PostgreSQL compares by the database's collation, in which such a range may mean anything; there it is LIKE, on an index
of pattern operators, which holds in every collation.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

LAST = "\U0010ffff"


def begins(field: str, text: str) -> Q:
    """A condition: ``field`` begins with ``text``."""
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + LAST})


def exactly(field: str, value: object) -> Q:
    """A condition: ``field`` is ``value``, written as a range of one.

    Beside ``neighbourhood = …`` SQLite holds a second equality for no gain: it takes the index of the neighbourhood alone and reads
    all of it. Two bounds make it take the index of both columns. To PostgreSQL they are the same.
    """
    return Q(**{f"{field}__gte": value, f"{field}__lte": value})
