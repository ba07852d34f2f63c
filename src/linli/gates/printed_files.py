"""Printed files of cards hold names and living codes: they go within a day, also when nobody looks (PIPL art. 47)."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from linli.vault.keyring import data_folder

KEPT = timedelta(hours=24)
"""How long a printed file stays: its codes open gates, so it is made again when it is wanted again."""


def root() -> Path:
    """The folder of all print jobs, in the data folder's tmp, which no backup takes along; it may not exist yet."""
    return data_folder() / "tmp" / "print"


def due(now: datetime) -> dict[str, int]:
    """How many print jobs with their files would go."""
    return {"printed_files": len(_old(now))}


def erase(now: datetime) -> dict[str, int]:
    """Delete them. Returns how many went."""
    found = _old(now)
    for one in found:
        shutil.rmtree(one, ignore_errors=True)
    return {"printed_files": sum(1 for one in found if not one.exists())}


def _old(now: datetime) -> list[Path]:
    oldest, place = (now - KEPT).timestamp(), root()
    return [one for one in place.iterdir() if one.is_dir() and _made(one) < oldest] if place.is_dir() else []


def _made(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:  # another sweep was faster
        return float("inf")
