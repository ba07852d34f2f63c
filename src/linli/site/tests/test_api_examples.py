"""``docs/api.md`` is run: every example against the product, every operation with an example, every answer in the shape that it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linli.gates.testing import open_strict
from linli.ground.rest.access import PREFIX
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7
from linli.register.actions.read import read_run
from linli.register.actions.start import start_import
from linli.site.api.root import api
from linli.site.tests.api_client import Api, token_of

PAGE = Path(__file__).parents[4] / "docs" / "api.md"
EXAMPLE = re.compile(r"```http\n(.*?)```\n\n```json (\d+)\n(.*?)```", re.DOTALL)
FILE = "小区,姓名,楼号,室号,房屋状态\n泉口花苑,白一川,7号,501室,自住\n泉口花苑,,7号,502室,空置\n"

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Example:
    """One request of the page and the answer that it shows."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int
    shown: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def examples() -> Iterator[Example]:
    """Every example of the page, in its order."""
    for request, status, answer in EXAMPLE.findall(PAGE.read_text(encoding="utf-8")):
        head, _blank, body = request.partition("\n\n")
        first, *lines = head.strip().split("\n")
        method, path = first.split(" ", 1)
        headers = dict(line.split(": ", 1) for line in lines)
        yield Example(method, path, headers, body.strip(), int(status), json.loads(answer) if answer.strip() else None)


@dataclass
class World:
    """What stands behind the names in braces."""

    api: Api
    values: dict[str, str] = field(default_factory=dict)

    def fill(self, text: str) -> str:
        """A text with its names in braces replaced."""
        return re.sub(r"\{(\w+)\}", lambda m: self.values.get(m.group(1), m.group(0)), text)

    def run(self, one: Example) -> Any:
        """Send an example; its answer."""
        cache.clear()
        self.values["new_id"] = str(uuid7())
        path = self.fill(one.path).removeprefix(PREFIX)
        if "If-Match" in one.headers:
            self.values["version"] = self.api.get(path)["version"]
        if path.endswith(("/undo", "/apply")):
            self.work(path.rpartition("/")[0])
        if one.headers.get("Content-Type", "").startswith("multipart"):
            file = SimpleUploadedFile("register.csv", FILE.encode(), "text/csv")
            answer = Client().post(PREFIX + path, {"file": file}, headers={"Authorization": f"Bearer {self.api.text}"})
            self.values["import"] = answer.json()["id"]
            return answer
        headers = {name.replace("-", "_"): self.fill(value) for name, value in one.headers.items()}
        body = json.loads(self.fill(one.body)) if one.body else None
        return self.api.send(one.method, path, body, **headers)

    def work(self, path: str) -> None:
        """Let an import come to rest."""
        while self.api.send("POST", f"{path}/steps").json()["working"]:
            pass


@pytest.fixture
def world(cast: Cast) -> World:
    """The cast, an operation, an import that waits."""
    operation = open_strict(cast.neighbourhood)
    with cast.scope():
        run = start_import(
            by=cast.users["secretary"],
            neighbourhood=cast.neighbourhood,
            content="姓名,楼号\n方,7号\n".encode(),
            name="x.csv",
        )
        read_run(by=cast.users["secretary"], run=run)
    rows = {
        "place": cast.building,
        "estate": cast.lanes,
        "dwelling": cast.dwellings[2],
        "household": cast.households[2],
        "person": cast.people[4],
        "mandate": cast.mandates["building_leader"],
        "operation": operation,
        "waiting": run,
    }
    return World(token_of(cast), {name: str(row.pk) for name, row in rows.items()})


def shape(value: Any) -> Any:
    """What kind of value it is: names of objects, the first item of lists, kinds of the rest; nothing about what may be null."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def fits(shown: Any, real: Any, where: str = "") -> list[str]:
    """Where a real answer has another shape than the shown one. Null and an empty list fit everything; verdicts are a map."""
    if shown is None or real is None or where.endswith(".verdicts"):
        return []
    if isinstance(shown, dict) and isinstance(real, dict):
        found = [f"{where}: {sorted(shown.keys() ^ real.keys())}"] if shown.keys() != real.keys() else []
        return found + [
            text for key in shown.keys() & real.keys() for text in fits(shown[key], real[key], f"{where}.{key}")
        ]
    if isinstance(shown, list) and isinstance(real, list):
        return fits(shown[0], real[0], f"{where}[]") if shown and real else []
    return [] if type(shown) is type(real) else [f"{where}: {shape(shown)} shown, {shape(real)} sent"]


def test_every_example_of_the_page_runs(world: World) -> None:
    ran = 0
    for one in examples():
        answer = world.run(one)
        assert answer.status_code == one.status, f"{one}: {answer.status_code} {answer.content.decode()[:500]}"
        real = answer.json() if answer.content else None
        assert fits(one.shown, real) == [], str(one)
        ran += 1
    assert ran >= 30


def test_every_operation_has_an_example() -> None:
    schema = api.get_openapi_schema(path_prefix=PREFIX)
    wanted = {(method.upper(), path) for path, methods in schema["paths"].items() for method in methods}
    shown = set()
    for one in examples():
        path = one.path.partition("?")[0]
        for method, route in wanted:
            if method == one.method and re.fullmatch(re.sub(r"\{\w+\}", r"\\{\\w+\\}", route), path):
                shown.add((method, route))
    assert sorted(wanted - shown) == []


def test_another_shape_is_noticed() -> None:
    assert fits({"a": [1]}, {"a": ["1"]})
    assert fits({"a": 1}, {"a": 1, "b": 2})
    assert not fits({"a": None, "b": []}, {"a": 5, "b": [1]})
