"""What each of the eight kinds understands, and which answer is something to put right: the cases that the phone runs too."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import linli.kernel
from linli.rounds.asking import KINDS, Ask, Choice, NotAValue, Value, amiss, as_json, can_be_amiss, faults, read_answer

CASES = json.loads((Path(__file__).parent / "vectors" / "sheet.json").read_text("utf-8"))
CELSIUS = json.loads((Path(linli.kernel.__file__).parent / "tests" / "vectors" / "celsius.json").read_text("utf-8"))
BOUNDS = ("least", "most", "lowest", "highest")


def ask_from(data: dict[str, Any]) -> Ask:
    """A question of the shared cases."""
    choices = tuple(Choice(**one) for one in data.get("choices", []))
    return Ask(**data | {name: Decimal(data[name]) for name in BOUNDS if name in data} | {"choices": choices})


def said(value: Value) -> dict[str, Any]:
    """A value in the form of the shared cases."""
    plain = {"number": value.number, "yes": value.yes, "text": value.text, "codes": list(value.codes)}
    plain |= {"time": value.time and f"{value.time:%H:%M}", "photo": value.photo and str(value.photo)}
    return {name: f"{one:f}" if name == "number" else one for name, one in plain.items() if one not in (None, "", [])}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['ask']['kind']}-{case['raw'][:12]}")
def test_the_shared_cases(case: dict[str, Any]) -> None:
    ask = ask_from(case["ask"])
    if case["problem"]:
        with pytest.raises(NotAValue) as wrong:
            read_answer(ask, case["raw"])
        assert wrong.value.code == case["problem"]
        return
    value = read_answer(ask, case["raw"])
    assert (said(value), amiss(ask, value)) == (case["value"], case["amiss"])


@pytest.mark.parametrize("case", CELSIUS, ids=[case["typed"] for case in CELSIUS])
def test_a_sheet_takes_the_temperatures_that_care_takes(case: dict[str, Any]) -> None:
    try:
        read, problem = read_answer(Ask("temperature", required=False), case["typed"]).number, None
    except NotAValue as wrong:
        read, problem = None, wrong.code
    assert (read, problem) == (case["read"] and Decimal(case["read"]), case["problem"])


def test_every_kind_has_a_case() -> None:
    assert {case["ask"]["kind"] for case in CASES} == set(KINDS)


def test_the_phone_gets_numbers_as_text_and_the_limits_of_a_body() -> None:
    sent = as_json(Ask("temperature", "体温", most=Decimal("37.3")))
    assert (sent["lowest"], sent["highest"], sent["most"], sent["least"]) == ("30", "45", "37.3", None)


GOOD = Choice("good", "完好")


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        (Ask("yes_no", "门关好了吗"), []),
        (Ask("yes_no", " "), [("label", "label")]),
        (Ask("smell", "气味"), [("kind", "kind")]),
        (Ask("choice", "路灯", choices=(GOOD,)), [("choices", "choices")]),
        (Ask("choice", "路灯", choices=(GOOD, Choice("good", "坏了"))), [("choices", "doubled")]),
        (Ask("choice", "路灯", choices=(GOOD, Choice("bad", ""))), [("choices", "choices")]),
        (Ask("number", "几人", lowest=Decimal(5), highest=Decimal(1)), [("highest", "order")]),
        (Ask("number", "几人", least=Decimal(5), most=Decimal(1), finding="人手不对"), [("most", "order")]),
        (Ask("yes_no", "门关好了吗", wrong=False), [("finding", "finding")]),
        (Ask("yes_no", "门关好了吗", wrong=False, finding="门没有关"), []),
    ],
)
def test_what_is_wrong_with_a_question(ask: Ask, found: list[tuple[str, str]]) -> None:
    assert faults(ask) == found


def test_only_a_question_that_says_so_makes_findings() -> None:
    assert can_be_amiss(Ask("choice", choices=(GOOD, Choice("bad", "坏", wrong=True))))
    assert not can_be_amiss(Ask("text"))
