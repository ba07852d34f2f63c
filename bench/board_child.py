"""Answers `{"path": …, "count": bool}` lines with the milliseconds or the statements of one page, signed in as the secretary.

In a process of its own, so that three databases can be asked in turn with their connections open and their caches warm.
"""

from __future__ import annotations

import json
import os
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402  after setup
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402

from linli.accounts.models import User  # noqa: E402
from linli.ground.testing import client_as  # noqa: E402


def main() -> None:
    """Ask and answer until the input ends."""
    setup_test_environment()
    client = client_as(User.objects.get(username=os.environ.get("LINLI_BENCH_USER", "secretary")))
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["count"]:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(asked["path"])
            found = {"statements": len(queries), "status": answer.status_code, "bytes": len(answer.content)}
            if asked.get("slow"):
                slow = sorted(queries.captured_queries, key=lambda q: -float(q["time"]))[:3]
                found["slow"] = [{"time": q["time"], "sql": q["sql"][:600]} for q in slow]
        else:
            began = time.perf_counter()
            cpu = time.process_time()
            status = client.get(asked["path"]).status_code
            found = {
                "ms": (time.perf_counter() - began) * 1000,
                "cpu": (time.process_time() - cpu) * 1000,
                "status": status,
            }
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
