"""Whoever must do something when a case opens, changes, ends or is read hears of it here; rooms above introduce themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from linli.accounts.models import User
from linli.care.models import Alarm, Case, CaseChange, Reading
from linli.ground.models import Household

Opened = Callable[[User | None, Case], None]
Changed = Callable[[User | None, Case, CaseChange], None]
Read = Callable[[User | None, Reading], None]
Alarmed = Callable[[User | None, Alarm], None]
Named = Callable[[User | None, Household], None]
_opened: list[Opened] = []
_changed: list[Changed] = []
_ended: list[Changed] = []
_read: list[Read] = []
_alarmed: list[Alarmed] = []
_named: list[Named] = []


def listen(
    *,
    opened: Opened | None = None,
    changed: Changed | None = None,
    ended: Changed | None = None,
    read: Read | None = None,
    alarmed: Alarmed | None = None,
    named: Named | None = None,
) -> None:
    """Introduce listeners, from ``apps.py``; the same one once. They are called inside the transaction of the change.

    ``opened``: a case began or was opened again; ``changed``: its term or its home changed; ``ended``: it is closed, in whatever way
    (the change says how); ``read``: a reading was stored or annulled; ``alarmed``: somebody must act (an emergency opens every door);
    ``named``: another person looks after a household from now on, or from a moment ahead.
    """
    known: tuple[tuple[Any, list[Any]], ...] = (
        (opened, _opened),
        (changed, _changed),
        (ended, _ended),
        (read, _read),
        (alarmed, _alarmed),
        (named, _named),
    )
    for one, told in known:
        if one is not None and one not in told:
            told.append(one)


def tell_opened(by: User | None, case: Case) -> None:
    """A case began or was opened again."""
    for listener in _opened:
        listener(by, case)


def tell_changed(by: User | None, case: Case, change: CaseChange) -> None:
    """The term or the home of an open case changed."""
    for listener in _changed:
        listener(by, case, change)


def tell_ended(by: User | None, case: Case, change: CaseChange) -> None:
    """A case is closed."""
    for listener in _ended:
        listener(by, case, change)


def tell_read(by: User | None, reading: Reading) -> None:
    """A reading was stored, or annulled."""
    for listener in _read:
        listener(by, reading)


def tell_alarmed(by: User | None, alarm: Alarm) -> None:
    """An alarm was raised."""
    for listener in _alarmed:
        listener(by, alarm)


def tell_named(by: User | None, household: Household) -> None:
    """Who looks after a household has changed."""
    for listener in _named:
        listener(by, household)
