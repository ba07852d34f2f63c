"""The decision at a gate, pure, mirrored in ``scanner/rules.js`` (SEEDS G05-G08). Nobody is harmed by it: an emergency
opens at once, the way out to a doctor is never held, a resident is never refused the way home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

STALE = frozenset({"cancelled", "lost", "not_yet", "expired", "other_gate"})


class Decision(NamedTuple):
    """``outcome``: admitted, held (call this person) or refused; ``reason``: a code of ``gates/reasons.py``."""

    outcome: str
    reason: str


def decide(facts: Mapping[str, Any], rules: Mapping[str, Any], now_ms: int) -> Decision:
    """Decide under a rule set in its JSON form. ``now_ms``: ms epoch; past ``rules["ends_ms"]`` nothing is measured."""
    card, hold = facts["card"], facts["hold"]
    if facts["emergency"] or facts["klass"] == "emergency":
        return Decision("admitted", "emergency")
    leaving = facts["direction"] == "out"
    if leaving and facts["purpose"] == "doctor":
        return Decision("admitted", "doctor")
    active = now_ms < rules.get("ends_ms", now_ms + 1)
    plate_missing = active and rules["plates"] and facts["vehicle"] and not facts["plate"]
    if leaving and not hold and card not in ("unknown", "bad_signature", "lost"):
        return Decision("held", "plate_missing") if plate_missing else Decision("admitted", "leaving")
    if card in ("unknown", "bad_signature"):
        return Decision("held", f"card_{card}")
    home = facts["known_resident"] or (facts["klass"] == "resident" and card == "valid")
    if card in STALE:
        return Decision("held" if home or leaving else "refused", f"card_{card}")
    if hold:
        return Decision("held", "hold")
    of_class = rules["classes"].get(facts["klass"], {"allowed": False})
    if not home:
        if facts["klass"] == "resident":
            return Decision("held", "not_found")
        if not of_class["allowed"]:
            return Decision("refused", "class_not_allowed")
    questions = rules["questions"] if active else []
    answers, fever = facts["answers"] or {}, rules["fever_tenths"] if active else None
    if fever is not None and facts["temperature"] is not None and facts["temperature"] >= fever:
        return Decision("held", "fever_home") if home else Decision("refused", "fever")
    if any(answers.get(q["code"]) == q["bad"] for q in questions):
        return Decision("held", "answers_home") if home else Decision("refused", "answers")
    asks_host = not home and card != "valid" and of_class.get("needs") == "host_consent"
    if asks_host and not facts["host_consent"]:
        return Decision("held", "host_call") if facts["host_consent"] is None else Decision("refused", "host_refused")
    if any(q["code"] not in answers for q in questions) or (
        active and rules["measures"] and facts["temperature"] is None
    ):
        return Decision("held", "incomplete")
    return Decision("held", "plate_missing") if plate_missing else Decision("admitted", "ok")
