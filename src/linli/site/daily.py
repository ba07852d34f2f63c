"""What happens without being asked, every hour: what is due for erasure is erased, with a certificate (a job of ``site/work.py``).

Retention must not wait for somebody to press a button (PIPL art. 47: deletion without being asked). ``linli purge`` does the same
for installations that serve in another way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from linli.gates.actions.reown import reown_everything
from linli.operations.actions import purge_everything
from linli.procedures.parting.job import go_on
from linli.site import limits
from linli.site.backup_keys import refresh_copies

logger = logging.getLogger("linli.daily")


def tick() -> bool:
    """Erase what is due, if anything is; then finish a move of homes that was interrupted, and give what is open at a gate to who leads it.

    Returns whether a certificate was written. Each stands for itself: whatever fails in one (a locked database, a full disk) is logged
    and tried again the next hour, and keeps none of the others from its work.
    """
    erased = bool(_tried("purge", _erase))
    _tried("moving homes", go_on)
    _tried("owners", reown_everything, by=None)
    return erased


def _tried(name: str, job: Callable[..., Any], **values: Any) -> Any:
    try:
        return job(**values)
    except Exception:
        logger.exception("%s failed", name)
        return None


def _erase() -> bool:
    limits.sweep()
    certificates = purge_everything(by=None)
    for certificate in certificates:
        logger.info("purge: certificate %s", certificate.pk)
    if certificates:
        # a key that was destroyed here must be gone from the reachable key copies too
        refresh_copies(now=timezone.now())
    return bool(certificates)
