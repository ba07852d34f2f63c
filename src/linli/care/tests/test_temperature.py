"""A reading keeps what was read: typed in any of the ways that people type, sealed exactly, shown as it was."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import linli.kernel
from linli import vault
from linli.care import temperature
from linli.care.actions.readings import record_reading
from linli.care.forms import ReadingForm
from linli.care.models import Alarm
from linli.care.sealed import READING_CONTEXT, Said, key_of, said_of
from linli.care.tests.conftest import quarantine
from linli.care.words import celsius
from linli.ground.testing import Cast
from linli.kernel.ids import uuid7
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation

VECTORS = Path(linli.kernel.__file__).parent / "tests" / "vectors" / "celsius.json"
CASES: list[dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("38.37", "38.37"), ("38.3", "38.3"), ("38.30", "38.3"), ("38", "38.0"), ("38.05", "38.05"), ("40", "40.0"),
        ("３８．３７", "38.37"), ("３８。３", "38.3"), ("38,37", "38.37"), ("３８，３", "38.3"), (" 36.6 ℃ ", "36.6"),
        ("36.6°C", "36.6"), ("36.6度", "36.6"), ("30", "30.0"), ("45.00", "45.0"),
    ],
)  # fmt: skip
def test_what_is_typed_is_what_is_shown(typed: str, shown: str) -> None:
    read = temperature.read_celsius(typed)
    assert read is not None
    assert temperature.digits(read) == shown
    assert celsius(read).startswith(shown)


@pytest.mark.parametrize("case", CASES, ids=[case["typed"] for case in CASES])
def test_the_form_takes_what_the_shared_rule_takes(case: dict[str, Any]) -> None:
    form = ReadingForm({"key": str(uuid7()), "temperature": case["typed"], "symptoms": ["cough"]})
    form.is_valid()
    assert ("temperature" in form.errors) is (case["problem"] is not None)
    if case["read"] is not None:
        assert form.cleaned_data["temperature"] == Decimal(case["read"])


@pytest.mark.parametrize("typed", ["383", "36.666", "1e2"])
def test_a_slip_of_the_pen_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        temperature.read_celsius(typed)
    assert refused.value.code == "care.temperature"


def test_nothing_typed_is_nothing_read() -> None:
    assert temperature.read_celsius("  ") is None
    assert celsius(None) == "—"


@pytest.mark.parametrize(("typed", "alarms"), [("37.29", 0), ("37.30", 1)])
def test_a_reading_is_sealed_exactly_and_compared_exactly(
    cast: Cast, operation: Operation, typed: str, alarms: int
) -> None:
    with cast.scope():
        reading = record_reading(by=None, case=quarantine(cast), said=Said(Decimal(typed)))
        reading.refresh_from_db()
        said = said_of(reading)
        assert said is not None
        assert said.celsius == Decimal(typed)
        assert Alarm.objects.count() == alarms


def test_a_row_of_before_says_what_it_said(cast: Cast, operation: Operation) -> None:
    with cast.scope():
        case = quarantine(cast)
        reading = record_reading(by=None, case=case, said=Said(Decimal("36.6")))
        for tenths, read in ((383, Decimal("38.3")), (None, None)):
            old = json.dumps({"tenths": tenths, "symptoms": ["cough"], "words": "好"})
            reading.sealed = vault.seal(old, key=key_of(case), context=READING_CONTEXT)
            assert said_of(reading) == Said(read, ("cough",), "好")
