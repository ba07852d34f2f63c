"""The phone's question before it lets a visitor in at a gate that the code does not name: is the entry still free? (SEEDS G09)"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from linli.gates.api import signed, stopped_by
from linli.gates.deciding import Source
from linli.gates.visits.actions.use import Answer, ask
from linli.ground.models import Place
from linli.inbox.phones.signature import Unsigned
from linli.inbox.phones.speaking import answer, body_of, refuse


@signed(require_POST)
def use(request: HttpRequest, source: Source, pk: UUID) -> HttpResponse:
    """Ask for the entry of a visit: `{check, happened_at}` → `{visit, free, state, used: {at, gate: {id, name}} | null}`.

    ``state``: free, used, cancelled, not_yet, expired, unknown. The same check may ask again and hears the same. Who is held or
    refused after it gives the entry back with the check itself.
    """
    stopped = stopped_by(source)
    if stopped:
        return refuse(stopped, 403)
    try:
        said = body_of(request)
        check, at = UUID(str(said.get("check"))), _moment(said, source)
    except (Unsigned, ValueError):
        return refuse("not_json", 400)
    if check.version != 7:
        return refuse("not_json", 400)
    found = ask(by=None, source=source, visit=pk, item=check, at=at)
    return answer({"visit": str(pk), "free": found.state == "free", "state": found.state, "used": _used(found)})


def _moment(said: dict[str, Any], source: Source) -> datetime:
    """When it happens, by the phone; never later than now, and now when it does not say."""
    if said.get("happened_at") is None:
        return source.now
    at = datetime.fromisoformat(str(said["happened_at"]))
    if at.tzinfo is None:
        raise ValueError("a moment has a zone")
    return min(at, source.now)


def _used(found: Answer) -> dict[str, Any] | None:
    """When and at which gate somebody came in on this code before."""
    if found.state != "used" or found.use is None:
        return None
    gate = Place.objects.filter(pk=found.use.gate).values("id", "name").first()
    return {"at": found.use.happened_at.isoformat(), "gate": gate}
