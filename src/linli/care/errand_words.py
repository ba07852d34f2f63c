"""The words of errands for what the tables hold as codes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str | Promise]
STATES: Words = {
    "asked": _("not taken yet"),
    "taken": _("somebody has taken it"),
    "bought": _("bought"),
    "delivered": _("delivered, money open"),
    "settled": _("settled to the fen"),
    "cancelled": _("called off"),
}
MARKS = {
    "asked": "amber",
    "taken": "info",
    "bought": "info",
    "delivered": "amber",
    "settled": "green",
    "cancelled": "info",
}
ENTRIES: Words = {
    "spent": _("spent for it"),
    "paid": _("paid by the household"),
    "returned": _("change given back"),
    "waived": _("not asked back"),
    "reversal": _("taken back"),
}
WAYS: Words = {
    "cash": _("cash"),
    "transfer": _("transfer by phone"),
    "bank": _("bank transfer"),
}
NO_RECEIPT: Words = {
    "none_given": _("none was given (a market stall)"),
    "lost": _("it was lost"),
}
NOT_DONE: Words = {
    "not_needed": _("no longer needed"),
    "not_to_get": _("not to be had"),
    "double": _("asked twice"),
    "other_help": _("somebody else brought it"),
}
MONEY_ERRORS: Words = {
    "empty": _("Please write the amount in yuan, such as 23.50."),
    "unreadable": _("This is not an amount. Please write it in yuan, such as 23.50."),
    "decimals": _("At most two digits after the point: the smallest amount is one fen."),
    "negative": _("Please write the amount without a minus sign."),
    "too_much": _("That is more than 100,000 yuan. Please look again."),
    "zero": _("Please write more than 0."),
}
