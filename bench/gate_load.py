"""The load: as many connections as asked, kept alive, each sending its share of prepared requests; a process of its own."""

from __future__ import annotations

import http.client
import json
import statistics
import sys
import threading
import time
from typing import Any


def run(port: int, connections: int, requests: list[dict[str, Any]], pause_ms: int = 0) -> dict[str, Any]:
    """Send all; seconds in all, milliseconds of each, and how many did not answer as they should.

    ``pause_ms``: how long each connection waits after an answer.
    """
    times: list[float] = []
    wrong: list[str] = []
    shares = [requests[n::connections] for n in range(connections)]
    barrier = threading.Barrier(connections + 1)

    def work(share: list[dict[str, Any]]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        barrier.wait()
        for one in share:
            began = time.perf_counter()
            connection.request("POST", one["path"], one["body"].encode(), one["headers"])
            response = connection.getresponse()
            text = response.read()
            times.append((time.perf_counter() - began) * 1000)
            if response.status != 200 or one["expect"].encode() not in text:
                wrong.append(f"{response.status} {text[:200]!r}")
            time.sleep(pause_ms / 1000)
        connection.close()

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    ordered = sorted(times)
    return {
        "per_second": len(times) / seconds,
        "median_ms": statistics.median(ordered),
        "p99_ms": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
        "times": [round(one, 1) for one in times],
        "wrong": wrong[:5],
        "wrongs": len(wrong),
    }


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    print(json.dumps(run(asked["port"], asked["connections"], asked["requests"], asked.get("pause_ms", 0))))
