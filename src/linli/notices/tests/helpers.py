"""Words of the tests: make a notice, add a group, let the worker work."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from linli.ground.models import Area
from linli.ground.testing import Cast
from linli.notices import actions
from linli.notices.actions.channels import add_channel
from linli.notices.models import Addressee, Channel, Delivery, Notice, Telling
from linli.notices.recipients import To
from linli.notices.tests.bot import Bot
from linli.notices.tests.conftest import LATE


def notice(cast: Cast, key: str = "one", *, kind: str = LATE, to: To | None = None, **values: Any) -> Notice:
    """Something that the leader of the building must hear of."""
    chosen = to or To(mandate=cast.mandates["building_leader"])
    given = {"by": None, "kind": kind, "subject": ("occurrence", 1), "neighbourhood": cast.neighbourhood}
    return actions.notify(**given, to=chosen, key=key, **values)


def group(cast: Cast, bot: Bot, service: str = "wecom", **values: Any) -> Channel:
    """A group with its bot; of the whole neighbourhood unless told otherwise."""
    given: dict[str, Any] = {"title": "居委会工作群", "address": bot.hook(service), **values}
    return add_channel(by=cast.users["secretary"], neighbourhood=cast.neighbourhood, kind=service, **given)


def zone(cast: Cast, name: str = "一片") -> Area:
    """An area of the neighbourhood."""
    return Area.objects.create(neighbourhood=cast.neighbourhood, name=name, purpose="zone")


def tellings(row: Notice) -> list[tuple[str, str]]:
    """What was told, in order: what it was, to whom a step went."""
    return [(one.what, one.capacity) for one in Telling.objects.filter(notice=row)]


def told(row: Notice) -> list[str]:
    """The accounts that were told, in order."""
    return [one.user.username for one in Addressee.objects.filter(notice=row, user__isnull=False)]


def states(row: Notice | None = None) -> list[str]:
    """The deliveries' states, in order."""
    rows = Delivery.objects.all() if row is None else Delivery.objects.filter(notice=row)
    return [one.state for one in rows.order_by("pk")]


def minutes(start: datetime, count: float) -> datetime:
    """So many minutes later."""
    return start + timedelta(minutes=count)
