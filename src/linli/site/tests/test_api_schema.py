"""The description is OpenAPI 3.1, and a bounded, seeded walk with what fits it and what does not ends in no error of ours."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.cache import cache
from django.test import Client
from requests import Request
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from linli.gates.testing import open_strict
from linli.ground.rest.access import PREFIX
from linli.ground.testing import Cast
from linli.register.actions.read import read_run
from linli.register.actions.start import start_import
from linli.site.tests.api_client import Api, token_of

EXAMPLES = 6
"""Of each operation: 30 operations, some two hundred requests, within twenty seconds."""
SEED = 20200210
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]

pytestmark = pytest.mark.django_db


def described() -> Any:
    """The description as anybody gets it."""
    return Client().get(PREFIX + "openapi.json").json()


def test_the_description_is_complete() -> None:
    found = described()
    assert found["openapi"].startswith("3.1")
    routes = [(path, method) for path, methods in found["paths"].items() for method in methods]
    assert len(routes) >= 30
    for path, method in routes:
        one = found["paths"][path][method]
        assert one["summary"], path
        assert one["description"], path
        assert one["operationId"], path
        assert one["security"] == [{"Token": []}], path
        assert {"401", "403", "404", "422", "429"} <= set(one["responses"])
        assert "application/problem+json" in one["responses"]["401"]["content"]
    assert "unmask" not in json.dumps(list(found["paths"]))


@pytest.fixture
def world(cast: Cast) -> dict[str, str]:
    """Rows behind every route, so that the walk does not only meet empty rooms."""
    open_strict(cast.neighbourhood)
    with cast.scope():
        file = "姓名,楼号,室号\n林知夏,7号,101室\n".encode()
        run = start_import(by=cast.users["secretary"], neighbourhood=cast.neighbourhood, content=file, name="住户.csv")
        read_run(by=cast.users["secretary"], run=run)
    return {
        "place": str(cast.building.pk),
        "dwelling": str(cast.dwellings[2].pk),
        "household": str(cast.households[2].pk),
        "person": str(cast.people[0].pk),
        "run": str(run.pk),
    }


def call(api: Api, case: Any) -> Response:
    """A generated case through Django's own client, which stays inside the test's transaction."""
    sent = Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    headers = {name: value for name, value in sent.headers.items() if name != "Content-Length"}
    headers |= {"Authorization": f"Bearer {api.text}"}
    body = sent.body or b""
    data = body.encode() if isinstance(body, str) else body
    kind = headers.pop("Content-Type", "application/octet-stream")
    client = Client(raise_request_exception=False)
    answer = client.generic(sent.method, sent.path_url, data, content_type=kind, headers=headers)
    return Response(
        status_code=answer.status_code,
        headers={name: [value] for name, value in answer.headers.items()},
        content=answer.content,
        request=sent,
        elapsed=0.0,
        verify=False,
    )


def cases(operation: Any) -> Any:
    """Requests that fit the description, and requests that do not."""
    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not operation.definition.raw.get("parameters") and "requestBody" not in operation.definition.raw:
        return fitting
    return fitting | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def walk(api: Api, real: dict[str, str], *, examples: int) -> Counter[int]:
    """Send generated requests to every operation, every second one to rows that exist; returns how many had which status."""
    schema = schemathesis.openapi.from_dict(described())
    sent: Counter[int] = Counter()
    settings = hypothesis.settings(
        max_examples=examples,
        derandomize=False,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    for result in schema.get_all_operations():
        operation = result.ok()

        @hypothesis.seed(SEED)
        @settings
        @hypothesis.given(case=cases(operation), existing=hypothesis.strategies.booleans())
        def run(case: Any, existing: bool) -> None:
            if existing:
                for name in set(case.path_parameters or {}) & real.keys():
                    case.path_parameters[name] = real[name]
            cache.clear()  # the limit of a minute is not what is looked for here
            answer = call(api, case)
            sent[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS)

        run()
    return sent


def test_no_generated_request_ends_in_an_error_of_ours(cast: Cast, world: dict[str, str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sent = walk(token_of(cast), world, examples=EXAMPLES)
    assert sum(sent.values()) >= EXAMPLES * 25
    assert sent[200] > 50
    assert sent[422] > 20
