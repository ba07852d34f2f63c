"""The words of the gates' pages for what the tables hold as codes."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linli.gates.models import Device, EnrolmentToken
from linli.gates.reasons import sentence

KLASSES: dict[str, str | Promise] = {
    "resident": _("resident"),
    "visitor": _("visitor"),
    "courier": _("courier"),
    "worker": _("worker"),
    "emergency": _("emergency"),
    "staff": _("staff"),
}
ROLES: dict[str, str | Promise] = {
    "guard": _("guard"),
    "property": _("property staff"),
    "volunteer": _("volunteer"),
    "staff_of_body": _("staff of a body"),
}
OUTCOMES: dict[str, str | Promise] = {
    "admitted": _("let through"),
    "held": _("called first"),
    "refused": _("not let in"),
    "open": _("to complete"),
}
MARKS = {"admitted": "green", "held": "amber", "refused": "red", "open": "amber"}
DIRECTIONS: dict[str, str | Promise] = {"in": _("in"), "out": _("out")}
WAYS: dict[str, str | Promise] = {
    "card": _("by card"),
    "room": _("by room"),
    "search": _("by search"),
    "visitor": _("as a visitor"),
    "emergency": _("emergency"),
}
KINDS: dict[str, str | Promise] = {
    "overridden": _("Decided differently from the rules"),
    "clock": _("The phone's clock was off"),
    "double_use": _("The same card at two gates within ten minutes"),
    "unknown_card": _("A card that is not ours"),
    "incomplete": _("Let in without all answers, temperature or plate"),
    "fever": _("High temperature"),
    "late_upload": _("Uploaded after the phone was cut off"),
    "malformed": _("An upload that cannot be read"),
}
ADVICE: dict[str, str | Promise] = {
    "overridden": _("The gate's decision stands. Look whether the phone had the newest list."),
    "clock": _("Both times are kept. Ask the guard to set the phone's clock to automatic."),
    "double_use": _("Ask the holder whether the card was lent or lost."),
    "unknown_card": _("Look the person up; if a card was copied, cancel it."),
    "incomplete": _("Ask the gate and complete it, or annul the passage."),
    "fever": _("Call the household and the doctor of the community."),
    "late_upload": _("Take the records in, or set them aside."),
    "malformed": _("Look at what the phone sent; ask the guard what happened."),
}
CARD_STATES: dict[str, str | Promise] = {
    "valid": _("valid"),
    "none": _("no card"),
    "unknown": _("not ours"),
    "bad_signature": _("did not verify"),
    "cancelled": _("cancelled"),
    "lost": _("lost"),
    "not_yet": _("not valid yet"),
    "expired": _("expired"),
    "other_gate": _("for another gate"),
    "used": _("used already"),
    "visit_other_gate": _("names another gate"),
}
CALLS: dict[str, str | Promise] = {
    "agreed": _("agreed"),
    "declined": _("did not agree"),
    "unreached": _("could not be reached"),
}
PAPERS: dict[str, str | Promise] = {
    "none": _("no document at hand"),
    "foreign": _("a foreign document"),
}
ANNULMENTS: dict[str, str | Promise] = {
    "wrong_person": _("another person was meant"),
    "wrong_direction": _("in and out were mixed up"),
    "double": _("recorded twice"),
    "test": _("it was only a test"),
}
ANSWERS: dict[str, str | Promise] = {"stands": _("The decision stands"), "changed": _("The decision is corrected")}


def word(table: dict[str, str | Promise], code: Any) -> str:
    """The word for a code; the code itself when it is not in the table."""
    return str(table.get(str(code), code))


def holder(device: Device | EnrolmentToken | None) -> str:
    """Who holds a phone: the role, and the body if it is held for one; nothing without a phone."""
    if device is None:
        return ""
    role = word(ROLES, device.role)
    return f"{role} · {device.body.name}" if device.body is not None else role


def reason(code: str) -> str:
    """The sentence of a reason in the active language."""
    return sentence(code, get_language() or "zh-hans")


def outcome_signal(outcome: str) -> SafeString:
    """Shape, word and colour of an outcome."""
    kind = MARKS.get(outcome, "info")
    return format_html(
        '<span class="signal signal-{}"><span class="mark mark-{}" aria-hidden="true"></span>{}</span>',
        kind,
        kind,
        word(OUTCOMES, outcome),
    )


def measured(tenths: int | None) -> str:
    """That somebody was measured, for who may not know how much; empty when nobody was."""
    return "" if tenths is None else str(_("measured"))


def answered(answers: dict[str, bool] | None) -> str:
    """What the questions came to, for who may not know which; empty when nothing was asked."""
    if not answers:
        return ""
    return str(_("something answered yes") if any(answers.values()) else _("all answered no"))


def celsius(tenths: int | None) -> str:
    """36.5 °C of 365; empty when nothing was measured."""
    return "" if tenths is None else f"{tenths / 10:.1f} °C"
