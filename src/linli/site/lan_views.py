"""``/install/``: the install sheet inside the site, for printing from the office."""

from __future__ import annotations

import os
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils import translation
from django.views.decorators.http import require_safe

from linli.site import certificates, lan, lan_pages


@require_safe
def install_sheet(request: HttpRequest) -> HttpResponse:
    """The install sheet. Open to anyone on the network: it names addresses and a public certificate, no person.

    ``?lang=zh`` or ``?lang=en`` prints the other language. With the local authority it gives the certificate's steps, else
    only the address (a real domain needs no steps).
    """
    asked = {"zh": "zh-hans", "en": "en"}.get(request.GET.get("lang", ""))
    language = asked or ("en" if (translation.get_language() or "").startswith("en") else "zh-hans")
    origin = os.environ.get("LINLI_ORIGIN") or f"{request.scheme}://{request.get_host()}"
    sheet = lan_pages.make_sheet(
        origin=origin,
        first=os.environ.get("LINLI_INSTALL", ""),
        authority=_authority(),
        language=language,
        wechat="MicroMessenger" in request.headers.get("User-Agent", ""),
    )
    sheet = replace(sheet, icon=static("ui/icon.svg"))
    styles = [static(name) for name in lan_pages.STYLES.values()]
    paths = {"zh-hans": "?lang=zh", "en": "?lang=en"}
    return HttpResponse(lan_pages.render_sheet(sheet, language=language, stylesheets=styles, paths=paths))


@require_safe
def authority_certificate(request: HttpRequest) -> HttpResponse:
    """The local authority's certificate (DER), so that the page's button works on HTTPS too."""
    pem = _authority()
    if pem is None:
        raise Http404
    return HttpResponse(certificates.der(pem), content_type="application/x-x509-ca-cert")


def _authority() -> bytes | None:
    """The authority's certificate, when this server uses it (the helper has an address)."""
    path = lan.tls_folder() / lan.CA_CERTIFICATE
    return path.read_bytes() if os.environ.get("LINLI_INSTALL") and path.exists() else None
