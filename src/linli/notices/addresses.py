"""Addresses of bots: what may stand in them, how they are sealed and shown. Whoever has one can write to the group.

An address that somebody pastes is taken apart and rebuilt: only its key is kept of it, so that no page can make the server call a host of
the office's own network (SSRF). ``LINLI_NOTICE_HOSTS`` names further hosts (``name`` or ``name:port``, with commas), for a relay of
one's own; these may be plain http.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from linli import vault
from linli.kernel.refusal import Refusal
from linli.notices.models import Channel

KEY = "notices"
CONTEXT = "notices.channel"
MAIL = "mail"


@dataclass(frozen=True)
class Service:
    """One of the three services: its host, the path of its hooks, the query parameter that holds the key (else the path ends with it)."""

    host: str
    path: str
    parameter: str
    key: re.Pattern[str]


SERVICES = {
    "wecom": Service("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key", re.compile(r"[A-Za-z0-9_-]{8,80}")),
    "dingtalk": Service("oapi.dingtalk.com", "/robot/send", "access_token", re.compile(r"[A-Za-z0-9]{8,128}")),
    "feishu": Service("open.feishu.cn", "/open-apis/bot/v2/hook/", "", re.compile(r"[A-Za-z0-9_-]{8,80}")),
}


@dataclass(frozen=True)
class Address:
    """Where a message goes: ``origin`` of the service and the bot's ``key``, the ``secret`` with which it signs; or a mail ``box``."""

    kind: str
    origin: str = ""
    key: str = ""
    secret: str = ""
    box: str = ""

    @property
    def url(self) -> str:
        """The hook, rebuilt from what was kept of it."""
        service = SERVICES[self.kind]
        tail = f"?{service.parameter}={self.key}" if service.parameter else self.key
        return f"{self.origin}{service.path}{tail}"

    @property
    def masked(self) -> str:
        """As a page shows it: the service and the last four characters; of a mailbox the first one and its host."""
        if self.kind == MAIL:
            name, _at, host = self.box.partition("@")
            return f"{name[:1]}…@{host}"
        host = urlsplit(self.origin).netloc
        return f"{host} …{self.key[-4:]}"


def read(kind: str, text: str, secret: str = "") -> Address:
    """The address in what somebody pasted.

    Refusals: ``notices.mail_wrong``, ``notices.address_https``, ``notices.address_host``, ``notices.address_key``.
    """
    text = "".join(text.split())
    if kind == MAIL:
        return _mailbox(text)
    service = SERVICES[kind]
    try:
        parts = urlsplit(text)
        place = f"{(parts.hostname or '').rstrip('.')}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        parts, place = urlsplit(""), ""
    own = place in settings.LINLI_NOTICE_HOSTS
    if parts.scheme != "https" and not (own and parts.scheme == "http"):
        raise Refusal(
            "notices.address_https", gettext_noop("The address begins with https://. Copy it from the bot's own page.")
        )
    if not own and place not in (service.host, f"{service.host}:443") or parts.username is not None:
        raise Refusal(
            "notices.address_host",
            gettext_noop("An address of this service begins with https://%(host)s."),
            host=service.host,
        )
    key = _key_in(service, parts.path, parts.query)
    if not service.key.fullmatch(key):
        raise Refusal("notices.address_key", gettext_noop("The bot's key is missing in the address. Copy all of it."))
    return Address(kind, f"{parts.scheme}://{place}", key, secret.strip())


def _key_in(service: Service, path: str, query: str) -> str:
    if not service.parameter:
        return path.removeprefix(service.path).rstrip("/") if path.startswith(service.path) else ""
    return parse_qs(query).get(service.parameter, [""])[0] if path.rstrip("/") == service.path else ""


def _mailbox(text: str) -> Address:
    try:
        validate_email(text)
    except ValidationError:
        raise Refusal("notices.mail_wrong", gettext_noop("This is no mail address.")) from None
    return Address(MAIL, box=text)


def sealed(address: Address) -> bytes:
    """The address as a channel keeps it."""
    values = {"origin": address.origin, "key": address.key, "secret": address.secret, "box": address.box}
    return vault.seal(json.dumps({name: value for name, value in values.items() if value}), key=KEY, context=CONTEXT)


def address_of(channel: Channel) -> Address:
    """The address of a channel. Raises :class:`linli.vault.KeyMissing` where the key folder is another installation's."""
    return Address(channel.kind, **json.loads(vault.unseal_text(channel.sealed, context=CONTEXT)))
