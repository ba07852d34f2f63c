"""The baseline: the least that a check-in can be."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gate_baseline.models import Code, Passage


@csrf_exempt
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """One SELECT by unique code, one INSERT."""
    said = json.loads(request.body)
    code = get_object_or_404(Code, code=said["code"])
    Passage(id=UUID(said["id"]), code=code, at=timezone.now()).save(force_insert=True)
    return JsonResponse({"id": said["id"], "outcome": "admitted"})
