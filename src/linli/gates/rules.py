"""The decision at a gate, pure, mirrored in ``scanner/rules.js`` (SEEDS G05-G09). Nobody is harmed by it: an emergency opens
at once, the way out to a doctor is never held, a resident is never refused the way home, a card not ours is never green."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Json = Mapping[str, Any]
STALE = frozenset({"cancelled", "lost", "not_yet", "expired", "other_gate"})
CALLABLE = frozenset(
    {"hold", "hold_guardian", "not_found", "host_call", "filed_missing", "code_used", *(f"card_{s}" for s in STALE)}
)
"""What a call that agreed settles. A fever, a bad answer or a card that is not ours it does not (G06)."""


class Decision(NamedTuple):
    """``outcome``: admitted, held (call this person) or refused; ``reason``: a code of ``gates/reasons.py``."""

    outcome: str
    reason: str


def decide(facts: Json, rules: Json, now_ms: int) -> Decision:
    """Decide under a rule set in its JSON form. ``now_ms``: ms epoch; past ``rules["ends_ms"]`` nothing is measured."""
    if facts["emergency"] or facts["klass"] == "emergency":
        return Decision("admitted", "emergency")
    leaving, agreed = facts["direction"] == "out", facts.get("called") == "agreed"
    if leaving and facts["purpose"] == "doctor":
        return Decision("admitted", "doctor")
    active = now_ms < rules.get("ends_ms", now_ms + 1)
    home = facts["known_resident"] or (facts["klass"] == "resident" and facts["card"] == "valid")
    concerns = [_of_card(facts, home, leaving), _of_hold(facts)]
    if not leaving:
        of_class = class_rules(facts, rules)
        concerns += [_of_class(facts, of_class, home), _of_health(facts, rules, home) if active else None]
        concerns += [_of_consent(facts, of_class, home), _of_the_three(facts, rules) if active else None]
    if active and rules["plates"] and facts["vehicle"] and not facts["plate"]:
        concerns.append(Decision("held", "plate_missing"))
    for concern in filter(None, concerns):
        if not agreed or concern.outcome != "held" or concern.reason not in CALLABLE:
            return concern
    return Decision("admitted", "called" if agreed else "leaving" if leaving else "ok")


def class_rules(facts: Json, rules: Json) -> dict[str, Any]:
    """What holds for a class, with what its purpose changes (RULES.md B3, 24 March 2020)."""
    found = rules["classes"].get(facts["klass"], {"allowed": False})
    return {**found, **found.get("purposes", {}).get(facts["purpose"], {})}


def _of_card(facts: Json, home: bool, leaving: bool) -> Decision | None:
    card = facts["card"]
    if card in ("unknown", "bad_signature"):
        return Decision("held", f"card_{card}")
    if leaving and card != "lost" and not (facts["hold"] and card in STALE):
        return None
    if card in STALE:
        return Decision("held" if home or leaving else "refused", f"card_{card}")
    if card == "used":
        return Decision("held" if home else "refused", "code_used")
    if card == "visit_other_gate" and not facts.get("online"):
        return Decision("held", "visit_other_gate")
    return None


def _of_hold(facts: Json) -> Decision | None:
    if not facts["hold"]:
        return None
    return Decision("held", "hold_guardian" if facts.get("guardian") else "hold")


def _of_class(facts: Json, of_class: Json, home: bool) -> Decision | None:
    if home:
        return None
    if facts["klass"] == "resident":
        return Decision("held", "not_found")
    if of_class.get("point"):
        return Decision("refused", "leave_at_point")
    return None if of_class["allowed"] else Decision("refused", "class_not_allowed")


def _of_health(facts: Json, rules: Json, home: bool) -> Decision | None:
    fever, answers = rules["fever_tenths"], facts["answers"] or {}
    if fever is not None and facts["temperature"] is not None and facts["temperature"] >= fever:
        return Decision("held", "fever_home") if home else Decision("refused", "fever")
    if any(answers.get(q["code"]) == q["bad"] for q in rules["questions"]):
        return Decision("held", "answers_home") if home else Decision("refused", "answers")
    return None


def _of_consent(facts: Json, of_class: Json, home: bool) -> Decision | None:
    if home or facts["klass"] == "resident":
        return None
    if facts.get("called") == "declined":
        return Decision("refused", "call_declined")
    needs = None if facts["card"] in ("valid", "visit_other_gate") else of_class.get("needs")
    if needs == "host_consent" and not facts["host_consent"]:
        return Decision("held", "host_call") if facts["host_consent"] is None else Decision("refused", "host_refused")
    return Decision("held", "filed_missing") if needs == "filed" and not facts.get("filed") else None


def _of_the_three(facts: Json, rules: Json) -> Decision | None:
    unasked = any(q["code"] not in (facts["answers"] or {}) for q in rules["questions"])
    return Decision("held", "incomplete") if unasked or (rules["measures"] and facts["temperature"] is None) else None
