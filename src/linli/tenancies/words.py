"""Words of this room."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str | Promise]
STATES: Words = {
    "here": _("in the city"),
    "elsewhere": _("elsewhere in the country"),
    "abroad": _("abroad"),
    "unknown": _("not known"),
}
WAYS: Words = {
    "phone": _("by phone"),
    "door": _("at the door"),
    "landlord": _("through the landlord"),
    "company": _("through the company or agent"),
    "chat": _("by chat"),
}
RESULTS: Words = {
    "reached": _("reached"),
    "no_answer": _("no answer"),
    "wrong_number": _("wrong number"),
    "declined": _("did not want to say"),
    "message": _("left a message"),
}
KINDS: Words = {
    "only_list": _("only in the company's list"),
    "only_register": _("only in the register"),
    "name": _("name differs"),
    "phone": _("phone differs"),
    "since": _("first day differs"),
    "until": _("last day differs"),
    "state": _("whereabouts differ"),
    "door": _("no such door in the register"),
}
DONE: Words = {
    "register": _("the list is right: the register follows"),
    "company": _("the register is right: the company was asked to correct"),
    "both_right": _("both are right"),
    "asked": _("asked the people themselves"),
}
DONE_ALL: Words = {**DONE, "agrees_now": _("a later list agrees")}
VERDICTS: Words = {
    "agrees": _("agrees with the register"),
    "differs": _("differs from the register"),
    "only_list": _("not on the register"),
    "unreadable": _("could not be read"),
}
VERDICT_KINDS = {"agrees": "green", "differs": "amber", "only_list": "amber", "unreadable": "red"}
PROBLEMS: Words = {
    "name_missing": _("the name is missing"),
    "name_damaged": _("a character of the name is lost"),
    "door_missing": _("the door is missing"),
    "phone_unclear": _("this is no phone number"),
    "day_unclear": _("no day can be read here"),
    "state_unclear": _("this word does not say where the tenant is"),
    "days_reversed": _("the last day lies before the first"),
    **{f"differs_{code}": word for code, word in KINDS.items()},
}
