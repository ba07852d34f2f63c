"""Where the time of an admission goes: processor time of each step, in process, on the database of the measurement.

Reads prepared requests as JSON from its input, answers each through the whole application and prints a table. Each step's own
time, without the steps inside it; the watching itself costs about 3 µs a step.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

WARM = 100


class Watch:
    """Adds up each step's own processor time."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    def on(self, owner: Any, name: str, label: str) -> None:
        """Watch a function of a module or class."""
        setattr(owner, name, self.wrapped(getattr(owner, name), label))

    def wrapped(self, step: Callable[..., Any], label: str) -> Callable[..., Any]:
        """The function, watched."""

        def run(*args: Any, **named: Any) -> Any:
            began = time.thread_time()
            self._inner.append(0.0)
            try:
                return step(*args, **named)
            finally:
                whole = time.thread_time() - began
                self.spent[label] += whole - self._inner.pop()
                if self._inner:
                    self._inner[-1] += whole

        return run


def environ(asked: dict[str, Any]) -> dict[str, Any]:
    """A WSGI request."""
    body = asked["body"].encode()
    made: dict[str, Any] = {
        "REQUEST_METHOD": "POST", "PATH_INFO": asked["path"], "QUERY_STRING": "", "SCRIPT_NAME": "",
        "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.version": (1, 0),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    return made | {"HTTP_" + name.upper().replace("-", "_"): value for name, value in asked["headers"].items()}


def answer(application: Any, asked: dict[str, Any]) -> None:
    """One request through the whole application; any wrong answer ends the measurement."""
    said: list[str] = []
    response = application(environ(asked), lambda status, *_: said.append(status))
    text = b"".join(response)
    response.close()
    if not said[0].startswith("200") or asked["expect"].encode() not in text:
        raise SystemExit(f"{said} {text[:200]!r}")


def processor(application: Any, requests: list[dict[str, Any]]) -> float:
    """Milliseconds of the processor a request."""
    began = time.thread_time()
    for asked in requests:
        answer(application, asked)
    return (time.thread_time() - began) * 1000 / len(requests)


def watched() -> Watch:
    """The steps of an admission."""
    # reason: Django is set up by then
    from django.core.handlers.base import BaseHandler
    from django.db.backends.utils import CursorWrapper

    from linli.gates import api, codes, deciding, standing
    from linli.gates.actions import record
    from linli.gates.prepared import Prepared
    from linli.gates.timetable import Timetable
    from linli.ground.inserting import Ready
    from linli.inbox.phones import signature

    watch = Watch()
    watch.on(BaseHandler, "get_response", "middleware and routes, which the baseline passes too")
    watch.on(CursorWrapper, "execute", "the database's own work: 3 SELECTs, 1 INSERT and its commit")
    watch.on(Prepared, "rows", "values to and from the three SELECTs")
    watch.on(api, "authenticate", "the phone's row and headers")
    watch.on(signature, "check", "the request's signature")
    watch.on(codes, "verify", "the card's signature, when it is not remembered")
    watch.on(record, "parse", "reading the check")
    watch.on(record, "judge", "rules, facts, decision")
    watch.on(standing, "load", "rules, facts, decision")
    watch.on(Timetable, "load", "rules, facts, decision")
    watch.on(deciding, "row_of", "the passage's row and its INSERT's values")
    watch.on(record, "ready", "the passage's row and its INSERT's values")
    watch.on(Ready, "write", "the passage's row and its INSERT's values")
    watch.on(record, "record_checks", "the rest of the view and its answer")
    watch.on(api, "answer", "the rest of the view and its answer")
    return watch


def main() -> None:
    """Measure both sides alone, then the admission's steps."""
    # reason: Django can be set up only after its environment is known
    import django

    django.setup()
    # reason: as above
    from django.core.handlers.wsgi import WSGIHandler

    sides, application = json.load(sys.stdin), WSGIHandler()
    for requests in sides.values():
        processor(application, requests[:WARM])
    alone = {side: processor(application, requests[WARM : len(requests) // 2]) for side, requests in sides.items()}
    watch, left = watched(), sides["admission"][len(sides["admission"]) // 2 :]
    processor(application, left)
    print(
        f"Processor time of one admission in process: **{alone['admission']:.2f} ms**; the baseline: {alone['baseline']:.2f} ms.\n"
    )
    print("| step | µs |\n|---|---|")
    for label, spent in sorted(watch.spent.items(), key=lambda one: -one[1]):
        print(f"| {label} | {spent * 1e6 / len(left):.0f} |")


if __name__ == "__main__":
    main()
