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
