"""The little server beside HTTPS: on plain HTTP it gives out the CA certificate and the install sheet, and nothing else.

A phone that does not trust the office's authority yet cannot open the HTTPS page that tells it how. All pages are rendered
before the server starts; it reads no database and no request body, sets no cookie and writes no log.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Pages = dict[str, tuple[str, bytes]]
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class HelperServer:
    """A running helper; ``port`` is the real one when 0 was asked for."""

    def __init__(self, server: ThreadingHTTPServer, thread: threading.Thread, pages: Pages) -> None:
        self._server, self._thread, self._pages = server, thread, pages
        self.port = int(server.server_address[1])

    def replace(self, pages: Pages) -> None:
        """Give out other pages from now on (this machine got another address)."""
        self._pages.update(pages)

    def stop(self) -> None:
        """Stop answering and close the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def start_helper(address: str, port: int, pages: Pages) -> HelperServer:
    """Serve ``pages`` (path → content type and content) by GET and HEAD in a thread of this process.

    A page called ``wechat:/path`` is what WeChat's own browser gets instead of ``/path``.
    """

    class Handler(_Handler):
        content = pages

    server = ThreadingHTTPServer((address, port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="install-sheet", daemon=True)
    thread.start()
    return HelperServer(server, thread, pages)


class _Handler(BaseHTTPRequestHandler):
    content: Pages = {}
    server_version = "Linli"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: who asks for the sheet is nobody's business."""

    def _answer(self, *, with_body: bool) -> None:
        path = self.path.split("?", 1)[0]
        if "MicroMessenger" in self.headers.get("User-Agent", "") and f"wechat:{path}" in self.content:
            path = f"wechat:{path}"
        kind, body = self.content.get(path, ("text/plain; charset=utf-8", b""))
        self.send_response(200 if path in self.content else 404)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)
