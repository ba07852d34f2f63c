"""The doctor's look at the data: database, migrations, triggers, backup, purge, static files."""

from __future__ import annotations

import datetime as dt
import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path

from django.contrib.staticfiles import finders
from django.db import connection
from django.utils.translation import gettext as _

from linli.care import failing
from linli.gates.models import Device
from linli.ground.scope import scoped_to_everything
from linli.journal import triggers
from linli.operations.models import Certificate, Operation
from linli.site import backup, backup_database, upgrade
from linli.site.backup_keys import places
from linli.site.doctor import Finding, bad, ok, warn

BACKUP_WARN_DAYS, BACKUP_BAD_DAYS = 2, 7
PURGE_WARN_DAYS = 2
#: From this many phones on, and from this many seconds, the phones' clocks say something about ours.
PHONES, PHONE_SECONDS = 2, 120.0
STATIC = ("ui/tokens.css", "ui/base.css", "ui/print.css", "site/install.css", "scanner/app.js")


def check_database(now: dt.datetime) -> Iterator[Finding]:
    """The database is there and whole; SQLite: ``integrity_check`` and ``foreign_key_check``."""
    source = backup.this_installation()
    if upgrade.is_new():
        yield bad("database.missing", _("There is no database yet."), _("linli upgrade"))
        return
    if source.sqlite:
        problems = backup_database.integrity_sqlite(source.sqlite)
        if problems:
            yield bad(
                "database.damaged",
                _("The database is damaged: %(what)s."),
                _("Stop the server and restore the last backup to a new place (linli restore)."),
                what="; ".join(problems),
            )
            return
        size = source.sqlite.stat().st_size
        yield ok("database", _("SQLite database, %(size)s MB, whole."), size=f"{size / 1e6:.1f}")
        return
    with connection.cursor() as cursor:
        version = cursor.connection.info.server_version // 10000
    yield ok("database", _("PostgreSQL %(version)s answers."), version=version)
    backup_database.find_tool("pg_dump", version)


def check_migrations(now: dt.datetime) -> Iterator[Finding]:
    """Nothing is left to migrate."""
    if upgrade.is_new():
        return
    waiting = upgrade.pending()
    if waiting:
        yield bad(
            "migrations",
            _("%(count)s migrations wait: %(names)s."),
            _("linli upgrade"),
            count=len(waiting),
            names=", ".join(waiting),
        )
    else:
        yield ok("migrations", _("The database is at this version of the program."))


def check_triggers(now: dt.datetime) -> Iterator[Finding]:
    """The append-only triggers are in place."""
    if upgrade.is_new():
        return
    lost = triggers.missing()
    if lost:
        yield bad(
            "triggers",
            _("Append-only triggers are missing on: %(tables)s."),
            _("linli upgrade puts them back; ask who took them away."),
            tables=", ".join(lost),
        )
    else:
        yield ok(
            "triggers", _("Append-only triggers are in place on %(count)s tables."), count=len(triggers.APPEND_ONLY)
        )


def check_backup(now: dt.datetime) -> Iterator[Finding]:
    """How old the last backup is, and whether it is still where it was put."""
    last = backup.last_backup(backup.this_installation().folder)
    way_out = _("linli backup; best every night (docs/running.md has a timer).")
    if last is None:
        yield warn("backup.none", _("No backup was ever made."), way_out)
        return
    age = now - dt.datetime.fromisoformat(last["at"])
    hours = int(age.total_seconds() // 3600)
    if not Path(last["path"]).is_file():
        yield warn("backup.gone", _("The last backup is no longer at %(path)s."), way_out, path=last["path"])
    elif age > dt.timedelta(days=BACKUP_BAD_DAYS):
        yield bad("backup.old", _("The last backup is %(hours)s hours old."), way_out, hours=hours)
    elif age > dt.timedelta(days=BACKUP_WARN_DAYS):
        yield warn("backup.old", _("The last backup is %(hours)s hours old."), way_out, hours=hours)
    else:
        yield ok("backup", _("The last backup is %(hours)s hours old: %(path)s."), hours=hours, path=last["path"])
    unreachable = [str(place) for place in places() if not place.is_dir()]
    if unreachable:
        yield warn(
            "backup.keys",
            _("The place of a key copy cannot be reached: %(places)s."),
            _("Plug it in and run linli backup, so that destroyed keys are gone there too."),
            places=", ".join(unreachable),
        )


def check_purge(now: dt.datetime) -> Iterator[Finding]:
    """Whether what is due was erased lately. Needed only once an operation was opened."""
    if upgrade.is_new() or not Operation.objects.exists():
        return
    last = Certificate.objects.order_by("-made_at").values_list("made_at", flat=True).first()
    way_out = _("linli purge; best every night (docs/running.md has a timer).")
    if last is None:
        first = Operation.objects.order_by("starts_at").values_list("starts_at", flat=True).first()
        if first and now - first > dt.timedelta(days=PURGE_WARN_DAYS):
            yield warn("purge.never", _("An operation was opened, and nothing was ever purged."), way_out)
        return
    days = (now - last).days
    if days >= PURGE_WARN_DAYS:
        yield warn("purge.old", _("The last purge was %(days)s days ago."), way_out, days=days)
    else:
        yield ok("purge", _("The last purge was %(days)s days ago."), days=days)


def check_phones(now: dt.datetime) -> Iterator[Finding]:
    """Two phones or more that were heard today and agree that this machine's clock is off: then it probably is."""
    if upgrade.is_new() or "gates_device" not in connection.introspection.table_names():
        return
    heard = Device.objects.filter(last_seen_at__gt=now - dt.timedelta(days=1))
    skews = sorted(skew / 1000 for skew in heard.values_list("skew_ms", flat=True))
    if len(skews) < PHONES:
        return
    middle = statistics.median(skews)
    agree = all(abs(skew - middle) < PHONE_SECONDS for skew in skews)
    if agree and abs(middle) >= PHONE_SECONDS:
        yield warn(
            "clock.phones",
            _("%(count)s phones agree that this machine's clock is off by %(seconds)s seconds."),
            _("Compare the clock of this machine with a phone and set it."),
            count=len(skews),
            seconds=f"{-middle:+.0f}",
        )
    else:
        yield ok(
            "clock.phones", _("The clocks of %(count)s phones give no reason to doubt this one."), count=len(skews)
        )


def check_care(now: dt.datetime) -> Iterator[Finding]:
    """Whether the worker could do what was due for everybody who is looked after."""
    if upgrade.is_new() or "notices_notice" not in connection.introspection.table_names():
        return
    with scoped_to_everything(reason="doctor"):
        count = failing.waiting()
    if count:
        yield warn(
            "care.stuck",
            _("%(count)s times something in care could not be done by itself, and still cannot."),
            _("Its notice names the number of the case; the log says why under this number."),
            count=count,
        )
    else:
        yield ok("care.stuck", _("Whatever was due in care was done."))


def check_static(now: dt.datetime) -> Iterator[Finding]:
    """The pages' own files are found; the printing engine too."""
    lost = [name for name in STATIC if not finders.find(name)]
    if lost:
        yield bad(
            "static", _("Files of the pages are missing: %(files)s."), _("Install Linli again."), files=", ".join(lost)
        )
    else:
        yield ok("static", _("The files of the pages are all there."))


def check_tools(now: dt.datetime) -> Iterator[Finding]:
    """What is running besides: the server's process, if any."""
    folder = backup.this_installation().folder
    if (folder / "tmp").is_dir() and any((folder / "tmp").glob("backup-*")):
        used = shutil.disk_usage(folder).used
        yield warn(
            "backup.broken",
            _("A backup was cut off and left an unsealed copy in the data folder (tmp)."),
            _("Remove the folder tmp inside the data folder."),
            used=used,
        )


CHECKS = (
    check_database,
    check_migrations,
    check_triggers,
    check_backup,
    check_purge,
    check_phones,
    check_care,
    check_static,
    check_tools,
)
