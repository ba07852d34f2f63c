"""The scanner's rules give the server's decision: the shared vectors, run in Chromium."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

import linli.gates
from tests.support.chromium import Complaints

pytestmark = pytest.mark.django_db(transaction=True)
VECTORS = Path(linli.gates.__file__).parent / "tests" / "vectors" / "rules.json"
RUN = """
async (data) => {
  const { decide } = await import("/static/scanner/rules.js");
  return data.vectors.map((vector) =>
    decide({ ...data.base, ...vector.facts }, data.rulesets[vector.rules], vector.now_ms));
}
"""


def test_every_vector(page_at: Callable[..., Page], complaints: Complaints) -> None:
    complaints.expect("404")  # the health page names no icon; the browser asks for one
    data: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
    page = page_at()
    page.goto("/healthz")
    decisions = page.evaluate(RUN, data)
    wrong = [
        (vector["name"], got) for vector, got in zip(data["vectors"], decisions, strict=True) if got != vector["expect"]
    ]
    assert not wrong
