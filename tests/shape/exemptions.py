"""Every exemption from a rule of the house, each with its reason. An exemption nobody needs any more fails the suite."""

from __future__ import annotations

POST_MIGRATE_IN = frozenset({"journal/apps.py"})
"""The one signal: SQLite drops triggers when it rebuilds a table, so every migrate reinstalls them."""

RAW_SQL = {
    "gates/prepared.py": "runs the SQL that the ORM compiled once for the online check; compiling it at every call was most of a check",
    "ground/inserting.py": "one INSERT or UPDATE run for many prepared rows: assembling it in the transaction makes others wait",
    "journal/triggers.py": "append-only triggers exist in no ORM",
    "site/backup_database.py": "VACUUM INTO and pg_dump's checks: a copy of the whole database while writing",
    "site/doctor_data.py": "PRAGMA and pg_settings: the doctor asks the database about itself",
}

UNSCOPED = {
    "ground.Mandate": "read before a scope exists: the mandates decide which scope a user gets",
    "ground.AreaHolder": "which office holds a zone: says no more than the office's mandate does",
    "ground.AreaParty": "which body or office stands behind a zone: as its holder",
    "rounds.Target": "a place or a body, and the office that answers for it; residents stand in TargetSubject, which is scoped",
    "rounds.PlanHolder": "which office answers for a place in a plan, as ground.AreaHolder",
    "rounds.WalkerPhone": "an office's phone, known by its signature before a scope exists, as gates.Device",
    "rounds.WalkerCode": "the one-time code of an office's phone, spent before a scope exists",
    "care.OwnCode": "the digest of a person's code, looked up before a scope exists, as gates.HostCode",
    "rounds.Answer": "what a body said, by its target",
    "rounds.AnswerValue": "one field of what a body said",
    "rounds.Attempt": "how a body was reminded, by its target",
}
"""Models that lead to a person without being scoped themselves."""

PUBLIC = {
    "health": "a load balancer asks it; answers one word",
    "set_language": "the login page must speak the reader's language",
    "choose_neighbourhood": "chooses among one's own mandates; a stranger has none and is sent to the first page",
    "accounts:login": "the door itself",
    "accounts:slip": "a new password by a printed slip: who comes here cannot sign in yet; spent by POST only",
    "host:home": "asks for the code of a household's slip, five tries; shows nothing without it",
    "host:leave": "forgets a cookie; whoever has none is shown the same page",
    "mine:home": "asks for the code of a person's slip, five tries; shows nothing without it",
    "mine:leave": "as host:leave",
    "gates_api:enrol": "a phone that has no key yet shows a one-time token; without one it gets 400 and nothing else",
    "rounds_api:enrol": "as gates_api:enrol, for the phone of somebody who walks rounds",
    "scanner:app": "the installed page of the gate: the phone has a key of its own, the page holds no data",
    "scanner:worker": "the script that keeps the page offline; the same for everybody",
    "scanner:manifest": "name and icons of the installed page",
    "scanner:device-check": "tells a phone what it can do, before anybody signs in",
    "api:reference": "says what another system can ask; holds no data",
    "api:description": "the same as JSON; needed before there is a token",
    "install_sheet": "how a phone learns to trust the office's own certificate: needed before the first sign-in",
}
"""Addresses that answer a stranger."""

ADDRESSES_FROM_BELOW = {
    "accounts/middleware.py": "who must change the password can still choose a language; `health` stays open: named, not imported",
}
"""Files on a low floor that name an address of a higher one."""

PICTURES = {
    "rounds.VisitValue.photo": "a photo of a place on a round, never of anybody; its position is cut out, and it is sealed",
}
"""Fields that are named after a picture, and may be."""
