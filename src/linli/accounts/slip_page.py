"""The page that shows a slip, once, to be printed. Rendered straight from the POST that made it: the code is stored nowhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from linli.accounts import codes, totp
from linli.accounts.models import Slip

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver"})


def host_name(request: HttpRequest) -> str:
    """The host without its port."""
    host = request.get_host()
    return host if host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host else host


def slip_response(
    request: HttpRequest, slip: Slip, code: str, *, back_url: str, back_word: Any = "", maker: str = ""
) -> HttpResponse:
    """A printable slip. The QR holds the address with the code behind ``#``, which no server log and no link scanner sees;
    on a machine that only knows itself as localhost there is no address for a phone, so there is no QR."""
    address = request.build_absolute_uri(reverse("accounts:slip"))
    reachable = host_name(request) not in LOCAL and slip.purpose == Slip.Purpose.PASSWORD
    context = {
        "slip": slip,
        "code": codes.grouped(code),
        "address": address,
        "qr": totp.qr(f"{address}#c={code}") if reachable else "",
        "back_url": back_url,
        "back_word": back_word,
        "maker": maker,
    }
    response = render(request, "accounts/slip_print.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
