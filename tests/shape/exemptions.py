"""Every exemption from a rule of the house, each with its reason. An exemption nobody needs any more fails the suite."""

from __future__ import annotations

POST_MIGRATE_IN = frozenset({"journal/apps.py"})
"""The one signal: SQLite drops triggers when it rebuilds a table, so every migrate reinstalls them."""

RAW_SQL = {
    "journal/triggers.py": "append-only triggers exist in no ORM",
    "site/backup_database.py": "VACUUM INTO and pg_dump's checks: a copy of the whole database while writing",
    "site/doctor_data.py": "PRAGMA and pg_settings: the doctor asks the database about itself",
}

UNSCOPED = {
    "ground.Mandate": "read before a scope exists: the mandates decide which scope a user gets",
}
"""Models that lead to a person without being scoped themselves."""

PUBLIC = {
    "health": "a load balancer asks it; answers one word",
    "set_language": "the login page must speak the reader's language",
    "accounts:login": "the door itself",
}
"""Addresses that answer a stranger."""
