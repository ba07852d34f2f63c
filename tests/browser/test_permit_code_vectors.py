"""The scanner's reader of permit codes gives the server's verdict: the shared vectors, byte for byte, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

import linli.kernel
from tests.support.chromium import Complaints

pytestmark = pytest.mark.django_db(transaction=True)
VECTORS = Path(linli.kernel.__file__).parent / "tests" / "vectors" / "permit-code.json"
RUN = """
async ({ keys, vectors }) => {
  const { importKeys, verify, STATUSES } = await import("/static/scanner/permit-code.js");
  const ready = await importKeys(keys);
  const found = [];
  for (const vector of vectors) found.push(await verify(vector.text, ready, vector.now));
  const unprepared = await verify(vectors[0].text, keys, vectors[0].now);
  const unreadable = await verify(vectors[0].text, { [vectors[0].kid]: "AAAA" }, vectors[0].now);
  return { found, statuses: [...STATUSES], unprepared, unreadable };
}
"""
PREFIXES = """
async ({ keys, text, now }) => {
  const { importKeys, verify } = await import("/static/scanner/permit-code.js");
  const ready = await importKeys(keys);
  const found = new Set();
  for (let length = 7; length < text.length; length += 1) {
    found.add((await verify(text.slice(0, length), ready, now)).status);
  }
  return [...found];
}
"""


def test_every_vector_and_every_beginning(page_at: Callable[..., Page], complaints: Complaints) -> None:
    complaints.expect("404")  # the health page names no icon; the browser asks for one
    data: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
    page = page_at()
    page.goto("/healthz")
    answer = page.evaluate(RUN, {"keys": data["keys"], "vectors": data["vectors"]})
    expected = [{name: vector[name] for name in ("status", "claims", "kid")} for vector in data["vectors"]]
    assert answer["found"] == expected
    assert set(answer["statuses"]) == {vector["status"] for vector in data["vectors"]}
    assert answer["unprepared"]["status"] == "valid"
    assert answer["unreadable"]["status"] == "unknown_key"
    good = data["vectors"][0]
    assert page.evaluate(PREFIXES, {"keys": data["keys"], "text": good["text"], "now": good["now"]}) == ["truncated"]
