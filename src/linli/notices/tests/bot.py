"""A local HTTP server that plays the bots of three services: it keeps what it was told and answers as it is bid."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

GOOD = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"code": 0, "data": {}, "msg": "success"},
}
PATHS = {"/cgi-bin/webhook/send": "wecom", "/robot/send": "dingtalk"}
KEYS = {"wecom": "wecom-key-00000001", "dingtalk": "d1n6ta1k00000001", "feishu": "feishu-key-00000001"}


@dataclass
class Got:
    """One message as it came."""

    service: str
    key: str
    text: str
    body: dict[str, Any]
    query: dict[str, list[str]]


@dataclass
class Bot:
    """The server. ``answers`` are taken one by one (status, JSON or bytes), then everything is well; ``slow`` seconds before each."""

    origin: str = ""
    got: list[Got] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)
    slow: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc

    def hook(self, service: str) -> str:
        """The address that a secretary pastes."""
        key = KEYS[service]
        tails = {
            "wecom": f"/cgi-bin/webhook/send?key={key}",
            "dingtalk": f"/robot/send?access_token={key}",
            "feishu": f"/open-apis/bot/v2/hook/{key}",
        }
        return self.origin + tails[service]

    def texts(self) -> list[str]:
        return [one.text for one in self.got]


class _Handler(BaseHTTPRequestHandler):
    bot: Bot

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        service = PATHS.get(parts.path, "feishu")
        key = (query.get("key") or query.get("access_token") or [parts.path.rsplit("/", 1)[-1]])[0]
        text = body["content"]["text"] if service == "feishu" else body["text"]["content"]
        with self.bot.lock:
            self.bot.got.append(Got(service, key, text, body, query))
            status, answer = self.bot.answers.pop(0) if self.bot.answers else (200, GOOD[service])
        if self.bot.slow:
            time.sleep(self.bot.slow)
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        try:
            self.send_response(status)
            if status in (301, 302, 307):
                self.send_header("Location", self.bot.origin + "/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            return

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def playing() -> Iterator[Bot]:
    """The bot on a port of its own, until the block ends."""
    bot = Bot()
    handler = type("Handler", (_Handler,), {"bot": bot})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    bot.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield bot
    finally:
        server.shutdown()
        server.server_close()
