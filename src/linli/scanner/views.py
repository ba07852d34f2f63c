"""Views of the scanner. They hold no data and need no sign-in: a phone signs its requests with its own key."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.scanner.abilities import ABILITIES
from linli.scanner.bundle import bundle, manifest, service_worker

# The reader is WebAssembly; everything else stays as strict as the rest of the site.
CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data:; media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def guarded(response: HttpResponse, *, cached: bool = False) -> HttpResponse:
    """Put the scanner's own policy on a response; ``cached`` files never change under their address."""
    response["Content-Security-Policy"] = CSP
    response["Permissions-Policy"] = "camera=(self), screen-wake-lock=(self), geolocation=(), microphone=()"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=31536000, immutable" if cached else "no-cache"
    return response


@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """The page of the gate: an empty shell that the modules fill; the same bytes for everyone."""
    return guarded(render(request, "scanner/app.html", {"base": f"/scan/v/{bundle().version}"}))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker with the list of files of this version."""
    return guarded(HttpResponse(service_worker(bundle()), content_type="text/javascript; charset=utf-8"))


@require_safe
def web_manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest."""
    return guarded(JsonResponse(manifest(bundle()), content_type="application/manifest+json"))


@require_safe
def file(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """One file of the current version. An older version is in its phone's own cache, not here."""
    current = bundle()
    if version != current.version or name not in current.files:
        raise Http404
    return guarded(HttpResponse(current.files[name], content_type=current.content_type(name)), cached=True)


@require_safe
def device_check(request: HttpRequest) -> HttpResponse:
    """What this phone can do at a gate and what to do about what it cannot; works without any script."""
    context = {
        "base": f"/scan/v/{bundle().version}",
        "now_ms": int(timezone.now().timestamp() * 1000),
        "abilities": ABILITIES,
    }
    return guarded(render(request, "scanner/device_check.html", context))
