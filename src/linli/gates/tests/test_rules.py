"""The decision at a gate, by the vectors that the scanner runs too, and by what must hold for every input."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import linli.scanner
from linli.gates.reasons import REASONS, REVIEW, outcome_word, sentence
from linli.gates.rules import STALE, decide

FILE = Path(__file__).parent / "vectors" / "rules.json"
DATA: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
NOW = 1_700_000_000_000

facts = st.fixed_dictionaries(
    {
        "klass": st.sampled_from(["resident", "visitor", "courier", "worker", "emergency", "staff", "tourist"]),
        "direction": st.sampled_from(["in", "out"]),
        "way": st.sampled_from(["card", "room", "search", "visitor", "emergency"]),
        "purpose": st.sampled_from([None, "doctor", "delivery", "furniture", "building", "sale"]),
        "card": st.sampled_from(
            ["valid", "none", "unknown", "bad_signature", "used", "visit_other_gate", *sorted(STALE)]
        ),
        "known_resident": st.booleans(),
        "answers": st.none() | st.dictionaries(st.sampled_from(["symptoms", "contact"]), st.booleans()),
        "temperature": st.none() | st.integers(340, 429),
        "vehicle": st.booleans(),
        "plate": st.sampled_from([None, "沪A12345"]),
        "host_consent": st.none() | st.booleans(),
        "hold": st.booleans(),
        "emergency": st.booleans(),
        "called": st.sampled_from([None, "agreed", "declined", "unreached"]),
        "guardian": st.booleans(),
        "filed": st.none() | st.booleans(),
        "online": st.booleans(),
    }
)
rulesets = st.sampled_from(list(DATA["rulesets"].values()))


@pytest.mark.parametrize("vector", DATA["vectors"], ids=lambda v: v["name"])
def test_vector(vector: dict[str, Any]) -> None:
    decision = decide({**DATA["base"], **vector["facts"]}, DATA["rulesets"][vector["rules"]], vector["now_ms"])
    assert decision._asdict() == vector["expect"]


@given(facts, rulesets)
def test_every_decision_is_on_the_closed_list(case: dict[str, Any], rules: dict[str, Any]) -> None:
    decision = decide(case, rules, NOW)
    assert decision.outcome in REASONS[decision.reason].outcomes


@given(facts, rulesets)
def test_nobody_is_harmed(case: dict[str, Any], rules: dict[str, Any]) -> None:
    decision = decide(case, rules, NOW)
    if case["emergency"] or case["klass"] == "emergency":
        assert decision.outcome == "admitted"
    elif case["direction"] == "out":
        assert decision.outcome != "refused"
        assert case["purpose"] != "doctor" or decision.outcome == "admitted"
    elif case["known_resident"]:
        assert decision.outcome != "refused"


@given(facts, rulesets)
def test_a_card_that_is_not_ours_is_never_green(case: dict[str, Any], rules: dict[str, Any]) -> None:
    decision = decide(case, rules, NOW)
    if case["card"] in ("unknown", "bad_signature") and decision.outcome == "admitted":
        assert decision.reason in ("emergency", "doctor")


@given(facts, rulesets)
def test_one_code_is_one_entry_whatever_a_call_says(case: dict[str, Any], rules: dict[str, Any]) -> None:
    """G09: a consumed code, or one of another gate that the server was not asked about, lets no visitor in."""
    if case["card"] == "used" or (case["card"] == "visit_other_gate" and not case["online"]):
        stranger = not case["known_resident"] and case["klass"] != "emergency" and not case["emergency"]
        if stranger and case["direction"] == "in":
            assert decide(case, rules, NOW).outcome != "admitted"


@given(facts, rulesets)
def test_a_call_that_did_not_agree_admits_nobody_more(case: dict[str, Any], rules: dict[str, Any]) -> None:
    """Not reached is as not called; "no" lets nobody in whom silence would not have let in."""
    before = decide({**case, "called": None}, rules, NOW)
    assert decide({**case, "called": "unreached"}, rules, NOW) == before
    declined = decide({**case, "called": "declined"}, rules, NOW)
    assert declined.outcome != "admitted" or before.outcome == "admitted"


@given(facts, rulesets)
def test_a_call_that_agreed_harms_nobody(case: dict[str, Any], rules: dict[str, Any]) -> None:
    before = decide({**case, "called": None}, rules, NOW)
    after = decide({**case, "called": "agreed"}, rules, NOW)
    assert before.outcome != "admitted" or after.outcome == "admitted"
    assert before.outcome != "refused" or after == before


@given(facts, rulesets)
def test_an_admission_is_complete(case: dict[str, Any], rules: dict[str, Any]) -> None:
    """G05–G07: under rules that measure, nobody is admitted without the three, nor a vehicle without plate."""
    decision = decide(case, rules, NOW)
    ordinary = decision.reason in ("ok", "called") and case["direction"] == "in" and rules.get("ends_ms", NOW + 1) > NOW
    if ordinary and rules["measures"]:
        assert {q["code"] for q in rules["questions"]} <= set(case["answers"])
        assert case["temperature"] is not None
        assert case["temperature"] < rules["fever_tenths"]
    if ordinary and rules["plates"] and case["vehicle"]:
        assert case["plate"]


def test_the_vectors_give_every_reason() -> None:
    assert {v["expect"]["reason"] for v in DATA["vectors"]} == set(REASONS)


def test_the_rules_are_short_and_pure() -> None:
    text = files("linli.gates").joinpath("rules.py").read_text("utf-8")
    assert len(text.splitlines()) < 120
    assert "django" not in text
    assert "linli" not in text


def test_the_scanner_has_the_same_reasons() -> None:
    text = (Path(linli.scanner.__file__).parent / "static" / "scanner" / "rules.js").read_text("utf-8")
    for reason in REASONS.values():
        block = re.search(rf"\n  {reason.code}: \{{\n    zh: (.*),\n    en: (.*),\n  \}},", text)
        assert block is not None, reason.code
        assert [json.loads(block.group(1)), json.loads(block.group(2))] == [reason.zh, reason.en]
    assert len(re.findall(r"\n    zh: ", text)) == len(REASONS)
    assert all(json.dumps(part, ensure_ascii=False) in text for part in REVIEW)


def test_sentences_in_both_languages() -> None:
    assert sentence("hold", "en").startswith("Please call")
    assert sentence("hold", "zh-hans").startswith("请先")
    assert sentence("gone", "en") == "gone"
    assert (outcome_word("held", "en"), outcome_word("held", "zh-hans")) == ("Call first", "请先联系")
