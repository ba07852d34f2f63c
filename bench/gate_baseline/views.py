"""The baselines: the least that a check-in and an upload of a shift can be. Plain Django, behind the same middleware."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gate_baseline.models import Code, Passage
from linli.gates import keys
from linli.gates.models import Check, Device
from linli.ground.scope import scoped
from linli.inbox.phones import signature
from linli.kernel import permit_code
from linli.operations.models import Operation


@csrf_exempt
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """One SELECT by unique code, one INSERT."""
    said = json.loads(request.body)
    code = get_object_or_404(Code, code=said["code"])
    Passage(id=UUID(said["id"]), code=code, at=timezone.now()).save(force_insert=True)
    return JsonResponse({"id": said["id"], "outcome": "admitted"})


@csrf_exempt
@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """The peer of an offline batch: the same signatures verified, the same rows by ``bulk_create``; nothing looked up, nothing decided."""
    claim, now = signature.read(request.headers), timezone.now()
    device = get_object_or_404(Device, pk=claim.device)
    message = signature.canonical("POST", request.get_full_path(), claim.time_ms, request.body)
    signature.check(claim, bytes(device.public_key), message, now)
    operation = Operation.objects.get(neighbourhood=device.neighbourhood_id)
    public = {kid: keys.load_public(spki) for kid, spki in keys.public_spki(device.neighbourhood_id).items()}
    said = json.loads(request.body)["checks"]
    good = [permit_code.decode(one["code"], public, now=int(now.timestamp())).status for one in said]
    if any(status != permit_code.Status.VALID for status in good):
        return JsonResponse({"error": "code"}, status=400)
    with scoped(neighbourhood_ids={device.neighbourhood_id}, reason="bench"):
        Check.objects.bulk_create(_row(one, device, operation, now) for one in said)
    return JsonResponse({"results": [{"id": one["id"], "status": "stored"} for one in said]})


def _row(one: dict[str, Any], device: Device, operation: Operation, now: datetime) -> Check:
    return Check(
        id=UUID(one["id"]),
        neighbourhood_id=device.neighbourhood_id,
        gate_id=device.gate_id,
        device=device,
        operation=operation,
        permit=UUID(one["permit"]),
        card=UUID(one["card"]),
        person=UUID(one["person"]),
        card_state="valid",
        klass=one["klass"],
        direction=one["direction"],
        way=one["way"],
        outcome=one["decision"]["outcome"],
        reason=one["decision"]["reason"],
        answers=one["answers"],
        temperature=one["temperature"],
        rules=one["rules"],
        measured=True,
        plated=True,
        made_offline=one["made_offline"],
        server_outcome="admitted",
        server_reason="ok",
        happened_at=datetime.fromisoformat(one["happened_at"]),
        heard_at=now,
        seq=one["seq"],
    )
