"""The words of care for what the tables hold as codes. No word blames or shames: who is looked after has asked for it or has to bear it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.care.powers import Named
from linli.care.temperature import digits
from linli.kernel.cadence import Convention
from linli.ui.words import is_chinese, moment

Words = dict[str, str | Promise]
KINDS: Words = {
    "quarantine": _("home quarantine"),
    "alone": _("lives alone"),
    "disabled": _("hard to get about"),
    "pregnant": _("expecting or with a newborn"),
    "medicine": _("regular medicine"),
    "hardship": _("hard times"),
    "child_alone": _("child alone at home"),
    "journey": _("follow-up of a journey"),
}
KIND_HELP: Words = {
    "quarantine": _("Somebody has to stay at home for a number of days, by an order of a body that may give it."),
    "alone": _("Nobody else lives there; somebody looks in every so many days."),
    "disabled": _("Stairs, queues or carrying are too much; what is needed is brought to the door."),
    "pregnant": _("Check-ups, the way to the hospital, the first weeks with a child."),
    "medicine": _("Prescriptions that must not run out."),
    "hardship": _("Money, work or illness weighs on the household; only who helps is told."),
    "child_alone": _("A child whose adults are away. Only its helper and the secretary see it."),
    "journey": _("Somebody who is on the way back: how he is, by which route, when he returns."),
}
GROUNDS: Words = {
    "journey": _("a journey"),
    "contact": _("close contact"),
    "request": _("the person asked for it"),
    "duty": _("a duty of the committee by law"),
    "emergency": _("an emergency"),
}
CLOSED: Words = {
    "released": _("released"),
    "ended": _("ended early"),
    "lapsed": _("the oral order lapsed"),
    "annulled": _("annulled: it was a mistake"),
}
CHANGES: Words = {
    "started": _("begun"),
    "extended": _("extended"),
    "shortened": _("shortened"),
    "moved": _("moved"),
    "ended": _("ended early"),
    "released": _("released"),
    "lapsed": _("the oral order lapsed"),
    "annulled": _("annulled"),
    "reopened": _("opened again"),
    "joined": _("two records became one"),
}
REASONS: Words = {
    "contact": _("a new close contact"),
    "test": _("by the result of a test"),
    "symptoms": _("because of symptoms"),
    "order": _("by a new order"),
    "recount": _("the days were counted wrongly"),
    "unfit": _("the home is not fit for it"),
    "hospital": _("to a hospital"),
    "central": _("to a central place"),
    "home_again": _("home again"),
    "left": _("left the neighbourhood"),
    "died": _("died"),
    "withdrawn": _("the person withdrew the request"),
    "no_need": _("no longer needed"),
    "wrong_person": _("the wrong person"),
    "double": _("opened twice"),
    "mistyped": _("a slip of the pen"),
    "longer": _("the same person; the other one runs longer, and its order holds"),
    "same_person": _("the same person; this one runs as long or longer"),
}
SYMPTOMS: Words = {
    "cough": _("cough"),
    "throat": _("sore throat"),
    "breath": _("short of breath"),
    "tired": _("very tired"),
    "diarrhoea": _("diarrhoea"),
    "other": _("something else"),
}
PARTS: Words = {"morning": _("morning"), "evening": _("evening"), "extra": _("in between")}
UNFIT: Words = {
    "no_room": _("no room of one's own"),
    "no_bath": _("no bathroom of one's own"),
    "at_risk": _("somebody old, ill or expecting lives there"),
    "others": _("others live there who cannot stay at home"),
}
FIVE: Words = {
    "quarantine": _("Home quarantine is managed"),
    "plan": _("There is a plan for emergencies"),
    "stores": _("Supplies are in store"),
    "prevention": _("Everyday prevention goes on"),
    "guidance": _("People are told and guided"),
}
CAUSES: Words = {"fever": _("fever"), "symptoms": _("symptoms"), "emergency": _("emergency")}
STEPS: Words = {
    "call": _("Call the person now and ask how he is."),
    "clinic": _("Arrange the way to the fever clinic by ambulance; no bus, no taxi."),
    "report": _("Tell the health centre and the secretary."),
    "retake": _("Measure again in half an hour."),
    "ambulance": _("Call 120 and say the address."),
    "doors": _("Every gate opens at once for the person and for the ambulance; nobody asks for a card."),
    "go": _("Go there, if it is safe, and stay until help has come."),
}
ANSWERS: Words = {
    "clinic": _("is on the way to the fever clinic"),
    "ambulance": _("the ambulance has come"),
    "retaken": _("measured again, it was a false alarm"),
    "watching": _("stays at home, is called again soon"),
}
WAYS: Words = {"visit": _("at the door"), "call": _("on the telephone"), "bring": _("something brought to the door")}
SUPERVISED: Words = {
    "named": _("was named"),
    "handed": _("handed over"),
    "stands_in": _("stands in"),
    "back": _("is back"),
    "fell": _("fell to the secretary"),
}
ACTS: dict[str, tuple[str, str | Promise]] = {
    "alarm": ("red", _("an alarm waits for an answer")),
    "order": ("amber", _("the oral order lapses")),
    "missed": ("red", _("a check was missed")),
    "check": ("amber", _("a check is due")),
    "unfit": ("amber", _("the home is not fit")),
    "fit": ("amber", _("look at the home")),
    "release": ("info", _("is released")),
    "need": ("amber", _("look in")),
    "visit": ("amber", _("go there once")),
    "guardian": ("amber", _("ask the guardian")),
    "errand": ("info", _("an errand is open")),
    "incomplete": ("amber", _("ask what is missing")),
    "calm": ("green", _("nothing just now")),
}
"""What is to be done next: its mark and its words."""
FOLLOWED: Words = {"health": _("health"), "route": _("route"), "returns": _("day of return")}
BLIND: Words = {
    "never_visited": _("never visited on site"),
    "supervisor": _("nobody looks after the household"),
    "incomplete": _("the follow-up is incomplete"),
    "order": _("an oral order is about to lapse"),
    "helper": _("no helper is named"),
    "guardian": _("a guardian has not agreed yet"),
}


def named(one: Named | None, code: str = "") -> str:
    """A coded thing of a data file in the reader's language."""
    return code if one is None else one.zh if is_chinese() else one.en


def counting(one: Convention) -> str:
    """How days are counted, as a sentence, with its article."""
    return f"{one.zh if is_chinese() else one.en} {one.article}"


def celsius(read: Decimal | None) -> str:
    """A temperature as it was read: 38.37 °C, 38.3 °C."""
    return "—" if read is None else gettext("%(value)s °C") % {"value": digits(read)}


def day_of(day: int | None, days: int) -> str:
    """Day 5 of 14; before its first day and after its last one in words."""
    if day is None:
        return "—"
    if day <= 0:
        return gettext("day 0, begins tomorrow")
    if day > days:
        return gettext("its %(days)s days are over") % {"days": days}
    return gettext("day %(day)s of %(days)s") % {"day": day, "days": days}


def midnight(at: datetime | None) -> str:
    """The end of a term as orders say it: 24:00 of its last day."""
    if at is None:
        return "—"
    last = timezone.localtime(at) - timedelta(microseconds=1)
    return gettext("%(day)s 24:00") % {"day": moment(last.date(), "day")}
