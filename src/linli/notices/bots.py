"""Speak to a group's bot and read its answer: apprise's plugins, each with a class of ours over it (docs/decisions/0127).

The three services answer 200 also when they refuse; the number in the answer says whether the group got the message.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import requests
from apprise.common import NotifyType
from apprise.plugins.base import NotifyBase
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from linli.notices.addresses import Address
from linli.notices.answers import NO_ANSWER, SLOW, Answer, read_answer

CONNECT_SECONDS, READ_SECONDS = 4.0, 8.0
MOST_BYTES = 64 * 1024


class _Answering(NotifyBase):
    """Posts what the service expects and keeps what it answered. ``address`` and ``answer`` are ours, the rest is apprise's."""

    address: Address
    answer: Answer = NO_ANSWER

    def payload(self, body: str, seconds: int) -> dict[str, Any]:
        """What is posted; ``seconds`` is the moment of a signature."""
        return {"msgtype": "text", "text": {"content": body}}

    def query(self, seconds: int) -> dict[str, str]:
        """What is added to the address."""
        return {}

    def send(self, body: str, title: str = "", notify_type: NotifyType = NotifyType.INFO, **_: Any) -> bool:
        """Called by apprise with a body that is not too long."""
        seconds = int(time.time())
        self.answer = _post(self.address, self.query(seconds), self.payload(body, seconds))
        return self.answer.ok


class _WeCom(_Answering, NotifyWeComBot):
    """WeCom: nothing signed."""


class _DingTalk(_Answering, NotifyDingTalk):  # type: ignore[misc]  # its own send has one more name
    """DingTalk: the signature stands in the address, over milliseconds and the secret, keyed with the secret."""

    def query(self, seconds: int) -> dict[str, str]:
        if not self.address.secret:
            return {}
        said = f"{seconds}000\n{self.address.secret}"
        signed = hmac.digest(self.address.secret.encode(), said.encode(), hashlib.sha256)
        return {"timestamp": f"{seconds}000", "sign": base64.b64encode(signed).decode()}


class _Feishu(_Answering, NotifyFeishu):
    """Feishu: the signature stands in the body, over nothing, keyed with seconds and the secret."""

    def payload(self, body: str, seconds: int) -> dict[str, Any]:
        said: dict[str, Any] = {"msg_type": "text", "content": {"text": body}}
        if self.address.secret:
            signed = hmac.digest(f"{seconds}\n{self.address.secret}".encode(), b"", hashlib.sha256)
            said |= {"timestamp": str(seconds), "sign": base64.b64encode(signed).decode()}
        return said


def post(address: Address, body: str) -> Answer:
    """Say ``body`` in the group behind ``address``. Never raises for what the network or the service does: the answer says it."""
    bot = _bot(address)
    bot.address = address
    bot.notify(body=body)
    return bot.answer


def _bot(address: Address) -> _Answering:
    if address.kind == "wecom":
        return _WeCom(key=address.key)
    if address.kind == "dingtalk":
        return _DingTalk(token=address.key)
    return _Feishu(token=address.key)


def _post(address: Address, query: dict[str, str], payload: dict[str, Any]) -> Answer:
    began = time.monotonic()
    try:
        with requests.post(
            address.url,
            params=query,
            data=json.dumps(payload, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            content = b""
            for piece in response.iter_content(4096):
                content += piece
                if time.monotonic() - began > CONNECT_SECONDS + READ_SECONDS:
                    return SLOW
                if len(content) > MOST_BYTES:
                    break
            return read_answer(address.kind, response.status_code, content)
    except requests.ConnectTimeout:
        return NO_ANSWER
    except requests.Timeout:
        return SLOW
    except requests.ConnectionError as error:
        return NO_ANSWER if _never_left(error) else SLOW
    except requests.RequestException:
        return SLOW


def _never_left(error: requests.ConnectionError) -> bool:
    """Whether no connection came about at all, so that nothing can have arrived; a connection that broke off leaves it open."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "SSLError")
