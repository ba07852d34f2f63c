"""What runs by itself across rooms: whoever came home gets his case, and what stands beside a case is set right."""

from __future__ import annotations

from datetime import datetime

from linli.procedures import arrival_case, care_case


def tick(now: datetime) -> None:
    """Every minute. The same again changes nothing."""
    arrival_case.tick(now)
    care_case.tick(now)
