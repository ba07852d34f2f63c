"""The words of the gates' pages for what the tables hold as codes."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from linli.gates.models import Device, EnrolmentToken
from linli.gates.reasons import sentence
from linli.gates.visits import words as visits

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
    "wrong_gate": _("Records that name another gate"),
    "returning": _("Came back and is not registered yet"),
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
    "wrong_gate": _("The passages stand at the gate that they name. Ask whether the phone was carried there."),
    "returning": _("Register the arrival, or close it; this line ends by itself then."),
}
DOUBLE_VISIT: tuple[str | Promise, str | Promise] = (
    _("A visitor's code was used twice"),
    _("The first entry that we heard of stands. Ask the household whom it expected."),
)
"""Title and advice of a double use of a visitor's code (G09), where a card's would not fit."""
SENTENCES: dict[str, tuple[str | Promise, ...]] = {
    "overridden": (
        _("Looked into it: the phone had an older list. Nothing further to do."),
        _("Spoke with the guard; the rules are clear now."),
    ),
    "clock": (_("The phone's clock is set to automatic now."), _("The phone was replaced.")),
    "double_use": (
        _("Spoke with the holder: both passages are his own."),
        _("The card had been lent; the holder knows that it is for him alone."),
        _("The card was copied; it is cancelled and replaced."),
    ),
    "unknown_card": (
        _("Looked the person up by building and room; lives here, gets a new card."),
        _("An old card; taken back."),
    ),
    "incomplete": (_("Asked the gate; what was missing is written down."), _("Could not be completed any more.")),
    "fever": (
        _("Called the household; the doctor of the community knows."),
        _("Measured again at home: normal."),
        _("Went to the doctor, accompanied."),
    ),
    "late_upload": (_("Looked through it with the guard."), _("Set aside: these are not ours.")),
    "malformed": (_("Asked the guard; the passage is known."), _("Set aside; the phone has the newest version now.")),
    "wrong_gate": (_("The phone was carried to the other gate; the passages are right."),),
    "returning": (_("Registered on paper; the arrival is written down."),),
}
"""What is usually said when an exception is settled, the most frequent first; each can be changed before it is sent."""
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
PURPOSES: dict[str, str | Promise] = {
    **visits.PURPOSES,
    "meal": _("a meal brought"),
    "property": _("the property company's own work"),
    "other": _("something else"),
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
FOLLOWS: dict[str, str | Promise] = {
    "next_time": _("The person is let in next time"),
    "hold_ended": _("The call before a passage is ended"),
    "card_replaced": _("The card is replaced"),
    "register": _("The register is corrected"),
}


def both(text: str | Promise) -> tuple[str, str]:
    """A word in Chinese and in English, for paper."""
    found = []
    for language in ("zh-hans", "en"):
        with override(language):
            found.append(str(text))
    return found[0], found[1]


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
