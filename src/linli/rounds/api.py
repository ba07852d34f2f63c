"""What a walker's phone asks and says, under ``/scan/api/walk/``: the same signature, envelope and batch as at a gate (docs/gates.md)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from linli.ground.scope import scoped
from linli.inbox.phones import signature
from linli.inbox.phones.codes import Phone
from linli.inbox.phones.sealing import sealed
from linli.inbox.phones.speaking import View, answer, batch_of, body_of, endpoint, enrolling, refuse
from linli.rounds import walking_pack
from linli.rounds.actions import phones, uploads
from linli.rounds.models import WalkerPhone
from linli.rounds.walkers import walks_today


@dataclass(frozen=True)
class Caller:
    """The phone behind a request, our time, how far its clock is off."""

    phone: WalkerPhone
    now: datetime
    skew_ms: int

    @property
    def stopped(self) -> str:
        """Why it hears of no target any more: ``cut_off``, ``shift_over``, or empty."""
        if self.phone.is_late(self.now):
            return "cut_off"
        over = self.now >= self.phone.shift_end or not walks_today(self.phone.mandate, self.now)
        return "shift_over" if over else ""


def signed(method: Callable[[View], View]) -> Callable[[View], View]:
    """An endpoint for walkers' phones: ``view(request, caller)`` runs inside the scope of the phone's neighbourhood."""

    def wrap(view: View) -> View:
        @endpoint(method)
        @wraps(view)
        def run(request: HttpRequest) -> HttpResponse:
            try:
                caller = authenticate(request)
            except signature.Unsigned as wrong:
                return refuse(wrong.code, 401)
            phone = caller.phone
            with scoped(neighbourhood_ids={phone.neighbourhood_id}, reason=f"walker:{phone.pk}"):
                return view(request, caller)

        return run

    return wrap


def authenticate(request: HttpRequest) -> Caller:
    """The phone behind a request; one statement. Raises :class:`signature.Unsigned`."""
    claim, now = signature.read(request.headers), timezone.now()
    phone = WalkerPhone.objects.select_related("mandate__user", "neighbourhood").filter(pk=claim.device).first()
    if phone is None:
        raise signature.Unsigned("unknown_device")
    message = signature.canonical(request.method or "", request.get_full_path(), claim.time_ms, request.body)
    signature.check(claim, bytes(phone.public_key), message, now)
    return Caller(phone, now, claim.skew(now))


def shift_of(phone: WalkerPhone) -> dict[str, str]:
    """From when until when the phone is his, in the words that every phone understands."""
    return {"start": phone.shift_start.isoformat(), "end": phone.shift_end.isoformat()}


@enrolling
def enrol(code: str, phone: Phone) -> HttpResponse:
    """Spend a one-time code; POST only, as for a gate's phone."""
    device = phones.enrol(by=None, code=code, phone=phone)
    place = device.neighbourhood
    return answer(
        {
            "device": str(device.pk),
            "kind": "walker",
            "walker": device.mandate.holder_name,
            "neighbourhood": {"id": place.pk, "name": place.name},
            "shift": shift_of(device),
        },
        201,
    )


@signed(require_GET)
def get_pack(request: HttpRequest, caller: Caller) -> HttpResponse:
    """The walker's own targets and their sheets, sealed."""
    if caller.stopped:
        return refuse(caller.stopped, 403)
    pack = walking_pack.plain(caller.phone, caller.now)
    expires = walking_pack.expires(caller.phone, caller.now)
    return answer(sealed(pack, version=walking_pack.version_of(pack), expires=expires))


@signed(require_POST)
def items(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A batch of visits, observations and take-backs. Nothing is refused for what it says."""
    raw = batch_of(request)
    if isinstance(raw, HttpResponse):
        return raw
    results = uploads.take(phone=caller.phone, now=caller.now, raw=raw)
    return answer({"results": [one.as_json() for one in results]})


@signed(require_POST)
def beat(request: HttpRequest, caller: Caller) -> HttpResponse:
    """A phone says that it is there; it hears whether its targets have changed, and whether it was cut off."""
    try:
        said = body_of(request)
    except signature.Unsigned:
        return refuse("not_json", 400)
    phones.note_beat(by=None, device=caller.phone, skew_ms=caller.skew_ms, said=said)
    version: Any = None
    if not caller.stopped:
        version = walking_pack.version_of(walking_pack.plain(caller.phone, caller.now))
    return answer({"pack_version": version, "cut_off": bool(caller.stopped), "shift": shift_of(caller.phone)})
