"""The acts of errands, with a sentence each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.journal.acts import register

ASKED = register("care.errand_asked", _("Asked for an errand"))
TAKEN = register("care.errand_taken", _("Took an errand"))
GIVEN_BACK = register("care.errand_given_back", _("Gave an errand back"))
DELIVERED = register("care.errand_delivered", _("Delivered an errand"))
DELIVERY_TAKEN_BACK = register("care.errand_delivery_back", _("Took back that an errand was delivered"))
RECEIVED = register("care.errand_received", _("Confirmed that an errand arrived"))
CANCELLED = register("care.errand_cancelled", _("Called an errand off"))
REOPENED = register("care.errand_reopened", _("Asked for an errand again"))
MONEY = register("care.errand_money", _("Wrote down an amount of an errand"))
MONEY_TAKEN_BACK = register("care.errand_money_back", _("Took back an amount of an errand"))
RECEIPT_REMOVED = register("care.errand_receipt_removed", _("Erased a picture of an errand"))
