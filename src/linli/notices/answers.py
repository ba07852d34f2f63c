"""What a service answered: did the group get the message, and if not, why, in one of a few codes. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """``problem`` is empty when the group got it. ``unknown``: it may have got it all the same. ``number``: the service's own code."""

    problem: str = ""
    number: str = ""
    unknown: bool = False

    @property
    def ok(self) -> bool:
        """Whether the group got it."""
        return not self.problem


NO_ANSWER = Answer("no_answer")
SLOW = Answer("slow", unknown=True)

NUMBERS = {
    "wecom": {93000: "address", 40001: "address", 45009: "busy", 45033: "busy"},
    "dingtalk": {300001: "address", 300005: "address", 400013: "address", 400101: "address", 400102: "address",
                 130101: "busy", 410100: "busy"},
    "feishu": {19001: "address", 19021: "signature", 19022: "origin", 19024: "keyword", 11232: "busy", 11233: "busy"},
}  # fmt: skip
"""The services' numbers that mean something a secretary can do. Sources: their own pages on group bots."""

WORDS = {"keyword": "keyword", "sign": "signature", "timestamp": "signature", "whitelist": "origin"}
"""DingTalk has one number (310000) for its three safeguards; its words tell them apart."""


def read_answer(kind: str, status: int, content: bytes) -> Answer:
    """The answer of a service of ``kind`` with HTTP ``status``. A server error leaves open whether the message arrived."""
    said = _object(content)
    number = _number(said)
    if status >= 500:
        return Answer("server", str(status), unknown=True)
    if number is None:
        # a 200 that is no answer of the service: the sign-in page of a network, a proxy
        return Answer("unreadable" if status < 400 else "refused", str(status))
    if number == 0 and status < 300:
        return Answer()
    return Answer(NUMBERS.get(kind, {}).get(number) or _by_words(said) or "refused", str(number))


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _number(said: dict[str, Any]) -> int | None:
    for name in ("errcode", "code", "StatusCode"):
        if isinstance(said.get(name), int):
            return int(said[name])
    return None


def _by_words(said: dict[str, Any]) -> str:
    text = str(said.get("errmsg") or said.get("msg") or "").lower()
    return next((problem for word, problem in WORDS.items() if word in text), "")
