"""The install sheet: what a phone's owner does once, on one page, for paper and for the phone itself."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

import segno
from cryptography import x509
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import formats, translation

from linli.site import certificates

CERTIFICATE_PATH = "/linli.crt"
STYLES = {"/tokens.css": "ui/tokens.css", "/install.css": "site/install.css"}
ICON = {"/icon.svg": "ui/icon.svg"}
LANGUAGES = (("zh-hans", "zh-Hans", "中文"), ("en", "en", "English"))


@dataclass(frozen=True)
class Sheet:
    """The sheet's words that change. ``first`` is the plain-HTTP address (empty with a real domain), ``daily`` the HTTPS one."""

    daily: str
    check: str
    first: str = ""
    certificate: str = ""
    authority: str = ""
    until: str = ""
    wechat: bool = False
    icon: str = "/icon.svg"
    stylesheets: list[str] = field(default_factory=list)
    languages: list[dict[str, object]] = field(default_factory=list)

    @property
    def fingerprint_lines(self) -> list[str]:
        """The fingerprint in four lines of eight pairs, as it is compared by eye."""
        pairs = self.authority.split(":")
        return [" ".join(pairs[index : index + 8]) for index in range(0, len(pairs), 8)]

    @property
    def first_qr(self) -> str:
        """The QR code of the first address, SVG."""
        return qr(self.first)

    @property
    def daily_qr(self) -> str:
        """The QR code of the daily address, SVG."""
        return qr(self.daily)


def qr(text: str) -> str:
    """``text`` as a QR code: SVG without size, ids, classes or style, quiet zone of four modules included."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4, svgclass=None, lineclass=None, nl=False
    )
    return out.getvalue().decode()


def make_sheet(
    *, origin: str, first: str = "", authority: bytes | None = None, language: str = "zh-hans", wechat: bool = False
) -> Sheet:
    """The sheet for the HTTPS ``origin``; with ``authority`` (PEM) the steps that trust it, at the plain address ``first``."""
    base = Sheet(daily=f"{origin}/", check=f"{origin}/device-check", wechat=wechat)
    if not authority:
        return base
    ends = x509.load_pem_x509_certificate(authority).not_valid_after_utc
    with translation.override(language):
        until = formats.date_format(ends.date(), "DATE_FORMAT")
    return Sheet(
        daily=base.daily,
        check=base.check,
        first=first,
        certificate=CERTIFICATE_PATH,
        authority=certificates.fingerprint(authority),
        until=until,
        wechat=wechat,
    )


def helper_pages(*, origin: str, first: str, authority: Path) -> dict[str, tuple[str, bytes]]:
    """Everything that the plain-HTTP helper gives out: sheet in two languages (for WeChat too), its styles, the certificate."""
    pem = authority.read_bytes()
    pages: dict[str, tuple[str, bytes]] = {
        CERTIFICATE_PATH: ("application/x-x509-ca-cert", certificates.der(pem)),
    }
    for path, name in {**STYLES, **ICON}.items():
        found = finders.find(name)
        if found:
            kind = "image/svg+xml" if path.endswith(".svg") else "text/css; charset=utf-8"
            pages[path] = (kind, Path(str(found)).read_bytes())
    for code, _, _ in LANGUAGES:
        for wechat in (False, True):
            sheet = make_sheet(origin=origin, first=first, authority=pem, language=code, wechat=wechat)
            page = render_sheet(sheet, language=code, stylesheets=list(STYLES), paths={"zh-hans": "/", "en": "/en"})
            path = "/en" if code == "en" else "/"
            pages[("wechat:" if wechat else "") + path] = ("text/html; charset=utf-8", page.encode())
    return pages


def render_sheet(sheet: Sheet, *, language: str, stylesheets: list[str], paths: dict[str, str]) -> str:
    """The page as HTML; ``paths`` says where each language is found."""
    sheet.stylesheets[:] = stylesheets
    sheet.languages[:] = [
        {"url": paths[code], "label": label, "lang": lang, "current": code == language}
        for code, lang, label in LANGUAGES
    ]
    with translation.override(language):
        return render_to_string("site/install_sheet.html", {"sheet": sheet})
