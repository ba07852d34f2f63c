"""The gate API: what a phone asks and says (docs/gates.md). JSON, signed by the phone; no cookie, no session."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import wraps
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from linli.gates import cards_pack, pack, queries, search
from linli.gates.actions import devices, late, record
from linli.gates.deciding import Source
from linli.gates.models import Device
from linli.gates.parse import Malformed, parse
from linli.gates.prepared import IDENTITY, Prepared, fields_of, instance
from linli.gates.timetable import Timetable
from linli.gates.visits import packing
from linli.ground.models import Place
from linli.ground.scope import scoped
from linli.inbox.phones import signature
from linli.inbox.phones.codes import Phone
from linli.inbox.phones.speaking import View, answer, batch_of, body_of, endpoint, enrolling, refuse


def signed(method: Callable[[View], View]) -> Callable[[View], View]:
    """An endpoint for enrolled phones: ``view(request, source)`` runs inside the scope of the phone's neighbourhood."""

    def wrap(view: View) -> View:
        @endpoint(method)
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                source = authenticate(request)
            except signature.Unsigned as wrong:
                return refuse(wrong.code, 401)
            place = source.gate.neighbourhood_id or 0
            with scoped(neighbourhood_ids={place}, reason=f"device:{source.device.pk if source.device else ''}"):
                return view(request, source, *args, **kwargs)

        return run

    return wrap


def _device(*, device: UUID) -> QuerySet[Any, Any]:
    return Device.objects.filter(pk=device).order_by().values(*fields_of(Device), *fields_of(Place, "gate__"))


def _phone(rows: list[dict[str, Any]]) -> tuple[Device, Place] | None:
    return (instance(Device, rows[0]), instance(Place, rows[0], "gate__")) if rows else None


DEVICE = Prepared(_device, _phone, device=IDENTITY)


def authenticate(request: HttpRequest) -> Source:
    """The phone behind a request; one statement. Raises :class:`signature.Unsigned`."""
    claim, now = signature.read(request.headers), timezone.now()
    found = DEVICE.made(device=claim.device)
    if found is None:
        raise signature.Unsigned("unknown_device")
    device, gate = map(copy, found)
    device.gate = gate
    message = signature.canonical(request.method or "", request.get_full_path(), claim.time_ms, request.body)
    signature.check(claim, bytes(device.public_key), message, now)
    return Source(gate=gate, now=now, device=device, skew_ms=claim.skew(now))


def shift_of(device: Device) -> dict[str, str]:
    """The shift as the phone shows it."""
    return {"start": device.shift_start.isoformat(), "end": device.shift_end.isoformat()}


def holder_of(device: Device) -> dict[str, str | None]:
    """Who holds the phone, as it shows it: the role's code, and the body's name if it is held for one (G12)."""
    return {"role": device.role, "body": device.body.name if device.body is not None else None}


@enrolling
def enrol(code: str, phone: Phone) -> HttpResponse:
    """Spend a one-time code. GET never spends one: link scanners fetch what they are shown."""
    device = devices.enrol(by=None, code=code, phone=phone)
    return answer(
        {
            "device": str(device.pk),
            "gate": {"id": device.gate_id, "name": device.gate.name, "directions": ["in", "out"]},
            "neighbourhood": {"id": device.neighbourhood_id, "name": device.neighbourhood.name},
            "shift": shift_of(device),
            **holder_of(device),
        },
        201,
    )


def stopped_by(source: Source) -> str:
    """Why a phone may ask nothing about residents any more: ``cut_off``, ``shift_over``, or empty."""
    if source.device is None or source.device.is_late(source.now):
        return "cut_off"
    return "shift_over" if source.now >= source.device.pack_dies_at() else ""


@signed(require_GET)
def get_pack(request: HttpRequest, source: Source) -> HttpResponse:
    """The shift's sealed pack."""
    device, stopped = source.device, stopped_by(source)
    if device is None or stopped:
        return refuse(stopped, 403)
    return answer(pack.sealed_for(device, source.now))


@signed(require_POST)
def checks(request: HttpRequest, source: Source) -> HttpResponse:
    """A batch of checks; an online check is a batch of one. Nothing is refused for what it says."""
    raw = batch_of(request)
    if isinstance(raw, HttpResponse):
        return raw
    if source.device is not None and source.device.is_late(source.now):
        results = late.keep_batch(source=source, raw=raw)
    else:
        results = record.record_checks(source=source, raw=raw)
    version = source.device.pack_version if source.device else ""
    return answer({"results": [one.as_json() for one in results], "pack_version": version or None})


@signed(require_POST)
def beat(request: HttpRequest, source: Source) -> HttpResponse:
    """A phone says that it is there; it hears what changed, and whether it was cut off."""
    try:
        said = body_of(request)
    except signature.Unsigned:
        return refuse("not_json", 400)
    device = source.device
    if device is None:
        return refuse("unknown_device", 401)
    devices.note_beat(by=None, device=device, skew_ms=source.skew_ms, said=said)
    late_now = device.is_late(source.now)
    data = {"revoked": [], "pack_version": None} if late_now else _changes(device, source)
    return answer({**data, "cut_off": late_now, "shift": shift_of(device), **holder_of(device)})


def _changes(device: Device, source: Source) -> dict[str, Any]:
    held = Timetable.ahead(device.neighbourhood_id, device.gate_id, source.now, source.now + pack.AHEAD)
    return {
        "revoked": cards_pack.revoked_since(device)
        + packing.withdrawn_since(device.neighbourhood_id, device.enrolled_at),
        "revoked_permits": cards_pack.permits_revoked_since(device),
        "used": packing.entered_elsewhere(device, source.now),
        "pack_version": pack.version_of(device.gate, held, source.now),
        "rules": f"{held.rules['code']}@{held.rules['version']}",
        "inside": queries.board(device.neighbourhood, source.now, gates=[device.gate]).inside,
    }


@signed(require_GET)
def find(request: HttpRequest, source: Source) -> HttpResponse:
    """Search a resident by full name, pinyin, room or permit number; masked names."""
    stopped = stopped_by(source)
    if stopped:
        return refuse(stopped, 403)
    return answer({"people": search.find(source.gate.neighbourhood_id or 0, request.GET.get("q", ""))})


@signed(require_POST)
def simulate(request: HttpRequest, source: Source) -> HttpResponse:
    """What the server would decide; records nothing. Closed to a phone that was cut off or whose shift is over, as the search is."""
    stopped = stopped_by(source)
    if stopped:
        return refuse(stopped, 403)
    try:
        item = parse(body_of(request).get("check"))
    except (signature.Unsigned, Malformed):
        return refuse("not_json", 400)
    (judged,) = record.judge(source, [item], simulate=True)
    return answer({"decision": judged.decision._asdict()})
